/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the chips hold, and which part of it an image is about. */
#ifndef FLASH_CONTENTS_H
#define FLASH_CONTENTS_H

#include "tools/flash/job.h"

/* All of the chip into job->old. hope: what it may hold already at job->place. */
enum img_status flash_read_job(const struct flash *f, struct job *job, struct img_view hope)
	IMG_CHECKED;

/*
 * Before a write: the contents from the user's file (--flash-contents) if spots of the chip agree
 * with it, else read. IMG_E_REFUSED: the chip does not read the same twice.
 */
enum img_status flash_learn_contents(const struct flash *f, struct job *job) IMG_CHECKED;

/* The part of the image that goes on this chip; borrowed from f->image. */
enum img_status flash_part(const struct flash *f, struct job *job, struct img_view *out)
	IMG_CHECKED;

#endif
