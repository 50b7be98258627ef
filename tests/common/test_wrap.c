/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Prose is broken between words, and moves no terminal. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include <cmocka.h>

#include "tools/common/wrap.h"

static void assert_lines(const char *first, const char *text, const char *wanted)
{
	char *out = NULL;
	size_t size;
	FILE *to = open_memstream(&out, &size);

	assert_non_null(to);
	wrap_lines(to, 40, 2, first, text);
	assert_int_equal(fclose(to), 0);
	assert_string_equal(out, wanted);
	free(out);
}

static void test_words(void **state)
{
	(void)state;
	assert_lines("", "", "  \n");
	assert_lines("- ", "one  two", "  - one two\n");
	assert_lines("", "1234567890 1234567890 1234567890 1234567",
		     "  1234567890 1234567890 1234567890\n  1234567\n");
	/* 38 columns fit, also where characters have several bytes. */
	assert_lines("", "1234567890 1234567890 1234567890 12345",
		     "  1234567890 1234567890 1234567890 12345\n");
	assert_lines("", "1234567890 1234567890 1234567890 123\303\244\303\244",
		     "  1234567890 1234567890 1234567890 123\303\244\303\244\n");
}

static void test_escapes(void **state)
{
	(void)state;
	assert_lines("", "area \33[2J\x07 \377", "  area \\x1b[2J\\x07 \\xff\n");
	assert_lines("", "1234567890 1234567890 1234567890 1234\33",
		     "  1234567890 1234567890 1234567890\n  1234\\x1b\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_words),
		cmocka_unit_test(test_escapes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
