/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The file of -r, with FILE.sha512 beside it: one line as of sha512sum, so that "sha512sum -c"
 * and "rom-verify-hash --check" find out later whether it is still what was read. Where FILE is
 * no file (a pipe, a device) there is none.
 */
#ifndef FLASH_DUMP_H
#define FLASH_DUMP_H

#include "tools/flash/job.h"

struct dump {
	struct img_save *file, *sums;	/* sums NULL: none is written */
};

/* Before the chips are read: both can be written. IMG_E_EXISTS without -f, and others. */
enum img_status dump_begin(struct flash *f, struct dump *d) IMG_CHECKED;

/* What was read of all chips, in image order, becomes the file; f->holds says what it looks
 * like, f->findings what the checks say of it, which is said. Both appear whole, or neither. */
enum img_status dump_commit(struct flash *f, struct dump *d) IMG_CHECKED;

void dump_drop(struct dump *d);

#endif
