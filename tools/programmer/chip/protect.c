/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/chip/protect.h"

#define SECTOR ((uint64_t)4 << 10)
#define BLOCK ((uint64_t)64 << 10)
#define SECTORS_MOST ((uint64_t)32 << 10)

bool chip_bit_set(const struct chip_registers *r, struct chip_bit bit)
{
	return bit.reg != CHIP_REG_NONE && r->value[bit.reg] & bit.mask;
}

/* The bits of mask in value, moved together. */
static unsigned gather(uint8_t value, uint8_t mask)
{
	unsigned out = 0, n = 0, i;

	for (i = 0; i < 8; i++)
		if (mask >> i & 1)
			out |= ((unsigned)value >> i & 1) << n++;
	return out;
}

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

/* Of BP that is neither 0 nor all ones. */
static uint64_t steps(const struct chip_protect *p, unsigned bp, unsigned all, bool sectors,
		      uint64_t size)
{
	const unsigned doubled = p->ranges == CHIP_RANGES_2X;
	const uint64_t count = (uint64_t)1 << (bp - 1 + doubled);
	const uint64_t half = size / 2 >> (all - 2 + doubled);

	if (sectors)
		return least(SECTOR * count, SECTORS_MOST);
	if (p->ranges == CHIP_RANGES_64K || half < BLOCK)
		return least(BLOCK * count, size);
	return least(half * count, size);
}

bool chip_protected_range(const struct chip_protect *p, const struct chip_registers *r,
			  uint64_t size, struct img_range *out)
{
	const unsigned all = gather(0xff, p->bp);
	const bool cmp = chip_bit_set(r, p->cmp);
	unsigned bp = gather(r->value[CHIP_REG_SR1], p->bp);
	bool top = !chip_bit_set(r, p->tb);
	uint64_t length;

	if (all < 3 || p->ranges == CHIP_RANGES_UNKNOWN || p->ranges == CHIP_RANGES_SIXTEENTH ||
	    chip_bit_set(r, p->wps))
		return false;
	if (cmp && p->ranges == CHIP_RANGES_BIT_CMP)
		bp ^= all;
	length = bp == 0 ? 0
		 : bp == all ? size : steps(p, bp, all, chip_bit_set(r, p->sec), size);
	/* By the data sheets BP 0 with CMP is everything, too, on chips that turn BP round. */
	if (cmp && !(p->ranges == CHIP_RANGES_BIT_CMP && bp == all)) {
		length = size - length;
		top = !top;
	}
	*out = (struct img_range){ top && length ? size - length : 0, length };
	return true;
}
