/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images cut into chips and put together: all of it, once, in order. */
#include "libimg/edit/split.h"
#include "tests/fuzz/fuzz.h"

enum { PARTS = 4 };

static const struct img_board board = {
	.id = "small", .name = "Small", .rom_size = FUZZ_SMALL_SIZE, .chip_count = 2,
	.chip = { { "bottom", 0x4000 }, { "top", 0x6000 } }, .density_count = 1,
	.density = { 0x80000 }, .region_count = 2,
	.region = { { "fd", { 0, 0x1000 } }, { "me", { 0x3000, 0x1000 } } },
};

/* In front: PARTS times le16 size / 16. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const uint8_t halves[2 * PARTS] = { 0, 4, 0, 4 };
	static const uint8_t thirds[2 * PARTS] = { 0, 2, 0, 2, 0, 4 };
	struct img *small = fuzz_small_image();

	fuzz_add_with(add, ctx, halves, sizeof(halves), img_bytes(small));
	fuzz_add_with(add, ctx, thirds, sizeof(thirds), img_bytes(small));
	img_close(small);
}

static void check_parts(uint64_t size, const struct img_parts *parts)
{
	uint64_t at = 0;

	for (size_t i = 0; i < parts->count; i++) {
		fuzz_must(parts->part[i].range.start == at);
		fuzz_must(parts->part[i].range.size <= parts->part[i].chip_size);
		fuzz_must(memchr(parts->part[i].chip, 0, sizeof(parts->part[i].chip)));
		at += parts->part[i].range.size;
	}
	fuzz_must(at == size);
}

static void check_order(const size_t *order, size_t count)
{
	uint64_t seen = 0;

	for (size_t i = 0; i < count; i++) {
		fuzz_must(order[i] < count && !(seen >> order[i] & 1));
		seen |= (uint64_t)1 << order[i];
	}
}

static void join(struct img_view image, const uint64_t *sizes)
{
	struct img_view part[PARTS];
	size_t order[PARTS], count = 0;
	struct img_parts parts;
	struct img_error err;
	uint64_t at = 0;
	enum img_status st;

	for (size_t i = 0; i < PARTS; i++)
		if (sizes[i] && img_view_slice(image, at, sizes[i], &part[count], NULL) == IMG_OK) {
			at += sizes[i];
			count++;
		}
	if (!count)
		return;
	st = img_join_by_content(part, count, order, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_order(order, count);
	st = img_join_by_board(part, count, &board, order, &parts, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK) {
		check_order(order, count);
		check_parts(board.rom_size, &parts);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), image;
	struct img_reader r = img_reader_of(all, NULL);
	uint64_t sizes[PARTS];
	struct img_parts parts;
	struct img_error err;
	enum img_status st;

	for (size_t i = 0; i < PARTS; i++)
		sizes[i] = (uint64_t)img_read_le16(&r) * 16;
	image = fuzz_rest(all, &r);
	size = img_view_size(image);
	if (!size)
		return 0;
	st = img_split_by_descriptor(image, &parts, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_parts(size, &parts);
	st = img_split_by_board(image, &board, &parts, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_parts(size, &parts);
	st = img_split_by_sizes(size, sizes, PARTS, &parts, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_parts(size, &parts);
	join(image, sizes);
	fuzz_check_error(img_join_check(image, &err), &err);
	return 0;
}
