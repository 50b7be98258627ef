/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Is the clip on the chip that is meant? The size is one witness (job.c). What is on the chip
 * now is another: a flash descriptor is on the first chip of a board, and the code that the
 * processor starts with on the last. Contents that nobody recognises say nothing.
 */
#ifndef FLASH_CHECK_WITNESS_H
#define FLASH_CHECK_WITNESS_H

#include "tools/flash/job.h"

/*
 * Looks at 4 KiB at either end. IMG_E_REFUSED (chip-role): the chip holds what belongs on the
 * other one. A chip that another program reads is not looked at.
 */
enum img_status flash_ask_chip(const struct flash *f, struct job *job) IMG_CHECKED;

/* The same by what was read of a chip that another program reads. */
enum img_status flash_ask_contents(const struct flash *f, struct job *job) IMG_CHECKED;

#endif
