/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The serprog client against each firmware, in virtual time, and what becomes of it when
 * bytes get lost, the programmer falls silent or the line is cut. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/bus/serprog.h"
#include "tools/programmer/chip/part.h"
#include "tools/programmer/sim/bus.h"
#include "tools/programmer/sim/link.h"

#define PART "W25Q40.V"
#define SIZE ((size_t)512 << 10)

struct bench {
	struct sim_chip *chip;
	struct sim_link *link;
	struct spi_bus *bus;
	struct img_error err;
};

static struct bench make(const char *firmware)
{
	struct bench b = { 0 };
	struct spi_bus *below;
	uint8_t *array;
	size_t at;

	assert_int_equal(sim_chip_new(chip_part_by_name(PART), 16000000, &b.chip, NULL), IMG_OK);
	assert_int_equal(sim_bus_new(b.chip, NULL, &below, NULL), IMG_OK);
	assert_int_equal(sim_link_new(firmware_kind_by_name(firmware), &sim_link_usual, below,
				      &b.link, NULL), IMG_OK);
	array = img_span_bytes(sim_chip_array(b.chip));
	for (at = 0; at < SIZE; at++)
		array[at] = (uint8_t)(at * 7 >> 4);
	return b;
}

static enum img_status attach(struct bench *b, const struct serprog_options *o)
{
	struct wire *wire;

	assert_int_equal(sim_link_connect(b->link, &wire, NULL), IMG_OK);
	return serprog_attach(wire, o, &b->bus, &b->err);
}

static void attached(struct bench *b)
{
	static const struct serprog_options usual = { 0 };

	assert_int_equal(attach(b, &usual), IMG_OK);
}

static void detach(struct bench *b, enum img_status want)
{
	assert_int_equal(b->bus->close(b->bus, &b->err), want);
	b->bus = NULL;
}

static void drop(struct bench *b)
{
	if (b->bus)
		detach(b, IMG_OK);
	assert_int_equal(sim_link_free(b->link, NULL), IMG_OK);
}

static enum img_status read_at(struct bench *b, uint32_t at, uint8_t *into, size_t n)
{
	const uint8_t frame[] = { 0x03, (uint8_t)(at >> 16), (uint8_t)(at >> 8), (uint8_t)at };
	const struct spi_transaction t = { frame, 4, into, n, 0 };

	return b->bus->run(b->bus, &t, 1, &b->err);
}

static bool right(const uint8_t *bytes, uint32_t at, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		if (bytes[i] != (uint8_t)((at + i) * 7 >> 4))
			return false;
	return true;
}

static const struct { const char *name; bool stream; const char *says; } firmwares[] = {
	{ "ideal", true, "romwright" },
	{ "pico", true, "pico-serprog" },
	{ "pico-libreboot", true, "pico-serprog" },
	{ "picoprog", false, "Picoprog" },
	{ "vserprog", true, "stm32-vserprog" },
	{ "duino", false, "frser-duino" },
};

/* Each is talked to in its own way, and none is asked for more than it can. */
static void test_firmwares(void **state)
{
	uint8_t bytes[2048];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(firmwares) / sizeof(firmwares[0]); i++) {
		struct bench b = make(firmwares[i].name);

		attached(&b);
		assert_non_null(strstr(b.bus->about, firmwares[i].says));
		assert_int_equal(!strstr(b.bus->about, "one command at a time"),
				 firmwares[i].stream);
		assert_int_equal(read_at(&b, 0x12345, bytes, sizeof(bytes)), IMG_OK);
		assert_true(right(bytes, 0x12345, sizeof(bytes)));
		assert_int_equal(sim_link_firmware(b.link)->overruns, 0);
		assert_true(sim_link_counts(b.link)->most_unread <= 2048);
		/* Once more: what the first client left does not bother the second. */
		detach(&b, IMG_OK);
		attached(&b);
		assert_int_equal(read_at(&b, 1, bytes, 16), IMG_OK);
		assert_true(right(bytes, 1, 16));
		drop(&b);
	}
}

static void test_forced(void **state)
{
	const struct serprog_options plain = { .pipeline = SERPROG_PLAIN };
	struct bench b = make("ideal");

	(void)state;
	assert_int_equal(attach(&b, &plain), IMG_OK);
	assert_non_null(strstr(b.bus->about, "one command at a time"));
	drop(&b);
}

static void test_clock(void **state)
{
	const struct serprog_options o = { .hertz = 5000000 };
	struct bench b = make("vserprog");

	(void)state;
	assert_int_equal(attach(&b, &o), IMG_OK);
	/* What it has, not what was asked. */
	assert_non_null(strstr(b.bus->about, "4.500 MHz"));
	drop(&b);
}

/* 64 pages as a stream: the time is the chip's and nobody's else, and the client, which is
 * woken for several pages at once, has most of it for itself. */
static void test_stream_time(void **state)
{
	static uint8_t frame[64][260];
	static const uint8_t wren = 0x06, rdsr = 0x05;
	struct spi_transaction batch[256];
	uint8_t before[64], after[64];
	struct bench b = make("pico");
	uint64_t us, writes;
	size_t i;

	(void)state;
	assert_int_equal(img_span_fill(sim_chip_array(b.chip), 0, SIZE, 0xff, NULL), IMG_OK);
	attached(&b);
	for (i = 0; i < 64; i++) {
		memset(frame[i], (int)i, 260);
		memcpy(frame[i], (uint8_t[]){ 2, 1, (uint8_t)i, 0 }, 4);
		batch[4 * i] = (struct spi_transaction){ &wren, 1, NULL, 0, 0 };
		batch[4 * i + 1] = (struct spi_transaction){ &rdsr, 1, &before[i], 1, 0 };
		batch[4 * i + 2] = (struct spi_transaction){ frame[i], 260, NULL, 0, 700 };
		batch[4 * i + 3] = (struct spi_transaction){ &rdsr, 1, &after[i], 1, 0 };
	}
	us = b.bus->now_us(b.bus);
	writes = sim_link_counts(b.link)->writes;
	assert_int_equal(b.bus->run(b.bus, batch, 256, &b.err), IMG_OK);
	us = b.bus->now_us(b.bus) - us;
	assert_in_range(sim_link_counts(b.link)->writes - writes, 1, 40);
	assert_in_range(us, 64 * 830, 64 * 900 + 1000);
	for (i = 0; i < 64; i++)
		assert_true(before[i] == 2 && after[i] == 0);
	assert_int_equal(sim_chip_counts(b.chip)->programs, 64);
	assert_true(sim_link_counts(b.link)->most_unread <= 2048);
	assert_int_equal(sim_link_counts(b.link)->overflows, 0);
	drop(&b);
}

static void test_select(void **state)
{
	struct bench b = make("pico-libreboot");
	uint64_t us;

	(void)state;
	attached(&b);
	us = b.bus->now_us(b.bus);
	assert_int_equal(b.bus->select(b.bus, 1, &b.err), IMG_E_TIMEOUT);
	assert_true(b.bus->now_us(b.bus) - us < 2000000);
	assert_non_null(strstr(b.err.text, "leave cs= out"));
	drop(&b);
	b = make("pico");
	attached(&b);
	assert_int_equal(b.bus->select(b.bus, 1, &b.err), IMG_E_UNSUPPORTED);
	assert_int_equal(b.bus->select(b.bus, 0, &b.err), IMG_OK);
	drop(&b);
}

/* A lost byte, either way: in step again, one command at a time, and the data are right. */
static void test_lost_byte(void **state)
{
	static uint8_t bytes[4][1024];
	uint64_t n, us;
	unsigned sent, failures = 0;

	(void)state;
	for (sent = 0; sent < 2; sent++)
		for (n = 1; n < 50; n += 6) {
			struct bench b = make("pico");
			struct sim_link_faults *f = sim_link_faults(b.link);
			enum img_status st;

			attached(&b);
			if (sent)
				f->lose_sent = sim_link_counts(b.link)->sent + n;
			else
				f->lose_answer = sim_link_counts(b.link)->answered + n * 20;
			us = b.bus->now_us(b.bus);
			st = read_at(&b, 0x100, bytes[0], sizeof(bytes[0]));
			/* It may take part of a second frame to show. */
			if (st == IMG_OK && right(bytes[0], 0x100, sizeof(bytes[0])))
				st = read_at(&b, 0x100, bytes[0], sizeof(bytes[0]));
			assert_true(b.bus->now_us(b.bus) - us < 2000000);
			failures += st != IMG_OK;
			if (st != IMG_OK) {
				assert_int_equal(st, IMG_E_CORRUPT);
				assert_int_equal(read_at(&b, 0x200, bytes[1], 1024), IMG_OK);
				assert_true(right(bytes[1], 0x200, 1024));
			}
			drop(&b);
		}
	assert_true(failures >= 8);
}

static void test_silence(void **state)
{
	struct bench b = make("pico");
	uint8_t bytes[64];
	uint64_t us;

	(void)state;
	attached(&b);
	sim_link_faults(b.link)->silent_after = 1;
	us = b.bus->now_us(b.bus);
	assert_int_equal(read_at(&b, 0, bytes, 64), IMG_E_TIMEOUT);
	assert_non_null(strstr(b.err.text, "unplug it"));
	detach(&b, IMG_E_IO);
	assert_true(sim_link_now_us(b.link) - us < 2000000);
	drop(&b);
}

static void test_closed(void **state)
{
	struct bench b = make("pico");
	uint8_t bytes[64];
	uint64_t us;

	(void)state;
	attached(&b);
	sim_link_faults(b.link)->closed_after = 3;
	us = b.bus->now_us(b.bus);
	assert_int_equal(read_at(&b, 0, bytes, 64), IMG_OK);
	assert_int_equal(read_at(&b, 0, bytes, 64), IMG_OK);
	assert_int_equal(read_at(&b, 0, bytes, 64), IMG_E_IO);
	assert_non_null(strstr(b.err.text, "closed the connection"));
	detach(&b, IMG_E_IO);
	assert_true(sim_link_now_us(b.link) - us < 2000000);
	drop(&b);
}

/* The cut may also come behind the batch, when the pins are released. */
static void cut_off(struct bench *b, const struct spi_transaction *batch, size_t n)
{
	enum img_status st = b->bus->run(b->bus, batch, n, &b->err);

	assert_true(st == IMG_OK || st == IMG_E_IO);
	st = b->bus->close(b->bus, &b->err);
	assert_true(st == IMG_OK || st == IMG_E_IO);
	b->bus = NULL;
}

/* The line is cut after every byte of a page that is programmed; the next client finds a
 * programmer that waits for more, and what it sends meanwhile changes nothing. */
static void test_cut_in_a_page(void **state)
{
	static const uint8_t wren = 0x06;
	static uint8_t frame[260] = { 2, 0, 1, 0 }, page[256];
	const struct spi_transaction batch[] = { { &wren, 1, NULL, 0, 0 },
						 { frame, 260, NULL, 0, 0 } };
	uint64_t cut;
	size_t i, n;

	(void)state;
	memset(frame + 4, 0x11, 256);
	for (cut = 8; cut < 280; cut += 3) {
		struct bench b = make("pico");

		assert_int_equal(img_span_fill(sim_chip_array(b.chip), 0, 65536, 0xff, NULL),
				 IMG_OK);
		attached(&b);
		sim_link_faults(b.link)->cut_after = sim_link_counts(b.link)->sent + cut;
		cut_off(&b, batch, 2);
		attached(&b);
		assert_int_equal(read_at(&b, 0x100, page, 256), IMG_OK);
		for (n = 0; n < 256 && page[n] == 0x11; n++)
			;
		for (i = n; i < 256; i++)
			assert_int_equal(page[i], 0xff);
		assert_int_equal(sim_chip_counts(b.chip)->erases, 0);
		assert_true(sim_chip_counts(b.chip)->programs <= 1);
		drop(&b);
	}
}

/* The same in an erase: the block that was meant is erased, or none. */
static void test_cut_in_an_erase(void **state)
{
	static const uint8_t wren = 0x06, rdsr = 0x05, erase[] = { 0x20, 0, 0x10, 0 };
	uint8_t before, after, byte;
	const struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { &rdsr, 1, &before, 1, 0 }, { erase, 4, NULL, 0, 0 },
		{ &rdsr, 1, &after, 1, 0 },
	};
	uint64_t cut;

	(void)state;
	for (cut = 1; cut < 40; cut++) {
		struct bench b = make("pico");

		attached(&b);
		sim_link_faults(b.link)->cut_after = sim_link_counts(b.link)->sent + cut;
		cut_off(&b, batch, 4);
		attached(&b);
		assert_true(sim_chip_counts(b.chip)->erases <= 1);
		assert_int_equal(read_at(&b, 0, &byte, 1), IMG_OK);
		assert_int_equal(img_view_filled(img_span_view(sim_chip_array(b.chip)), 0xff),
				 false);
		if (sim_chip_counts(b.chip)->erases) {
			struct img_view v;

			assert_int_equal(img_view_slice(img_span_view(sim_chip_array(b.chip)),
							0x1000, 0x1000, &v, NULL), IMG_OK);
			assert_true(img_view_filled(v, 0xff));
		}
		drop(&b);
	}
}

/* The same in a status write: the register is as it was or as it was to be, and no bit of
 * protection comes from the FFs that get the next client in step. */
static void test_cut_in_a_status_write(void **state)
{
	static const uint8_t wren = 0x06, rdsr = 0x05, write[] = { 0x01, 0x04, 0x00 };
	uint8_t after, byte;
	const struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { write, 3, NULL, 0, 0 }, { &rdsr, 1, &after, 1, 0 },
	};
	uint64_t cut;

	(void)state;
	for (cut = 1; cut < 30; cut++) {
		struct bench b = make("pico");

		attached(&b);
		sim_link_faults(b.link)->cut_after = sim_link_counts(b.link)->sent + cut;
		cut_off(&b, batch, 3);
		attached(&b);
		assert_int_equal(read_at(&b, 0, &byte, 1), IMG_OK);
		byte = sim_chip_register(b.chip, CHIP_REG_SR1);
		assert_true(byte == 0 || byte == 4);
		assert_int_equal(sim_chip_register(b.chip, CHIP_REG_SR2), 0);
		drop(&b);
	}
}

/* The pins are driven while a client is there, and let go of however it ends. */
static void test_pins(void **state)
{
	const struct serprog_options bad_clock = { .hertz = 16000000 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(firmwares) / sizeof(firmwares[0]); i++) {
		const bool offered = firmware_kind_by_name(firmwares[i].name)->pins;
		struct bench b = make(firmwares[i].name);

		attached(&b);
		assert_int_equal(sim_link_firmware(b.link)->driving, offered);
		detach(&b, IMG_OK);
		assert_false(sim_link_firmware(b.link)->driving);
		/* A byte that is lost while it is set up ends in an error, or not. */
		for (unsigned at = 1; at < 60; at++) {
			sim_link_faults(b.link)->lose_answer =
				sim_link_counts(b.link)->answered + at;
			if (attach(&b, &bad_clock) == IMG_OK)
				detach(&b, IMG_OK);
			b.bus = NULL;
			assert_false(sim_link_firmware(b.link)->driving);
		}
		drop(&b);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_firmwares),
		cmocka_unit_test(test_forced),
		cmocka_unit_test(test_clock),
		cmocka_unit_test(test_stream_time),
		cmocka_unit_test(test_select),
		cmocka_unit_test(test_lost_byte),
		cmocka_unit_test(test_silence),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_cut_in_a_page),
		cmocka_unit_test(test_cut_in_an_erase),
		cmocka_unit_test(test_cut_in_a_status_write),
		cmocka_unit_test(test_pins),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
