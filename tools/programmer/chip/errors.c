/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Error flags. On most chips a refused command leaves no trace. Micron's flag status
 * register keeps errors until it is cleared; Spansion's error bits keep the whole chip
 * busy until then.
 */
#include "tools/programmer/chip/state.h"

#define DIES_MAX 4
#define READY_ASKS 10000

static const uint8_t wrdi = OP_WRDI;

bool chip_shows_error(const struct spi_chip *chip, uint8_t status)
{
	return chip->traits.errors == CHIP_ERRORS_SPANSION && status != 0xff &&
	       status & (SR1_E_ERR | SR1_P_ERR);
}

static enum img_status clear(struct spi_chip *chip, uint8_t opcode, struct img_error *err)
{
	const struct spi_transaction batch[] = {
		{ &opcode, 1, NULL, 0, 0 }, { &wrdi, 1, NULL, 0, 0 },
	};

	return chip_run(chip, batch, 2, err);
}

/* All dies have to be ready; each command asks the next one. */
static enum img_status read_flags(struct spi_chip *chip, uint8_t *out, struct img_error *err)
{
	const uint8_t op = OP_READ_FLAGS;
	const size_t dies = chip->traits.flags & CHIP_STACKED ? DIES_MAX : 1;
	uint8_t flags[DIES_MAX], ready;
	struct spi_transaction batch[DIES_MAX];
	enum img_status st;
	size_t i, asks;

	for (i = 0; i < dies; i++)
		batch[i] = (struct spi_transaction){ &op, 1, &flags[i], 1, i ? 0 : 10 };
	for (asks = 0; asks < READY_ASKS; asks++) {
		st = chip_run(chip, batch, dies, err);
		if (st != IMG_OK)
			return st;
		ready = FSR_READY;
		for (i = 0, *out = 0; i < dies; i++) {
			ready &= flags[i];
			*out |= flags[i];
		}
		if (ready)
			return IMG_OK;
	}
	return img_fail(err, IMG_E_TIMEOUT, IMG_NOWHERE,
			"the chip's flag status register stays at %02X, not ready", *out);
}

static enum img_status take_micron(struct spi_chip *chip, const char **word, struct img_error *err)
{
	uint8_t flags;
	enum img_status st = read_flags(chip, &flags, err);

	if (st != IMG_OK || flags == 0xff || !(flags & FSR_ERRORS))
		return st;
	*word = flags & FSR_PROTECTED ? "a protected block"
		: flags & FSR_ERASE ? "a failed erase" : "a failed program";
	return clear(chip, OP_CLEAR_FLAGS, err);
}

static enum img_status take_spansion_07(struct spi_chip *chip, const char **word,
					struct img_error *err)
{
	const uint8_t op = OP_RDSR2_SPANSION;
	uint8_t flags;
	enum img_status st = chip_command(chip, &op, 1, &flags, 1, err);

	if (st != IMG_OK || flags == 0xff || !(flags & 0x60))
		return st;
	*word = flags & 0x40 ? "a failed erase" : "a failed program";
	return clear(chip, OP_CLSR, err);
}

static enum img_status take_macronix(struct spi_chip *chip, const char **word,
				     struct img_error *err)
{
	const uint8_t op = OP_RDSCUR;
	uint8_t flags;
	enum img_status st = chip_command(chip, &op, 1, &flags, 1, err);

	if (st == IMG_OK && flags != 0xff && flags & 0x60)
		*word = flags & 0x40 ? "a failed erase" : "a failed program";
	return st;
}

enum img_status chip_take_errors(struct spi_chip *chip, uint8_t status, const char **word,
				 struct img_error *err)
{
	*word = NULL;
	switch (chip->traits.errors) {
	case CHIP_ERRORS_MICRON:
		return take_micron(chip, word, err);
	case CHIP_ERRORS_SPANSION:
		if (!chip_shows_error(chip, status))
			return IMG_OK;
		*word = status & SR1_E_ERR ? "a failed or refused erase"
					   : "a failed or refused program";
		return clear(chip, OP_CLSR, err);
	case CHIP_ERRORS_SPANSION_07:
		return take_spansion_07(chip, word, err);
	case CHIP_ERRORS_MACRONIX:
		return take_macronix(chip, word, err);
	case CHIP_ERRORS_EPE:
		*word = status & SR1_EPE ? "a failed erase or program" : NULL;
		return IMG_OK;
	case CHIP_ERRORS_BIT6:
		*word = status & 0x40 ? "a failed erase or program" : NULL;
		return IMG_OK;
	case CHIP_ERRORS_NONE:
		return IMG_OK;
	}
	return IMG_OK;
}
