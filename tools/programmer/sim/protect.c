/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Block protection of the Winbond parts, from their data sheets:
 *
 *	SR1 bits 2-4  BP: 0 nothing, 7 everything, else 2^(BP-1) steps from the top
 *	SR1 bit 5     TB: from the bottom instead
 *	SR1 bit 6     SEC: steps of 4 KiB, at most 32 KiB, instead of a 64th of the chip
 *	              (at least 64 KiB), at most half of it
 *	SR2 bit 6     CMP: what would be protected is not, and the other way round
 */
#include "libimg/core/range.h"
#include "tools/programmer/sim/state.h"

#define BP(sr1) ((sr1) >> 2 & 7)
#define TB 0x20
#define SEC 0x40
#define CMP 0x40

static struct img_range marked(const struct sim_chip *sim)
{
	const uint64_t chip = sim->part->size;
	const uint8_t sr1 = sim->sr[0];
	uint64_t step = chip / 64 > 65536 ? chip / 64 : 65536, most = chip / 2, size;

	if (!BP(sr1))
		return (struct img_range){ 0, 0 };
	if (BP(sr1) == 7)
		return (struct img_range){ 0, chip };
	if (sr1 & SEC) {
		step = 4096;
		most = 32768;
	}
	size = step << (BP(sr1) - 1);
	if (size > most)
		size = sr1 & SEC ? most : chip;
	return (struct img_range){ sr1 & TB ? 0 : chip - size, size };
}

bool sim_protected(const struct sim_chip *sim, uint64_t at, uint64_t size)
{
	const struct img_range asked = { at, size };
	struct img_range m;

	if (!(sim->part->flags & CHIP_TB_SEC))
		return false;
	m = marked(sim);
	if (!(sim->sr[1] & CMP))
		return img_range_overlap(m, asked);
	return at < m.start || img_range_end(asked) > img_range_end(m);
}
