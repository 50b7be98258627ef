/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The writing half: what a chip does when CS# rises behind a frame. */
#include <string.h>

#include "tools/programmer/sim/state.h"

#define STATUS_WRITE_US 10000
#define RESET_US 30

static bool is_alone(const struct spi_transaction *t)
{
	return t->nout == 1 && !t->nin;
}

/* A new command ends what the last one told; Micron and Spansion keep it. */
static void forget_errors(struct sim_chip *sim)
{
	switch (sim->part->errors) {
	case CHIP_ERRORS_MACRONIX:
		sim->now.value[CHIP_REG_SCUR] &= 0x9f;
		break;
	case CHIP_ERRORS_EPE:
		sim->now.value[CHIP_REG_SR1] &= (uint8_t)~SR1_EPE;
		break;
	case CHIP_ERRORS_BIT6:
		sim->now.value[CHIP_REG_SR1] &= 0xbf;
		break;
	default:
		break;
	}
}

static void erase(struct sim_chip *sim, uint64_t at, uint64_t size, uint32_t us)
{
	if (!sim->wel)
		return;
	forget_errors(sim);
	if (sim_chip_protects(sim, at, size)) {
		sim_refuse(sim, true, true);
		return;
	}
	memset(sim->array + at, 0xff, size);
	sim_forget_written(sim, (uint32_t)at, (uint32_t)size);
	sim->changed = true;
	sim->counts.erases++;
	sim_begin(sim, us);
}

static void erase_block(struct sim_chip *sim, const struct spi_transaction *t)
{
	const struct chip_geometry *g = &sim->geometry;
	size_t i;

	if (t->nout != 1 + sim_address_bytes(sim, t->out[0]) || t->nin)
		return;
	for (i = 0; i < g->erase_count; i++) {
		struct img_range block;

		if (g->erase[i].opcode != t->out[0])
			continue;
		block = chip_block_at(&g->erase[i], sim_address(sim, t));
		erase(sim, block.start, block.size, g->erase[i].typical_us);
	}
}

/* Bits of a register that a status write can change. */
static uint8_t writable(const struct sim_chip *sim, enum chip_register which)
{
	const struct chip_part *part = sim->part;
	const struct chip_bit *bits[] = { &part->protect.tb, &part->protect.sec,
					  &part->protect.cmp, &part->protect.wps };
	uint8_t mask = 0;
	size_t i;

	switch (which) {
	case CHIP_REG_SR1:
		mask = part->protect.bp | part->protect.srp | part->unlock_mask;
		mask |= part->unlock_srwd ? 0x80 : 0;
		break;
	case CHIP_REG_SR2:
		mask = part->flags & CHIP_SR2 ? 0x7b : 0;
		break;
	case CHIP_REG_SR3:
		mask = part->flags & CHIP_SR3 ? 0x64 : 0;
		break;
	case CHIP_REG_CR:
		mask = part->flags & CHIP_CR ? 0xc7 : 0;
		break;
	default:
		return 0;
	}
	for (i = 0; i < sizeof(bits) / sizeof(bits[0]); i++)
		mask |= bits[i]->reg == (uint8_t)which ? bits[i]->mask : 0;
	return mask;
}

static void put_register(struct sim_chip *sim, enum chip_register which, uint8_t value, bool keep)
{
	const uint8_t mask = writable(sim, which);
	uint8_t *now = &sim->now.value[which];

	*now = (uint8_t)((*now & ~mask) | (value & mask));
	if (keep)
		sim->kept.value[which] = *now;
}

static bool is_held(const struct sim_chip *sim)
{
	const uint8_t srp = sim->part->protect.srp | (sim->part->unlock_srwd ? 0x80 : 0);

	return chip_bit_set(&sim->now, sim->part->protect.srl) ||
	       (sim->faults.wp_low && sim->now.value[CHIP_REG_SR1] & srp);
}

/* 01 with one, two or three bytes. */
static void write_first(struct sim_chip *sim, const struct spi_transaction *t, bool keep)
{
	const unsigned flags = sim->part->flags;
	const enum chip_register second = flags & CHIP_CR ? CHIP_REG_CR : CHIP_REG_SR2;

	put_register(sim, CHIP_REG_SR1, t->out[1], keep);
	if (t->nout >= 3)
		put_register(sim, second, t->out[2], keep);
	else if (flags & CHIP_SR2_BY_01 && !(flags & CHIP_SR2_BY_31))
		put_register(sim, CHIP_REG_SR2, 0, keep);	/* the older parts clear it then */
	if (t->nout == 4)
		put_register(sim, CHIP_REG_SR3, t->out[3], keep);
}

static size_t most_bytes(const struct sim_chip *sim, uint8_t opcode)
{
	const unsigned flags = sim->part->flags;

	if (opcode != OP_WRSR)
		return 2;
	return flags & CHIP_SR3_BY_01 ? 4 : flags & (CHIP_SR2_BY_01 | CHIP_CR) ? 3 : 2;
}

static void write_status(struct sim_chip *sim, const struct spi_transaction *t, bool armed)
{
	const bool keep = !armed;
	const uint8_t op = t->out[0];

	if ((!sim->wel && !armed) || t->nin || t->nout < 2 || t->nout > most_bytes(sim, op))
		return;
	if (sim->part->unlock == CHIP_UNLOCK_GLOBAL) {
		sim_write_sectors(sim, t->out[1]);
	} else if (is_held(sim)) {
		return;
	} else if (op == OP_WRSR) {
		write_first(sim, t, keep);
	} else {
		put_register(sim, op == OP_WRSR2 ? CHIP_REG_SR2 : CHIP_REG_SR3, t->out[1], keep);
	}
	sim->counts.status_writes++;
	if (keep)
		sim_begin(sim, STATUS_WRITE_US);
}

static void reset(struct sim_chip *sim)
{
	sim->wel = sim->four = false;
	sim->segment = 0;
	sim_begin(sim, RESET_US);
}

static void clear_errors(struct sim_chip *sim)
{
	sim->now.value[CHIP_REG_FSR] = 0;
	if (sim->part->errors != CHIP_ERRORS_SPANSION)
		return;
	sim->now.value[CHIP_REG_SR1] &= (uint8_t)~(SR1_E_ERR | SR1_P_ERR);
	if (sim->blocked)
		sim->busy = sim->wel = sim->blocked = false;
}

/* Some chips want a write enable before these. */
static void switch_mode(struct sim_chip *sim, bool four)
{
	if (sim->part->flags & CHIP_06_B7 && !sim->wel)
		return;
	sim->four = four;
	if (sim->part->flags & CHIP_06_B7)
		sim->wel = false;
}

static void write_segment(struct sim_chip *sim, const struct spi_transaction *t)
{
	if (t->nout != 2 || t->nin || (t->out[0] == OP_WREAR && !sim->wel))
		return;
	sim->segment = t->out[1];
	if (t->out[0] == OP_WREAR)
		sim->wel = false;
}

static void execute_more(struct sim_chip *sim, const struct spi_transaction *t, bool reset_armed)
{
	switch (t->out[0]) {
	case OP_RESET:
		if (reset_armed && is_alone(t))
			reset(sim);
		break;
	case OP_ENTER_4BYTE:
	case OP_LEAVE_4BYTE:
		if (is_alone(t))
			switch_mode(sim, t->out[0] == OP_ENTER_4BYTE);
		break;
	case OP_WREAR:
	case OP_WRBANK:
		write_segment(sim, t);
		break;
	case OP_CLSR:
		clear_errors(sim);
		break;
	case OP_VOLATILE_WREN:
		sim->volatile_armed = is_alone(t) && sim->part->errors != CHIP_ERRORS_MICRON;
		if (sim->part->errors == CHIP_ERRORS_MICRON)
			clear_errors(sim);
		break;
	default:
		if (memchr(sim->part->whole, t->out[0], CHIP_PART_WHOLE) && is_alone(t))
			erase(sim, 0, sim->part->size, sim->geometry.whole.typical_us);
		else if (!sim_lock_command(sim, t))
			erase_block(sim, t);
	}
}

void sim_execute(struct sim_chip *sim, const struct spi_transaction *t)
{
	const bool reset_armed = sim->reset_armed, volatile_armed = sim->volatile_armed;

	sim->reset_armed = sim->volatile_armed = false;
	switch (t->out[0]) {
	case OP_WREN:
		sim->wel |= is_alone(t) && !sim->faults.wel_dead;
		break;
	case OP_WRDI:
		sim->wel &= !is_alone(t);
		sim->aai &= !is_alone(t);
		break;
	case OP_WRSR:
	case OP_WRSR2:
	case OP_WRSR3:
		write_status(sim, t, volatile_armed);
		break;
	case OP_PROGRAM:
	case OP_PROGRAM_4:
		forget_errors(sim);
		sim_program(sim, t);
		break;
	case OP_AAI_WORD:
		sim_program_word(sim, t);
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
	default:
		execute_more(sim, t, reset_armed);
	}
}
