/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of chips, made from parts.tsv, where its columns are explained: one row for
 * each way a chip with that id may behave. The driver merges the rows of an id, the
 * simulated chip is one of them.
 */
#ifndef PROGRAMMER_CHIP_PART_H
#define PROGRAMMER_CHIP_PART_H

#include "libimg/core/error.h"
#include "tools/programmer/chip/geometry.h"

#define CHIP_ID_SIZE 4		/* id bytes of a row, continuation codes included */
#define CHIP_EXT_SIZE 3
#define CHIP_PART_WHOLE 2

enum chip_probe {
	CHIP_PROBE_RDID,	/* 9F */
	CHIP_PROBE_RES1,	/* AB, one byte */
	CHIP_PROBE_RES2,	/* AB, two bytes */
	CHIP_PROBE_REMS,	/* 90 */
	CHIP_PROBE_AT25F,	/* 15 */
};

enum {
	CHIP_SFDP = 1u << 0,		/* answers 5A */
	CHIP_NO_SFDP = 1u << 1,		/* is known not to */
	CHIP_SR2_BY_01 = 1u << 2,	/* SR2 is the second byte of 01 ... */
	CHIP_SR2_BY_31 = 1u << 3,	/* ... or written by 31 */
	CHIP_SR3_BY_01 = 1u << 4,
	CHIP_SR3_BY_11 = 1u << 5,
	CHIP_CR = 1u << 6,		/* configuration register, read by 15 */
	CHIP_SCUR = 1u << 7,		/* security register, read by 2B */
	CHIP_WRSR_06 = 1u << 8,
	CHIP_WRSR_50 = 1u << 9,
	CHIP_BANK_B9 = 1u << 10,	/* B9 is no power-down */
	CHIP_E9_PASSWORD = 1u << 11,	/* E9 is not "leave 4-byte mode" */
	CHIP_STACKED = 1u << 12,
	CHIP_C2_DIES = 1u << 13,
	CHIP_LOCKED = 1u << 14,		/* everything is protected after power-up */
	CHIP_RESET = 1u << 15,		/* 66, 99 */
	CHIP_MX = 1u << 16,		/* wants to be kept busy before each command */
	CHIP_NO_NATIVE = 1u << 17,	/* native 4-byte commands are doubtful */
	CHIP_B7 = 1u << 18,		/* enters 4-byte mode by B7 */
	CHIP_06_B7 = 1u << 19,		/* ... which needs a write enable */
	CHIP_EAR_C5 = 1u << 20,		/* extended address register */
	CHIP_BANK_17 = 1u << 21,	/* bank register */
	CHIP_NATIVE_13 = 1u << 22,
	CHIP_NATIVE_0C = 1u << 23,
	CHIP_NATIVE_12 = 1u << 24,

	CHIP_SR2 = CHIP_SR2_BY_01 | CHIP_SR2_BY_31,
	CHIP_SR3 = CHIP_SR3_BY_01 | CHIP_SR3_BY_11,
	CHIP_ENTERS_4BYTE = CHIP_B7 | CHIP_06_B7,
};

enum chip_unlock {
	CHIP_UNLOCK_NONE,
	CHIP_UNLOCK_MASK,	/* clear bits of SR1 */
	CHIP_UNLOCK_GLOBAL,	/* Atmel: SR1 bits 2-5 all 0 or all 1 */
	CHIP_UNLOCK_98,		/* SST26 */
};

enum chip_errors {
	CHIP_ERRORS_NONE,
	CHIP_ERRORS_MICRON,	/* 70: 7 ready, 5 erase, 4 program, 1 protection; cleared by 50 */
	CHIP_ERRORS_SPANSION,	/* SR1: 5 erase, 6 program; WIP stays 1 until 30 */
	CHIP_ERRORS_SPANSION_07,	/* register 07: 6 erase, 5 program; cleared by 30 */
	CHIP_ERRORS_MACRONIX,	/* 2B: 5 program, 6 erase; the next command clears them */
	CHIP_ERRORS_EPE,	/* SR1: 5; the next command clears it */
	CHIP_ERRORS_BIT6,	/* SR1: 6; likewise */
};

enum chip_register { CHIP_REG_NONE, CHIP_REG_SR1, CHIP_REG_SR2, CHIP_REG_SR3, CHIP_REG_CR,
		     CHIP_REG_SCUR, CHIP_REG_FSR };

struct chip_bit {
	uint8_t reg;		/* enum chip_register; CHIP_REG_NONE: there is no such bit */
	uint8_t mask;
};

enum chip_ranges {
	CHIP_RANGES_UNKNOWN,
	CHIP_RANGES_STD,
	CHIP_RANGES_64K,	/* blocks do not grow with the chip */
	CHIP_RANGES_2X,		/* twice as many */
	CHIP_RANGES_BIT_CMP,	/* CMP turns BP round, too */
	CHIP_RANGES_SIXTEENTH,	/* no rule we know */
};

struct chip_protect {		/* see protect.h */
	uint8_t bp;		/* bits of SR1, the lowest of BP in the lowest of them */
	uint8_t srp;		/* bit of SR1; 0: none */
	struct chip_bit tb, sec, cmp, wps, srl;
	enum chip_ranges ranges;
};

struct chip_part {
	const char *vendor;
	/* As flashprog prints it: names that share an entry stand between slashes, entries
	 * between bars, a dot stands for any one letter ("W25Q128.V"). */
	const char *name;
	enum chip_probe probe;
	uint8_t id[CHIP_ID_SIZE];
	uint8_t id_size;
	uint8_t ext[CHIP_EXT_SIZE], ext_mask[CHIP_EXT_SIZE];
	uint8_t ext_size;
	bool ext_by_res;	/* ext is what AB answers, not what follows the id */
	uint32_t size;
	enum chip_program program;
	uint16_t page;		/* what one 02 may span; 0: the usual 256 */
	unsigned flags;
	struct chip_bit mode;	/* 4-byte mode shows here */
	enum chip_unlock unlock;
	uint8_t unlock_mask;	/* bits of SR1 that protect */
	bool unlock_srwd;	/* SR1 bit 7 is to be cleared before them */
	struct chip_protect protect;
	enum chip_errors errors;
	uint16_t mv_min, mv_max;	/* 0: not known */
	uint16_t block_ms;		/* usual time of 64 KiB; 0: the usual one */
	struct { uint8_t opcode; uint32_t size; const struct chip_region *map; }
		erase[CHIP_ERASE_KINDS];	/* opcode 0: no more */
	uint8_t whole[CHIP_PART_WHOLE];
};

extern const struct chip_part chip_parts[];
extern const size_t chip_part_count;

/*
 * Is this one of the part's names? A whole entry as printed or one name of it, in either
 * case of letters; dots match any letter on both sides, an ordering code that begins with
 * two dots ("N25Q064..3E") and what is in parentheses may be left out.
 */
bool chip_part_is_named(const struct chip_part *part, const char *name);

/* The first row of that name; NULL: none. */
const struct chip_part *chip_part_by_name(const char *name);

/* A common part of that size in bytes (Winbond's), NULL: no part has it. */
const struct chip_part *chip_part_by_size(uint64_t size);

/* All of a part's erase commands, those with 4-byte addresses and the die erase too. */
void chip_part_geometry(const struct chip_part *part, struct chip_geometry *out);

/*
 * Keeps in *g only what part agrees with: an erase opcode to which both give the same
 * blocks. Opcodes mean different sizes on chips that share an id (20 erases 64K on an
 * MX25L6405 and 4K on an MX25L6405D), so what is left is safe on either.
 */
void chip_geometry_intersect(struct chip_geometry *g, const struct chip_part *part);

/* The usual and the longest time of an erase of a block of so many bytes. */
void chip_erase_time(uint64_t size, uint32_t *typical_us, uint32_t *max_us);

#endif
