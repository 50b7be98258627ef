/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/proof.h"

#include "tools/programmer/run/steady.h"

#define WINDOW ((uint64_t)256 << 10)

struct window {
	struct img_range range;
	struct img *want, *is;
};

/* What a step that has been taken made of the window. */
static enum img_status replay(struct window *w, const struct plan_step *step, struct img_view to,
			      struct img_error *err)
{
	const struct img_range part = img_range_common(step->range, w->range);
	struct img_view bytes;
	enum img_status st;

	if (!part.size || step->kind == PLAN_VERIFY)
		return IMG_OK;
	if (step->kind == PLAN_ERASE)
		return img_span_fill(img_span(w->want), part.start - w->range.start, part.size,
				     0xff, err);
	st = img_view_slice(to, part.start, part.size, &bytes, err);
	if (st == IMG_OK)
		st = img_span_write(img_span(w->want), part.start - w->range.start, bytes, err);
	return st;
}

static enum img_status expect(struct window *w, const struct plan *plan, size_t done,
			      struct img_view from, struct img_view to, struct img_error *err)
{
	struct img_view bytes;
	enum img_status st = img_view_slice(from, w->range.start, w->range.size, &bytes, err);
	size_t i;

	if (st == IMG_OK)
		st = img_span_write(img_span(w->want), 0, bytes, err);
	for (i = 0; st == IMG_OK && i <= done; i++)
		st = replay(w, &plan->step[i], to, err);
	return st;
}

static enum img_status compare(const struct window *w, const struct plan_step *step,
			       struct img_error *err)
{
	const struct img_view want = img_bytes(w->want), is = img_bytes(w->is);
	const uint64_t at = w->range.start + img_view_difference(want, is);

	if (img_view_equal(want, is))
		return IMG_OK;
	if (at >= step->range.start && at < img_range_end(step->range))
		return img_fail(err, IMG_E_MISMATCH, at,
				"the erase of 0x%llx-0x%llx left something here, which is not FF",
				(unsigned long long)step->range.start,
				(unsigned long long)img_range_end(step->range) - 1);
	return img_fail(err, IMG_E_MISMATCH, at,
			"the erase of 0x%llx-0x%llx also changed what is here: on this chip the "
			"command does not do what the chip's entry says; restore it from the "
			"backup",
			(unsigned long long)step->range.start,
			(unsigned long long)img_range_end(step->range) - 1);
}

/* A reading that is wrong once says nothing of the chip, so it is read once more then. */
static enum img_status look(struct chip *chip, const struct window *w, struct img_error *err)
{
	enum img_status st = steady_read(chip, w->range.start, img_span(w->is), err);

	if (st != IMG_OK || img_view_equal(img_bytes(w->want), img_bytes(w->is)))
		return st;
	return steady_read(chip, w->range.start, img_span(w->is), err);
}

enum img_status run_prove_erase(struct chip *chip, const struct plan *plan, size_t done,
				struct img_view from, struct img_view to, struct img_error *err)
{
	const struct plan_step *step = &plan->step[done];
	const uint64_t size = chip_info(chip)->geometry.size;
	struct window w = { .range.start = step->range.start / WINDOW * WINDOW };
	enum img_status st;

	w.range.size = (img_range_end(step->range) + WINDOW - 1) / WINDOW * WINDOW - w.range.start;
	if (w.range.size > size - w.range.start)
		w.range.size = size - w.range.start;
	st = img_new(w.range.size, 0, &w.want, err);
	if (st == IMG_OK)
		st = img_new(w.range.size, 0, &w.is, err);
	if (st == IMG_OK)
		st = expect(&w, plan, done, from, to, err);
	if (st == IMG_OK)
		st = look(chip, &w, err);
	if (st == IMG_OK)
		st = compare(&w, step, err);
	img_close(w.want);
	img_close(w.is);
	return st;
}
