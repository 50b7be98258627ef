/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Vendor pieces into regions and into the CBFS. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/insert.h"
#include "libimg/format/cbfs.h"
#include "tests/libimg/small.h"
#include "tests/synth/descriptor.h"

enum { SIZE = 0x20000, CBFS_AT = 0x10000, ME_AT = 0x1000, ME_SIZE = 0x3000 };

/* The image ends at 4 GiB: an offset as firmware addresses it. */
static uint64_t address(uint64_t offset)
{
	return 0x100000000u - SIZE + offset;
}

/* A descriptor with an ME region at 0x1000, and at 0x10000 a CBFS up to the end. */
static struct img *make_image(void)
{
	const struct img_board board = {
		.density_count = 1, .density = { 0x100000 }, .region_count = 3,
		.region = { { "fd", { 0, 0x1000 } }, { "me", { ME_AT, ME_SIZE } },
			    { "bios", { 0x8000, SIZE - 0x8000 } } },
	};
	uint8_t descriptor[SYNTH_DESCRIPTOR_SIZE], map[56 + 42] = "__FMAP__\1\1";
	struct img_error err;
	struct img *img;

	small_must(img_new(SIZE, 0x77, &img, &err), &err);
	synth_descriptor(&board, descriptor);
	small_put(img, 0, descriptor, sizeof(descriptor));
	img_put_le32(map + 18, SIZE);
	memcpy(map + 22, "X", 1);
	img_put_le16(map + 54, 1);
	img_put_le32(map + 56, CBFS_AT);
	img_put_le32(map + 60, SIZE - CBFS_AT);
	memcpy(map + 64, "COREBOOT", 8);
	small_put(img, 0x8000, map, sizeof(map));
	small_must(img_cbfs_create(img, (struct img_range){ CBFS_AT, SIZE - CBFS_AT }, &err), &err);
	return img;
}

static struct img_view part(struct img *img, uint64_t at, uint64_t size)
{
	struct img_view v;

	assert_int_equal(img_view_slice(img_bytes(img), at, size, &v, NULL), IMG_OK);
	return v;
}

static void test_region(void **state)
{
	static const size_t sizes[] = { 1, 100, ME_SIZE - 1, ME_SIZE };
	const struct img_board_piece me = { .file = "me.bin", .place = IMG_PIECE_REGION,
					    .name = "me" };
	struct img *img = make_image(), *before = make_image();
	uint8_t bytes[ME_SIZE];
	struct img_range where;
	size_t i;

	(void)state;
	small_bytes("me", bytes, sizeof(bytes));
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		struct img_view data = img_view_of(bytes, sizes[i]);

		assert_int_equal(img_insert(img, &me, data, &where, NULL), IMG_OK);
		assert_int_equal(where.start, ME_AT);
		assert_int_equal(where.size, sizes[i]);
		assert_true(img_view_equal(part(img, ME_AT, sizes[i]), data));
		/* A longer one of before leaves no tail. */
		assert_true(img_view_filled(part(img, ME_AT + sizes[i], ME_SIZE - sizes[i]), 0xff));
		assert_true(img_view_equal(part(img, 0, ME_AT), part(before, 0, ME_AT)));
		assert_true(img_view_equal(part(img, ME_AT + ME_SIZE, SIZE - ME_AT - ME_SIZE),
					   part(before, ME_AT + ME_SIZE, SIZE - ME_AT - ME_SIZE)));
		assert_int_equal(img_insert(img, &me, data, NULL, NULL), IMG_OK);
	}
	img_close(img);
	img_close(before);
}

static void test_cbfs(void **state)
{
	const struct img_board_piece first = { .file = "a.bin", .place = IMG_PIECE_CBFS,
					       .name = "a.bin", .type = "optionrom" };
	struct img_board_piece mrc = { .file = "mrc.bin", .place = IMG_PIECE_CBFS,
				       .name = "mrc.bin", .type = "mrc", .fixed = true,
				       .address = address(0x18000) };
	struct img *img = make_image();
	struct img_cbfs_file f;
	struct img_range where;

	(void)state;
	assert_int_equal(img_insert(img, &mrc, img_view_of("memory", 6), &where, NULL), IMG_OK);
	assert_int_equal(where.start, 0x18000);
	assert_int_equal(where.size, 6);
	assert_memory_equal(img_view_data(part(img, 0x18000, 6)), "memory", 6);
	assert_int_equal(img_insert(img, &first, img_view_of("rom", 3), &where, NULL), IMG_OK);
	assert_int_equal(where.start, CBFS_AT + 32);
	assert_int_equal(img_cbfs_find(part(img, CBFS_AT, SIZE - CBFS_AT), "mrc.bin", &f, NULL),
			 IMG_OK);
	assert_int_equal(f.type, IMG_CBFS_MRC);
	assert_int_equal(img_cbfs_find(part(img, CBFS_AT, SIZE - CBFS_AT), "a.bin", &f, NULL),
			 IMG_OK);
	assert_int_equal(f.type, 0x30);
	img_close(img);
}

/* Each is refused with that status, and the image is as it was. */
static void test_refusals(void **state)
{
	const struct {
		struct img_board_piece piece;
		size_t size;
		enum img_status want;
		const char *says;
	} rows[] = {
		{ { .file = "me.bin", .place = IMG_PIECE_REGION, .name = "me" }, ME_SIZE + 1,
		  IMG_E_SPACE, "me.bin has 12289 bytes, but region me only 12288" },
		{ { .file = "gbe.bin", .place = IMG_PIECE_REGION, .name = "gbe" }, 1, IMG_E_ABSENT,
		  "no gbe region" },
		{ { .file = "x", .place = IMG_PIECE_REGION, .name = "x" }, 1, IMG_E_ABSENT, "x" },
		{ { .file = "ec", .place = IMG_PIECE_ELSEWHERE }, 1, IMG_E_UNSUPPORTED,
		  "a chip of its own" },
		{ { .file = "a", .place = IMG_PIECE_CBFS, .name = "a" }, 1, IMG_E_UNSUPPORTED,
		  "(none)" },
		{ { .file = "a", .place = IMG_PIECE_CBFS, .name = "a", .type = "b" }, 1,
		  IMG_E_UNSUPPORTED, "type b of a" },
		{ { .file = "a", .place = IMG_PIECE_CBFS, .name = "a", .type = "null" }, 1,
		  IMG_E_USAGE, NULL },
		{ { .file = "a", .place = IMG_PIECE_CBFS, .name = "a", .type = "raw", .xip = true },
		  1, IMG_E_UNSUPPORTED, NULL },
		{ { .file = "a", .place = IMG_PIECE_CBFS, .name = "old", .type = "raw" }, 1,
		  IMG_E_EXISTS, "old" },
		{ { .file = "a", .place = IMG_PIECE_CBFS, .name = "a", .type = "raw" }, SIZE,
		  IMG_E_SPACE, "largest free space" },
		{ { .file = "a", .place = IMG_PIECE_CBFS, .name = "a", .type = "raw" }, 0,
		  IMG_E_USAGE, "empty" },
		{ { .file = "a", .place = IMG_PIECE_CBFS, .name = "a", .type = "raw", .fixed = true,
		    .address = 0xfffdffff }, 1, IMG_E_BOUNDS, "not mapped" },
		{ { .file = "a", .place = IMG_PIECE_CBFS, .name = "a", .type = "raw", .fixed = true,
		    .address = 0xfffe0000 }, 1, IMG_E_SPACE, "not free" },
	};
	const struct img_board_piece old = { .file = "a", .place = IMG_PIECE_CBFS, .name = "old",
					     .type = "raw" };
	struct img_range where = { 77, 77 };
	uint8_t *bytes = calloc(1, SIZE);
	struct img_error err;
	struct img *before;
	size_t i;

	(void)state;
	assert_non_null(bytes);
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct img *img = make_image();
		enum img_status st;

		assert_int_equal(img_insert(img, &old, img_view_of("old", 3), NULL, NULL), IMG_OK);
		assert_int_equal(img_copy(img_bytes(img), &before, NULL), IMG_OK);
		memset(&err, 0, sizeof(err));
		st = img_insert(img, &rows[i].piece, img_view_of(bytes, rows[i].size), &where,
				&err);
		if (st != rows[i].want || err.status != st ||
		    (rows[i].says && !strstr(err.text, rows[i].says)))
			fail_msg("%zu: %s: %s", i, img_status_word(st), err.text);
		assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
		assert_int_equal(where.start, 77);
		img_close(img);
		img_close(before);
	}
	free(bytes);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_region),
		cmocka_unit_test(test_cbfs),
		cmocka_unit_test(test_refusals),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
