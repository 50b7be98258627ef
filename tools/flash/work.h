/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only reads chips that are connected: -r and -v. */
#ifndef FLASH_WORK_H
#define FLASH_WORK_H

#include "tools/flash/job.h"

/* All chips in image order into the file of -r, which appears whole or not at all. */
enum img_status flash_read(struct flash *f) IMG_CHECKED;

/* IMG_E_MISMATCH: a chip holds something else. */
enum img_status flash_verify(struct flash *f) IMG_CHECKED;

#endif
