/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * JESD216, first edition:
 *
 *	00  "SFDP", minor 0, major 1, parameter headers - 1, FF
 *	08  id 00 (JEDEC basic table), minor 0, major 1, 9 words, pointer 000010, FF
 *	10  word 1: 4K erase kind and opcode, write granularity, 3-byte addresses
 *	14  word 2: size in bits - 1
 *	18  words 3-7: fast reads, none
 *	2C  words 8, 9: four pairs (size as a power of two, opcode); 0: no such erase
 */
#include <string.h>

#include "libimg/core/bytes.h"
#include "tools/programmer/sim/state.h"

#define TABLE 0x10
#define UNUSED_BITS 0xff8000e0u	/* reserved, read as 1 */
#define GRANULARITY_64 4u
#define ADDRESS_3_OR_4 0x20000u
#define ERASES 4		/* there is room for */

static uint8_t power_of(uint32_t size)
{
	uint8_t n = 0;

	while (size >> n > 1)
		n++;
	return n;
}

/* The tables are for three bytes. */
static bool has_4_bytes(uint8_t opcode)
{
	return opcode == OP_ERASE_4K_4 || opcode == OP_ERASE_32K_4 ||
	       opcode == OP_ERASE_32K_4_ISSI || opcode == OP_ERASE_64K_4;
}

void sim_make_sfdp(const struct chip_geometry *g, uint8_t out[SIM_SFDP_SIZE])
{
	static const uint8_t headers[TABLE] = {
		'S', 'F', 'D', 'P', 0, 1, 0, 0xff, 0, 0, 1, 9, TABLE, 0, 0, 0xff,
	};
	uint32_t word1 = 3 | 0xff00;	/* no 4K erase */
	size_t i, n = 0;

	memset(out, 0, SIM_SFDP_SIZE);
	memcpy(out, headers, TABLE);
	for (i = 0; i < g->erase_count && n < ERASES; i++) {
		const struct chip_erase_kind *kind = &g->erase[i];

		if (kind->map || has_4_bytes(kind->opcode))
			continue;
		if (kind->size == 4096)
			word1 = 1 | (uint32_t)kind->opcode << 8;
		out[TABLE + 28 + 2 * n] = power_of(kind->size);
		out[TABLE + 28 + 2 * n++ + 1] = kind->opcode;
	}
	word1 |= UNUSED_BITS | GRANULARITY_64 | (g->size >> 24 > 1 ? ADDRESS_3_OR_4 : 0);
	img_put_le32(out + TABLE, word1);
	img_put_le32(out + TABLE + 4, (uint32_t)(g->size * 8 - 1));
}
