/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Above 16 MiB three address bytes do not reach. In this order: commands of their own with
 * four address bytes, since they need no mode; 4-byte mode (B7) for the whole job; the
 * extended address register. A mode that was found is left behind as it was found.
 */
#include <string.h>

#include "tools/programmer/chip/state.h"

#define SEGMENT ((uint64_t)16 << 20)
#define BLOCK_MAX ((uint32_t)256 << 10)	/* more is a die */
#define PROBES 24			/* places that are compared to see the mode */
#define PROBE_BYTES 16
#define PROBE_STRIDE 0x10a6f3u		/* odd, so that all address bytes differ */

static bool is_native(uint8_t opcode)
{
	return opcode == OP_ERASE_4K_4 || opcode == OP_ERASE_32K_4 ||
	       opcode == OP_ERASE_32K_4_ISSI || opcode == OP_ERASE_64K_4;
}

static bool has_native_erase(const struct chip_geometry *g)
{
	size_t i;

	for (i = 0; i < g->erase_count && !is_native(g->erase[i].opcode); i++)
		;
	return i < g->erase_count;
}

/* Those that go with the addressing, smallest first. */
static void keep_erases(struct chip_geometry *g, bool native)
{
	size_t i, k, kept = 0;

	for (i = 0; i < g->erase_count; i++)
		if (is_native(g->erase[i].opcode) == native && g->erase[i].size <= BLOCK_MAX)
			g->erase[kept++] = g->erase[i];
	g->erase_count = kept;
	for (i = 1; i < kept; i++)
		for (k = i; k && g->erase[k - 1].size > g->erase[k].size; k--) {
			const struct chip_erase_kind larger = g->erase[k - 1];

			g->erase[k - 1] = g->erase[k];
			g->erase[k] = larger;
		}
}

enum img_status chip_choose_addressing(struct spi_chip *chip, struct img_error *err)
{
	struct chip_geometry *g = &chip->base.info.geometry;
	const unsigned flags = chip->traits.flags;
	const bool native = flags & CHIP_NATIVE_13 && flags & CHIP_NATIVE_12 &&
			    !(flags & CHIP_NO_NATIVE);

	if (chip->addressing == CHIP_ADDRESS_4 || g->size <= SEGMENT)
		;	/* as it is */
	else if (native && has_native_erase(g))
		chip->addressing = CHIP_ADDRESS_NATIVE;
	else if (flags & CHIP_ENTERS_4BYTE && !(flags & CHIP_E9_PASSWORD))
		chip->addressing = CHIP_ADDRESS_MODE;
	else if (flags & CHIP_EAR_C5)
		chip->addressing = CHIP_ADDRESS_EAR;
	else if (native)
		chip->addressing = CHIP_ADDRESS_NATIVE;
	else
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"a chip of %llu bytes, and no way is known to address what is "
				"above 16 MiB", (unsigned long long)g->size);
	keep_erases(g, chip->addressing == CHIP_ADDRESS_NATIVE);
	return IMG_OK;
}

/* B7 or E9; with a write enable around it where the chip wants one. */
static enum img_status switch_mode(struct spi_chip *chip, uint8_t opcode, struct img_error *err)
{
	const uint8_t wren = OP_WREN, wrdi = OP_WRDI;
	const struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { &opcode, 1, NULL, 0, 0 }, { &wrdi, 1, NULL, 0, 0 },
	};
	const bool enable = chip->traits.flags & CHIP_06_B7;

	return enable ? chip_run(chip, batch, 3, err) : chip_run(chip, batch + 1, 1, err);
}

/* What reads with four address bytes give, which in 3-byte mode is something else. */
static enum img_status sample(struct spi_chip *chip, uint8_t out[PROBES][PROBE_BYTES],
			      struct img_error *err)
{
	struct spi_transaction batch[PROBES];
	uint8_t frame[PROBES][5];
	size_t i;

	for (i = 0; i < PROBES; i++) {
		const uint32_t at = (uint32_t)(i * PROBE_STRIDE % chip->base.info.geometry.size);

		frame[i][0] = OP_READ;
		frame[i][1] = (uint8_t)(at >> 24);
		frame[i][2] = (uint8_t)(at >> 16);
		frame[i][3] = (uint8_t)(at >> 8);
		frame[i][4] = (uint8_t)at;
		batch[i] = (struct spi_transaction){ frame[i], 5, out[i], PROBE_BYTES, 0 };
	}
	return chip_run(chip, batch, PROBES, err);
}

/* Ends in 4-byte mode. Without a bit to ask, contents tell; of a blank chip nothing does,
 * and it is taken for one in the mode of every chip after power-up. */
static enum img_status enter_and_compare(struct spi_chip *chip, struct img_error *err)
{
	uint8_t before[PROBES][PROBE_BYTES], four[PROBES][PROBE_BYTES], three[PROBES][PROBE_BYTES];
	enum img_status st = sample(chip, before, err);

	chip->leave_4byte = true;
	if (st == IMG_OK)
		st = switch_mode(chip, OP_ENTER_4BYTE, err);
	if (st == IMG_OK)
		st = sample(chip, four, err);
	if (st != IMG_OK || memcmp(before, four, sizeof(four)))
		return st;
	st = switch_mode(chip, OP_LEAVE_4BYTE, err);
	if (st == IMG_OK)
		st = sample(chip, three, err);
	if (st == IMG_OK)
		st = switch_mode(chip, OP_ENTER_4BYTE, err);
	if (st == IMG_OK)
		chip->leave_4byte = !memcmp(three, four, sizeof(four));
	return st;
}

static enum img_status enter_by_bit(struct spi_chip *chip, struct img_error *err)
{
	const struct chip_bit bit = chip->traits.mode;
	uint8_t value;
	enum img_status st = chip_read_register(chip, bit.reg, &value, err);

	if (st != IMG_OK || value & bit.mask)
		return st;
	chip->leave_4byte = true;
	st = switch_mode(chip, OP_ENTER_4BYTE, err);
	if (st == IMG_OK)
		st = chip_read_register(chip, bit.reg, &value, err);
	if (st == IMG_OK && !(value & bit.mask))
		st = img_fail(err, IMG_E_IO, IMG_NOWHERE,
			      "the chip does not go into 4-byte mode (register %02X)", value);
	return st;
}

enum img_status chip_enter_addressing(struct spi_chip *chip, struct img_error *err)
{
	const uint8_t rdear = OP_RDEAR;
	enum img_status st;

	switch (chip->addressing) {
	case CHIP_ADDRESS_MODE:
		return chip->traits.mode.reg ? enter_by_bit(chip, err)
					     : enter_and_compare(chip, err);
	case CHIP_ADDRESS_EAR:
		st = chip_command(chip, &rdear, 1, &chip->ear_found, 1, err);
		chip->ear = chip->ear_found;
		return st;
	default:
		return IMG_OK;
	}
}

static enum img_status write_ear(struct spi_chip *chip, uint8_t value, struct img_error *err)
{
	const uint8_t wren = OP_WREN, wrdi = OP_WRDI, rdear = OP_RDEAR;
	const uint8_t write[2] = { OP_WREAR, value };
	uint8_t back;
	const struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { write, 2, NULL, 0, 0 }, { &wrdi, 1, NULL, 0, 0 },
		{ &rdear, 1, &back, 1, 0 },
	};
	enum img_status st;

	chip->ear_changed = true;
	st = chip_run(chip, batch, 4, err);
	if (st == IMG_OK && back != value)
		st = img_fail(err, IMG_E_IO, IMG_NOWHERE,
			      "the extended address register does not take %02X, it stays %02X",
			      value, back);
	if (st == IMG_OK)
		chip->ear = value;
	return st;
}

enum img_status chip_reach(struct spi_chip *chip, uint64_t at, struct img_error *err)
{
	const uint8_t segment = (uint8_t)(at / SEGMENT);

	if (chip->addressing != CHIP_ADDRESS_EAR || segment == chip->ear)
		return IMG_OK;
	return write_ear(chip, segment, err);
}

enum img_status chip_leave_addressing(struct spi_chip *chip, struct img_error *err)
{
	enum img_status st = IMG_OK;

	if (chip->leave_4byte)
		st = switch_mode(chip, OP_LEAVE_4BYTE, err);
	if (chip->ear_changed)
		st = write_ear(chip, chip->ear_found, err);
	return st;
}

size_t chip_put_address(const struct spi_chip *chip, uint8_t frame[CHIP_HEADER_MAX], uint8_t opcode,
			uint64_t at)
{
	const size_t bytes = chip->addressing == CHIP_ADDRESS_3 ||
			     chip->addressing == CHIP_ADDRESS_EAR ? 3 : 4;
	size_t i;

	frame[0] = opcode;
	for (i = 1; i <= bytes; i++)
		frame[i] = (uint8_t)(at >> 8 * (bytes - i));
	return 1 + bytes;
}

uint8_t chip_read_opcode(const struct spi_chip *chip)
{
	return chip->addressing == CHIP_ADDRESS_NATIVE ? OP_READ_4 : OP_READ;
}

uint8_t chip_program_opcode(const struct spi_chip *chip)
{
	return chip->addressing == CHIP_ADDRESS_NATIVE ? OP_PROGRAM_4 : OP_PROGRAM;
}
