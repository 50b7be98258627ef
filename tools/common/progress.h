/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far long work is. Nothing is said in the first second; then on a terminal one line is
 * kept up to date, elsewhere a line comes now and again, at most for every 20th of the work.
 * Standard error, never with -q. With --json each is one object:
 *
 *	{"progress":{"name":"bottom","phase":"reading","done":N,"total":N,"seconds_left":N}}
 *
 * Percentages and the time that is left are of what was measured, or are not shown.
 */
#ifndef TOOLS_COMMON_PROGRESS_H
#define TOOLS_COMMON_PROGRESS_H

#include <stdint.h>

#include "tools/common/diag.h"

struct progress_line;

struct progress {
	const struct diag *d;
	const char *what;	/* "ROMs", "packing" */
	uint64_t total;		/* 0: not known */
	uint64_t done;
	uint64_t started_ms, shown_ms, shown_done;
	bool terminal, shown;
	/* May be set after progress_begin(): */
	const char *who;	/* of several that work at the same time; NULL: nobody else does */
	bool bytes;		/* units are bytes; then a line may come every second */
	struct progress_line *line;	/* which they share; NULL: none */
};

struct progress progress_begin(const struct diag *d, const char *what, uint64_t total);

/* done: units so far. Cheap: may be called for every one. */
void progress_step(struct progress *p, uint64_t done);

/* Takes the line off the terminal again; what was done is said by others. */
void progress_end(struct progress *p);

/*
 * The one line of several workers, each with a struct progress that stays where it is from
 * its first step to its end. They may be threads. NULL: out of memory, and then each has a
 * line of its own. At most PROGRESS_WORKERS are shown.
 */
#define PROGRESS_WORKERS 8
struct progress_line *progress_line_new(void);
void progress_line_free(struct progress_line *line);	/* NULL is fine */

#endif
