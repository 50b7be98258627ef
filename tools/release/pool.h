/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work for several cores. A job that is handed in waits until a worker is free, and whoever
 * hands in more than there are workers waits, too: so memory does not grow with the
 * number of jobs.
 */
#ifndef TOOLS_RELEASE_POOL_H
#define TOOLS_RELEASE_POOL_H

#include "libimg/core/error.h"

#define POOL_WORKERS_MAX 64

typedef void pool_fn(void *arg);

struct pool;

/* How many cores this process may use; at least 1. */
unsigned pool_cores(void);

/* With one worker jobs are run by pool_submit() itself, without a thread. *out is owned. */
enum img_status pool_start(unsigned workers, struct pool **out, struct img_error *err)
	IMG_CHECKED;

/* fn(arg) will be run once, at any time from now; arg is the caller's. */
void pool_submit(struct pool *p, pool_fn *fn, void *arg);

/* Returns when every job handed in is done. */
void pool_wait(struct pool *p);

/* Waits, then ends the workers. NULL is fine. */
void pool_stop(struct pool *p);

#endif
