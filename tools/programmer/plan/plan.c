/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/plan/plan.h"

#include <stdlib.h>

#define BLOCK_MIN ((uint64_t)64 << 10)
#define BLOCK_MAX ((uint64_t)256 << 10)	/* no erase command but that of all takes more */
#define SECTOR ((uint64_t)4 << 10)	/* what is compared */
#define SECTORS_MAX (BLOCK_MAX / SECTOR)
#define PAGE_MORE_US 135	/* of a page, besides the chip's own time: 267 bytes at 16 MHz */
#define BYTE_NS 1000		/* of what is read back: 1 MB/s */

struct planner {
	struct img_view from, to;
	const struct chip_geometry *g;
	struct img_range request;
	const struct chip_erase_kind *small, *large;	/* NULL: none */
	uint64_t block;			/* what is finished before the next is begun */
	struct plan *plan;
	struct img_error *err;
	enum img_status status_;	/* of part() */
};

/* What is to happen to one block, by sectors. */
struct block {
	uint64_t at;
	bool whole;		/* erased by one command of the large kind */
	bool differs[SECTORS_MAX];
	bool erase[SECTORS_MAX];	/* it will be blank before it is programmed */
	bool touched[SECTORS_MAX];
};

static enum img_status add(struct planner *p, enum plan_kind kind, uint64_t at, uint64_t size)
{
	struct plan *plan = p->plan;
	struct plan_step *larger;

	if (plan->count == plan->room_) {
		plan->room_ = plan->room_ ? 2 * plan->room_ : 64;
		larger = realloc(plan->step, plan->room_ * sizeof(*larger));
		if (!larger)
			return img_fail(p->err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		plan->step = larger;
	}
	plan->step[plan->count++] = (struct plan_step){ .kind = kind, .range = { at, size } };
	switch (kind) {
	case PLAN_ERASE:
		plan->erased += size;
		break;
	case PLAN_PROGRAM:
		plan->programmed += size;
		break;
	case PLAN_VERIFY:
		plan->verified += size;
		break;
	}
	return IMG_OK;
}

/* Extends the last step where the new one follows it in the same 64 KiB, else adds one. */
static enum img_status add_joined(struct planner *p, enum plan_kind kind, uint64_t at,
				  uint64_t size)
{
	struct plan *plan = p->plan;
	struct plan_step *last = plan->count ? &plan->step[plan->count - 1] : NULL;

	if (!last || last->kind != kind || img_range_end(last->range) != at || !(at % BLOCK_MIN))
		return add(p, kind, at, size);
	last->range.size += size;
	if (kind == PLAN_PROGRAM)
		plan->programmed += size;
	else
		plan->verified += size;
	return IMG_OK;
}

/* Remembers a failure and then yields nothing, so that the status is asked once a block. */
static struct img_view part(struct planner *p, struct img_view v, uint64_t at, uint64_t size)
{
	struct img_view out = img_view_of(NULL, 0);
	enum img_status st = img_view_slice(v, at, size, &out, p->err);

	if (st != IMG_OK)
		p->status_ = st;
	return out;
}

static bool same(struct planner *p, uint64_t at, uint64_t size)
{
	return img_view_equal(part(p, p->from, at, size), part(p, p->to, at, size));
}

/* Does a bit have to go from 0 to 1? */
static bool raises(struct img_view from, struct img_view to)
{
	const uint8_t *a = img_view_data(from), *b = img_view_data(to);
	const size_t n = img_view_size(from) == img_view_size(to) ? img_view_size(to) : 0;
	size_t i;

	for (i = 0; i < n; i++)
		if (b[i] & ~a[i])
			return true;
	return false;
}

static uint64_t outside(struct img_range request, uint64_t at, uint64_t size)
{
	const uint64_t end = at + size;
	uint64_t first = request.start > at ? request.start : at;
	uint64_t last = img_range_end(request) < end ? img_range_end(request) : end;

	return size - (last > first ? last - first : 0);
}

static unsigned sectors(const struct planner *p)
{
	return (unsigned)(p->block / SECTOR);
}

/* How many sectors the small erase takes that begins at this one. */
static unsigned unit_at(const struct planner *p, const struct block *b, unsigned first)
{
	uint64_t size;

	if (!p->small)
		return 1;
	size = chip_block_at(p->small, b->at + first * SECTOR).size;
	return size < SECTOR ? 1 : (unsigned)(size / SECTOR);
}

/* Does one of these sectors need an erase? */
static bool unit_needs_erase(struct planner *p, const struct block *b, unsigned first,
			     unsigned count)
{
	unsigned i;

	for (i = first; i < first + count; i++) {
		const uint64_t at = b->at + i * SECTOR;

		if (b->differs[i] && raises(part(p, p->from, at, SECTOR),
					    part(p, p->to, at, SECTOR)))
			return true;
	}
	return false;
}

static uint64_t page_us(const struct planner *p)
{
	return p->g->page_typical_us + PAGE_MORE_US;
}

/* What it costs to erase this sector, too, which the small erases leave alone: its pages
 * are programmed again, and it is read back. */
static uint64_t cost_of_sector(struct planner *p, const struct block *b, unsigned sector)
{
	const uint64_t page = p->g->page, start = b->at + sector * SECTOR;
	uint64_t us = b->differs[sector] ? 0 : SECTOR * BYTE_NS / 1000, at;

	for (at = start; at < start + SECTOR; at += page)
		if (!img_view_filled(part(p, p->to, at, page), 0xff) && same(p, at, page))
			us += page_us(p);
	return us;
}

/* Is one large erase quicker than so many small ones, with all that comes of it? */
static bool prefer_large(struct planner *p, const struct block *b, unsigned needed)
{
	uint64_t us;
	unsigned i;

	if (!needed || !p->large || chip_block_at(p->large, b->at).size != p->block)
		return false;
	us = p->large->typical_us;
	for (i = 0; i < sectors(p); i++)
		us += b->erase[i] ? 0 : cost_of_sector(p, b, i);
	return p->large == p->small || (uint64_t)needed * p->small->typical_us > us;
}

static void look(struct planner *p, struct block *b)
{
	unsigned i, k, unit, needed = 0;

	for (i = 0; i < sectors(p); i++)
		b->differs[i] = !same(p, b->at + i * SECTOR, SECTOR);
	for (i = 0; i < sectors(p) && p->status_ == IMG_OK; i += unit) {
		bool erase;

		unit = unit_at(p, b, i);
		erase = unit_needs_erase(p, b, i, unit);
		needed += erase;
		for (k = i; k < i + unit; k++)
			b->erase[k] = erase;
	}
	b->whole = prefer_large(p, b, needed);
	for (i = 0; i < sectors(p); i++) {
		b->erase[i] |= b->whole;
		b->touched[i] = b->differs[i] || b->erase[i];
	}
}

static enum img_status add_erase(struct planner *p, const struct chip_erase_kind *kind, uint64_t at)
{
	const struct img_range range = chip_block_at(kind, at);
	enum img_status st = add(p, PLAN_ERASE, range.start, range.size);
	struct plan_step *step;

	if (st != IMG_OK)
		return st;
	step = &p->plan->step[p->plan->count - 1];
	step->erase = kind == &p->g->whole ? PLAN_ERASE_WHOLE : (unsigned)(kind - p->g->erase);
	step->restored = outside(p->request, range.start, range.size);
	return IMG_OK;
}

static enum img_status plan_erases(struct planner *p, const struct block *b)
{
	enum img_status st = IMG_OK;
	unsigned i;

	if (b->whole)
		return add_erase(p, p->large, b->at);
	for (i = 0; st == IMG_OK && i < sectors(p); i += unit_at(p, b, i)) {
		if (!b->erase[i])
			continue;
		if (!p->small)
			return img_fail(p->err, IMG_E_UNSUPPORTED, b->at + i * SECTOR,
					"bits have to be set here, and no erase command is known "
					"to mean the same on every chip with this id");
		st = add_erase(p, p->small, b->at + i * SECTOR);
	}
	return st;
}

static enum img_status plan_programs(struct planner *p, const struct block *b)
{
	const uint64_t page = p->g->page;
	enum img_status st = IMG_OK;
	uint64_t at;

	for (at = b->at; st == IMG_OK && at < b->at + p->block; at += page) {
		const uint64_t sector = (at - b->at) / SECTOR;
		bool needed;

		if (!b->touched[sector])
			continue;
		needed = b->erase[sector] ? !img_view_filled(part(p, p->to, at, page), 0xff)
					  : !same(p, at, page);
		if (needed)
			st = add_joined(p, PLAN_PROGRAM, at, page);
	}
	return st;
}

static enum img_status plan_block(struct planner *p, uint64_t at)
{
	struct block b = { .at = at };
	enum img_status st;
	unsigned i;

	look(p, &b);
	st = p->status_;
	if (st == IMG_OK)
		st = plan_erases(p, &b);
	if (st == IMG_OK)
		st = plan_programs(p, &b);
	for (i = 0; st == IMG_OK && i < sectors(p); i++)
		if (b.touched[i])
			st = add_joined(p, PLAN_VERIFY, at + i * SECTOR, SECTOR);
	return st;
}

/* The smallest erase of a sector or more, and the largest that stays within a block. */
static void choose_kinds(struct planner *p)
{
	const struct chip_geometry *g = p->g;
	size_t i;

	for (i = 0; i < g->erase_count && g->erase[i].size <= BLOCK_MAX; i++)
		if (!p->small && g->erase[i].size >= SECTOR)
			p->small = &g->erase[i];
	p->block = p->small && p->small->size > BLOCK_MIN ? p->small->size : BLOCK_MIN;
	for (i = 0; i < g->erase_count && g->erase[i].size <= p->block; i++)
		if (g->erase[i].size >= SECTOR &&
		    (!p->large || g->erase[i].size > p->large->size))
			p->large = &g->erase[i];
}

static enum img_status check(struct planner *p)
{
	const uint64_t size = p->g->size, end = img_range_end(p->request);

	if (img_view_size(p->from) != size || img_view_size(p->to) != size || size % p->block ||
	    p->request.start > size || p->request.size > size - p->request.start ||
	    p->block % SECTOR || !p->g->page || SECTOR % p->g->page)
		return img_fail(p->err, IMG_E_USAGE, IMG_NOWHERE,
				"a plan needs contents and a request of the chip's size");
	if (!same(p, 0, p->request.start) || !same(p, end, size - end))
		return img_fail(p->err, IMG_E_USAGE, IMG_NOWHERE,
				"the contents differ outside of what was asked to be written");
	if (p->g->program == CHIP_PROGRAM_NONE && !same(p, 0, size))
		return img_fail(p->err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"this chip can only be read: no way to program it is known");
	return p->status_;
}

/* The last resort: no erase of a part is safe, so all goes, and all is put back. */
static enum img_status plan_whole(struct planner *p)
{
	const uint64_t size = p->g->size, page = p->g->page;
	enum img_status st = add_erase(p, &p->g->whole, 0);
	uint64_t at;

	for (at = 0; st == IMG_OK && at < size; at += page)
		if (!img_view_filled(part(p, p->to, at, page), 0xff))
			st = add_joined(p, PLAN_PROGRAM, at, page);
	for (at = 0; st == IMG_OK && at < size; at += BLOCK_MIN)
		st = add(p, PLAN_VERIFY, at, BLOCK_MIN);
	return st == IMG_OK ? p->status_ : st;
}

static bool needs_whole(struct planner *p)
{
	return !p->small && p->g->whole.opcode && raises(p->from, p->to);
}

/* Which of the ranges of last the block at at touches; their count: none. */
static size_t which_last(const struct planner *p, const struct plan_last *last, uint64_t at)
{
	const struct img_range block = { at, p->block };
	size_t i;

	for (i = 0; i < last->count && !img_range_overlap(last->range[i], block); i++)
		;
	return i;
}

/* The blocks of the one kind, or of no kind when which is the count of kinds. */
static enum img_status plan_blocks(struct planner *p, const struct plan_last *last, size_t which)
{
	enum img_status st = IMG_OK;
	uint64_t at;

	for (at = 0; st == IMG_OK && at < p->g->size; at += p->block)
		if (which_last(p, last, at) == which)
			st = plan_block(p, at);
	return st;
}

static enum img_status plan_in_order(struct planner *p, const struct plan_last *last)
{
	enum img_status st = plan_blocks(p, last, last->count);
	size_t i;

	for (i = 0; st == IMG_OK && i < last->count; i++)
		st = plan_blocks(p, last, i);
	return st;
}

enum img_status plan_make(struct img_view from, struct img_view to,
			  const struct chip_geometry *g, struct img_range request,
			  const struct plan_last *last, struct plan *out, struct img_error *err)
{
	static const struct plan_last none;
	struct plan plan = { 0 };
	struct planner p = { .from = from, .to = to, .g = g, .request = request, .plan = &plan,
			     .err = err };
	enum img_status st;

	choose_kinds(&p);
	st = check(&p);
	if (st == IMG_OK)
		st = needs_whole(&p) ? plan_whole(&p) : plan_in_order(&p, last ? last : &none);
	if (st == IMG_OK)
		*out = plan;
	else
		plan_free(&plan);
	return st;
}

void plan_free(struct plan *plan)
{
	free(plan->step);
	*plan = (struct plan){ 0 };
}

const struct chip_erase_kind *plan_erase_kind(const struct plan_step *step,
					      const struct chip_geometry *g)
{
	return step->erase == PLAN_ERASE_WHOLE ? &g->whole : &g->erase[step->erase];
}

const char *plan_kind_word(enum plan_kind kind)
{
	switch (kind) {
	case PLAN_ERASE: return "erase";
	case PLAN_PROGRAM: return "program";
	case PLAN_VERIFY: return "verify";
	}
	return "";
}

uint64_t plan_expected_us(const struct plan *plan, const struct chip_geometry *g)
{
	uint64_t us = plan->programmed / g->page * (g->page_typical_us + PAGE_MORE_US) +
		      plan->verified * BYTE_NS / 1000;
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (plan->step[i].kind == PLAN_ERASE)
			us += plan_erase_kind(&plan->step[i], g)->typical_us;
	return us;
}
