/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What contents look like, and which chip of a board they belong on. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/holds.h"
#include "tests/synth/synth.h"
#include "tools/common/board.h"

#define BOTTOM ((size_t)8 << 20)

static struct img *image_of(const char *board)
{
	struct img *img;

	assert_int_equal(synth_image(board_compiled(board), "seabios", &img, NULL), IMG_OK);
	return img;
}

static struct img_view part(const struct img *img, uint64_t at, uint64_t size)
{
	struct img_view v;

	assert_int_equal(img_view_slice(img_bytes(img), at, size, &v, NULL), IMG_OK);
	return v;
}

static void test_halves(void **state)
{
	struct img *img = image_of("x230_12mb");
	const struct img_view all = img_bytes(img), bottom = part(img, 0, BOTTOM);
	const struct img_view top = part(img, BOTTOM, BOTTOM / 2);
	struct img_holds h;
	char text[IMG_HOLDS_TEXT];

	(void)state;
	assert_int_equal(img_role_of(all, all), IMG_ROLE_WHOLE);
	assert_int_equal(img_role_of(bottom, bottom), IMG_ROLE_FIRST);
	assert_int_equal(img_role_of(top, top), IMG_ROLE_LAST);
	img_holds_find(bottom, &h);
	assert_true(h.descriptor && !h.start && !h.blank);
	assert_int_equal(h.flash_size, BOTTOM + BOTTOM / 2);
	img_holds_text(&h, text);
	assert_non_null(strstr(text, "flash descriptor of "));
	assert_non_null(strstr(text, "for 12582912 bytes"));
	img_holds_find(top, &h);
	assert_true(!h.descriptor && h.start && h.cbfs);
	img_holds_text(&h, text);
	assert_string_equal(text, "CBFS, start code at its end");
	img_close(img);
}

static void test_nothing(void **state)
{
	uint8_t bytes[4096] = { 0 };
	struct img_view v = img_view_of(bytes, sizeof(bytes));
	struct img_holds h;
	char text[IMG_HOLDS_TEXT];

	(void)state;
	memset(bytes, 0xff, sizeof(bytes));
	img_holds_find(v, &h);
	img_holds_text(&h, text);
	assert_true(h.blank);
	assert_string_equal(text, "one byte repeated");
	assert_int_equal(img_role_of(v, v), IMG_ROLE_UNKNOWN);
	bytes[7] = 1;
	img_holds_find(v, &h);
	img_holds_text(&h, text);
	assert_false(h.blank);
	assert_string_equal(text, "nothing that is recognised");
	img_holds_find(img_view_of(NULL, 0), &h);
	assert_int_equal(img_role_of(img_view_of(NULL, 0), img_view_of(NULL, 0)), IMG_ROLE_UNKNOWN);
}

/* The first instruction in the ways firmware writes it, and bytes that are none. */
static void test_start(void **state)
{
	static const struct { uint8_t at_vector[8]; bool starts; } cases[] = {
		{ { 0xe9, 0x40, 0xfc }, true }, { { 0xe9, 0x40, 0x01 }, false },
		{ { 0xea, 0x5b, 0xe0, 0x00, 0xf0 }, true }, { { 0xea, 1, 2, 3, 4 }, false },
		{ { 0xeb, 0xc0 }, true }, { { 0x90, 0x90, 0xe9, 0x43, 0xfc }, true },
		{ { 0x0f, 0x09, 0xe9, 0x12, 0xff }, true }, { { 0xbf, 0x50, 0x41, 0xeb }, true },
		{ { 0x00, 0xe9, 0x40, 0xfc }, false }, { { 0x90, 0x90, 0x90, 0x90, 0xe9 }, false },
	};
	uint8_t bytes[64] = { 0 };
	const struct img_view v = img_view_of(bytes, sizeof(bytes));
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		memset(bytes, 0x5a, sizeof(bytes));
		memcpy(bytes + sizeof(bytes) - 16, cases[i].at_vector, 8);
		assert_int_equal(img_role_of(v, v) == IMG_ROLE_LAST, cases[i].starts);
	}
	assert_int_equal(img_role_of(img_view_of(bytes, 15), img_view_of(bytes, 15)),
			 IMG_ROLE_UNKNOWN);
}

/* A descriptor that is cut off anywhere is no descriptor. */
static void test_cut(void **state)
{
	struct img *img = image_of("x230_12mb");
	struct img_holds h;
	uint64_t n;

	(void)state;
	for (n = 1; n < IMG_IFD_SIZE; n += 61) {
		img_holds_find(part(img, 0, n), &h);
		assert_false(h.descriptor);
	}
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_halves),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_start),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
