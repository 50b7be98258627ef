/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/stride.h"

#define FIRST ((uint64_t)16 << 10)
#define SECTOR ((uint64_t)4096)
#define SECOND_US 1000000

struct stride stride_begin(const struct chip *chip, const struct run_watch *watch)
{
	const uint64_t first = chip_info(chip)->at_once ? STRIDE_MOST : FIRST;

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

	s->begun_us = now;
	s->done += n;
	/* Of what comes at once the end is all there is to tell, and the phase ends with it. */
	if (chip_info(s->chip)->at_once)
		return;
	size = size < STRIDE_MOST ? size / SECTOR * SECTOR : STRIDE_MOST;
	s->size = size ? size : SECTOR;
	if (s->watch && s->watch->step)
		s->watch->step(s->watch->ctx, s->done);
}
