/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sets the families apart, on the simulated chip, command by command. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/chip/opcode.h"
#include "tools/programmer/sim/chip.h"

#define BYTES(...) ((const uint8_t[]){ __VA_ARGS__ }), sizeof((const uint8_t[]){ __VA_ARGS__ })

static struct sim_chip *make(const char *name)
{
	struct sim_chip *sim;

	assert_non_null(chip_part_by_name(name));
	assert_int_equal(sim_chip_new(chip_part_by_name(name), 16000000, &sim, NULL), IMG_OK);
	return sim;
}

static void send(struct sim_chip *sim, const uint8_t *out, size_t nout)
{
	const struct spi_transaction t = { out, nout, NULL, 0, 0 };

	sim_chip_frame(sim, &t);
}

static uint8_t ask(struct sim_chip *sim, const uint8_t *out, size_t nout)
{
	uint8_t in;
	const struct spi_transaction t = { out, nout, &in, 1, 0 };

	sim_chip_frame(sim, &t);
	return in;
}

static void rest(struct sim_chip *sim, uint32_t us)
{
	const struct spi_transaction t = { .delay_us = us };

	sim_chip_frame(sim, &t);
}

static uint8_t peek(struct sim_chip *sim, uint64_t at)
{
	uint8_t byte;

	assert_int_equal(img_view_copy(img_span_view(sim_chip_array(sim)), at, &byte, 1, NULL),
			 IMG_OK);
	return byte;
}

static void poke(struct sim_chip *sim, uint64_t at, uint8_t byte)
{
	assert_int_equal(img_span_fill(sim_chip_array(sim), at, 1, byte, NULL), IMG_OK);
}

/* SST25: all is protected after power-up; 50 before 01; single bytes, and words by AD. */
static void test_sst25(void **state)
{
	struct sim_chip *sim = make("SST25VF032B");

	(void)state;
	assert_int_equal(ask(sim, BYTES(0x05)), 0x3c);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0, 0, 0x11));
	assert_int_equal(peek(sim, 0), 0xff);
	send(sim, BYTES(0x04));
	send(sim, BYTES(0x01, 0x00));			/* neither 06 nor 50 */
	assert_int_equal(ask(sim, BYTES(0x05)), 0x3c);
	send(sim, BYTES(0x50));
	send(sim, BYTES(0x9f));				/* 50 is for the next command alone */
	send(sim, BYTES(0x01, 0x00));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x3c);
	send(sim, BYTES(0x50));
	send(sim, BYTES(0x01, 0x00));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x00);

	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0, 0, 0x11, 0x22));	/* two bytes are no program */
	assert_int_equal(peek(sim, 0), 0xff);
	send(sim, BYTES(0x02, 0, 0, 0, 0x11));
	rest(sim, 10);
	assert_int_equal(ask(sim, BYTES(0x05)), 0x00);
	assert_int_equal(peek(sim, 0), 0x11);

	send(sim, BYTES(0x06));
	send(sim, BYTES(0xad, 0, 0, 0x11, 1, 2));	/* odd */
	assert_false(ask(sim, BYTES(0x05)) & SR1_AAI);
	send(sim, BYTES(0xad, 0, 0, 0x10, 1, 2));
	assert_int_equal(ask(sim, BYTES(0x05)), SR1_AAI | SR1_WEL | SR1_WIP);
	rest(sim, 10);
	send(sim, BYTES(0xad, 3, 4));
	send(sim, BYTES(0xad, 9, 9));			/* busy: lost */
	rest(sim, 10);
	assert_int_equal(ask(sim, BYTES(0x9f)), 0xff);	/* nothing else is heard meanwhile */
	send(sim, BYTES(0xad, 5, 6));
	rest(sim, 10);
	send(sim, BYTES(0x04));
	assert_int_equal(ask(sim, BYTES(0x05)), 0);
	assert_int_equal(peek(sim, 0x11), 2);
	assert_int_equal(peek(sim, 0x13), 4);
	assert_int_equal(peek(sim, 0x14), 5);
	assert_int_equal(peek(sim, 0x16), 0xff);
	sim_chip_power_cycle(sim);
	assert_int_equal(ask(sim, BYTES(0x05)), 0x3c);
	sim_chip_free(sim);
}

/* Micron: refusals stand in the flag status register until 50. */
static void test_micron(void **state)
{
	struct sim_chip *sim = make("N25Q064");

	(void)state;
	sim_chip_set_status(sim, 0x04);			/* the last 64K */
	assert_int_equal(ask(sim, BYTES(0x70)), 0x80);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0xd8, 0x7f, 0, 0));
	assert_int_equal(ask(sim, BYTES(0x70)), 0xa2);
	send(sim, BYTES(0x02, 0x7f, 0, 0, 0));
	assert_int_equal(ask(sim, BYTES(0x70)), 0xb2);
	send(sim, BYTES(0x50));
	assert_int_equal(ask(sim, BYTES(0x70)), 0x80);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0xd8, 0x7e, 0, 0));
	assert_int_equal(ask(sim, BYTES(0x70)), 0x00);	/* busy, and no error */
	rest(sim, 200000);
	assert_int_equal(ask(sim, BYTES(0x70)), 0x80);
	/* 50 does not make a status write volatile here. */
	send(sim, BYTES(0x50));
	send(sim, BYTES(0x01, 0x00));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x04);
	sim_chip_free(sim);
}

/* Spansion: an error keeps the chip busy until 30; E9 and B9 are not what they are elsewhere. */
static void test_spansion(void **state)
{
	struct sim_chip *sim = make("S25FL128S......0");

	(void)state;
	assert_int_equal(ask(sim, BYTES(0x9f)), 0x01);
	sim_chip_set_status(sim, 0x1c);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0xd8, 0, 0, 0));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x1c | SR1_E_ERR | SR1_WEL | SR1_WIP);
	rest(sim, 10000000);
	assert_int_equal(ask(sim, BYTES(0x9f)), 0xff);
	assert_true(ask(sim, BYTES(0x05)) & SR1_WIP);
	send(sim, BYTES(0x30));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x1c);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0, 0, 0));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x1c | SR1_P_ERR | SR1_WEL | SR1_WIP);
	send(sim, BYTES(0x30));
	assert_int_equal(sim_chip_counts(sim)->outside, 0);
	send(sim, BYTES(0xb9));
	send(sim, BYTES(0xe9));
	assert_int_equal(sim_chip_counts(sim)->outside, 2);
	assert_int_equal(ask(sim, BYTES(0x9f)), 0x01);
	sim_chip_free(sim);
}

static void check_spansion_block(const char *name, uint8_t ext, uint32_t size)
{
	struct sim_chip *sim = make(name);
	uint8_t id[6];
	const uint8_t rdid = 0x9f;
	const struct spi_transaction t = { &rdid, 1, id, sizeof(id), 0 };

	sim_chip_frame(sim, &t);
	assert_int_equal(id[3], 0x4d);
	assert_int_equal(id[4], ext);
	assert_int_equal(id[5], 0x80);
	poke(sim, 0x80000, 0);
	poke(sim, 0x80000 + size - 1, 0);
	poke(sim, 0x80000 + size, 0);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0xd8, 0x08, 0x12, 0x34));
	assert_int_equal(peek(sim, 0x80000), 0xff);
	assert_int_equal(peek(sim, 0x80000 + size - 1), 0xff);
	assert_int_equal(peek(sim, 0x80000 + size), 0);
	sim_chip_free(sim);
}

/* The one with large blocks has large pages, too. */
static void check_spansion_page(const char *name, uint32_t page)
{
	struct sim_chip *sim = make(name);

	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0x01, 0xff, 0x11, 0x22, 0x33));
	assert_int_equal(peek(sim, 0x1ff), 0x11);
	assert_int_equal(peek(sim, page == 512 ? 0x000 : 0x100), 0x22);
	assert_int_equal(peek(sim, 0x200), 0xff);
	sim_chip_free(sim);
}

static void test_spansion_blocks(void **state)
{
	(void)state;
	check_spansion_page("S25FL128S......0", 256);
	check_spansion_page("S25FL128S......1", 512);
	check_spansion_block("S25FL128S......0", 1, 65536);
	check_spansion_block("S25FL128S......1", 0, 262144);
}

/* Four address bytes: by mode, by command, and not by mistake. */
static void test_4byte(void **state)
{
	struct sim_chip *sim = make("W25Q256FV");

	(void)state;
	poke(sim, 0x000102, 0x33);
	poke(sim, 0x1000102, 0x44);
	assert_int_equal(ask(sim, BYTES(0x03, 0x00, 0x01, 0x02)), 0x33);
	assert_int_equal(ask(sim, BYTES(0x13, 0x01, 0x00, 0x01, 0x02)), 0x44);
	assert_int_equal(ask(sim, BYTES(0x12, 1, 0, 1, 2, 0)), 0xff);	/* an FV has no 12 */
	assert_int_equal(peek(sim, 0x1000102), 0x44);
	send(sim, BYTES(0xb7));				/* this one wants a write enable */
	assert_false(sim_chip_in_4byte(sim));
	send(sim, BYTES(0x06));
	send(sim, BYTES(0xb7));
	assert_true(sim_chip_in_4byte(sim));
	assert_int_equal(ask(sim, BYTES(0x15)), 0x01);
	assert_int_equal(ask(sim, BYTES(0x03, 0x01, 0x00, 0x01, 0x02)), 0x44);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x20, 0x00, 0x01, 0x02));	/* three bytes erase nothing now */
	assert_false(sim_chip_changed(sim));
	send(sim, BYTES(0x20, 0x01, 0x00, 0x01, 0x02));
	assert_int_equal(peek(sim, 0x1000102), 0xff);
	assert_int_equal(peek(sim, 0x000102), 0x33);
	rest(sim, 100000);
	sim_chip_power_cycle(sim);
	assert_false(sim_chip_in_4byte(sim));
	send(sim, BYTES(0x06));
	send(sim, BYTES(0xc5, 0x01));
	assert_int_equal(ask(sim, BYTES(0xc8)), 0x01);
	poke(sim, 0x1000102, 0x55);
	assert_int_equal(ask(sim, BYTES(0x03, 0x00, 0x01, 0x02)), 0x55);
	sim_chip_free(sim);
}

/* Volatile or not, and WP#. */
static void test_status_write(void **state)
{
	struct sim_chip *sim = make("W25Q128FV");

	(void)state;
	send(sim, BYTES(0x50));
	send(sim, BYTES(0x01, 0x1c, 0x00));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x1c);	/* at once */
	sim_chip_power_cycle(sim);
	assert_int_equal(ask(sim, BYTES(0x05)), 0x00);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x01, 0x9c, 0x00));
	rest(sim, 20000);
	sim_chip_power_cycle(sim);
	assert_int_equal(ask(sim, BYTES(0x05)), 0x9c);
	sim_chip_faults(sim)->wp_low = true;
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x01, 0x00, 0x00));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x9c | SR1_WEL);
	sim_chip_faults(sim)->wp_low = false;
	send(sim, BYTES(0x01, 0x00, 0x01));		/* SRL */
	rest(sim, 20000);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x01, 0x1c, 0x00));
	assert_int_equal(ask(sim, BYTES(0x05)), SR1_WEL);
	sim_chip_free(sim);
}

/* BV: a 01 with one byte clears SR2. FV: it does not. */
static void test_one_byte(void **state)
{
	static const struct { const char *name; uint8_t after; } rows[] = {
		{ "W25Q64BV", 0x00 }, { "W25Q128FV", 0x02 },
	};
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct sim_chip *sim = make(rows[i].name);

		sim_chip_set_register(sim, CHIP_REG_SR2, 0x02);
		send(sim, BYTES(0x06));
		send(sim, BYTES(0x01, 0x00));
		rest(sim, 20000);
		assert_int_equal(ask(sim, BYTES(0x35)), rows[i].after);
		sim_chip_free(sim);
	}
}

static void test_macronix(void **state)
{
	struct sim_chip *sim = make("MX25L6406E");

	(void)state;
	sim_chip_set_status(sim, 0x24);			/* the lower half */
	assert_true(sim_chip_protects(sim, 0, 1));
	assert_true(sim_chip_protects(sim, 0x3fffff, 1));
	assert_false(sim_chip_protects(sim, 0x400000, 1));
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x20, 0, 0, 0));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x24 | SR1_WEL);	/* without a sign */
	send(sim, BYTES(0x20, 0x40, 0, 0));
	assert_int_equal(ask(sim, BYTES(0x05)), 0x24 | SR1_WEL | SR1_WIP);
	sim_chip_free(sim);
}

static void test_sector_locks(void **state)
{
	struct sim_chip *sim = make("AT25DF321");

	(void)state;
	assert_int_equal(ask(sim, BYTES(0x05)), 0x1c);	/* all locked, WP# high */
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x39, 0x01, 0, 0));
	assert_int_equal(ask(sim, BYTES(0x3c, 0x01, 0, 0)), 0x00);
	assert_int_equal(ask(sim, BYTES(0x3c, 0x02, 0, 0)), 0xff);
	assert_int_equal(ask(sim, BYTES(0x05)), 0x14);	/* some */
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x01, 0x00));
	rest(sim, 20000);
	assert_int_equal(ask(sim, BYTES(0x05)), 0x10);	/* none */
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x01, 0xbc));			/* all, and SPRL */
	rest(sim, 20000);
	assert_int_equal(ask(sim, BYTES(0x05)), 0x9c);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x01, 0x00));			/* clears SPRL and no more */
	rest(sim, 20000);
	assert_int_equal(ask(sim, BYTES(0x05)), 0x1c);
	sim_chip_free(sim);
}

static void test_sst26(void **state)
{
	struct sim_chip *sim = make("SST26VF032B");
	uint8_t locks[10];
	const uint8_t rbpr = 0x72;
	const struct spi_transaction read = { &rbpr, 1, locks, 10, 0 };

	(void)state;
	sim_chip_frame(sim, &read);
	assert_memory_equal(locks, "\x55\x55\xff\xff\xff\xff\xff\xff\xff\xff", 10);
	assert_true(sim_chip_protects(sim, 0x12345, 1));
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x98));
	assert_false(sim_chip_protects(sim, 0, 0x400000));
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x42, 0x00, 0x01, 0, 0, 0, 0, 0, 0, 0, 1));
	assert_true(sim_chip_protects(sim, 0x0000, 1));		/* the first 8K */
	assert_false(sim_chip_protects(sim, 0x2000, 0xe000));
	assert_true(sim_chip_protects(sim, 0x10000, 1));	/* the first whole 64K */
	assert_false(sim_chip_protects(sim, 0x20000, 0x3e0000));
	sim_chip_free(sim);
}

/* Wrong use is counted, right use is not. */
static void test_counts(void **state)
{
	struct sim_chip *sim = make("W25Q64BV");
	const struct sim_counts *c = sim_chip_counts(sim);

	(void)state;
	send(sim, BYTES(0xab));
	ask(sim, BYTES(0x05));
	ask(sim, BYTES(0x5a, 0, 0, 0, 0));
	assert_int_equal(c->early, 0);
	send(sim, BYTES(0x06));
	assert_int_equal(c->early, 1);
	ask(sim, BYTES(0x9f));				/* one byte of it is no id */
	send(sim, BYTES(0x04));
	assert_int_equal(c->early, 2);
	ask(sim, BYTES(0x9f));
	{
		uint8_t id[3];
		const uint8_t rdid = 0x9f;
		const struct spi_transaction t = { &rdid, 1, id, 3, 0 };

		sim_chip_frame(sim, &t);
	}
	send(sim, BYTES(0x06));
	assert_int_equal(c->early, 2);
	assert_int_equal(c->outside, 0);
	send(sim, BYTES(0x70));
	send(sim, BYTES(0x31, 0));
	assert_int_equal(c->outside, 2);

	send(sim, BYTES(0x02, 0, 0, 0, 0x0f));
	rest(sim, 1000);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0, 1, 0x0f));		/* another byte of the page */
	rest(sim, 1000);
	assert_int_equal(c->again, 0);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0, 0, 0x07));
	rest(sim, 1000);
	assert_int_equal(c->again, 1);
	assert_int_equal(c->raised, 0);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x20, 0, 0, 0));
	rest(sim, 50000);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0, 0, 0x0f));
	rest(sim, 1000);
	assert_int_equal(c->again, 1);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0, 0, 0xf0));
	assert_int_equal(c->raised, 1);
	sim_chip_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sst25),
		cmocka_unit_test(test_micron),
		cmocka_unit_test(test_spansion),
		cmocka_unit_test(test_spansion_blocks),
		cmocka_unit_test(test_4byte),
		cmocka_unit_test(test_status_write),
		cmocka_unit_test(test_one_byte),
		cmocka_unit_test(test_macronix),
		cmocka_unit_test(test_sector_locks),
		cmocka_unit_test(test_sst26),
		cmocka_unit_test(test_counts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
