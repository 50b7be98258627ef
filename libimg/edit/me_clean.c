/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What was planned, done. */
#include "libimg/edit/me_clean.h"

static enum img_status do_step(struct img_span region, const struct img_me_step *s,
			       struct img_error *err)
{
	struct img_range r = s->range;
	uint64_t gap = s->to < r.start ? r.start - s->to : s->to - r.start;
	struct img_view source;
	enum img_status st;

	if (s->kind == IMG_ME_FILL)
		return img_span_fill(region, r.start, r.size, 0xff, err);
	if (s->kind == IMG_ME_PUT)
		return img_span_write(region, r.start, img_view_of(s->bytes, (size_t)r.size), err);
	st = img_view_slice(img_span_view(region), r.start, r.size, &source, err);
	if (st == IMG_OK)
		st = img_span_write(region, s->to, source, err);
	/* What it left and does not lie in again */
	gap = gap < r.size ? gap : r.size;
	if (st == IMG_OK)
		st = img_span_fill(region, s->to < r.start ? img_range_end(r) - gap : r.start, gap,
				   0xff, err);
	return st;
}

/* Where no list of modules is known, none of them was touched. */
static enum img_status check_code(struct img_view region, const struct img_me *me,
				  struct img_error *err)
{
	struct img_me_code code;
	enum img_status st = img_me_code_read(region, me, &code, err);

	if (st != IMG_OK)
		return st == IMG_E_ABSENT ? IMG_OK : st;
	st = img_me_whole(region, &code, err);
	img_me_code_free(&code);
	return st;
}

static enum img_status check_result(struct img_view whole, uint64_t size, struct img_error *err)
{
	struct img_view region;
	struct img_me me;
	enum img_status st = img_view_slice(whole, 0, size, &region, err);

	if (st == IMG_OK)
		st = img_me_decode(region, &me, err);
	if (st == IMG_OK)
		st = img_me_signature(region, &me, err);
	if (st == IMG_OK)
		st = check_code(region, &me, err);
	if (st == IMG_OK && me.checksum_ok)
		return IMG_OK;
	if (st == IMG_OK)
		img_fail(err, IMG_E_CORRUPT, img_view_origin(whole), "wrong checksum");
	img_error_prefix(err, "the cleaned ME region is not good");
	if (err)
		err->status = IMG_E_CORRUPT;
	return IMG_E_CORRUPT;
}

enum img_status img_me_clean(struct img_span region, const struct img_me_plan *plan,
			     struct img_error *err)
{
	enum img_status st = IMG_OK;

	for (size_t i = 0; i < plan->count && st == IMG_OK; i++)
		st = do_step(region, &plan->step[i], err);
	if (st == IMG_OK && plan->action == IMG_ME_CLEAN)
		st = check_result(img_span_view(region), plan->result, err);
	return st;
}
