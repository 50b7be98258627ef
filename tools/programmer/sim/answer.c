/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reading half: what a chip puts on the line during a frame. */
#include <string.h>

#include "tools/programmer/sim/state.h"

#define UNDRIVEN 0xff	/* nobody drives the line; it is pulled up */

static uint8_t read_array(struct sim_chip *sim, const struct spi_transaction *t, size_t position,
			  size_t dummies)
{
	const size_t header = 1 + sim_address_bytes(sim, t->out[0]) + dummies;
	struct sim_faults *f = &sim->faults;
	uint32_t at;
	uint8_t byte;

	if (position < header)
		return UNDRIVEN;
	at = (uint32_t)(sim_address(sim, t) + (position - header)) & (sim->part->size - 1);
	byte = sim->array[at];
	if (f->flip_read_mask && at == f->flip_read_at) {
		byte ^= f->flip_read_mask;
		if (f->flip_read_count && !--f->flip_read_count)
			f->flip_read_mask = 0;
	}
	return byte;
}

bool sim_read_at_once(struct sim_chip *sim, const struct spi_transaction *t)
{
	const uint8_t op = t->out[0];
	const bool fast = op == OP_FAST_READ || op == OP_FAST_READ_4;
	const size_t header = 1 + sim_address_bytes(sim, op) + fast;
	uint32_t at;
	size_t i, n;

	if ((!fast && op != OP_READ && op != OP_READ_4) || sim->busy ||
	    sim->faults.flip_read_mask || t->nout < header)
		return false;
	at = (sim_address(sim, t) + (uint32_t)(t->nout - header)) & (sim->part->size - 1);
	for (i = 0; i < t->nin; i += n, at = 0) {
		n = sim->part->size - at;
		n = t->nin - i < n ? t->nin - i : n;
		memcpy(t->in + i, sim->array + at, n);
	}
	return true;
}

static uint8_t read_sfdp(const struct sim_chip *sim, const struct spi_transaction *t,
			 size_t position)
{
	size_t at;

	if (position < 5)	/* opcode, address, one dummy byte */
		return UNDRIVEN;
	at = sim_address(sim, t) + (position - 5);
	return at < sim->sfdp_size ? sim->sfdp[at] : UNDRIVEN;
}

static uint8_t read_id(struct sim_chip *sim, size_t position)
{
	const struct chip_part *p = sim->part;

	sim->identified |= position >= p->id_size;
	if (position <= p->id_size)
		return p->id[position - 1];
	if (!p->ext_by_res && position <= p->id_size + (size_t)p->ext_size)
		return p->ext[position - 1 - p->id_size];
	return UNDRIVEN;
}

/* The device id of RES and REMS: one less than the third byte of RDID on most parts. */
static uint8_t device_id(const struct sim_chip *sim)
{
	return sim->part->ext_by_res ? sim->part->ext[0] : (uint8_t)(sim->part->id[2] - 1);
}

static uint8_t read_rems(struct sim_chip *sim, const struct spi_transaction *t, size_t position)
{
	const struct chip_part *p = sim->part;
	const bool odd = (position + (t->nout > 3 ? t->out[3] : 0xff)) & 1;

	if (position < 4)
		return UNDRIVEN;
	if (p->probe != CHIP_PROBE_REMS)
		return odd ? device_id(sim) : p->id[0];
	sim->identified = true;
	return p->id[odd];
}

static uint8_t read_res(struct sim_chip *sim, size_t position)
{
	const struct chip_part *p = sim->part;

	if (position < 4)
		return UNDRIVEN;
	switch (p->probe) {
	case CHIP_PROBE_RES1:
		sim->identified = true;
		return p->id[0];
	case CHIP_PROBE_RES2:
	case CHIP_PROBE_REMS:
		sim->identified = true;
		return p->id[position & 1];
	default:
		return device_id(sim);
	}
}

static uint8_t read_15(struct sim_chip *sim, size_t position)
{
	if (sim->part->probe == CHIP_PROBE_AT25F) {
		sim->identified = true;
		return position <= 2 ? sim->part->id[position - 1] : UNDRIVEN;
	}
	return sim_register(sim, sim->part->flags & CHIP_CR ? CHIP_REG_CR : CHIP_REG_SR3);
}

uint8_t sim_answer(struct sim_chip *sim, const struct spi_transaction *t, size_t position)
{
	switch (t->out[0]) {
	case OP_RDID: return read_id(sim, position);
	case OP_REMS: return read_rems(sim, t, position);
	case OP_WAKE: return read_res(sim, position);
	case OP_RDSR1: return sim_register(sim, CHIP_REG_SR1);
	case OP_RDSR2: return sim_register(sim, CHIP_REG_SR2);
	case OP_RDSR3: return read_15(sim, position);
	case OP_RDSCUR: return sim_register(sim, CHIP_REG_SCUR);
	case OP_READ_FLAGS: return sim_register(sim, CHIP_REG_FSR);
	case OP_RDSR2_SPANSION:		/* errors are kept in FSR, turned round here */
		return (uint8_t)((sim->now.value[CHIP_REG_FSR] & FSR_ERASE ? 0x40 : 0) |
				 (sim->now.value[CHIP_REG_FSR] & FSR_PROGRAM ? 0x20 : 0));
	case OP_RDEAR:
	case OP_RDBANK: return sim->segment;
	case OP_READ_LOCKS: return position <= SIM_LOCKS ? sim->locks[position - 1] : UNDRIVEN;
	case 0x3c:
		return position < 4 ? UNDRIVEN
				    : sim->sector_locked[sim_address(sim, t) >> 16] ? 0xff : 0x00;
	case OP_READ:
	case OP_READ_4: return read_array(sim, t, position, 0);
	case OP_FAST_READ:
	case OP_FAST_READ_4: return read_array(sim, t, position, 1);
	case OP_SFDP: return read_sfdp(sim, t, position);
	default: return UNDRIVEN;
	}
}

/* Atmel: none, some or all sectors are locked, and the pin WP#. */
static uint8_t sector_state(const struct sim_chip *sim)
{
	const size_t count = sim->part->size >> 16;
	size_t i, locked = 0;

	for (i = 0; i < count; i++)
		locked += sim->sector_locked[i];
	return (uint8_t)((locked == count ? 0x0c : locked ? 0x04 : 0) |
			 (sim->faults.wp_low ? 0 : 0x10));
}

uint8_t sim_register(const struct sim_chip *sim, enum chip_register which)
{
	uint8_t value = sim->now.value[which];

	if (sim->four && sim->part->mode.reg == (uint8_t)which)
		value |= sim->part->mode.mask;
	if (which == CHIP_REG_FSR)
		value |= sim->busy ? 0 : FSR_READY;
	if (which != CHIP_REG_SR1)
		return value;
	if (sim->part->unlock == CHIP_UNLOCK_GLOBAL)
		value |= sector_state(sim);
	if (sim->aai)
		value |= SR1_AAI;
	return (uint8_t)(value | (sim->busy ? SR1_WIP : 0) | (sim->wel ? SR1_WEL : 0));
}
