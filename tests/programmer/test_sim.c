/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The simulated chip, command by command, as the data sheets describe them. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/chip/opcode.h"
#include "tools/programmer/sim/chip.h"

#define HERTZ 16000000
#define BYTES(...) ((const uint8_t[]){ __VA_ARGS__ }), sizeof((const uint8_t[]){ __VA_ARGS__ })

static struct sim_chip *make(const char *name)
{
	struct sim_chip *sim;

	assert_int_equal(sim_chip_new(chip_part_by_name(name), HERTZ, &sim, NULL), IMG_OK);
	return sim;
}

static void send(struct sim_chip *sim, const uint8_t *out, size_t nout)
{
	const struct spi_transaction t = { out, nout, NULL, 0, 0 };

	sim_chip_frame(sim, &t);
}

static void ask(struct sim_chip *sim, const uint8_t *out, size_t nout, uint8_t *in, size_t nin)
{
	const struct spi_transaction t = { out, nout, in, nin, 0 };

	sim_chip_frame(sim, &t);
}

static void pause_us(struct sim_chip *sim, uint32_t us)
{
	const struct spi_transaction t = { .delay_us = us };

	sim_chip_frame(sim, &t);
}

static uint8_t status(struct sim_chip *sim)
{
	uint8_t in;

	ask(sim, BYTES(0x05), &in, 1);
	return in;
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

static void answers(struct sim_chip *sim, const uint8_t *out, size_t nout, const uint8_t *want,
		    size_t n)
{
	uint8_t in[256];

	ask(sim, out, nout, in, n);
	assert_memory_equal(in, want, n);
}

static void test_ids(void **state)
{
	struct sim_chip *sim = make("W25Q64BV");

	(void)state;
	answers(sim, BYTES(0x9f), BYTES(0xef, 0x40, 0x17, 0xff));
	answers(sim, BYTES(0x90, 0, 0, 0), BYTES(0xef, 0x16, 0xef));
	answers(sim, BYTES(0x90, 0, 0, 1), BYTES(0x16, 0xef));
	answers(sim, BYTES(0xab, 0, 0, 0), BYTES(0x16, 0x16));
	answers(sim, BYTES(0x77), BYTES(0xff, 0xff));
	sim_chip_free(sim);
	sim = make("MX25L3206E");
	answers(sim, BYTES(0x9f), BYTES(0xc2, 0x20, 0x16));
	answers(sim, BYTES(0x35), BYTES(0xff));		/* no second register */
	answers(sim, BYTES(0x5a, 0, 0, 0, 0), BYTES(0xff, 0xff, 0xff, 0xff));
	sim_chip_free(sim);
}

static void test_power_down(void **state)
{
	struct sim_chip *sim = make("W25Q64BV");

	(void)state;
	send(sim, BYTES(0xb9));
	answers(sim, BYTES(0x9f), BYTES(0xff, 0xff, 0xff));
	assert_int_equal(status(sim), 0xff);
	send(sim, BYTES(0xab));
	answers(sim, BYTES(0x9f), BYTES(0xef, 0x40, 0x17));
	sim_chip_free(sim);
}

/* By hand from JESD216: 4K by 20, 64 Mbit, then 4K:20, 32K:52, 64K:D8. */
static void test_sfdp(void **state)
{
	struct sim_chip *sim = make("W25Q64BV");

	(void)state;
	answers(sim, BYTES(0x5a, 0, 0, 0, 0),
		BYTES('S', 'F', 'D', 'P', 0, 1, 0, 0xff, 0, 0, 1, 9, 0x10, 0, 0, 0xff));
	answers(sim, BYTES(0x5a, 0, 0, 0x10, 0),
		BYTES(0xe5, 0x20, 0x80, 0xff, 0xff, 0xff, 0xff, 3));
	answers(sim, BYTES(0x5a, 0, 0, 0x2c, 0),
		BYTES(0x0c, 0x20, 0x0f, 0x52, 0x10, 0xd8, 0, 0, 0xff));
	sim_chip_free(sim);
}

static void test_read_wraps(void **state)
{
	struct sim_chip *sim = make("W25Q40.V");

	(void)state;
	poke(sim, 0x7ffff, 0x11);
	poke(sim, 0, 0x22);
	poke(sim, 1, 0x33);
	answers(sim, BYTES(0x03, 0x07, 0xff, 0xff), BYTES(0x11, 0x22, 0x33));
	answers(sim, BYTES(0x0b, 0x07, 0xff, 0xff, 0), BYTES(0x11, 0x22, 0x33));
	/* The dummy byte may as well be clocked in. */
	answers(sim, BYTES(0x0b, 0x07, 0xff, 0xff), BYTES(0xff, 0x11, 0x22));
	sim_chip_free(sim);
}

static void test_write_enable(void **state)
{
	struct sim_chip *sim = make("W25Q40.V");

	(void)state;
	assert_int_equal(status(sim), 0);
	send(sim, BYTES(0x06));
	assert_int_equal(status(sim), SR1_WEL);
	send(sim, BYTES(0x04));
	assert_int_equal(status(sim), 0);
	send(sim, BYTES(0x02, 0, 0, 0, 0x55));
	assert_int_equal(peek(sim, 0), 0xff);
	send(sim, BYTES(0x20, 0, 0, 0));
	assert_false(sim_chip_changed(sim));
	sim_chip_faults(sim)->wel_dead = true;
	send(sim, BYTES(0x06));
	assert_int_equal(status(sim), 0);
	sim_chip_free(sim);
}

static void test_program(void **state)
{
	struct sim_chip *sim = make("W25Q40.V");

	(void)state;
	poke(sim, 0x1fe, 0x0f);
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0x01, 0xfe, 0x3c, 0x22, 0x33));
	assert_int_equal(status(sim), SR1_WIP | SR1_WEL);
	assert_int_equal(peek(sim, 0x1fe), 0x0c);	/* only clears */
	assert_int_equal(peek(sim, 0x1ff), 0x22);
	assert_int_equal(peek(sim, 0x100), 0x33);	/* goes on at the start of its page */
	assert_int_equal(peek(sim, 0x200), 0xff);
	assert_int_equal(sim_chip_counts(sim)->raised, 1);
	/* Busy: nothing but the status. */
	answers(sim, BYTES(0x9f), BYTES(0xff, 0xff, 0xff));
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0x03, 0, 0));
	assert_int_equal(peek(sim, 0x300), 0xff);
	pause_us(sim, 700);
	assert_int_equal(status(sim), 0);
	assert_int_equal(sim_chip_counts(sim)->programs, 1);
	sim_chip_free(sim);
}

static void test_program_more_than_a_page(void **state)
{
	struct sim_chip *sim = make("W25Q40.V");
	uint8_t frame[4 + 258] = { 0x02, 0, 0, 0 };

	(void)state;
	memset(frame + 4, 0xaa, 256);
	frame[4 + 256] = 0x01;
	frame[4 + 257] = 0x02;
	send(sim, BYTES(0x06));
	send(sim, frame, sizeof(frame));
	assert_int_equal(peek(sim, 0), 0x01);		/* the last ones stay */
	assert_int_equal(peek(sim, 1), 0x02);
	assert_int_equal(peek(sim, 2), 0xaa);
	sim_chip_free(sim);
}

static void check_erase(const char *name, uint8_t opcode, uint32_t size)
{
	struct sim_chip *sim = make(name);

	assert_int_equal(img_span_fill(sim_chip_array(sim), 0, 0x40000, 0, NULL), IMG_OK);
	send(sim, BYTES(0x06));
	send(sim, BYTES(opcode, 0x02, 0x12, 0x34, 0));	/* a byte too many */
	send(sim, BYTES(opcode, 0x02, 0x12));		/* one too few */
	assert_false(sim_chip_changed(sim));
	send(sim, BYTES(opcode, 0x02, 0x12, 0x34));
	assert_int_equal(status(sim), SR1_WIP | SR1_WEL);
	assert_int_equal(peek(sim, (0x21234 & ~(size - 1)) - 1), 0);
	assert_int_equal(peek(sim, 0x21234 & ~(size - 1)), 0xff);
	assert_int_equal(peek(sim, (0x21234 | (size - 1))), 0xff);
	assert_int_equal(peek(sim, (0x21234 | (size - 1)) + 1), 0);
	pause_us(sim, 200000);
	assert_int_equal(status(sim), 0);
	sim_chip_free(sim);
}

static void test_erase(void **state)
{
	(void)state;
	check_erase("W25Q64BV", 0x20, 4096);
	check_erase("W25Q64BV", 0x52, 32768);
	check_erase("W25Q64BV", 0xd8, 65536);
	check_erase("MX25L6406E", 0x52, 65536);
	check_erase("MX25L6405", 0x20, 65536);
}

static void test_chip_erase(void **state)
{
	static const uint8_t opcodes[] = { 0x60, 0xc7 };
	size_t i;

	(void)state;
	for (i = 0; i < 2; i++) {
		struct sim_chip *sim = make("W25Q40.V");

		poke(sim, 0, 0);
		poke(sim, 0x7ffff, 0);
		send(sim, BYTES(0x06));
		send(sim, BYTES(opcodes[i], 0));
		assert_false(sim_chip_changed(sim));
		send(sim, &opcodes[i], 1);
		assert_int_equal(peek(sim, 0), 0xff);
		assert_int_equal(peek(sim, 0x7ffff), 0xff);
		pause_us(sim, 1000000);
		assert_true(status(sim) & SR1_WIP);
		pause_us(sim, 1000000);
		assert_false(status(sim) & SR1_WIP);
		sim_chip_free(sim);
	}
}

/* The status may be clocked on and on, and its bits fall when their time has come. */
static void test_status_in_one_frame(void **state)
{
	struct sim_chip *sim = make("W25Q40.V");
	static uint8_t in[2000];
	size_t i;

	(void)state;
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, 0, 0, 0, 0));
	ask(sim, BYTES(0x05), in, sizeof(in));
	for (i = 0; i < sizeof(in) && in[i] == (SR1_WIP | SR1_WEL); i++)
		;
	/* 700 us at half a microsecond per byte, one of which was the opcode */
	assert_in_range(i, 1395, 1400);
	for (; i < sizeof(in); i++)
		assert_int_equal(in[i], 0);
	assert_in_range(sim_chip_now_us(sim), 1000, 1010);
	sim_chip_free(sim);
}

static void write_status(struct sim_chip *sim, const uint8_t *out, size_t nout)
{
	send(sim, BYTES(0x06));
	send(sim, out, nout);
	pause_us(sim, 20000);
}

static void test_status_write(void **state)
{
	struct sim_chip *sim = make("W25Q64BV");

	(void)state;
	send(sim, BYTES(0x01, 0x1c));			/* no write enable */
	assert_int_equal(status(sim), 0);
	write_status(sim, BYTES(0x01, 0xff, 0x42));
	assert_int_equal(status(sim), 0xfc);
	answers(sim, BYTES(0x35), BYTES(0x42));
	write_status(sim, BYTES(0x01, 0x00));		/* one byte clears the second register */
	answers(sim, BYTES(0x35), BYTES(0x00));
	write_status(sim, BYTES(0x31, 0x02));		/* BV has no such command */
	answers(sim, BYTES(0x35), BYTES(0x00));
	sim_chip_free(sim);
	sim = make("W25Q128.V");
	write_status(sim, BYTES(0x31, 0x02));
	write_status(sim, BYTES(0x11, 0x04));
	write_status(sim, BYTES(0x01, 0x00));
	answers(sim, BYTES(0x35), BYTES(0x02));
	answers(sim, BYTES(0x15), BYTES(0x04));
	sim_chip_free(sim);
}

static bool takes_program(struct sim_chip *sim, uint32_t at)
{
	const uint64_t before = sim_chip_counts(sim)->programs;

	send(sim, BYTES(0x06));
	send(sim, BYTES(0x02, (uint8_t)(at >> 16), (uint8_t)(at >> 8), (uint8_t)at, 0xfe));
	pause_us(sim, 1000);
	send(sim, BYTES(0x04));
	return sim_chip_counts(sim)->programs != before;
}

/* Where protection begins and ends; ranges from the data sheet of the W25Q64BV, 8 MiB. */
static void test_protection(void **state)
{
	static const struct { uint8_t sr1, sr2; uint32_t start, end; } rows[] = {
		{ 0x04, 0, 0x7e0000, 0x800000 },	/* 1/64 from the top */
		{ 0x08, 0, 0x7c0000, 0x800000 },
		{ 0x18, 0, 0x400000, 0x800000 },	/* half */
		{ 0x24, 0, 0x000000, 0x020000 },	/* TB */
		{ 0x38, 0, 0x000000, 0x400000 },
		{ 0x44, 0, 0x7ff000, 0x800000 },	/* SEC */
		{ 0x50, 0, 0x7f8000, 0x800000 },
		{ 0x64, 0, 0x000000, 0x001000 },
		{ 0x04, 0x40, 0x000000, 0x7e0000 },	/* CMP */
		{ 0x24, 0x40, 0x020000, 0x800000 },
	};
	struct sim_chip *sim = make("W25Q64BV");
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		write_status(sim, BYTES(0x01, rows[i].sr1, rows[i].sr2));
		assert_false(takes_program(sim, rows[i].start));
		assert_false(takes_program(sim, rows[i].end - 256));
		if (rows[i].start)
			assert_true(takes_program(sim, rows[i].start - 256));
		if (rows[i].end < 0x800000)
			assert_true(takes_program(sim, rows[i].end));
	}
	write_status(sim, BYTES(0x01, 0x1c, 0x00));
	assert_false(takes_program(sim, 0));
	/* Ignored without a sign: WIP never rises, WEL stays; an erase likewise. */
	send(sim, BYTES(0x06));
	send(sim, BYTES(0xd8, 0, 0, 0));
	assert_int_equal(status(sim), 0x1c | SR1_WEL);
	send(sim, BYTES(0xc7));
	assert_int_equal(status(sim), 0x1c | SR1_WEL);
	sim_chip_free(sim);
}

static void test_reset(void **state)
{
	struct sim_chip *sim = make("W25Q128.V");

	(void)state;
	send(sim, BYTES(0x06));
	send(sim, BYTES(0x99));				/* not enabled */
	assert_int_equal(status(sim), SR1_WEL);
	send(sim, BYTES(0x66));
	assert_int_equal(status(sim), SR1_WEL);		/* anything in between cancels */
	send(sim, BYTES(0x99));
	assert_int_equal(status(sim), SR1_WEL);
	send(sim, BYTES(0x66));
	send(sim, BYTES(0x99));
	pause_us(sim, 30);
	assert_int_equal(status(sim), 0);
	sim_chip_free(sim);
}

static void test_faults(void **state)
{
	struct sim_chip *sim = make("W25Q40.V");
	struct sim_faults *f = sim_chip_faults(sim);

	(void)state;
	*f = (struct sim_faults){ .flip_read_mask = 0x80, .flip_read_at = 5, .flip_read_count = 1 };
	answers(sim, BYTES(0x03, 0, 0, 4), BYTES(0xff, 0x7f, 0xff));
	answers(sim, BYTES(0x03, 0, 0, 4), BYTES(0xff, 0xff, 0xff));
	*f = (struct sim_faults){ .lose_program = 2 };
	assert_true(takes_program(sim, 0));
	assert_false(takes_program(sim, 256));
	assert_true(takes_program(sim, 512));
	*f = (struct sim_faults){ .flip_program = 4 };
	assert_true(takes_program(sim, 1024));
	assert_int_equal(peek(sim, 1024), 0xff);	/* FE was sent */
	*f = (struct sim_faults){ .wip_stuck = true };
	assert_true(takes_program(sim, 2048));
	pause_us(sim, 100000000);
	assert_int_equal(status(sim), SR1_WIP | SR1_WEL);
	*f = (struct sim_faults){ .power_lost_after = sim_chip_counts(sim)->frames + 1 };
	assert_int_equal(status(sim), 0);
	assert_int_equal(status(sim), 0xff);
	sim_chip_power_cycle(sim);
	assert_int_equal(status(sim), 0);
	sim_chip_free(sim);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ids),
		cmocka_unit_test(test_power_down),
		cmocka_unit_test(test_sfdp),
		cmocka_unit_test(test_read_wraps),
		cmocka_unit_test(test_write_enable),
		cmocka_unit_test(test_program),
		cmocka_unit_test(test_program_more_than_a_page),
		cmocka_unit_test(test_erase),
		cmocka_unit_test(test_chip_erase),
		cmocka_unit_test(test_status_in_one_frame),
		cmocka_unit_test(test_status_write),
		cmocka_unit_test(test_protection),
		cmocka_unit_test(test_reset),
		cmocka_unit_test(test_faults),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
