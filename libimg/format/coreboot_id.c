/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/coreboot_id.h"

#include <ctype.h>

#include "libimg/core/bytes.h"

/* The strings are in the boot block, which has at most this much. */
#define BOOT_BLOCK_MAX 0x20000u

enum { WORDS = 16 };

/* A printable string that ends in its field, so far from the end of image. */
static bool read_text(struct img_view image, uint32_t distance, char out[IMG_COREBOOT_ID_TEXT])
{
	size_t size = img_view_size(image), room = IMG_COREBOOT_ID_TEXT, i = 0;

	if (distance > size || distance > BOOT_BLOCK_MAX)
		return false;
	if (room > distance)
		room = distance;
	if (img_view_copy(image, size - distance, out, room, NULL) != IMG_OK)
		return false;
	while (i < room && isprint((unsigned char)out[i]))
		i++;
	return i && i < room && !out[i];
}

static bool read_at(struct img_view image, uint64_t below, struct img_coreboot_id *out)
{
	uint64_t size = img_view_size(image);
	uint8_t w[WORDS];
	uint32_t vendor, part, rom;

	if (size < below + WORDS ||
	    img_view_copy(image, size - below - WORDS, w, WORDS, NULL) != IMG_OK)
		return false;
	vendor = img_get_le32(w + 4);
	part = img_get_le32(w + 8);
	rom = img_get_le32(w + 12);
	/* The strings lie in front of the words, in this order, and images are whole KiB. */
	if (!rom || rom % 1024 || part <= below + WORDS || vendor <= part)
		return false;
	out->at = size - part;
	return read_text(image, vendor, out->vendor) && read_text(image, part, out->part);
}

enum img_status img_coreboot_id_decode(struct img_view image, struct img_coreboot_id *out,
				       struct img_error *err)
{
	static const uint64_t places[] = { 0x80, 0x10 };
	struct img_coreboot_id id;
	size_t i;

	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		if (read_at(image, places[i], &id)) {
			*out = id;
			return IMG_OK;
		}
	}
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			"no coreboot identity near the end of the image");
}
