/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A plan for a region of which only what it takes is read. Most of a region goes: to read that, or
 * only to have memory for it, takes longer than to plan and to clean.
 */
#include <string.h>

#include "libimg/edit/me_clean.h"

enum {
	HEAD = 0x2000,		/* with the largest table of partitions */
	START = 0x20000,	/* of FTPR: lists, and mostly all that stays of it */
	LISTS = 0x9000,		/* directory, or manifest and headers of modules, at most */
};

static enum img_status load(struct img *image, struct img_range r, struct img_error *err)
{
	r = img_range_common(r, (struct img_range){ 0, img_size(image) });
	return r.size ? img_load(image, r.start, r.size, err) : IMG_OK;
}

static struct img_range start_of(const struct img_me_partition *p)
{
	return img_range_common(p->range, (struct img_range){ p->range.start, START });
}

/* Head, and the start of what may be the partition that starts the ME. Why not is said later. */
static bool load_lists(struct img *image)
{
	struct img_me me;
	bool all = load(image, (struct img_range){ 0, HEAD }, NULL) == IMG_OK &&
		   img_me_has_table(img_bytes(image)) &&
		   img_me_tables(img_bytes(image), &me, NULL) == IMG_OK;

	for (size_t i = 0; all && i < me.partition_count; i++) {
		const struct img_me_partition *p = &me.partition[i];

		if (!strcmp(p->name, "FTPR") || !strcmp(p->name, "CODE"))
			all = load(image, start_of(p), NULL) == IMG_OK;
	}
	return all;
}

/* What is behind the end of the region nobody can read. */
static bool was_read(const struct img *image, struct img_range start, struct img_range r)
{
	return !r.size || img_range_holds(start, r) || img_range_end(start) >= img_size(image);
}

static bool module_was_read(const struct img *image, const struct img_me_code *code,
			    struct img_range start, const struct img_me_module *m)
{
	bool all = was_read(image, start, m->range);

	for (size_t i = 0; all && i < m->chunks; i++)
		all = was_read(image, start, code->llut.chunk[m->first_chunk + i]);
	return all;
}

/* Was all there that this plan was made of? Lists can lead anywhere. */
static bool all_was_read(const struct img *image, const struct img_me_plan *plan)
{
	const struct img_range start = start_of(&plan->me.partition[plan->me.boot]);
	const struct img_me_manifest *man = &plan->me.manifest;
	const struct img_me_code *code = &plan->code;
	bool all = plan->action == IMG_ME_CLEAN && plan->has_modules &&
		   was_read(image, start, (struct img_range){ start.start, LISTS }) &&
		   was_read(image, start, (struct img_range){ man->at, LISTS }) &&
		   was_read(image, start, (struct img_range){ man->at, man->size }) &&
		   was_read(image, start, img_me_llut_range(&code->llut));

	for (size_t i = 0; all && i < code->count; i++)
		all = !code->module[i].is_essential ||
		      module_was_read(image, code, start, &code->module[i]);
	return all;
}

/* The rest of r. What was read for the plan stays as it was then. */
static enum img_status load_rest(struct img *image, const struct img_me_plan *plan,
				 struct img_range r, struct img_error *err)
{
	const struct img_range start = start_of(&plan->me.partition[plan->me.boot]);
	const uint64_t end = img_range_end(start) > HEAD ? img_range_end(start) : HEAD;
	const struct img_range gaps[] = {
		{ HEAD, start.start > HEAD ? start.start - HEAD : 0 },
		{ end, img_size(image) },
	};
	enum img_status st = IMG_OK;

	for (size_t i = 0; i < sizeof(gaps) / sizeof(gaps[0]) && st == IMG_OK; i++)
		st = load(image, img_range_common(gaps[i], r), err);
	return st;
}

static enum img_status load_result(struct img *image, const struct img_me_plan *plan,
				   struct img_error *err)
{
	enum img_status st = load_rest(image, plan, (struct img_range){ 0, plan->result }, err);

	for (size_t i = 0; i < plan->count && st == IMG_OK; i++) {
		struct img_range moved = plan->step[i].range;
		uint64_t skip = moved.start < plan->result ? plan->result - moved.start : 0;

		if (plan->step[i].kind != IMG_ME_MOVE || skip >= moved.size)
			continue;
		moved.start += skip;
		moved.size -= skip;
		st = load_rest(image, plan, moved, err);
	}
	return st;
}

enum img_status img_me_plan_lazily(struct img *image, const struct img_me_wish *wish,
				   struct img_me_plan *out, struct img_error *err)
{
	struct img_me_plan plan;
	enum img_status st;

	if (load_lists(image) &&
	    img_me_plan(img_bytes(image), wish, &plan, NULL) == IMG_OK) {
		if (all_was_read(image, &plan)) {
			st = load_result(image, &plan, err);
			if (st == IMG_OK)
				*out = plan;
			else
				img_me_plan_free(&plan);
			return st;
		}
		img_me_plan_free(&plan);
	}
	/* Another kind of region, or something to be said of it: with all of it at hand. */
	st = img_load_all(image, err);
	return st == IMG_OK ? img_me_plan(img_bytes(image), wish, out, err) : st;
}
