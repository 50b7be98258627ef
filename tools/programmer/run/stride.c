/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/stride.h"

#define FIRST ((uint64_t)16 << 10)
#define SECTOR ((uint64_t)4096)
#define SECOND_US 1000000

struct stride stride_begin(const struct chip *chip, const struct run_watch *watch)
{
	const uint64_t first = chip_info(chip)->at_once ? UINT64_MAX : FIRST;

	return (struct stride){ chip, watch, first, chip_now_us(chip), 0 };
}

uint64_t stride_next(const struct stride *s, uint64_t left)
{
	return left < s->size ? left : s->size;
}

void stride_done(struct stride *s, uint64_t n)
{
	const uint64_t now = chip_now_us(s->chip), us = now - s->begun_us;
	uint64_t size = us ? n * SECOND_US / us : STRIDE_MOST;

	size = size < STRIDE_MOST ? size / SECTOR * SECTOR : STRIDE_MOST;
	if (s->size != UINT64_MAX)
		s->size = size ? size : SECTOR;
	s->begun_us = now;
	s->done += n;
	/* Of what comes at once the end is all there is to tell, and the phase ends with it. */
	if (s->size != UINT64_MAX && s->watch && s->watch->step)
		s->watch->step(s->watch->ctx, s->done);
}
