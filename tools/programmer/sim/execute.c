/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing half: what a chip does when CS# rises behind a frame. */
#include <string.h>

#include "tools/programmer/sim/state.h"

#define STATUS_WRITE_US 10000
#define RESET_US 30
#define CHIP_ERASE_US_PER_MIB 2500000	/* 20 s for 8 MiB */

static bool is_alone(const struct spi_transaction *t)
{
	return t->nout == 1 && !t->nin;
}

static uint32_t address(const struct spi_transaction *t)
{
	return (uint32_t)t->out[1] << 16 | (uint32_t)t->out[2] << 8 | t->out[3];
}

/* Data beyond the end of the page go on at its start; of more than a page the last stay. */
static void program(struct sim_chip *sim, const struct spi_transaction *t)
{
	const uint32_t page = sim->geometry.page;
	struct sim_faults *f = &sim->faults;
	uint8_t data[CHIP_PAGE_MAX];
	uint32_t at, first;
	size_t i;

	if (t->nout < 5 || t->nin || !sim->wel)
		return;
	at = address(t) & (sim->part->size - 1);
	first = at & ~(page - 1);
	if (sim_protected(sim, first, page))
		return;
	if (++sim->programs_sent == f->lose_program)
		return;
	memset(data, 0xff, sizeof(data));
	for (i = 4; i < t->nout; i++)
		data[(at + i - 4) % page] = t->out[i];
	if (sim->programs_sent == f->flip_program)
		data[at % page] ^= 1;
	for (i = 0; i < page; i++) {
		sim->counts.raised += (data[i] & ~sim->array[first + i] & 0xff) && data[i] != 0xff;
		sim->array[first + i] &= data[i];
	}
	sim->changed = true;
	sim->counts.programs++;
	sim_begin(sim, sim->geometry.page_typical_us);
}

static void erase(struct sim_chip *sim, uint32_t at, uint32_t size, uint32_t us)
{
	if (!sim->wel || sim_protected(sim, at, size))
		return;
	memset(sim->array + at, 0xff, size);
	sim->changed = true;
	sim->counts.erases++;
	sim_begin(sim, us);
}

static void erase_block(struct sim_chip *sim, const struct spi_transaction *t)
{
	const struct chip_geometry *g = &sim->geometry;
	size_t i;

	if (t->nout != 4 || t->nin)
		return;
	for (i = 0; i < g->erase_count; i++)
		if (g->erase[i].opcode == t->out[0])
			erase(sim, address(t) & (sim->part->size - 1) & ~(g->erase[i].size - 1),
			      g->erase[i].size, g->erase[i].typical_us);
}

static void erase_chip(struct sim_chip *sim, const struct spi_transaction *t)
{
	const uint32_t per_64k = CHIP_ERASE_US_PER_MIB / 16;

	if (is_alone(t))
		erase(sim, 0, sim->part->size, sim->part->size / 65536 * per_64k);
}

/* Bits that a status write can change. */
static const uint8_t winbond_bits[SIM_REGISTERS] = { 0xfc, 0x7b, 0x64 };
static const uint8_t other_bits[SIM_REGISTERS] = { 0x80, 0x00, 0x00 };

static void put_register(struct sim_chip *sim, unsigned n, uint8_t value)
{
	sim->sr[n] = value & (sim->part->flags & CHIP_TB_SEC ? winbond_bits : other_bits)[n];
}

static void write_status(struct sim_chip *sim, const struct spi_transaction *t)
{
	const bool first = t->out[0] == OP_WRSR;
	const size_t most = first && sim->part->flags & CHIP_SR2 ? 3 : 2;

	if (!sim->wel || t->nin || t->nout < 2 || t->nout > most)
		return;
	if (!first) {
		put_register(sim, t->out[0] == OP_WRSR2 ? 1 : 2, t->out[1]);
	} else {
		put_register(sim, 0, t->out[1]);
		if (t->nout == 3)
			put_register(sim, 1, t->out[2]);
		else if (!(sim->part->flags & CHIP_SR3))
			put_register(sim, 1, 0);	/* the older parts clear it then */
	}
	sim_begin(sim, STATUS_WRITE_US);
}

static void reset(struct sim_chip *sim)
{
	sim->wel = false;
	sim_begin(sim, RESET_US);
}

void sim_execute(struct sim_chip *sim, const struct spi_transaction *t)
{
	const bool armed = sim->reset_armed;

	sim->reset_armed = false;
	switch (t->out[0]) {
	case OP_WREN:
		sim->wel |= is_alone(t) && !sim->faults.wel_dead;
		break;
	case OP_WRDI:
		sim->wel &= !is_alone(t);
		break;
	case OP_WRSR:
	case OP_WRSR2:
	case OP_WRSR3:
		write_status(sim, t);
		break;
	case OP_PROGRAM:
		program(sim, t);
		break;
	case OP_CHIP_ERASE:
	case OP_CHIP_ERASE_C7:
		erase_chip(sim, t);
		break;
	case OP_POWER_DOWN:
		sim->asleep |= is_alone(t);
		break;
	case OP_WAKE:
		sim->asleep = false;
		break;
	case OP_RESET_ENABLE:
		sim->reset_armed = is_alone(t);
		break;
	case OP_RESET:
		if (armed && is_alone(t))
			reset(sim);
		break;
	default:
		erase_block(sim, t);
	}
}
