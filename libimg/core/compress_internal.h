/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What compress.c asks of each kind of compression; the errors are those of compress.h. */
#ifndef IMG_CORE_COMPRESS_INTERNAL_H
#define IMG_CORE_COMPRESS_INTERNAL_H

#include "libimg/core/view.h"

/* *taken: how much of packed the stream has. */
typedef enum img_status img_decode_fn(struct img_view packed, struct img_span room, size_t *size,
				      size_t *taken, struct img_error *err);

/* decode, and nothing but padding behind what it took. */
enum img_status img_decode(img_decode_fn *decode, struct img_view packed, struct img_span room,
			   size_t *size, struct img_error *err) IMG_CHECKED;

/* *size is 0 where the result does not fit room. */
typedef enum img_status img_encode_fn(struct img_view plain, struct img_span room, size_t *size,
				      struct img_error *err);

/* What the head of the stream says of the length of its data; UINT64_MAX: nothing. */
typedef enum img_status img_length_fn(struct img_view packed, uint64_t *length,
				      struct img_error *err);

img_decode_fn img_lzma_decode, img_lz4_decode, img_zstd_decode;
img_encode_fn img_lzma_encode, img_lz4_encode, img_zstd_encode;
img_length_fn img_lzma_length, img_lz4_length, img_zstd_length;

#endif
