/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What tests with devices of umockdev's have in common. */
#ifndef TESTS_PROGRAMMER_MOCK_H
#define TESTS_PROGRAMMER_MOCK_H

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

#endif
