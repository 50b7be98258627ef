/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/contents.h"

#include "tools/common/io.h"
#include "tools/flash/check/allow.h"
#include "tools/flash/safe.h"
#include "tools/flash/say/watch.h"

struct hope {
	const struct flash *f;
	struct job *job;
};

static bool known(void *ctx, struct img_view contents)
{
	struct hope *h = ctx;

	return flash_safe_known(h->f, h->job, contents);
}

/* What is to be changed is read twice at least. */
static unsigned passes(const struct flash *f)
{
	const bool changes = f->options.operation == FLASH_WRITE ||
			     f->options.operation == FLASH_ERASE;

	return changes && f->options.reads < 2 ? 2 : f->options.reads;
}

/* A backup with a weak contact is better than none, as long as that is said. */
static void tell_settled(void *ctx, uint64_t sectors, const char *where)
{
	const struct watcher *w = ctx;

	diag_warning(&w->f->diag, w->job->name,
		     "%llu sectors of 4 KiB did not read the same at first and then %u times in a "
		     "row (%s): check the contacts, and read once more before this is relied on",
		     (unsigned long long)sectors, passes(w->f), where);
}

/* What was hoped of the first reading (flash_safe_known()) is not what came of it. */
static void settle_for_change(void *ctx, uint64_t sectors, const char *where)
{
	const struct watcher *w = ctx;

	w->job->safe.name[0] = 0;
	tell_settled(ctx, sectors, where);
}

/* More than once, unless it is known beyond doubt. */
static enum img_status read_for_change(const struct flash *f, struct job *job, struct img_view part)
{
	struct watcher w = { f, job };
	struct hope h = { f, job };
	struct run_watch watch = flash_watch(&w);
	const struct run_hope hope = {
		.bytes = part, .at = job->place, .known = known, .ctx = &h };
	enum img_status st;

	if (flash_allowed(f, "unstable-read"))
		watch.settled = settle_for_change;
	st = run_read(job->chip, passes(f), hope, &watch, &job->old, &job->err);
	flash_watch_end(&w);
	return st;
}

enum img_status flash_read_job(const struct flash *f, struct job *job, struct img_view hope)
{
	struct watcher w = { f, job };
	struct run_watch watch = flash_watch(&w);
	enum img_status st;

	if (f->options.operation == FLASH_READ)
		watch.settled = tell_settled;
	st = run_read(job->chip, passes(f),
		      (struct run_hope){ .bytes = hope, .at = job->place }, &watch, &job->old,
		      &job->err);
	flash_watch_end(&w);
	return st;
}

enum img_status flash_part(const struct flash *f, struct job *job, struct img_view *out)
{
	return img_view_slice(img_bytes(f->image), job->part.start, job->part.size, out,
			      &job->err);
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

/* Takes the user's word for what the chip holds if spots of it agree. */
static enum img_status believe(const struct flash *f, struct job *job, bool *agrees)
{
	struct img_view known;
	enum img_status st = known_contents(f, job, &known);

	if (st == IMG_OK)
		st = run_spot_check(job->chip, known, agrees, &job->err);
	if (st != IMG_OK)
		return st;
	job->safe.why = BACKUP_FILE;
	if (*agrees)
		return img_copy(known, &job->old, &job->err);
	diag_warning(&f->diag, job->name, "this chip does not hold what is in %s, so it is read",
		     io_input_name(f->options.contents));
	return IMG_OK;
}

enum img_status flash_learn_contents(const struct flash *f, struct job *job)
{
	struct img_view part = img_view_of(NULL, 0);
	bool told = false;
	enum img_status st = IMG_OK;

	if (f->image)
		st = flash_part(f, job, &part);
	if (st == IMG_OK && f->contents && flash_safe_takes_word(f, job))
		st = believe(f, job, &told);
	if (st == IMG_OK && !told)
		st = read_for_change(f, job, part);
	if (st != IMG_E_CORRUPT)
		return st;
	img_error_prefix(&job->err, "not written to (unstable-read)");
	return job->err.status = IMG_E_REFUSED;
}
