/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ranges, and sizes as people write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "libimg/core/range.h"

static struct img_range range(uint64_t start, uint64_t size)
{
	return (struct img_range){ start, size };
}

static void test_overlap(void **state)
{
	(void)state;
	assert_true(img_range_overlap(range(0, 10), range(9, 1)));
	assert_true(img_range_overlap(range(9, 1), range(0, 10)));
	assert_true(img_range_overlap(range(2, 2), range(0, 10)));
	assert_false(img_range_overlap(range(0, 10), range(10, 1)));
	assert_false(img_range_overlap(range(10, 1), range(0, 10)));
	/* What is not there overlaps nothing. */
	assert_false(img_range_overlap(range(5, 0), range(0, 10)));
	assert_false(img_range_overlap(range(0, 10), range(5, 0)));
}

static void check_common(struct img_range a, struct img_range b, struct img_range want)
{
	const struct img_range got = img_range_common(a, b), back = img_range_common(b, a);

	assert_int_equal(got.start, want.start);
	assert_int_equal(got.size, want.size);
	assert_int_equal(back.start, want.start);
	assert_int_equal(back.size, want.size);
}

static void test_common(void **state)
{
	(void)state;
	check_common(range(0, 10), range(4, 20), range(4, 6));
	check_common(range(0, 10), range(2, 3), range(2, 3));
	check_common(range(3, 4), range(3, 4), range(3, 4));
	check_common(range(0, 10), range(10, 5), range(10, 0));
	check_common(range(0, 10), range(30, 5), range(30, 0));
	check_common(range(5, 0), range(0, 10), range(5, 0));
}

static void test_holds(void **state)
{
	(void)state;
	assert_true(img_range_holds(range(4, 10), range(4, 10)));
	assert_true(img_range_holds(range(4, 10), range(13, 1)));
	assert_true(img_range_holds(range(4, 10), range(14, 0)));
	assert_false(img_range_holds(range(4, 10), range(15, 0)));
	assert_false(img_range_holds(range(4, 10), range(3, 1)));
	assert_false(img_range_holds(range(4, 10), range(13, 2)));
	assert_false(img_range_holds(range(4, 10), range(4, 11)));
	assert_false(img_range_holds(range(4, 10), range(5, UINT64_MAX)));
	assert_false(img_range_holds(range(4, 10), range(UINT64_MAX, 1)));
}

static void test_size_parse(void **state)
{
	static const struct { const char *text; uint64_t size; } good[] = {
		{ "0", 0 }, { "00012", 12 }, { "4096", 4096 }, { "0x1000", 4096 }, { "0X1f", 31 },
		{ "0xAbC", 0xabc }, { "8M", 8388608 }, { "8m", 8388608 }, { "96K", 98304 },
		{ "2G", 2147483648u }, { "0x10K", 16384 }, { "0xfffa0000", 0xfffa0000u },
		{ "9223372036854775807", INT64_MAX }, { "0x7fffffffffffffff", INT64_MAX },
		{ "8589934591G", 8589934591u << 30 },
	};
	static const char *const bad[] = {
		"", " ", "x", "0x", "0xg", "K", "-1", "+1", " 1", "1 ", "1.5M", "8MB", "8MiB",
		"8MM", "8T", "1e6", "0x0x1", "1_000", "\xff", "8\xcd", "9223372036854775808",
		"0x8000000000000000", "18446744073709551616", "99999999999999999999999999",
		"8589934592G", "0xffffffffffffffffffff",
	};
	uint64_t out;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		out = 77;
		if (!img_size_parse(good[i].text, &out) || out != good[i].size)
			fail_msg("\"%s\" is read as %llu", good[i].text, (unsigned long long)out);
	}
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		out = 77;
		if (img_size_parse(bad[i], &out) || out != 77)
			fail_msg("\"%s\" is read as %llu", bad[i], (unsigned long long)out);
	}
}

static void test_size_format(void **state)
{
	static const struct { uint64_t size; const char *text; } rows[] = {
		{ 0, "0" }, { 1, "1" }, { 1023, "1023" }, { 1024, "1K" }, { 1025, "1025" },
		{ 98304, "96K" }, { 8388608, "8M" }, { 12582912, "12M" },
		{ 8388608 + 1024, "8193K" }, { 4294967296u, "4G" }, { (uint64_t)1 << 40, "1024G" },
		{ UINT64_MAX, "18446744073709551615" },
	};
	uint64_t back;
	char out[24];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		img_size_format(rows[i].size, out);
		assert_string_equal(out, rows[i].text);
		if (rows[i].size > INT64_MAX)
			continue;
		assert_true(img_size_parse(out, &back));
		assert_true(back == rows[i].size);
	}
}

static void test_log2(void **state)
{
	unsigned n;

	(void)state;
	for (n = 0; n < 64; n++)
		assert_int_equal(img_log2((uint64_t)1 << n), n);
	assert_int_equal(img_log2(3), 1);
	assert_int_equal(img_log2(UINT64_MAX), 63);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_overlap),
		cmocka_unit_test(test_common),
		cmocka_unit_test(test_holds),
		cmocka_unit_test(test_size_parse),
		cmocka_unit_test(test_size_format),
		cmocka_unit_test(test_log2),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
