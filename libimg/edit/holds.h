/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What some bytes look like, before anybody relies on them: all of a flash chip, or one chip
 * of several. Nothing is decoded further than its signature, but for the descriptor.
 */
#ifndef IMG_EDIT_HOLDS_H
#define IMG_EDIT_HOLDS_H

#include "libimg/core/view.h"
#include "libimg/format/ifd.h"

struct img_holds {
	bool blank;			/* one byte, repeated */
	bool descriptor;		/* a flash descriptor at the start, whole */
	enum img_ifd_generation generation;
	uint64_t flash_size;		/* of all chips, as the descriptor says */
	bool fmap, cbfs, volume, me;	/* somewhere in it */
	bool start;			/* a jump 16 bytes before the end */
};

void img_holds_find(struct img_view bytes, struct img_holds *out);

/*
 * Which chip of a board has such contents. A descriptor is on the first one only. A jump at the
 * end without a descriptor: the last one of two, or an image that has no descriptor at all.
 */
enum img_role {
	IMG_ROLE_UNKNOWN,
	IMG_ROLE_FIRST,		/* a descriptor, and nothing to start from */
	IMG_ROLE_LAST,		/* something to start from, and no descriptor */
	IMG_ROLE_WHOLE,		/* both */
};

/* head and tail: the first 4 KiB of the bytes and the last, which may be the same. */
enum img_role img_role_of(struct img_view head, struct img_view tail);

/* "flash descriptor of 6 series (Cougar Point) for 12582912 bytes, CBFS, start code at the end";
 * "nothing that is recognised". */
#define IMG_HOLDS_TEXT 192
void img_holds_text(const struct img_holds *h, char out[IMG_HOLDS_TEXT]);

#endif
