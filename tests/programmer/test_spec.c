/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programmers as users write them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/bus/open.h"

static void test_good(void **state)
{
	struct bus_spec s;
	uint32_t hertz = 5, n = 5;

	(void)state;
	assert_int_equal(bus_spec_parse("serprog:dev=/dev/ttyUSB0:2000000,spispeed=16M,x,cs=0x1",
					&s, NULL), IMG_OK);
	assert_string_equal(s.kind, "serprog");
	assert_int_equal(s.count, 4);
	assert_string_equal(bus_spec_get(&s, "dev"), "/dev/ttyUSB0:2000000");
	assert_string_equal(bus_spec_get(&s, "x"), "");
	assert_null(bus_spec_get(&s, "y"));
	assert_int_equal(bus_spec_hertz(&s, "spispeed", &hertz, NULL), IMG_OK);
	assert_int_equal(hertz, 16000000);
	assert_int_equal(bus_spec_hertz(&s, "y", &hertz, NULL), IMG_OK);
	assert_int_equal(hertz, 16000000);
	assert_int_equal(bus_spec_number(&s, "cs", 1, &n, NULL), IMG_OK);
	assert_int_equal(n, 1);
	assert_int_equal(bus_spec_number(&s, "cs", 0, &n, NULL), IMG_E_USAGE);
	bus_spec_free(&s);
	assert_int_equal(bus_spec_parse("dummy", &s, NULL), IMG_OK);
	assert_int_equal(s.count, 0);
	bus_spec_free(&s);
	assert_int_equal(bus_spec_parse("internal:", &s, NULL), IMG_OK);
	bus_spec_free(&s);
}

static void test_bad(void **state)
{
	static const char *const bad[] = {
		"", ":image=x", "dummy:=x", "dummy:a=1,a=2", "dummy:,",
		"dummy:a,b,c,d,e,f,g,h,i,j,k,l,m,n,o,p,q",
	};
	struct bus_spec s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(bus_spec_parse(bad[i], &s, NULL), IMG_E_USAGE);
}

static void test_numbers(void **state)
{
	static const char *const bad[] = {
		"s:n=", "s:n=-1", "s:n=+1", "s:n= 1", "s:n=1x", "s:n=1kk", "s:n=1G", "s:n=0",
		"s:n=1001M", "s:n=99999999999999999999999", "s:n=M", "s:n=0x",
	};
	uint32_t hertz = 7;
	struct bus_spec s;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(bus_spec_parse(bad[i], &s, NULL), IMG_OK);
		assert_int_equal(bus_spec_hertz(&s, "n", &hertz, NULL), IMG_E_USAGE);
		assert_int_equal(hertz, 7);
		bus_spec_free(&s);
	}
}

static void opens(const char *text, uint64_t expected, enum img_status want)
{
	struct spi_bus *bus;
	struct bus_spec s;

	assert_int_equal(bus_spec_parse(text, &s, NULL), IMG_OK);
	assert_int_equal(bus_open(&s, expected, &bus, NULL), want);
	if (want == IMG_OK)
		assert_int_equal(bus->close(bus, NULL), IMG_OK);
	bus_spec_free(&s);
}

static void test_open(void **state)
{
	(void)state;
	opens("dummy", 0, IMG_OK);
	opens("dummy:emulate=W25Q64BV", 0, IMG_OK);
	opens("dummy:emulate=W25Q64BV,cs=0", 0, IMG_OK);
	opens("dummy:emulate=W25Q64BV,cs=1", 0, IMG_E_UNSUPPORTED);
	opens("dummy:emulate=W25Q64BV,spispeed=0", 0, IMG_E_USAGE);
	opens("dummy:emulate=W25Q64BV,speed=1M", 0, IMG_E_USAGE);
	opens("dummy:emulate=AT29C512", 0, IMG_E_USAGE);
	opens("dummy:image=", 0, IMG_E_USAGE);
	opens("dummy:image=-", 0, IMG_E_USAGE);
	opens("dummy:image=missing", 0, IMG_E_USAGE);
	opens("dummy:image=missing", 8 << 20, IMG_OK);
	opens("dummy:image=missing", 3 << 20, IMG_E_SPACE);
	opens("dummy:image=/", 8 << 20, IMG_E_IO);
	opens("noprog:x=y", 0, IMG_E_UNSUPPORTED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_bad),
		cmocka_unit_test(test_numbers),
		cmocka_unit_test(test_open),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
