/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which parts an image is cut into. */
#include <stdio.h>
#include <string.h>

#include "libimg/format/fsp.h"
#include "tools/common/io.h"
#include "tools/common/layout_file.h"
#include "tools/split/split.h"

_Static_assert((int)IMG_LAYOUT_AREAS <= (int)IMG_PARTS_MAX, "every area can be a part");

/* --- chips --------------------------------------------------------------------------- */

static enum img_status find_chips(const struct job *job, const struct img_board *board,
				  struct img_parts *out, struct img_error *err)
{
	const struct options *o = job->options;
	enum img_status st;

	if (board)
		return img_split_by_board(job->image, board, out, err);
	if (o->size_count)
		return img_split_by_sizes(img_view_size(job->image), o->size, o->size_count, out,
					  err);
	st = img_split_by_descriptor(job->image, out, err);
	if (st == IMG_E_ABSENT || st == IMG_E_CORRUPT)
		img_error_prefix(err, "the sizes of the chips are not known, give -b or --sizes: ");
	return st;
}

static enum img_status plan_chips(struct job *job, const struct img_board *board,
				  struct img_error *err)
{
	struct img_parts chips;
	enum img_status st = find_chips(job, board, &chips, err);

	if (st != IMG_OK)
		return st;
	job->whole = true;
	job->count = chips.count;
	for (size_t i = 0; i < chips.count; i++) {
		snprintf(job->part[i].what, sizeof(job->part[i].what), "%s", chips.part[i].chip);
		job->part[i].range = chips.part[i].range;
		job->part[i].size = chips.part[i].chip_size;
	}
	return IMG_OK;
}

/* --- regions ------------------------------------------------------------------------- */

static enum img_status read_layout(const char *path, struct img_layout *out, struct img_error *err)
{
	enum img_status st = layout_file_read(path, out, err);

	if (st == IMG_OK)
		img_layout_sort(out);
	return st;
}

/* Of two regions at one place one has to be wrong; an area within another of a layout is not. */
static enum img_status descriptor_layout(struct img_view image, struct img_layout *out,
					 struct img_error *err)
{
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(image, &ifd, err);

	if (st == IMG_E_ABSENT)
		img_error_prefix(err, "the regions are not known, give a layout with -l: ");
	if (st != IMG_OK)
		return st;
	img_split_regions(&ifd, out);
	for (size_t i = 1; i < out->count; i++)
		if (img_range_overlap(out->area[i - 1].range, out->area[i].range))
			return img_fail(err, IMG_E_CORRUPT, out->area[i].range.start,
					"regions %s and %s of the descriptor overlap",
					out->area[i - 1].name, out->area[i].name);
	if (!out->count)
		return img_fail(err, IMG_E_ABSENT, ifd.region_at, "the descriptor has no region");
	return IMG_OK;
}

/* FSP 1.x is one component; its name is then fsp. */
static enum img_status fsp_layout(struct img_view file, struct img_layout *out,
				  struct img_error *err)
{
	static const char *const names[] = { [IMG_FSP_ONE] = "fsp", [IMG_FSP_T] = "fspt",
					     [IMG_FSP_M] = "fspm", [IMG_FSP_S] = "fsps" };
	struct img_fsp fsp;
	uint64_t cursor = 0;
	enum img_status st;

	out->count = 0;
	while ((st = img_fsp_next(file, &cursor, &fsp, err)) == IMG_OK) {
		if (fsp.kind >= sizeof(names) / sizeof(names[0]))
			return img_fail(err, IMG_E_UNSUPPORTED, fsp.range.start,
					"an FSP component of kind %u; known are 1 (T), 2 (M) and "
					"3 (S)", fsp.kind);
		for (size_t i = 0; i < out->count; i++)
			if (!strcmp(out->area[i].name, names[fsp.kind]))
				return img_fail(err, IMG_E_CORRUPT, fsp.range.start,
						"a second component %s", names[fsp.kind]);
		st = img_layout_add(out, names[fsp.kind], fsp.range, err);
		if (st != IMG_OK)
			return st;
	}
	if (st == IMG_E_ABSENT && !out->count)
		return img_fail(err, st, IMG_NOWHERE, "no Intel FSP in this file");
	return st == IMG_E_ABSENT ? IMG_OK : st;
}

/* Names come from somebody's file and become those of files in our directory. */
static enum img_status check_names(const struct img_layout *layout, struct img_error *err)
{
	for (size_t i = 0; i < layout->count; i++)
		for (const char *p = layout->area[i].name; *p; p++)
			if (*p == '/' || (unsigned char)*p < 0x20 || *p == 0x7f)
				return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
						"no file can be called after the area %s: there "
						"is a / or a control character in it",
						layout->area[i].name);
	return IMG_OK;
}

static enum img_status plan_regions(struct job *job, const char **file, struct img_error *err)
{
	const char *path = job->options->layout;
	uint64_t size = img_view_size(job->image);
	struct img_layout layout;
	enum img_status st;

	if (path)
		*file = io_input_name(path);
	if (job->options->fsp)
		st = fsp_layout(job->image, &layout, err);
	else if (path)
		st = read_layout(path, &layout, err);
	else
		st = descriptor_layout(job->image, &layout, err);
	if (st == IMG_OK)
		st = check_names(&layout, err);
	if (st != IMG_OK)
		return st;
	*file = NULL;
	st = img_split_check_layout(size, &layout, err);
	if (st != IMG_OK)
		return st;
	job->whole = img_split_is_whole(size, &layout);
	job->count = layout.count;
	for (size_t i = 0; i < layout.count; i++) {
		memcpy(job->part[i].what, layout.area[i].name, sizeof(job->part[i].what));
		job->part[i].range = layout.area[i].range;
		job->part[i].size = layout.area[i].range.size;
	}
	return IMG_OK;
}

enum img_status job_plan(struct job *job, const struct img_board *board, const char **file,
			 struct img_error *err)
{
	*file = NULL;
	return job->options->regions ? plan_regions(job, file, err) : plan_chips(job, board, err);
}
