/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The reading half: what a chip puts on the line during a frame. */
#include "tools/programmer/sim/state.h"

#define UNDRIVEN 0xff	/* nobody drives the line; it is pulled up */

/* Bytes that were not sent arrive as FF: the line at rest. */
static uint32_t address(const struct spi_transaction *t)
{
	uint32_t at = 0;
	size_t i;

	for (i = 1; i < 4; i++)
		at = at << 8 | (i < t->nout ? t->out[i] : 0xff);
	return at;
}

static uint8_t read_array(struct sim_chip *sim, const struct spi_transaction *t, size_t position,
			  size_t header)
{
	struct sim_faults *f = &sim->faults;
	uint32_t at;
	uint8_t byte;

	if (position < header)
		return UNDRIVEN;
	at = (uint32_t)(address(t) + (position - header)) & (sim->part->size - 1);
	byte = sim->array[at];
	if (f->flip_read_mask && at == f->flip_read_at) {
		byte ^= f->flip_read_mask;
		if (f->flip_read_count && !--f->flip_read_count)
			f->flip_read_mask = 0;
	}
	return byte;
}

static uint8_t read_sfdp(const struct sim_chip *sim, const struct spi_transaction *t,
			 size_t position)
{
	size_t at;

	if (position < 5)	/* opcode, address, one dummy byte */
		return UNDRIVEN;
	at = address(t) + (position - 5);
	return at < SIM_SFDP_SIZE ? sim->sfdp[at] : UNDRIVEN;
}

/* The one-byte id of RES and REMS: one less than the third byte of RDID on these parts. */
static uint8_t device_id(const struct sim_chip *sim)
{
	return (uint8_t)(sim->part->id[2] - 1);
}

uint8_t sim_answer(struct sim_chip *sim, const struct spi_transaction *t, size_t position)
{
	switch (t->out[0]) {
	case OP_RDID:
		return position <= CHIP_ID_SIZE ? sim->part->id[position - 1] : UNDRIVEN;
	case OP_REMS:
		if (position < 4)
			return UNDRIVEN;
		return (position + address(t)) & 1 ? device_id(sim) : sim->part->id[0];
	case OP_WAKE:
		return position < 4 ? UNDRIVEN : device_id(sim);
	case OP_RDSR1:
		return sim_register(sim, 0);
	case OP_RDSR2:
		return sim_register(sim, 1);
	case OP_RDSR3:
		return sim_register(sim, 2);
	case OP_READ:
		return read_array(sim, t, position, 4);
	case OP_FAST_READ:
		return read_array(sim, t, position, 5);
	case OP_SFDP:
		return read_sfdp(sim, t, position);
	default:
		return UNDRIVEN;
	}
}

uint8_t sim_register(const struct sim_chip *sim, unsigned n)
{
	if (n)
		return sim->sr[n];
	return (uint8_t)(sim->sr[0] | (sim->busy ? SR1_WIP : 0) | (sim->wel ? SR1_WEL : 0));
}

/* Opcodes that only some parts have. */
static unsigned needs(uint8_t opcode)
{
	switch (opcode) {
	case OP_RDSR2:
		return CHIP_SR2;
	case OP_RDSR3:
	case OP_WRSR2:
	case OP_WRSR3:
		return CHIP_SR3;
	case OP_SFDP:
		return CHIP_SFDP;
	case OP_RESET_ENABLE:
	case OP_RESET:
		return CHIP_RESET;
	default:
		return 0;
	}
}

bool sim_listens(const struct sim_chip *sim, uint8_t opcode)
{
	if ((sim->part->flags & needs(opcode)) != needs(opcode))
		return false;
	if (sim->busy)
		return opcode == OP_RDSR1 || opcode == OP_RDSR2 || opcode == OP_RDSR3;
	return !sim->asleep || opcode == OP_WAKE;
}
