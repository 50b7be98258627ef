/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Plans of writes, carried out on a model: flash whose bits only erases set. Afterwards it holds
 * what it was to hold, and nothing outside of the request is other than before.
 */
#include "tests/fuzz/fuzz.h"
#include "tools/programmer/plan/plan.h"

enum { SIZE = 0x40000, SECTOR = 0x1000 };

/* In front: erase kinds, request start and size in sectors; then one byte a sector: content. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const uint8_t plain[] = { 7, 0, 64, 1, 2, 3, 4, 5, 6, 7, 8, 0x80, 0x81, 0xff };
	static const uint8_t large[] = { 4, 3, 20, 0, 0, 0, 9, 9, 9, 9, 9, 0x90, 0x91, 0x92 };
	static const uint8_t whole[] = { 8, 0, 64, 0x83, 0x84 }, none[] = { 0, 0, 64, 0x80 };

	add(ctx, img_view_of(plain, sizeof(plain)));
	add(ctx, img_view_of(large, sizeof(large)));
	add(ctx, img_view_of(whole, sizeof(whole)));
	add(ctx, img_view_of(none, sizeof(none)));
}

static void set_geometry(struct chip_geometry *g, unsigned kinds)
{
	static const struct chip_erase_kind all[] = {
		{ 0x20, 0x1000, NULL, 45000, 400000 }, { 0x52, 0x8000, NULL, 120000, 1600000 },
		{ 0xd8, 0x10000, NULL, 150000, 2000000 },
	};

	memset(g, 0, sizeof(*g));
	g->size = SIZE;
	g->program = kinds & 0x40 ? CHIP_PROGRAM_BYTE : CHIP_PROGRAM_PAGE;
	g->page = kinds & 0x40 ? 1 : 256;
	g->page_typical_us = 700;
	g->page_max_us = 3000;
	for (unsigned i = 0; i < 3; i++)
		if (kinds >> i & 1)
			g->erase[g->erase_count++] = all[i];
	if (kinds & 8)
		g->whole = (struct chip_erase_kind){ 0xc7, SIZE, NULL, 20000000, 100000000 };
}

/* Blank, what was there, fewer bits, or something else. */
static void set_sector(uint8_t *from, uint8_t *to, unsigned byte, unsigned n)
{
	memset(from, byte & 0x40 ? 0xff : 0xa5 ^ (int)n, SECTOR);
	memcpy(to, from, SECTOR);
	switch (byte & 7) {
	case 0: break;
	case 1: memset(to, 0xff, SECTOR); break;
	case 2: to[byte * 16] = 0; break;
	case 3: to[byte * 16] ^= 0xff; break;
	case 4: memset(to, 0x11, SECTOR); break;
	case 5: memset(to + 0x800, 0x22, 0x100); break;
	case 6: memset(to, 0, SECTOR / 2); break;
	default: to[0] = 0xff; to[SECTOR - 1] = 0; break;
	}
}

static void carry_out(const struct plan *plan, const struct chip_geometry *g, uint8_t *chip,
		      const uint8_t *to)
{
	struct img_range whole = { 0, SIZE };

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *s = &plan->step[i];
		uint64_t at = s->range.start, end = img_range_end(s->range);

		fuzz_must(s->range.size && img_range_holds(whole, s->range));
		fuzz_must(plan_kind_word(s->kind));
		if (s->kind == PLAN_ERASE) {
			const struct chip_erase_kind *kind = plan_erase_kind(s, g);

			fuzz_must(kind->opcode);
			fuzz_must(s->erase == PLAN_ERASE_WHOLE || at % kind->size == 0);
			memset(chip + at, 0xff, s->range.size);
		}
		for (; s->kind == PLAN_PROGRAM && at < end; at++)
			chip[at] &= to[at];
		if (s->kind == PLAN_VERIFY)
			fuzz_must(!memcmp(chip + at, to + at, s->range.size));
	}
}

/* What comes last is changed by no step in front of one that changes something else only. */
static void check_last(const struct plan *plan, const struct img_range last[2])
{
	bool begun = false;

	for (size_t i = 0; i < plan->count; i++) {
		const struct plan_step *s = &plan->step[i];
		uint64_t block = s->range.start / 0x10000;
		bool is_last = block == last[0].start / 0x10000 || block == last[1].start / 0x10000;

		if (s->kind == PLAN_ERASE && s->erase == PLAN_ERASE_WHOLE)
			return;
		begun |= is_last;
		fuzz_must(is_last || !begun);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t from[SIZE], to[SIZE], chip[SIZE];
	struct img_reader r = img_reader_of(img_view_of(data, size), NULL);
	unsigned kinds = img_read_u8(&r), first = img_read_u8(&r) % 64, sectors = img_read_u8(&r);
	struct img_range change = { (uint64_t)first * SECTOR, 0 };
	struct img_range last[2] = { { 0, SECTOR }, { SIZE - 0x100, 0x100 } };
	struct plan_request request = { .last = { last, kinds >> 4 & 1 ? 2 : 0 } };
	struct chip_geometry g;
	struct img_error err;
	struct plan plan;
	enum img_status st;

	sectors = sectors % 65 > 64 - first ? 64 - first : sectors % 65;
	if (!sectors) {
		first = 0;
		sectors = SIZE / SECTOR;
	} else {
		change.size = (uint64_t)sectors * SECTOR;
		request.change = (struct plan_ranges){ &change, 1 };
	}
	set_geometry(&g, kinds);
	for (unsigned i = 0; i < SIZE / SECTOR; i++) {
		bool inside = i >= first && i < first + sectors;
		unsigned byte = img_read_u8(&r);

		set_sector(from + i * SECTOR, to + i * SECTOR, inside ? byte : byte & 0x40, i);
	}
	memcpy(chip, from, SIZE);
	st = plan_make(img_view_of(from, SIZE), img_view_of(to, SIZE), &g, &request, &plan, &err);
	fuzz_check_error(st, &err);
	fuzz_must(st == IMG_OK || (st == IMG_E_UNSUPPORTED && !(kinds & 15)));
	if (st != IMG_OK)
		return 0;
	fuzz_must(!plan.count == !memcmp(from, to, SIZE));
	carry_out(&plan, &g, chip, to);
	fuzz_must(!memcmp(chip, to, SIZE));
	if (request.last.count)
		check_last(&plan, last);
	(void)plan_expected_us(&plan, &g);
	plan_free(&plan);
	return 0;
}
