/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One stream and what is behind it, for any kind: who needs one kind is linked with that alone. */
#include "libimg/core/compress.h"
#include "libimg/core/compress_internal.h"

/* Whoever appended bytes to a stream meant them, unless they are padding. */
static enum img_status check_rest(struct img_view packed, size_t taken, struct img_error *err)
{
	struct img_view rest;
	enum img_status st;

	st = img_view_slice(packed, taken, img_view_size(packed) - taken, &rest, err);
	if (st != IMG_OK || img_view_filled(rest, 0) || img_view_filled(rest, 0xff))
		return st;
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(rest),
			"0x%zx bytes behind the end of the compressed data", img_view_size(rest));
}

enum img_status img_decode(img_decode_fn *decode, struct img_view packed, struct img_span room,
			   size_t *size, struct img_error *err)
{
	size_t filled = 0, taken = 0;
	enum img_status st = decode(packed, room, &filled, &taken, err);

	if (st == IMG_OK)
		st = check_rest(packed, taken, err);
	if (st == IMG_OK)
		*size = filled;
	return st;
}

enum img_status img_decompress_lzma(struct img_view packed, struct img_span room, size_t *size,
				    struct img_error *err)
{
	return img_decode(img_lzma_decode, packed, room, size, err);
}
