/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Programming: pages, bytes and words. */
#include <string.h>

#include "tools/programmer/sim/state.h"

#define BYTE_US 10

void sim_forget_written(struct sim_chip *sim, uint32_t at, uint32_t size)
{
	memset(sim->written + at / 8, 0, size / 8);
}

/* Counts what should not happen on the way. */
static bool clear_bits(struct sim_chip *sim, uint32_t at, uint8_t data)
{
	const uint8_t bit = (uint8_t)(1u << at % 8);
	const bool again = data != 0xff && sim->written[at / 8] & bit;

	sim->counts.raised += (data & ~sim->array[at] & 0xff) && data != 0xff;
	if (data != 0xff)
		sim->written[at / 8] |= bit;
	sim->array[at] &= data;
	return again;
}

/* Data beyond the end of the page go on at its start; of more than a page the last stay. */
static void program_page(struct sim_chip *sim, const struct spi_transaction *t, size_t header)
{
	const uint32_t page = sim->part->page ? sim->part->page : CHIP_PAGE_MAX;
	const uint32_t at = sim_address(sim, t), first = at & ~(page - 1);
	uint8_t data[SIM_PAGE_MAX];
	bool again = false;
	size_t i;

	memset(data, 0xff, sizeof(data));
	for (i = header; i < t->nout; i++)
		data[(at + i - header) % page] = t->out[i];
	if (sim->programs_sent == sim->faults.flip_program)
		data[at % page] ^= 1;
	for (i = 0; i < page; i++)
		again |= clear_bits(sim, first + (uint32_t)i, data[i]);
	sim->counts.again += again;
	sim_begin(sim, sim->geometry.page_typical_us);
}

static void program_byte(struct sim_chip *sim, const struct spi_transaction *t, size_t header)
{
	uint8_t data = t->out[header];

	if (sim->programs_sent == sim->faults.flip_program)
		data ^= 1;
	sim->counts.again += clear_bits(sim, sim_address(sim, t), data);
	sim_begin(sim, BYTE_US);
}

void sim_program(struct sim_chip *sim, const struct spi_transaction *t)
{
	const size_t header = 1 + sim_address_bytes(sim, t->out[0]);
	const bool pages = sim->part->program == CHIP_PROGRAM_PAGE;

	if (t->nout <= header || t->nin || !sim->wel || (!pages && t->nout != header + 1))
		return;
	if (sim_chip_protects(sim, sim_address(sim, t), 1)) {
		sim_refuse(sim, false, true);
		return;
	}
	if (++sim->programs_sent == sim->faults.lose_program)
		return;
	if (pages)
		program_page(sim, t, header);
	else
		program_byte(sim, t, header);
	sim->changed = true;
	sim->counts.programs++;
}

void sim_program_word(struct sim_chip *sim, const struct spi_transaction *t)
{
	const size_t header = sim->aai ? 1 : 1 + sim_address_bytes(sim, t->out[0]);
	const uint32_t at = sim->aai ? sim->aai_at : sim_address(sim, t);
	bool again;

	if (t->nout != header + 2 || t->nin || !sim->wel || at % 2 ||
	    sim_chip_protects(sim, at, 2) || ++sim->programs_sent == sim->faults.lose_program)
		return;
	again = clear_bits(sim, at, t->out[header]);
	again |= clear_bits(sim, at + 1, t->out[header + 1]);
	sim->counts.again += again;
	sim->counts.programs++;
	sim->changed = true;
	sim->aai = at + 2 < sim->part->size;	/* ends by itself at the end of the chip */
	sim->aai_at = at + 2;
	sim_begin(sim, BYTE_US);
}
