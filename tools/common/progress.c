/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/progress.h"

#include <inttypes.h>
#include <jansson.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/clock.h"

enum {
	SILENT_MS = 1000,		/* shorter work is done before it can be read about */
	TERMINAL_MS = 200,
	LINE_MS = 5000,
	BYTES_LINE_MS = 1000,
	LINES = 20,			/* for all of the work */
	BAR = 30,
};

struct progress_line {
	pthread_mutex_t lock;
	struct progress *worker[PROGRESS_WORKERS];
};

struct progress_line *progress_line_new(void)
{
	struct progress_line *line = calloc(1, sizeof(*line));

	if (line)
		pthread_mutex_init(&line->lock, NULL);
	return line;
}

void progress_line_free(struct progress_line *line)
{
	if (!line)
		return;
	pthread_mutex_destroy(&line->lock);
	free(line);
}

struct progress progress_begin(const struct diag *d, const char *what, uint64_t total)
{
	uint64_t now = clock_now_ms();

	return (struct progress){ .d = d, .what = what, .total = total, .started_ms = now,
				  .shown_ms = now, .terminal = isatty(STDERR_FILENO) };
}

/* At the rate until now; false: nothing tells. */
static bool seconds_left(const struct progress *p, uint64_t *out)
{
	const uint64_t spent = p->shown_ms - p->started_ms;

	if (!p->done || p->done > p->total)
		return false;
	*out = (uint64_t)((double)spent * (double)(p->total - p->done) / (double)p->done + 500) /
	       1000;
	return true;
}

static void show_bar(const struct progress *p)
{
	const unsigned filled = (unsigned)(p->done * BAR / p->total);
	char bar[BAR + 1];

	memset(bar, '.', BAR);
	memset(bar, '#', filled > BAR ? BAR : filled);
	bar[BAR] = 0;
	fprintf(stderr, "[%s] ", bar);
}

static void show(const struct progress *p, bool with_bar)
{
	uint64_t left;

	fprintf(stderr, "%s%s%s: ", p->who ? p->who : "", p->who ? ": " : "", p->what);
	if (!p->total) {
		fprintf(stderr, "%" PRIu64, p->done);
		return;
	}
	if (with_bar)
		show_bar(p);
	if (p->bytes && !p->terminal)
		fprintf(stderr, "%" PRIu64 " of %" PRIu64 " KiB, ", p->done / 1024,
			p->total / 1024);
	fprintf(stderr, "%u %%", (unsigned)(p->done * 100 / p->total));
	if (p->bytes && seconds_left(p, &left))
		fprintf(stderr, ", %" PRIu64 " s left", left);
}

static void show_json(const struct progress *p)
{
	uint64_t left;
	json_t *o = json_pack("{s:s, s:I}", "phase", p->what, "done", (json_int_t)p->done);
	char *text;

	if (p->who)
		json_object_set_new(o, "name", json_string(p->who));
	if (p->total)
		json_object_set_new(o, "total", json_integer((json_int_t)p->total));
	if (p->total && seconds_left(p, &left))
		json_object_set_new(o, "seconds_left", json_integer((json_int_t)left));
	o = json_pack("{s:o}", "progress", o);
	text = o ? json_dumps(o, JSON_COMPACT) : NULL;
	if (text)
		fprintf(stderr, "%s\n", text);
	free(text);
	json_decref(o);
}

/* All who are at work, in the one line. */
static void redraw(const struct progress_line *line)
{
	const char *tool = NULL;
	size_t i, count = 0, k = 0;

	for (i = 0; i < PROGRESS_WORKERS; i++)
		count += line->worker[i] != NULL;
	fputs("\r", stderr);
	for (i = 0; i < PROGRESS_WORKERS; i++) {
		if (!line->worker[i])
			continue;
		if (!tool)
			fprintf(stderr, "%s: ", tool = line->worker[i]->d->tool);
		fputs(k++ ? "; " : "", stderr);
		show(line->worker[i], count == 1);
	}
	fputs("\033[K", stderr);
}

static void print(const struct progress *p)
{
	flockfile(stderr);
	if (p->d->json) {
		show_json(p);
	} else if (p->terminal && p->line) {
		redraw(p->line);
	} else {
		fprintf(stderr, "%s%s: ", p->terminal ? "\r" : "", p->d->tool);
		show(p, p->terminal);
		fputs(p->terminal ? "\033[K" : "\n", stderr);
	}
	fflush(stderr);
	funlockfile(stderr);
}

static bool is_due(const struct progress *p, uint64_t now)
{
	const unsigned line_ms = p->bytes ? BYTES_LINE_MS : LINE_MS;

	if (now - p->started_ms < SILENT_MS)
		return false;
	if (p->terminal && !p->d->json)
		return now - p->shown_ms >= TERMINAL_MS;
	return (!p->shown || now - p->shown_ms >= line_ms) &&
	       p->done - p->shown_done >= p->total / LINES &&
	       (p->bytes || now - p->started_ms >= line_ms);
}

static void join(struct progress *p)
{
	size_t i, at = PROGRESS_WORKERS;

	for (i = 0; i < PROGRESS_WORKERS; i++) {
		if (p->line->worker[i] == p)
			return;
		if (!p->line->worker[i] && at == PROGRESS_WORKERS)
			at = i;
	}
	if (at < PROGRESS_WORKERS)
		p->line->worker[at] = p;
}

static void step(struct progress *p, uint64_t done)
{
	uint64_t now;

	p->done = done;
	if (p->d->quiet)
		return;
	now = clock_now_ms();
	if (!is_due(p, now))
		return;
	p->shown_ms = now;
	p->shown_done = done;
	p->shown = true;
	if (p->line)
		join(p);
	print(p);
}

void progress_step(struct progress *p, uint64_t done)
{
	if (p->line)
		pthread_mutex_lock(&p->line->lock);
	step(p, done);
	if (p->line)
		pthread_mutex_unlock(&p->line->lock);
}

static void leave(struct progress *p)
{
	size_t i;

	for (i = 0; i < PROGRESS_WORKERS; i++)
		if (p->line->worker[i] == p)
			p->line->worker[i] = NULL;
}

void progress_end(struct progress *p)
{
	if (p->line) {
		pthread_mutex_lock(&p->line->lock);
		leave(p);
	}
	if (p->shown && p->terminal && !p->d->json)
		fputs("\r\033[K", stderr);
	p->shown = false;
	if (p->line)
		pthread_mutex_unlock(&p->line->lock);
}
