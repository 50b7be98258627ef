/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/plan/plan.h"

#include <stdlib.h>

#include "tools/programmer/plan/choose.h"

struct planner {
	struct img_view from, to;
	const struct chip_geometry *g;
	struct plan_request request;
	struct img_range all;		/* what request.change is when it names nothing */
	struct plan_sector *sector;
	struct plan *plan;
	struct img_error *err;
	enum img_status status_;	/* of part() */
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

	if (!last || last->kind != kind || img_range_end(last->range) != at || !(at % PLAN_BLOCK))
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

/* Bytes of a block that were not asked for. */
static uint64_t outside(const struct planner *p, struct img_range block)
{
	uint64_t inside = 0;
	size_t i;

	for (i = 0; i < p->request.change.count; i++) {
		const struct img_range r = p->request.change.range[i];
		const uint64_t first = r.start > block.start ? r.start : block.start;
		const uint64_t end = img_range_end(r) < img_range_end(block) ? img_range_end(r)
									     : img_range_end(block);

		inside += end > first ? end - first : 0;
	}
	return block.size - inside;
}

static enum img_status add_erase(struct planner *p, unsigned erase, struct img_range range)
{
	enum img_status st = add(p, PLAN_ERASE, range.start, range.size);
	struct plan_step *step;

	if (st != IMG_OK)
		return st;
	step = &p->plan->step[p->plan->count - 1];
	step->erase = erase;
	step->restored = outside(p, range);
	return IMG_OK;
}

static const struct plan_sector *sector_at(const struct planner *p, uint64_t at)
{
	return &p->sector[at / PLAN_SECTOR];
}

static enum img_status plan_erases(struct planner *p, struct img_range block)
{
	enum img_status st = IMG_OK;
	uint64_t at;

	for (at = block.start; st == IMG_OK && at < img_range_end(block); at += PLAN_SECTOR) {
		const uint8_t kind = sector_at(p, at)->kind;

		if (kind != PLAN_KEEP)
			st = add_erase(p, kind, chip_block_at(&p->g->erase[kind], at));
	}
	return st;
}

static enum img_status plan_programs(struct planner *p, struct img_range block)
{
	const uint64_t page = p->g->page;
	enum img_status st = IMG_OK;
	uint64_t at;

	for (at = block.start; st == IMG_OK && at < img_range_end(block); at += page) {
		const struct plan_sector *s = sector_at(p, at);

		if (s->touched && plan_page_needed(s->erased, part(p, p->from, at, page),
						   part(p, p->to, at, page)))
			st = add_joined(p, PLAN_PROGRAM, at, page);
	}
	return st;
}

static enum img_status plan_verifies(struct planner *p, struct img_range block)
{
	enum img_status st = IMG_OK;
	uint64_t at;

	for (at = block.start; st == IMG_OK && at < img_range_end(block); at += PLAN_SECTOR)
		if (sector_at(p, at)->touched)
			st = add_joined(p, PLAN_VERIFY, at, PLAN_SECTOR);
	return st;
}

/* The 64 KiB that begin at at; more where an erase in them takes more. */
static struct img_range block_from(const struct planner *p, uint64_t start)
{
	uint64_t end = start + PLAN_BLOCK, at;

	for (at = start; at < end; at += PLAN_SECTOR) {
		const uint8_t kind = sector_at(p, at)->kind;
		struct img_range erased;

		if (kind == PLAN_KEEP)
			continue;
		erased = chip_block_at(&p->g->erase[kind], at);
		while (end < img_range_end(erased))
			end += PLAN_BLOCK;
	}
	return (struct img_range){ start, end - start };
}

/* 0: at any time. Else behind all that have less. */
static size_t rank(const struct planner *p, struct img_range block)
{
	size_t i = p->request.last.count;

	while (i && !img_range_overlap(p->request.last.range[i - 1], block))
		i--;
	return i;
}

/* All blocks of this rank. whole: the erase has been planned, of all of them. */
static enum img_status plan_blocks(struct planner *p, size_t wanted, bool whole)
{
	enum img_status st = IMG_OK;
	struct img_range block;
	uint64_t at;

	for (at = 0; st == IMG_OK && at < p->g->size; at = img_range_end(block)) {
		block = block_from(p, at);
		if (rank(p, block) != wanted)
			continue;
		if (!whole)
			st = plan_erases(p, block);
		if (st == IMG_OK)
			st = plan_programs(p, block);
		if (st == IMG_OK)
			st = plan_verifies(p, block);
	}
	return st == IMG_OK ? p->status_ : st;
}

static enum img_status plan_in_order(struct planner *p, bool whole)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i <= p->request.last.count; i++)
		st = plan_blocks(p, i, whole);
	return st;
}

/* One erase takes all of it, and all is put back. */
static enum img_status plan_whole(struct planner *p)
{
	const uint64_t size = p->g->size;
	enum img_status st = add_erase(p, PLAN_ERASE_WHOLE, (struct img_range){ 0, size });
	size_t i;

	for (i = 0; i < size / PLAN_SECTOR; i++)
		p->sector[i] = (struct plan_sector){ PLAN_KEEP, true, true };
	return st == IMG_OK ? plan_in_order(p, true) : st;
}

static bool whole_is_quicker(struct planner *p, uint64_t us)
{
	const uint64_t size = p->g->size;

	return p->g->whole.opcode && !p->request.last.count && us &&
	       img_view_filled(p->to, 0xff) &&
	       plan_erase_us(&p->g->whole, p->g->whole.size) + plan_read_us(size) < us;
}

/* Nothing has to be erased, so what differs is all that is touched. */
static enum img_status plan_any(struct planner *p)
{
	size_t i;

	for (i = 0; i < p->g->size / PLAN_SECTOR; i++)
		p->sector[i] = (struct plan_sector){
			PLAN_KEEP, false, !same(p, i * PLAN_SECTOR, PLAN_SECTOR),
		};
	return p->status_ == IMG_OK ? plan_in_order(p, false) : p->status_;
}

static enum img_status make(struct planner *p)
{
	struct img_error why = { .at = IMG_NOWHERE };
	uint64_t us;
	enum img_status st;

	if (p->g->program == CHIP_PROGRAM_ANY)
		return plan_any(p);
	st = plan_choose(p->from, p->to, p->g, p->sector, &us, &why);
	if (st == IMG_E_UNSUPPORTED && p->g->whole.opcode)
		return plan_whole(p);
	if (st != IMG_OK) {
		if (p->err)
			*p->err = why;
		return st;
	}
	return whole_is_quicker(p, us) ? plan_whole(p) : plan_in_order(p, false);
}

static bool ranges_fit(struct plan_ranges r, uint64_t size, bool ascending)
{
	uint64_t end = 0;
	size_t i;

	for (i = 0; i < r.count; i++) {
		if (r.range[i].start > size || r.range[i].size > size - r.range[i].start ||
		    (ascending && r.range[i].start < end))
			return false;
		end = img_range_end(r.range[i]);
	}
	return true;
}

static bool same_outside(struct planner *p)
{
	const struct plan_ranges r = p->request.change;
	uint64_t at = 0;
	size_t i;

	for (i = 0; i < r.count; at = img_range_end(r.range[i++]))
		if (!same(p, at, r.range[i].start - at))
			return false;
	return same(p, at, p->g->size - at);
}

static enum img_status check(struct planner *p)
{
	const uint64_t size = p->g->size;

	if (img_view_size(p->from) != size || img_view_size(p->to) != size || size % PLAN_BLOCK ||
	    !ranges_fit(p->request.change, size, true) || !p->g->page ||
	    !ranges_fit(p->request.last, size, false) || PLAN_SECTOR % p->g->page)
		return img_fail(p->err, IMG_E_USAGE, IMG_NOWHERE,
				"a plan needs contents and a request of the chip's size");
	if (!same_outside(p))
		return img_fail(p->err, IMG_E_USAGE, IMG_NOWHERE,
				"the contents differ outside of what was asked to be written");
	if (p->g->program == CHIP_PROGRAM_NONE && !same(p, 0, size))
		return img_fail(p->err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"this chip can only be read: no way to program it is known");
	return p->status_;
}

enum img_status plan_make(struct img_view from, struct img_view to,
			  const struct chip_geometry *g, const struct plan_request *request,
			  struct plan *out, struct img_error *err)
{
	struct plan plan = { 0 };
	struct planner p = { .from = from, .to = to, .g = g, .all = { 0, g->size },
			     .plan = &plan, .err = err };
	enum img_status st;

	if (request)
		p.request = *request;
	if (!p.request.change.count)
		p.request.change = (struct plan_ranges){ &p.all, 1 };
	st = check(&p);
	if (st != IMG_OK)
		return st;
	p.sector = calloc((size_t)(g->size / PLAN_SECTOR), sizeof(*p.sector));
	st = p.sector ? make(&p) : img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	free(p.sector);
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
	uint64_t us = plan->programmed / g->page * plan_page_us(g) + plan_read_us(plan->verified);
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (plan->step[i].kind == PLAN_ERASE)
			us += plan_erase_us(plan_erase_kind(&plan->step[i], g),
					    plan->step[i].range.size);
	return us;
}
