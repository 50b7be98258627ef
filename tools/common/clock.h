/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Time as it passes, whatever the wall clock does meanwhile. */
#ifndef TOOLS_COMMON_CLOCK_H
#define TOOLS_COMMON_CLOCK_H

#include <stdint.h>

uint64_t clock_now_ns(void);
uint64_t clock_now_us(void);
uint64_t clock_now_ms(void);

/* All of it, also when a signal comes. */
void clock_sleep_us(uint64_t us);

#endif
