/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding the CBFS to read, in images with an FMAP and in older ones. */
#ifndef IMG_EDIT_CBFS_AREA_H
#define IMG_EDIT_CBFS_AREA_H

#include "libimg/core/image.h"
#include "libimg/core/range.h"

struct img_cbfs_area {
	struct img_range range;		/* in the image */
	uint64_t base;			/* what offsets in it are counted from: its start, or 0 */
	bool legacy;			/* found by a master header; it has no name */
};

/*
 * name: FMAP area, NULL for the primary CBFS, which in an image without FMAP is the one of the
 * master header. The errors of img_locate_cbfs() and img_cbfs_master_find(); IMG_E_ABSENT
 * also: there is no file header where the master header says.
 */
enum img_status img_cbfs_area_find(struct img_view image, const char *name,
				   struct img_cbfs_area *out, struct img_error *err) IMG_CHECKED;

/*
 * The same of an image that was opened lazily; brings what img_cbfs_walk() looks at: headers and
 * the first bytes of data. The rest, which becomes zeros, is looked through for headers here,
 * since a wrong length may hide some. *inside is what img_cbfs_walk() is to be told. Where
 * something is not as it should be, everything is brought. Errors also: those of img_load().
 */
enum img_status img_cbfs_area_load(struct img *image, const char *name, struct img_cbfs_area *out,
				   bool *inside, struct img_error *err) IMG_CHECKED;

#endif
