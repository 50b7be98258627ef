/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pattern of what reads back wrong names the electrical fault. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/run/fault.h"

#define SIZE 256

static uint8_t want[SIZE], is[SIZE];

static void expect(const char *words)
{
	const char *text = run_fault(img_view_of(want, SIZE), img_view_of(is, SIZE));

	if (!strstr(text, words))
		fail_msg("\"%s\" does not say \"%s\"", text, words);
}

static int set_up(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SIZE; i++)
		want[i] = (uint8_t)(i * 2654435761u >> 13);
	return 0;
}

static void test_held(void **state)
{
	(void)state;
	memset(is, 0xff, SIZE);
	expect("nothing but FF comes: the clip slipped, or the chip has no power");
	memset(is, 0x00, SIZE);
	expect("nothing but 00 comes: the data line is held low, or shorted");
}

/* As the thread has it where 5A was wanted and AD came: one bit late, a 1 before it. */
static void test_shifted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SIZE; i++)
		is[i] = (uint8_t)(want[i] >> 1 | (i ? want[i - 1] << 7 : 0x80));
	expect("all bits come one clock late");
	for (i = 0; i + 1 < SIZE; i++)
		is[i] = (uint8_t)(want[i] << 1 | want[i + 1] >> 7);
	expect("all bits come one clock early");
}

static void test_doubled(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SIZE; i++)
		is[i] = want[i / 2];
	expect("every byte comes twice");
}

static void test_inverted(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SIZE; i++)
		is[i] = (uint8_t)~want[i];
	expect("every bit is inverted");
}

/* Nearly a pattern is none. */
static void test_none(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < SIZE; i++)
		is[i] = (uint8_t)~want[i];
	is[100] ^= 4;
	expect("check the contacts, shorten the wires or lower the clock");
	memcpy(is, want, SIZE);
	is[7] ^= 1;
	expect("check the contacts");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_shifted),
		cmocka_unit_test(test_doubled),
		cmocka_unit_test(test_inverted),
		cmocka_unit_test(test_none),
	};

	return cmocka_run_group_tests(tests, set_up, NULL);
}
