/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which commands a part has, by its row of the table. */
#include <string.h>

#include "tools/programmer/sim/state.h"

bool sim_reads_id(uint8_t opcode)
{
	return opcode == OP_RDID || opcode == OP_WAKE || opcode == OP_SFDP ||
	       opcode == OP_RDSR1 || opcode == OP_REMS || opcode == OP_RDID_AT25F;
}

static bool erases(const struct chip_part *part, uint8_t opcode)
{
	size_t i;

	for (i = 0; i < CHIP_ERASE_KINDS && part->erase[i].opcode; i++)
		if (part->erase[i].opcode == opcode)
			return true;
	return opcode && memchr(part->whole, opcode, CHIP_PART_WHOLE);
}

static bool knows_register(const struct chip_part *part, uint8_t opcode)
{
	const bool micron = part->errors == CHIP_ERRORS_MICRON;

	switch (opcode) {
	case OP_RDSR2: return part->flags & CHIP_SR2;
	case OP_RDSR3:
		return part->flags & (CHIP_SR3 | CHIP_CR) || part->probe == CHIP_PROBE_AT25F;
	case OP_RDSCUR:
		return part->flags & CHIP_SCUR || part->errors == CHIP_ERRORS_MACRONIX;
	case OP_WRSR2: return part->flags & CHIP_SR2_BY_31;
	case OP_WRSR3: return part->flags & CHIP_SR3_BY_11;
	case OP_RDSR2_SPANSION: return part->errors == CHIP_ERRORS_SPANSION_07;
	case OP_CLSR:
		return part->errors == CHIP_ERRORS_SPANSION ||
		       part->errors == CHIP_ERRORS_SPANSION_07;
	case OP_READ_FLAGS: return micron;
	case OP_CLEAR_FLAGS: return micron || part->flags & CHIP_WRSR_50;
	default: return false;
	}
}

static bool knows_addressing(const struct chip_part *part, uint8_t opcode)
{
	const unsigned flags = part->flags;

	switch (opcode) {
	case OP_ENTER_4BYTE: return flags & CHIP_ENTERS_4BYTE;
	case OP_LEAVE_4BYTE: return flags & CHIP_ENTERS_4BYTE && !(flags & CHIP_E9_PASSWORD);
	case OP_WREAR:
	case OP_RDEAR: return flags & CHIP_EAR_C5;
	case OP_WRBANK:
	case OP_RDBANK: return flags & CHIP_BANK_17;
	case OP_READ_4: return flags & CHIP_NATIVE_13;
	case OP_FAST_READ_4: return flags & CHIP_NATIVE_0C;
	case OP_PROGRAM_4: return flags & CHIP_NATIVE_12;
	default: return false;
	}
}

static bool knows_locks(const struct chip_part *part, uint8_t opcode)
{
	switch (opcode) {
	case OP_UNLOCK_ALL: return part->unlock == CHIP_UNLOCK_98;
	case OP_READ_LOCKS:
	case OP_WRITE_LOCKS: return part->unlock == CHIP_UNLOCK_98 && !part->protect.bp;
	case 0x36:
	case 0x39:
	case 0x3c: return part->unlock == CHIP_UNLOCK_GLOBAL;
	default: return false;
	}
}

bool sim_knows(const struct sim_chip *sim, uint8_t opcode)
{
	const struct chip_part *part = sim->part;

	switch (opcode) {
	case OP_WRSR:
	case OP_READ:
	case OP_FAST_READ:
	case OP_WREN:
	case OP_WRDI:
	case OP_RDSR1:
	case OP_WAKE: return true;
	case OP_RDID: return part->probe == CHIP_PROBE_RDID;
	case OP_REMS: return part->probe == CHIP_PROBE_RDID || part->probe == CHIP_PROBE_REMS;
	case OP_SFDP: return sim->sfdp;
	case OP_PROGRAM: return part->program != CHIP_PROGRAM_NONE;
	case OP_AAI_WORD: return part->program == CHIP_PROGRAM_AAI;
	case OP_POWER_DOWN: return !(part->flags & CHIP_BANK_B9);
	case OP_RESET_ENABLE:
	case OP_RESET: return part->flags & CHIP_RESET;
	default:
		return erases(part, opcode) || knows_register(part, opcode) ||
		       knows_addressing(part, opcode) || knows_locks(part, opcode);
	}
}

static bool reads_register(uint8_t opcode)
{
	return opcode == OP_RDSR1 || opcode == OP_RDSR2 || opcode == OP_RDSR3 ||
	       opcode == OP_READ_FLAGS || opcode == OP_RDSR2_SPANSION;
}

bool sim_listens(const struct sim_chip *sim, uint8_t opcode)
{
	if (sim->blocked)
		return opcode == OP_RDSR1 || opcode == OP_CLSR;
	if (sim->busy)
		return reads_register(opcode);
	if (sim->aai)
		return opcode == OP_RDSR1 || opcode == OP_AAI_WORD || opcode == OP_WRDI;
	return !sim->asleep || opcode == OP_WAKE;
}

size_t sim_address_bytes(const struct sim_chip *sim, uint8_t opcode)
{
	switch (opcode) {
	case OP_READ_4:
	case OP_FAST_READ_4:
	case OP_PROGRAM_4:
	case OP_ERASE_4K_4:
	case OP_ERASE_32K_4:
	case OP_ERASE_32K_4_ISSI:
	case OP_ERASE_64K_4:
		return 4;
	case OP_SFDP:
	case OP_REMS:
		return 3;
	default:
		return sim->four ? 4 : 3;
	}
}

/* Bytes that were not sent arrive as FF: the line at rest. */
uint32_t sim_address(const struct sim_chip *sim, const struct spi_transaction *t)
{
	const size_t bytes = sim_address_bytes(sim, t->out[0]);
	uint32_t at = bytes == 3 && t->out[0] != OP_SFDP ? sim->segment : 0;
	size_t i;

	for (i = 1; i <= bytes; i++)
		at = at << 8 | (i < t->nout ? t->out[i] : 0xff);
	if (sim->faults.three_bytes)
		at &= 0xffffff;
	return t->out[0] == OP_SFDP ? at : at & (sim->part->size - 1);
}
