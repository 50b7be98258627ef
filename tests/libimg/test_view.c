/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one gate to the bytes: every edge of every call. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/view.h"

enum { SIZE = 16 };

static const uint8_t bytes[SIZE] = { 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15 };

/* Every offset and length around and far beyond the size. */
static const uint64_t edges[] = { 0, 1, 2, SIZE - 1, SIZE, SIZE + 1, SIZE_MAX / 2, INT64_MAX,
				  UINT64_MAX - SIZE, UINT64_MAX - 1, UINT64_MAX };

enum { EDGES = sizeof(edges) / sizeof(edges[0]) };

static bool inside(uint64_t off, uint64_t len)
{
	return off <= SIZE && len <= SIZE - off;
}

static void test_slice(void **state)
{
	struct img_view v = img_view_of(bytes, SIZE), untouched, out;
	struct img_error err;
	size_t i, j;

	(void)state;
	memset(&untouched, 0x5a, sizeof(untouched));
	for (i = 0; i < EDGES; i++) {
		for (j = 0; j < EDGES; j++) {
			out = untouched;
			if (inside(edges[i], edges[j])) {
				assert_int_equal(img_view_slice(v, edges[i], edges[j], &out, &err),
						 IMG_OK);
				assert_int_equal(img_view_size(out), edges[j]);
				assert_int_equal(img_view_origin(out), edges[i]);
				assert_ptr_equal(img_view_data(out), bytes + edges[i]);
				continue;
			}
			assert_int_equal(img_view_slice(v, edges[i], edges[j], &out, &err),
					 IMG_E_BOUNDS);
			assert_int_equal(err.status, IMG_E_BOUNDS);
			assert_memory_equal(&out, &untouched, sizeof(out));
		}
	}
	assert_int_equal(img_view_slice(v, 0, SIZE + 1, &out, NULL), IMG_E_BOUNDS);
}

/* Where a slice of a slice says it is, and what a failure says. */
static void test_origin(void **state)
{
	struct img_view v = img_view_of(bytes, SIZE);
	struct img_error err;

	(void)state;
	assert_int_equal(img_view_slice(v, 4, 8, &v, &err), IMG_OK);
	assert_int_equal(img_view_slice(v, 2, 4, &v, &err), IMG_OK);
	assert_int_equal(img_view_origin(v), 6);
	assert_int_equal(*img_view_data(v), 6);
	assert_int_equal(img_view_slice(v, 3, 2, &v, &err), IMG_E_BOUNDS);
	assert_int_equal(err.at, 9);
	assert_string_equal(err.text, "2 bytes are needed here, but the data end at 0x0000000a");
}

static void test_span(void **state)
{
	uint8_t mine[SIZE], before[SIZE];
	struct img_span s = img_span_of(mine, SIZE), part;
	size_t i, j;

	(void)state;
	memcpy(mine, bytes, SIZE);
	memcpy(before, bytes, SIZE);
	for (i = 0; i < EDGES; i++) {
		for (j = 0; j < EDGES; j++) {
			if (inside(edges[i], edges[j]))
				continue;
			assert_int_equal(img_span_fill(s, edges[i], edges[j], 0xee, NULL),
					 IMG_E_BOUNDS);
			assert_int_equal(img_span_slice(s, edges[i], edges[j], &part, NULL),
					 IMG_E_BOUNDS);
		}
		if (!inside(edges[i], 3))
			assert_int_equal(img_span_write(s, edges[i], img_view_of("abc", 3), NULL),
					 IMG_E_BOUNDS);
	}
	assert_memory_equal(mine, before, SIZE);

	assert_int_equal(img_span_fill(s, SIZE, 0, 0xee, NULL), IMG_OK);
	assert_int_equal(img_span_write(s, SIZE, img_view_of(NULL, 0), NULL), IMG_OK);
	assert_memory_equal(mine, before, SIZE);
	assert_int_equal(img_span_write(s, SIZE - 3, img_view_of("abc", 3), NULL), IMG_OK);
	assert_memory_equal(mine + SIZE - 3, "abc", 3);
	assert_int_equal(img_span_slice(s, 4, 4, &part, NULL), IMG_OK);
	assert_int_equal(img_span_fill(part, 1, 2, 0xff, NULL), IMG_OK);
	assert_memory_equal(mine + 4, "\x04\xff\xff\x07", 4);
	assert_int_equal(img_span_size(part), 4);
	assert_ptr_equal(img_span_bytes(part), mine + 4);
	assert_int_equal(img_view_origin(img_span_view(part)), 4);
}

/* Source and destination may overlap. */
static void test_write_overlap(void **state)
{
	uint8_t mine[SIZE];
	struct img_span s = img_span_of(mine, SIZE);
	struct img_view low;

	(void)state;
	memcpy(mine, bytes, SIZE);
	assert_int_equal(img_view_slice(img_span_view(s), 0, 8, &low, NULL), IMG_OK);
	assert_int_equal(img_span_write(s, 4, low, NULL), IMG_OK);
	assert_memory_equal(mine + 4, bytes, 8);
}

static void test_copy(void **state)
{
	uint8_t out[4] = { 0xaa, 0xaa, 0xaa, 0xaa };
	struct img_view v = img_view_of(bytes, SIZE);

	(void)state;
	assert_int_equal(img_view_copy(v, 13, out, 4, NULL), IMG_E_BOUNDS);
	assert_memory_equal(out, "\xaa\xaa\xaa\xaa", 4);
	assert_int_equal(img_view_copy(v, 12, out, 4, NULL), IMG_OK);
	assert_memory_equal(out, bytes + 12, 4);
	assert_int_equal(img_view_copy(v, SIZE, NULL, 0, NULL), IMG_OK);
}

/* A view of nothing is good for everything. */
static void test_nothing(void **state)
{
	struct img_view none = img_view_of(NULL, 0), out;
	uint64_t at = 99;

	(void)state;
	assert_int_equal(img_view_slice(none, 0, 0, &out, NULL), IMG_OK);
	assert_int_equal(img_view_slice(none, 0, 1, &out, NULL), IMG_E_BOUNDS);
	assert_true(img_view_filled(none, 0xff));
	assert_true(img_view_equal(none, out));
	assert_false(img_view_equal(none, img_view_of(bytes, 1)));
	assert_int_equal(img_view_difference(none, img_view_of(bytes, SIZE)), 0);
	assert_false(img_view_find(none, 0, img_view_of(bytes, 1), &at));
	assert_false(img_view_find(img_view_of(bytes, SIZE), 0, none, &at));
	assert_int_equal(at, 99);
}

static void test_filled(void **state)
{
	uint8_t mine[100];
	size_t i;

	(void)state;
	memset(mine, 0xff, sizeof(mine));
	assert_true(img_view_filled(img_view_of(mine, sizeof(mine)), 0xff));
	assert_false(img_view_filled(img_view_of(mine, sizeof(mine)), 0));
	for (i = 0; i < sizeof(mine); i++) {
		mine[i] = 0xfe;
		assert_false(img_view_filled(img_view_of(mine, sizeof(mine)), 0xff));
		mine[i] = 0xff;
	}
}

static void test_difference(void **state)
{
	static const size_t places[] = { 0, 1, 4095, 4096, 4097, 8191, 8192, 9999 };
	uint8_t a[10000] = { 0 }, b[10000] = { 0 };
	size_t i;

	(void)state;
	assert_int_equal(img_view_difference(img_view_of(a, 10000), img_view_of(b, 10000)), 10000);
	assert_int_equal(img_view_difference(img_view_of(a, 10000), img_view_of(b, 5000)), 5000);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		b[places[i]] = 1;
		assert_int_equal(img_view_difference(img_view_of(a, 10000), img_view_of(b, 10000)),
				 places[i]);
		assert_false(img_view_equal(img_view_of(a, 10000), img_view_of(b, 10000)));
		b[places[i]] = 0;
	}
	assert_true(img_view_equal(img_view_of(a, 10000), img_view_of(b, 10000)));
}

static void test_find(void **state)
{
	struct img_view v = img_view_of("abcabcab", 8), needle = img_view_of("abc", 3);
	uint64_t at = 99;

	(void)state;
	assert_true(img_view_find(v, 0, needle, &at));
	assert_int_equal(at, 0);
	assert_true(img_view_find(v, 1, needle, &at));
	assert_int_equal(at, 3);
	assert_false(img_view_find(v, 4, needle, &at));
	assert_false(img_view_find(v, 8, needle, &at));
	assert_false(img_view_find(v, 9, needle, &at));
	assert_false(img_view_find(v, UINT64_MAX, needle, &at));
	assert_int_equal(at, 3);
	assert_true(img_view_find(v, 7, img_view_of("b", 1), &at));
	assert_int_equal(at, 7);
}

static bool find_slowly(struct img_view v, uint64_t from, struct img_view needle, uint64_t *at)
{
	const uint8_t *data = img_view_data(v);

	for (; from + img_view_size(needle) <= img_view_size(v); from++) {
		if (memcmp(data + from, img_view_data(needle), img_view_size(needle)))
			continue;
		*at = from;
		return true;
	}
	return false;
}

/* Whether the first byte of what is sought is rare or everywhere, or first this and then that. */
static void test_find_anywhere(void **state)
{
	static uint8_t data[4096];
	static const unsigned each[] = { 1, 2, 7, 130, 1000, 4096 };
	const struct img_view v = img_view_of(data, sizeof(data));
	const struct img_view needle = img_view_of("__FMAP__", 8);

	(void)state;
	for (size_t e = 0; e < sizeof(each) / sizeof(each[0]); e++)
		for (size_t place = 0; place <= sizeof(data); place += 11) {
			uint64_t at = 1, right = 1;

			for (size_t i = 0; i < sizeof(data); i++)
				data[i] = i % each[e] && i > 700 ? 0xff : '_';
			if (place + 8 <= sizeof(data))
				memcpy(data + place, "__FMAP__", 8);
			for (uint64_t from = 0; from < sizeof(data); from += 1023) {
				assert_int_equal(img_view_find(v, from, needle, &at),
						 find_slowly(v, from, needle, &right));
				assert_int_equal(at, right);
			}
		}
}

static void test_find_step(void **state)
{
	static const char text[] = "-PATTERNPATTERN----PATTERN";
	struct img_view v = img_view_of(text, sizeof(text) - 1);
	uint64_t at = 99;

	(void)state;
	assert_false(img_view_find_step(v, 0, 5, "PATTERN-", &at));
	assert_false(img_view_find_step(v, 1, 8, "PATTERN-", &at));
	assert_int_equal(at, 99);
	assert_true(img_view_find_step(v, 0, 8, "PATTERN-", &at));
	assert_int_equal(at, 8);
	assert_true(img_view_find_step(v, 8, 1, "PATTERN-", &at));
	assert_int_equal(at, 8);
	/* None at the end: it would need a byte more. Nothing behind it either. */
	assert_false(img_view_find_step(v, 9, 1, "PATTERN-", &at));
	assert_true(img_view_find_step(v, 18, 100, "-PATTERN", &at));
	assert_int_equal(at, 18);
	assert_false(img_view_find_step(v, 19, 1, "-PATTERN", &at));
	assert_false(img_view_find_step(v, UINT64_MAX, 1, "-PATTERN", &at));
	assert_false(img_view_find_step(v, 0, 0, "-PATTERN", &at));
	assert_false(img_view_find_step((struct img_view){ 0 }, 0, 1, "-PATTERN", &at));
}

static void test_has(void **state)
{
	const struct img_view v = img_view_of("abcde", 5);

	(void)state;
	assert_true(img_view_has(v, 0, img_view_of("abc", 3)));
	assert_true(img_view_has(v, 2, img_view_of("cde", 3)));
	assert_true(img_view_has(v, 5, img_view_of(NULL, 0)));
	assert_false(img_view_has(v, 2, img_view_of("cdx", 3)));
	assert_false(img_view_has(v, 3, img_view_of("def", 3)));
	assert_false(img_view_has(v, UINT64_MAX, img_view_of("a", 1)));
}

static void test_only_clears(void **state)
{
	const struct img_view from = img_view_of("\xff\x0f", 2);

	(void)state;
	assert_true(img_view_only_clears(from, from));
	assert_true(img_view_only_clears(from, img_view_of("\x80\x01", 2)));
	assert_true(img_view_only_clears(from, img_view_of("\0\0", 2)));
	assert_false(img_view_only_clears(from, img_view_of("\x80\x10", 2)));
	assert_false(img_view_only_clears(img_view_of("\0\0", 2), from));
	assert_false(img_view_only_clears(from, img_view_of("\xff", 1)));
	assert_true(img_view_only_clears(img_view_of(NULL, 0), img_view_of(NULL, 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_slice),
		cmocka_unit_test(test_origin),
		cmocka_unit_test(test_span),
		cmocka_unit_test(test_write_overlap),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_filled),
		cmocka_unit_test(test_difference),
		cmocka_unit_test(test_find),
		cmocka_unit_test(test_find_anywhere),
		cmocka_unit_test(test_find_step),
		cmocka_unit_test(test_has),
		cmocka_unit_test(test_only_clears),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
