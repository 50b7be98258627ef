/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which blocks the protection bits of the status registers mean. The usual rule, of
 * Winbond's data sheets and of most others:
 *
 *	BP	0 nothing, all ones everything, else 2^(BP - 1) steps from the top; a step is
 *		64 KiB, or more on large chips so that the highest BP but one is half of the chip
 *	TB	from the bottom instead
 *	SEC	steps of 4 KiB, at most 32 KiB together
 *	CMP	what would be protected is not, and the other way round
 *
 * The others differ as enum chip_ranges says (flashprog's writeprotect_ranges.c).
 */
#ifndef PROGRAMMER_CHIP_PROTECT_H
#define PROGRAMMER_CHIP_PROTECT_H

#include "libimg/core/range.h"
#include "tools/programmer/chip/part.h"

struct chip_registers {		/* by enum chip_register */
	uint8_t value[CHIP_REG_FSR + 1];
};

bool chip_bit_set(const struct chip_registers *r, struct chip_bit bit);

/*
 * The protected range of a chip of size bytes; size 0 in *out: nothing. False: no rule is
 * known for this chip, or it locks its blocks one by one (WPS).
 */
bool chip_protected_range(const struct chip_protect *p, const struct chip_registers *r,
			  uint64_t size, struct img_range *out);

#endif
