/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the rows that fit a chip to what is safe on each of them. */
#include <stdio.h>
#include <string.h>

#include "tools/programmer/chip/state.h"

/* True of a chip as soon as it may be true; all other flags are abilities. */
#define CAUTIONS (CHIP_BANK_B9 | CHIP_E9_PASSWORD | CHIP_STACKED | CHIP_C2_DIES | CHIP_MX | \
		  CHIP_NO_NATIVE | CHIP_LOCKED | CHIP_SR2 | CHIP_SR3)
#define UNKNOWN_PROTECT 0x3c

static bool id_fits(const struct chip_part *part, const uint8_t *answer, size_t size)
{
	return part->id_size <= size && !memcmp(part->id, answer, part->id_size);
}

/* How many further bytes the row wants and finds; -1: it wants others. */
static int ext_fits(const struct chip_part *part, const uint8_t *answer, size_t size)
{
	size_t i;

	if (part->ext_by_res)
		return 0;
	if (part->ext_size > size - part->id_size)
		return -1;
	for (i = 0; i < part->ext_size; i++)
		if ((answer[part->id_size + i] ^ part->ext[i]) & part->ext_mask[i])
			return -1;
	return part->ext_size;
}

void chip_find_candidates(enum chip_probe probe, const uint8_t *answer, size_t size,
			  struct chip_candidates *out)
{
	int best = -1, fit;
	size_t i;

	*out = (struct chip_candidates){ 0 };
	for (i = 0; i < chip_part_count; i++)
		if (chip_parts[i].probe == probe && id_fits(&chip_parts[i], answer, size)) {
			fit = ext_fits(&chip_parts[i], answer, size);
			best = fit > best ? fit : best;
		}
	for (i = 0; i < chip_part_count && out->count < CHIP_CANDIDATES; i++)
		if (chip_parts[i].probe == probe && id_fits(&chip_parts[i], answer, size) &&
		    (best < 0 || ext_fits(&chip_parts[i], answer, size) == best))
			out->part[out->count++] = &chip_parts[i];
}

/* Keeps the candidates of which keep is true, unless that leaves none. */
static void narrow(struct chip_candidates *c, const bool keep[CHIP_CANDIDATES])
{
	size_t i, kept = 0;

	for (i = 0; i < c->count; i++)
		kept += keep[i];
	if (!kept)
		return;
	for (i = kept = 0; i < c->count; i++)
		if (keep[i])
			c->part[kept++] = c->part[i];
	c->count = kept;
}

void chip_narrow_by_res(struct chip_candidates *c, uint8_t res)
{
	bool keep[CHIP_CANDIDATES];
	size_t i;

	for (i = 0; i < c->count; i++)
		keep[i] = c->part[i]->ext_by_res && c->part[i]->ext[0] == res;
	narrow(c, keep);
}

/* Does the row give one of these opcodes another size? */
static bool contradicts(const struct chip_part *part, const struct chip_erase_kind *kind)
{
	size_t i;

	for (i = 0; i < CHIP_ERASE_KINDS && part->erase[i].opcode; i++)
		if (part->erase[i].opcode == kind->opcode &&
		    (part->erase[i].size != kind->size || part->erase[i].map))
			return true;
	return false;
}

void chip_narrow_by_sfdp(struct chip_candidates *c, const struct sfdp *s)
{
	bool keep[CHIP_CANDIDATES];
	size_t i, k;

	for (i = 0; i < c->count; i++)
		keep[i] = !(c->part[i]->flags & CHIP_NO_SFDP);
	narrow(c, keep);
	for (i = 0; i < c->count; i++)
		keep[i] = c->part[i]->size == s->size;
	narrow(c, keep);
	for (i = 0; i < c->count; i++)
		for (k = 0, keep[i] = true; k < s->erase_count; k++)
			keep[i] &= !contradicts(c->part[i], &s->erase[k]);
	narrow(c, keep);
}

static bool same_bit(struct chip_bit a, struct chip_bit b)
{
	return a.reg == b.reg && a.mask == b.mask;
}

static struct chip_bit common_bit(struct chip_bit a, struct chip_bit b)
{
	return same_bit(a, b) ? a : (struct chip_bit){ CHIP_REG_NONE, 0 };
}

static void merge_protect(struct chip_protect *p, const struct chip_protect *q)
{
	if (p->bp != q->bp || p->ranges != q->ranges || !same_bit(p->tb, q->tb) ||
	    !same_bit(p->sec, q->sec) || !same_bit(p->cmp, q->cmp))
		p->ranges = CHIP_RANGES_UNKNOWN;
	p->tb = common_bit(p->tb, q->tb);
	p->sec = common_bit(p->sec, q->sec);
	p->cmp = common_bit(p->cmp, q->cmp);
	p->wps = common_bit(p->wps, q->wps);
	p->srl = common_bit(p->srl, q->srl);
	p->srp |= q->srp;
	p->bp |= q->bp;
}

static uint8_t odd_bits(const struct chip_part *part)
{
	uint8_t bits = part->program == CHIP_PROGRAM_AAI ? SR1_AAI : 0;

	switch (part->errors) {
	case CHIP_ERRORS_SPANSION:
		return bits | SR1_E_ERR | SR1_P_ERR;
	case CHIP_ERRORS_EPE:
		return bits | SR1_EPE;
	case CHIP_ERRORS_BIT6:
		return bits | 0x40;
	default:
		return bits;
	}
}

static struct chip_traits traits_of(const struct chip_part *part)
{
	return (struct chip_traits){
		.flags = part->flags, .odd_bits = odd_bits(part), .mode = part->mode,
		.unlock = part->unlock, .unlock_mask = part->unlock_mask,
		.unlock_srwd = part->unlock_srwd, .protect = part->protect,
		.errors = part->errors,
	};
}

/* B7 serves a chip that wants no write enable before it with one, too. */
static unsigned merge_flags(unsigned a, unsigned b)
{
	unsigned out = (a & b) | ((a | b) & CAUTIONS);

	if (a & CHIP_ENTERS_4BYTE && b & CHIP_ENTERS_4BYTE && (a | b) & CHIP_06_B7)
		out = (out & ~(unsigned)CHIP_B7) | CHIP_06_B7;
	return out;
}

static void merge_traits(struct chip_traits *t, const struct chip_part *part)
{
	t->sr2_differs |= (t->flags ^ part->flags) & CHIP_SR2_BY_01;
	t->flags = merge_flags(t->flags, part->flags);
	t->odd_bits |= odd_bits(part);
	t->mode = common_bit(t->mode, part->mode);
	if (t->unlock == CHIP_UNLOCK_NONE || part->unlock == CHIP_UNLOCK_MASK)
		t->unlock = part->unlock;
	t->unlock_mask |= part->unlock_mask;
	t->unlock_srwd |= part->unlock_srwd;
	merge_protect(&t->protect, &part->protect);
	if (t->errors != part->errors)
		t->errors = CHIP_ERRORS_NONE;
}

static void merge_supply(struct chip_info *info, const struct chip_part *part)
{
	if (!part->mv_max)
		return;
	info->mv_mixed |= info->mv_max && (part->mv_min > info->mv_max ||
					   info->mv_min > part->mv_max);
	if (info->mv_max && info->mv_max <= part->mv_max)
		return;
	info->mv_min = part->mv_min;
	info->mv_max = part->mv_max;
}

/* Adds the entries of a row that are not there yet. */
static void add_names(char name[CHIP_NAME_MAX], const char *entries)
{
	for (;;) {
		const size_t len = strcspn(entries, "|"), used = strlen(name);
		const char *there = name;

		while (strcspn(there, "|") != len || strncmp(there, entries, len)) {
			there += strcspn(there, "|");
			if (!*there)
				break;
			there++;
		}
		if (!*there && used + len + 2 < CHIP_NAME_MAX)
			snprintf(name + used, CHIP_NAME_MAX - used, "%s%.*s", used ? "|" : "",
				 (int)len, entries);
		entries += len;
		if (!*entries++)
			return;
	}
}

static void merge_rows(struct spi_chip *chip)
{
	const struct chip_candidates *c = &chip->candidates;
	struct chip_info *info = &chip->base.info;
	size_t i;

	snprintf(info->vendor, sizeof(info->vendor), "%s", c->part[0]->vendor);
	info->ext_size = c->part[0]->ext_size;
	chip_part_geometry(c->part[0], &info->geometry);
	chip->traits = traits_of(c->part[0]);
	for (i = 0; i < c->count; i++) {
		if (i) {
			chip_geometry_intersect(&info->geometry, c->part[i]);
			merge_traits(&chip->traits, c->part[i]);
		}
		merge_supply(info, c->part[i]);
		add_names(info->name, c->part[i]->name);
	}
}

static void no_row(struct spi_chip *chip)
{
	struct chip_info *info = &chip->base.info;

	snprintf(info->vendor, sizeof(info->vendor), "unknown");
	snprintf(info->name, sizeof(info->name), "chip described by its SFDP");
	info->geometry = (struct chip_geometry){
		.program = CHIP_PROGRAM_PAGE, .page = CHIP_PAGE_MAX, .page_typical_us = 700,
		.page_max_us = 5000,
	};
	chip->traits = (struct chip_traits){ .flags = CHIP_SFDP };
	chip->traits.protect.bp = UNKNOWN_PROTECT;
}

/* An opcode to which every candidate gives another size is left alone while there are others. */
static bool is_doubtful(const struct chip_candidates *c, const struct chip_erase_kind *kind)
{
	size_t i;

	for (i = 0; i < c->count && contradicts(c->part[i], kind); i++)
		;
	return c->count && i == c->count;
}

static void add_kind(struct chip_geometry *g, struct chip_erase_kind kind)
{
	if (!kind.typical_us)
		chip_erase_time(kind.size, &kind.typical_us, &kind.max_us);
	if (kind.max_us < kind.typical_us)
		kind.max_us = kind.typical_us;
	if (g->erase_count < CHIP_ERASE_KINDS)
		g->erase[g->erase_count++] = kind;
}

static bool has_4_bytes(uint8_t opcode)
{
	return opcode == OP_ERASE_4K_4 || opcode == OP_ERASE_32K_4 ||
	       opcode == OP_ERASE_32K_4_ISSI || opcode == OP_ERASE_64K_4;
}

static void take_erases(struct spi_chip *chip, const struct sfdp *s)
{
	struct chip_geometry *g = &chip->base.info.geometry;
	const struct chip_geometry rows = *g;
	unsigned doubtful = 0;
	size_t i;

	for (i = 0; i < s->erase_count; i++)
		doubtful += is_doubtful(&chip->candidates, &s->erase[i]);
	if (!s->erase_count)
		return;
	g->erase_count = 0;
	for (i = 0; i < s->erase_count; i++) {
		struct chip_erase_kind kind = s->erase[i];

		if (doubtful < s->erase_count && is_doubtful(&chip->candidates, &kind))
			continue;
		add_kind(g, kind);
		kind.opcode = s->erase_4[i];
		if (kind.opcode)
			add_kind(g, kind);
	}
	for (i = 0; i < rows.erase_count && !(chip->traits.flags & CHIP_NO_NATIVE); i++)
		if (has_4_bytes(rows.erase[i].opcode) && !s->read_13)
			add_kind(g, rows.erase[i]);
}

static void take_modes(struct spi_chip *chip, const struct sfdp *s)
{
	unsigned *flags = &chip->traits.flags;

	if (s->read_13 && s->program_12) {
		*flags &= ~(unsigned)CHIP_NO_NATIVE;
		*flags |= CHIP_NATIVE_13 | CHIP_NATIVE_12;
	}
	if (s->modes_told && !(*flags & CHIP_E9_PASSWORD)) {
		*flags &= ~(unsigned)(CHIP_ENTERS_4BYTE | CHIP_EAR_C5);
		*flags |= s->enter_b7 ? CHIP_B7 : s->enter_06_b7 ? CHIP_06_B7 : 0;
		*flags |= s->ear_c5 ? CHIP_EAR_C5 : 0;
	}
	if (s->always_4byte)
		chip->addressing = CHIP_ADDRESS_4;
	if (s->quad_enable == 1 || s->quad_enable == 4 || s->quad_enable == 5)
		*flags |= CHIP_SR2_BY_01;
	else if (s->quad_enable == 6 && !(*flags & CHIP_SR2))
		*flags |= CHIP_SR2_BY_31;
}

static void take_pages(struct chip_geometry *g, const struct sfdp *s, bool known)
{
	if (g->program != CHIP_PROGRAM_PAGE)
		return;
	if (s->page > 1)
		g->page = s->page;
	else if (s->page == 1 && !known)
		g->program = CHIP_PROGRAM_BYTE;
	if (s->page_typical_us && g->program == CHIP_PROGRAM_PAGE) {
		g->page_typical_us = s->page_typical_us;
		g->page_max_us = s->page_max_us > g->page_max_us ? s->page_max_us : g->page_max_us;
	}
}

void chip_merge(struct spi_chip *chip, const struct sfdp *s)
{
	if (chip->candidates.count)
		merge_rows(chip);
	else
		no_row(chip);
	chip->base.info.protect_mask = chip->traits.unlock_mask | chip->traits.protect.bp;
	chip->base.info.sfdp = s;
	if (!s)
		return;
	chip->base.info.geometry.size = chip->base.info.geometry.whole.size
					   ? chip->base.info.geometry.size : s->size;
	take_erases(chip, s);
	take_pages(&chip->base.info.geometry, s, chip->candidates.count);
	take_modes(chip, s);
}
