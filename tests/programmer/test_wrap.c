/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Contents that begin again at 16 MiB, and a chip that has such, for want of an address byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/chip/chip.h"
#include "tools/programmer/run/wrap.h"
#include "tools/programmer/sim/bus.h"
#include "tools/programmer/sim/fault.h"

#define MIB ((size_t)1 << 20)
#define HALF (16 * MIB)

static uint8_t *bytes;	/* 64 MiB */

static int set_up(void **state)
{
	size_t i;

	(void)state;
	bytes = malloc(4 * HALF);
	if (!bytes)
		return 1;
	for (i = 0; i < 4 * HALF; i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 24 ^ i >> 20);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	free(bytes);
	return 0;
}

static bool wraps(size_t size)
{
	return run_wraps(img_view_of(bytes, size));
}

/* Half the size twice is nothing remarkable where three bytes do. */
static void test_small(void **state)
{
	(void)state;
	memset(bytes, 0xa5, HALF);
	bytes[0] = 1;
	bytes[HALF / 2] = 1;
	assert_false(wraps(0));
	assert_false(wraps(HALF / 2));
	assert_false(wraps(HALF));
}

static void test_large(void **state)
{
	(void)state;
	assert_false(wraps(2 * HALF));
	memcpy(bytes + HALF, bytes, HALF);
	assert_true(wraps(2 * HALF));
	assert_true(wraps(4 * HALF));
	assert_true(wraps(HALF + MIB));
	bytes[2 * HALF - 1] ^= 1;
	assert_false(wraps(2 * HALF));
	assert_true(wraps(2 * HALF - 1));
	bytes[2 * HALF - 1] ^= 1;
	bytes[HALF] ^= 0x80;
	assert_false(wraps(2 * HALF));
}

static void test_blank(void **state)
{
	(void)state;
	memset(bytes, 0xff, 2 * HALF);
	assert_false(wraps(2 * HALF));
	memset(bytes, 0x00, 2 * HALF);
	assert_false(wraps(2 * HALF));
	bytes[5] = bytes[HALF + 5] = 1;
	assert_true(wraps(2 * HALF));
}

/* With commands of its own for four address bytes, and with 4-byte mode. */
static void check_chip(const char *name, bool broken)
{
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;
	struct img_span array;

	assert_int_equal(sim_chip_new(chip_part_by_name(name), 16000000, &sim, NULL), IMG_OK);
	array = sim_chip_array(sim);
	memset(img_span_bytes(array), 0x11, HALF);
	memset(img_span_bytes(array) + HALF, 0x22, HALF);
	img_span_bytes(array)[7] = 0x33;
	if (broken)
		assert_int_equal(sim_fault_of_chip("wrap16", sim_chip_faults(sim), NULL), IMG_OK);
	assert_int_equal(sim_bus_new(sim, NULL, &bus, NULL), IMG_OK);
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	assert_int_equal(chip_read(chip, 0, img_span_of(bytes, 2 * HALF), NULL), IMG_OK);
	assert_int_equal(wraps(2 * HALF), broken);
	assert_int_equal(bytes[HALF + 7], broken ? 0x33 : 0x22);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

static void test_chips(void **state)
{
	(void)state;
	check_chip("W25Q256FV", false);
	check_chip("W25Q256FV", true);
	check_chip("MX25L25635E", false);
	check_chip("MX25L25635E", true);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_large),
		cmocka_unit_test(test_small),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_chips),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
