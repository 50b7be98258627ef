/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vendor pieces put in and taken out: in, out, in gives the same image. */
#include "libimg/edit/insert.h"
#include "libimg/edit/leftover.h"
#include "libimg/edit/strip.h"
#include "tests/fuzz/fuzz.h"
#include "tests/synth/module.h"

enum { DATA_MAX = 0x1000 };

static const struct img_board_piece pieces[] = {
	{ .file = "me.bin", .place = IMG_PIECE_REGION, .name = "me" },
	{ .file = "gbe.bin", .place = IMG_PIECE_REGION, .name = "gbe" },
	{ .file = "mrc.bin", .place = IMG_PIECE_CBFS, .name = "mrc.bin", .type = "mrc",
	  .fixed = true, .address = 0xfffff000 },
	{ .file = "vbt.bin", .place = IMG_PIECE_CBFS, .name = "vbt.bin", .type = "raw" },
	{ .file = "fspm.bin", .place = IMG_PIECE_CBFS, .name = "fspm.bin", .type = "fsp",
	  .xip = true },
	{ .file = "refcode", .place = IMG_PIECE_CBFS, .name = "fallback/refcode",
	  .type = "stage" },
	{ .file = "tb.bin", .place = IMG_PIECE_ELSEWHERE, .name = "chip" },
	{ .file = "odd.bin", .place = IMG_PIECE_CBFS, .name = "odd", .type = "no such type" },
};

enum { PIECES = sizeof(pieces) / sizeof(pieces[0]) };

/* In front: piece, le16 length of its file, which follows; then the image. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	struct img *small = fuzz_small_image();
	uint8_t front[3 + 0x300];

	for (uint8_t p = 0; p < PIECES; p++) {
		memset(front, 'a' + p, sizeof(front));
		front[0] = p;
		front[1] = 0;
		front[2] = 3;
		fuzz_add_with(add, ctx, front, sizeof(front), img_bytes(small));
	}
	img_close(small);
}

static void insert(const struct img_board_piece *piece, struct img_view data,
		   struct img_view image)
{
	struct img *img = fuzz_copy(image), *first;
	struct img_range where = { 0, 0 }, found;
	enum img_strip_state state;
	struct img_view stored;
	struct img_error err;
	enum img_status st = img_insert(img, piece, data, &where, &err);

	fuzz_check_error(st, &err);
	if (st != IMG_OK) {
		fuzz_must(img_view_equal(image, img_bytes(img)));
		img_close(img);
		return;
	}
	fuzz_must(img_size(img) == img_view_size(image));
	fuzz_must(img_view_slice(img_bytes(img), where.start, where.size, &stored, NULL) == IMG_OK);
	fuzz_ok(img_strip_states(img_bytes(img), piece, 1, &state, &err), &err);
	fuzz_ok(img_strip_range(img_bytes(img), piece, &found, &err), &err);
	first = fuzz_copy(img_bytes(img));
	fuzz_ok(img_strip(img, piece, &err), &err);
	fuzz_check_error(img_strip_prove(img_bytes(img), piece, 1, &stored, &err), &err);
	fuzz_ok(img_insert(img, piece, data, &where, &err), &err);
	fuzz_must(img_view_equal(img_bytes(first), img_bytes(img)));
	img_close(first);
	img_close(img);
}

static void strip(const struct img_board_piece *piece, struct img_view image)
{
	struct img *img = fuzz_copy(image);
	enum img_strip_state state;
	struct img_range range;
	struct img_error err;
	enum img_status st = img_strip(img, piece, &err);

	fuzz_check_error(st, &err);
	if (st == IMG_OK) {
		fuzz_ok(img_strip_states(img_bytes(img), piece, 1, &state, &err), &err);
		fuzz_must(state == IMG_STRIP_BLANK);
		fuzz_ok(img_strip_range(img_bytes(img), piece, &range, &err), &err);
		fuzz_must(!range.size);
	} else {
		fuzz_must(img_view_equal(image, img_bytes(img)));
	}
	img_close(img);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), piece, image;
	struct img_reader r = img_reader_of(all, NULL);
	const struct img_board_piece *p = &pieces[img_read_u8(&r) % PIECES];
	struct img_leftover left;
	struct img_error err;
	size_t length = img_read_le16(&r) % (DATA_MAX + 1);

	piece = fuzz_rest(all, &r);
	if (length > img_view_size(piece))
		length = img_view_size(piece);
	fuzz_must(img_view_slice(piece, 0, length, &piece, NULL) == IMG_OK);
	img_read_skip(&r, length);
	image = fuzz_rest(all, &r);
	if (!img_view_size(image))
		return 0;
	insert(p, img_view_of(img_view_data(piece), length), image);
	strip(p, image);
	fuzz_check_error(img_leftover_find(image, &piece, 1, &left, &err), &err);
	return 0;
}
