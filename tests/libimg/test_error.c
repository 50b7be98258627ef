/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences and statuses of failures. */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/error.h"

static void test_fail(void **state)
{
	struct img_error err;

	(void)state;
	assert_int_equal(img_fail(&err, IMG_E_SPACE, 0x1000, "%s of %d", "one", 2), IMG_E_SPACE);
	assert_int_equal(err.status, IMG_E_SPACE);
	assert_int_equal(err.sys, 0);
	assert_int_equal(err.at, 0x1000);
	assert_string_equal(err.text, "one of 2");
	assert_int_equal(img_fail(NULL, IMG_E_CORRUPT, 0, "nobody reads this"), IMG_E_CORRUPT);
}

static void test_fail_errno(void **state)
{
	struct img_error err;

	(void)state;
	assert_int_equal(img_fail_errno(&err, ENOSPC, "cannot write"), IMG_E_IO);
	assert_int_equal(err.status, IMG_E_IO);
	assert_int_equal(err.sys, ENOSPC);
	assert_true(err.at == IMG_NOWHERE);
	assert_string_equal(err.text, "cannot write: No space left on device");
	assert_int_equal(img_fail_errno(NULL, EIO, "nobody reads this"), IMG_E_IO);
}

static void test_prefix(void **state)
{
	struct img_error err;

	(void)state;
	img_fail(&err, IMG_E_BOUNDS, 7, "it ends");
	img_error_prefix(&err, "chip %d", 2);
	assert_string_equal(err.text, "chip 2: it ends");
	assert_int_equal(err.status, IMG_E_BOUNDS);
	assert_int_equal(err.at, 7);
	img_error_prefix(NULL, "nobody");
	img_error_suffix(&err, "; %d more", 3);
	assert_non_null(strstr(err.text, "; 3 more"));
	img_error_suffix(NULL, "nobody");
}

/* A sentence of any length ends inside its field. */
static void test_long(void **state)
{
	char word[2 * sizeof(((struct img_error *)NULL)->text)];
	struct img_error err;

	(void)state;
	memset(word, 'x', sizeof(word) - 1);
	word[sizeof(word) - 1] = 0;
	img_fail(&err, IMG_E_USAGE, 0, "%s", word);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	img_error_prefix(&err, "%s", word);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
	img_fail_errno(&err, EIO, "%s", word);
	assert_int_equal(strlen(err.text), sizeof(err.text) - 1);
}

/* JSON consumers compare these words: they never change. */
static void test_words(void **state)
{
	static const char *const words[] = {
		[IMG_OK] = "ok", [IMG_E_NOMEM] = "nomem", [IMG_E_IO] = "io",
		[IMG_E_USAGE] = "usage", [IMG_E_ABSENT] = "absent", [IMG_E_BOUNDS] = "bounds",
		[IMG_E_CORRUPT] = "corrupt", [IMG_E_UNSUPPORTED] = "unsupported",
		[IMG_E_SPACE] = "space", [IMG_E_EXISTS] = "exists",
		[IMG_E_MISMATCH] = "mismatch", [IMG_E_TIMEOUT] = "timeout",
		[IMG_E_REFUSED] = "refused",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		assert_string_equal(img_status_word((enum img_status)i), words[i]);
	assert_string_equal(img_status_word((enum img_status)i), "unknown");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fail),
		cmocka_unit_test(test_fail_errno),
		cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_long),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
