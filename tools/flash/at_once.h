/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One step of the work, on all chips at the same time. */
#ifndef FLASH_AT_ONCE_H
#define FLASH_AT_ONCE_H

#include "tools/flash/job.h"

/* What is done to one chip: it knows of the others nothing, and changes only its job; a
 * failure is in job->err. */
typedef enum img_status flash_step_fn(const struct flash *f, struct job *job);

/* Of several chips that failed the first is told, in f->err and f->about. */
enum img_status flash_at_once(struct flash *f, flash_step_fn *step) IMG_CHECKED;

#endif
