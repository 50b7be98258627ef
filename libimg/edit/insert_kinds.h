/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vendor files that go into a CBFS in another form than they are kept in. Part of insert. */
#ifndef IMG_EDIT_INSERT_KINDS_H
#define IMG_EDIT_INSERT_KINDS_H

#include "libimg/core/image.h"
#include "libimg/core/range.h"
#include "libimg/edit/cbfs_edit.h"

/* An FSP at a multiple of 4 KiB, or where it is fixed, relocated to that place. */
enum img_status img_insert_xip(struct img *image, const struct img_cbfs_new *file,
			       struct img_range *where, struct img_error *err) IMG_CHECKED;

/* An ELF file as a relocatable module with a stage header, not compressed. */
enum img_status img_insert_stage(struct img *image, const struct img_cbfs_new *file,
				 struct img_range *where, struct img_error *err) IMG_CHECKED;

/* Says what could not be done with the file. An offset in err is the file's, not the image's. */
void img_insert_blame(const struct img_cbfs_new *file, const char *what, struct img_error *err);

#endif
