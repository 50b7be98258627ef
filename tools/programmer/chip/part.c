/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Ids, names, sizes, opcodes and registers: the chip tables of flashprog (79d5c664) and
 * flashrom (v1.8.0-rc1). Neither has times; those here are the usual ones of the data
 * sheets, with maxima that hold for every part of the table.
 */
#include "tools/programmer/chip/part.h"

#include <ctype.h>
#include <string.h>

#define KIB 1024u
#define MIB (1024u * 1024u)

#define ERASE_4_32_64 { { 0x20, 4 * KIB }, { 0x52, 32 * KIB }, { 0xd8, 64 * KIB } }
#define ERASE_4_64_64 { { 0x20, 4 * KIB }, { 0x52, 64 * KIB }, { 0xd8, 64 * KIB } }
#define ERASE_4_64 { { 0x20, 4 * KIB }, { 0xd8, 64 * KIB } }
#define ERASE_64_64 { { 0x20, 64 * KIB }, { 0xd8, 64 * KIB } }

#define WINBOND(name, type, capacity, size, flags) \
	{ "Winbond", name, { 0xef, type, capacity }, size, CHIP_TB_SEC | CHIP_SR2 | (flags), \
	  0x1c, ERASE_4_32_64 }
#define MACRONIX(name, capacity, size, flags, erase) \
	{ "Macronix", name, { 0xc2, 0x20, capacity }, size, flags, 0x3c, erase }

const struct chip_part chip_parts[] = {
	WINBOND("W25Q40.V", 0x40, 0x13, 512 * KIB, 0),
	WINBOND("W25Q80.V", 0x40, 0x14, 1 * MIB, 0),
	WINBOND("W25Q80BV/W25Q80DV", 0x40, 0x14, 1 * MIB, 0),
	WINBOND("W25Q80RV", 0x40, 0x14, 1 * MIB, CHIP_SR3 | CHIP_RESET | CHIP_SFDP),
	WINBOND("W25Q16.V", 0x40, 0x15, 2 * MIB, CHIP_SFDP),
	WINBOND("W25Q32BV/W25Q32CV/W25Q32DV", 0x40, 0x16, 4 * MIB, CHIP_SFDP),
	WINBOND("W25Q32FV", 0x40, 0x16, 4 * MIB, CHIP_SFDP | CHIP_SR3 | CHIP_RESET),
	WINBOND("W25Q32JV", 0x40, 0x16, 4 * MIB, CHIP_SFDP | CHIP_SR3 | CHIP_RESET),
	WINBOND("W25Q64BV/W25Q64CV/W25Q64FV", 0x40, 0x17, 8 * MIB, CHIP_SFDP),
	WINBOND("W25Q64JV-.Q", 0x40, 0x17, 8 * MIB, CHIP_SFDP | CHIP_SR3 | CHIP_RESET),
	WINBOND("W25Q128.V", 0x40, 0x18, 16 * MIB, CHIP_SFDP | CHIP_SR3 | CHIP_RESET),
	MACRONIX("MX25L1605", 0x15, 2 * MIB, 0, ERASE_64_64),
	MACRONIX("MX25L1605A/MX25L1606E/MX25L1608E", 0x15, 2 * MIB, 0, ERASE_4_64_64),
	MACRONIX("MX25L1605D/MX25L1608D/MX25L1673E", 0x15, 2 * MIB, 0, ERASE_4_64),
	MACRONIX("MX25V16066", 0x15, 2 * MIB, 0, ERASE_4_32_64),
	MACRONIX("MX25L3205(A)", 0x16, 4 * MIB, 0, ERASE_64_64),
	MACRONIX("MX25L3205D/MX25L3208D", 0x16, 4 * MIB, 0, ERASE_4_64),
	MACRONIX("MX25L3206E/MX25L3208E", 0x16, 4 * MIB, 0, ERASE_4_64_64),
	MACRONIX("MX25L3233F/MX25L3273E", 0x16, 4 * MIB, 0, ERASE_4_32_64),
	MACRONIX("MX25L3273F", 0x16, 4 * MIB, 0, ERASE_4_32_64),
	MACRONIX("MX25L6405", 0x17, 8 * MIB, 0, ERASE_64_64),
	MACRONIX("MX25L6405D", 0x17, 8 * MIB, 0, ERASE_4_64),
	MACRONIX("MX25L6406E/MX25L6408E", 0x17, 8 * MIB, CHIP_SFDP, ERASE_4_64_64),
	MACRONIX("MX25L6436E/MX25L6445E/MX25L6465E", 0x17, 8 * MIB, CHIP_SFDP, ERASE_4_32_64),
	MACRONIX("MX25L6473E", 0x17, 8 * MIB, CHIP_SFDP, ERASE_4_32_64),
	MACRONIX("MX25L6473F", 0x17, 8 * MIB, CHIP_SFDP, ERASE_4_32_64),
	MACRONIX("MX25L12805D", 0x18, 16 * MIB, 0, ERASE_4_64),
	MACRONIX("MX25L12833F", 0x18, 16 * MIB, CHIP_SFDP, ERASE_4_32_64),
	MACRONIX("MX25L12835F/MX25L12873F", 0x18, 16 * MIB, CHIP_SFDP | CHIP_RESET, ERASE_4_32_64),
	MACRONIX("MX25L12845E/MX25L12865E", 0x18, 16 * MIB, 0, ERASE_4_32_64),
};

const size_t chip_part_count = sizeof(chip_parts) / sizeof(chip_parts[0]);

/* The time a block of some size takes, as a step function of the size. */
static const struct chip_erase_kind erase_times[] = {
	{ 0, 4 * KIB, 45000, 400000 },
	{ 0, 32 * KIB, 120000, 1000000 },
	{ 0, 64 * KIB, 150000, 2000000 },
};

static bool same_letter(char a, char b)
{
	return a == '.' || b == '.' || tolower((unsigned char)a) == tolower((unsigned char)b);
}

static bool same_name(const char *entry, size_t len, const char *name)
{
	size_t i;

	for (i = 0; i < len && name[i]; i++)
		if (!same_letter(entry[i], name[i]))
			return false;
	return i == len && !name[i];
}

bool chip_part_is_named(const struct chip_part *part, const char *name)
{
	const char *entry = part->name;

	if (same_name(entry, strlen(entry), name))
		return true;
	for (;;) {
		size_t len = strcspn(entry, "/");

		if (same_name(entry, len, name))
			return true;
		if (!entry[len])
			return false;
		entry += len + 1;
	}
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
		if (chip_parts[i].size == size)
			return &chip_parts[i];
	return NULL;
}

static struct chip_erase_kind erase_kind(uint8_t opcode, uint32_t size)
{
	const size_t last = sizeof(erase_times) / sizeof(erase_times[0]) - 1;
	struct chip_erase_kind kind;
	size_t i = 0;

	while (i < last && erase_times[i].size < size)
		i++;
	kind = erase_times[i];
	kind.opcode = opcode;
	kind.size = size;
	return kind;
}

void chip_part_geometry(const struct chip_part *part, struct chip_geometry *out)
{
	struct chip_geometry g = {
		.size = part->size, .page = CHIP_PAGE_MAX, .page_typical_us = 700,
		.page_max_us = 5000,
	};
	size_t i;

	for (i = 0; i < CHIP_ERASE_KINDS && part->erase[i].size; i++)
		g.erase[g.erase_count++] = erase_kind(part->erase[i].opcode, part->erase[i].size);
	*out = g;
}

static bool erases(const struct chip_part *part, uint8_t opcode, uint32_t size)
{
	size_t i;

	for (i = 0; i < CHIP_ERASE_KINDS; i++)
		if (part->erase[i].opcode == opcode && part->erase[i].size == size)
			return true;
	return false;
}

void chip_geometry_intersect(struct chip_geometry *g, const struct chip_part *part)
{
	size_t i, kept = 0;

	for (i = 0; i < g->erase_count; i++)
		if (erases(part, g->erase[i].opcode, g->erase[i].size))
			g->erase[kept++] = g->erase[i];
	g->erase_count = kept;
}
