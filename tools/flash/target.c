/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/target.h"

#include "libimg/format/ifd.h"
#include "tools/flash/check/own.h"
#include "tools/flash/contents.h"
#include "tools/flash/keep.h"
#include "tools/flash/regions.h"
#include "tools/flash/safe.h"

#define SECTOR 4096u
#define LAST_MAX 2

/* What was asked for of this range, which lies on the chip. */
static enum img_status put_range(const struct flash *f, struct job *job, struct img_range range,
				 struct img_span into)
{
	const uint64_t at = range.start - job->place + job->part.start;
	struct img_view bytes;
	enum img_status st;

	if (f->options.operation == FLASH_ERASE)
		return img_span_fill(into, range.start, range.size, 0xff, &job->err);
	st = img_view_slice(img_bytes(f->image), at, range.size, &bytes, &job->err);
	return st == IMG_OK ? img_span_write(into, range.start, bytes, &job->err) : st;
}

static bool is_all_erased(const struct flash *f)
{
	return f->options.operation == FLASH_ERASE && !f->regions;
}

/* Nothing of what the chip holds stays. */
static bool is_image(const struct flash *f, const struct job *job)
{
	return f->options.operation == FLASH_WRITE && !f->regions && !f->options.keeps &&
	       !job->info.guards && job->part.size == job->info.geometry.size;
}

/* Into holds what base does, or FF where all is erased. */
static enum img_status put_over(const struct flash *f, struct job *job, const struct img *base,
				struct img *into)
{
	struct img_range range[FLASH_REGIONS];
	const size_t count = is_all_erased(f) ? 0 : flash_changes(f, job, range);
	struct flash_kept kept[FLASH_KEEP_MAX];
	enum img_status st = flash_keep_find(f, job, img_bytes(into), kept);
	size_t i;

	for (i = 0; st == IMG_OK && i < count; i++)
		st = put_range(f, job, range[i], img_span(into));
	if (st == IMG_OK)
		st = flash_keep_closed(job, base, into, &job->err);
	if (st == IMG_OK)
		st = flash_keep(f, job, base, kept, into);
	flash_keep_free(kept);
	return st;
}

enum img_status flash_target_over(const struct flash *f, struct job *job, const struct img *base,
				  struct img **out, struct img_view *wanted)
{
	enum img_status st;

	*out = NULL;
	if (is_image(f, job))
		return flash_part(f, job, wanted);
	st = is_all_erased(f) ? img_new(img_size(base), 0xff, out, &job->err)
			      : img_duplicate(base, out, &job->err);
	if (st == IMG_OK)
		st = put_over(f, job, base, *out);
	if (st == IMG_OK) {
		*wanted = img_bytes(*out);
		return st;
	}
	img_close(*out);
	*out = NULL;
	return st;
}

enum img_status flash_make_target(const struct flash *f, struct job *job)
{
	if (is_all_erased(f))
		job->part.size = job->info.geometry.size;
	return flash_target_over(f, job, flash_original(job), &job->target, &job->wanted);
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
	struct img_range change[FLASH_REGIONS], last[LAST_MAX];
	const size_t count = flash_changes(f, job, change);
	/* What a write that is gone on with broke around its part is put back, too. */
	const struct plan_request request = {
		.change = { change, job->safe.resumed ? 0 : count },
		.last = { last, find_last(f, job, last) },
	};

	return plan_make(img_bytes(job->old), job->wanted, &job->info.geometry, &request,
			 &job->plan, &job->err);
}
