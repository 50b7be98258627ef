/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/change.h"

#include "tools/flash/at_once.h"
#include "tools/flash/check/maps.h"
#include "tools/flash/check/own.h"
#include "tools/flash/check/witness.h"
#include "tools/flash/check/wrap.h"
#include "tools/flash/contents.h"
#include "tools/flash/guide.h"
#include "tools/flash/keep.h"
#include "tools/flash/record.h"
#include "tools/flash/regions.h"
#include "tools/flash/safe.h"
#include "tools/flash/say/watch.h"
#include "tools/flash/target.h"

static void log_block(void *ctx, struct img_range block)
{
	const struct watcher *w = ctx;

	flash_safe_block(w->f, w->job, block);
}

/* As the peers do: after a write of parts all is read, to see that the rest is as it was. */
static bool looks_at_the_rest(const struct flash *f, const struct job *job)
{
	return f->regions && job->plan.count && !f->options.no_verify &&
	       !f->options.verify_included;
}

static enum img_status carry_out(const struct flash *f, struct job *job)
{
	struct watcher w = { f, job };
	struct run_watch watch = flash_watch(&w);
	enum img_status st;

	watch.block = log_block;
	st = run_plan(job->chip, &job->plan, img_bytes(job->old), job->wanted,
		      !f->options.no_verify, &watch, &job->result, &job->err);
	if (st == IMG_OK && looks_at_the_rest(f, job)) {
		st = run_compare(job->chip, job->wanted, &watch, &job->err);
		job->result.verified = st == IMG_OK;
	}
	flash_watch_end(&w);
	job->finished = st == IMG_OK;
	/* The others may fail and this one is done all the same. */
	if (st == IMG_OK)
		flash_safe_finish(f, job);
	return st;
}

/* Of a chip, for all chips at the same time; or of all of them, and the image. */
struct stage {
	flash_step_fn *chip;
	enum img_status (*all)(struct flash *f);
};

/*
 * What is written may be named by what is on all chips together, and what a write that was begun
 * on a chip was to make of it is only known with that: such a chip is read after the others.
 */
static bool waits(const struct flash *f, const struct job *job)
{
	return f->options.includes && !f->regions && job->safe.original;
}

static enum img_status learn(const struct flash *f, struct job *job)
{
	enum img_status st;

	if (job->old || waits(f, job))
		return IMG_OK;
	st = flash_learn_contents(f, job);
	if (st == IMG_OK)
		st = flash_check_wrap(f, job);
	return st == IMG_OK ? flash_ask_contents(f, job) : st;
}

/* What the chips hold is known: what told so takes the room of an image. */
static enum img_status forget(struct flash *f)
{
	if (f->guided)		/* it may tell of the next chip, too */
		return IMG_OK;
	img_close(f->contents);
	f->contents = NULL;
	return IMG_OK;
}

/* Only what is changed has a record. */
static enum img_status note(struct flash *f)
{
	bool changes = false;
	size_t i;

	for (i = 0; i < f->jobs; i++)
		changes = changes || f->job[i].plan.count;
	return changes ? record_note(f) : IMG_OK;
}

/* What chips shall hold is known; where none of it is the image itself, that takes its room. */
static enum img_status let_go(struct flash *f)
{
	bool needed = f->guided;
	size_t i;

	for (i = 0; i < f->jobs; i++)
		needed = needed || !f->job[i].target;
	if (needed)
		return IMG_OK;
	img_close(f->image);
	f->image = NULL;
	return IMG_OK;
}

/*
 * The order of a write. A stage may refuse; what it decides the later ones rely on. Each ends for
 * all chips before the next begins, so that what is wrong with one chip is known before any is
 * changed; a chip that is read quickly and written slowly waits for one that is read slowly.
 */
static const struct stage before[] = {
	{ .chip = flash_check_own },
	{ .all = flash_safe_begin },
	{ .all = flash_find_regions },		/* f->region: of -l */
	{ .chip = flash_safe_find },		/* job->safe */
	{ .chip = flash_ask_chip },
	{ .all = flash_find_regions },		/* of chips as they were before a write */
	{ .chip = learn },			/* job->old */
	{ .all = flash_find_regions },		/* of chips as they are, or were before */
	{ .chip = learn },			/* of a chip that waited for that */
	{ .all = forget },
	{ .all = flash_maps_check },
	{ .chip = flash_keep_note },		/* job->own */
	{ .chip = flash_make_target },		/* job->wanted */
	{ .chip = flash_tell_closed },
	{ .all = flash_keep_check },
	{ .chip = flash_keep_ask },
	{ .chip = flash_make_plan },		/* job->plan */
};

/* A dry run ends before these; with the last of them chips are changed. */
static const struct stage after[] = {
	{ .all = note },			/* f->noted */
	{ .all = let_go },			/* of f->image */
	{ .chip = flash_safe_store },
	{ .chip = flash_safe_open },
	{ .chip = carry_out },
};

static enum img_status take(struct flash *f, const struct stage *stage, size_t count)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < count; i++)
		st = stage[i].chip ? flash_at_once(f, stage[i].chip) : stage[i].all(f);
	return st;
}

static enum img_status change_chips(struct flash *f)
{
	enum img_status st = take(f, before, sizeof(before) / sizeof(before[0]));

	if (st == IMG_OK && !f->options.dry_run)
		st = take(f, after, sizeof(after) / sizeof(after[0]));
	return st;
}

enum img_status flash_change(struct flash *f)
{
	return guide_each(f, change_chips);
}
