/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reading is done again when the programmer lost its step and found it again (IMG_E_CORRUPT
 * of the bus). What changes the chip is not: who knows what became of it.
 */
#ifndef PROGRAMMER_RUN_STEADY_H
#define PROGRAMMER_RUN_STEADY_H

#include "tools/programmer/chip/chip.h"

enum img_status steady_read(struct chip *chip, uint64_t at, struct img_span into,
			    struct img_error *err) IMG_CHECKED;

/* Reads all of the chip, piece by piece; where[i] is where it is something else than contents[i]
 * for the first time, STEADY_SAME: nowhere. */
#define STEADY_SAME UINT64_MAX
enum img_status steady_compare(struct chip *chip, const struct img_view *contents, size_t count,
			       uint64_t *where, struct img_error *err) IMG_CHECKED;

/* After so many tries: IMG_E_IO instead of IMG_E_CORRUPT, with the sentence as it is. */
enum img_status steady_give_up(struct img_error *err);

#endif
