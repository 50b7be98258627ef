/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads that come back the same from two places: the address does not get there whole. */
#ifndef PROGRAMMER_RUN_WRAP_H
#define PROGRAMMER_RUN_WRAP_H

#include "libimg/core/view.h"

#define RUN_WRAP_SIZE ((uint64_t)16 << 20)	/* bytes that three address bytes reach */

/* Is what was read from two places the same? What is blank, all of one byte, says nothing. */
bool run_same_twice(struct img_view one, struct img_view other);

/* Do the contents of a chip, as they were read, begin again at 16 MiB? Of a chip that has no
 * more than that: no. As far as it goes, where it has less than twice that. */
bool run_wraps(struct img_view contents);

#endif
