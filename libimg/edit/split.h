/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which part of an image lives on which chip, and the way back. Chips follow each other
 * from the lowest address: the first holds the descriptor, the last the reset vector. Where
 * an image is smaller than its chip it lies at the chip's low end and the rest is 0xff.
 *
 * Refusals are IMG_E_REFUSED and end with the id of the check in parentheses:
 *	stripped-image	one byte too long: vendor files were removed for release
 *	join-parts	the parts do not make one image
 */
#ifndef IMG_EDIT_SPLIT_H
#define IMG_EDIT_SPLIT_H

#include "libimg/core/board.h"
#include "libimg/core/view.h"
#include "libimg/format/ifd.h"
#include "libimg/format/layout.h"

#define IMG_PARTS_MAX 64

struct img_part {
	char chip[32];			/* the board's name for it, else "chip1", "chip2", ... */
	struct img_range range;		/* of the image */
	uint64_t chip_size;		/* bytes of the chip; behind the range it holds 0xff */
};

struct img_parts {
	size_t count;
	struct img_part part[IMG_PARTS_MAX];
};

/*
 * The chips of a board. *out is written only on IMG_OK. IMG_E_BOUNDS, IMG_E_SPACE: the image is
 * shorter or longer than the board's. IMG_E_REFUSED: it is one byte longer.
 * IMG_E_USAGE: the board's chips do not hold its image.
 */
enum img_status img_split_by_board(struct img_view image, const struct img_board *board,
				   struct img_parts *out, struct img_error *err) IMG_CHECKED;

/*
 * Chips of these sizes. IMG_E_USAGE: none, one of 0, or over IMG_PARTS_MAX of them.
 * IMG_E_BOUNDS, IMG_E_SPACE: their sum is more or less than image_size.
 */
enum img_status img_split_by_sizes(uint64_t image_size, const uint64_t *sizes, size_t count,
				   struct img_parts *out, struct img_error *err) IMG_CHECKED;

/*
 * The chips the descriptor names. IMG_E_ABSENT and others of img_ifd_decode(); IMG_E_CORRUPT:
 * its densities are not usable. IMG_E_BOUNDS, IMG_E_SPACE: their sum is not the image.
 */
enum img_status img_split_by_descriptor(struct img_view image, struct img_parts *out,
					struct img_error *err) IMG_CHECKED;

/* The used regions of a descriptor as a layout, sorted by address; they may overlap. */
void img_split_regions(const struct img_ifd *ifd, struct img_layout *out);

/*
 * Is every area of the layout wholly in an image of so many bytes? IMG_E_BOUNDS: the sentence
 * names the first that is not.
 */
enum img_status img_split_check_layout(uint64_t image_size, const struct img_layout *layout,
				       struct img_error *err) IMG_CHECKED;

/* Do its areas, sorted, follow each other from the first byte of the image to the last? */
bool img_split_is_whole(uint64_t image_size, const struct img_layout *layout);

/*
 * The order in which parts make an image, by what they hold: order[i] is the index of the
 * i-th. The first is the only one with a descriptor, whose densities have to be the sizes
 * of the parts. count is at most IMG_PARTS_MAX. IMG_E_REFUSED: they do not make one image.
 */
enum img_status img_join_by_content(const struct img_view *parts, size_t count, size_t *order,
				    struct img_error *err) IMG_CHECKED;

/*
 * The same for the chips of a board, whose sizes the parts have to have (or those of the
 * image's parts on them). *out says how much of each part belongs to the image.
 */
enum img_status img_join_by_board(const struct img_view *parts, size_t count,
				  const struct img_board *board, size_t *order,
				  struct img_parts *out, struct img_error *err) IMG_CHECKED;

/*
 * Looks at what came out. IMG_E_REFUSED: the BIOS region or the FMAP ends behind the image,
 * or there is nothing but 0xff or 0x00 where the processor starts, the last 16 bytes of the
 * BIOS region. Images without a descriptor are not looked at.
 */
enum img_status img_join_check(struct img_view image, struct img_error *err) IMG_CHECKED;

#endif
