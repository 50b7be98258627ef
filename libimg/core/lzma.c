/* SPDX-License-Identifier: GPL-3.0-or-later */
/* LZMA, by liblzma: the stream raw and the header by hand, because its length must be real. */
#include <lzma.h>

#include "libimg/core/bytes.h"
#include "libimg/core/compress_internal.h"
#include "libimg/core/image.h"
#include "libimg/core/reader.h"

enum {
	HEADER = 13,
	PROPERTIES = 1,		/* (pb * 5 + lp) * 9 + lc of what we write */
	PROPERTIES_END = 9 * 5 * 5,
	SMALL = 80 << 10,	/* when packed, */
	SMALLEST = 16 << 10,	/* so that searching takes no time */
};

static enum img_status failed(lzma_ret ret, struct img_view stream, struct img_error *err)
{
	if (ret == LZMA_MEM_ERROR)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(stream),
			"the LZMA data are damaged or cut off");
}

/* The dictionary need not be larger than the data, whatever the header says. */
static enum img_status read_header(struct img_view packed, lzma_options_lzma *options,
				   uint64_t *length, struct img_error *err)
{
	struct img_reader r = img_reader_of(packed, err);
	uint8_t properties = img_read_u8(&r);
	uint32_t dictionary = img_read_le32(&r);

	*length = img_read_le64(&r);
	if (img_read_status(&r) != IMG_OK)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
				"the LZMA header is cut off");
	if (properties >= PROPERTIES_END)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
				"no LZMA data: they begin with 0x%02x", properties);
	options->lc = properties % 9;
	options->lp = properties / 9 % 5;
	options->pb = properties / 45;
	if (options->lc + options->lp > LZMA_LCLP_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(packed),
				"LZMA data with lc %u and lp %u; together they may be %d",
				options->lc, options->lp, LZMA_LCLP_MAX);
	if (*length == UINT64_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(packed),
				"LZMA data that do not say how long they are; firmware cannot "
				"read them");
	options->dict_size = *length < dictionary ? (uint32_t)*length : dictionary;
	if (options->dict_size < LZMA_DICT_SIZE_MIN)
		options->dict_size = LZMA_DICT_SIZE_MIN;
	options->ext_flags = LZMA_LZMA1EXT_ALLOW_EOPM;
	lzma_set_ext_size(*options, *length);
	return IMG_OK;
}

enum img_status img_lzma_length(struct img_view packed, uint64_t *length, struct img_error *err)
{
	lzma_options_lzma options;

	return read_header(packed, &options, length, err);
}

enum img_status img_lzma_decode(struct img_view packed, struct img_span room, size_t *size,
				size_t *taken, struct img_error *err)
{
	lzma_options_lzma options = { 0 };
	const lzma_filter filters[] = {
		{ .id = LZMA_FILTER_LZMA1EXT, .options = &options },
		{ .id = LZMA_VLI_UNKNOWN },
	};
	struct img_view stream;
	size_t in = 0, out = 0;
	enum img_status st;
	uint64_t length;
	lzma_ret ret;

	st = read_header(packed, &options, &length, err);
	if (st == IMG_OK)
		st = img_view_slice(packed, HEADER, img_view_size(packed) - HEADER, &stream, err);
	if (st != IMG_OK)
		return st;
	if (length > img_span_size(room))
		return img_fail(err, IMG_E_SPACE, img_view_origin(packed),
				"LZMA data of 0x%llx bytes, but only 0x%zx are announced",
				(unsigned long long)length, img_span_size(room));
	ret = lzma_raw_buffer_decode(filters, NULL, img_view_data(stream), &in,
				     img_view_size(stream), img_span_bytes(room), &out,
				     (size_t)length);
	if (ret != LZMA_OK || out != length)
		return failed(ret, stream, err);
	*size = out;
	*taken = HEADER + in;
	return IMG_OK;
}

/* The next 2^n or 3 * 2^n, as the LZMA SDK rounds. */
static uint32_t dictionary_for(size_t length)
{
	uint32_t n;

	for (n = 1 << 11; n < (uint32_t)1 << 29; n *= 2) {
		if (length <= 2 * n)
			return 2 * n;
		if (length <= 3 * n)
			return 3 * n;
	}
	return 2 * n;
}

/* How to look for matches. */
struct search {
	lzma_match_finder finder;
	uint32_t nice, depth;		/* depth 0: liblzma's own */
};

/*
 * Measured on firmware beside the SDK that cbfstool uses: hashes of 3 bytes and matches that are
 * good enough at 200 make smaller data than hashes of 4 bytes and 273, in the same time.
 */
static const struct search usual = { LZMA_MF_BT3, 200, 48 };
static const struct search thorough[] = {
	{ LZMA_MF_BT3, 112, 0 }, { LZMA_MF_BT2, 273, 0 }, { LZMA_MF_BT2, 64, 0 },
};

/* *size is 0 where the stream does not fit. */
static enum img_status encode_stream(struct img_view plain, const struct search *search,
				     struct img_span out, size_t *size, struct img_error *err)
{
	lzma_options_lzma options = {
		.dict_size = dictionary_for(img_view_size(plain)), .lc = 1, .lp = 0, .pb = 0,
		.mode = LZMA_MODE_NORMAL, .nice_len = search->nice, .mf = search->finder,
		.depth = search->depth,
	};
	const lzma_filter filters[] = {
		{ .id = LZMA_FILTER_LZMA1EXT, .options = &options },
		{ .id = LZMA_VLI_UNKNOWN },
	};
	lzma_ret ret;

	*size = 0;
	lzma_set_ext_size(options, img_view_size(plain));
	ret = lzma_raw_buffer_encode(filters, NULL, img_view_data(plain), img_view_size(plain),
				     img_span_bytes(out), size, img_span_size(out));
	if (ret == LZMA_OK)
		return IMG_OK;
	*size = 0;
	if (ret == LZMA_BUF_ERROR)
		return IMG_OK;
	if (ret == LZMA_MEM_ERROR)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"this liblzma cannot write LZMA data of known length");
}

/* Once more with another search; what is in out stays where that is not larger. */
static enum img_status encode_again(struct img_view plain, const struct search *search,
				    struct img_span room, struct img_span out, size_t *size,
				    struct img_error *err)
{
	struct img_view best;
	size_t again = 0;
	enum img_status st = encode_stream(plain, search, room, &again, err);

	if (st != IMG_OK || !again || again >= *size)
		return st;
	st = img_view_slice(img_span_view(room), 0, again, &best, err);
	if (st == IMG_OK)
		st = img_span_write(out, 0, best, err);
	*size = again;
	return st;
}

/*
 * Where little is left (configuration, tables, long runs, small programs) more thorough searches
 * find a few bytes more, one here and the other there. The first of them is what the SDK's time
 * leaves room for.
 */
static enum img_status encode_best(struct img_view plain, struct img_span out, size_t *size,
				   struct img_error *err)
{
	enum img_status st;
	struct img *room;
	size_t count;

	st = encode_stream(plain, &usual, out, size, err);
	if (st != IMG_OK || *size > SMALL || !*size)
		return st;
	count = *size > SMALLEST ? 1 : sizeof(thorough) / sizeof(thorough[0]);
	st = img_new(*size, 0, &room, err);
	if (st != IMG_OK)
		return st;
	for (size_t i = 0; st == IMG_OK && i < count; i++)
		st = encode_again(plain, &thorough[i], img_span(room), out, size, err);
	img_close(room);
	return st;
}

enum img_status img_lzma_encode(struct img_view plain, struct img_span room, size_t *size,
				struct img_error *err)
{
	uint8_t header[HEADER] = { PROPERTIES };
	struct img_span stream;
	enum img_status st;
	size_t out = 0;

	*size = 0;
	if (img_span_size(room) <= HEADER)
		return IMG_OK;
	img_put_le32(header + 1, dictionary_for(img_view_size(plain)));
	img_put_le32(header + 5, (uint32_t)img_view_size(plain));
	st = img_span_write(room, 0, img_view_of(header, sizeof(header)), err);
	if (st == IMG_OK)
		st = img_span_slice(room, HEADER, img_span_size(room) - HEADER, &stream, err);
	if (st == IMG_OK)
		st = encode_best(plain, stream, &out, err);
	if (st == IMG_OK && out)
		*size = HEADER + out;
	return st;
}
