/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Identification, of each family and of what is no chip. */
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

/* Nothing that is not in its entry was sent to it. */
static void unhurt(const struct sim_chip *sim)
{
	const struct sim_counts *c = sim_chip_counts(sim);

	assert_int_equal(c->early + c->outside + c->raised + c->again, 0);
	assert_false(sim_chip_changed(sim));
}

/*
 * The id of an MX25L6405D is shared with parts on which 20 erases 64K, and with others on
 * which 52 erases 32K or 64K. Their SFDP tells the later ones apart.
 */
static void test_intersection(void **state)
{
	static const struct { const char *name; size_t kinds; uint32_t size_52; } rows[] = {
		{ "MX25L6405", 1, 0 }, { "MX25L6405D", 1, 0 }, { "MX25L6406E", 3, 65536 },
		{ "MX25L6436E", 3, 32768 },
	};
	struct sim_chip *sim;
	size_t i, k;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct spi_bus *bus = bus_with(rows[i].name, &sim);
		struct chip *chip;
		const struct chip_geometry *g;

		assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
		g = &chip_info(chip)->geometry;
		assert_int_equal(g->erase_count, rows[i].kinds);
		assert_int_equal(chip_info(chip)->sfdp, rows[i].kinds > 1);
		if (rows[i].kinds == 1)
			assert_int_equal(g->erase[0].opcode, 0xd8);
		for (k = 0; k < g->erase_count; k++)
			if (g->erase[k].opcode == 0x52)
				assert_int_equal(g->erase[k].size, rows[i].size_52);
		assert_true(chip_is_named(chip, rows[i].name));
		assert_true(chip_is_named(chip, chip_info(chip)->name));
		assert_int_equal(chip_is_named(chip, "MX25L6405D"), rows[i].kinds == 1);
		assert_false(chip_is_named(chip, "W25Q64BV"));
		assert_int_equal(chip_info(chip)->keeps_busy, rows[i].kinds == 1);
		unhurt(sim);
		letgo(bus, chip);
	}
}

struct family {
	const char *name, *among;
	uint32_t size;
	uint8_t id[4];
	size_t id_size, kinds;
	uint8_t opcode;		/* of the smallest erase */
	uint32_t erase;
	enum chip_program program;
};

static const struct family families[] = {
	{ "W25Q128FV", "W25Q128.V", 16, { 0xef, 0x40, 0x18 }, 3, 3, 0x20, 4, CHIP_PROGRAM_PAGE },
	{ "W25Q256FV", "W25Q256JV_Q", 32, { 0xef, 0x40, 0x19 }, 3, 3, 0x20, 4, CHIP_PROGRAM_PAGE },
	{ "MX25L25635E", "MX25L25635F", 32, { 0xc2, 0x20, 0x19 }, 3, 3, 0x20, 4,
	  CHIP_PROGRAM_PAGE },
	{ "MX66L1G45G", "MX66L1G45G", 128, { 0xc2, 0x20, 0x1b }, 3, 3, 0x21, 4,
	  CHIP_PROGRAM_PAGE },
	{ "N25Q064", "N25Q064..3E", 8, { 0x20, 0xba, 0x17 }, 3, 2, 0x20, 4, CHIP_PROGRAM_PAGE },
	{ "N25Q256..3E", "N25Q256..3E", 32, { 0x20, 0xba, 0x19 }, 3, 2, 0x21, 4,
	  CHIP_PROGRAM_PAGE },
	{ "MT25QL256", "MT25QL256", 32, { 0x20, 0xba, 0x19 }, 3, 3, 0x21, 4, CHIP_PROGRAM_PAGE },
	{ "S25FL128S......0", "S25FL127S-64kB", 16, { 0x01, 0x20, 0x18 }, 3, 1, 0xd8, 64,
	  CHIP_PROGRAM_PAGE },
	{ "S25FL128S......1", "S25FL127S-256kB", 16, { 0x01, 0x20, 0x18 }, 3, 1, 0xd8, 256,
	  CHIP_PROGRAM_PAGE },
	{ "S25FL128P......1", "S25FL128P......1", 16, { 0x01, 0x20, 0x18 }, 3, 1, 0xd8, 256,
	  CHIP_PROGRAM_PAGE },
	{ "S25FL256S......0", "S25FL256S......0", 32, { 0x01, 0x02, 0x19 }, 3, 1, 0xdc, 64,
	  CHIP_PROGRAM_PAGE },
	{ "SST25VF032B", "SST25VF032B", 4, { 0xbf, 0x25, 0x4a }, 3, 3, 0x20, 4,
	  CHIP_PROGRAM_AAI },
	{ "SST26VF032B", "SST26VF032B(A)", 4, { 0xbf, 0x26, 0x42 }, 3, 2, 0x20, 4,
	  CHIP_PROGRAM_PAGE },
	{ "AT25DF321", "AT25DF321", 4, { 0x1f, 0x47, 0x00 }, 3, 3, 0x20, 4, CHIP_PROGRAM_PAGE },
	{ "EN25B16T", "EN25B16T", 2, { 0x1c, 0x20, 0x15 }, 3, 1, 0xd8, 64, CHIP_PROGRAM_PAGE },
	{ "EN25P16", "EN25P16", 2, { 0x1c, 0x20, 0x15 }, 3, 1, 0xd8, 64, CHIP_PROGRAM_PAGE },
	{ "A25L80P", "A25L80P", 1, { 0x7f, 0x37, 0x20, 0x14 }, 4, 1, 0xd8, 64, CHIP_PROGRAM_PAGE },
	{ "LE25FW806", "LE25FW806", 1, { 0x62, 0x26 }, 2, 3, 0x20, 4, CHIP_PROGRAM_PAGE },
	{ "MX23L6454", "MX23L6454", 8, { 0xc2, 0x05, 0x17 }, 3, 0, 0, 0, CHIP_PROGRAM_NONE },
};

static void test_families(void **state)
{
	struct sim_chip *sim;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		const struct family *f = &families[i];
		struct spi_bus *bus = bus_with(f->name, &sim);
		const struct chip_info *info;
		struct chip *chip;

		assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
		info = chip_info(chip);
		assert_int_equal(info->geometry.size, f->size << 20);
		assert_int_equal(info->id_size, f->id_size);
		assert_memory_equal(info->id, f->id, f->id_size);
		assert_true(chip_is_named(chip, f->among));
		assert_int_equal(info->geometry.program, f->program);
		if (info->geometry.erase_count != f->kinds)
			fail_msg("%s: %zu erase commands", f->name, info->geometry.erase_count);
		if (f->kinds) {
			assert_int_equal(info->geometry.erase[0].opcode, f->opcode);
			assert_int_equal(info->geometry.erase[0].size, f->erase << 10);
		}
		unhurt(sim);
		letgo(bus, chip);
	}
}

/* Those from before 9F, by what they have instead. */
static void test_old_ids(void **state)
{
	static const struct { const char *name; size_t id_size; } rows[] = {
		{ "M25P20-old", 1 }, { "LE25FU406B", 2 }, { "SST25LF080", 2 }, { "AT25F4096", 2 },
	};
	struct sim_chip *sim;
	size_t i;

	(void)state;
	for (i = 0; i < 4; i++) {
		struct spi_bus *bus = bus_with(rows[i].name, &sim);
		struct chip *chip;

		assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
		assert_true(chip_is_named(chip, rows[i].name));
		assert_int_equal(chip_info(chip)->id_size, rows[i].id_size);
		unhurt(sim);
		letgo(bus, chip);
	}
}

/* Extended id bytes that no row knows: whatever the id may be has to agree. */
static void test_unknown_variant(void **state)
{
	struct chip_part part = *chip_part_by_name("S25FL128S......0");
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;

	(void)state;
	part.ext[0] = 0x77;
	assert_int_equal(sim_chip_new(&part, 16000000, &sim, NULL), IMG_OK);
	assert_int_equal(sim_bus_new(sim, NULL, &bus, NULL), IMG_OK);
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	assert_int_equal(chip_info(chip)->geometry.erase_count, 0);
	assert_int_equal(chip_info(chip)->geometry.whole.opcode, 0xc7);
	assert_true(chip_info(chip)->mv_mixed);
	assert_int_equal(chip_info(chip)->mv_max, 2000);
	letgo(bus, chip);
}

static void test_supply(void **state)
{
	static const struct { const char *name; unsigned min, max; } rows[] = {
		{ "W25Q64BV", 2700, 3600 }, { "W25Q64FW", 1650, 1950 },
		{ "MX25U3235E", 1650, 2000 },
	};
	struct sim_chip *sim;
	size_t i;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct spi_bus *bus = bus_with(rows[i].name, &sim);
		struct chip *chip;

		assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
		assert_in_range(chip_info(chip)->mv_min, rows[i].min, rows[i].min + 50);
		assert_in_range(chip_info(chip)->mv_max, rows[i].max - 50, rows[i].max);
		assert_int_equal(chip_info(chip)->mv_mixed, i == 2);
		letgo(bus, chip);
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
	sim_chip_set_status(sim, 0x1c);			/* so that the erase is ignored */
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
				       .id_size = 3, .size = 524288 };
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

/* --- what else may be on the line --- */

/* A bus on which every answer is made by a function. */
struct fake {
	struct spi_bus bus;
	uint8_t (*byte)(struct fake *fake, const struct spi_transaction *t, size_t i);
	unsigned frames, forbidden;
};

static enum img_status fake_run(struct spi_bus *bus, const struct spi_transaction *batch, size_t n,
				struct img_error *err)
{
	struct fake *fake = (struct fake *)bus;
	size_t i, k;

	(void)err;
	for (i = 0; i < n; i++) {
		fake->frames++;
		if (batch[i].nout && !strchr("\x9f\xab\x5a\x05\x90\x15", batch[i].out[0]))
			fake->forbidden++;
		for (k = 0; k < batch[i].nin; k++)
			batch[i].in[k] = fake->byte(fake, &batch[i], k);
	}
	return IMG_OK;
}

static uint64_t fake_now(struct spi_bus *bus)
{
	(void)bus;
	return 0;
}

static enum img_status open_fake(uint8_t (*byte)(struct fake *, const struct spi_transaction *,
						 size_t), struct img_error *err)
{
	struct fake fake = { .bus = { .run = fake_run, .now_us = fake_now }, .byte = byte };
	struct chip *chip;
	const enum img_status st = chip_open(&fake.bus, &chip, err);

	assert_int_not_equal(st, IMG_OK);
	assert_int_equal(fake.forbidden, 0);
	assert_in_range(fake.frames, 1, 400);
	return st;
}

static uint8_t ones(struct fake *f, const struct spi_transaction *t, size_t i)
{
	(void)f, (void)t, (void)i;
	return 0xff;
}

static uint8_t zeros(struct fake *f, const struct spi_transaction *t, size_t i)
{
	(void)f, (void)t, (void)i;
	return 0x00;
}

static uint8_t noise(struct fake *f, const struct spi_transaction *t, size_t i)
{
	(void)t;
	return (uint8_t)(f->frames * 37 + i * 11);
}

static uint8_t stranger(struct fake *f, const struct spi_transaction *t, size_t i)
{
	(void)f;
	return t->out[0] == 0x9f && i < 3 ? (uint8_t)(0x2a + i) : 0xff;
}

static void test_told_apart(void **state)
{
	struct img_error err;

	(void)state;
	assert_int_equal(open_fake(ones, &err), IMG_E_ABSENT);
	assert_non_null(strstr(err.text, "FF FF FF"));
	assert_int_equal(open_fake(zeros, &err), IMG_E_ABSENT);
	assert_non_null(strstr(err.text, "00 00 00"));
	assert_int_equal(open_fake(noise, &err), IMG_E_CORRUPT);
	assert_non_null(strstr(err.text, "contacts"));
	assert_int_equal(open_fake(stranger, &err), IMG_E_UNSUPPORTED);
	assert_non_null(strstr(err.text, "2A 2B 2C"));
}

/* Error flags that somebody left are not taken for ours. */
static void test_old_errors(void **state)
{
	struct sim_chip *sim;
	struct spi_bus *bus = bus_with("N25Q064", &sim);
	struct chip *chip;

	(void)state;
	sim_chip_set_register(sim, CHIP_REG_FSR, 0x12);
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	assert_int_equal(sim_chip_register(sim, CHIP_REG_FSR), 0x80);
	letgo(bus, chip);
}

static void reads_right(struct chip *chip, struct sim_chip *sim, uint64_t at)
{
	uint8_t want[300], is[300];

	assert_int_equal(img_view_copy(img_span_view(sim_chip_array(sim)), at, want, sizeof(want),
				       NULL), IMG_OK);
	assert_int_equal(chip_read(chip, at, img_span_of(is, sizeof(is)), NULL), IMG_OK);
	assert_memory_equal(is, want, sizeof(is));
}

/* With -m a read comes before every command but those that find out what it is. */
static void test_keep_busy(void **state)
{
	const struct chip_options options = { .keep_busy = true };
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;
	uint64_t plain, busy;
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		uint8_t page[256];

		bus = bus_with("W25Q40.V", &sim);
		assert_int_equal(chip_open_with(bus, i ? &options : NULL, &chip, NULL), IMG_OK);
		plain = i ? plain : 0;
		busy = sim_chip_counts(sim)->frames;
		memset(page, 0x5a, sizeof(page));
		assert_int_equal(chip_program(chip, 0x100, img_view_of(page, 256), NULL), IMG_OK);
		reads_right(chip, sim, 0x80);
		busy = sim_chip_counts(sim)->frames - busy;
		plain = i ? plain : busy;
		assert_int_equal(sim_chip_counts(sim)->early, 0);
		letgo(bus, chip);
	}
	assert_true(busy >= 2 * plain);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_intersection),
		cmocka_unit_test(test_families),
		cmocka_unit_test(test_old_ids),
		cmocka_unit_test(test_unknown_variant),
		cmocka_unit_test(test_supply),
		cmocka_unit_test(test_told_apart),
		cmocka_unit_test(test_old_errors),
		cmocka_unit_test(test_keep_busy),
		cmocka_unit_test(test_asleep),
		cmocka_unit_test(test_disabled_at_close),
		cmocka_unit_test(test_nothing_there),
		cmocka_unit_test(test_unknown),
		cmocka_unit_test(test_busy),
		cmocka_unit_test(test_bounds),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
