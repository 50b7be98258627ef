/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of FTPR is removed, and how the rest moves to the start of the region. */
#include <stdlib.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/me_plan.h"

enum {
	BOOT_MIN = 0x400,		/* nobody has seen FTPR before that */
	BOOT_ALIGN = 0x20,
	ENTRY_OFFSET_AT = 0x38,		/* of the first entry in the table of partitions */
	CHUNK_LIMIT = 1 << 24,
};

static void keep_until(struct img_me_draft *d, uint64_t end)
{
	if (end > d->kept_end)
		d->kept_end = end;
}

/* Chunks are removed when no essential module has them. */
static enum img_status remove_chunks(struct img_me_draft *d, struct img_error *err)
{
	const struct img_me_code *code = &d->plan.code;
	const struct img_me_llut *l = &code->llut;
	bool *kept = calloc(l->count + 1, sizeof(*kept));
	enum img_status st = IMG_OK;

	if (!kept)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	for (size_t i = 0; i < code->count; i++) {
		const struct img_me_module *m = &code->module[i];

		for (size_t c = 0; m->is_essential && c < m->chunks; c++) {
			kept[m->first_chunk + c] = true;
			keep_until(d, img_range_end(l->chunk[m->first_chunk + c]));
		}
	}
	for (size_t i = 0; i < l->count && st == IMG_OK; i++) {
		if (!kept[i])
			st = img_me_add_fill(d, l->chunk[i], "a chunk of", "Huffman modules", err);
	}
	free(kept);
	return st;
}

/* --- what is kept stays as it is -------------------------------------------------------- */

/* The essential ranges in order, those that touch made one. How many; *out has room. */
static size_t essential_ranges(const struct img_me_code *code, struct img_range *out)
{
	size_t count = 0, merged = 0;

	for (size_t i = 0; i < code->count; i++) {
		const struct img_me_module *m = &code->module[i];

		if (!m->is_essential)
			continue;
		if (m->range.size)
			out[count++] = m->range;
		for (size_t c = 0; c < m->chunks; c++) {
			if (code->llut.chunk[m->first_chunk + c].size)
				out[count++] = code->llut.chunk[m->first_chunk + c];
		}
	}
	qsort(out, count, sizeof(*out), img_range_by_start);
	for (size_t i = 0; i < count; i++) {
		struct img_range *last = merged ? &out[merged - 1] : NULL;

		if (!last || out[i].start > img_range_end(*last))
			out[merged++] = out[i];
		else if (img_range_end(out[i]) > img_range_end(*last))
			last->size = img_range_end(out[i]) - last->start;
	}
	return merged;
}

static bool touches(const struct img_range *kept, size_t count, struct img_range fill)
{
	size_t low = 0, high = count;

	while (low < high) {	/* the first that ends behind the start of fill */
		size_t middle = (low + high) / 2;

		if (img_range_end(kept[middle]) <= fill.start)
			low = middle + 1;
		else
			high = middle;
	}
	return low < count && img_range_overlap(kept[low], fill);
}

/* How many ranges essential_ranges() may need: modules may share chunks. */
static size_t range_count(const struct img_me_code *code)
{
	size_t count = code->count;

	for (size_t i = 0; i < code->count; i++)
		count += code->module[i].chunks;
	return count;
}

enum img_status img_me_check_kept(const struct img_me_draft *d, struct img_error *err)
{
	const struct img_me_code *code = &d->plan.code;
	struct img_range *kept = calloc(range_count(code) + 1, sizeof(*kept));
	enum img_status st = IMG_OK;
	size_t count;

	if (!kept)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	count = essential_ranges(code, kept);
	for (size_t i = 0; i < d->plan.count && st == IMG_OK; i++) {
		const struct img_me_step *s = &d->plan.step[i];

		if (s->kind != IMG_ME_MOVE && touches(kept, count, s->range))
			st = img_fail(err, IMG_E_CORRUPT,
				      img_view_origin(d->region) + s->range.start,
				      "what is to be %s (0x%llx bytes here) lies over data "
				      "that the ME needs to start; the region is damaged",
				      s->kind == IMG_ME_FILL ? "removed" : "changed",
				      (unsigned long long)s->range.size);
	}
	free(kept);
	return st;
}

enum img_status img_me_plan_modules(struct img_me_draft *d, struct img_error *err)
{
	const struct img_me_partition *boot = &d->plan.me.partition[d->plan.me.boot];
	const struct img_me_code *code = &d->plan.code;
	enum img_status st = IMG_OK;

	if (d->plan.keeps_modules) {
		keep_until(d, img_range_end(boot->range));
		return IMG_OK;
	}
	/* The tables stay in any case, wherever the code is. */
	keep_until(d, d->plan.me.manifest.at + d->plan.me.manifest.size);
	keep_until(d, img_range_end(img_me_llut_range(&code->llut)));
	for (size_t i = 0; i < code->count && st == IMG_OK; i++) {
		const struct img_me_module *m = &code->module[i];

		/* What is compressed in an unknown way is left alone. */
		if (m->is_essential)
			keep_until(d, img_range_end(m->range));
		else if (m->compression != IMG_ME_OTHER)
			st = img_me_add_fill(d, m->range, "module", m->name, err);
	}
	return st == IMG_OK && code->llut.count ? remove_chunks(d, err) : st;
}

/* --- relocation ------------------------------------------------------------------------- */

/* The entries' place is said minus a correction that is signed; it may not fall below 0. */
static uint64_t lowest_place(const struct img_me_draft *d, uint64_t old)
{
	const struct img_me_llut *l = &d->plan.code.llut;
	uint64_t low = BOOT_MIN, ahead = l->at - old + IMG_ME_LLUT_HEAD;

	if (l->at == IMG_NOWHERE)
		return BOOT_MIN;
	if (l->correction > ahead && l->correction - ahead > low)
		low = l->correction - ahead;
	return (low + BOOT_ALIGN - 1) / BOOT_ALIGN * BOOT_ALIGN;
}

static enum img_status move_llut(struct img_me_draft *d, uint64_t old, uint64_t new,
				 struct img_error *err)
{
	const struct img_me_llut *l = &d->plan.code.llut;
	uint32_t delta = (uint32_t)(new - old);
	enum img_status st;

	st = img_me_add_word(d, l->at + 0xc, (uint32_t)(l->at + IMG_ME_LLUT_HEAD - l->correction) +
			     delta, 4, err);
	if (st == IMG_OK)
		st = img_me_add_word(d, l->at + 0x14, l->stream + delta, 4, err);
	for (size_t i = 0; i < l->count && st == IMG_OK; i++) {
		uint64_t start = l->chunk[i].start;

		if (start && start - old + new >= CHUNK_LIMIT)
			return img_fail(err, IMG_E_CORRUPT, img_view_origin(d->region) + l->at,
					"chunk %zu of the ME's LLUT would be out of its reach", i);
		if (start)
			st = img_me_add_word(d, l->at + IMG_ME_LLUT_HEAD + 4 * i,
					     (uint32_t)(start - old + new), 3, err);
	}
	return st;
}

enum img_status img_me_plan_relocation(struct img_me_draft *d, struct img_error *err)
{
	const struct img_me_partition *boot = &d->plan.me.partition[d->plan.me.boot];
	uint64_t old = boot->range.start, size = img_view_size(d->region) - old;
	uint64_t new = lowest_place(d, old);
	struct img_me_step move = { .kind = IMG_ME_MOVE, .to = new };
	enum img_status st;

	move.range = (struct img_range){ old, boot->range.size < size ? boot->range.size : size };
	if (new + move.range.size > img_view_size(d->region))
		return img_fail(err, IMG_E_SPACE, img_view_origin(d->region) + old,
				"FTPR, 0x%llx bytes, cannot go to 0x%llx of the ME region, which "
				"has 0x%zx bytes; clean it without relocation",
				(unsigned long long)move.range.size, (unsigned long long)new,
				img_view_size(d->region));
	st = img_me_add_word(d, ENTRY_OFFSET_AT, (uint32_t)new, 4, err);
	if (st == IMG_OK && d->plan.code.llut.at != IMG_NOWHERE)
		st = move_llut(d, old, new, err);
	if (st == IMG_OK && new != old)
		st = img_me_add_step(d, move, err);
	d->plan.boot_to = new;
	d->kept_end = d->kept_end + new - old;
	return st;
}
