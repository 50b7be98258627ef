/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of chips: what flashprog and flashrom know of each entry, one row for each
 * way a chip with that id may behave. The driver merges the rows of an id, the simulated
 * chip is one of them.
 */
#ifndef PROGRAMMER_CHIP_PART_H
#define PROGRAMMER_CHIP_PART_H

#include <stdbool.h>

#include "libimg/core/error.h"
#include "tools/programmer/chip/geometry.h"

#define CHIP_ID_SIZE 3

enum {
	CHIP_SFDP = 1,		/* answers 5A */
	CHIP_SR2 = 2,		/* second status register: read by 35, second byte of 01 */
	CHIP_SR3 = 4,		/* third: read by 15, written by 11; then 31 writes the second */
	CHIP_RESET = 8,		/* 66, 99 */
	CHIP_TB_SEC = 16,	/* Winbond's protection: SR1 BP0-2 TB SEC, SR2 CMP */
};

struct chip_part {
	const char *vendor;
	/* As flashprog prints it: names that share an entry stand between slashes, a dot
	 * stands for any one letter ("W25Q128.V"). */
	const char *name;
	uint8_t id[CHIP_ID_SIZE];	/* as 9F answers: maker, type, capacity */
	uint32_t size;
	unsigned flags;
	uint8_t protect_mask;	/* bits of SR1 of which any one protects blocks */
	struct { uint8_t opcode; uint32_t size; } erase[CHIP_ERASE_KINDS];
};

extern const struct chip_part chip_parts[];
extern const size_t chip_part_count;

/*
 * Is this one of the part's names? The whole entry as printed or one name of it, in
 * either case of letters; dots match any letter on both sides.
 */
bool chip_part_is_named(const struct chip_part *part, const char *name);

/* The first row of that name, or of that size in bytes; NULL: none. */
const struct chip_part *chip_part_by_name(const char *name);
const struct chip_part *chip_part_by_size(uint64_t size);

void chip_part_geometry(const struct chip_part *part, struct chip_geometry *out);

/*
 * Keeps in *g only what part agrees with: an erase opcode to which both give the same
 * size. Opcodes mean different sizes on chips that share an id (20 erases 64K on an
 * MX25L6405 and 4K on an MX25L6405D), so what is left is safe on either. The sizes of the
 * chips are equal, since the id tells them.
 */
void chip_geometry_intersect(struct chip_geometry *g, const struct chip_part *part);

#endif
