/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Pieces that change on their way into the image: an FSP executed in place, a stage. The
 * digests are those of the images that cbfstool and rmodtool of 2026 make of the same files.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/digest.h"
#include "libimg/edit/insert.h"
#include "tests/libimg/small.h"
#include "tests/synth/fsp.h"
#include "tests/synth/module.h"

static const enum small_kind kinds[] = { SMALL_PLAIN, SMALL_ANCHOR_IN_FILE,
					 SMALL_ANCHOR_IN_AREA };

static const struct img_board_piece fspm = {
	.file = "fspm.bin", .place = IMG_PIECE_CBFS, .name = "fspm.bin", .type = "fsp", .xip = true,
};
static const struct img_board_piece refcode = {
	.file = "refcode", .place = IMG_PIECE_CBFS, .name = "fallback/refcode", .type = "stage",
};

static void assert_inserted(enum small_kind kind, const struct img_board_piece *piece,
			    const struct img *file, uint64_t at, uint64_t size, const char *sha256)
{
	struct img *img = small_image(kind);
	struct img_range where;
	char hex[IMG_DIGEST_HEX];
	struct img_digest d;
	struct img_error err;

	small_must(img_insert(img, piece, img_bytes(file), &where, &err), &err);
	assert_int_equal(where.start, at);
	assert_int_equal(where.size, size);
	small_must(img_digest(IMG_SHA256, img_bytes(img), &d, &err), &err);
	img_digest_hex(&d, hex);
	assert_string_equal(hex, sha256);
	small_must(img_cbfs_remove(img, NULL, piece->name, &err), &err);
	img_close(img);
}

static struct img *fsp(size_t size)
{
	struct img_error err;
	struct img *img = NULL;

	small_must(synth_fsp(IMG_FSP_M, "fsp", size, &img, &err), &err);
	return img;
}

static struct img *elf(size_t size)
{
	struct img_error err;
	struct img *img = NULL;

	small_must(synth_module("module", size, &img, &err), &err);
	return img;
}

static void test_fsp(void **state)
{
	static const char *const sha256[] = {
		"7ef7f80a5de57eae68241742d38c0e0f60af3f9384b151672443f7b3b699b870",
		"a979e829eea9b8a571f5abd67eda6f7b40c74bdc5a9fc226c753458d73a8a1df",
		"a9da2573e976173d041898c2d8b4be174771e0bfb67a39a3d5cbf2fcaaa522ee",
	};
	struct img *file = fsp(0x8000);
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++)
		assert_inserted(kinds[i], &fspm, file, 0x1000, 0x8000, sha256[i]);
	img_close(file);
}

/* At an address of its own, and as it is: an FSP-S. */
static void test_fsp_elsewhere(void **state)
{
	struct img_board_piece fixed = fspm, fsps = fspm;
	struct img *img = small_image(SMALL_PLAIN), *file = fsp(0x8000), *moved = fsp(0x8000);
	struct img_range where;
	struct img_view stored;

	(void)state;
	fixed.fixed = true;
	fixed.address = 0xffff1240;
	assert_int_equal(img_insert(img, &fixed, img_bytes(file), &where, NULL), IMG_OK);
	assert_int_equal(where.start, 0x1240);
	assert_int_equal(img_view_slice(img_bytes(img), where.start, where.size, &stored, NULL),
			 IMG_OK);
	assert_int_equal(img_fsp_relocate(img_span(moved), 0xffff1240, NULL), IMG_OK);
	assert_true(img_view_equal(stored, img_bytes(moved)));
	assert_int_equal(img_cbfs_remove(img, NULL, "fspm.bin", NULL), IMG_OK);

	fsps.xip = false;
	assert_int_equal(img_insert(img, &fsps, img_bytes(file), &where, NULL), IMG_OK);
	assert_int_equal(img_view_slice(img_bytes(img), where.start, where.size, &stored, NULL),
			 IMG_OK);
	assert_true(img_view_equal(stored, img_bytes(file)));
	img_close(img);
	img_close(file);
	img_close(moved);
}

/* Relocations that fit the memory of the BSS, and others that do not. */
static void test_stage(void **state)
{
	static const char *const sha256[][2] = { {
		"1f7425c1532820a9c288dc967ccfff802edaeecd35ec96acde58a2284acc8d8a",
		"833877d2310b27789e712f91f0c90f7ad214a5389df389bbc29d28ffad8a2a97",
	}, {
		"0133c023356d16794528cfac9169babcb4f6d68719f8aa00ae75fe1025129e16",
		"e739bcd5d39c0b8c6d8a6bf255c0dc4667dcd70f4ccfed45e6d28bc58d339b33",
	}, {
		"d4f5857e118a8bcd01fd7176f699cfcde71e07f9cc7912b5a825f8b5b5d8de60",
		"793264cb6adf2c47362d80c02bc6e40f206fef101293ee8cb2758905288eb1ef",
	} };
	struct img *large_bss = elf(0x1000), *small_bss = elf(0x3081);
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		uint64_t at = kinds[i] == SMALL_PLAIN ? 0x444 : 0x470;	/* no hash, hash */

		assert_inserted(kinds[i], &refcode, large_bss, at, 0x15a4, sha256[i][0]);
		assert_inserted(kinds[i], &refcode, small_bss, at, 0x3625, sha256[i][1]);
	}
	img_close(large_bss);
	img_close(small_bss);
}

/* On an error the image is as it was. */
static void test_refused(void **state)
{
	const struct img_board_piece raw = { .file = "a", .place = IMG_PIECE_CBFS, .name = "a",
					     .type = "raw", .xip = true };
	struct img *damaged = fsp(0x8000), *small = fsp(0x8000), *large = fsp(0xa000);
	struct img *program = elf(0x1000), *too_large = elf(0xa000);
	const struct {
		const struct img_board_piece *piece;
		struct img_view data;
		enum img_status expected;
		const char *words;
	} cases[] = {
		{ &raw, img_bytes(small), IMG_E_UNSUPPORTED, "only an FSP" },
		{ &fspm, img_bytes(large), IMG_E_SPACE, "largest free space" },
		{ &fspm, img_bytes(program), IMG_E_ABSENT,
		  "fspm.bin cannot be relocated, at 0x0 of the file: no firmware volume" },
		{ &fspm, img_bytes(damaged), IMG_E_ABSENT, "no patch table" },
		{ &fspm, img_view_of("", 0), IMG_E_USAGE, "empty" },
		{ &refcode, img_bytes(small), IMG_E_ABSENT, "cannot be made a relocatable module" },
		{ &refcode, img_bytes(too_large), IMG_E_SPACE, "largest free space" },
	};
	struct img_error err;
	size_t i;

	(void)state;
	small_put_le32(damaged, 0x104, 0x12345678);	/* where the patch table begins */
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct img *img = small_image(SMALL_ANCHOR_IN_FILE);
		struct img *before = small_image(SMALL_ANCHOR_IN_FILE);
		enum img_status st = img_insert(img, cases[i].piece, cases[i].data, NULL, &err);

		if (st != cases[i].expected || !strstr(err.text, cases[i].words))
			fail_msg("%zu: %s: %s", i, img_status_word(st), st ? err.text : "");
		assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
		img_close(img);
		img_close(before);
	}
	img_close(damaged);
	img_close(small);
	img_close(large);
	img_close(program);
	img_close(too_large);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fsp), cmocka_unit_test(test_fsp_elsewhere),
		cmocka_unit_test(test_stage), cmocka_unit_test(test_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
