/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Taking vendor pieces out of an image before it is published, and the proof that they
 * are gone. The way back is libimg/edit/insert.h.
 *
 * The refusals of the proof are IMG_E_REFUSED and end with the id of the check in parentheses:
 *	vendor-region	a region has bytes that are not 0xff
 *	vendor-file	the CBFS has a file of the piece's name
 *	vendor-bytes	bytes of a piece are left somewhere else
 */
#ifndef IMG_EDIT_STRIP_H
#define IMG_EDIT_STRIP_H

#include "libimg/core/board.h"
#include "libimg/core/image.h"

enum img_strip_state {
	IMG_STRIP_PRESENT,
	IMG_STRIP_BLANK,	/* the region is all 0xff; no CBFS file of that name */
	IMG_STRIP_PARTLY,	/* a region whose first 4 KiB are 0xff, but not the rest */
	IMG_STRIP_ELSEWHERE,	/* never in the image: it has a chip of its own */
};

/*
 * How it stands with each piece: *state has room for count. IMG_E_ABSENT, IMG_E_BOUNDS: the image
 * has no such region, or no FMAP or CBFS where a piece is a file. IMG_E_CORRUPT: a damaged CBFS.
 */
enum img_status img_strip_states(struct img_view image, const struct img_board_piece *pieces,
				 size_t count, enum img_strip_state *state, struct img_error *err)
	IMG_CHECKED;

/*
 * What a piece occupies in the image: the whole region, or the data of the CBFS file. Size 0: it
 * is blank or elsewhere. Errors as above.
 */
enum img_status img_strip_range(struct img_view image, const struct img_board_piece *piece,
				struct img_range *out, struct img_error *err) IMG_CHECKED;

/*
 * Region: all of it becomes 0xff, the tail behind the piece, too. CBFS: the file is removed.
 * IMG_E_ABSENT: no such region or file. IMG_E_UNSUPPORTED: a piece that is never in the image.
 * On any error the image is as it was.
 */
enum img_status img_strip(struct img *image, const struct img_board_piece *piece,
			  struct img_error *err) IMG_CHECKED;

/*
 * Looks at a stripped image: are all regions 0xff, is no CBFS file of these names there, and are no
 * bytes of the pieces left anywhere, as img_leftover_find() says? contents are the stored
 * bytes of each piece as they were (an empty view: it was not there), or NULL: the bytes are not
 * looked for. The image is not changed. IMG_E_REFUSED: see above, *err tells where.
 *
 * A table that a vendor file shares with a free program (a CRC table, constants of a hash) cannot
 * be told from a piece left over. The sentence therefore says where both are and how many
 * bytes agree, and whether it may stay is for a person to decide.
 */
enum img_status img_strip_prove(struct img_view image, const struct img_board_piece *pieces,
				size_t count, const struct img_view *contents,
				struct img_error *err) IMG_CHECKED;

#endif
