/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/base64.h"

#include <string.h>

#include "libimg/core/reader.h"

static int digit(uint8_t c)
{
	static const char digits[] =
		"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *p = c ? strchr(digits, c) : NULL;

	return p ? (int)(p - digits) : -1;
}

/* Four characters into one to three bytes; 0: they are not base64. */
static size_t decode_four(const uint8_t four[4], bool last, uint8_t bytes[3])
{
	size_t n = 3, i;
	uint32_t bits = 0;

	if (last && four[3] == '=')
		n = four[2] == '=' ? 1 : 2;
	for (i = 0; i < 4; i++) {
		int d = i <= n ? digit(four[i]) : 0;

		if (d < 0)
			return 0;
		bits = bits << 6 | (uint32_t)d;
	}
	for (i = 0; i < 3; i++)
		bytes[i] = (uint8_t)(bits >> (16 - 8 * i));
	/* What lies behind the last byte has to be zero. */
	return bits & (((uint32_t)1 << (24 - 8 * n)) - 1) ? 0 : n;
}

bool base64_decode(struct img_view text, struct img_span out, size_t *size)
{
	struct img_reader r = img_reader_of(text, NULL);
	size_t left = img_view_size(text), used = 0, n;
	uint8_t four[4], bytes[3];

	if (left % 4)
		return false;
	for (; left; left -= 4, used += n) {
		img_read_bytes(&r, four, sizeof(four));
		n = decode_four(four, left == 4, bytes);
		if (!n || img_span_write(out, used, img_view_of(bytes, n), NULL) != IMG_OK)
			return false;
	}
	*size = used;
	return img_read_status(&r) == IMG_OK;
}
