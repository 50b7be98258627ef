/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Zstandard frames, by libzstd. */
#include <stdlib.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "libimg/core/compress_internal.h"
#include "libimg/core/reader.h"

enum { MAGIC = 0xfd2fb528 };

static enum img_status failed(size_t code, struct img_view packed, struct img_span room,
			      struct img_error *err)
{
	switch (ZSTD_getErrorCode(code)) {
	case ZSTD_error_memory_allocation:
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	case ZSTD_error_dstSize_tooSmall:
		return img_fail(err, IMG_E_SPACE, img_view_origin(packed),
				"Zstandard data of more bytes than the 0x%zx announced",
				img_span_size(room));
	default:
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
				"the Zstandard data are damaged: %s", ZSTD_getErrorName(code));
	}
}

static enum img_status check_magic(struct img_view packed, struct img_error *err)
{
	struct img_reader r = img_reader_of(packed, err);
	uint32_t magic = img_read_le32(&r);

	if (img_read_status(&r) == IMG_OK && magic == MAGIC)
		return IMG_OK;
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
			"no Zstandard frame: it begins with 0x%08x, not 0x%08x", magic, MAGIC);
}

enum img_status img_zstd_length(struct img_view packed, uint64_t *length, struct img_error *err)
{
	enum img_status st = check_magic(packed, err);
	unsigned long long said;

	if (st != IMG_OK)
		return st;
	said = ZSTD_getFrameContentSize(img_view_data(packed), img_view_size(packed));
	if (said == ZSTD_CONTENTSIZE_ERROR)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
				"the head of the Zstandard data is damaged");
	*length = said == ZSTD_CONTENTSIZE_UNKNOWN ? UINT64_MAX : said;
	return IMG_OK;
}

enum img_status img_zstd_decode(struct img_view packed, struct img_span room, size_t *size,
				size_t *taken, struct img_error *err)
{
	enum img_status st = check_magic(packed, err);
	size_t length, got;

	if (st != IMG_OK)
		return st;
	length = ZSTD_findFrameCompressedSize(img_view_data(packed), img_view_size(packed));
	if (ZSTD_isError(length))
		return failed(length, packed, room, err);
	got = ZSTD_decompress(img_span_bytes(room), img_span_size(room), img_view_data(packed),
			      length);
	if (ZSTD_isError(got))
		return failed(got, packed, room, err);
	*size = got;
	*taken = length;
	return IMG_OK;
}

enum img_status img_zstd_encode(struct img_view plain, struct img_span room, size_t *size,
				struct img_error *err)
{
	size_t got = ZSTD_compress(img_span_bytes(room), img_span_size(room),
				   img_view_data(plain), img_view_size(plain), ZSTD_maxCLevel());

	*size = 0;
	if (!ZSTD_isError(got))
		*size = got;
	else if (ZSTD_getErrorCode(got) != ZSTD_error_dstSize_tooSmall)
		return failed(got, plain, room, err);
	return IMG_OK;
}
