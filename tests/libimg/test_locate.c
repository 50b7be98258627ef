/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regions, areas and addresses of a whole image. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/locate.h"
#include "tests/libimg/small.h"
#include "tests/synth/descriptor.h"

static const struct img_range untouched = { 0x5a5a, 0xa5a5 };

static void assert_range(struct img_range got, uint64_t start, uint64_t size)
{
	assert_int_equal(got.start, start);
	assert_int_equal(got.size, size);
}

static void test_region(void **state)
{
	struct img_board board = {
		.density_count = 1, .density = { 0x100000 }, .region_count = 3,
		.region = { { "fd", { 0, 0x1000 } }, { "me", { 0x1000, 0x2000 } },
			    { "bios", { 0x8000, 0x8000 } } },
	};
	struct img *img = small_image(SMALL_PLAIN);
	uint8_t descriptor[SYNTH_DESCRIPTOR_SIZE];
	struct img_range range = untouched;
	struct img_error err;
	struct img_view cut;

	(void)state;
	assert_int_equal(img_locate_region(img_bytes(img), "me", &range, NULL), IMG_E_ABSENT);
	synth_descriptor(&board, descriptor);
	small_put(img, 0, descriptor, sizeof(descriptor));
	assert_int_equal(img_locate_region(img_bytes(img), "gbe", &range, &err), IMG_E_ABSENT);
	assert_string_equal(err.text, "the descriptor has no gbe region");
	assert_int_equal(img_locate_region(img_bytes(img), "ME", &range, NULL), IMG_E_ABSENT);
	assert_int_equal(img_locate_region(img_bytes(img), "none", &range, &err), IMG_E_ABSENT);
	assert_string_equal(err.text, "no region is called none");
	assert_int_equal(img_view_slice(img_bytes(img), 0, 0xffff, &cut, NULL), IMG_OK);
	assert_int_equal(img_locate_region(cut, "bios", &range, &err), IMG_E_BOUNDS);
	assert_int_equal(err.at, 0x8000);
	assert_range(range, untouched.start, untouched.size);
	assert_int_equal(img_locate_region(img_bytes(img), "bios", &range, NULL), IMG_OK);
	assert_range(range, 0x8000, 0x8000);
	assert_int_equal(img_locate_region(cut, "me", &range, NULL), IMG_OK);
	assert_range(range, 0x1000, 0x2000);
	assert_int_equal(img_locate_region(cut, "fd", &range, NULL), IMG_OK);
	assert_range(range, 0, 0x1000);
	/* What would be written there would be the end of the descriptor. */
	board.region[1].range.start = 0;
	synth_descriptor(&board, descriptor);
	small_put(img, 0, descriptor, sizeof(descriptor));
	assert_int_equal(img_locate_region(img_bytes(img), "me", &range, &err), IMG_E_CORRUPT);
	assert_int_equal(err.at, 0);
	assert_range(range, 0, 0x1000);
	img_close(img);
}

static void test_cbfs(void **state)
{
	struct img *img = small_image(SMALL_PLAIN);
	struct img_range range = untouched;
	struct img_error err;
	struct img_view cut;

	(void)state;
	assert_int_equal(img_locate_cbfs(img_bytes(img), "NONE", &range, &err), IMG_E_ABSENT);
	assert_string_equal(err.text, "the FMAP has no area NONE");
	assert_int_equal(img_locate_cbfs(img_bytes(img), "FMAP", &range, &err), IMG_E_ABSENT);
	assert_int_equal(err.at, SMALL_FMAP);
	assert_int_equal(img_view_slice(img_bytes(img), 0, SMALL_SIZE - 1, &cut, NULL), IMG_OK);
	assert_int_equal(img_locate_cbfs(cut, NULL, &range, NULL), IMG_E_BOUNDS);
	assert_int_equal(img_view_slice(img_bytes(img), 0, SMALL_FMAP, &cut, NULL), IMG_OK);
	assert_int_equal(img_locate_cbfs(cut, NULL, &range, NULL), IMG_E_ABSENT);
	/* An area too short for any file. */
	small_area(img, 1, "COREBOOT", SMALL_CBFS, 7);
	assert_int_equal(img_locate_cbfs(img_bytes(img), NULL, &range, NULL), IMG_E_ABSENT);
	small_area(img, 1, "COREBOOT", SMALL_CBFS, 0);
	assert_int_equal(img_locate_cbfs(img_bytes(img), NULL, &range, NULL), IMG_E_ABSENT);
	assert_range(range, untouched.start, untouched.size);
	small_area(img, 1, "COREBOOT", SMALL_CBFS, SMALL_CBFS_SIZE);
	assert_int_equal(img_locate_cbfs(img_bytes(img), NULL, &range, NULL), IMG_OK);
	assert_range(range, SMALL_CBFS, SMALL_CBFS_SIZE);
	assert_int_equal(img_locate_cbfs(img_bytes(img), "FW_MAIN_A", &range, NULL), IMG_OK);
	assert_range(range, SMALL_A, SMALL_A_SIZE);
	img_close(img);
}

/* mrc.bin's place in images of every size, and the edges of the 16 MiB window. */
static void test_address(void **state)
{
	static const uint64_t mib = 1 << 20, none = UINT64_MAX;
	const struct { uint64_t size, address, want; } rows[] = {
		{ 12 * mib, 0xfffa0000, 0xba0000 }, { 8 * mib, 0xfffa0000, 0x7a0000 },
		{ 16 * mib, 0xfffa0000, 0xfa0000 }, { 32 * mib, 0xfffa0000, 0x1fa0000 },
		{ 8 * mib, 0xff800000, 0 }, { 8 * mib, 0xff7fffff, none },
		{ 16 * mib, 0xff000000, 0 }, { 16 * mib, 0xfeffffff, none },
		{ 32 * mib, 0xff000000, 0x1000000 }, { 32 * mib, 0xfeffffff, none },
		{ 8 * mib, 0xffffffff, 8 * mib - 1 }, { 8 * mib, 0x100000000, none },
		{ 8 * mib, 0, none }, { 8 * mib, UINT64_MAX, none }, { 0, 0xffffffff, none },
	};
	struct img_error err;
	uint64_t out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		out = none;
		assert_int_equal(img_locate_address(rows[i].size, rows[i].address, &out, &err),
				 rows[i].want == none ? IMG_E_BOUNDS : IMG_OK);
		assert_true(out == rows[i].want);
	}
	assert_int_equal(img_locate_address(12 * mib, 0xff300000, &out, &err), IMG_E_BOUNDS);
	assert_string_equal(err.text, "address 0xff300000 is not mapped: an image of 0xc00000 "
			    "bytes begins at 0xff400000");
}

/* A board with a 32 MiB image, and windows that cannot be. */
static void test_windows(void **state)
{
	static const uint64_t mib = 1 << 20, none = UINT64_MAX;
	const struct img_window two[] = { { 0, 0xf8000000, 16 * mib },
					  { 16 * mib, 0xff000000, 16 * mib } };
	const struct { uint64_t address, want; } rows[] = {
		{ 0xf8000000, 0 }, { 0xf8ffffff, 16 * mib - 1 }, { 0xf9000000, none },
		{ 0xf7ffffff, none }, { 0xff000000, 16 * mib }, { 0xffffffff, 32 * mib - 1 },
		{ 0x100000000, none }, { 0, none },
	};
	const struct img_window bad[][2] = {
		{ { 0, 0xf8000000, 16 * mib }, { 8 * mib, 0xf0000000, 16 * mib } },
		{ { 0, 0xf8000000, 16 * mib }, { 16 * mib, 0xf8800000, 16 * mib } },
		{ { 0, 0xf8000000, 0 }, { 16 * mib, 0xff000000, 16 * mib } },
		{ { 0, 0xf8000000, 16 * mib }, { 17 * mib, 0xff000000, 16 * mib } },
		{ { 0, 0xf8000000, 16 * mib }, { 16 * mib, 0xff000001, 16 * mib } },
		{ { 0, UINT64_MAX, 16 * mib }, { 16 * mib, 0xff000000, 16 * mib } },
		{ { UINT64_MAX, 0xf8000000, 16 * mib }, { 16 * mib, 0xff000000, 16 * mib } },
	};
	uint64_t out;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		out = none;
		assert_int_equal(img_locate_in_windows(two, 2, 32 * mib, rows[i].address, &out,
						       NULL),
				 rows[i].want == none ? IMG_E_BOUNDS : IMG_OK);
		assert_true(out == rows[i].want);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(img_locate_in_windows(bad[i], 2, 32 * mib, 0xff000100, &out, NULL),
				 IMG_E_USAGE);
	assert_int_equal(img_locate_in_windows(two, 1, 32 * mib, 0xff000000, &out, NULL),
			 IMG_E_BOUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_region),
		cmocka_unit_test(test_cbfs),
		cmocka_unit_test(test_address),
		cmocka_unit_test(test_windows),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
