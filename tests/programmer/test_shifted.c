/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids whose bits come too late or too early are recognised, others are not. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/chip/chip.h"
#include "tools/programmer/chip/state.h"
#include "tools/programmer/sim/bus.h"

/* The bits of id from bit by on, or with by ones before it. */
static void shifted(const uint8_t id[3], int by, uint8_t out[CHIP_ID_READ])
{
	unsigned i;

	memset(out, 0, CHIP_ID_READ);
	for (i = 0; i < CHIP_ID_READ * 8; i++) {
		const int from = (int)i - by;
		unsigned bit = from < 0;

		if (from >= 0 && from < 24)
			bit = (unsigned)id[from / 8] >> (7 - from % 8) & 1u;
		out[i / 8] = (uint8_t)(out[i / 8] | bit << (7 - i % 8));
	}
}

static void test_late_and_early(void **state)
{
	static const uint8_t ids[][3] = { { 0xef, 0x40, 0x17 }, { 0xc2, 0x20, 0x16 } };
	const struct chip_part *part;
	uint8_t answer[CHIP_ID_READ];
	size_t i;
	int by, found;

	(void)state;
	for (i = 0; i < 2; i++)
		for (by = -4; by <= 8; by++) {
			if (!by)
				continue;
			shifted(ids[i], by, answer);
			part = chip_shifted_id(answer, sizeof(answer), &found);
			assert_non_null(part);
			assert_int_equal(found, by);
			assert_memory_equal(part->id, ids[i], 3);
		}
}

static void test_nothing(void **state)
{
	static const uint8_t none[][CHIP_ID_READ] = {
		{ 0 }, { 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff },
		{ 0x5a, 0xa5, 0x5a, 0xa5, 0x5a, 0xa5, 0x5a, 0xa5 }, { 0x12, 0x34, 0x56, 0x78 },
	};
	size_t i;
	int by;

	(void)state;
	for (i = 0; i < 4; i++)
		assert_null(chip_shifted_id(none[i], CHIP_ID_READ, &by));
	/* Of a short answer no bit beyond its end is looked at. */
	assert_null(chip_shifted_id(none[3], 3, &by));
	assert_null(chip_shifted_id(none[3], 0, &by));
}

static void test_sentence(void **state)
{
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;
	struct img_error err;
	unsigned late;

	(void)state;
	for (late = 1; late <= 7; late++) {
		assert_int_equal(sim_chip_new(chip_part_by_name("W25Q64BV"), 16000000, &sim, NULL),
				 IMG_OK);
		sim_chip_faults(sim)->late_bits = late;
		assert_int_equal(sim_bus_new(sim, NULL, &bus, NULL), IMG_OK);
		assert_int_equal(chip_open(bus, &chip, &err), IMG_E_CORRUPT);
		assert_non_null(strstr(err.text, "which is EF 40 17 (Winbond W25Q64"));
		assert_non_null(strstr(err.text, "too late"));
		assert_int_equal(bus->close(bus, NULL), IMG_OK);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_late_and_early), cmocka_unit_test(test_nothing),
		cmocka_unit_test(test_sentence),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
