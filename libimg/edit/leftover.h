/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Are bytes of a file anywhere in an image? */
#ifndef IMG_EDIT_LEFTOVER_H
#define IMG_EDIT_LEFTOVER_H

#include "libimg/core/view.h"

enum {
	IMG_LEFTOVER_RUN = 64,		/* so many bytes that are the same are no chance, */
	IMG_LEFTOVER_VALUES = 8,	/* if there are more different values among them */
};

struct img_leftover {
	uint64_t at;		/* from the start of the image */
	size_t file;		/* whose bytes they are */
	uint64_t file_at;	/* from the start of that */
	uint64_t size;		/* as far as the two agree, in both directions */
};

/*
 * Looks for every run of IMG_LEFTOVER_RUN bytes, at any offset, with more than IMG_LEFTOVER_VALUES
 * different values. IMG_OK: the first one in the image. IMG_E_ABSENT: none.
 *
 * Exact: no such run is missed, and none is reported that is not there. Time grows with the
 * sizes of image and files, not with their product; memory stays under 12 MiB.
 */
enum img_status img_leftover_find(struct img_view image, const struct img_view *files,
				  size_t count, struct img_leftover *out, struct img_error *err)
	IMG_CHECKED;

#endif
