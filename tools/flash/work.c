/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/work.h"

#include "tools/common/io.h"
#include "tools/flash/at_once.h"
#include "tools/flash/check/own.h"
#include "tools/flash/check/wrap.h"
#include "tools/flash/contents.h"
#include "tools/flash/dump.h"
#include "tools/flash/guide.h"
#include "tools/flash/regions.h"

static enum img_status read_only(const struct flash *f, struct job *job)
{
	enum img_status st = flash_read_job(f, job, img_view_of(NULL, 0));

	job->finished = st == IMG_OK;
	if (st == IMG_OK)
		flash_tell_wrap(f, job);
	return st;
}

static enum img_status read_chips(struct flash *f)
{
	enum img_status st = flash_at_once(f, flash_check_readable);

	return st == IMG_OK ? flash_at_once(f, read_only) : st;
}

enum img_status flash_read(struct flash *f)
{
	struct dump dump;
	enum img_status st = dump_begin(f, &dump);
	size_t i;

	if (st != IMG_OK)
		return st;
	st = guide_each(f, read_chips);
	if (st == IMG_OK)
		st = flash_find_regions(f);
	if (st == IMG_OK && !f->options.dry_run)
		st = flash_save_regions(f);
	for (i = 0; st == IMG_OK && i < f->jobs; i++)
		st = flash_blank_rest(f, &f->job[i], &f->err);
	if (st == IMG_OK)
		return dump_commit(f, &dump);
	dump_drop(&dump);
	return st;
}

static enum img_status compare_range(const struct flash *f, struct job *job,
				     struct img_range range)
{
	struct img_view there, image;
	const uint64_t at = range.start - job->place + job->part.start;
	enum img_status st = img_view_slice(img_bytes(job->old), range.start, range.size, &there,
					    &job->err);
	size_t where;

	if (st == IMG_OK)
		st = img_view_slice(img_bytes(f->image), at, range.size, &image, &job->err);
	if (st != IMG_OK || img_view_equal(there, image))
		return st;
	where = img_view_difference(there, image);
	return img_fail(&job->err, IMG_E_MISMATCH, range.start + where,
			"from here on the chip holds something else than %s",
			io_input_name(f->options.file));
}

static enum img_status read_for_verify(const struct flash *f, struct job *job)
{
	struct img_view part;
	enum img_status st = flash_part(f, job, &part);

	if (st == IMG_OK)
		st = flash_check_readable(f, job);
	return st == IMG_OK ? flash_read_job(f, job, part) : st;
}

static enum img_status compare(const struct flash *f, struct job *job)
{
	struct img_range range[FLASH_REGIONS];
	const size_t count = flash_changes(f, job, range);
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < count; i++)
		st = compare_range(f, job, range[i]);
	job->finished = job->result.verified = st == IMG_OK;
	return st;
}

static enum img_status verify_chips(struct flash *f)
{
	enum img_status st = flash_at_once(f, read_for_verify);

	if (st == IMG_OK)
		st = flash_find_regions(f);
	return st == IMG_OK ? flash_at_once(f, compare) : st;
}

enum img_status flash_verify(struct flash *f)
{
	return guide_each(f, verify_chips);
}
