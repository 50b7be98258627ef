/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three containers: what comes out fits, and what was packed comes out again. */
#include "libimg/core/compress.h"
#include "tests/fuzz/fuzz.h"
#include "tests/synth/synth.h"

enum { ROOM_MAX = 1 << 20 };

/* In front: kind, le24 size. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	uint8_t plain[3000];
	struct img_error err;
	struct img *img;

	synth_bytes("plain", plain, sizeof(plain));
	for (uint8_t kind = IMG_COMPRESSION_LZMA; kind <= IMG_COMPRESSION_ZSTD; kind++) {
		const uint8_t params[] = { kind, sizeof(plain) & 0xff, sizeof(plain) >> 8, 0 };

		fuzz_ok(img_compress(kind, img_view_of(plain, sizeof(plain)), &img, &err), &err);
		fuzz_must(img);
		fuzz_add_with(add, ctx, params, sizeof(params), img_bytes(img));
		img_close(img);
		fuzz_add_with(add, ctx, params, sizeof(params), img_view_of(plain, 100));
	}
}

static void unpack(uint32_t kind, struct img_view packed, size_t size)
{
	struct img_error err;
	struct img *room, *whole = NULL;
	enum img_status st, st2;
	size_t got = 0;

	fuzz_ok(img_new(size + 1, 0x5a, &room, &err), &err);
	st = img_decompress(kind, packed, img_span(room), &got, &err);
	fuzz_check_error(st, &err);
	fuzz_must(got <= size + 1 && (st == IMG_OK || !got));
	st2 = img_decompress_whole(kind, packed, size, &whole, &err);
	fuzz_check_error(st2, &err);
	if (st2 == IMG_OK) {
		struct img_view v;

		fuzz_must(st == IMG_OK && got == size && img_size(whole) == size);
		fuzz_must(img_view_slice(img_bytes(room), 0, size, &v, NULL) == IMG_OK);
		fuzz_must(img_view_equal(v, img_bytes(whole)));
		img_close(whole);
	}
	img_close(room);
}

static void there_and_back(uint32_t kind, struct img_view plain)
{
	struct img *packed = NULL, *again = NULL;
	struct img_error err;
	enum img_status st = img_compress(kind, plain, &packed, &err);

	fuzz_check_error(st, &err);
	fuzz_must((st == IMG_OK) == (kind >= IMG_COMPRESSION_LZMA && img_view_size(plain)));
	if (st != IMG_OK || !packed)
		return;
	fuzz_must(img_size(packed) < img_view_size(plain));
	fuzz_ok(img_decompress_whole(kind, img_bytes(packed), img_view_size(plain), &again, &err),
		&err);
	fuzz_must(img_view_equal(img_bytes(again), plain));
	img_close(again);
	img_close(packed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), packed;
	struct img_reader r = img_reader_of(all, NULL);
	unsigned kind = img_read_u8(&r);
	size_t room = img_read_le16(&r);

	room |= (size_t)img_read_u8(&r) << 16;
	packed = fuzz_rest(all, &r);
	unpack(kind % 5, packed, room % ROOM_MAX);
	/* Slow, so not always. */
	if (kind >= 0xf0)
		there_and_back(kind % 4, packed);
	return 0;
}
