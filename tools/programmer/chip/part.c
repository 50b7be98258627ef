/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/chip/part.h"

#include <ctype.h>
#include <string.h>

#define KIB 1024u
#define WHOLE_US_PER_64K 156250u	/* 20 s for 8 MiB, 100 s at most */
#define WHOLE_MAX_US_PER_64K 781250u
#define WHOLE_MAX_US_LEAST 10000000u
#define BYTE_US 20u			/* SST25: 10; the usual of AT25F: 30 */

/*
 * The time a block of some size takes, as a step function of the size. The tables the
 * chips come from have no times; these are the usual ones of the data sheets, with maxima
 * that hold for every chip.
 */
static const struct { uint32_t size, typical_us, max_us; } erase_times[] = {
	{ 256, 10000, 500000 },
	{ 4 * KIB, 45000, 400000 },
	{ 32 * KIB, 120000, 1000000 },
	{ 64 * KIB, 150000, 2000000 },
	{ 256 * KIB, 600000, 8000000 },
};

static bool same_letter(char a, char b)
{
	return a == '.' || b == '.' || tolower((unsigned char)a) == tolower((unsigned char)b);
}

/* What is in parentheses may be there or not, and an ordering code of dots may be cut off. */
static bool same_name(const char *entry, size_t len, const char *name)
{
	const char *close;

	for (; len && *entry != '(' && *name; entry++, len--, name++)
		if (!same_letter(*entry, *name))
			return false;
	if (!len || (!*name && len > 1 && !strncmp(entry, "..", 2)))
		return !*name;
	close = *entry == '(' ? memchr(entry, ')', len) : NULL;
	if (!close)
		return false;
	if (*name == '(' && !strncmp(entry, name, (size_t)(close - entry) + 1))
		name += close - entry + 1;
	else if (close - entry == 2 && *name && same_letter(entry[1], *name))
		name++;
	return same_name(close + 1, len - (size_t)(close + 1 - entry), name);
}

/* Is name one of the parts of list between these separators? */
static bool is_among(const char *list, const char *separators, const char *name)
{
	for (;;) {
		const size_t len = strcspn(list, separators);

		if (same_name(list, len, name))
			return true;
		if (!list[len])
			return false;
		list += len + 1;
	}
}

bool chip_part_is_named(const struct chip_part *part, const char *name)
{
	return same_name(part->name, strlen(part->name), name) ||
	       is_among(part->name, "|", name) || is_among(part->name, "|/", name);
}

const struct chip_part *chip_part_by_name(const char *name)
{
	size_t i;

	for (i = 0; i < chip_part_count; i++)
		if (chip_part_is_named(&chip_parts[i], name))
			return &chip_parts[i];
	return NULL;
}

const struct chip_part *chip_part_by_size(uint64_t size)
{
	size_t i;

	for (i = 0; i < chip_part_count; i++)
		if (chip_parts[i].size == size && chip_parts[i].id[0] == 0xef &&
		    chip_parts[i].id[1] == 0x40)
			return &chip_parts[i];
	return NULL;
}

void chip_erase_time(uint64_t size, uint32_t *typical_us, uint32_t *max_us)
{
	const size_t last = sizeof(erase_times) / sizeof(erase_times[0]) - 1;
	size_t i = 0;

	while (i < last && erase_times[i].size < size)
		i++;
	*typical_us = erase_times[i].typical_us;
	*max_us = erase_times[i].max_us;
}

static struct chip_erase_kind erase_of_all(const struct chip_part *part)
{
	const uint32_t blocks = part->size / (64 * KIB);
	struct chip_erase_kind kind = {
		.opcode = part->whole[0], .size = part->size,
		.typical_us = blocks * WHOLE_US_PER_64K, .max_us = blocks * WHOLE_MAX_US_PER_64K,
	};

	if (kind.max_us < WHOLE_MAX_US_LEAST)
		kind.max_us = WHOLE_MAX_US_LEAST;
	return kind;
}

static struct chip_erase_kind erase_kind(const struct chip_part *part, size_t index)
{
	struct chip_erase_kind kind = {
		.opcode = part->erase[index].opcode, .size = part->erase[index].size,
		.map = part->erase[index].map,
	};

	chip_erase_time(kind.size, &kind.typical_us, &kind.max_us);
	if (part->block_ms && kind.size >= 64 * KIB)
		kind.typical_us = part->block_ms * 1000u * (kind.size / (64 * KIB));
	return kind;
}

void chip_part_geometry(const struct chip_part *part, struct chip_geometry *out)
{
	const bool pages = part->program == CHIP_PROGRAM_PAGE;
	struct chip_geometry g = {
		.size = part->size, .program = part->program, .page = CHIP_PAGE_MAX,
		.page_typical_us = pages ? 700 : BYTE_US, .page_max_us = 5000,
		.whole = erase_of_all(part),
	};
	size_t i;

	for (i = 0; i < CHIP_ERASE_KINDS && part->erase[i].opcode; i++)
		g.erase[g.erase_count++] = erase_kind(part, i);
	*out = g;
}

static bool same_map(const struct chip_region *a, const struct chip_region *b)
{
	if (!a || !b)
		return a == b;
	for (; a->count && a->count == b->count && a->size == b->size; a++, b++)
		;
	return !a->count && !b->count;
}

static bool erases(const struct chip_part *part, const struct chip_erase_kind *kind)
{
	size_t i;

	for (i = 0; i < CHIP_ERASE_KINDS && part->erase[i].opcode; i++)
		if (part->erase[i].opcode == kind->opcode && part->erase[i].size == kind->size &&
		    same_map(part->erase[i].map, kind->map))
			return true;
	return false;
}

/* Read only counts for all; who wants single bytes takes them from every other. */
static enum chip_program common_program(enum chip_program a, enum chip_program b)
{
	if (a == CHIP_PROGRAM_NONE || b == CHIP_PROGRAM_NONE)
		return CHIP_PROGRAM_NONE;
	return a == b ? a : CHIP_PROGRAM_BYTE;
}

void chip_geometry_intersect(struct chip_geometry *g, const struct chip_part *part)
{
	size_t i, kept = 0;

	for (i = 0; i < g->erase_count; i++)
		if (erases(part, &g->erase[i]))
			g->erase[kept++] = g->erase[i];
	g->erase_count = kept;
	g->program = common_program(g->program, part->program);
	if (!memchr(part->whole, g->whole.opcode, CHIP_PART_WHOLE))
		g->whole.opcode = 0;
}

struct img_range chip_block_at(const struct chip_erase_kind *kind, uint64_t at)
{
	const struct chip_region *r = kind->map;
	uint64_t start = 0;

	if (!r)
		return (struct img_range){ at - at % kind->size, kind->size };
	for (; r->count; r++) {
		const uint64_t end = start + (uint64_t)r->count * r->size;

		if (at < end)
			return (struct img_range){ at - (at - start) % r->size, r->size };
		start = end;
	}
	return (struct img_range){ at, 0 };
}
