/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The master header: how coreboot images before the FMAP (2015) say where their CBFS is. Big
 * endian, 32 bytes, anywhere in the image:
 *
 *	 0   4  "ORBC"
 *	 4   4  "1111" or "1112": version
 *	 8   4  size of the image
 *	12   4  size of the boot block, which ends the image
 *	16   4  alignment of the files: 64
 *	20   4  first file: offset in the image
 *	24   4  architecture: 1 x86, 16 ARM, ...; ff ff ff ff: not said
 *	28   4  0
 *
 * The last 4 bytes of the image are a signed le32: from the end of the image to the header.
 * On x86 that is also its address.
 *
 * Sources: coreboot's cbfs_serialized.h; what cbfstool of 2025 looks for.
 */
#ifndef IMG_FORMAT_CBFS_MASTER_H
#define IMG_FORMAT_CBFS_MASTER_H

#include "libimg/core/range.h"
#include "libimg/core/view.h"

struct img_cbfs_master {
	uint64_t at;			/* of the header */
	struct img_range files;		/* from the first file up to the boot block */
	uint32_t architecture;
};

/*
 * The header the last word points to, else the first one in the image. IMG_E_ABSENT: none.
 * IMG_E_BOUNDS: it says the files are outside the image. IMG_E_UNSUPPORTED: another alignment.
 */
enum img_status img_cbfs_master_find(struct img_view image, struct img_cbfs_master *out,
				     struct img_error *err) IMG_CHECKED;

#endif
