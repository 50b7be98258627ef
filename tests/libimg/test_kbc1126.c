/* SPDX-License-Identifier: GPL-3.0-or-later */
/* EC firmware of HP EliteBooks: blocks, pointers, and whether they fit each other. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/cbfs_edit.h"
#include "libimg/edit/insert.h"
#include "libimg/edit/kbc1126_check.h"
#include "libimg/format/kbc1126.h"
#include "tests/synth/synth.h"
#include "tools/common/board.h"

#define BOARD "hp2560p_8mb"

enum { EC1_AT = 0x7e8000, EC2_AT = 0x7d0000, POINTERS_AT = 0x7fff00 };

static struct img *complete_image(void)
{
	const struct img_board *board = board_compiled(BOARD);
	struct img_error err;
	struct img *img, *piece;
	size_t i;

	assert_non_null(board);
	assert_int_equal(synth_image(board, "x", &img, NULL), IMG_OK);
	for (i = 0; i < board->piece_count; i++) {
		assert_int_equal(synth_piece(board, &board->piece[i], &piece, NULL), IMG_OK);
		if (img_insert(img, &board->piece[i], img_bytes(piece), NULL, &err) != IMG_OK)
			fail_msg("%s", err.text);
		img_close(piece);
	}
	return img;
}

static void flip(struct img *img, uint64_t at)
{
	uint8_t byte;

	assert_int_equal(img_view_copy(img_bytes(img), at, &byte, 1, NULL), IMG_OK);
	byte ^= 0x10;
	assert_int_equal(img_span_write(img_span(img), at, img_view_of(&byte, 1), NULL), IMG_OK);
}

static void test_block(void **state)
{
	static const uint8_t good[] = { 3, 0, 0xff, 1, 0x80, 0x80, 0xff, 0x55 };
	static const uint8_t wrong[] = { 3, 0, 0xfe, 1, 0x80, 0x80, 0xff };
	static const uint8_t none[] = { 0, 0, 0, 0 };
	struct img_error err;
	uint64_t size = 0;

	(void)state;
	assert_int_equal(img_kbc1126_block(img_view_of(good, 8), &size, NULL), IMG_OK);
	assert_int_equal(size, 7);
	assert_int_equal(img_kbc1126_block(img_view_of(good, 7), &size, NULL), IMG_OK);
	assert_int_equal(img_kbc1126_block(img_view_of(good, 6), &size, NULL), IMG_E_BOUNDS);
	assert_int_equal(img_kbc1126_block(img_view_of(good, 3), &size, NULL), IMG_E_BOUNDS);
	assert_int_equal(img_kbc1126_block(img_view_of(wrong, 7), &size, &err), IMG_E_CORRUPT);
	assert_string_equal(err.text, "EC firmware with a sum of 0x01ff, but it says 0x01fe");
	assert_int_equal(img_kbc1126_block(img_view_of(none, 4), &size, NULL), IMG_E_CORRUPT);
}

static void test_pointers(void **state)
{
	static const uint8_t p[8] = { 0xfe, 0x80, 0x01, 0x7f, 0xff, 0x01, 0x00, 0xfe };
	uint8_t image[0x20000] = { 0 };
	struct img_kbc1126 k;

	(void)state;
	memcpy(image + sizeof(image) - 0x100, p, sizeof(p));
	assert_int_equal(img_kbc1126_decode(img_view_of(image, sizeof(image)), &k, NULL), IMG_OK);
	assert_int_equal(k.block_at[0], sizeof(image) - 0x18000);
	assert_int_equal(k.block_at[1], sizeof(image) - 0xff00);
	assert_int_equal(img_kbc1126_decode(img_view_of(image + 0x8001, sizeof(image) - 0x8001), &k,
					    NULL), IMG_E_BOUNDS);
	assert_int_equal(img_kbc1126_decode(img_view_of(image, 0x1ff00), &k, NULL), IMG_E_ABSENT);
	assert_int_equal(img_kbc1126_decode(img_view_of(image, 0xff), &k, NULL), IMG_E_ABSENT);
	image[sizeof(image) - 0x100 + 7] ^= 1;
	assert_int_equal(img_kbc1126_decode(img_view_of(image, sizeof(image)), &k, NULL),
			 IMG_E_ABSENT);
}

static void check(struct img *img, enum img_status expected, const char *words)
{
	struct img_error err = { 0 };
	enum img_status st = img_kbc1126_check(img_bytes(img), &err);

	if (st != expected || (words && !strstr(err.text, words)))
		fail_msg("%s, expected %s: %s", img_status_word(st), img_status_word(expected),
			 err.text);
}

static void test_image(void **state)
{
	static const struct {
		uint64_t at;
		enum img_status expected;
		const char *words;
	} damage[] = {
		{ POINTERS_AT, IMG_E_MISMATCH, "no pointers" },
		{ EC1_AT + 2, IMG_E_CORRUPT, "ecfw1.bin: EC firmware with a sum" },
		{ EC2_AT + 0x7d03, IMG_E_CORRUPT, "ecfw2.bin: EC firmware with a sum" },
		{ EC2_AT + 1, IMG_E_CORRUPT, "ecfw2.bin" },
	};
	struct img *img;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		img = complete_image();
		check(img, IMG_OK, NULL);
		flip(img, damage[i].at);
		check(img, damage[i].expected, damage[i].words);
		img_close(img);
	}
	img = complete_image();
	flip(img, POINTERS_AT + 5);
	flip(img, POINTERS_AT + 7);
	check(img, IMG_E_MISMATCH, "the EC looks for it at 0x007d1000");
	assert_int_equal(img_cbfs_remove(img, NULL, "ecfw1.bin", NULL), IMG_OK);
	check(img, IMG_E_MISMATCH, "ecfw1.bin is missing");
	assert_int_equal(img_cbfs_remove(img, NULL, "ecfw2.bin", NULL), IMG_OK);
	check(img, IMG_E_ABSENT, NULL);
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_block), cmocka_unit_test(test_pointers),
		cmocka_unit_test(test_image),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
