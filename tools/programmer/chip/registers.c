/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Status registers. SR2 may be written by 01 with both bytes or by 31; a 01 with one byte
 * clears it on many chips (W25Q64BV, GD25Q64B), so where any candidate takes two bytes,
 * two are sent.
 */
#include "tools/programmer/chip/state.h"

#define WRITE_TYPICAL_US 10000u
#define WRITE_MAX_US 1000000u

static bool has_register(const struct spi_chip *chip, enum chip_register which)
{
	const unsigned flags = chip->traits.flags;

	switch (which) {
	case CHIP_REG_SR1: return true;
	case CHIP_REG_SR2: return flags & CHIP_SR2;
	case CHIP_REG_SR3: return flags & CHIP_SR3;
	case CHIP_REG_CR: return flags & CHIP_CR;
	case CHIP_REG_SCUR: return flags & CHIP_SCUR;
	case CHIP_REG_FSR: return chip->traits.errors == CHIP_ERRORS_MICRON;
	case CHIP_REG_NONE: return false;
	}
	return false;
}

static const uint8_t opcodes[] = {
	[CHIP_REG_SR1] = OP_RDSR1, [CHIP_REG_SR2] = OP_RDSR2, [CHIP_REG_SR3] = OP_RDSR3,
	[CHIP_REG_CR] = OP_RDCR, [CHIP_REG_SCUR] = OP_RDSCUR, [CHIP_REG_FSR] = OP_READ_FLAGS,
};

enum img_status chip_read_register(struct spi_chip *chip, enum chip_register which, uint8_t *out,
				   struct img_error *err)
{
	return chip_command(chip, &opcodes[which], 1, out, 1, err);
}

/* Where the security register has no say in protection it is left alone. */
enum img_status chip_read_registers(struct spi_chip *chip, struct chip_registers *out,
				    struct img_error *err)
{
	struct spi_transaction batch[CHIP_REG_CR + 1];
	struct chip_registers r = { { 0 } };
	enum img_status st;
	unsigned which;
	size_t n = 0;

	for (which = CHIP_REG_SR1; which <= CHIP_REG_CR; which++)
		if (has_register(chip, which))
			batch[n++] = (struct spi_transaction){ &opcodes[which], 1,
							       &r.value[which], 1, 0 };
	st = chip_run(chip, batch, n, err);
	/* The mode is shown there, not set. */
	r.value[chip->traits.mode.reg] &= (uint8_t)~chip->traits.mode.mask;
	/* Some of the candidates have no second register: then nobody drives the line. */
	if (r.value[CHIP_REG_SR2] == 0xff) {
		r.value[CHIP_REG_SR2] = 0;
		chip->traits.flags &= ~(unsigned)CHIP_SR2;
	}
	if (st == IMG_OK)
		*out = r;
	return st;
}

static enum img_status write_one(struct spi_chip *chip, const uint8_t *frame, size_t size,
				 struct img_error *err)
{
	const uint8_t enable = chip->traits.flags & CHIP_WRSR_50 ? OP_VOLATILE_WREN : OP_WREN;
	const struct spi_transaction batch[] = {
		{ &enable, 1, NULL, 0, 0 }, { frame, size, NULL, 0, 0 },
	};
	enum img_status st;

	chip->enabled = true;
	st = chip_run(chip, batch, 2, err);
	if (st == IMG_OK)
		st = chip_wait(chip, "status write", WRITE_TYPICAL_US, WRITE_MAX_US, IMG_NOWHERE,
			       err);
	return st;
}

static enum img_status write_all(struct spi_chip *chip, const struct chip_registers *is,
				 const struct chip_registers *want, struct img_error *err)
{
	const unsigned flags = chip->traits.flags;
	const uint8_t *from = is->value, *to = want->value;
	const uint8_t by_01[] = { OP_WRSR, to[CHIP_REG_SR1], to[CHIP_REG_SR2] };
	const uint8_t by_31[] = { OP_WRSR2, to[CHIP_REG_SR2] };
	const uint8_t by_11[] = { OP_WRSR3, to[CHIP_REG_SR3] };
	const bool second = from[CHIP_REG_SR2] != to[CHIP_REG_SR2];
	enum img_status st = IMG_OK;

	if (from[CHIP_REG_SR3] != to[CHIP_REG_SR3] && flags & CHIP_SR3_BY_11)
		st = write_one(chip, by_11, 2, err);
	if (st == IMG_OK && second && !(flags & CHIP_SR2_BY_01) && flags & CHIP_SR2_BY_31)
		st = write_one(chip, by_31, 2, err);
	if (st == IMG_OK && (from[CHIP_REG_SR1] != to[CHIP_REG_SR1] ||
			     (second && flags & CHIP_SR2_BY_01)))
		st = write_one(chip, by_01, flags & CHIP_SR2_BY_01 ? 3 : 2, err);
	return st;
}

enum img_status chip_write_sr1(struct spi_chip *chip, uint8_t value, struct img_error *err)
{
	const uint8_t frame[] = { OP_WRSR, value };
	enum img_status st;

	chip->settling = true;
	st = write_one(chip, frame, sizeof(frame), err);
	chip->settling = false;
	if (st == IMG_OK)
		st = chip_read_register(chip, CHIP_REG_SR1, &chip->sr1, err);
	return st;
}

static enum img_status write_and_read(struct spi_chip *chip, const struct chip_registers *is,
				      const struct chip_registers *want,
				      struct chip_registers *back, struct img_error *err)
{
	enum img_status st;

	chip->settling = true;
	st = write_all(chip, is, want, err);
	chip->settling = false;
	return st == IMG_OK ? chip_read_registers(chip, back, err) : st;
}

/* Is it one of those that want SR2 by 31, and took two bytes for a mistake? A W25Q is not:
 * to them a single byte is never sent. */
static bool refused_two_bytes(const struct spi_chip *chip, const struct chip_registers *is,
			      const struct chip_registers *want, const struct chip_registers *back)
{
	const uint8_t old = is->value[CHIP_REG_SR1], now = back->value[CHIP_REG_SR1];

	return chip->traits.sr2_differs && chip->traits.flags & CHIP_SR2_BY_01 &&
	       !(chip->base.info.id[0] == 0xef && chip->base.info.id[1] == 0x40) &&
	       !(chip->traits.protect.srp & now) && old != want->value[CHIP_REG_SR1] &&
	       !((old ^ now) & ~(SR1_WIP | SR1_WEL) & 0xff);
}

enum img_status chip_write_registers(struct spi_chip *chip, struct chip_registers *is,
				     const struct chip_registers *want, struct img_error *err)
{
	const uint8_t changing = SR1_WIP | SR1_WEL | chip->traits.odd_bits;
	struct chip_registers back;
	enum img_status st = write_and_read(chip, is, want, &back, err);

	if (st == IMG_OK && refused_two_bytes(chip, is, want, &back)) {
		chip->traits.flags &= ~(unsigned)CHIP_SR2_BY_01;
		st = write_and_read(chip, is, want, &back, err);
	}
	if (st != IMG_OK)
		return st;
	*is = back;
	chip->sr1 = back.value[CHIP_REG_SR1];
	if ((back.value[CHIP_REG_SR1] ^ want->value[CHIP_REG_SR1]) & ~changing & 0xff ||
	    back.value[CHIP_REG_SR2] != want->value[CHIP_REG_SR2] ||
	    back.value[CHIP_REG_SR3] != want->value[CHIP_REG_SR3])
		return img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE,
				"the status registers read %02X %02X %02X instead of %02X %02X "
				"%02X",
				back.value[1], back.value[2], back.value[3], want->value[1],
				want->value[2], want->value[3]);
	return IMG_OK;
}
