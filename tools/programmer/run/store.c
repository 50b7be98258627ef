/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/store.h"

#include "tools/programmer/bus/interrupt.h"
#include "tools/programmer/run/fault.h"
#include "tools/programmer/run/steady.h"

struct store {
	struct chip *chip;
	const struct plan *plan;
	struct img_view from, to;
	const struct run_watch *watch;
	struct run_result *result;
	struct img_error *err;
};

static void begin(const struct store *s, const char *phase, uint64_t bytes)
{
	if (s->watch && s->watch->begin)
		s->watch->begin(s->watch->ctx, phase, bytes);
}

/*
 * The programs from *i on whose addresses ascend: what is to come last begins another run. In
 * which order the program takes those of one run nobody knows, so they are one block.
 */
static enum img_status write_some(const struct store *s, size_t *i)
{
	struct img_view bytes;
	enum img_status st = IMG_OK;
	uint64_t start = 0, end = 0;

	for (; st == IMG_OK && *i < s->plan->count; ++*i) {
		const struct plan_step *step = &s->plan->step[*i];

		if (step->kind != PLAN_PROGRAM)
			continue;
		if (step->range.start < end)
			break;
		start = end ? start : step->range.start;
		end = img_range_end(step->range);
		st = img_view_slice(s->to, step->range.start, step->range.size, &bytes, s->err);
		if (st == IMG_OK)
			st = chip_program_more(s->chip, step->range.start, bytes, s->err);
	}
	if (st == IMG_OK && end && s->watch && s->watch->block)
		s->watch->block(s->watch->ctx, (struct img_range){ start, end - start });
	return st == IMG_OK ? chip_program_end(s->chip, s->err) : st;
}

static enum img_status write_all(const struct store *s)
{
	enum img_status st = IMG_OK;
	size_t i = 0;

	begin(s, "writing", s->plan->programmed);
	while (st == IMG_OK && i < s->plan->count)
		st = write_some(s, &i);
	return st;
}

/* Bytes of the plan's steps that are as they shall be. */
static uint64_t count_done(const struct store *s, struct img_view is)
{
	struct img_view a, b;
	uint64_t done = 0;
	size_t i;

	for (i = 0; i < s->plan->count; i++) {
		const struct plan_step *step = &s->plan->step[i];

		if (step->kind == PLAN_VERIFY &&
		    img_view_slice(s->to, step->range.start, step->range.size, &a, NULL) ==
			    IMG_OK &&
		    img_view_slice(is, step->range.start, step->range.size, &b, NULL) == IMG_OK &&
		    img_view_equal(a, b))
			done += step->range.size;
	}
	return done;
}

static bool is_planned(const struct plan *plan, uint64_t at)
{
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (img_range_holds(plan->step[i].range, (struct img_range){ at, 1 }))
			return true;
	return false;
}

static enum img_status fail_mismatch(const struct store *s, struct img_view is)
{
	const size_t at = img_view_difference(s->to, is);
	uint8_t want = 0, found = 0;
	enum img_status st = img_view_copy(s->to, at, &want, 1, s->err);

	if (st == IMG_OK)
		st = img_view_copy(is, at, &found, 1, s->err);
	if (st != IMG_OK)
		return st;
	if (!is_planned(s->plan, at))
		return img_fail(s->err, IMG_E_MISMATCH, at,
				"the chip changed where nothing was to be written: %02X became "
				"%02X", want, found);
	return img_fail(s->err, IMG_E_MISMATCH, at,
			"reading back what was written found %02X where %02X was expected; %s",
			found, want, run_fault(s->to, is));
}

enum { AS_WANTED, AS_BEFORE };

/* It is neither: what is wrong once may have been read wrongly. */
static enum img_status look_again(const struct store *s, struct img **back)
{
	enum img_status st = img_new(img_view_size(s->to), 0, back, s->err);
	struct img_view is;
	uint64_t where = STEADY_SAME;

	if (st != IMG_OK)
		return st;
	is = img_bytes(*back);
	st = steady_read(s->chip, 0, img_span(*back), s->err);
	if (st == IMG_OK && img_view_equal(is, s->to)) {
		s->result->bad_reads++;
		return IMG_OK;
	}
	if (st == IMG_OK)
		st = steady_compare(s->chip, &is, 1, &where, s->err);
	if (st == IMG_OK && where != STEADY_SAME)
		st = img_fail(s->err, IMG_E_MISMATCH, where,
			      "what was written reads differently each time, so nobody can tell "
			      "whether it is right; check the contacts");
	return st;
}

/* *is: what the chip holds; of *back, which is the caller's, where it is held for that. */
static enum img_status look(const struct store *s, struct img **back, struct img_view *is)
{
	const struct img_view known[] = { [AS_WANTED] = s->to, [AS_BEFORE] = s->from };
	uint64_t where[2];
	enum img_status st;

	*back = NULL;
	begin(s, "reading back", img_view_size(s->to));
	st = steady_compare(s->chip, known, 2, where, s->err);
	if (st != IMG_OK)
		return st;
	if (where[AS_WANTED] == STEADY_SAME || where[AS_BEFORE] == STEADY_SAME) {
		*is = known[where[AS_WANTED] == STEADY_SAME ? AS_WANTED : AS_BEFORE];
		return IMG_OK;
	}
	st = look_again(s, back);
	if (st == IMG_OK)
		*is = img_bytes(*back);
	return st;
}

/* wrote: what the program made of it; *why says what was wrong. */
static enum img_status judge(const struct store *s, struct img_view is, enum img_status wrote,
			     const struct img_error *why)
{
	if (img_view_equal(is, s->to)) {
		s->result->verified = true;
		s->result->done = s->plan->verified;
		return IMG_OK;
	}
	s->result->done = count_done(s, is);
	if (img_view_equal(is, s->from)) {
		s->result->changed = false;
		if (wrote == IMG_OK)
			return img_fail(s->err, IMG_E_IO, IMG_NOWHERE,
					"the program ended with success, and the chip holds what "
					"it held before");
	}
	if (wrote == IMG_OK)
		return fail_mismatch(s, is);
	if (s->err)
		*s->err = *why;
	return wrote;
}

static enum img_status compare(const struct store *s, enum img_status wrote,
			       const struct img_error *why)
{
	struct img *back;
	struct img_view is;
	struct img_error ignored;
	struct store quiet = *s;
	enum img_status st;

	/* The first failure is the one to tell. */
	quiet.err = wrote == IMG_OK ? s->err : &ignored;
	st = look(&quiet, &back, &is);
	if (st == IMG_OK)
		st = judge(s, is, wrote, why);
	else if (wrote != IMG_OK)
		st = wrote;
	img_close(back);
	return st;
}

enum img_status run_store(struct chip *chip, const struct plan *plan, struct img_view from,
			  struct img_view to, bool verify, const struct run_watch *watch,
			  struct run_result *result, struct img_error *err)
{
	struct img_error why = { .at = IMG_NOWHERE };
	struct store s = { chip, plan, from, to, watch, result, &why };
	enum img_status st;

	if (!plan->count) {
		result->verified = true;
		return IMG_OK;
	}
	interrupt_hold();
	st = write_all(&s);
	result->changed = chip_changed(chip);
	s.err = err;
	if (result->changed && st != IMG_E_TIMEOUT && interrupt_count() < 2 &&
	    (verify || st != IMG_OK))
		st = compare(&s, st, &why);
	else if (st != IMG_OK && err)
		*err = why;
	interrupt_catch();
	return st;
}
