/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests with devices of umockdev's have in common; behind <cmocka.h>. */
#ifndef TESTS_PROGRAMMER_MOCK_H
#define TESTS_PROGRAMMER_MOCK_H

#ifdef HAVE_UMOCKDEV

#include <stdlib.h>
#include <umockdev.h>
#include <unistd.h>

/* The devices are there only under the library that umockdev puts in front of libc: begins
 * anew with it. */
static inline void mock_enter(char **argv)
{
	if (umockdev_in_mock_environment() || getenv("LD_PRELOAD"))
		return;
	setenv("LD_PRELOAD", "libumockdev-preload.so.0", 1);
	setenv("ASAN_OPTIONS", "verify_asan_link_order=0:detect_leaks=0", 1);
	execv("/proc/self/exe", argv);
}

#else

static void mock_missing(void **state)
{
	(void)state;
	print_message("umockdev is not installed\n");
	skip();
}

/* What main() is where there is no umockdev: one test, which says so. */
static inline int mock_skip(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(mock_missing) };

	return cmocka_run_group_tests(tests, NULL, NULL);
}

#endif

#endif
