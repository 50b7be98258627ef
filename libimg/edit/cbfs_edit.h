/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adding files to a CBFS and removing them, byte for byte as cbfstool does it: an
 * injected release must have the very bytes it had before it was stripped.
 *
 * A CBFS with damage in it is not edited (IMG_E_CORRUPT), nor one whose free space, which an edit
 * makes 0xff, holds the FMAP. The image never changes size.
 * On any error it is as it was. Where the image has a verification anchor, new files
 * get a hash attribute and the anchor's metadata hash is renewed. FIT entries that point into
 * a file that goes become unused, and microcode that comes gets unused ones (cbfs_fit.h); of
 * these cbfstool knows nothing.
 */
#ifndef IMG_EDIT_CBFS_EDIT_H
#define IMG_EDIT_CBFS_EDIT_H

#include "libimg/core/image.h"
#include "libimg/core/range.h"
#include "libimg/format/cbfs.h"

enum img_cbfs_place {
	IMG_CBFS_ANYWHERE,	/* the first free space with room */
	IMG_CBFS_ALIGNED,	/* data at a multiple of where, counted in the image */
	IMG_CBFS_FIXED,		/* data exactly at image offset where */
};

struct img_cbfs_new {
	const char *name;
	uint32_t type;
	struct img_view data;
	enum img_cbfs_place place;
	uint64_t where;
	struct img_view attributes;		/* ready-made, a multiple of 4 bytes; empty: none */
	const enum img_digest_kind *hash;	/* a hash attribute; NULL: as the image needs */
};

/*
 * area: FMAP area, NULL for the primary CBFS. *data_range (may be NULL) tells where the
 * data are in the image. IMG_E_EXISTS: a file of that name is there. IMG_E_SPACE: no free
 * space fits; the sentence names the largest. IMG_E_USAGE: bad name, empty data, or a hash
 * that is not the anchor's. IMG_E_ABSENT: no such CBFS. Else the errors of img_anchor_locate().
 */
enum img_status img_cbfs_add(struct img *image, const char *area, const struct img_cbfs_new *file,
			     struct img_range *data_range, struct img_error *err) IMG_CHECKED;

/* Where img_cbfs_add() would put the data, for those that depend on it; same errors. */
enum img_status img_cbfs_plan(struct img_view image, const char *area,
			      const struct img_cbfs_new *file, struct img_range *data_range,
			      struct img_error *err) IMG_CHECKED;

/* IMG_E_ABSENT: no such CBFS or file. Nothing of the file remains: free space is 0xff. */
enum img_status img_cbfs_remove(struct img *image, const char *area, const char *name,
				struct img_error *err) IMG_CHECKED;

/*
 * Makes one free space of a whole area. IMG_E_USAGE: its size is under 64 bytes or no multiple of
 * 64. IMG_E_BOUNDS: it leaves the image.
 */
enum img_status img_cbfs_create(struct img *image, struct img_range area, struct img_error *err)
	IMG_CHECKED;

#endif
