/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Several things done at the same time: chips on programmers of their own, digests. */
#ifndef TOOLS_COMMON_RUN_TOGETHER_H
#define TOOLS_COMMON_RUN_TOGETHER_H

#include <stddef.h>

#define RUN_TOGETHER_MAX 8

/*
 * Calls work(ctx[i]) for each of n, at most RUN_TOGETHER_MAX, and returns when all have
 * returned. They share nothing: what a call needs and what it found is in its ctx. Where
 * the system has no thread to give, the calls are made one after the other.
 */
void run_together(void (*work)(void *ctx), void *const ctx[], size_t n);

#endif
