/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The mainboard that an image names: found, cut at every length, and each word of it damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/format/coreboot_id.h"

enum { SIZE = 0x1000, VENDOR = 0xc0, PART = 0xb8 };

/* The words in front of the place so far below the end, and the strings where they lead. */
static void make(uint8_t image[SIZE], size_t below)
{
	uint8_t *words = image + SIZE - below - 16;

	memset(image, 0, SIZE);
	img_put_le32(words, 0xc8);
	img_put_le32(words + 4, VENDOR);
	img_put_le32(words + 8, PART);
	img_put_le32(words + 12, 0x100000);
	memcpy(image + SIZE - VENDOR, "LENOVO", 7);
	memcpy(image + SIZE - PART, "X230", 5);
}

static enum img_status decode(const uint8_t *image, size_t size, struct img_coreboot_id *id)
{
	return img_coreboot_id_decode(img_view_of(image, size), id, NULL);
}

static void test_found(void **state)
{
	static const size_t places[] = { 0x80, 0x10 };
	struct img_coreboot_id id;
	uint8_t image[SIZE];

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		make(image, places[i]);
		assert_int_equal(decode(image, SIZE, &id), IMG_OK);
		assert_string_equal(id.vendor, "LENOVO");
		assert_string_equal(id.part, "X230");
		assert_int_equal(id.at, SIZE - PART);
	}
}

/* The strings are counted from the end, so what is cut off is the front. */
static void test_cut(void **state)
{
	struct img_coreboot_id id;
	uint8_t image[SIZE];

	(void)state;
	make(image, 0x80);
	for (size_t size = 0; size < VENDOR; size++)
		assert_int_equal(decode(image + SIZE - size, size, &id), IMG_E_ABSENT);
	assert_int_equal(decode(image + SIZE - VENDOR, VENDOR, &id), IMG_OK);
}

static void test_damaged(void **state)
{
	static const struct {
		size_t word;
		uint32_t value;
	} damage[] = {
		{ 4, 0 }, { 4, PART }, { 4, 0x20001 }, { 4, 0xffffffff },	/* vendor */
		{ 8, 0 }, { 8, VENDOR }, { 8, 0x90 }, { 8, VENDOR + 1 },	/* part */
		{ 12, 0 }, { 12, 0x100001 },					/* size */
	};
	struct img_coreboot_id id = { .part = "as it was" };
	uint8_t image[SIZE];

	(void)state;
	for (size_t i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		make(image, 0x80);
		img_put_le32(image + SIZE - 0x90 + damage[i].word, damage[i].value);
		assert_int_equal(decode(image, SIZE, &id), IMG_E_ABSENT);
		assert_string_equal(id.part, "as it was");
	}
	make(image, 0x80);
	image[SIZE - PART + 1] = 7;		/* no letter */
	assert_int_equal(decode(image, SIZE, &id), IMG_E_ABSENT);
	make(image, 0x80);
	memset(image + SIZE - VENDOR - 64, 'x', 64 + 6);
	img_put_le32(image + SIZE - 0x90 + 4, VENDOR + 64);	/* longer than any name */
	assert_int_equal(decode(image, SIZE, &id), IMG_E_ABSENT);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damaged),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
