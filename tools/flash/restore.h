/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-flash restore BACKUP...: what was on the chips before, back onto them. */
#ifndef FLASH_RESTORE_H
#define FLASH_RESTORE_H

#include "tools/flash/job.h"

/*
 * f->image from the backups of the command line: files, or the first digits of the hash of one
 * in the store. Several are the chips of a board in image order.
 */
enum img_status restore_load(struct flash *f) IMG_CHECKED;

/* Which part each job takes, where a backup is of one chip. IMG_E_REFUSED: of another size. */
enum img_status restore_cut(struct flash *f) IMG_CHECKED;

#endif
