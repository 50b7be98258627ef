/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Block protection: what there is, lifting it, and putting it back. */
#include <string.h>

#include "tools/programmer/chip/state.h"

/* Atmel: SR1 of chips that protect sector by sector. */
#define ATMEL_SOME 0x0c		/* 00: no sector is protected */
#define ATMEL_WPP 0x10		/* WP# is high */
#define ATMEL_ALL 0x3c		/* written: protects every sector; all 0: none */
#define ATMEL_SPRL 0x80

#define SST26_ENDS 18u		/* 8 blocks of 8K with two bits each, two of 32K with one */

/* One bit for each 64K block but the first and the last, see SST26_ENDS. */
static size_t locks_size(const struct spi_chip *chip)
{
	const size_t bits = SST26_ENDS + (size_t)(chip->base.info.geometry.size >> 16) - 2;

	return bits / 8 < CHIP_LOCKS_MAX ? bits / 8 : CHIP_LOCKS_MAX;
}

/* One of the family (SST26VF080A) has BP bits instead, which 98 clears. */
static bool has_locks(const struct spi_chip *chip)
{
	return chip->traits.unlock == CHIP_UNLOCK_98 && !chip->traits.protect.bp;
}

static bool any_lock(const uint8_t *locks, size_t size)
{
	size_t i;

	for (i = 0; i < size && !locks[i]; i++)
		;
	return i < size;
}

static enum img_status read_locks(struct spi_chip *chip, uint8_t *out, struct img_error *err)
{
	const uint8_t op = OP_READ_LOCKS;

	return chip_command(chip, &op, 1, out, locks_size(chip), err);
}

enum img_status chip_look_at_protection(struct spi_chip *chip, struct img_error *err)
{
	const struct chip_protect *p = &chip->traits.protect;
	struct chip_info *info = &chip->base.info;
	enum img_status st = chip_read_registers(chip, &chip->found, err);

	if (st != IMG_OK)
		return st;
	info->status = chip->sr1 = chip->found.value[CHIP_REG_SR1];
	info->status_locked = chip->sr1 & p->srp || chip_bit_set(&chip->found, p->srl);
	if (has_locks(chip)) {
		st = read_locks(chip, chip->locks, err);
		info->protected = any_lock(chip->locks, locks_size(chip));
		return st;
	}
	info->range_known = chip_protected_range(p, &chip->found, info->geometry.size,
						 &info->protected_range);
	info->protected = info->range_known ? info->protected_range.size > 0
					    : chip->sr1 & info->protect_mask ||
						      chip_bit_set(&chip->found, p->wps) ||
						      chip_bit_set(&chip->found, p->cmp);
	return IMG_OK;
}

static void clear_bit(struct chip_registers *r, struct chip_bit bit)
{
	if (bit.reg != CHIP_REG_NONE)
		r->value[bit.reg] &= (uint8_t)~bit.mask;
}

/* A status write had no effect: why? */
static enum img_status explain(const struct spi_chip *chip, const struct chip_registers *is,
			       struct img_error *err)
{
	const struct chip_protect *p = &chip->traits.protect;
	struct img_error why = { .text = "" };
	uint8_t sr1;

	if (err)
		why = *err;
	if (chip_bit_set(is, p->srl))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE,
				"block protection cannot be lifted: the status registers are "
				"locked (SRL is set) until the chip's power is cut, or for ever");
	sr1 = is->value[CHIP_REG_SR1] & (uint8_t)~(SR1_WIP | SR1_WEL);
	if (sr1 & (p->srp | (chip->traits.unlock_srwd ? 0x80 : 0)))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE,
				"block protection cannot be lifted (status %02X): WP# is low and "
				"holds it; connect WP# (pin 3) to VCC", sr1);
	return img_fail(err, IMG_E_IO, IMG_NOWHERE, "block protection cannot be lifted: %s",
			why.text);
}

static enum img_status unlock_by_mask(struct spi_chip *chip, struct img_error *err)
{
	const struct chip_protect *p = &chip->traits.protect;
	struct chip_registers is = chip->found, want = is;
	enum img_status st = IMG_OK;

	chip->lifted = true;
	if (chip->traits.unlock_srwd && is.value[CHIP_REG_SR1] & 0x80) {
		want.value[CHIP_REG_SR1] &= 0x7f;
		st = chip_write_registers(chip, &is, &want, err);
	}
	want.value[CHIP_REG_SR1] &= (uint8_t)~chip->traits.unlock_mask;
	clear_bit(&want, p->cmp);
	clear_bit(&want, p->wps);
	if (st == IMG_OK)
		st = chip_write_registers(chip, &is, &want, err);
	return st == IMG_E_MISMATCH ? explain(chip, &is, err) : st;
}

static enum img_status unlock_global(struct spi_chip *chip, struct img_error *err)
{
	enum img_status st = IMG_OK;

	chip->lifted = true;
	if (chip->sr1 & ATMEL_SPRL && !(chip->sr1 & ATMEL_WPP))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE,
				"sector protection cannot be lifted (status %02X): WP# is low and "
				"holds it; connect WP# (pin 3) to VCC", chip->sr1);
	/* While SPRL is set a write only clears that. */
	if (chip->sr1 & ATMEL_SPRL)
		st = chip_write_sr1(chip, 0, err);
	if (st == IMG_OK)
		st = chip_write_sr1(chip, 0, err);
	if (st == IMG_OK && chip->sr1 & (ATMEL_SOME | ATMEL_SPRL))
		st = img_fail(err, IMG_E_IO, IMG_NOWHERE,
			      "sector protection cannot be lifted: the status stays %02X",
			      chip->sr1);
	return st;
}

static enum img_status unlock_by_98(struct spi_chip *chip, struct img_error *err)
{
	const uint8_t wren = OP_WREN, all = OP_UNLOCK_ALL;
	const struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { &all, 1, NULL, 0, 25 },
	};
	uint8_t locks[CHIP_LOCKS_MAX] = { 0 };
	enum img_status st;

	chip->lifted = chip->enabled = true;
	st = chip_run(chip, batch, 2, err);
	if (st == IMG_OK && has_locks(chip))
		st = read_locks(chip, locks, err);
	else if (st == IMG_OK)
		st = chip_read_register(chip, CHIP_REG_SR1, &chip->sr1, err);
	if (st == IMG_OK && (any_lock(locks, locks_size(chip)) ||
			     chip->sr1 & chip->traits.protect.bp))
		st = img_fail(err, IMG_E_IO, IMG_NOWHERE,
			      "block protection cannot be lifted: some blocks stay locked after "
			      "the global unlock");
	return st;
}

enum img_status spi_chip_unlock(struct chip *base, struct img_error *err)
{
	struct spi_chip *chip = spi_chip_of(base);

	if (!chip->base.info.protected || chip->lifted)
		return IMG_OK;
	switch (chip->traits.unlock) {
	case CHIP_UNLOCK_MASK:
		return unlock_by_mask(chip, err);
	case CHIP_UNLOCK_GLOBAL:
		return unlock_global(chip, err);
	case CHIP_UNLOCK_98:
		return unlock_by_98(chip, err);
	case CHIP_UNLOCK_NONE:
		return IMG_OK;	/* no way is known; the chip will tell whether it minds */
	}
	return IMG_OK;
}

static enum img_status write_locks(struct spi_chip *chip, struct img_error *err)
{
	const uint8_t wren = OP_WREN;
	const size_t size = locks_size(chip);
	uint8_t frame[1 + CHIP_LOCKS_MAX] = { OP_WRITE_LOCKS }, back[CHIP_LOCKS_MAX];
	const struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { frame, 1 + size, NULL, 0, 25 },
	};
	enum img_status st;

	memcpy(frame + 1, chip->locks, size);
	st = chip_run(chip, batch, 2, err);
	if (st == IMG_OK)
		st = read_locks(chip, back, err);
	if (st == IMG_OK && memcmp(back, chip->locks, size))
		st = img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE, "the block locks read differently");
	return st;
}

/* Some of the sectors become all of them: that is also what power-up does. */
static enum img_status protect_global(struct spi_chip *chip, struct img_error *err)
{
	const uint8_t found = chip->found.value[CHIP_REG_SR1];
	enum img_status st = chip_write_sr1(chip, ATMEL_ALL | (found & ATMEL_SPRL), err);

	if (st == IMG_OK && !(chip->sr1 & ATMEL_SOME))
		st = img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE, "the status stays %02X", chip->sr1);
	return st;
}

static enum img_status write_found(struct spi_chip *chip, struct img_error *err)
{
	struct chip_registers is;
	enum img_status st = chip_read_registers(chip, &is, err);

	if (st == IMG_OK && is.value[CHIP_REG_SR1] == 0xff)
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "the chip does not answer");
	if (st == IMG_OK)
		st = chip_write_registers(chip, &is, &chip->found, err);
	return st;
}

enum img_status chip_relock(struct spi_chip *chip, struct img_error *err)
{
	struct img_error why = { .text = "" };
	enum img_status st = IMG_OK;

	if (!chip->lifted)
		return IMG_OK;
	chip->lifted = false;
	if (chip->traits.unlock == CHIP_UNLOCK_GLOBAL)
		st = protect_global(chip, &why);
	else if (has_locks(chip))
		st = write_locks(chip, &why);
	else
		st = write_found(chip, &why);
	if (st == IMG_OK)
		return st;
	img_error_prefix(&why, "block protection could not be put back as it was (status %02X)",
			 chip->base.info.status);
	if (err)
		*err = why;
	return st;
}
