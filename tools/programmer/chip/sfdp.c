/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/chip/sfdp.h"

#include <string.h>

#include "libimg/core/bytes.h"
#include "tools/programmer/chip/opcode.h"

#define SIZE_MIN ((uint64_t)64 << 10)
#define SIZE_MAX_ ((uint64_t)128 << 20)
#define ERASE_MIN 256u
#define ERASE_US_MAX 20000000u	/* a table that wants longer is not believed */
#define PAGE_US_MAX 100000u

struct words {			/* of a table; those that are not there read 0 */
	struct img_view table;
	size_t count;
};

static uint32_t word(const struct words *w, size_t number)
{
	uint8_t raw[4] = { 0 };

	if (number > w->count ||
	    img_view_copy(w->table, 4 * (number - 1), raw, sizeof(raw), NULL) != IMG_OK)
		return 0;
	return img_get_le32(raw);
}

static unsigned bits(uint32_t value, unsigned first, unsigned count)
{
	return value >> first & ((1u << count) - 1);
}

enum img_status sfdp_count(struct img_view head, size_t *count, struct img_error *err)
{
	uint8_t raw[8];
	enum img_status st = img_view_copy(head, 0, raw, sizeof(raw), err);

	if (st != IMG_OK)
		return st;
	if (memcmp(raw, "SFDP", 4))
		return img_fail(err, IMG_E_ABSENT, 0, "no SFDP signature");
	if (raw[5] != 1)
		return img_fail(err, IMG_E_UNSUPPORTED, 5, "SFDP of major revision %u", raw[5]);
	*count = raw[6] + 1u;
	return IMG_OK;
}

enum img_status sfdp_find(struct img_view headers, unsigned id, struct sfdp_table *out,
			  struct img_error *err)
{
	uint8_t raw[8], best[8];
	bool found = false;
	uint64_t at;

	for (at = 0; img_view_copy(headers, at, raw, sizeof(raw), NULL) == IMG_OK; at += 8) {
		if ((unsigned)(raw[7] << 8 | raw[0]) != id || raw[2] != 1)
			continue;
		if (!found || raw[1] >= best[1])
			memcpy(best, raw, sizeof(best));
		found = true;
	}
	if (!found)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "no SFDP table %04X", id);
	*out = (struct sfdp_table){
		.at = (uint32_t)(best[4] | best[5] << 8 | best[6] << 16), .size = 4u * best[3],
	};
	if (!out->size || out->at < SFDP_HEADER + img_view_size(headers) ||
	    out->at + out->size > (size_t)1 << 24)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"the SFDP table %04X is at 0x%x and has %zu bytes", id, out->at,
				out->size);
	return IMG_OK;
}

static enum img_status decode_size(uint32_t density, uint64_t *out, struct img_error *err)
{
	const uint32_t n = density & 0x7fffffff;
	uint64_t size;

	if (density >> 31)
		size = n >= 3 && n < 48 ? (uint64_t)1 << (n - 3) : 0;
	else
		size = ((uint64_t)n + 1) / 8;
	if (size < SIZE_MIN || size > SIZE_MAX_)
		return img_fail(err, IMG_E_UNSUPPORTED, 4,
				"SFDP tells a size of %llu bytes; chips of 64 KiB to 128 MiB are "
				"supported", (unsigned long long)size);
	if (size & (size - 1) || (!(density >> 31) && (n + 1) % 8))
		return img_fail(err, IMG_E_CORRUPT, 4, "SFDP tells a size of %lu bits",
				(unsigned long)n + 1);
	*out = size;
	return IMG_OK;
}

/* Opcodes that never do anything else: nothing that a table could turn against the chip. */
static bool is_erase(uint8_t opcode)
{
	static const uint8_t known[] = { 0x20, 0x21, 0x52, 0x53, 0x5c, 0x81, 0xd7, 0xd8, 0xdb,
					 0xdc };

	return memchr(known, opcode, sizeof(known));
}

/* slot: of the type in word 10; negative: none. */
static enum img_status add_erase(struct sfdp *s, uint8_t opcode, uint64_t size,
				 uint32_t typical_us, uint32_t max_us, struct img_error *err)
{
	size_t i;

	if (size > s->size)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"by SFDP erase command %02X erases more than the chip", opcode);
	for (i = 0; i < s->erase_count; i++) {
		if (s->erase[i].opcode != opcode)
			continue;
		if (s->erase[i].size == size)
			return IMG_OK;
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"by SFDP erase command %02X erases %lu bytes and also %llu",
				opcode, (unsigned long)s->erase[i].size, (unsigned long long)size);
	}
	if (is_erase(opcode) && size >= ERASE_MIN && s->erase_count < SFDP_ERASES)
		s->erase[s->erase_count++] = (struct chip_erase_kind){
			.opcode = opcode, .size = (uint32_t)size, .typical_us = typical_us,
			.max_us = max_us,
		};
	return IMG_OK;
}

static uint32_t longest(uint64_t typical_us, unsigned factor, uint32_t most)
{
	const uint64_t us = 2 * (factor + 1) * typical_us;

	return us > most ? most : (uint32_t)us;
}

static enum img_status decode_erases(const struct words *w, struct sfdp *s, struct img_error *err)
{
	static const uint32_t units_ms[] = { 1, 16, 128, 1000 };
	const uint32_t times = word(w, 10);
	enum img_status st = IMG_OK;
	unsigned i;

	for (i = 0; st == IMG_OK && i < SFDP_ERASES; i++) {
		const uint32_t type = word(w, 8 + i / 2) >> 16 * (i % 2);
		const unsigned power = type & 0xff;
		const uint64_t size = power < 40 ? (uint64_t)1 << power : UINT64_MAX;
		uint64_t us = (uint64_t)(bits(times, 4 + 7 * i, 5) + 1) *
			      units_ms[bits(times, 9 + 7 * i, 2)] * 1000;

		us = us > ERASE_US_MAX ? ERASE_US_MAX : us;
		if (power)
			st = add_erase(s, (uint8_t)(type >> 8), size,
				       w->count >= 10 ? (uint32_t)us : 0,
				       longest(us, bits(times, 0, 4), ERASE_US_MAX), err);
	}
	if (st == IMG_OK && bits(word(w, 1), 0, 2) == 1)
		st = add_erase(s, (uint8_t)(word(w, 1) >> 8), 4096, 0, 0, err);
	return st;
}

static void decode_page(const struct words *w, struct sfdp *s)
{
	const uint32_t told = word(w, 11);
	const unsigned power = bits(told, 4, 4);

	if (w->count < 11) {
		s->page = word(w, 1) & 4 ? 0 : 1;
		return;
	}
	s->page = 1u << power > CHIP_PAGE_MAX ? CHIP_PAGE_MAX : 1u << power;
	s->page_typical_us = (bits(told, 8, 5) + 1) * (bits(told, 13, 1) ? 64 : 8);
	s->page_max_us = longest(s->page_typical_us, bits(told, 0, 4), PAGE_US_MAX);
}

static void decode_modes(const struct words *w, struct sfdp *s)
{
	const uint32_t modes = word(w, 16);
	const bool leaves = bits(modes, 14, 2);

	s->quad_enable = w->count >= 15 ? (int)bits(word(w, 15), 20, 3) : -1;
	s->address = bits(word(w, 1), 17, 2) == 1 ? SFDP_ADDRESS_3_OR_4
		     : bits(word(w, 1), 17, 2) == 2 ? SFDP_ADDRESS_4 : SFDP_ADDRESS_3;
	s->modes_told = w->count >= 16;
	s->enter_b7 = leaves && bits(modes, 24, 1);
	s->enter_06_b7 = leaves && bits(modes, 25, 1);
	s->ear_c5 = bits(modes, 26, 1);
	s->always_4byte = s->address == SFDP_ADDRESS_4 || bits(modes, 30, 1);
}

enum img_status sfdp_decode_basic(struct img_view table, struct sfdp *out, struct img_error *err)
{
	const struct words w = { table, img_view_size(table) / 4 };
	struct sfdp s = { 0 };
	enum img_status st;

	if (w.count < 4)
		return img_fail(err, IMG_E_BOUNDS, 0,
				"the basic SFDP table has %zu words, 4 is the least", w.count);
	st = decode_size(word(&w, 2), &s.size, err);
	if (st == IMG_OK)
		st = decode_erases(&w, &s, err);
	if (st != IMG_OK)
		return st;
	decode_page(&w, &s);
	decode_modes(&w, &s);
	*out = s;
	return IMG_OK;
}

/* Which of the four types it was is told by the order in the basic table; only the
 * opcodes tell for sure, and they are fixed by use. */
static uint8_t with_4_bytes(uint8_t opcode)
{
	switch (opcode) {
	case 0x20: return OP_ERASE_4K_4;
	case 0x52: return OP_ERASE_32K_4;
	case 0xd8: return OP_ERASE_64K_4;
	default: return 0;
	}
}

enum img_status sfdp_decode_4byte(struct img_view table, struct sfdp *sfdp, struct img_error *err)
{
	const struct words w = { table, img_view_size(table) / 4 };
	uint32_t has;
	size_t i, k;

	if (w.count < 2)
		return img_fail(err, IMG_E_BOUNDS, 0,
				"the SFDP table of 4-byte commands has %zu words, 2 is the least",
				w.count);
	has = word(&w, 1);
	sfdp->read_13 = bits(has, 0, 1);
	sfdp->fast_read_0c = bits(has, 1, 1);
	sfdp->program_12 = bits(has, 6, 1);
	for (i = 0; i < sfdp->erase_count; i++)
		for (k = 0; k < SFDP_ERASES; k++)
			if (bits(has, 9 + (unsigned)k, 1) &&
			    bits(word(&w, 2), 8 * (unsigned)k, 8) ==
				    with_4_bytes(sfdp->erase[i].opcode))
				sfdp->erase_4[i] = with_4_bytes(sfdp->erase[i].opcode);
	return IMG_OK;
}
