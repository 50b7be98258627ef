/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The chips of a board one after the other on one programmer: tells which chip comes next and
 * how it is reached, waits for the clip, finds out which chip it is on, does the work for
 * that one, asks for the next. Everything is said on standard error.
 */
#ifndef FLASH_GUIDE_H
#define FLASH_GUIDE_H

#include "tools/flash/job.h"

/* The operation for a chip that is connected, with f->job[0] alone. */
typedef enum img_status guide_fn(struct flash *f);

/*
 * operate for the chips that are connected; where one programmer is all there is (f->guided),
 * for each chip in turn, which is connected here and let go of: then f->job has all that were done,
 * in image order. After a failure it has those that were begun. IMG_E_IO: the user
 * left, and what remains is named; or the programmer cannot be had. IMG_E_MISMATCH and the
 * like: of a chip that was only verified, after the others were, too.
 */
enum img_status guide_each(struct flash *f, guide_fn *operate) IMG_CHECKED;

/* Without prompts: which of the board's chips is on the clip now; for probing. */
enum img_status guide_probe(struct flash *f) IMG_CHECKED;

#endif
