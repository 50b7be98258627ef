/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells somebody who looks on what a chip is busy with, and for how long. */
#ifndef FLASH_SAY_WATCH_H
#define FLASH_SAY_WATCH_H

#include "tools/flash/job.h"

struct watcher {
	const struct flash *f;
	struct job *job;
};

/* For run_read() and run_plan(): begin and step are set, and ctx is w. */
struct run_watch flash_watch(struct watcher *w);

/* The work is over, well or not: takes what was shown off the terminal. */
void flash_watch_end(struct watcher *w);

#endif
