/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a chip shall hold, and the plan that brings it there. */
#ifndef FLASH_TARGET_H
#define FLASH_TARGET_H

#include "tools/flash/job.h"

/*
 * job->wanted: of a write the chip's part of the image, and around it what is there; of an
 * erase nothing but FF. job->part is set for an erase.
 */
enum img_status flash_make_target(const struct flash *f, struct job *job) IMG_CHECKED;

/* The same over other contents of the chip than job->old; base may be opened lazily. *out is the
 * caller's; NULL where the chip's part of the image is all of it and need not be held twice. */
enum img_status flash_target_over(const struct flash *f, struct job *job, const struct img *base,
				  struct img **out, struct img_view *wanted) IMG_CHECKED;

/* job->plan. Errors as plan_make(). */
enum img_status flash_make_plan(const struct flash *f, struct job *job) IMG_CHECKED;

#endif
