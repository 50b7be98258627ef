/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/kbc1126.h"

#include "libimg/core/reader.h"

enum { POINTERS_FROM_END = 0x100, BLOCK_HEADER = 4, WINDOW = 0x1000000 };

enum img_status img_kbc1126_decode(struct img_view image, struct img_kbc1126 *out,
				   struct img_error *err)
{
	uint64_t size = img_view_size(image), down;
	struct img_kbc1126 k;
	uint8_t p[4 * IMG_KBC1126_BLOCKS];
	enum img_status st;
	unsigned i;

	if (size < POINTERS_FROM_END)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"too small for pointers to EC firmware");
	st = img_view_copy(image, size - POINTERS_FROM_END, p, sizeof(p), err);
	if (st != IMG_OK)
		return st;
	for (i = 0; i < IMG_KBC1126_BLOCKS; i++) {
		const uint8_t *b = p + 4 * i;

		if (b[0] + b[2] != 0xff || b[1] + b[3] != 0xff)
			return img_fail(err, IMG_E_ABSENT,
					img_view_origin(image) + size - POINTERS_FROM_END + 4 * i,
					"no pointer to EC firmware: %02x %02x should be backed by "
					"%02x %02x, not %02x %02x", b[0], b[1], 0xff - b[0],
					0xff - b[1], b[2], b[3]);
		down = WINDOW - (uint64_t)(b[0] << 16 | b[1] << 8);
		if (down > size)
			return img_fail(err, IMG_E_BOUNDS,
					img_view_origin(image) + size - POINTERS_FROM_END + 4 * i,
					"the pointer to EC firmware leads 0x%llx below the end of "
					"an image of 0x%llx bytes", (unsigned long long)down,
					(unsigned long long)size);
		k.block_at[i] = size - down;
	}
	*out = k;
	return IMG_OK;
}

enum img_status img_kbc1126_block(struct img_view v, uint64_t *size, struct img_error *err)
{
	struct img_reader r = img_reader_of(v, err);
	uint16_t length, wanted, sum = 0;
	struct img_view data;
	enum img_status st;
	size_t i;

	length = img_read_le16(&r);
	wanted = img_read_le16(&r);
	st = img_read_status(&r);
	if (st == IMG_OK && length == 0)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(v),
				"EC firmware with a length of 0: there is none here");
	if (st == IMG_OK)
		st = img_view_slice(v, BLOCK_HEADER, length, &data, err);
	if (st != IMG_OK)
		return st;
	for (i = 0; i < length; i++)
		sum = (uint16_t)(sum + img_read_u8(&r));
	if (sum != wanted)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(v),
				"EC firmware with a sum of 0x%04x, but it says 0x%04x", sum,
				wanted);
	*size = (uint64_t)BLOCK_HEADER + length;
	return IMG_OK;
}
