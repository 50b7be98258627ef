/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Fields in order, and the first failure remembered. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/reader.h"

enum { FIELDS = 6, SIZE = 1 + 2 + 4 + 8 + 4 + 3 };

static const uint8_t bytes[SIZE] = {
	0x01, 0x02, 0x03, 0x04, 0x05, 0x06, 0x07, 0x08, 0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x0e, 0x0f,
	0x10, 0x11, 0x12, 0x13, 'x', 'y', 'z',
};
static const uint64_t values[FIELDS] = { 0x01, 0x0302, 0x07060504, 0x0f0e0d0c0b0a0908u,
					 0x10111213, 0x78797a };
static const size_t ends[FIELDS] = { 1, 3, 7, 15, 19, 22 };

static void read_all(struct img_reader *r, uint64_t out[FIELDS])
{
	uint8_t text[3];

	out[0] = img_read_u8(r);
	out[1] = img_read_le16(r);
	out[2] = img_read_le32(r);
	out[3] = img_read_le64(r);
	out[4] = img_read_be32(r);
	memset(text, 0xaa, sizeof(text));
	img_read_bytes(r, text, sizeof(text));
	out[5] = (uint64_t)text[0] << 16 | (uint64_t)text[1] << 8 | text[2];
}

/* At every length: the fields that are there, zeros from the first that is not. */
static void test_every_length(void **state)
{
	uint64_t out[FIELDS];
	struct img_error err;
	size_t len, i;

	(void)state;
	for (len = 0; len <= SIZE; len++) {
		struct img_reader r = img_reader_of(img_view_of(bytes, len), &err);
		size_t start = 0;

		memset(&err, 0, sizeof(err));
		read_all(&r, out);
		for (i = 0; i < FIELDS && ends[i] <= len; i++) {
			assert_int_equal(out[i], values[i]);
			start = ends[i];
		}
		assert_int_equal(img_read_status(&r), i == FIELDS ? IMG_OK : IMG_E_BOUNDS);
		if (i < FIELDS) {
			assert_int_equal(err.status, IMG_E_BOUNDS);
			assert_int_equal(err.at, start);
		}
		for (; i < FIELDS; i++)
			assert_int_equal(out[i], 0);
		assert_int_equal(img_read_pos(&r), start);
	}
}

/* After a failure nothing is read any more, though it be there. */
static void test_first_failure_stays(void **state)
{
	struct img_error err;
	struct img_reader r = img_reader_of(img_view_of(bytes, SIZE), &err);

	(void)state;
	img_read_seek(&r, SIZE - 1);
	assert_int_equal(img_read_le16(&r), 0);
	assert_int_equal(err.at, SIZE - 1);
	img_read_seek(&r, 0);
	assert_int_equal(img_read_u8(&r), 0);
	assert_int_equal(img_read_status(&r), IMG_E_BOUNDS);
	assert_int_equal(err.at, SIZE - 1);
}

static void test_seek_and_skip(void **state)
{
	struct img_reader r = img_reader_of(img_view_of(bytes, SIZE), NULL);

	(void)state;
	img_read_skip(&r, 3);
	assert_int_equal(img_read_le32(&r), 0x07060504);
	img_read_seek(&r, SIZE - 1);
	assert_int_equal(img_read_u8(&r), 'z');
	assert_int_equal(img_read_status(&r), IMG_OK);
	/* At the end nothing can be read, but being there is no failure. */
	assert_int_equal(img_read_pos(&r), SIZE);
	img_read_skip(&r, UINT64_MAX);
	assert_int_equal(img_read_pos(&r), UINT64_MAX);
	assert_int_equal(img_read_status(&r), IMG_OK);
	assert_int_equal(img_read_u8(&r), 0);
	assert_int_equal(img_read_status(&r), IMG_E_BOUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_first_failure_stays),
		cmocka_unit_test(test_seek_and_skip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
