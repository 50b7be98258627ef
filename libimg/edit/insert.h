/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Putting a vendor piece where a board wants it. */
#ifndef IMG_EDIT_INSERT_H
#define IMG_EDIT_INSERT_H

#include "libimg/core/board.h"
#include "libimg/core/image.h"

/*
 * Region: data go to its start, in bios to its end; the rest of it becomes 0xff (a longer ME of
 * before would leave its tail). CBFS: a file of the piece's name and type, at its address or at the
 * first place with room; the order of pieces therefore decides where they land. Of an FSP
 * that is executed in place (xip) the data begin at a multiple of 4 KiB, and it is
 * relocated to the address of that place. A stage is given as an ELF file, as
 * cbfstool extracts it, and stored as the relocatable module made of it.
 *
 * *where (may be NULL) is what the data occupy in the image. IMG_E_SPACE: larger than the
 * region or the free space. IMG_E_EXISTS: the CBFS file is there already. IMG_E_UNSUPPORTED: a
 * type nobody knows, xip of something other than an FSP, or a piece that belongs on a chip of
 * its own. IMG_E_ABSENT, IMG_E_BOUNDS: the image has no such region, FMAP or CBFS.
 * What img_fsp_relocate() and img_rmodule_from_elf() say of the file. On any error the image
 * is as it was.
 */
enum img_status img_insert(struct img *image, const struct img_board_piece *piece,
			   struct img_view data, struct img_range *where, struct img_error *err)
	IMG_CHECKED;

#endif
