/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/target.h"

#include "libimg/format/ifd.h"
#include "tools/flash/contents.h"
#include "tools/flash/keep.h"
#include "tools/flash/own.h"
#include "tools/flash/safe.h"

#define SECTOR 4096u
#define LAST_MAX 2

enum img_status flash_target_over(const struct flash *f, struct job *job, struct img_view base,
				  struct img **out)
{
	struct img_view part;
	enum img_status st;

	*out = NULL;
	if (f->options.operation == FLASH_ERASE) {
		st = img_new(img_view_size(base), 0xff, out, &job->err);
	} else {
		st = flash_part(f, job, &part);
		if (st == IMG_OK)
			st = img_copy(base, out, &job->err);
		if (st == IMG_OK)
			st = img_span_write(img_span(*out), job->place, part, &job->err);
	}
	if (st == IMG_OK)
		st = flash_keep_closed(job, base, *out, &job->err);
	if (st == IMG_OK)
		st = flash_keep(f, job, base, *out);
	if (st == IMG_OK)
		return st;
	img_close(*out);
	*out = NULL;
	return st;
}

enum img_status flash_make_target(const struct flash *f, struct job *job)
{
	enum img_status st;

	if (f->options.operation == FLASH_ERASE)
		job->part.size = job->info.geometry.size;
	st = flash_target_over(f, job, flash_original(job), &job->target);
	if (st == IMG_OK)
		job->wanted = img_bytes(job->target);
	return st;
}

/* The boot code is at the end of the image, the descriptor at its beginning: of a chip in the
 * middle of neither nothing is left for last. */
static size_t find_last(const struct flash *f, const struct job *job,
			struct img_range last[LAST_MAX])
{
	const uint64_t image = f->image ? img_size(f->image) : job->part.size;
	size_t count = 0;
	uint64_t at;

	if (job->part.size >= SECTOR && img_range_end(job->part) == image)
		last[count++] = (struct img_range){ job->place + job->part.size - SECTOR, SECTOR };
	if (!job->part.start && (img_ifd_signature(img_bytes(job->old), &at) ||
				 img_ifd_signature(job->wanted, &at)))
		last[count++] = (struct img_range){ job->place, SECTOR };
	return count;
}

enum img_status flash_make_plan(const struct flash *f, struct job *job)
{
	const struct img_range change = { job->place, job->part.size };
	struct img_range last[LAST_MAX];
	/* What a write that is gone on with broke around its part is put back, too. */
	const struct plan_request request = {
		.change = { &change, job->safe.resumed ? 0 : 1 },
		.last = { last, find_last(f, job, last) },
	};

	return plan_make(img_bytes(job->old), job->wanted, &job->info.geometry, &request,
			 &job->plan, &job->err);
}
