/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/work.h"

#include <unistd.h>

#include "tools/common/io.h"
#include "tools/programmer/run/together.h"

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

/* What is done to one chip; it knows of the others nothing, and changes only its job. */
typedef enum img_status step_fn(const struct flash *f, struct job *job);

struct task {
	const struct flash *f;
	struct job *job;
	step_fn *step;
};

static void take_step(void *ctx)
{
	const struct task *t = ctx;

	t->job->status = t->step(t->f, t->job);
}

/* A step for all chips at the same time; the first of them that failed is told. */
static enum img_status at_once(struct flash *f, step_fn *step)
{
	struct task task[FLASH_PROGRAMMERS];
	void *ctx[FLASH_PROGRAMMERS];
	size_t i;

	for (i = 0; i < f->jobs; i++) {
		task[i] = (struct task){ f, &f->job[i], step };
		ctx[i] = &task[i];
	}
	run_together(take_step, ctx, f->jobs);
	for (i = 0; i < f->jobs; i++) {
		if (f->job[i].status == IMG_OK)
			continue;
		f->about = f->job[i].name;
		f->err = f->job[i].err;
		return f->job[i].status;
	}
	return IMG_OK;
}

static enum img_status read_job(const struct flash *f, struct job *job, struct img_view hope)
{
	struct watcher w = { &f->diag, job };
	const struct run_watch watch = { .begin = begin, .ctx = &w };

	return run_read(job->chip, f->options.reads, (struct run_hope){ hope, job->place }, &watch,
			&job->old, &job->err);
}

static enum img_status read_only(const struct flash *f, struct job *job)
{
	enum img_status st = read_job(f, job, img_view_of(NULL, 0));

	job->finished = st == IMG_OK;
	return st;
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
	if (st == IMG_OK)
		st = at_once(f, read_only);
	for (i = 0; st == IMG_OK && save && i < f->jobs; i++) {
		f->about = io_output_name(o->file);
		st = img_save_write(save, img_bytes(f->job[i].old), &f->err);
	}
	if (st == IMG_OK && save)
		return img_save_commit(save, &f->err);
	img_save_drop(save);
	return st;
}

static enum img_status part_of_image(const struct flash *f, struct job *job, struct img_view *out)
{
	return img_view_slice(img_bytes(f->image), job->part.start, job->part.size, out,
			      &job->err);
}

static enum img_status compare(const struct flash *f, struct job *job, struct img_view part)
{
	struct img_view there;
	enum img_status st = img_view_slice(img_bytes(job->old), job->place, job->part.size, &there,
					    &job->err);
	size_t where;

	if (st != IMG_OK || img_view_equal(there, part))
		return st;
	where = img_view_difference(there, part);
	return img_fail(&job->err, IMG_E_MISMATCH, job->place + where,
			"from here on the chip holds something else than %s",
			io_input_name(f->options.file));
}

static enum img_status verify(const struct flash *f, struct job *job)
{
	struct img_view part;
	enum img_status st = part_of_image(f, job, &part);

	if (st == IMG_OK)
		st = read_job(f, job, part);
	if (st == IMG_OK)
		st = compare(f, job, part);
	job->finished = job->result.verified = st == IMG_OK;
	return st;
}

enum img_status flash_verify(struct flash *f)
{
	return at_once(f, verify);
}

/* What the whole chip shall hold: its part of the image, and around it what is there. */
static enum img_status make_target(struct job *job, struct img_view part)
{
	enum img_status st = IMG_OK;

	job->wanted = part;
	if (img_view_size(part) == img_size(job->old))
		return IMG_OK;
	st = img_copy(img_bytes(job->old), &job->target, &job->err);
	if (st == IMG_OK)
		st = img_span_write(img_span(job->target), job->place, part, &job->err);
	if (st == IMG_OK)
		job->wanted = img_bytes(job->target);
	return st;
}

static enum img_status find_part(const struct flash *f, struct job *job, struct img_view *out)
{
	enum img_status st;

	if (f->options.operation == FLASH_WRITE)
		return part_of_image(f, job, out);
	job->part.size = job->info.geometry.size;
	st = img_new(job->part.size, 0xff, &job->target, &job->err);
	if (st == IMG_OK)
		*out = img_bytes(job->target);
	return st;
}

/* The contents of all chips follow each other in the file, as -r puts them there. */
static enum img_status known_contents(const struct flash *f, struct job *job, struct img_view *out)
{
	uint64_t start = 0, sum = job->info.geometry.size;
	size_t i;

	if (f->board)
		for (i = 0, sum = 0; i < f->board->chip_count; i++) {
			start += i < job->index ? f->board->chip[i].size : 0;
			sum += f->board->chip[i].size;
		}
	if (img_size(f->contents) != sum)
		return img_fail(&job->err, IMG_E_USAGE, IMG_NOWHERE,
				"%s has %llu bytes, and what the chips hold is %llu",
				io_input_name(f->options.contents),
				(unsigned long long)img_size(f->contents), (unsigned long long)sum);
	return img_view_slice(img_bytes(f->contents), start, job->info.geometry.size, out,
			      &job->err);
}

/* Takes the user's word for what the chip holds if spots of it agree; else reads it. */
static enum img_status learn_contents(const struct flash *f, struct job *job, struct img_view part)
{
	struct img_view known;
	bool agrees;
	enum img_status st;

	if (!f->contents)
		return read_job(f, job, part);
	st = known_contents(f, job, &known);
	if (st == IMG_OK)
		st = run_spot_check(job->chip, known, &agrees, &job->err);
	if (st != IMG_OK)
		return st;
	if (agrees)
		return img_copy(known, &job->old, &job->err);
	diag_warning(&f->diag, job->name, "this chip does not hold what is in %s, so it is read",
		     io_input_name(f->options.contents));
	return read_job(f, job, part);
}

static enum img_status prepare(const struct flash *f, struct job *job)
{
	struct img_view part;
	enum img_status st = find_part(f, job, &part);

	if (st == IMG_OK)
		st = learn_contents(f, job, part);
	if (st == IMG_E_CORRUPT) {
		img_error_prefix(&job->err, "not written to (unstable-read)");
		return job->err.status = IMG_E_REFUSED;
	}
	if (st == IMG_OK)
		st = make_target(job, part);
	if (st == IMG_OK)
		st = plan_make(img_bytes(job->old), job->wanted, &job->info.geometry,
			       (struct img_range){ job->place, job->part.size }, NULL, &job->plan,
			       &job->err);
	return st;
}

static enum img_status carry_out(const struct flash *f, struct job *job)
{
	struct watcher w = { &f->diag, job };
	const struct run_watch watch = { .begin = begin, .ctx = &w };
	enum img_status st;

	st = run_plan(job->chip, &job->plan, img_bytes(job->old), job->wanted,
		      !f->options.no_verify, &watch, &job->result, &job->err);
	job->finished = st == IMG_OK;
	return st;
}

enum img_status flash_change(struct flash *f)
{
	enum img_status st = at_once(f, prepare);

	return st == IMG_OK && !f->options.dry_run ? at_once(f, carry_out) : st;
}
