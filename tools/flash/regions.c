/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/regions.h"

#include <string.h>

#include "libimg/edit/split.h"
#include "libimg/format/fmap.h"
#include "libimg/format/ifd.h"
#include "tools/common/io.h"
#include "tools/common/layout_file.h"

struct img_range flash_region_on_chip(const struct flash *f, const struct job *job, size_t i)
{
	struct img_range range = img_range_common(f->region[i].range, job->part);

	range.start = range.start - job->part.start + job->place;
	return range;
}

size_t flash_changes(const struct flash *f, const struct job *job,
		     struct img_range out[FLASH_REGIONS])
{
	size_t i, k, count = 0;

	if (!f->regions) {
		out[0] = (struct img_range){ job->place, job->part.size };
		return 1;
	}
	/* Regions may lie within each other, but are sorted by their start. */
	for (i = 0; i < f->regions; i++) {
		const struct img_range r = flash_region_on_chip(f, job, i);
		const uint64_t end = img_range_end(r);

		k = count ? count - 1 : 0;
		if (!r.size)
			continue;
		if (!count || r.start > img_range_end(out[k]))
			out[count++] = r;
		else if (end > img_range_end(out[k]))
			out[k].size = end - out[k].start;
	}
	return count;
}

/* --- which there are ----------------------------------------------------------------- */

static uint64_t image_size(const struct flash *f)
{
	uint64_t size = 0;
	size_t i;

	for (i = 0; i < f->jobs; i++)
		if (img_range_end(f->job[i].part) > size)
			size = img_range_end(f->job[i].part);
	return f->image ? img_size(f->image) : size;
}

enum img_status flash_gather(struct flash *f, struct img **out)
{
	struct img_span held;
	size_t i;
	enum img_status st = f->image ? img_copy(img_bytes(f->image), out, &f->err)
				      : img_new(image_size(f), 0xff, out, &f->err);

	if (st != IMG_OK)
		return st;
	for (i = 0; st == IMG_OK && i < f->jobs; i++) {
		const struct job *job = &f->job[i];
		const bool before = job->safe.resumed || !job->old;
		const struct img *now = before ? job->safe.original : job->old;

		st = img_span_slice(img_span(*out), job->part.start, job->part.size, &held,
				    &f->err);
		if (st == IMG_OK)
			st = img_peek(now, job->place, held, &f->err);
	}
	if (st != IMG_OK)
		img_close(*out);
	return st;
}

static enum img_status layout_of_file(struct flash *f, struct img_layout *out)
{
	f->about = f->options.layout;
	return layout_file_read(f->options.layout, out, &f->err);
}

static enum img_status layout_of_descriptor(struct img_view image, struct img_layout *out,
					    struct img_error *err)
{
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(image, &ifd, err);

	if (st == IMG_E_ABSENT)
		img_error_prefix(err, "--ifd: the chips hold no descriptor, give a layout with -l");
	if (st == IMG_OK)
		img_split_regions(&ifd, out);
	return st;
}

static enum img_status layout_of_fmap(struct img_view image, struct img_layout *out,
				      struct img_error *err)
{
	struct img_fmap map;
	size_t i;
	enum img_status st = img_fmap_decode(image, &map, err);

	if (st == IMG_E_ABSENT)
		img_error_prefix(err, "--fmap: the chips hold none, give a layout with -l");
	for (i = 0; st == IMG_OK && i < map.area_count; i++)
		if (map.area[i].range.size)
			st = img_layout_add(out, map.area[i].name, map.area[i].range, err);
	return st;
}

/* A layout is known from the beginning; else the chips have to be, as they are or as they were
 * before a write that was begun. */
static bool is_known(const struct flash *f)
{
	size_t i;

	for (i = 0; !f->options.layout && i < f->jobs; i++)
		if (!f->job[i].old && !f->job[i].safe.original)
			return false;
	return true;
}

static enum img_status find_layout(struct flash *f, struct img_layout *out)
{
	struct img *held;
	enum img_status st;

	*out = (struct img_layout){ 0 };
	if (f->options.layout)
		return layout_of_file(f, out);
	f->about = NULL;
	st = flash_gather(f, &held);
	if (st != IMG_OK)
		return st;
	st = f->options.ifd ? layout_of_descriptor(img_bytes(held), out, &f->err)
			    : layout_of_fmap(img_bytes(held), out, &f->err);
	img_close(held);
	return st;
}

/* --- which are meant ----------------------------------------------------------------- */

/* "bios" or "bios:FILE". */
static size_t name_size(const char *include)
{
	return strcspn(include, ":");
}

static enum img_status find_one(struct flash *f, const struct img_layout *layout,
				const char *include)
{
	const size_t n = name_size(include);
	struct flash_region *r = &f->region[f->regions];
	size_t i;

	for (i = 0; i < layout->count; i++)
		if (strlen(layout->area[i].name) == n && !memcmp(layout->area[i].name, include, n))
			break;
	if (i == layout->count)
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"-i %.*s: there is no such region", (int)n, include);
	*r = (struct flash_region){ layout->area[i].range, include[n] ? include + n + 1 : NULL };
	if (!img_range_holds((struct img_range){ 0, image_size(f) }, r->range))
		return img_fail(&f->err, IMG_E_REFUSED, r->range.start,
				"region %s leaves the image, which has %llu bytes (region-size)",
				layout->area[i].name, (unsigned long long)image_size(f));
	f->regions++;
	return IMG_OK;
}

static void sort(struct flash *f)
{
	size_t i, k;

	for (i = 1; i < f->regions; i++)
		for (k = i; k && f->region[k - 1].range.start > f->region[k].range.start; k--) {
			const struct flash_region later = f->region[k - 1];

			f->region[k - 1] = f->region[k];
			f->region[k] = later;
		}
}

static enum img_status put_file(struct flash *f, const struct flash_region *r)
{
	struct img *part;
	enum img_status st;

	f->about = r->file;
	st = img_open(r->file, &part, &f->err);
	if (st != IMG_OK)
		return st;
	if (img_size(part) != r->range.size)
		st = img_fail(&f->err, IMG_E_REFUSED, IMG_NOWHERE,
			      "has %llu bytes, and the region %llu (region-size)",
			      (unsigned long long)img_size(part),
			      (unsigned long long)r->range.size);
	else
		st = img_span_write(img_span(f->image), r->range.start, img_bytes(part),
				    &f->err);
	img_close(part);
	return st;
}

enum img_status flash_find_regions(struct flash *f)
{
	const struct flash_options *o = &f->options;
	struct img_layout layout;
	enum img_status st;
	size_t i;

	if (!o->includes || f->regions || !is_known(f))
		return IMG_OK;
	if (f->guided && !f->image)
		return img_fail(&f->err, IMG_E_USAGE, IMG_NOWHERE,
				"-i of chips that come one after the other is for -w and -v");
	st = find_layout(f, &layout);
	for (i = 0; st == IMG_OK && i < o->includes; i++)
		st = find_one(f, &layout, o->include[i]);
	sort(f);
	for (i = 0; st == IMG_OK && o->operation == FLASH_WRITE && i < f->regions; i++)
		if (f->region[i].file)
			st = put_file(f, &f->region[i]);
	return st;
}

/* --- reading ------------------------------------------------------------------------- */

enum img_status flash_blank_rest(const struct flash *f, struct job *job, struct img_error *err)
{
	struct img_range wanted[FLASH_REGIONS];
	const size_t count = flash_changes(f, job, wanted);
	enum img_status st = IMG_OK;
	uint64_t at = 0;
	size_t i;

	if (!f->regions)
		return IMG_OK;
	for (i = 0; st == IMG_OK && i < count; at = img_range_end(wanted[i++]))
		st = img_span_fill(img_span(job->old), at, wanted[i].start - at, 0, err);
	if (st == IMG_OK)
		st = img_span_fill(img_span(job->old), at, img_size(job->old) - at, 0, err);
	return st;
}

static enum img_status save_one(struct flash *f, size_t which)
{
	const struct flash_region *r = &f->region[which];
	struct img_save *save;
	struct img_view part;
	enum img_status st;
	size_t i;

	f->about = io_output_name(r->file);
	st = io_begin(r->file, f->options.force, &save, &f->err);
	if (st != IMG_OK)
		return st;
	for (i = 0; st == IMG_OK && i < f->jobs; i++) {
		const struct img_range on = flash_region_on_chip(f, &f->job[i], which);

		st = img_view_slice(img_bytes(f->job[i].old), on.size ? on.start : 0, on.size,
				    &part, &f->err);
		if (st == IMG_OK)
			st = img_save_write(save, part, &f->err);
	}
	if (st == IMG_OK)
		return img_save_commit(save, &f->err);
	img_save_drop(save);
	return st;
}

enum img_status flash_save_regions(struct flash *f)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < f->regions; i++)
		if (f->region[i].file)
			st = save_one(f, i);
	return st;
}
