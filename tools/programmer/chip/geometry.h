/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be erased and programmed at once, and how long it takes. */
#ifndef PROGRAMMER_CHIP_GEOMETRY_H
#define PROGRAMMER_CHIP_GEOMETRY_H

#include <stddef.h>
#include <stdint.h>

#define CHIP_ERASE_KINDS 4
#define CHIP_PAGE_MAX 256

struct chip_erase_kind {
	uint8_t opcode;
	uint32_t size;		/* bytes; the block begins at a multiple of it */
	uint32_t typical_us;
	uint32_t max_us;
};

struct chip_geometry {
	uint64_t size;		/* bytes of the chip, a power of two */
	uint32_t page;		/* bytes one program command may span, at most CHIP_PAGE_MAX */
	uint32_t page_typical_us;
	uint32_t page_max_us;
	size_t erase_count;
	struct chip_erase_kind erase[CHIP_ERASE_KINDS];	/* smallest first */
};

#endif
