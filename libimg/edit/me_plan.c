/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/me_plan.h"

/* Of the table of partitions, which is at 0x10 in every region that can be cleaned. */
enum {
	TABLE_AT = 0x10,
	COUNT_AT = 0x14,
	CHECKSUM_AT = 0x1b,
	FLAGS_AT = 0x24,
	ENTRIES_AT = 0x30,
	ENTRY = 0x20,
	EFFS_FLAG = 1,
};

enum {
	PAGE = 0x1000,
	SPARE = 4 * PAGE,	/* me_cleaner leaves so much behind the last byte */
};

/* --- steps ------------------------------------------------------------------------------ */

enum img_status img_me_add_step(struct img_me_draft *d, struct img_me_step step,
				struct img_error *err)
{
	struct img_me_plan *p = &d->plan;

	if (p->count == d->room) {
		size_t room = d->room ? 2 * d->room : 64;
		struct img_me_step *more = realloc(p->step, room * sizeof(*more));

		if (!more)
			return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		p->step = more;
		d->room = room;
	}
	p->step[p->count++] = step;
	return IMG_OK;
}

enum img_status img_me_add_word(struct img_me_draft *d, uint64_t at, uint32_t word, size_t bytes,
				struct img_error *err)
{
	struct img_me_step step = { .kind = IMG_ME_PUT, .range = { at, bytes } };

	img_put_le32(step.bytes, word);
	return img_me_add_step(d, step, err);
}

static enum img_status check_fill(const struct img_me_draft *d, struct img_range fill,
				  const char *what, const char *name, struct img_error *err)
{
	const struct img_me *me = &d->plan.me;
	struct img_range tables[] = {
		{ 0, ENTRIES_AT + me->partition_count * ENTRY },
		{ me->manifest.at, me->manifest.size },
		d->plan.has_modules ? img_me_llut_range(&d->plan.code.llut)
				    : (struct img_range){ 0, 0 },
	};

	for (size_t i = 0; i < sizeof(tables) / sizeof(tables[0]); i++) {
		if (img_range_overlap(fill, tables[i]))
			return img_fail(err, IMG_E_CORRUPT,
					img_view_origin(d->region) + tables[i].start,
					"%s %.16s (0x%llx bytes at 0x%llx of the ME region) lies "
					"on tables that are needed; the region is damaged", what,
					name,
					(unsigned long long)fill.size,
					(unsigned long long)fill.start);
	}
	return IMG_OK;
}

enum img_status img_me_add_fill(struct img_me_draft *d, struct img_range range, const char *what,
				const char *name, struct img_error *err)
{
	struct img_me_step step = { .kind = IMG_ME_FILL, .range = range };
	uint64_t size = img_view_size(d->region);
	enum img_status st;

	if (range.start >= size || !range.size)
		return IMG_OK;
	if (range.size > size - range.start)
		step.range.size = size - range.start;
	st = check_fill(d, step.range, what, name, err);
	return st == IMG_OK ? img_me_add_step(d, step, err) : st;
}

/* --- partitions ------------------------------------------------------------------------- */

/* Is name in a list like "MFS,NFTP"? */
static bool listed(const char *list, const char *name)
{
	size_t len = strlen(name);

	for (const char *p = list; p; p = strchr(p, ',')) {
		if (*p == ',')
			p++;
		if (!strncmp(p, name, len) && (!p[len] || p[len] == ','))
			return true;
	}
	return false;
}

static bool stays(const struct img_me_wish *wish, const char *name)
{
	if (!strcmp(name, "FTPR"))
		return true;
	return wish->remove && *wish->remove ? !listed(wish->remove, name)
					     : wish->keep && listed(wish->keep, name);
}

/* What is not there in full goes from the table, and no bytes with it; FTPR stays. */
static void choose_partitions(struct img_me_draft *d, const struct img_me_wish *wish)
{
	struct img_me *me = &d->plan.me;

	for (size_t i = 0; i < me->partition_count; i++) {
		const struct img_me_partition *p = &me->partition[i];

		d->plan.keep[i] = i == me->boot ||
				  (p->range.size && !p->is_cut && stays(wish, p->name));
		if (d->plan.keep[i] && i != me->boot && img_range_end(p->range) > d->kept_end)
			d->kept_end = img_range_end(p->range);
	}
}

/* Fills a partition but for what those that stay have of it. */
static enum img_status remove_partition(struct img_me_draft *d, const struct img_me_partition *p,
					struct img_error *err)
{
	const struct img_me *me = &d->plan.me;
	struct img_range rest = p->range;
	enum img_status st = IMG_OK;

	while (rest.size && st == IMG_OK) {
		uint64_t stop = img_range_end(rest), next = stop;

		/* The kept one that begins first in what is left */
		for (size_t i = 0; i < me->partition_count; i++) {
			struct img_range k = me->partition[i].range;

			if (!d->plan.keep[i] || !img_range_overlap(k, rest))
				continue;
			if (k.start < stop) {
				stop = k.start > rest.start ? k.start : rest.start;
				next = img_range_end(k);
			}
		}
		st = img_me_add_fill(d, (struct img_range){ rest.start, stop - rest.start },
				     "partition", p->name, err);
		rest.size = next < img_range_end(rest) ? img_range_end(rest) - next : 0;
		rest.start = next;
	}
	return st;
}

static enum img_status remove_partitions(struct img_me_draft *d, struct img_error *err)
{
	const struct img_me *me = &d->plan.me;
	enum img_status st = IMG_OK;

	for (size_t i = 0; i < me->partition_count && st == IMG_OK; i++) {
		if (!d->plan.keep[i] && me->partition[i].range.size && !me->partition[i].is_cut)
			st = remove_partition(d, &me->partition[i], err);
	}
	return st;
}

/* --- the table of partitions ------------------------------------------------------------ */

static uint8_t sum_of(const uint8_t *bytes, size_t size)
{
	uint8_t sum = 0;

	for (size_t i = 0; i < size; i++)
		sum = (uint8_t)(sum + bytes[i]);
	return sum;
}

/* The header as it will be: number of entries, presence of EFFS, and the sum of it all. */
static enum img_status plan_header(struct img_me_draft *d, const struct img_me_wish *wish,
				   uint32_t kept, struct img_error *err)
{
	size_t from = d->plan.me.generation == IMG_ME_GEN_3 ? TABLE_AT : 0;
	uint8_t header[ENTRIES_AT];
	enum img_status st = img_view_copy(d->region, 0, header, sizeof(header), err);
	uint32_t flags = img_get_le32(header + FLAGS_AT);

	if (st != IMG_OK)
		return st;
	if (!stays(wish, "EFFS"))
		flags &= ~(uint32_t)EFFS_FLAG;
	img_put_le32(header + COUNT_AT, kept);
	img_put_le32(header + FLAGS_AT, flags);
	header[CHECKSUM_AT] = 0;
	header[CHECKSUM_AT] = (uint8_t)-sum_of(header + from, sizeof(header) - from);
	st = img_me_add_word(d, COUNT_AT, kept, 4, err);
	if (st == IMG_OK)
		st = img_me_add_word(d, FLAGS_AT, flags, 4, err);
	return st == IMG_OK ? img_me_add_word(d, CHECKSUM_AT, header[CHECKSUM_AT], 1, err) : st;
}

static enum img_status plan_table(struct img_me_draft *d, const struct img_me_wish *wish,
				  struct img_error *err)
{
	const struct img_me *me = &d->plan.me;
	struct img_me_step rest = { .kind = IMG_ME_FILL };
	enum img_status st = IMG_OK;
	uint32_t kept = 0;

	for (size_t i = 0; i < me->partition_count && st == IMG_OK; i++) {
		struct img_me_step move = {
			.kind = IMG_ME_MOVE, .range = { ENTRIES_AT + i * ENTRY, ENTRY },
			.to = ENTRIES_AT + kept * ENTRY,
		};

		if (!d->plan.keep[i])
			continue;
		if (i != kept)
			st = img_me_add_step(d, move, err);
		kept++;
	}
	rest.range.start = ENTRIES_AT + kept * ENTRY;
	rest.range.size = (me->partition_count - kept) * ENTRY;
	if (st == IMG_OK && rest.range.size)
		st = img_me_add_step(d, rest, err);
	return st == IMG_OK ? plan_header(d, wish, kept, err) : st;
}

/* --- the plan --------------------------------------------------------------------------- */

/* ME 6 Ignition: behind the modules comes a $SKU with zeros at 8. */
static bool is_ignition(struct img_view region, const struct img_me *me)
{
	uint64_t at = me->manifest.at + 0x290 + ((uint64_t)me->manifest.modules + 1) * 0x60;
	struct img_view sku;

	if (me->generation != IMG_ME_GEN_2 || me->family != IMG_ME_FAMILY_ME ||
	    me->manifest.version[0] != 6 ||
	    img_view_slice(region, at, 12, &sku, NULL) != IMG_OK)
		return false;
	return !memcmp(img_view_data(sku), "$SKU", 4) &&
	       !memcmp(img_view_data(sku) + 8, "\0\0\0\0", 4);
}

static enum img_status refuse(struct img_error *err, const char *id, struct img_error *why)
{
	return img_fail(err, IMG_E_REFUSED, why->at, "%s (%s)", why->text, id);
}

/* The modules, of which those that start the ME have to be there. */
static enum img_status read_modules(struct img_me_draft *d, struct img_error *err)
{
	struct img_me_plan *p = &d->plan;
	struct img_error why;
	enum img_status st = img_me_code_read(d->region, &p->me, &p->code, &why);

	p->has_modules = st == IMG_OK;
	if (st == IMG_E_ABSENT)
		return IMG_OK;
	if (st == IMG_OK)
		st = img_me_whole(d->region, &p->code, &why);
	if (st == IMG_E_BOUNDS)
		return refuse(err, "me-incomplete", &why);
	if (st != IMG_OK && err)
		*err = why;
	return st;
}

/* Nothing stays of what is wiped whose completeness would matter. */
static enum img_status check_region(struct img_me_draft *d, bool wipes, struct img_error *err)
{
	struct img_error why;
	enum img_status st = img_me_signature(d->region, &d->plan.me, &why);

	if (st == IMG_E_MISMATCH)
		return refuse(err, "me-signature", &why);
	if (st == IMG_E_UNSUPPORTED && wipes)
		return IMG_OK;
	if (st == IMG_OK)
		return wipes ? IMG_OK : read_modules(d, err);
	if (err)
		*err = why;
	return st;
}

static enum img_status check_wish(const struct img_me_wish *wish, struct img_error *err)
{
	bool keep = wish->keep && *wish->keep, remove = wish->remove && *wish->remove;

	if (keep && remove)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a list of partitions to keep and one of those to remove exclude "
				"each other");
	if ((keep || remove) && wish->flags & IMG_ME_RELOCATE)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"FTPR cannot be relocated when other partitions stay");
	if (remove && listed(wish->remove, "FTPR"))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "FTPR cannot be removed: it starts "
				"the machine's ME");
	return IMG_OK;
}

/* What of r is in the result, or is moved there. */
static struct img_range seen(struct img_range r, struct img_range result, struct img_range moved)
{
	struct img_range there = img_range_common(r, result), here = img_range_common(r, moved);

	if (there.size && here.size)
		return r;
	return there.size ? there : here;
}

/*
 * Nobody will see what lies behind the result and is not moved in front of that, as FTPR may be. To
 * fill it all the same would take longer than the rest.
 */
static void cut_steps(struct img_me_plan *p)
{
	const struct img_range result = { 0, p->needed };
	struct img_range moved = { 0, 0 };

	p->result = p->needed;
	for (size_t i = 0; i < p->count; i++) {
		struct img_me_step *s = &p->step[i];

		if (s->kind != IMG_ME_MOVE)
			continue;
		s->range.size = img_range_common((struct img_range){ s->to, s->range.size },
						 result).size;
		/* Entries of the table move in front of it all; only FTPR comes from so far. */
		if (img_range_end(s->range) > p->result)
			moved = s->range;
	}
	for (size_t i = 0; i < p->count; i++) {
		struct img_me_step *s = &p->step[i];

		if (s->kind == IMG_ME_FILL)
			s->range = seen(s->range, result, moved);
	}
}

static enum img_status plan_cleaning(struct img_me_draft *d, const struct img_me_wish *wish,
				     struct img_error *err)
{
	uint64_t size = img_view_size(d->region), end = 0;
	enum img_status st;

	d->plan.keeps_modules = wish->flags & IMG_ME_KEEP_MODULES || !d->plan.has_modules;
	choose_partitions(d, wish);
	st = remove_partitions(d, err);
	if (st == IMG_OK)
		st = plan_table(d, wish, err);
	if (st == IMG_OK && d->plan.has_modules) {
		end = d->kept_end;
		d->kept_end = 0;
		st = img_me_plan_modules(d, err);
		if (st == IMG_OK && wish->flags & IMG_ME_RELOCATE)
			st = img_me_plan_relocation(d, err);
		if (st == IMG_OK)
			st = img_me_check_kept(d, err);
		end = end > d->kept_end ? end : d->kept_end;
		end = (end / PAGE + 1) * PAGE + SPARE;
	}
	d->plan.needed = end && end < size ? end : size;
	if (wish->flags & IMG_ME_TRUNCATE)
		cut_steps(&d->plan);
	return st;
}

static enum img_status plan_action(struct img_me_draft *d, const struct img_me_wish *wish,
				   struct img_error *err)
{
	struct img_me_plan *p = &d->plan;
	struct img_me_step all = { .kind = IMG_ME_FILL,
				   .range = { 0, img_view_size(d->region) } };
	bool wipes = p->me.generation == IMG_ME_GEN_1 || is_ignition(d->region, &p->me);
	enum img_status st = check_region(d, wipes, err);

	p->needed = p->result = img_view_size(d->region);
	p->boot_to = p->me.partition[p->me.boot].range.start;
	if (st != IMG_OK)
		return st;
	if (p->me.generation == IMG_ME_IFWI) {
		p->action = IMG_ME_NOTHING;
		p->has_modules = false;		/* that anything would be done to */
		return IMG_OK;
	}
	if (wipes) {
		p->action = IMG_ME_WIPE;
		return img_me_add_step(d, all, err);
	}
	if (p->me.table_at != TABLE_AT)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(d->region),
				"the table of partitions is at 0x%llx; cleaning is only known for "
				"regions that have it at 0x10",
				(unsigned long long)p->me.table_at);
	return plan_cleaning(d, wish, err);
}

enum img_status img_me_plan(struct img_view region, const struct img_me_wish *wish,
			    struct img_me_plan *out, struct img_error *err)
{
	struct img_me_draft d = { .region = region };
	enum img_status st = check_wish(wish, err);

	if (st == IMG_OK)
		st = img_me_decode(region, &d.plan.me, err);
	if (st == IMG_OK)
		st = plan_action(&d, wish, err);
	if (st != IMG_OK) {
		img_me_plan_free(&d.plan);
		return st;
	}
	*out = d.plan;
	return IMG_OK;
}

void img_me_plan_free(struct img_me_plan *plan)
{
	free(plan->step);
	plan->step = NULL;
	img_me_code_free(&plan->code);
}
