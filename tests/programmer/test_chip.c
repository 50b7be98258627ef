/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identification, and the table of chips against the facts it was made from. */
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

static void test_names(void **state)
{
	const struct chip_part *p = chip_part_by_name("W25Q64BV");

	(void)state;
	assert_non_null(p);
	assert_int_equal(p->size, 8 << 20);
	assert_true(chip_part_is_named(p, "W25Q64BV/W25Q64CV/W25Q64FV"));
	assert_true(chip_part_is_named(p, "w25q64cv"));
	assert_true(chip_part_is_named(p, "W25Q64.V"));
	assert_false(chip_part_is_named(p, "W25Q64"));
	assert_false(chip_part_is_named(p, "W25Q64BV/"));
	assert_int_equal(chip_part_by_name("W25Q128FV")->size, 16 << 20);
	assert_int_equal(chip_part_by_name("W25Q16BV")->size, 2 << 20);
	assert_null(chip_part_by_name("W25Q"));
	assert_null(chip_part_by_name(""));
	assert_null(chip_part_by_size(3 << 20));
}

/* The id of an MX25L6405D is shared with parts on which 20 erases 64K. */
static void test_intersection(void **state)
{
	static const char *const names[] = {
		"MX25L6405", "MX25L6405D", "MX25L6406E", "MX25L6436E",
	};
	struct sim_chip *sim;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct spi_bus *bus = bus_with(names[i], &sim);
		struct chip *chip;

		assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
		assert_int_equal(chip_info(chip)->geometry.erase_count, 1);
		assert_int_equal(chip_info(chip)->geometry.erase[0].opcode, 0xd8);
		assert_int_equal(chip_info(chip)->geometry.erase[0].size, 65536);
		assert_true(chip_is_named(chip, "MX25L6406E/MX25L6408E"));
		assert_true(chip_is_named(chip, chip_info(chip)->name));
		assert_false(chip_is_named(chip, "W25Q64BV"));
		assert_int_equal(chip_close(chip, NULL), IMG_OK);
		assert_int_equal(bus->close(bus, NULL), IMG_OK);
	}
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

static void test_asleep(void **state)
{
	struct sim_chip *sim;
	struct spi_bus *bus = bus_with("W25Q64BV", &sim);
	struct chip *chip;

	(void)state;
	command(bus, 0xb9, 0);
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	assert_int_equal(chip_info(chip)->id[2], 0x17);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(command(bus, 0x9f, 0), 0xff);	/* asleep again, as it was found */
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

/* Write enable does not outlive the chip's handle. */
static void test_disabled_at_close(void **state)
{
	struct sim_chip *sim;
	struct spi_bus *bus = bus_with("W25Q40.V", &sim);
	struct chip *chip;

	(void)state;
	sim_chip_set_status(sim, 0x1c);			/* so that it stays set */
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	assert_int_equal(chip_erase(chip, &chip_info(chip)->geometry.erase[0], 0, NULL), IMG_E_IO);
	assert_int_equal(command(bus, 0x05, 0), 0x1e);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(command(bus, 0x05, 0), 0x1c);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

static void test_nothing_there(void **state)
{
	struct sim_chip *sim;
	struct spi_bus *bus = bus_with(NULL, &sim);
	struct chip *chip;

	(void)state;
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_E_ABSENT);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

static void test_unknown(void **state)
{
	const struct chip_part odd = { .vendor = "?", .name = "?", .id = { 0x12, 0x34, 0x13 },
				       .size = 524288 };
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;
	struct img_error err;

	(void)state;
	assert_int_equal(sim_chip_new(&odd, 16000000, &sim, NULL), IMG_OK);
	assert_int_equal(sim_bus_new(sim, NULL, &bus, NULL), IMG_OK);
	assert_int_equal(chip_open(bus, &chip, &err), IMG_E_UNSUPPORTED);
	assert_non_null(strstr(err.text, "12 34 13"));
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

static void test_busy(void **state)
{
	struct sim_chip *sim;
	struct spi_bus *bus = bus_with("W25Q40.V", &sim);
	struct chip *chip;

	(void)state;
	command(bus, 0x06, 0);
	command(bus, 0xc7, 0);
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_E_TIMEOUT);
	command(bus, 0x05, 2000000);
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

static void test_bounds(void **state)
{
	struct sim_chip *sim;
	struct spi_bus *bus = bus_with("W25Q40.V", &sim);
	struct chip *chip;
	uint8_t bytes[2] = { 0 };
	const struct chip_erase_kind *kind;

	(void)state;
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	kind = &chip_info(chip)->geometry.erase[0];
	assert_int_equal(chip_read(chip, 0x7ffff, img_span_of(bytes, 2), NULL), IMG_E_BOUNDS);
	assert_int_equal(chip_program(chip, 0x7ffff, img_view_of(bytes, 2), NULL), IMG_E_BOUNDS);
	assert_int_equal(chip_erase(chip, kind, 0x80000, NULL), IMG_E_BOUNDS);
	assert_int_equal(chip_erase(chip, kind, 0x800, NULL), IMG_E_BOUNDS);
	assert_false(chip_changed(chip) || sim_chip_changed(sim));
	/* Any place and length: pages are cut where the chip's end. */
	assert_int_equal(chip_program(chip, 0x1ff, img_view_of(bytes, 2), NULL), IMG_OK);
	assert_int_equal(sim_chip_counts(sim)->programs, 2);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

/* "20:4K,52:32K,D8:64K" */
static void erase_words(const struct chip_geometry *g, char *out, size_t size)
{
	size_t i, used = 0;

	*out = 0;
	for (i = 0; i < g->erase_count; i++)
		used += (size_t)snprintf(out + used, size - used, "%s%02X:%uK", i ? "," : "",
					 g->erase[i].opcode, g->erase[i].size / 1024);
}

static void check_fact(char *line, size_t *rows)
{
	char *cell[32], want[96], id[16];
	size_t n = 0, i;
	bool first = true;
	struct chip_geometry g = { 0 };

	while (n < 32 && (cell[n] = strsep(&line, "\t")))
		n++;
	if (n < 15 || strcmp(cell[5], "RDID9F"))
		return;
	for (i = 0; i < chip_part_count; i++) {
		const struct chip_part *p = &chip_parts[i];

		snprintf(id, sizeof(id), "%02X%02X%02X", p->id[0], p->id[1], p->id[2]);
		if (strcmp(id, cell[0]))
			continue;
		assert_string_equal(p->vendor, cell[3]);
		assert_int_equal(p->size, strtoul(cell[6], NULL, 10));
		if (!strstr(cell[4], p->name))
			fail_msg("%s is not in %s", p->name, cell[4]);
		if (first)
			chip_part_geometry(p, &g);
		else
			chip_geometry_intersect(&g, p);
		first = false;
		++*rows;
	}
	if (first)
		return;
	erase_words(&g, want, sizeof(want));
	assert_string_equal(want, cell[13]);
}

static void test_facts(void **state)
{
	const char *facts = getenv("FACTS");
	char path[4096], line[16384];
	size_t rows = 0;
	FILE *f;

	(void)state;
	if (!facts || !*facts)
		skip();
	snprintf(path, sizeof(path), "%s/chips.tsv", facts);
	f = fopen(path, "r");
	assert_non_null(f);
	while (fgets(line, sizeof(line), f))
		if (line[0] != '#')
			check_fact(line, &rows);
	fclose(f);
	assert_int_equal(rows, chip_part_count);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_intersection),
		cmocka_unit_test(test_asleep),
		cmocka_unit_test(test_disabled_at_close),
		cmocka_unit_test(test_nothing_there),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_bounds),
		cmocka_unit_test(test_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
