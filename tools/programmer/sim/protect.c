/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Protection. By status bits: chip/protect.h has the rules. Sector by sector: Atmel's
 * locks of 64 KiB (36 lock, 39 unlock, global by 01), SST26's register (72, 42, 98), which
 * is sent highest bit first:
 *
 *	bits 0 .. n - 3		blocks of 64 KiB but the first and the last, of n
 *	bits n - 2, n - 1	the 32 KiB next to the lowest and to the highest 32 KiB
 *	from n on, two each	8 KiB: write lock, read lock; four from the bottom, four at the top
 */
#include <string.h>

#include "tools/programmer/sim/state.h"

#define KIB8 ((uint64_t)8 << 10)
#define KIB32 ((uint64_t)32 << 10)
#define KIB64 ((uint64_t)64 << 10)

static size_t locks_bits(const struct sim_chip *sim)
{
	return 18 + (sim->part->size >> 16) - 2;
}

static bool lock(const struct sim_chip *sim, size_t bit)
{
	const size_t bytes = locks_bits(sim) / 8;

	return sim->locks[bytes - 1 - bit / 8] >> bit % 8 & 1;
}

/* The write-lock bit of the block that holds this byte. */
static size_t lock_of(const struct sim_chip *sim, uint64_t at)
{
	const uint64_t size = sim->part->size, n = size / KIB64;

	if (at >= KIB64 && at < size - KIB64)
		return (size_t)(at / KIB64 - 1);
	if (at >= KIB32 && at < KIB64)
		return (size_t)n - 2;
	if (at >= size - KIB64 && at < size - KIB32)
		return (size_t)n - 1;
	if (at < KIB32)
		return (size_t)(n + 2 * (at / KIB8));
	return (size_t)(n + 2 * (4 + (at - (size - KIB32)) / KIB8));
}

static bool lists_lock(const struct sim_chip *sim, uint64_t at, uint64_t size)
{
	uint64_t here;

	for (here = at; here < at + size; here += KIB8)
		if (lock(sim, lock_of(sim, here)))
			return true;
	return lock(sim, lock_of(sim, at + size - 1));
}

static bool sectors_lock(const struct sim_chip *sim, uint64_t at, uint64_t size)
{
	uint64_t n;

	for (n = at / KIB64; n <= (at + size - 1) / KIB64; n++)
		if (sim->sector_locked[n])
			return true;
	return false;
}

bool sim_chip_protects(const struct sim_chip *sim, uint64_t at, uint64_t size)
{
	struct chip_protect p = sim->part->protect;
	struct img_range marked;

	if (sim->part->unlock == CHIP_UNLOCK_98 && !p.bp)
		return lists_lock(sim, at, size);
	if (sim->part->unlock == CHIP_UNLOCK_GLOBAL)
		return sectors_lock(sim, at, size);
	if (chip_bit_set(&sim->now, p.wps))
		return true;	/* single locks are all set after power-up */
	if (p.ranges == CHIP_RANGES_UNKNOWN || p.ranges == CHIP_RANGES_SIXTEENTH)
		p.ranges = CHIP_RANGES_STD;
	return chip_protected_range(&p, &sim->now, sim->part->size, &marked) &&
	       img_range_overlap(marked, (struct img_range){ at, size });
}

void sim_lock_all(struct sim_chip *sim, bool on)
{
	const size_t bytes = locks_bits(sim) / 8;

	memset(sim->sector_locked, on, sizeof(sim->sector_locked));
	memset(sim->locks, on ? 0xff : 0, sizeof(sim->locks));
	if (on && sim->part->unlock == CHIP_UNLOCK_98 && bytes <= SIM_LOCKS)
		sim->locks[0] = sim->locks[1] = 0x55;	/* no read locks */
}

bool sim_lock_command(struct sim_chip *sim, const struct spi_transaction *t)
{
	const size_t bytes = locks_bits(sim) / 8;

	if (!sim->wel || t->nin)
		return false;
	switch (t->out[0]) {
	case OP_UNLOCK_ALL:
		sim_lock_all(sim, false);
		sim->now.value[CHIP_REG_SR1] &= (uint8_t)~sim->part->protect.bp;
		break;
	case OP_WRITE_LOCKS:
		if (t->nout != 1 + bytes || bytes > SIM_LOCKS)
			return false;
		memcpy(sim->locks, t->out + 1, bytes);
		break;
	case 0x36:
	case 0x39:
		if (t->nout != 1 + sim_address_bytes(sim, t->out[0]))
			return false;
		sim->sector_locked[sim_address(sim, t) >> 16] = t->out[0] == 0x36;
		break;
	default:
		return false;
	}
	sim->wel = false;
	return true;
}

/* Atmel: SR1 bit 7 locks; while it is set a write only clears it, and only with WP# high. */
bool sim_write_sectors(struct sim_chip *sim, uint8_t value)
{
	uint8_t *sr1 = &sim->now.value[CHIP_REG_SR1];

	if (*sr1 & 0x80) {
		if (!sim->faults.wp_low)
			*sr1 = (*sr1 & 0x7f) | (value & 0x80);
		return true;
	}
	if (!(value & 0x3c) || (value & 0x3c) == 0x3c)
		sim_lock_all(sim, value & 0x3c);
	*sr1 = (*sr1 & 0x7f) | (value & 0x80);
	return true;
}

void sim_refuse(struct sim_chip *sim, bool erase, bool protected)
{
	uint8_t *r = sim->now.value;

	switch (sim->part->errors) {
	case CHIP_ERRORS_MICRON:
	case CHIP_ERRORS_SPANSION_07:
		r[CHIP_REG_FSR] |= (erase ? FSR_ERASE : FSR_PROGRAM) |
				   (protected ? FSR_PROTECTED : 0);
		break;
	case CHIP_ERRORS_SPANSION:
		r[CHIP_REG_SR1] |= erase ? SR1_E_ERR : SR1_P_ERR;
		sim->blocked = sim->busy = true;
		break;
	case CHIP_ERRORS_MACRONIX:
		r[CHIP_REG_SCUR] |= erase ? 0x40 : 0x20;
		break;
	case CHIP_ERRORS_EPE:
		r[CHIP_REG_SR1] |= SR1_EPE;
		break;
	case CHIP_ERRORS_BIT6:
		r[CHIP_REG_SR1] |= 0x40;
		break;
	case CHIP_ERRORS_NONE:
		break;
	}
}
