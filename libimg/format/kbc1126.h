/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Firmware of the KBC1126 embedded controller (HP EliteBooks), which it reads out of the
 * flash chip before the machine starts. Little endian.
 *
 * 0x100 below the end of the image, two pointers to blocks:
 *
 *	 0   1  bits 23:16 of the distance from 16 MiB below the end of the image
 *	 1   1  bits 15:8; bits 7:0 are zero
 *	 2   2  0xff minus each of these
 *	 4   4  the same for the second block
 *
 * Block, which is also what the files ecfw1.bin and ecfw2.bin hold:
 *
 *	 0   2  length of the data
 *	 2   2  sum of the data bytes, modulo 0x10000
 *	 4      data
 *
 * Source: coreboot's util/kbc1126.
 */
#ifndef IMG_FORMAT_KBC1126_H
#define IMG_FORMAT_KBC1126_H

#include "libimg/core/view.h"

#define IMG_KBC1126_BLOCKS 2

struct img_kbc1126 {
	uint64_t block_at[IMG_KBC1126_BLOCKS];	/* in the image */
};

/*
 * The pointers of an image. IMG_E_ABSENT: it is too small, or these bytes are no pointers: each
 * has to be backed by its complement. IMG_E_BOUNDS: a pointer leads below the image.
 */
enum img_status img_kbc1126_decode(struct img_view image, struct img_kbc1126 *out,
				   struct img_error *err) IMG_CHECKED;

/*
 * Is there a block at the start of v, and how many bytes does it take? IMG_E_BOUNDS: v ends
 * before the block. IMG_E_CORRUPT: a length of 0, or the sum is wrong.
 */
enum img_status img_kbc1126_block(struct img_view v, uint64_t *size, struct img_error *err)
	IMG_CHECKED;

#endif
