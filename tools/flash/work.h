/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of rom-flash, on chips that are connected. */
#ifndef FLASH_WORK_H
#define FLASH_WORK_H

#include "tools/flash/job.h"

/* All chips in image order into the file of -r, which appears whole or not at all. */
enum img_status flash_read(struct flash *f) IMG_CHECKED;

/* IMG_E_MISMATCH: a chip holds something else. */
enum img_status flash_verify(struct flash *f) IMG_CHECKED;

/*
 * -w and -E: reads every chip and plans for every chip before the first one is touched;
 * with --dry-run that is all. IMG_E_REFUSED: a chip does not read the same twice.
 */
enum img_status flash_change(struct flash *f) IMG_CHECKED;

#endif
