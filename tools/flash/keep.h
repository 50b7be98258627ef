/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What only this machine has: the MAC address in the GbE region, the platform data (pd), the
 * VPD of a Chromebook (FMAP area RO_VPD), what the keep list of the board names, and what the
 * user names with --keep; unique.h has the names.
 */
#ifndef FLASH_KEEP_H
#define FLASH_KEEP_H

#include "tools/flash/job.h"

/* What --keep names, as it was found on a chip. */
struct flash_kept {
	bool found;
	bool empty;			/* a GbE region of which no bank is right */
	struct unique own;		/* its bytes are valid only of a file: */
	struct img *file;		/* a copy, of which own borrows */
};

/* Finds them in contents of all of the chip, which may be changed then. flash_keep_free() in
 * every case. Errors: those of unique_hold_file(). */
enum img_status flash_keep_find(const struct flash *f, struct job *job, struct img_view contents,
				struct flash_kept kept[FLASH_KEEP_MAX]) IMG_CHECKED;
void flash_keep_free(struct flash_kept kept[FLASH_KEEP_MAX]);

/*
 * --keep: puts what was found in base into target, where target's own descriptor, FMAP or CBFS has
 * a place for it; what is of another chip is passed over. job->kept says which were found.
 * IMG_E_REFUSED: another size, or no room in the CBFS (keep-size), or a GbE region of which no
 * bank is right (keep-nothing).
 */
enum img_status flash_keep(const struct flash *f, struct job *job, const struct img *base,
			   const struct flash_kept kept[FLASH_KEEP_MAX], struct img *target)
	IMG_CHECKED;

/* IMG_E_USAGE: what --keep names is on none of the chips in hand. */
enum img_status flash_keep_check(struct flash *f) IMG_CHECKED;

/* Notes in job->own what flash_keep_ask() has to know of what was there before. Errors: those of
 * img_duplicate() and unique_mark(). */
enum img_status flash_keep_note(const struct flash *f, struct job *job) IMG_CHECKED;

/*
 * Would the write lose what is not to be had again? IMG_E_REFUSED (mac-change, pd-change,
 * vpd-change, and keep-change for the rest of the board's list): it would. A restore, which brings
 * an earlier one back, is not asked.
 */
enum img_status flash_keep_ask(const struct flash *f, struct job *job) IMG_CHECKED;

#endif
