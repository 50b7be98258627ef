/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SFDP: what a real table says, what hostile ones may not do, and what a chip becomes by it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "tools/programmer/chip/chip.h"
#include "tools/programmer/chip/sfdp.h"
#include "tools/programmer/sim/bus.h"

#define TABLE 0x80
#define WORDS 16
#define SPACE (TABLE + 4 * WORDS)

/* As a W25Q128JV answers. */
static const uint8_t head[16] = {
	'S', 'F', 'D', 'P', 5, 1, 0, 0xff, 0, 5, 1, WORDS, TABLE, 0, 0, 0xff,
};
static const uint8_t table[4 * WORDS] = {
	0xe5, 0x20, 0xf9, 0xff, 0xff, 0xff, 0xff, 0x07,
	0x44, 0xeb, 0x08, 0x6b, 0x08, 0x3b, 0x42, 0xbb,
	0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00,
	0xff, 0xff, 0x40, 0xeb, 0x0c, 0x20, 0x0f, 0x52,
	0x10, 0xd8, 0x00, 0x00, 0x36, 0x02, 0xa6, 0x00,
	0x82, 0xea, 0x14, 0xc9, 0xe9, 0x63, 0x76, 0x33,
	0x7a, 0x75, 0x7a, 0x75, 0xf7, 0xa2, 0xd5, 0x5c,
	0x19, 0xf7, 0x4d, 0xff, 0xe9, 0x30, 0xf8, 0x80,
};

static void make_space(uint8_t space[SPACE])
{
	memset(space, 0xff, SPACE);
	memcpy(space, head, sizeof(head));
	memcpy(space + TABLE, table, sizeof(table));
}

static enum img_status decode(const uint8_t *bytes, size_t size, struct sfdp *s)
{
	return sfdp_decode_basic(img_view_of(bytes, size), s, NULL);
}

static void test_real(void **state)
{
	struct sfdp_table where;
	struct sfdp s;
	size_t count;

	(void)state;
	assert_int_equal(sfdp_count(img_view_of(head, 8), &count, NULL), IMG_OK);
	assert_int_equal(count, 1);
	assert_int_equal(sfdp_find(img_view_of(head + 8, 8), SFDP_BASIC, &where, NULL), IMG_OK);
	assert_int_equal(where.at, TABLE);
	assert_int_equal(where.size, 64);
	assert_int_equal(sfdp_find(img_view_of(head + 8, 8), SFDP_4BYTE, &where, NULL),
			 IMG_E_ABSENT);
	assert_int_equal(decode(table, sizeof(table), &s), IMG_OK);
	assert_int_equal(s.size, 16 << 20);
	assert_int_equal(s.page, 256);
	assert_int_equal(s.page_typical_us, 704);	/* 11 times 64; 700 by the data sheet */
	assert_int_equal(s.page_max_us, 704 * 6);
	assert_int_equal(s.erase_count, 3);
	assert_int_equal(s.erase[0].opcode, 0x20);
	assert_int_equal(s.erase[0].size, 4096);
	assert_int_equal(s.erase[0].typical_us, 64000);
	assert_int_equal(s.erase[1].typical_us, 128000);
	assert_int_equal(s.erase[2].opcode, 0xd8);
	assert_int_equal(s.erase[2].size, 65536);
	assert_int_equal(s.erase[2].typical_us, 160000);
	assert_int_equal(s.erase[2].max_us, 160000 * 14);
	assert_int_equal(s.address, SFDP_ADDRESS_3);
	assert_int_equal(s.quad_enable, 4);
	assert_true(s.modes_told);
	assert_false(s.enter_b7 || s.enter_06_b7 || s.ear_c5 || s.always_4byte);
}

/* Every length: the editions with 4, 9 and more words are good, what is shorter is not. */
static void test_lengths(void **state)
{
	size_t n;

	(void)state;
	for (n = 0; n <= sizeof(table); n++) {
		struct sfdp s = { .size = 1 };
		const enum img_status st = decode(table, n, &s);

		assert_int_equal(st, n < 16 ? IMG_E_BOUNDS : IMG_OK);
		assert_int_equal(s.size, n < 16 ? 1 : 16 << 20);
		if (st != IMG_OK)
			continue;
		assert_int_equal(s.erase_count, n / 4 < 8 ? 1 : n / 4 < 9 ? 2 : 3);
		assert_int_equal(s.page, n / 4 < 11 ? 0 : 256);
		assert_int_equal(s.quad_enable, n / 4 < 15 ? -1 : 4);
	}
	for (n = 0; n < 8; n++) {
		size_t count;

		assert_int_equal(sfdp_count(img_view_of(head, n), &count, NULL), IMG_E_BOUNDS);
	}
}

static void with_word(size_t number, uint32_t value, enum img_status want)
{
	uint8_t bytes[sizeof(table)];
	struct sfdp s;

	memcpy(bytes, table, sizeof(bytes));
	img_put_le32(bytes + 4 * (number - 1), value);
	assert_int_equal(decode(bytes, sizeof(bytes), &s), want);
}

static void test_bad_fields(void **state)
{
	(void)state;
	with_word(2, 0x00ffffff, IMG_OK);			/* 2 MiB */
	with_word(2, 0x80000000 | 27, IMG_OK);			/* 16 MiB the other way */
	with_word(2, 0x80000000 | 30, IMG_OK);			/* 128 MiB */
	with_word(2, 0x80000000 | 31, IMG_E_UNSUPPORTED);	/* 256 MiB */
	with_word(2, 0xffffffff, IMG_E_UNSUPPORTED);
	with_word(2, 0, IMG_E_UNSUPPORTED);
	with_word(2, 0x80000000, IMG_E_UNSUPPORTED);
	with_word(2, 0x07fffffe, IMG_E_CORRUPT);		/* no whole bytes */
	with_word(2, 0x05ffffff, IMG_E_CORRUPT);		/* no power of two */
	with_word(8, 0x52192019, IMG_E_CORRUPT);		/* erases more than there is */
	with_word(8, 0x20ff200c, IMG_E_CORRUPT);
	with_word(8, 0x200f200c, IMG_E_CORRUPT);		/* one opcode, two sizes */
	with_word(8, 0x520f210c, IMG_OK);			/* word 1 has another 4K opcode */
	with_word(1, 0xfff952e5, IMG_E_CORRUPT);		/* 52 is 4K here and 32K there */
}

/* Commands that do something else on every chip are no erase commands. */
static void test_hostile_opcodes(void **state)
{
	unsigned opcode;

	(void)state;
	for (opcode = 0; opcode < 256; opcode++) {
		uint8_t bytes[sizeof(table)];
		struct sfdp s;
		size_t i;

		memcpy(bytes, table, sizeof(bytes));
		bytes[33] = (uint8_t)opcode;
		bytes[32] = 17;
		if (decode(bytes, sizeof(bytes), &s) != IMG_OK)
			continue;
		for (i = 0; i < s.erase_count; i++)
			if (!strchr("\x20\x21\x52\x53\x5c\x81\xd7\xd8\xdb\xdc", s.erase[i].opcode))
				fail_msg("%02X is taken for an erase", s.erase[i].opcode);
		assert_int_equal(s.erase_count, opcode && memchr("\x21\x53\x5c\x81\xd7\xd8\xdb\xdc",
								 (int)opcode, 8) ? 3 : 2);
	}
}

static void test_headers(void **state)
{
	uint8_t headers[4 * 8] = { 0 };
	struct sfdp_table where;
	struct img_view v = img_view_of(headers, sizeof(headers));
	size_t count;
	uint8_t bad[8];

	(void)state;
	memcpy(bad, head, 8);
	bad[0] = 's';
	assert_int_equal(sfdp_count(img_view_of(bad, 8), &count, NULL), IMG_E_ABSENT);
	memcpy(bad, head, 8);
	bad[5] = 2;
	assert_int_equal(sfdp_count(img_view_of(bad, 8), &count, NULL), IMG_E_UNSUPPORTED);
	memcpy(bad, head, 8);
	bad[6] = 0xff;
	assert_int_equal(sfdp_count(img_view_of(bad, 8), &count, NULL), IMG_OK);
	assert_int_equal(count, 256);

	assert_int_equal(sfdp_find(v, SFDP_BASIC, &where, NULL), IMG_E_ABSENT);
	memcpy(headers, head + 8, 8);
	memcpy(headers + 16, head + 8, 8);
	headers[17] = 6;			/* a newer one */
	headers[20] = 0x90;
	assert_int_equal(sfdp_find(v, SFDP_BASIC, &where, NULL), IMG_OK);
	assert_int_equal(where.at, 0x90);
	headers[18] = 2;			/* of a revision we do not know */
	assert_int_equal(sfdp_find(v, SFDP_BASIC, &where, NULL), IMG_OK);
	assert_int_equal(where.at, TABLE);
	headers[4] = 39;			/* into the headers */
	assert_int_equal(sfdp_find(v, SFDP_BASIC, &where, NULL), IMG_E_CORRUPT);
	headers[4] = 40;
	assert_int_equal(sfdp_find(v, SFDP_BASIC, &where, NULL), IMG_OK);
	headers[5] = headers[6] = 0xff;		/* its end is beyond 24 bits */
	headers[4] = 0xf0;
	assert_int_equal(sfdp_find(v, SFDP_BASIC, &where, NULL), IMG_E_CORRUPT);
	memcpy(headers, head + 8, 8);
	headers[3] = 0;
	assert_int_equal(sfdp_find(v, SFDP_BASIC, &where, NULL), IMG_E_CORRUPT);
}

static void test_4byte(void **state)
{
	/* 13, 0C, 12, and all types with 21, 5C, DC */
	static const uint8_t four[8] = { 0x43, 0x0e, 0, 0, 0x21, 0x5c, 0xdc, 0xff };
	struct sfdp s;
	size_t n;

	(void)state;
	assert_int_equal(decode(table, sizeof(table), &s), IMG_OK);
	for (n = 0; n < sizeof(four); n++)
		assert_int_equal(sfdp_decode_4byte(img_view_of(four, n), &s, NULL), IMG_E_BOUNDS);
	assert_int_equal(sfdp_decode_4byte(img_view_of(four, n), &s, NULL), IMG_OK);
	assert_true(s.read_13 && s.fast_read_0c && s.program_12);
	assert_int_equal(s.erase_4[0], 0x21);
	assert_int_equal(s.erase_4[1], 0x5c);
	assert_int_equal(s.erase_4[2], 0xdc);
}

static struct spi_bus *bus_of(const char *name, const uint8_t *space, size_t size,
			      struct sim_chip **sim)
{
	const struct chip_part *part = chip_part_by_name(name);
	struct spi_bus *bus;

	assert_int_equal(sim_chip_new(part, 16000000, sim, NULL), IMG_OK);
	assert_int_equal(sim_chip_set_sfdp(*sim, img_view_of(space, size), NULL), IMG_OK);
	assert_int_equal(sim_bus_new(*sim, NULL, &bus, NULL), IMG_OK);
	return bus;
}

static enum img_status open_with(const char *name, const uint8_t *space, size_t size,
				 uint64_t told, struct chip_info *info)
{
	const struct chip_options options = { .size = told };
	struct sim_chip *sim;
	struct spi_bus *bus = bus_of(name, space, size, &sim);
	struct chip *chip;
	const enum img_status st = chip_open_with(bus, &options, &chip, NULL);

	if (st == IMG_OK) {
		*info = *chip_info(chip);
		assert_int_equal(chip_close(chip, NULL), IMG_OK);
	}
	assert_int_equal(sim_chip_counts(sim)->early + sim_chip_counts(sim)->outside, 0);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
	return st;
}

/* flashrom issue 367: a chip of 16 MiB that says 8. */
static void test_size_contradiction(void **state)
{
	uint8_t space[SPACE];
	struct chip_info info;

	(void)state;
	make_space(space);
	assert_int_equal(open_with("W25Q128FV", space, SPACE, 0, &info), IMG_OK);
	assert_true(info.sfdp);
	img_put_le32(space + TABLE + 4, 0x03ffffff);
	assert_int_equal(open_with("W25Q128FV", space, SPACE, 0, &info), IMG_E_REFUSED);
	assert_int_equal(open_with("W25Q128FV", space, SPACE, 32 << 20, &info), IMG_E_REFUSED);
	assert_int_equal(open_with("W25Q128FV", space, SPACE, 16 << 20, &info), IMG_OK);
	assert_int_equal(info.geometry.size, 16 << 20);
	assert_int_equal(open_with("W25Q128FV", space, SPACE, 8 << 20, &info), IMG_OK);
	assert_int_equal(info.geometry.size, 8 << 20);
}

/* A W25Q64BV: 20 4K, 52 32K, D8 64K. What contradicts every candidate is not used. */
static void test_doubtful_erase(void **state)
{
	uint8_t space[SPACE];
	struct chip_info info;

	(void)state;
	make_space(space);
	space[TABLE + 30] = 0x10;	/* 52 erases 64K */
	assert_int_equal(open_with("W25Q128FV", space, SPACE, 0, &info), IMG_OK);
	assert_int_equal(info.geometry.erase_count, 2);
	assert_int_equal(info.geometry.erase[0].opcode, 0x20);
	assert_int_equal(info.geometry.erase[1].opcode, 0xd8);
}

/* Whatever single byte of it lies: nothing is sent that the chip's entry does not have, and
 * the chip is what its id says, or refused for its size. */
static void test_mutations(void **state)
{
	static const uint8_t values[] = { 0x00, 0x01, 0x0c, 0x20, 0x7f, 0x80, 0xd8, 0xff };
	uint8_t space[SPACE];
	struct chip_info info;
	size_t at, i, k, end = sizeof(head) + sizeof(table);

	(void)state;
	for (k = 0; k < end; k++) {
		at = k < sizeof(head) ? k : TABLE + k - sizeof(head);
		for (i = 0; i < sizeof(values); i++) {
			enum img_status st;

			make_space(space);
			space[at] = values[i];
			st = open_with("W25Q128FV", space, SPACE, 0, &info);
			if (st != IMG_OK)
				assert_int_equal(st, IMG_E_REFUSED);
			else
				assert_int_equal(info.geometry.size, 16 << 20);
		}
	}
}

/* Cut off anywhere, the rest reads FF. */
static void test_truncations(void **state)
{
	uint8_t space[SPACE];
	struct chip_info info;
	size_t n;

	(void)state;
	make_space(space);
	for (n = 0; n <= SPACE; n++) {
		const enum img_status st = open_with("W25Q128FV", space, n, 0, &info);

		if (st != IMG_OK)
			assert_int_equal(st, IMG_E_REFUSED);
	}
}

/* One that no table has: only what it says of itself. */
static void test_unknown_chip(void **state)
{
	static const struct chip_part odd = {
		.vendor = "?", .name = "?", .id = { 0x12, 0x34, 0x18 }, .id_size = 3,
		.size = 16 << 20, .flags = CHIP_SFDP | CHIP_WRSR_06,
		.erase = { { 0x20, 4096, NULL }, { 0x52, 32768, NULL }, { 0xd8, 65536, NULL } },
	};
	uint8_t space[SPACE];
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;

	(void)state;
	make_space(space);
	assert_int_equal(sim_chip_new(&odd, 16000000, &sim, NULL), IMG_OK);
	assert_int_equal(sim_chip_set_sfdp(sim, img_view_of(space, SPACE), NULL), IMG_OK);
	assert_int_equal(sim_bus_new(sim, NULL, &bus, NULL), IMG_OK);
	assert_int_equal(chip_open(bus, &chip, NULL), IMG_OK);
	assert_int_equal(chip_info(chip)->geometry.size, 16 << 20);
	assert_int_equal(chip_info(chip)->geometry.erase_count, 3);
	assert_int_equal(chip_info(chip)->geometry.page_typical_us, 704);
	assert_int_equal(chip_info(chip)->geometry.erase[2].typical_us, 160000);
	assert_int_equal(chip_close(chip, NULL), IMG_OK);
	assert_int_equal(bus->close(bus, NULL), IMG_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_real),
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_bad_fields),
		cmocka_unit_test(test_hostile_opcodes),
		cmocka_unit_test(test_headers),
		cmocka_unit_test(test_4byte),
		cmocka_unit_test(test_size_contradiction),
		cmocka_unit_test(test_doubtful_erase),
		cmocka_unit_test(test_mutations),
		cmocka_unit_test(test_truncations),
		cmocka_unit_test(test_unknown_chip),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
