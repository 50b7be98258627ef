/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/clock.h"

#include <errno.h>
#include <stdbool.h>
#include <time.h>

static _Thread_local bool simulated;
static _Thread_local uint64_t ahead_ns;	/* of the clock below; modulo 2^64, so also behind */

static uint64_t real_ns(void)
{
	struct timespec t;

	clock_gettime(simulated ? CLOCK_THREAD_CPUTIME_ID : CLOCK_MONOTONIC, &t);
	return (uint64_t)t.tv_sec * 1000000000 + (uint64_t)t.tv_nsec;
}

uint64_t clock_now_ns(void)
{
	return real_ns() + ahead_ns;
}

uint64_t clock_now_us(void)
{
	return clock_now_ns() / 1000;
}

uint64_t clock_now_ms(void)
{
	return clock_now_ns() / 1000000;
}

void clock_set_ns(uint64_t now)
{
	simulated = true;
	ahead_ns = now - real_ns();
}

void clock_follow_ns(uint64_t now)
{
	if (now > clock_now_ns())
		clock_set_ns(now);
}

void clock_sleep_us(uint64_t us)
{
	struct timespec t = { (time_t)(us / 1000000), (long)(us % 1000000) * 1000 };

	while (nanosleep(&t, &t) && errno == EINTR)
		;
}
