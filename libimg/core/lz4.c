/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LZ4 frames, by liblz4. */
#include <lz4frame.h>
#include <stdlib.h>

#include "libimg/core/compress_internal.h"
#include "libimg/core/reader.h"

enum {
	MAGIC = 0x184d2204,
	VERSION_MASK = 0xc0,
	VERSION = 0x40,
	INDEPENDENT = 0x20,
	DICTIONARY = 0x01,
	LEVEL = 20,		/* what cbfstool asks for: the highest there is */
};

static enum img_status check_header(struct img_view packed, struct img_error *err)
{
	struct img_reader r = img_reader_of(packed, err);
	uint32_t magic = img_read_le32(&r);
	uint8_t flags = img_read_u8(&r);

	if (img_read_status(&r) != IMG_OK)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
				"the LZ4 header is cut off");
	if (magic != MAGIC)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
				"no LZ4 frame: it begins with 0x%08x, not 0x%08x", magic, MAGIC);
	if ((flags & VERSION_MASK) != VERSION || !(flags & INDEPENDENT) || flags & DICTIONARY)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(packed),
				"an LZ4 frame with flags 0x%02x; firmware reads version 1 with "
				"independent blocks and no dictionary (0x60)", flags);
	return IMG_OK;
}

enum img_status img_lz4_length(struct img_view packed, uint64_t *length, struct img_error *err)
{
	*length = UINT64_MAX;
	return check_header(packed, err);
}

/* One step; *left is 0 at the end of the frame. */
static enum img_status step(LZ4F_dctx *context, struct img_view packed, struct img_span room,
			    size_t *taken, size_t *size, size_t *left, struct img_error *err)
{
	const LZ4F_decompressOptions_t options = { .stableDst = 1 };
	size_t in = img_view_size(packed) - *taken, out = img_span_size(room) - *size;
	struct img_view from;
	struct img_span to;
	enum img_status st;

	st = img_view_slice(packed, *taken, in, &from, err);
	if (st == IMG_OK)
		st = img_span_slice(room, *size, out, &to, err);
	if (st != IMG_OK)
		return st;
	*left = LZ4F_decompress(context, img_span_bytes(to), &out, img_view_data(from), &in,
				&options);
	if (LZ4F_isError(*left))
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(from),
				"the LZ4 data are damaged: %s", LZ4F_getErrorName(*left));
	*taken += in;
	*size += out;
	if (!*left || in || out)
		return IMG_OK;
	if (*size == img_span_size(room))
		return img_fail(err, IMG_E_SPACE, img_view_origin(packed),
				"LZ4 data of more bytes than the 0x%zx announced", *size);
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(packed), "the LZ4 data are cut off");
}

enum img_status img_lz4_decode(struct img_view packed, struct img_span room, size_t *size,
			       size_t *taken, struct img_error *err)
{
	enum img_status st = check_header(packed, err);
	LZ4F_dctx *context;
	size_t left = 1;

	if (st != IMG_OK)
		return st;
	if (LZ4F_isError(LZ4F_createDecompressionContext(&context, LZ4F_VERSION)))
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	*size = *taken = 0;
	while (st == IMG_OK && left)
		st = step(context, packed, room, taken, size, &left, err);
	LZ4F_freeDecompressionContext(context);
	return st;
}

enum img_status img_lz4_encode(struct img_view plain, struct img_span room, size_t *size,
			       struct img_error *err)
{
	const LZ4F_preferences_t preferences = {
		.frameInfo = { .blockSizeID = LZ4F_max4MB, .blockMode = LZ4F_blockIndependent },
		.compressionLevel = LEVEL,
	};
	size_t bound = LZ4F_compressFrameBound(img_view_size(plain), &preferences), got;
	enum img_status st = IMG_OK;
	void *whole = malloc(bound);

	*size = 0;
	if (!whole)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	got = LZ4F_compressFrame(whole, bound, img_view_data(plain), img_view_size(plain),
				 &preferences);
	if (LZ4F_isError(got)) {
		st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "cannot compress with LZ4: %s",
			      LZ4F_getErrorName(got));
	} else if (got <= img_span_size(room)) {
		st = img_span_write(room, 0, img_view_of(whole, got), err);
		*size = got;
	}
	free(whole);
	return st;
}
