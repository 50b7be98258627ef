/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Stepping through a CBFS without believing its headers: a length that is damaged may reach to
 * just where a later header begins, and the files between are gone without a gap.
 */
#ifndef IMG_EDIT_CBFS_WALK_H
#define IMG_EDIT_CBFS_WALK_H

#include "libimg/format/cbfs.h"

/*
 * Like img_cbfs_next(). IMG_E_CORRUPT also:
 *
 *	a file, or free space, reaches over the header of a file; *cursor is at that one. Not so
 *	where its hash is right, or its data are an image or a CBFS of their own
 *	free space has a name, or a file has none; *cursor is behind it
 *
 * Without inside only headers are looked at, which is right where img_cbfs_area_load() says so.
 */
enum img_status img_cbfs_walk(struct img_view area, bool inside, uint64_t *cursor,
			      struct img_cbfs_file *out, struct img_error *err) IMG_CHECKED;

/* img_cbfs_find() for whom "there is none" matters: by img_cbfs_walk(), with its errors. */
enum img_status img_cbfs_look_up(struct img_view area, const char *name,
				 struct img_cbfs_file *out, struct img_error *err) IMG_CHECKED;

#endif
