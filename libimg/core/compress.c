/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/compress.h"

#include <string.h>

#include "libimg/core/compress_internal.h"

static const struct {
	const char *word;
	img_decode_fn *decode;
	img_encode_fn *encode;
	img_length_fn *length;
} kinds[] = {
	[IMG_COMPRESSION_NONE] = { "none", NULL, NULL, NULL },
	[IMG_COMPRESSION_LZMA] = { "lzma", img_lzma_decode, img_lzma_encode, img_lzma_length },
	[IMG_COMPRESSION_LZ4] = { "lz4", img_lz4_decode, img_lz4_encode, img_lz4_length },
	[IMG_COMPRESSION_ZSTD] = { "zstd", img_zstd_decode, img_zstd_encode, img_zstd_length },
};

enum { KINDS = sizeof(kinds) / sizeof(kinds[0]) };

static enum img_status unknown(uint32_t compression, struct img_error *err)
{
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE, "unknown compression %u", compression);
}

enum img_status img_decompress(uint32_t compression, struct img_view packed, struct img_span room,
			       size_t *size, struct img_error *err)
{
	if (compression >= KINDS)
		return unknown(compression, err);
	if (compression == IMG_COMPRESSION_NONE) {
		if (img_view_size(packed) > img_span_size(room))
			return img_fail(err, IMG_E_SPACE, img_view_origin(packed),
					"0x%zx bytes of data, but only 0x%zx are announced",
					img_view_size(packed), img_span_size(room));
		*size = img_view_size(packed);
		return img_span_write(room, 0, packed, err);
	}
	return img_decode(kinds[compression].decode, packed, room, size, err);
}

enum img_status img_decompress_whole(uint32_t compression, struct img_view packed, uint64_t size,
				     struct img **out, struct img_error *err)
{
	struct img *img;
	enum img_status st;
	size_t got = 0;

	if (compression >= KINDS)
		return unknown(compression, err);
	if (!size || size > IMG_SIZE_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(packed),
				"compressed data that say they become %llu bytes; 1 to %llu are "
				"believable", (unsigned long long)size,
				(unsigned long long)IMG_SIZE_MAX);
	st = img_new(size, 0, &img, err);
	if (st != IMG_OK)
		return st;
	st = img_decompress(compression, packed, img_span(img), &got, err);
	if (st == IMG_E_SPACE || (st == IMG_OK && got != size))
		st = img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
			      "the compressed data become %s than the 0x%llx bytes announced",
			      st == IMG_OK ? "less" : "more", (unsigned long long)size);
	if (st == IMG_OK)
		*out = img;
	else
		img_close(img);
	return st;
}

enum img_status img_compress(uint32_t compression, struct img_view plain, struct img **out,
			     struct img_error *err)
{
	size_t size = 0, room = img_view_size(plain);
	struct img *scratch, *packed = NULL;
	struct img_view used;
	enum img_status st;

	if (compression >= KINDS || compression == IMG_COMPRESSION_NONE)
		return unknown(compression, err);
	if (!room)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "no data to compress");
	st = img_new(room, 0, &scratch, err);
	if (st != IMG_OK)
		return st;
	st = kinds[compression].encode(plain, img_span(scratch), &size, err);
	if (st == IMG_OK && size && size < room) {
		st = img_view_slice(img_bytes(scratch), 0, size, &used, err);
		if (st == IMG_OK)
			st = img_copy(used, &packed, err);
	}
	img_close(scratch);
	if (st == IMG_OK)
		*out = packed;
	return st;
}

const char *img_compression_word(uint32_t number)
{
	return number < KINDS ? kinds[number].word : NULL;
}

bool img_compression_of(const char *word, uint32_t *number)
{
	uint32_t i;

	for (i = 0; i < KINDS; i++) {
		if (strcmp(kinds[i].word, word))
			continue;
		*number = i;
		return true;
	}
	return false;
}

enum img_status img_compressed_agrees(uint32_t compression, struct img_view packed, uint64_t size,
				      struct img_error *err)
{
	uint64_t length = img_view_size(packed);
	enum img_status st = IMG_OK;

	if (compression >= KINDS)
		return unknown(compression, err);
	if (kinds[compression].length)
		st = kinds[compression].length(packed, &length, err);
	if (st != IMG_OK || length == size || length == UINT64_MAX)
		return st;
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
			"the data are announced as 0x%llx bytes, but say themselves that they "
			"are 0x%llx", (unsigned long long)size, (unsigned long long)length);
}
