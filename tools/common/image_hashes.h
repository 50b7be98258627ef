/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The digests that a manifest has of one image: SHA-512 of all of it and of each part, and the
 * same with the bytes of the GbE region read as 0xff, which do not change with the MAC address.
 */
#ifndef TOOLS_COMMON_IMAGE_HASHES_H
#define TOOLS_COMMON_IMAGE_HASHES_H

#include "libimg/core/digest.h"
#include "libimg/core/range.h"

struct image_part_hashes {
	struct img_range range;		/* given: of the image */
	uint64_t size;			/* given: of the part's file; behind the range it is 0xff */
	struct img_digest sha512;
	bool has_gbe_masked;		/* the GbE region lies in this part */
	struct img_digest gbe_masked;
};

struct image_hashes {
	struct img_digest sha512;
	bool has_gbe_masked;		/* there is a GbE region */
	struct img_digest gbe_masked;
};

/*
 * Fills *out and every part. spread: use a second thread; for callers that are not in one of
 * many already. IMG_E_BOUNDS: a part leaves the image. IMG_E_USAGE: a file is shorter than its
 * range.
 */
enum img_status image_hashes_take(struct img_view image, bool spread,
				  struct image_part_hashes *part, size_t count,
				  struct image_hashes *out, struct img_error *err) IMG_CHECKED;

/*
 * Does the descriptor at the start of these bytes, an image or its first part, name a GbE
 * region that is wholly in them? Then *out is their digest with that region as 0xff.
 */
bool image_hashes_gbe_masked(struct img_view bytes, struct img_digest *out);

#endif
