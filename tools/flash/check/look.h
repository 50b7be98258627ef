/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the checks of images say of what was read: a backup that would not start its machine is
 * better known as that while the machine is still on the bench. Nothing is refused here, so what is
 * an error of an image is a warning of what was read. Whose image it should be is not asked: on
 * the chip may be anything.
 */
#ifndef FLASH_CHECK_LOOK_H
#define FLASH_CHECK_LOOK_H

#include "tools/flash/job.h"

/*
 * is_part: what was read is perhaps one chip of several. What every blank or unknown chip would
 * give is left out. findings_free() in every case. IMG_E_NOMEM.
 */
enum img_status flash_look(struct img_view contents, bool is_part, struct findings *out,
			   struct img_error *err) IMG_CHECKED;

/* Warnings; the rest is a detail. about: the chip or the file. */
void flash_look_say(const struct diag *d, const char *about, const struct findings *found);

#endif
