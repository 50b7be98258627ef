/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/plan/plan.h"

#include <stdlib.h>

#define BLOCK ((uint64_t)64 << 10)	/* what is finished before the next is begun */
#define SECTOR ((uint64_t)4 << 10)	/* what is compared */
#define SECTORS (BLOCK / SECTOR)

struct planner {
	struct img_view from, to;
	const struct chip_geometry *g;
	struct img_range request;
	const struct chip_erase_kind *small, *large;	/* NULL: none */
	unsigned unit;			/* sectors that the small one erases */
	struct plan *plan;
	struct img_error *err;
	enum img_status status_;	/* of part() */
};

/* What is to happen to one block, by sectors. */
struct block {
	uint64_t at;
	bool whole;		/* erased by one command of the large kind */
	bool differs[SECTORS];
	bool erase[SECTORS];	/* it will be blank before it is programmed */
	bool touched[SECTORS];
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

/* Extends the last step where the new one follows it, else adds one. */
static enum img_status add_joined(struct planner *p, enum plan_kind kind, uint64_t at,
				  uint64_t size)
{
	struct plan *plan = p->plan;
	struct plan_step *last = plan->count ? &plan->step[plan->count - 1] : NULL;

	if (!last || last->kind != kind || img_range_end(last->range) != at)
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

/* The sectors from first on that one small erase takes: does one of them need it? */
static bool unit_needs_erase(struct planner *p, const struct block *b, unsigned first)
{
	unsigned i;

	for (i = first; i < first + p->unit; i++) {
		const uint64_t at = b->at + i * SECTOR;

		if (b->differs[i] && raises(part(p, p->from, at, SECTOR),
					    part(p, p->to, at, SECTOR)))
			return true;
	}
	return false;
}

/* Is one large erase quicker than so many small ones? */
static bool prefer_large(const struct planner *p, unsigned needed)
{
	if (!needed || !p->large || p->large->size != BLOCK)
		return false;
	return p->large == p->small ||
	       (uint64_t)needed * p->small->typical_us > p->large->typical_us;
}

static void look(struct planner *p, struct block *b)
{
	unsigned i, k, needed = 0;

	for (i = 0; i < SECTORS; i++)
		b->differs[i] = !same(p, b->at + i * SECTOR, SECTOR);
	for (i = 0; i < SECTORS && p->status_ == IMG_OK; i += p->unit) {
		const bool erase = unit_needs_erase(p, b, i);

		needed += erase;
		for (k = i; k < i + p->unit; k++)
			b->erase[k] = erase;
	}
	b->whole = prefer_large(p, needed);
	for (i = 0; i < SECTORS; i++) {
		b->erase[i] |= b->whole;
		b->touched[i] = b->differs[i] || b->erase[i];
	}
}

static enum img_status add_erase(struct planner *p, const struct chip_erase_kind *kind, uint64_t at)
{
	enum img_status st = add(p, PLAN_ERASE, at, kind->size);
	struct plan_step *step;

	if (st != IMG_OK)
		return st;
	step = &p->plan->step[p->plan->count - 1];
	step->erase = (unsigned)(kind - p->g->erase);
	step->restored = outside(p->request, at, kind->size);
	return IMG_OK;
}

static enum img_status plan_erases(struct planner *p, const struct block *b)
{
	enum img_status st = IMG_OK;
	unsigned i;

	if (b->whole)
		return add_erase(p, p->large, b->at);
	for (i = 0; st == IMG_OK && i < SECTORS; i += p->unit) {
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

	for (at = b->at; st == IMG_OK && at < b->at + BLOCK; at += page) {
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
	for (i = 0; st == IMG_OK && i < SECTORS; i++)
		if (b.touched[i])
			st = add_joined(p, PLAN_VERIFY, at + i * SECTOR, SECTOR);
	return st;
}

/* The smallest erase, and the largest that stays within a block. */
static void choose_kinds(struct planner *p)
{
	size_t i;

	for (i = 0; i < p->g->erase_count && p->g->erase[i].size <= BLOCK; i++) {
		if (!p->small)
			p->small = &p->g->erase[i];
		if (!p->large || p->g->erase[i].size > p->large->size)
			p->large = &p->g->erase[i];
	}
	p->unit = p->small ? (unsigned)(p->small->size / SECTOR) : 1;
}

static enum img_status check(struct planner *p)
{
	const uint64_t size = p->g->size, end = img_range_end(p->request);

	if (img_view_size(p->from) != size || img_view_size(p->to) != size || size % BLOCK ||
	    p->request.start > size || p->request.size > size - p->request.start ||
	    !p->unit || SECTORS % p->unit || !p->g->page || SECTOR % p->g->page)
		return img_fail(p->err, IMG_E_USAGE, IMG_NOWHERE,
				"a plan needs contents and a request of the chip's size");
	if (!same(p, 0, p->request.start) || !same(p, end, size - end))
		return img_fail(p->err, IMG_E_USAGE, IMG_NOWHERE,
				"the contents differ outside of what was asked to be written");
	return p->status_;
}

enum img_status plan_make(struct img_view from, struct img_view to,
			  const struct chip_geometry *g, struct img_range request,
			  struct plan *out, struct img_error *err)
{
	struct plan plan = { 0 };
	struct planner p = { .from = from, .to = to, .g = g, .request = request, .plan = &plan,
			     .err = err };
	enum img_status st;
	uint64_t at;

	choose_kinds(&p);
	st = check(&p);
	for (at = 0; st == IMG_OK && at < g->size; at += BLOCK)
		st = plan_block(&p, at);
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

const char *plan_kind_word(enum plan_kind kind)
{
	switch (kind) {
	case PLAN_ERASE: return "erase";
	case PLAN_PROGRAM: return "program";
	case PLAN_VERIFY: return "verify";
	}
	return "";
}
