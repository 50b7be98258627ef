/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/say/watch.h"

void flash_watch_end(struct watcher *w)
{
	if (w->job->progress.d)
		progress_end(&w->job->progress);
	w->job->progress.d = NULL;
}

static void begin(void *ctx, const char *phase, uint64_t bytes)
{
	struct watcher *w = ctx;
	struct progress *p = &w->job->progress;

	flash_watch_end(w);
	*p = progress_begin(&w->f->diag, phase, bytes);
	p->who = w->job->name;
	p->bytes = true;
	p->line = w->f->line;
	diag_detail(&w->f->diag, w->job->name, "%s %llu bytes", phase, (unsigned long long)bytes);
}

static void step(void *ctx, uint64_t done)
{
	const struct watcher *w = ctx;

	if (w->job->progress.d)
		progress_step(&w->job->progress, done);
}

struct run_watch flash_watch(struct watcher *w)
{
	return (struct run_watch){ .begin = begin, .step = step, .ctx = w };
}
