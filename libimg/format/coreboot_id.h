/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How an x86 coreboot image says which mainboard it is for: three strings in the boot block
 * and, in front of a fixed place near the end of the image, where they are. Little endian:
 *
 *	E-16   4  distance of the version from the end of the image
 *	E-12   4  distance of the vendor
 *	E-8    4  distance of the part number
 *	E-4    4  size of the image, as configured
 *
 * E is 0x80 below the end, 0x10 in old images. Strings end with NUL.
 *
 * Source: coreboot's id section as flashrom reads it; seen in real boot blocks.
 */
#ifndef IMG_FORMAT_COREBOOT_ID_H
#define IMG_FORMAT_COREBOOT_ID_H

#include "libimg/core/view.h"

#define IMG_COREBOOT_ID_TEXT 64

struct img_coreboot_id {
	uint64_t at;			/* of the part number in image */
	char vendor[IMG_COREBOOT_ID_TEXT];
	char part[IMG_COREBOOT_ID_TEXT];
};

/*
 * image ends where the processor starts. *out is written only on IMG_OK. IMG_E_ABSENT: no such
 * words, or they lead to no printable strings.
 */
enum img_status img_coreboot_id_decode(struct img_view image, struct img_coreboot_id *out,
				       struct img_error *err) IMG_CHECKED;

#endif
