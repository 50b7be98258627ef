/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Time as it passes, whatever the wall clock does meanwhile. Where it is simulated, waiting takes
 * no time and sets the clock of the thread that waits: clock_set_ns(). From then on that is ahead
 * of the others, and goes on with what the thread computes, however much else the processor has to
 * do. Who goes on with what another thread has done, or begins for it, goes on from there:
 * clock_follow_ns(). So what is done at the same time takes as long as the longest of it, and what
 * is done one after the other as long as all of it.
 */
#ifndef TOOLS_COMMON_CLOCK_H
#define TOOLS_COMMON_CLOCK_H

#include <stdint.h>

uint64_t clock_now_ns(void);
uint64_t clock_now_us(void);
uint64_t clock_now_ms(void);

/* All of it, also when a signal comes. */
void clock_sleep_us(uint64_t us);

/* The calling thread's clock says this now; or, to follow, this at least. */
void clock_set_ns(uint64_t now);
void clock_follow_ns(uint64_t now);

#endif
