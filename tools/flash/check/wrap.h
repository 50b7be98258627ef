/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chip above 16 MiB of which only three address bytes arrive: its upper part is never reached,
 * and what is meant for it goes over the lower one. */
#ifndef FLASH_CHECK_WRAP_H
#define FLASH_CHECK_WRAP_H

#include "tools/flash/job.h"

/* Before a write, of job->old. IMG_E_REFUSED: it is the same again from 16 MiB on, and not
 * blank (address-wrap). */
enum img_status flash_check_wrap(const struct flash *f, struct job *job) IMG_CHECKED;

/* After a read: a warning. */
void flash_tell_wrap(const struct flash *f, const struct job *job);

#endif
