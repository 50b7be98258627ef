/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Before the flash of this very machine is written ("internal"), and where the chipset closes
 * parts of it. Each refusal has an id for --allow; a parameter that makes the other program
 * go on (boardmismatch=force) answers none of them.
 */
#ifndef FLASH_CHECK_OWN_H
#define FLASH_CHECK_OWN_H

#include "tools/flash/job.h"

/*
 * Can it be written at all (internal-closed), is it the machine that the board's and the image's
 * identity name (other-machine), will the power last (power)? IMG_E_REFUSED: no.
 */
enum img_status flash_check_own(const struct flash *f, struct job *job) IMG_CHECKED;

/* Puts into target what base has where the chip is closed to us; both are of all of the chip. */
enum img_status flash_keep_closed(const struct job *job, const struct img *base,
				  struct img *target, struct img_error *err) IMG_CHECKED;

/*
 * Says which parts of the image are not written for that reason. IMG_E_REFUSED: the descriptor
 * stays, and its regions are not those of the image (closed-descriptor).
 */
enum img_status flash_tell_closed(const struct flash *f, struct job *job) IMG_CHECKED;

/* Names what is closed to reading: "Management Engine (0x...-0x...), ...". false: nothing is. */
bool flash_unreadable(const struct chip_info *info, char out[512]);

/*
 * A whole image is read, or compared with. IMG_E_REFUSED: a part is closed to reading, so there is
 * none (closed-regions); allowed, it is all FF.
 */
enum img_status flash_check_readable(const struct flash *f, struct job *job) IMG_CHECKED;

#endif
