/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The first sector goes to the chip page by page and is read back; when it is right, the
 * next sectors of its block go by more and more pages that follow each other, each read back
 * before the next is begun: never more than a sector of pages is out that nobody looked at,
 * where a whole block page by page would take a second more over a trip of 4 ms. Beyond the
 * first block, which is verified as a whole, too, pages follow each other as they can, until the
 * first that had to be written twice. What reads back wrong is read twice more: those readings
 * agree with what was wanted (the first was a bad reading), or with each other and the first (a
 * bad write, which is repaired), or with nothing.
 */
#include "tools/programmer/run/fault.h"
#include "tools/programmer/run/proof.h"
#include "tools/programmer/run/run.h"
#include "tools/programmer/run/steady.h"
#include "tools/programmer/run/store.h"

#define READINGS 3
#define REPAIRS 2
#define PACE_FULL 256
#define PACE_GROWTH 4
#define SECTOR ((uint64_t)4096)

struct runner {
	struct chip *chip;
	const struct plan *plan;
	struct img_view from, to;
	bool proved[PLAN_ERASE_WHOLE + 1];	/* by plan_step.erase */
	struct img *back[READINGS];	/* what is read back; [0] NULL: no verify */
	size_t block;			/* the first step of this block */
	bool careful;			/* something went wrong: page by page for good */
	bool paced;			/* pages may follow each other at all */
	bool tried;			/* a block was right: pages may follow each other */
	bool doubted;			/* trying out read something wrong in this block */
	bool astray;			/* a byte to the chip was lost: a page may be anywhere */
	const struct run_watch *watch;
	uint64_t passed;		/* bytes of the plan that whoever looks on was told of */
	struct run_result *result;
	struct img_error *err;
};

enum verdict { RIGHT, BAD_READ, BAD_WRITE, UNSTABLE };

static enum img_status read_back(struct runner *r, unsigned which, struct img_range range,
				 struct img_view *out)
{
	struct img_span into;
	enum img_status st = img_span_slice(img_span(r->back[which]), 0, range.size, &into,
					    r->err);

	if (st == IMG_OK)
		st = steady_read(r->chip, range.start, into, r->err);
	if (st == IMG_OK)
		*out = img_span_view(into);
	return st;
}

static enum img_status fail_mismatch(struct runner *r, struct img_view want, struct img_view is,
				     uint64_t at)
{
	const size_t where = img_view_difference(want, is);
	uint8_t expected = 0, found = 0;
	enum img_status st = img_view_copy(want, where, &expected, 1, r->err);

	if (st == IMG_OK)
		st = img_view_copy(is, where, &found, 1, r->err);
	if (st != IMG_OK)
		return st;
	return img_fail(r->err, IMG_E_MISMATCH, at + where,
			"reading back what was written found %02X where %02X was expected; %s",
			found, expected, run_fault(want, is));
}

static enum img_status fail_unstable(struct runner *r, const struct img_view reading[READINGS],
				     uint64_t at)
{
	size_t where = img_view_difference(reading[1], reading[2]);

	if (where == img_view_size(reading[1]))
		where = img_view_difference(reading[0], reading[1]);
	return img_fail(r->err, IMG_E_MISMATCH, at + where,
			"what was written reads differently each time, so nobody can tell whether "
			"it is right; check the contacts, shorten the wires or lower the clock");
}

/* Reads once, and twice more where that was not what is wanted. */
static enum img_status look(struct runner *r, struct img_range range, struct img_view want,
			    struct img_view reading[READINGS], enum verdict *out)
{
	unsigned i;
	enum img_status st = read_back(r, 0, range, &reading[0]);

	*out = RIGHT;
	if (st != IMG_OK || img_view_equal(want, reading[0]))
		return st;
	for (i = 1; st == IMG_OK && i < READINGS; i++)
		st = read_back(r, i, range, &reading[i]);
	if (st != IMG_OK)
		return st;
	if (!img_view_equal(reading[1], reading[2]))
		*out = UNSTABLE;
	else if (img_view_equal(reading[1], want))
		*out = BAD_READ;
	else
		*out = img_view_equal(reading[1], reading[0]) ? BAD_WRITE : UNSTABLE;
	return st;
}

static enum img_status program(struct runner *r, struct img_range range)
{
	struct img_view bytes;
	enum img_status st = img_view_slice(r->to, range.start, range.size, &bytes, r->err);

	if (st == IMG_OK)
		st = chip_program(r->chip, range.start, bytes, r->err);
	r->astray |= st == IMG_E_CORRUPT;
	return st == IMG_E_CORRUPT ? IMG_OK : st;	/* reading back tells */
}

static enum img_status load_steps(struct runner *r, size_t first, size_t until)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = first; st == IMG_OK && i < until; i++) {
		const struct img_range range = r->plan->step[i].range;
		struct img_view bytes;

		if (r->plan->step[i].kind != PLAN_PROGRAM)
			continue;
		st = img_view_slice(r->to, range.start, range.size, &bytes, r->err);
		if (st == IMG_OK)
			st = chip_program_more(r->chip, range.start, bytes, r->err);
	}
	return st == IMG_OK ? chip_program_end(r->chip, r->err) : st;
}

/* What of the steps from *i on lies before end: *range is from its first byte to its last. */
static enum img_status load_until(struct runner *r, size_t *i, size_t until, uint64_t *at,
				  uint64_t end, struct img_range *range)
{
	enum img_status st = IMG_OK;

	for (range->start = *at; st == IMG_OK && *i < until && *at < end;) {
		const struct img_range step = r->plan->step[*i].range;
		const uint64_t n = img_range_end(step) < end ? img_range_end(step) - *at
							     : end - *at;
		struct img_view bytes;

		st = img_view_slice(r->to, *at, n, &bytes, r->err);
		if (st == IMG_OK)
			st = chip_program_more(r->chip, *at, bytes, r->err);
		*at += n;
		range->size = *at - range->start;
		if (*at == img_range_end(step) && ++*i < until)
			*at = r->plan->step[*i].range.start;
	}
	return st == IMG_OK ? chip_program_end(r->chip, r->err) : st;
}

static bool reads_back(struct runner *r, struct img_range range, enum img_status *st)
{
	struct img_view want, is;

	*st = read_back(r, 0, range, &is);
	if (*st == IMG_OK)
		*st = img_view_slice(r->to, range.start, range.size, &want, r->err);
	return *st == IMG_OK && img_view_equal(want, is);
}

/* Sector by sector, each read back at once; the first that is wrong ends the growing. What is
 * wrong the verification of the block finds again, and repairs. */
static enum img_status try_out_steps(struct runner *r, size_t first, size_t until)
{
	uint64_t at = r->plan->step[first].range.start;
	enum img_status st = IMG_OK;
	struct img_range sector = { 0, 0 };
	unsigned pace = 1;

	while (st == IMG_OK && first < until) {
		st = load_until(r, &first, until, &at, at / SECTOR * SECTOR + SECTOR, &sector);
		if (st != IMG_OK)
			break;
		if (!reads_back(r, sector, &st)) {
			r->doubted = true;
			pace = 1;
		} else if (!r->doubted && pace < PACE_FULL) {
			pace *= PACE_GROWTH;
		}
		chip_set_pace(r->chip, pace);
	}
	chip_set_pace(r->chip, 1);
	return st;
}

/*
 * All pages of these steps. Where the programmer lost its step and found it again, nobody
 * knows what the pages became, and to send them once more might want bits back that are
 * gone: reading back finds out, and repairs.
 */
static enum img_status program_steps(struct runner *r, size_t first, size_t until)
{
	enum img_status st;

	st = r->paced && r->back[0] && !r->tried && !r->careful ? try_out_steps(r, first, until)
								 : load_steps(r, first, until);
	if (st != IMG_E_CORRUPT)
		return st;
	if (!r->back[0])
		return steady_give_up(r->err);
	r->careful = r->astray = true;
	chip_set_pace(r->chip, 1);
	return IMG_OK;
}

static enum img_status erase(struct runner *r, const struct plan_step *step)
{
	const struct chip_erase_kind *kind = plan_erase_kind(step, &chip_info(r->chip)->geometry);
	enum img_status st = chip_erase(r->chip, kind, step->range.start, r->err);

	if (st != IMG_OK || r->proved[step->erase])
		return st;
	st = run_prove_erase(r->chip, r->plan, (size_t)(step - r->plan->step), r->from, r->to,
			     r->err);
	r->proved[step->erase] = st == IMG_OK;
	return st;
}

/* Pages that are not as wanted once more; *stuck: one of them needs an erase first. */
static enum img_status program_again(struct runner *r, struct img_range range,
				     struct img_view want, struct img_view is, bool *stuck)
{
	const uint32_t page = chip_info(r->chip)->geometry.page;
	enum img_status st = IMG_OK;
	uint64_t at;

	*stuck = !img_view_only_clears(is, want);
	for (at = 0; st == IMG_OK && !*stuck && at < range.size; at += page) {
		struct img_view a, b;

		st = img_view_slice(want, at, page, &a, r->err);
		if (st == IMG_OK)
			st = img_view_slice(is, at, page, &b, r->err);
		if (st != IMG_OK || img_view_equal(a, b))
			continue;
		r->result->rewritten++;
		st = program(r, (struct img_range){ range.start + at, page });
	}
	return st;
}

/* All that was done to this block since it was begun, once more. */
static enum img_status do_block_again(struct runner *r, size_t until, bool *erased)
{
	enum img_status st = IMG_OK;
	size_t i;

	*erased = false;
	for (i = r->block; i < until; i++)
		*erased |= r->plan->step[i].kind == PLAN_ERASE;
	for (i = r->block; st == IMG_OK && *erased && i < until; i++) {
		const struct plan_step *step = &r->plan->step[i];

		if (step->kind == PLAN_ERASE)
			st = erase(r, step);
		r->result->rewritten += step->kind == PLAN_PROGRAM;
	}
	return st == IMG_OK && *erased ? program_steps(r, r->block, until) : st;
}

static enum img_status repair(struct runner *r, size_t step, struct img_view want,
			      struct img_view is)
{
	const struct img_range range = r->plan->step[step].range;
	bool stuck, erased;
	enum img_status st;

	r->careful = true;
	chip_set_pace(r->chip, 1);
	st = program_again(r, range, want, is, &stuck);
	if (st != IMG_OK || !stuck)
		return st;
	st = do_block_again(r, step, &erased);
	return st == IMG_OK && !erased ? fail_mismatch(r, want, is, range.start) : st;
}

static enum img_status verify(struct runner *r, size_t step)
{
	const struct img_range range = r->plan->step[step].range;
	struct img_view want, reading[READINGS];
	enum verdict verdict;
	unsigned round;
	enum img_status st = img_view_slice(r->to, range.start, range.size, &want, r->err);

	for (round = 0; st == IMG_OK; round++) {
		st = look(r, range, want, reading, &verdict);
		if (st != IMG_OK)
			return st;
		if (verdict == RIGHT || verdict == BAD_READ)
			break;
		if (verdict == UNSTABLE)
			return fail_unstable(r, reading, range.start);
		if (round == REPAIRS)
			return fail_mismatch(r, want, reading[0], range.start);
		st = repair(r, step, want, reading[0]);
	}
	if (st != IMG_OK)
		return st;
	r->result->bad_reads += verdict == BAD_READ || (r->doubted && !round);
	r->doubted = false;
	r->result->done += range.size;
	r->tried = true;
	if (!r->careful)
		chip_set_pace(r->chip, PACE_FULL);
	return st;
}

static bool begins_block(const struct plan *plan, size_t i)
{
	return !i || (plan->step[i - 1].kind == PLAN_VERIFY && plan->step[i].kind != PLAN_VERIFY);
}

/* From the first byte that a step of the block touches to the last. */
static struct img_range block_range(const struct plan *plan, size_t first)
{
	uint64_t start = plan->step[first].range.start, end = start;
	size_t i;

	for (i = first; i < plan->count && (i == first || !begins_block(plan, i)); i++) {
		const struct img_range range = plan->step[i].range;

		start = range.start < start ? range.start : start;
		end = img_range_end(range) > end ? img_range_end(range) : end;
	}
	return (struct img_range){ start, end - start };
}

static void begin_block(struct runner *r, size_t first)
{
	r->block = first;
	if (r->watch && r->watch->block)
		r->watch->block(r->watch->ctx, block_range(r->plan, first));
}

static enum img_status take_step(struct runner *r, size_t i)
{
	const struct plan_step *step = &r->plan->step[i];
	size_t end;

	if (begins_block(r->plan, i))
		begin_block(r, i);
	switch (step->kind) {
	case PLAN_ERASE:
		return erase(r, step);
	case PLAN_PROGRAM:
		/* With the first of them go all that follow. */
		end = i;
		while (end < r->plan->count && r->plan->step[end].kind == PLAN_PROGRAM)
			end++;
		if (i && r->plan->step[i - 1].kind == PLAN_PROGRAM)
			return IMG_OK;
		return program_steps(r, i, end);
	case PLAN_VERIFY:
		return r->back[0] ? verify(r, i) : IMG_OK;
	}
	return IMG_OK;
}

static enum img_status take_and_tell(struct runner *r, size_t i)
{
	enum img_status st = take_step(r, i);

	if (st != IMG_OK || r->plan->step[i].kind != PLAN_VERIFY)
		return st;
	r->passed += r->plan->step[i].range.size;
	if (r->watch && r->watch->step)
		r->watch->step(r->watch->ctx, r->passed);
	return st;
}

/* A page whose address lost a byte went somewhere else, where nothing is read back: so all of
 * the chip is. */
static enum img_status look_everywhere(struct runner *r)
{
	const uint64_t size = chip_info(r->chip)->geometry.size, most = img_size(r->back[0]);
	enum img_status st = IMG_OK;
	struct img_view want, is;
	uint64_t at, n;

	for (at = 0; st == IMG_OK && at < size; at += n) {
		n = size - at < most ? size - at : most;
		st = read_back(r, 0, (struct img_range){ at, n }, &is);
		if (st == IMG_OK)
			st = img_view_slice(r->to, at, n, &want, r->err);
		if (st == IMG_OK && !img_view_equal(want, is))
			return img_fail(r->err, IMG_E_MISMATCH, at + img_view_difference(want, is),
					"a byte was lost on the way to the programmer, and a page "
					"of the write went here, where it does not belong");
	}
	return st;
}

/* Room for the largest piece that is read back; a plan verifies block by block. */
static uint64_t largest_verify(const struct plan *plan)
{
	uint64_t most = 1;
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (plan->step[i].kind == PLAN_VERIFY && plan->step[i].range.size > most)
			most = plan->step[i].range.size;
	return most;
}

enum img_status run_plan(struct chip *chip, const struct plan *plan, struct img_view from,
			 struct img_view to, bool with_verify, const struct run_watch *watch,
			 struct run_result *result, struct img_error *err)
{
	struct runner r = { .chip = chip, .plan = plan, .from = from, .to = to, .watch = watch,
			    .result = result, .err = err };
	enum img_status st = IMG_OK;
	size_t i;

	*result = (struct run_result){ 0 };
	if (chip_info(chip)->geometry.program == CHIP_PROGRAM_ANY)
		return run_store(chip, plan, from, to, with_verify, watch, result, err);
	r.paced = chip_set_pace(chip, 1);
	for (i = 0; st == IMG_OK && with_verify && i < READINGS; i++)
		st = img_new(largest_verify(plan), 0, &r.back[i], err);
	if (st == IMG_OK && plan->count && watch && watch->begin)
		watch->begin(watch->ctx, "writing", plan->verified);
	if (st == IMG_OK && plan->count)
		st = chip_unlock(chip, err);
	for (i = 0; st == IMG_OK && i < plan->count; i++)
		st = take_and_tell(&r, i);
	if (st == IMG_OK && r.astray && r.back[0])
		st = look_everywhere(&r);
	result->changed = chip_changed(chip);
	result->verified = st == IMG_OK && (with_verify || !plan->count);
	for (i = 0; i < READINGS; i++)
		img_close(r.back[i]);
	return st;
}
