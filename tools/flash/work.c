/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/work.h"

#include <unistd.h>

#include "tools/common/io.h"

struct watcher {
	const struct diag *diag;
	const struct job *job;
};

/* Somebody who looks on wants to know what takes so long. */
static void begin(void *ctx, const char *phase, uint64_t bytes)
{
	const struct watcher *w = ctx;
	struct diag shown = *w->diag;

	shown.verbose |= isatty(STDERR_FILENO) == 1;
	diag_detail(&shown, w->job->name, "%s %llu bytes", phase, (unsigned long long)bytes);
}

static enum img_status read_job(struct flash *f, struct job *job, struct img_view hope)
{
	struct watcher w = { &f->diag, job };
	const struct run_watch watch = { begin, &w };

	f->about = job->name;
	return run_read(job->chip, f->options.reads, (struct run_hope){ hope, job->place }, &watch,
			&job->old, &f->err);
}

enum img_status flash_read(struct flash *f)
{
	const struct flash_options *o = &f->options;
	struct img_save *save = NULL;
	enum img_status st = IMG_OK;
	size_t i;

	f->about = io_output_name(o->file);
	if (!o->dry_run)
		st = io_begin(o->file, o->force, &save, &f->err);
	for (i = 0; st == IMG_OK && i < f->jobs; i++) {
		st = read_job(f, &f->job[i], img_view_of(NULL, 0));
		f->job[i].finished = st == IMG_OK;
	}
	for (i = 0; st == IMG_OK && save && i < f->jobs; i++) {
		f->about = io_output_name(o->file);
		st = img_save_write(save, img_bytes(f->job[i].old), &f->err);
	}
	if (st == IMG_OK && save)
		return img_save_commit(save, &f->err);
	img_save_drop(save);
	return st;
}

static enum img_status part_of_image(struct flash *f, const struct job *job, struct img_view *out)
{
	return img_view_slice(img_bytes(f->image), job->part.start, job->part.size, out, &f->err);
}

static enum img_status compare(struct flash *f, struct job *job, struct img_view part)
{
	struct img_view there;
	enum img_status st = img_view_slice(img_bytes(job->old), job->place, job->part.size, &there,
					    &f->err);
	size_t where;

	if (st != IMG_OK || img_view_equal(there, part))
		return st;
	where = img_view_difference(there, part);
	return img_fail(&f->err, IMG_E_MISMATCH, job->place + where,
			"from here on the chip holds something else than %s",
			io_input_name(f->options.file));
}

enum img_status flash_verify(struct flash *f)
{
	enum img_status st = IMG_OK;
	struct img_view part;
	size_t i;

	for (i = 0; st == IMG_OK && i < f->jobs; i++) {
		struct job *job = &f->job[i];

		st = part_of_image(f, job, &part);
		if (st == IMG_OK)
			st = read_job(f, job, part);
		if (st == IMG_OK)
			st = compare(f, job, part);
		job->finished = job->result.verified = st == IMG_OK;
	}
	return st;
}

/* What the whole chip shall hold: its part of the image, and around it what is there. */
static enum img_status make_target(struct flash *f, struct job *job, struct img_view part)
{
	enum img_status st = IMG_OK;

	job->wanted = part;
	if (img_view_size(part) == img_size(job->old))
		return IMG_OK;
	st = img_copy(img_bytes(job->old), &job->target, &f->err);
	if (st == IMG_OK)
		st = img_span_write(img_span(job->target), job->place, part, &f->err);
	if (st == IMG_OK)
		job->wanted = img_bytes(job->target);
	return st;
}

static enum img_status find_part(struct flash *f, struct job *job, struct img_view *out)
{
	enum img_status st;

	if (f->options.operation == FLASH_WRITE)
		return part_of_image(f, job, out);
	job->part.size = job->info.geometry.size;
	st = img_new(job->part.size, 0xff, &job->target, &f->err);
	if (st == IMG_OK)
		*out = img_bytes(job->target);
	return st;
}

static enum img_status prepare(struct flash *f, struct job *job)
{
	struct img_view part;
	enum img_status st = find_part(f, job, &part);

	if (st == IMG_OK)
		st = read_job(f, job, part);
	if (st == IMG_E_CORRUPT) {
		img_error_prefix(&f->err, "not written to (unstable-read)");
		return f->err.status = IMG_E_REFUSED;
	}
	if (st == IMG_OK)
		st = make_target(f, job, part);
	if (st == IMG_OK)
		st = plan_make(img_bytes(job->old), job->wanted, &job->info.geometry,
			       (struct img_range){ job->place, job->part.size }, &job->plan,
			       &f->err);
	return st;
}

static enum img_status carry_out(struct flash *f, struct job *job)
{
	struct watcher w = { &f->diag, job };
	const struct run_watch watch = { begin, &w };
	enum img_status st;

	f->about = job->name;
	st = run_plan(job->chip, &job->plan, job->wanted, !f->options.no_verify, &watch,
		      &job->result, &f->err);
	job->finished = st == IMG_OK;
	return st;
}

enum img_status flash_change(struct flash *f)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < f->jobs; i++)
		st = prepare(f, &f->job[i]);
	for (i = 0; st == IMG_OK && !f->options.dry_run && i < f->jobs; i++)
		st = carry_out(f, &f->job[i]);
	return st;
}
