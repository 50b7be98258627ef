/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An id that nobody has may be a known one whose bits came too late or too early: the wire
 * is at fault then, and to say so helps more than the number.
 */
#include "tools/programmer/chip/state.h"

#define LATE_MAX 8		/* bits; as many as a whole byte */
#define EARLY_MAX 4		/* beyond that too few bits are left to know an id by */
#define ID_BITS 24

/* n bits of answer from bit first on, the highest of a byte first. */
static uint32_t bits(const uint8_t *answer, unsigned first, unsigned n)
{
	uint32_t value = 0;
	unsigned i;

	for (i = first; i < first + n; i++)
		value = value << 1 | ((uint32_t)answer[i / 8] >> (7 - i % 8) & 1u);
	return value;
}

static uint32_t id_of(const struct chip_part *part)
{
	return (uint32_t)part->id[0] << 16 | (uint32_t)part->id[1] << 8 | part->id[2];
}

/* The part whose id ends in these n bits. */
static const struct chip_part *part_with(uint32_t value, unsigned n)
{
	const uint32_t mask = (UINT32_C(1) << n) - 1;
	size_t i;

	for (i = 0; i < chip_part_count; i++)
		if (chip_parts[i].probe == CHIP_PROBE_RDID && chip_parts[i].id_size == 3 &&
		    (id_of(&chip_parts[i]) & mask) == value)
			return &chip_parts[i];
	return NULL;
}

const struct chip_part *chip_shifted_id(const uint8_t *answer, size_t size, int *by)
{
	const struct chip_part *part = NULL;

	for (*by = 1; !part && *by <= LATE_MAX; ++*by)
		if (size * 8 >= (size_t)*by + ID_BITS)
			part = part_with(bits(answer, (unsigned)*by, ID_BITS), ID_BITS);
	if (part) {
		--*by;
		return part;
	}
	for (*by = -1; !part && *by >= -EARLY_MAX; --*by)
		if (size * 8 >= ID_BITS)
			part = part_with(bits(answer, 0, (unsigned)(ID_BITS + *by)),
					 (unsigned)(ID_BITS + *by));
	++*by;
	return part;
}
