/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images without FMAP: where the master header says the files are. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/cbfs_area.h"
#include "libimg/format/cbfs.h"
#include "libimg/format/cbfs_master.h"
#include "tests/libimg/small.h"

enum { SIZE = 0x8000, FIRST = 0x1000, BOOT = 0x1000, HEADER = SIZE - BOOT - 0x40 };

/* One file and free space up to a header that lies bare in front of the boot block. */
static void make_image(uint8_t out[SIZE], uint64_t header_at)
{
	uint8_t header[IMG_CBFS_METADATA_MAX];
	size_t size;

	memset(out, 0x5a, SIZE);
	memset(out + FIRST, 0xff, SIZE - BOOT - FIRST);
	size = img_cbfs_header(header, IMG_CBFS_RAW, "a", 100);
	memcpy(out + FIRST, header, size);
	size = img_cbfs_header(header, IMG_CBFS_NULL, "", HEADER - FIRST - 0xc0 - 28);
	memcpy(out + FIRST + 0xc0, header, size);
	memcpy(out + header_at, "ORBC1112", 8);
	img_put_be32(out + header_at + 8, SIZE);
	img_put_be32(out + header_at + 12, BOOT);
	img_put_be32(out + header_at + 16, 64);
	img_put_be32(out + header_at + 20, FIRST);
	img_put_be32(out + header_at + 24, 1);
	img_put_be32(out + header_at + 28, 0);
	img_put_le32(out + SIZE - 4, (uint32_t)(header_at - SIZE));
}

static void test_good(void **state)
{
	static const struct {
		uint64_t header_at, size;
	} rows[] = {
		{ HEADER, HEADER - FIRST },		/* bare */
		{ SIZE - 0x100, SIZE - BOOT - FIRST },	/* in the boot block */
		{ FIRST + 0x40, SIZE - BOOT - FIRST },	/* in a file */
		{ 0x10, SIZE - BOOT - FIRST },
	};
	struct img_cbfs_master m;
	struct img_cbfs_area area;
	uint8_t bytes[SIZE];
	struct img_error err;
	unsigned pointer;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		/* With the word at the end, and searched. */
		for (pointer = 0; pointer < 2; pointer++) {
			make_image(bytes, rows[i].header_at);
			if (!pointer)
				memset(bytes + SIZE - 4, 0x12, 4);
			small_must(img_cbfs_master_find(img_view_of(bytes, SIZE), &m, &err), &err);
			assert_int_equal(m.at, rows[i].header_at);
			assert_int_equal(m.files.start, FIRST);
			assert_int_equal(m.files.size, SIZE - BOOT - FIRST);
			assert_int_equal(m.architecture, 1);
			small_must(img_cbfs_area_find(img_view_of(bytes, SIZE), NULL, &area, &err),
				   &err);
			assert_true(area.legacy);
			assert_int_equal(area.base, 0);
			assert_int_equal(area.range.start, FIRST);
			assert_int_equal(area.range.size, rows[i].size);
			assert_int_equal(img_cbfs_area_find(img_view_of(bytes, SIZE), "COREBOOT",
							    &area, NULL), IMG_E_ABSENT);
		}
	}
}

static void test_fields(void **state)
{
	static const struct {
		unsigned at;
		uint32_t value;
		enum img_status expected;
	} rows[] = {
		{ 0, 0x4f524244, IMG_E_ABSENT }, { 4, 0x31313133, IMG_E_ABSENT },
		{ 4, 0x31313131, IMG_OK }, { 8, SIZE + 1, IMG_E_BOUNDS },
		{ 8, 0xffffffff, IMG_E_BOUNDS }, { 8, FIRST, IMG_E_BOUNDS },
		{ 12, SIZE + 1, IMG_E_BOUNDS }, { 12, 0xffffffff, IMG_E_BOUNDS },
		{ 12, SIZE - FIRST, IMG_E_BOUNDS }, { 16, 0, IMG_E_UNSUPPORTED },
		{ 16, 4096, IMG_E_UNSUPPORTED }, { 20, 0xffffffc0, IMG_E_BOUNDS },
		{ 20, FIRST + 1, IMG_E_UNSUPPORTED }, { 20, FIRST + 64, IMG_E_ABSENT },
		{ 24, 0xffffffff, IMG_OK },
	};
	struct img_cbfs_area area;
	uint8_t bytes[SIZE];
	enum img_status st;
	size_t i, n;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		make_image(bytes, HEADER);
		img_put_be32(bytes + HEADER + rows[i].at, rows[i].value);
		st = img_cbfs_area_find(img_view_of(bytes, SIZE), NULL, &area, NULL);
		if (st != rows[i].expected)
			fail_msg("row %zu: status %d", i, st);
	}
	make_image(bytes, HEADER);
	for (n = 0; n < SIZE; n++)
		assert_int_not_equal(img_cbfs_area_find(img_view_of(bytes, n), NULL, &area, NULL),
				     IMG_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_fields),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
