/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Above 16 MiB: the modes chips are found in, put into, and left in. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/chip/chip.h"
#include "tools/programmer/sim/bus.h"

static struct spi_bus *bus_with(const char *name, struct sim_chip **sim)
{
	struct spi_bus *bus;

	*sim = NULL;
	if (name)
		assert_int_equal(sim_chip_new(chip_part_by_name(name), 16000000, sim, NULL),
				 IMG_OK);
	assert_int_equal(sim_bus_new(*sim, NULL, &bus, NULL), IMG_OK);
	return bus;
}

static void letgo(struct spi_bus *bus, struct chip *chip)
{
	if (chip)
		assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

/* One command on a bus. */
static uint8_t command(struct spi_bus *bus, uint8_t op, uint32_t delay_us)
{
	uint8_t in = 0;
	const struct spi_transaction t = { &op, 1, &in, 1, delay_us };
	const struct spi_transaction alone = { &op, 1, NULL, 0, delay_us };

	assert_int_equal(bus->run(bus, op == 0x05 || op == 0x9f ? &t : &alone, 1, NULL), IMG_OK);
	return in;
}

static void fill(struct sim_chip *sim)
{
	struct img_span array = sim_chip_array(sim);
	uint8_t *bytes = img_span_bytes(array);
	size_t i;

	for (i = 0; i < img_span_size(array); i++)
		bytes[i] = (uint8_t)(i * 2654435761u >> 13);
}

static void reads_right(struct chip *chip, struct sim_chip *sim, uint64_t at)
{
	uint8_t want[300], is[300];

	assert_int_equal(img_view_copy(img_span_view(sim_chip_array(sim)), at, want, sizeof(want),
				       NULL), IMG_OK);
	assert_int_equal(chip_read(chip, at, img_span_of(is, sizeof(is)), NULL), IMG_OK);
	assert_memory_equal(is, want, sizeof(is));
}

/* Found in either mode, by a bit or by what can be read, and left as it was. */
static void check_mode(const char *name, bool four, bool blank, bool back)
{
	struct sim_chip *sim;
	struct spi_bus *bus = bus_with(name, &sim);
	struct chip *chip;

	if (!blank)
		fill(sim);
	command(bus, 0x06, 0);
	if (four)
		command(bus, 0xb7, 0);
	command(bus, 0x04, 0);
	assert_int_equal(sim_chip_in_4byte(sim), four);
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	reads_right(chip, sim, 0x123);
	reads_right(chip, sim, (17 << 20) - 100);
	reads_right(chip, sim, (32 << 20) - 300);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(sim_chip_in_4byte(sim), back);
	assert_int_equal(sim_chip_counts(sim)->outside, 0);
	letgo(bus, NULL);
}

static void test_modes(void **state)
{
	size_t four, blank;

	(void)state;
	for (four = 0; four < 2; four++) {
		for (blank = 0; blank < 2; blank++)
			check_mode("W25Q256FV", four, blank, four);	/* SR3 */
		check_mode("MX25L25635E", four, false, four);		/* by comparing */
		check_mode("GD25LQ256D", four, false, four);
		check_mode("MX25L25635E", four, true, false);		/* nothing tells */
		check_mode("N25Q256..3E", four, false, four);		/* its own commands */
	}
}

/* A chip with no other way than the extended address register. */
static void test_segments(void **state)
{
	struct chip_part part = *chip_part_by_name("W25Q256FV");
	uint8_t space[0x80];
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;
	const uint8_t write_ear[] = { 0xc5, 1 };
	const struct spi_transaction ear = { write_ear, 2, NULL, 0, 0 };

	(void)state;
	/* Described by SFDP alone: 32 MiB, D8 in 160 ms, and of the modes only C5. */
	memset(space, 0xff, sizeof(space));
	memcpy(space, "SFDP\6\1\0\377\0\6\1\20\20\0\0\377", 16);
	memset(space + 16, 0, 64);
	space[16] = 0x07;
	memcpy(space + 20, "\377\377\377\017", 4);
	memcpy(space + 44, "\020\330", 2);
	memcpy(space + 52, "\226\002", 2);
	memcpy(space + 56, "\200\007", 2);
	space[79] = 0x04;
	part.id[0] = 0x2a;
	assert_int_equal(sim_chip_new(&part, 16000000, &sim, NULL), IMG_OK);
	assert_int_equal(sim_chip_set_sfdp(sim, img_view_of(space, sizeof(space)), NULL), IMG_OK);
	assert_int_equal(sim_bus_new(sim, NULL, &bus, NULL), IMG_OK);
	fill(sim);
	command(bus, 0x06, 0);
	assert_int_equal(bus->run(bus, &ear, 1, NULL), IMG_OK);
	assert_int_equal(sim_chip_segment(sim), 1);
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	assert_int_equal(chip_info(chip)->geometry.erase_count, 1);
	reads_right(chip, sim, 0x123);
	reads_right(chip, sim, (16 << 20) - 100);	/* across */
	reads_right(chip, sim, 0x1234567);
	assert_int_equal(chip_erase(chip, &chip_info(chip)->geometry.erase[0], 0x1010000, NULL),
			 IMG_OK);
	reads_right(chip, sim, 0x1010000 - 100);
	assert_int_equal(chip_program(chip, 0x1010000, img_view_of("page", 4), NULL), IMG_OK);
	reads_right(chip, sim, 0x1010000);
	reads_right(chip, sim, 0x10000);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(sim_chip_segment(sim), 1);
	assert_int_equal(sim_chip_counts(sim)->raised, 0);
	letgo(bus, NULL);
}

/* The programmer goes away while a chip is being opened: a mode that was entered is left
 * again as far as that goes, and nothing hangs. */
static void test_open_cut(void **state)
{
	unsigned after;
	bool opened = false;

	(void)state;
	for (after = 1; !opened; after++) {
		struct sim_chip *sim;
		struct spi_bus *bus = bus_with("W25Q256FV", &sim);
		struct chip *chip = NULL;

		fill(sim);
		sim_chip_faults(sim)->link_lost_after = after;
		opened = chip_open(bus, &chip, NULL) == IMG_OK;
		if (opened)
			sim_chip_faults(sim)->link_lost_after = 0;
		letgo(bus, opened ? chip : NULL);
	}
	assert_in_range(after, 20, 100);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modes),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_open_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
