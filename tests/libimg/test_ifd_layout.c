/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new region table: every region's content goes along, and none of it is lost unasked. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/ifd_edit.h"
#include "tests/libimg/fixture.h"

/*
 * 0x00000 fd	0x01000 gbe	0x03000 me, content up to 0x06000	0x0e000 nobody's
 * 0x10000 bios, content from 0x20000	0x40000 the end
 */
enum {
	SIZE = 0x40000, FLREG = 0x40, GBE_AT = 0x1000, ME_AT = 0x3000, ME_USED = 0x3000,
	GAP_AT = 0xe000, BIOS_USED = 0x20000
};

static uint8_t *bytes_of(struct img *img)
{
	return img_span_bytes(img_span(img));
}

static void fill(uint8_t *at, size_t size, uint32_t x)
{
	for (size_t i = 0; i < size; i++) {
		x = x * 1664525u + 1013904223u;
		at[i] = (uint8_t)(x >> 25);	/* never 0xff */
	}
}

static struct img *image(void)
{
	struct img *fd = fixture("good-ifd-6-series"), *gbe = fixture("good-gbe"), *img;
	uint8_t *b;

	assert_int_equal(img_new(SIZE, 0xff, &img, NULL), IMG_OK);
	b = bytes_of(img);
	memcpy(b, bytes_of(fd), IMG_IFD_SIZE);
	img_put_le32(b + FLREG + 4, 0x003f0010);
	img_put_le32(b + FLREG + 8, 0x000d0003);
	memcpy(b + GBE_AT, bytes_of(gbe), 0x2000);
	fill(b + ME_AT, ME_USED, 1);
	memcpy(b + ME_AT + 0x10, "$FPT", 4);
	fill(b + BIOS_USED, SIZE - BIOS_USED, 2);
	memcpy(b + SIZE - 16, "\xe9\x12\x34", 3);
	img_close(fd);
	img_close(gbe);
	return img;
}

static enum img_status move(struct img *img, const char *text, unsigned allow,
			    struct img_error *err)
{
	struct img_layout layout;

	assert_int_equal(img_layout_parse(img_view_of(text, strlen(text)), &layout, NULL), IMG_OK);
	return img_ifd_move_regions(img_span(img), &layout, allow, err);
}

static void assert_filled(struct img *img, uint64_t at, uint64_t end)
{
	struct img_view v;

	assert_int_equal(img_view_slice(img_bytes(img), at, end - at, &v, NULL), IMG_OK);
	assert_true(img_view_filled(v, 0xff));
}

/* Everything of the descriptor but these registers is as before. */
static void assert_table(struct img *img, struct img *old, uint32_t bios, uint32_t me,
			 uint32_t gbe)
{
	uint8_t want[IMG_IFD_SIZE];

	memcpy(want, bytes_of(old), sizeof(want));
	img_put_le32(want + FLREG + 4, bios);
	img_put_le32(want + FLREG + 8, me);
	img_put_le32(want + FLREG + 12, gbe);
	assert_memory_equal(bytes_of(img), want, sizeof(want));
}

static void test_move(void **state)
{
	struct img *img = image(), *old = image();
	struct img_error err;

	(void)state;
	if (move(img, "00001000:00005fff me\n6000:7fff gbe\n8000:3ffff bios\n", 0, &err) != IMG_OK)
		fail_msg("%s", err.text);
	assert_table(img, old, 0x003f0008, 0x00050001, 0x00070006);
	assert_memory_equal(bytes_of(img) + 0x1000, bytes_of(old) + ME_AT, ME_USED);
	assert_filled(img, 0x4000, 0x6000);
	assert_memory_equal(bytes_of(img) + 0x6000, bytes_of(old) + GBE_AT, 0x2000);
	assert_filled(img, 0x8000, BIOS_USED);
	assert_memory_equal(bytes_of(img) + BIOS_USED, bytes_of(old) + BIOS_USED,
			    SIZE - BIOS_USED);
	/* And back again: nothing was lost. */
	assert_int_equal(move(img, "1000:2fff gbe\n3000:dfff me\n10000:3ffff bios\n", 0, NULL),
			 IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
	img_close(old);
	img_close(img);
}

static void test_same(void **state)
{
	struct img *img = image(), *old = image();

	(void)state;
	assert_int_equal(move(img, "0:fff fd\n1000:2fff gbe\n3000:dfff me\n", 0, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
	img_close(old);
	img_close(img);
}

/* Bytes of no region stay; a region may be laid around them, but none is moved onto them. */
static void test_gap(void **state)
{
	struct img *img = image(), *old;
	struct img_error err;

	(void)state;
	memcpy(bytes_of(img) + GAP_AT, "gap", 3);
	assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
	assert_int_equal(move(img, "3000:ffff me\n", 0, &err), IMG_E_REFUSED);
	assert_int_equal(err.at, GAP_AT);
	assert_non_null(strstr(err.text, "(layout-cut)"));
	assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
	assert_int_equal(move(img, "3000:7fff me\n", 0, NULL), IMG_OK);
	assert_memory_equal(bytes_of(img) + 0x1000, bytes_of(old) + 0x1000, SIZE - 0x1000);
	assert_int_equal(move(img, "e000:ffff pd\n", 0, NULL), IMG_OK);
	assert_memory_equal(bytes_of(img) + 0x1000, bytes_of(old) + 0x1000, SIZE - 0x1000);
	assert_int_equal(img_get_le32(bytes_of(img) + FLREG + 16), 0x000f000e);
	img_close(old);
	img_close(img);
}

static void test_refused(void **state)
{
	static const struct {
		const char *layout;
		enum img_status status;
		const char *words;
	} cases[] = {
		{ "30000:3ffff bios", IMG_E_REFUSED, "bios would lose 0x00010000..0x0002ffff" },
		{ "3000:4fff me", IMG_E_REFUSED, "region me would lose" },
		{ "2000:dfff me", IMG_E_REFUSED, "(region-overlap)" },
		{ "10000:40fff bios", IMG_E_BOUNDS, "would be 0x00010000..0x00040fff" },
		{ "fff000:1000fff pd", IMG_E_BOUNDS, "region pd would be" },
		{ "3000:dffe me", IMG_E_UNSUPPORTED, "whole 4 KiB" },
		{ "3001:dfff me", IMG_E_UNSUPPORTED, "whole 4 KiB" },
		{ "0:1fff fd", IMG_E_UNSUPPORTED, "region fd cannot be moved" },
		{ "1000:2fff COREBOOT", IMG_E_ABSENT, "COREBOOT, which is no region" },
		{ "e000:ffff ec", IMG_E_ABSENT, "no place for a region ec" },
		{ "10000:2000fff bios", IMG_E_UNSUPPORTED, "ends by 0x2000000" },
		{ "10000:fffffffffff bios", IMG_E_UNSUPPORTED, "ends by 0x2000000" },
	};
	struct img *old = image();

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct img *img = image();
		struct img_error err = { .text = "" };
		enum img_status st = move(img, cases[i].layout, 0, &err);

		if (st != cases[i].status || !strstr(err.text, cases[i].words))
			fail_msg("%s: %d %s", cases[i].layout, (int)st, err.text);
		assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
		img_close(img);
	}
	img_close(old);
}

/* What marks content as good has to be there afterwards. */
static void test_marks(void **state)
{
	struct img *img = image(), *old = image();
	struct img_error err;

	(void)state;
	/* The second bank of a larger GbE region begins elsewhere. */
	assert_int_equal(move(img, "4000:dfff me\n", IMG_IFD_ALLOW_LAYOUT_CUT, NULL), IMG_OK);
	assert_int_equal(move(img, "3000:6fff me\n", 0, NULL), IMG_OK);
	assert_int_equal(move(img, "8000:bfff gbe\n", 0, &err), IMG_E_REFUSED);
	assert_non_null(strstr(err.text, "right checksum (layout-magic)"));
	assert_int_equal(move(img, "8000:bfff gbe\n", IMG_IFD_ALLOW_LAYOUT_MAGIC, NULL), IMG_OK);
	img_close(img);
	/* A BIOS that ends elsewhere does not start. */
	img = image();
	assert_int_equal(move(img, "3000:7fff me\n8000:27fff bios\n", IMG_IFD_ALLOW_LAYOUT_CUT,
			      &err), IMG_E_REFUSED);
	assert_non_null(strstr(err.text, "reset vector"));
	assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
	/* What had no mark before needs none. */
	memset(bytes_of(img) + ME_AT, 0xff, ME_USED);
	assert_int_equal(move(img, "5000:5fff me\n", 0, NULL), IMG_OK);
	img_close(old);
	img_close(img);
}

/* Where regions overlap, those that stay keep their bytes. */
static void test_overlap(void **state)
{
	struct img *img = image(), *old;
	unsigned allow = IMG_IFD_ALLOW_REGION_OVERLAP | IMG_IFD_ALLOW_LAYOUT_CUT;
	struct img_error err;

	(void)state;
	img_put_le32(bytes_of(img) + FLREG + 4, 0x003f0000);	/* bios over everything */
	assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
	assert_int_equal(move(img, "10000:3ffff bios\n", 0, &err), IMG_E_REFUSED);
	assert_non_null(strstr(err.text, "(region-overlap)"));
	assert_int_equal(move(img, "10000:3ffff bios\n", IMG_IFD_ALLOW_REGION_OVERLAP, &err),
			 IMG_E_REFUSED);
	assert_int_equal(move(img, "10000:3ffff bios\n", allow, NULL), IMG_OK);
	assert_memory_equal(bytes_of(img) + 0x1000, bytes_of(old) + 0x1000, SIZE - 0x1000);
	if (img_ifd_edit_check(img_bytes(img), 0, &err) != IMG_OK)
		fail_msg("%s", err.text);
	img_close(old);
	img_close(img);
}

static void test_bare(void **state)
{
	struct img *img = fixture("good-ifd-6-series"), *old = fixture("good-ifd-6-series");

	(void)state;
	assert_int_equal(move(img, "1000:17cfff me\n17e000:17ffff gbe\n", 0, NULL), IMG_OK);
	assert_table(img, old, 0x0bff0180, 0x017c0001, 0x017f017e);
	assert_int_equal(move(img, "180000:cfffff bios\n", 0, NULL), IMG_E_REFUSED);
	assert_table(img, old, 0x0bff0180, 0x017c0001, 0x017f017e);
	img_close(old);
	img_close(img);
}

static uint32_t next(uint32_t *x)
{
	*x = *x * 1664525u + 1013904223u;
	return *x >> 8;
}

/* Damaged descriptors, any layout: done, or not a byte is different. */
static void test_mutants(void **state)
{
	static const char *const names[] = { "bios", "me", "gbe", "pd" };
	struct img *good = image();
	uint32_t x = 1, moved = 0;

	(void)state;
	for (unsigned i = 0; i < 4000; i++) {
		struct img_layout layout = { .count = 1 + next(&x) % 4 };
		struct img_error err;
		struct img *img, *old;

		assert_int_equal(img_copy(img_bytes(good), &img, NULL), IMG_OK);
		for (unsigned n = next(&x) % 4; n; n--)
			bytes_of(img)[0x10 + next(&x) % 0x60] = (uint8_t)next(&x);
		assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
		for (unsigned a = 0; a < layout.count; a++) {
			memcpy(layout.area[a].name, names[a], strlen(names[a]) + 1);
			layout.area[a].range = (struct img_range){ next(&x) % 66 << 12,
								   (1 + next(&x) % 48) << 12 };
		}
		if (img_ifd_move_regions(img_span(img), &layout, next(&x) % 256, &err) == IMG_OK)
			moved++;
		else
			assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
		img_close(old);
		img_close(img);
	}
	assert_true(moved > 100);
	img_close(good);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_move),	cmocka_unit_test(test_same),
		cmocka_unit_test(test_gap),	cmocka_unit_test(test_refused),
		cmocka_unit_test(test_marks),	cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_bare),	cmocka_unit_test(test_mutants),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
