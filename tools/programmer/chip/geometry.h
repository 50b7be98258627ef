/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be erased and programmed at once, and how long it takes. */
#ifndef PROGRAMMER_CHIP_GEOMETRY_H
#define PROGRAMMER_CHIP_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/core/range.h"

#define CHIP_ERASE_KINDS 8
#define CHIP_PAGE_MAX 256

/* So many blocks of this size one after the other. */
struct chip_region {
	uint32_t count;
	uint32_t size;
};

struct chip_erase_kind {
	uint8_t opcode;
	uint32_t size;		/* bytes; the block begins at a multiple of it */
	/* Where the size depends on the address: the blocks from address 0 upwards, the last
	 * entry has count 0; size is the largest of them. NULL: it does not. */
	const struct chip_region *map;
	uint32_t typical_us;	/* of a block of the largest size */
	uint32_t max_us;
};

enum chip_program {
	CHIP_PROGRAM_PAGE,	/* 02 with up to a page */
	CHIP_PROGRAM_BYTE,	/* 02 with one byte */
	CHIP_PROGRAM_AAI,	/* the same, and words with AD at addresses that count themselves */
	CHIP_PROGRAM_NONE,	/* read only */
	CHIP_PROGRAM_ANY,	/* any bytes over any others: no erase is needed, or known */
};

struct chip_geometry {
	uint64_t size;		/* bytes of the chip, a power of two (several may seem to be one) */
	enum chip_program program;
	uint32_t page;		/* bytes programmed as one, a power of two up to CHIP_PAGE_MAX
				 * (CHIP_PROGRAM_ANY: up to 4096) */
	uint32_t page_typical_us;
	uint32_t page_max_us;
	size_t erase_count;
	struct chip_erase_kind erase[CHIP_ERASE_KINDS];	/* smallest first */
	/* The command for all of the chip, as the last resort: opcode 0: there is none. */
	struct chip_erase_kind whole;
};

/* The block of this kind that holds the byte at at; size 0: none does. */
struct img_range chip_block_at(const struct chip_erase_kind *kind, uint64_t at);

#endif
