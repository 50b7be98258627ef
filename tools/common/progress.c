/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/progress.h"

#include <stdio.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

enum {
	SILENT_MS = 1000,		/* shorter work is done before it can be read about */
	TERMINAL_MS = 200,
	LINE_MS = 5000,
	BAR = 30,
};

static uint64_t now_ms(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000 + (uint64_t)t.tv_nsec / 1000000;
}

struct progress progress_begin(const struct diag *d, const char *what, uint64_t total)
{
	uint64_t now = now_ms();

	return (struct progress){ .d = d, .what = what, .total = total, .started_ms = now,
				  .shown_ms = now, .terminal = isatty(STDERR_FILENO) };
}

static void show(const struct progress *p)
{
	unsigned filled = p->total ? (unsigned)(p->done * BAR / p->total) : 0;
	char bar[BAR + 1];

	if (!p->total) {
		fprintf(stderr, "%s: %s: %llu", p->d->tool, p->what, (unsigned long long)p->done);
		return;
	}
	memset(bar, '.', BAR);
	memset(bar, '#', filled > BAR ? BAR : filled);
	bar[BAR] = 0;
	fprintf(stderr, "%s: %s: ", p->d->tool, p->what);
	if (p->terminal)
		fprintf(stderr, "[%s] ", bar);
	fprintf(stderr, "%u %%", (unsigned)(p->done * 100 / p->total));
}

void progress_step(struct progress *p, uint64_t done)
{
	uint64_t now;

	p->done = done;
	if (p->d->quiet)
		return;
	now = now_ms();
	if (now - p->started_ms < SILENT_MS ||
	    now - p->shown_ms < (p->terminal ? TERMINAL_MS : LINE_MS))
		return;
	p->shown_ms = now;
	p->shown = true;
	fputs(p->terminal ? "\r" : "", stderr);
	show(p);
	fputs(p->terminal ? "\033[K" : "\n", stderr);
	fflush(stderr);
}

void progress_end(struct progress *p)
{
	if (p->shown && p->terminal)
		fputs("\r\033[K", stderr);
	p->shown = false;
}
