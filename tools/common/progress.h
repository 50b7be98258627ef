/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How far long work is. Nothing is said in the first second; then on a terminal one line is
 * kept up to date, elsewhere a line comes now and again. Standard error, never with -q.
 */
#ifndef TOOLS_COMMON_PROGRESS_H
#define TOOLS_COMMON_PROGRESS_H

#include <stdint.h>

#include "tools/common/diag.h"

struct progress {
	const struct diag *d;
	const char *what;	/* "ROMs", "packing" */
	uint64_t total;		/* 0: not known */
	uint64_t done;
	uint64_t started_ms, shown_ms;
	bool terminal, shown;
};

struct progress progress_begin(const struct diag *d, const char *what, uint64_t total);

/* done: units so far. Cheap: may be called for every one. */
void progress_step(struct progress *p, uint64_t done);

/* Takes the line off the terminal again; what was done is said by others. */
void progress_end(struct progress *p);

#endif
