/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/plan/choose.h"

#include "tools/programmer/chip/part.h"

#define REGION ((uint64_t)256 << 10)
#define SECTORS (REGION / PLAN_SECTOR)
#define NEVER (UINT64_MAX / 2)
#define PAGE_MORE_US 135	/* of a page, besides the chip's own time: 267 bytes at 16 MHz */
#define BYTE_MORE_US 10		/* of a byte or a word, the same */
#define BYTE_NS 1000		/* of what is read back: 1 MB/s */

struct chooser {
	struct img_view from, to;
	const struct chip_geometry *g;
	struct img_error *err;
	enum img_status status_;	/* of part() */
	uint64_t at;			/* of this region */
	size_t count;			/* its sectors */
	bool differs[SECTORS];
	uint64_t kept[SECTORS], erased[SECTORS];	/* us, without the erase itself */
	uint64_t best[SECTORS + 1];	/* us from this sector on */
	uint8_t choice[SECTORS];
};

uint64_t plan_page_us(const struct chip_geometry *g)
{
	switch (g->program) {
	case CHIP_PROGRAM_BYTE: return (uint64_t)g->page * (g->page_typical_us + BYTE_MORE_US);
	case CHIP_PROGRAM_AAI: return g->page / 2u * (g->page_typical_us + BYTE_MORE_US);
	default: return g->page_typical_us + PAGE_MORE_US;
	}
}

uint64_t plan_erase_us(const struct chip_erase_kind *kind, uint64_t size)
{
	uint32_t typical_us = kind->typical_us, max_us;

	if (size != kind->size)
		chip_erase_time(size, &typical_us, &max_us);
	return typical_us;
}

uint64_t plan_read_us(uint64_t bytes)
{
	return bytes * BYTE_NS / 1000;
}

bool plan_page_needed(bool erased, struct img_view from, struct img_view to)
{
	return erased ? !img_view_filled(to, 0xff) : !img_view_equal(from, to);
}

/* Remembers a failure and then yields nothing, so that the status is asked at the end. */
static struct img_view part(struct chooser *c, struct img_view v, uint64_t at, uint64_t size)
{
	struct img_view out = img_view_of(NULL, 0);
	enum img_status st = img_view_slice(v, at, size, &out, c->err);

	if (st != IMG_OK)
		c->status_ = st;
	return out;
}

/* What the pages of a sector cost that are needed. */
static uint64_t pages_us(struct chooser *c, bool erased, uint64_t start)
{
	const uint64_t page = c->g->page;
	uint64_t at, us = 0;

	for (at = start; at < start + PLAN_SECTOR; at += page)
		if (plan_page_needed(erased, part(c, c->from, at, page), part(c, c->to, at, page)))
			us += plan_page_us(c->g);
	return us;
}

static void weigh(struct chooser *c, size_t i)
{
	const uint64_t at = c->at + i * PLAN_SECTOR, read_us = plan_read_us(PLAN_SECTOR);
	const struct img_view from = part(c, c->from, at, PLAN_SECTOR);
	const struct img_view to = part(c, c->to, at, PLAN_SECTOR);

	c->differs[i] = !img_view_equal(from, to);
	c->erased[i] = read_us + pages_us(c, true, at);
	c->kept[i] = 0;
	if (c->differs[i] && img_view_only_clears(from, to))
		c->kept[i] = read_us + pages_us(c, false, at);
	else if (c->differs[i])
		c->kept[i] = NEVER;
}

/* The sectors that this kind takes when it begins at sector i; 0: no block of it does. */
static size_t block_sectors(const struct chooser *c, const struct chip_erase_kind *kind, size_t i)
{
	const uint64_t at = c->at + i * PLAN_SECTOR;
	const struct img_range block = chip_block_at(kind, at);

	if (block.start != at || !block.size || block.size % PLAN_SECTOR ||
	    block.size / PLAN_SECTOR > c->count - i)
		return 0;
	return (size_t)(block.size / PLAN_SECTOR);
}

/* All sectors from i on, each time with the best that is known for those behind. */
static void choose_at(struct chooser *c, size_t i)
{
	size_t k, n, s;

	c->choice[i] = PLAN_KEEP;
	c->best[i] = c->kept[i] + c->best[i + 1];
	for (k = 0; k < c->g->erase_count; k++) {
		uint64_t us;

		n = block_sectors(c, &c->g->erase[k], i);
		if (!n)
			continue;
		us = plan_erase_us(&c->g->erase[k], n * PLAN_SECTOR) + c->best[i + n];
		for (s = i; s < i + n; s++)
			us += c->erased[s];
		/* Of two that cost the same the first: it takes less. */
		if (us < c->best[i]) {
			c->best[i] = us;
			c->choice[i] = (uint8_t)k;
		}
	}
	if (c->best[i] > NEVER)
		c->best[i] = NEVER;
}

static void note(const struct chooser *c, struct plan_sector *out)
{
	size_t i, until = 0;

	for (i = 0; i < c->count; i++) {
		const uint8_t kind = i < until ? PLAN_KEEP : c->choice[i];

		if (kind != PLAN_KEEP)
			until = i + block_sectors(c, &c->g->erase[kind], i);
		out[i] = (struct plan_sector){ kind, i < until, i < until || c->differs[i] };
	}
}

/* Where bits have to be set and nothing can do that. */
static enum img_status fail_impossible(const struct chooser *c)
{
	size_t i = 0;

	while (i + 1 < c->count && (c->best[i + 1] >= NEVER || c->kept[i] < NEVER))
		i++;
	return img_fail(c->err, IMG_E_UNSUPPORTED, c->at + i * PLAN_SECTOR,
			"bits have to be set here, and no erase command is known to mean the same "
			"on every chip with this id");
}

static enum img_status choose_region(struct chooser *c, struct plan_sector *out, uint64_t *us)
{
	size_t i;

	for (i = 0; i < c->count; i++)
		weigh(c, i);
	c->best[c->count] = 0;
	for (i = c->count; i-- > 0;)
		choose_at(c, i);
	if (c->status_ != IMG_OK)
		return c->status_;
	if (c->best[0] >= NEVER)
		return fail_impossible(c);
	note(c, out);
	*us += c->best[0];
	return IMG_OK;
}

enum img_status plan_choose(struct img_view from, struct img_view to,
			    const struct chip_geometry *g, struct plan_sector *out, uint64_t *us,
			    struct img_error *err)
{
	struct chooser c = { .from = from, .to = to, .g = g, .err = err };
	enum img_status st = IMG_OK;

	*us = 0;
	for (c.at = 0; st == IMG_OK && c.at < g->size; c.at += REGION) {
		c.count = g->size - c.at < REGION ? (size_t)(g->size - c.at) / PLAN_SECTOR
						  : SECTORS;
		st = choose_region(&c, out + c.at / PLAN_SECTOR, us);
	}
	return st;
}
