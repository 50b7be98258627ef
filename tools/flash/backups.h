/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-flash backups: what is in the store, and less of it. */
#ifndef FLASH_BACKUPS_H
#define FLASH_BACKUPS_H

#include "tools/flash/job.h"

/*
 * Prints all of them, oldest first, or as JSON
 *	{"directory":"…","backups":[{...as in backup.h..., "file":"…", "removed":true},…]}
 * With --prune N those are removed (with --dry-run: only told) that are neither the oldest of
 * their chip of their board, nor one of its N newest, nor needed by a write that is not finished.
 * What nothing is known of stays.
 */
enum img_status backups_print(struct flash *f) IMG_CHECKED;

#endif
