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

static uint8_t power_of(uint32_t size)
{
	uint8_t n = 0;

	while (size >> n > 1)
		n++;
	return n;
}

void sim_make_sfdp(const struct chip_geometry *g, uint8_t out[SIM_SFDP_SIZE])
{
	static const uint8_t headers[TABLE] = {
		'S', 'F', 'D', 'P', 0, 1, 0, 0xff, 0, 0, 1, 9, TABLE, 0, 0, 0xff,
	};
	uint32_t word1 = UNUSED_BITS | GRANULARITY_64 | 3 | 0xff00;	/* no 4K erase */
	size_t i;

	memset(out, 0, SIM_SFDP_SIZE);
	memcpy(out, headers, TABLE);
	for (i = 0; i < g->erase_count; i++) {
		if (g->erase[i].size == 4096)
			word1 = UNUSED_BITS | GRANULARITY_64 | 1 |
				(uint32_t)g->erase[i].opcode << 8;
		out[TABLE + 28 + 2 * i] = power_of(g->erase[i].size);
		out[TABLE + 28 + 2 * i + 1] = g->erase[i].opcode;
	}
	img_put_le32(out + TABLE, word1);
	img_put_le32(out + TABLE + 4, (uint32_t)(g->size * 8 - 1));
}
