/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/at_once.h"

#include "tools/common/run_together.h"

struct task {
	const struct flash *f;
	struct job *job;
	flash_step_fn *step;
};

static void take_step(void *ctx)
{
	const struct task *t = ctx;

	t->job->status = t->step(t->f, t->job);
}

enum img_status flash_at_once(struct flash *f, flash_step_fn *step)
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
