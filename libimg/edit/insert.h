/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting a vendor piece where a board wants it. */
#ifndef IMG_EDIT_INSERT_H
#define IMG_EDIT_INSERT_H

#include "libimg/core/board.h"
#include "libimg/core/image.h"

/*
 * Region: data go to its first byte, the rest of it becomes 0xff (a longer ME of before would
 * leave its tail). CBFS: a file of the piece's name and type, at its address or at the
 * first place with room; the order of pieces therefore decides where they land.
 *
 * *where (may be NULL) is what the data occupy in the image. IMG_E_SPACE: larger than the
 * region or the free space. IMG_E_EXISTS: the CBFS file is there already. IMG_E_UNSUPPORTED: a
 * piece that has to be relocated or converted, or that belongs on a chip of its own.
 * IMG_E_ABSENT, IMG_E_BOUNDS: the image has no such region, FMAP or CBFS.
 * On any error the image is as it was.
 */
enum img_status img_insert(struct img *image, const struct img_board_piece *piece,
			   struct img_view data, struct img_range *where, struct img_error *err)
	IMG_CHECKED;

#endif
