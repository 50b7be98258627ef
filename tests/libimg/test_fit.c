/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The FIT: read, damaged in every field, and kept right while microcode comes and goes. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/cbfs_fit.h"
#include "tests/libimg/small.h"

enum {
	SIZE = 0x40000,			/* room for a second boot block of 64 KiB */
	TABLE = 0x3e000,
	SWAP = 0x10000,
	SWAP_TABLE = 0x2c000,
	UPDATE = 2048,
	CODE = 0x20000,
};

static void put_microcode(struct img *img, uint64_t at, uint32_t signature)
{
	const uint32_t words[] = { 1, 0, 0, signature, 0u - 2 - signature, 1 };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		small_put_le32(img, at + 4 * i, words[i]);
}

static void put_table(struct img *img, uint64_t at, uint64_t swap, const uint32_t *address,
		      const uint8_t *type, size_t count)
{
	uint8_t row[16] = "_FIT_   ", sum = 0;
	struct img_view v;

	small_put_le32(img, SIZE - swap - IMG_FIT_POINTER, (uint32_t)(0 - (SIZE - at)));
	small_put_le32(img, SIZE - swap - IMG_FIT_POINTER + 4, 0);
	row[8] = (uint8_t)(count + 1);
	row[13] = 1;
	row[14] = 0x80;
	small_put(img, at, row, sizeof(row));
	for (size_t i = 0; i < count; i++) {
		memset(row, 0, sizeof(row));
		img_put_le32(row, address[i]);
		row[13] = 1;
		row[14] = type[i];
		small_put(img, at + 16 * (i + 1), row, sizeof(row));
	}
	assert_int_equal(img_view_slice(img_bytes(img), at, 16 * (count + 1), &v, NULL), IMG_OK);
	for (size_t i = 0; i < 16 * (count + 1); i++)
		sum = (uint8_t)(sum + img_view_data(v)[i]);
	small_put(img, at + 15, (uint8_t[]){ (uint8_t)(0 - sum) }, 1);
}

static uint32_t address_of(uint64_t at)
{
	return (uint32_t)(0 - (SIZE - at));
}

static struct img *image(void)
{
	const uint32_t address[] = { address_of(CODE), address_of(CODE + UPDATE),
				     address_of(0x3f000) };
	const uint8_t type[] = { 1, 1, 7 };
	struct img *img;

	assert_int_equal(img_new(SIZE, 0, &img, NULL), IMG_OK);
	put_microcode(img, CODE, 0x306a9);
	put_microcode(img, CODE + UPDATE, 0x206a7);
	put_table(img, TABLE, 0, address, type, 3);
	return img;
}

static void assert_fit(struct img *img, enum img_status want)
{
	struct img_fit fit, untouched;
	struct img_error err;

	memset(&untouched, 0x5a, sizeof(untouched));
	memcpy(&fit, &untouched, sizeof(fit));
	assert_int_equal(img_fit_decode(img_bytes(img), 0, &fit, &err), want);
	if (want != IMG_OK)
		assert_memory_equal(&fit, &untouched, sizeof(fit));
}

static void test_good(void **state)
{
	struct img *img = image();
	struct img_fit fit;
	uint64_t where;

	(void)state;
	assert_int_equal(img_fit_decode(img_bytes(img), 0, &fit, NULL), IMG_OK);
	assert_int_equal(fit.at, TABLE);
	assert_int_equal(fit.count, 3);
	assert_true(fit.checked && fit.sum_ok && fit.sorted);
	assert_int_equal(fit.entry[0].type, IMG_FIT_MICROCODE);
	assert_int_equal(fit.entry[0].version, 0x100);
	assert_int_equal(img_fit_look(img_bytes(img), &fit.entry[0], &where), IMG_FIT_GOOD);
	assert_int_equal(where, CODE);
	assert_int_equal(img_fit_look(img_bytes(img), &fit.entry[2], &where), IMG_FIT_GOOD);
	fit.entry[0].address += 4;
	assert_int_equal(img_fit_look(img_bytes(img), &fit.entry[0], &where),
			 IMG_FIT_NO_MICROCODE);
	fit.entry[0].address = 0x1000;
	assert_int_equal(img_fit_look(img_bytes(img), &fit.entry[0], &where), IMG_FIT_OUTSIDE);
	assert_int_equal(img_span_fill(img_span(img), CODE, UPDATE, 0xff, NULL), IMG_OK);
	fit.entry[0].address = address_of(CODE);
	assert_int_equal(img_fit_look(img_bytes(img), &fit.entry[0], &where), IMG_FIT_EMPTY);
	img_close(img);
}

static void test_damaged(void **state)
{
	static const struct {
		uint64_t at;
		uint8_t byte;
		enum img_status want;
	} rows[] = {
		{ SIZE - IMG_FIT_POINTER, 8, IMG_E_ABSENT },
		{ SIZE - IMG_FIT_POINTER + 3, 0, IMG_E_ABSENT },
		{ SIZE - IMG_FIT_POINTER + 4, 1, IMG_E_ABSENT },
		{ TABLE, 'X', IMG_E_ABSENT },
		{ TABLE + 7, 0, IMG_E_ABSENT },
		{ TABLE + 8, 0, IMG_E_CORRUPT },
		{ TABLE + 8, 129, IMG_E_UNSUPPORTED },
		{ TABLE + 10, 1, IMG_E_UNSUPPORTED },
		{ TABLE + 14, 0x81, IMG_E_CORRUPT },
	};
	struct img_fit fit;
	struct img *img;

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		img = image();
		small_put(img, rows[i].at, &rows[i].byte, 1);
		assert_fit(img, rows[i].want);
		img_close(img);
	}
	img = image();
	small_put(img, TABLE + 20, "x", 1);
	assert_int_equal(img_fit_decode(img_bytes(img), 0, &fit, NULL), IMG_OK);
	assert_false(fit.sum_ok);
	small_put(img, TABLE + 16 + 14, "\x9", 1);
	assert_int_equal(img_fit_decode(img_bytes(img), 0, &fit, NULL), IMG_OK);
	assert_false(fit.sorted);
	/* A table at the very end has no room for its entries. */
	small_put_le32(img, SIZE - IMG_FIT_POINTER, 0xfffffff0);
	small_put(img, SIZE - 16, "_FIT_   \x4\0\0\0\0\1\0", 16);
	assert_fit(img, IMG_E_BOUNDS);
	img_close(img);
}

/* Images of every small size, the last 0x50 bytes of a good one. */
static void test_every_length(void **state)
{
	struct img *img = image();
	struct img_fit fit;
	struct img_view tail;

	(void)state;
	for (uint64_t n = 0; n < 0x3000; n++) {
		enum img_status st;

		assert_int_equal(img_view_slice(img_bytes(img), SIZE - n, n, &tail, NULL), IMG_OK);
		st = img_fit_decode(tail, 0, &fit, NULL);
		assert_int_equal(st, n < SIZE - TABLE ? IMG_E_ABSENT : IMG_OK);
	}
	img_close(img);
}

static void test_microcode(void **state)
{
	struct img *img = image();
	struct img_view v;

	(void)state;
	for (uint64_t n = 0; n <= UPDATE; n++) {
		assert_int_equal(img_view_slice(img_bytes(img), CODE, n, &v, NULL), IMG_OK);
		assert_int_equal(img_fit_microcode(v), n < UPDATE ? 0 : UPDATE);
	}
	small_put(img, CODE + 100, "x", 1);
	assert_int_equal(img_fit_microcode(v), 0);
	img_close(img);
}

/* Away and back: the same table, in the order of types meanwhile. */
static void test_there_and_back(void **state)
{
	const struct img_range first = { CODE, UPDATE }, both = { CODE, 2 * UPDATE };
	struct img *img = image(), *before;
	struct img_fit fit;

	(void)state;
	assert_int_equal(img_copy(img_bytes(img), &before, NULL), IMG_OK);
	img_fit_forget(img, (struct img_range){ 0x10000, 0x8000 });
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	img_fit_forget(img, first);
	assert_int_equal(img_fit_decode(img_bytes(img), 0, &fit, NULL), IMG_OK);
	assert_true(fit.sum_ok && fit.sorted && fit.count == 3);
	assert_int_equal(fit.entry[0].address, address_of(CODE + UPDATE));
	assert_int_equal(fit.entry[1].type, 7);
	assert_int_equal(fit.entry[2].type, IMG_FIT_UNUSED);
	assert_int_equal(img_fit_missing(img_bytes(img), both), 1);
	img_fit_forget(img, both);
	assert_int_equal(img_fit_missing(img_bytes(img), both), 2);
	img_fit_announce(img, both);
	assert_int_equal(img_fit_missing(img_bytes(img), both), 0);
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	/* What is named already is not named twice, and without room nothing changes. */
	img_fit_announce(img, both);
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	put_microcode(img, CODE + 2 * UPDATE, 0x40651);
	assert_int_equal(img_fit_missing(img_bytes(img), (struct img_range){ CODE, 3 * UPDATE }),
			 1);
	img_close(before);
	img_close(img);
}

/* A table that has a wrong checksum, or goes itself, is not touched. */
static void test_left_alone(void **state)
{
	struct img *img = image(), *before;

	(void)state;
	assert_int_equal(img_copy(img_bytes(img), &before, NULL), IMG_OK);
	img_fit_forget(img, (struct img_range){ CODE, SIZE - CODE });
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	img_close(before);
	small_put(img, TABLE + 15, "\x77", 1);
	assert_int_equal(img_copy(img_bytes(img), &before, NULL), IMG_OK);
	img_fit_forget(img, (struct img_range){ CODE, UPDATE });
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	img_close(before);
	img_close(img);
}

static void test_top_swap(void **state)
{
	const uint32_t address[] = { address_of(CODE) };
	struct img *img = image();
	struct img_fit fit;
	unsigned cursor = 0;

	(void)state;
	put_table(img, SWAP_TABLE, SWAP, address, (const uint8_t[]){ 1 }, 1);
	img_fit_forget(img, (struct img_range){ CODE, UPDATE });
	assert_int_equal(img_fit_next(img_bytes(img), &cursor, &fit, NULL), IMG_OK);
	assert_int_equal(fit.swap, 0);
	assert_int_equal(fit.entry[2].type, IMG_FIT_UNUSED);
	assert_int_equal(img_fit_next(img_bytes(img), &cursor, &fit, NULL), IMG_OK);
	assert_int_equal(fit.swap, SWAP);
	assert_int_equal(fit.at, SWAP_TABLE);
	assert_int_equal(fit.entry[0].type, IMG_FIT_UNUSED);
	assert_true(fit.sum_ok);
	assert_int_equal(img_fit_next(img_bytes(img), &cursor, &fit, NULL), IMG_E_ABSENT);
	/* In the block itself addresses are those of the first one. */
	small_put_le32(img, SIZE - SWAP - IMG_FIT_POINTER, address_of(SWAP_TABLE + SWAP));
	put_table(img, SWAP_TABLE, 0, address, (const uint8_t[]){ 1 }, 1);
	assert_int_equal(img_fit_decode(img_bytes(img), SWAP, &fit, NULL), IMG_OK);
	assert_int_equal(fit.at, SWAP_TABLE);
	/* Two pointers to one table are one table. */
	cursor = 0;
	assert_int_equal(img_fit_next(img_bytes(img), &cursor, &fit, NULL), IMG_OK);
	assert_int_equal(img_fit_next(img_bytes(img), &cursor, &fit, NULL), IMG_E_ABSENT);
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_microcode),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_left_alone),
		cmocka_unit_test(test_top_swap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
