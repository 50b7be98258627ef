/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/change.h"

#include "tools/flash/at_once.h"
#include "tools/flash/contents.h"
#include "tools/flash/target.h"
#include "tools/flash/watch.h"

static enum img_status carry_out(const struct flash *f, struct job *job)
{
	struct watcher w = { f, job };
	const struct run_watch watch = flash_watch(&w);
	enum img_status st;

	st = run_plan(job->chip, &job->plan, img_bytes(job->old), job->wanted,
		      !f->options.no_verify, &watch, &job->result, &job->err);
	flash_watch_end(&w);
	job->finished = st == IMG_OK;
	return st;
}

/* Of a chip, for all chips at the same time; or of all of them, and the image. */
struct stage {
	flash_step_fn *chip;
	enum img_status (*all)(struct flash *f);
};

/* The order of a write. A stage may refuse; what it decides the later ones rely on. */
static const struct stage before[] = {
	{ .chip = flash_learn_contents },	/* job->old */
	{ .chip = flash_make_target },		/* job->wanted */
	{ .chip = flash_make_plan },		/* job->plan */
};

/* From here on chips are changed. */
static const struct stage after[] = {
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

enum img_status flash_change(struct flash *f)
{
	enum img_status st = take(f, before, sizeof(before) / sizeof(before[0]));

	if (st == IMG_OK && !f->options.dry_run)
		st = take(f, after, sizeof(after) / sizeof(after[0]));
	return st;
}
