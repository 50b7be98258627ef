/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/run.h"

#define VERIFY_MAX ((uint64_t)64 << 10)	/* a plan verifies block by block */

struct runner {
	struct chip *chip;
	struct img_view to;
	struct img *back;	/* room for what is read back; NULL: no verify */
	struct run_result *result;
	struct img_error *err;
};

static enum img_status fail_mismatch(struct img_view want, struct img_view is, uint64_t at,
				     struct img_error *err)
{
	const size_t where = img_view_difference(want, is);
	uint8_t expected = 0, found = 0;
	enum img_status st = img_view_copy(want, where, &expected, 1, err);

	if (st == IMG_OK)
		st = img_view_copy(is, where, &found, 1, err);
	if (st != IMG_OK)
		return st;
	return img_fail(err, IMG_E_MISMATCH, at + where,
			"reading back what was written found %02X where %02X was expected", found,
			expected);
}

static enum img_status verify(struct runner *r, struct img_range range)
{
	struct img_view want;
	struct img_span is;
	enum img_status st = img_view_slice(r->to, range.start, range.size, &want, r->err);

	if (st == IMG_OK)
		st = img_span_slice(img_span(r->back), 0, range.size, &is, r->err);
	if (st == IMG_OK)
		st = chip_read(r->chip, range.start, is, r->err);
	if (st == IMG_OK && !img_view_equal(want, img_span_view(is)))
		st = fail_mismatch(want, img_span_view(is), range.start, r->err);
	if (st == IMG_OK)
		r->result->done += range.size;
	return st;
}

static enum img_status take_step(struct runner *r, const struct plan_step *step)
{
	const struct chip_geometry *g = &chip_info(r->chip)->geometry;
	struct img_view bytes;
	enum img_status st;

	switch (step->kind) {
	case PLAN_ERASE:
		return chip_erase(r->chip, &g->erase[step->erase], step->range.start, r->err);
	case PLAN_PROGRAM:
		st = img_view_slice(r->to, step->range.start, step->range.size, &bytes, r->err);
		if (st == IMG_OK)
			st = chip_program(r->chip, step->range.start, bytes, r->err);
		return st;
	case PLAN_VERIFY:
		return r->back ? verify(r, step->range) : IMG_OK;
	}
	return IMG_OK;
}

enum img_status run_plan(struct chip *chip, const struct plan *plan, struct img_view to,
			 bool with_verify, const struct run_watch *watch, struct run_result *result,
			 struct img_error *err)
{
	struct runner r = { .chip = chip, .to = to, .result = result, .err = err };
	enum img_status st = IMG_OK;
	size_t i;

	*result = (struct run_result){ 0 };
	if (with_verify)
		st = img_new(VERIFY_MAX, 0, &r.back, err);
	if (st == IMG_OK && plan->count && watch && watch->begin)
		watch->begin(watch->ctx, "writing", plan->verified);
	for (i = 0; st == IMG_OK && i < plan->count; i++)
		st = take_step(&r, &plan->step[i]);
	result->changed = chip_changed(chip);
	result->verified = st == IMG_OK && (with_verify || !plan->count);
	img_close(r.back);
	return st;
}
