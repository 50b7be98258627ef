/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CBFS verification: keeps the anchor in the boot block true when the primary CBFS
 * changes. The byte map of the anchor is in libimg/format/cbfs.h.
 */
#ifndef IMG_EDIT_CBFS_ANCHOR_H
#define IMG_EDIT_CBFS_ANCHOR_H

#include "libimg/core/digest.h"
#include "libimg/core/image.h"
#include "libimg/core/range.h"
#include "libimg/format/cbfs.h"

/* What may hold an anchor; of several only the last of these counts. */
enum img_anchor_holder {
	IMG_ANCHOR_NOBODY,
	IMG_ANCHOR_AMDFW,		/* the CBFS file apu/amdfw */
	IMG_ANCHOR_BOOTBLOCK,		/* the CBFS file bootblock */
	IMG_ANCHOR_AREA,		/* the FMAP area BOOTBLOCK */
};

struct img_anchor_place {
	enum img_anchor_holder holder;	/* with an anchor or without */
	bool present;			/* it has an anchor */
	bool covers;			/* of the files of the area at hand */
	enum img_digest_kind kind;
	uint64_t metadata_hash_at;	/* in the image, like the next */
	uint64_t fmap_hash_at;
};

/* One file that comes or goes; at is its header, from the start of the area. */
struct img_anchor_change {
	uint64_t at;
	struct img_view metadata;	/* empty: the file there goes */
};

struct img_anchor_hashes {
	struct img_digest metadata, fmap;
};

/*
 * Looks where cbfstool looks: FMAP area BOOTBLOCK, else the CBFS files bootblock and
 * apu/amdfw of the primary CBFS; for the top swap copy COREBOOT_B only BOOTBLOCK_B. area NULL:
 * the primary CBFS. without (NULL: none) is a file of the area that is about to go and does
 * not count any more. No anchor is not an error, present is false then, and neither is an image
 * without an FMAP. IMG_E_CORRUPT: damage in the CBFS before it was found. Else the errors of
 * img_fmap_decode() and img_cbfs_anchor_find().
 */
enum img_status img_anchor_locate(struct img_view image, const char *area, const char *without,
				  struct img_anchor_place *out, struct img_error *err) IMG_CHECKED;

/* The same for a file that is about to be added with its data at data_at of the image. Errors:
 * those of img_cbfs_anchor_find(), but for IMG_E_ABSENT. */
enum img_status img_anchor_locate_new(const char *name, uint32_t type, struct img_view data,
				      uint64_t data_at, struct img_anchor_place *place,
				      struct img_error *err) IMG_CHECKED;

/*
 * What hash attribute a new file of this type gets, in any area: *hash is what was asked
 * for on entry (NULL: nothing special). IMG_E_USAGE: asked for another algorithm than the
 * anchor's.
 */
enum img_status img_anchor_hash_for(const struct img_anchor_place *anchor, uint32_t type,
				    const enum img_digest_kind **hash, struct img_error *err)
	IMG_CHECKED;

/*
 * The hashes the anchor will need after the change, computed before it, so that nothing
 * can fail once the image is touched. Without an anchor *out stays as it is. IMG_E_CORRUPT: a
 * damaged CBFS. IMG_E_NOMEM. Else those of img_digest() and img_fmap_decode().
 */
enum img_status img_anchor_compute(struct img_view image, const struct img_anchor_place *anchor,
				   struct img_range cbfs, const struct img_anchor_change *change,
				   struct img_anchor_hashes *out, struct img_error *err)
	IMG_CHECKED;

/* Stores them; the FMAP's only where a boot block came, as cbfstool does. IMG_E_BOUNDS: the place
 * is not in this image. */
enum img_status img_anchor_store(struct img *image, const struct img_anchor_place *anchor,
				 const struct img_anchor_hashes *hashes, bool fmap,
				 struct img_error *err) IMG_CHECKED;

/*
 * Are the hashes of the anchor those of the primary CBFS and the FMAP? IMG_OK also without an
 * anchor. IMG_E_MISMATCH: no; firmware that verifies will not start. Others: see above.
 */
enum img_status img_anchor_check(struct img_view image, struct img_error *err) IMG_CHECKED;

#endif
