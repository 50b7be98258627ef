/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Inside of run/: how much is read at once. As much as comes in about a second, so that
 * whoever looks on hears of a slow programmer, and a quick one is not held up. Of a chip that
 * is read as a whole (chip_info.at_once) the first piece waits for all of it.
 */
#ifndef PROGRAMMER_RUN_STRIDE_H
#define PROGRAMMER_RUN_STRIDE_H

#include "tools/programmer/run/run.h"

#define STRIDE_MOST ((uint64_t)1 << 20)

struct stride {
	const struct chip *chip;
	const struct run_watch *watch;
	uint64_t size, begun_us, done;
};

struct stride stride_begin(const struct chip *chip, const struct run_watch *watch);

/* What to read next of so much, at most STRIDE_MOST; and that it has been read. */
uint64_t stride_next(const struct stride *s, uint64_t left);
void stride_done(struct stride *s, uint64_t n);

#endif
