/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds what there is in an image to be shown. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/check/me_region.h"
#include "libimg/edit/cbfs_walk.h"
#include "libimg/format/cbfs.h"
#include "libimg/format/cbfs_master.h"
#include "libimg/format/fmap.h"
#include "libimg/format/ifd.h"
#include "libimg/format/me.h"
#include "tools/map/make.h"

struct reading {
	struct img_view image;
	const struct img_board *board;
	struct map *map;
	bool has_ifd, has_fmap;
	struct img_ifd ifd;
	struct img_fmap fmap;
	struct map_heap heap;
	enum img_status st;		/* of callbacks */
	struct img_error *err;
};

static enum img_status add(struct reading *r, enum map_kind kind, struct img_range range,
			   const char *name)
{
	return map_add(r->map, &r->heap, kind, range, name, r->err);
}

static void collect(void *ctx, const struct img_finding *f)
{
	struct reading *r = ctx;

	if (r->st == IMG_OK)
		r->st = map_add_finding(r->map, f, r->err);
}

static enum img_status say(struct reading *r, const char *id, const struct img_error *why)
{
	struct img_finding f = { .id = id, .severity = IMG_ERROR, .at = why->at };

	snprintf(f.text, sizeof(f.text), "%.*s", (int)sizeof(f.text) - 1, why->text);
	return map_add_finding(r->map, &f, r->err);
}

/* --- chips and regions ------------------------------------------------------------------ */

static enum img_status read_chips(struct reading *r)
{
	bool known = r->board && r->board->rom_size == r->map->size;
	size_t count = known ? r->board->chip_count
			     : r->has_ifd ? img_ifd_usable_components(&r->ifd) : 0;
	enum img_status st = IMG_OK;
	uint64_t start = 0;

	for (size_t i = 0; i < count && st == IMG_OK; i++) {
		uint64_t size = known ? r->board->chip[i].size : r->ifd.component_size[i];
		const char *name = count == 1 ? "chip" : i ? "chip2" : "chip1";

		st = add(r, MAP_CHIP, (struct img_range){ start, size },
			 known ? r->board->chip[i].name : name);
		start += size;
	}
	return st == IMG_OK ? map_put_column(r->map, MAP_COLUMN_CHIP, &r->heap, r->err) : st;
}

static enum img_status read_regions(struct reading *r)
{
	enum img_status st = IMG_OK;

	for (unsigned i = 0; r->has_ifd && i < IMG_IFD_REGIONS && st == IMG_OK; i++)
		st = add(r, MAP_REGION, r->ifd.region[i], img_ifd_region_name(i));
	return st == IMG_OK ? map_put_column(r->map, MAP_COLUMN_REGION, &r->heap, r->err) : st;
}

/* --- FMAP areas ------------------------------------------------------------------------- */

/* How many others an area lies in; of equals the later one lies in the earlier. */
static unsigned depth_of(const struct img_fmap *map, size_t n)
{
	struct img_range own = map->area[n].range;
	unsigned depth = 0;

	for (size_t i = 0; i < map->area_count; i++) {
		struct img_range other = map->area[i].range;
		bool equal = other.start == own.start && other.size == own.size;

		if (i != n && img_range_holds(other, own) && (!equal || i < n))
			depth++;
	}
	return depth;
}

static enum img_status read_areas(struct reading *r, unsigned depths)
{
	const struct img_fmap *map = &r->fmap;
	unsigned deepest = 0;
	enum img_status st = IMG_OK;

	for (size_t i = 0; r->has_fmap && i < map->area_count; i++) {
		unsigned depth = depth_of(map, i);

		deepest = depth > deepest ? depth : deepest;
	}
	depths = deepest + 1 < depths ? deepest + 1 : depths;
	r->map->columns = MAP_COLUMN_AREA + depths + 1;
	for (unsigned d = 0; d < depths && st == IMG_OK; d++) {
		for (size_t i = 0; r->has_fmap && i < map->area_count && st == IMG_OK; i++) {
			unsigned depth = depth_of(map, i);

			/* The last column has all that are deeper, too. */
			if (depth == d || (d == depths - 1 && depth > d))
				st = add(r, MAP_AREA, map->area[i].range, map->area[i].name);
		}
		if (st == IMG_OK)
			st = map_put_column(r->map, MAP_COLUMN_AREA + d, &r->heap, r->err);
	}
	return st;
}

/* --- what is inside --------------------------------------------------------------------- */

static enum img_status read_cbfs(struct reading *r, struct img_range range)
{
	struct img_cbfs_file file;
	struct img_view area;
	uint64_t cursor = 0;
	struct img_error why;
	enum img_status st = img_view_slice(r->image, range.start, range.size, &area, r->err);

	if (st != IMG_OK || !img_cbfs_begins(area))
		return st;
	for (;;) {
		struct img_range whole;

		st = img_cbfs_walk(area, true, &cursor, &file, &why);
		if (st == IMG_E_ABSENT)
			return IMG_OK;
		if (st != IMG_OK) {
			st = say(r, "cbfs-damage", &why);
			if (st != IMG_OK || r->map->findings >= MAP_ITEMS_MAX)
				return st;
			continue;
		}
		whole = (struct img_range){ range.start + file.at,
					    img_cbfs_end(&file) - file.at };
		st = img_cbfs_is_free(&file) ? add(r, MAP_FREE, whole, "free")
					     : add(r, MAP_FILE, whole, file.name);
		if (st != IMG_OK)
			return st;
	}
}

static enum img_status read_files(struct reading *r)
{
	struct img_cbfs_master master;
	enum img_status st = IMG_OK;

	if (!r->has_fmap) {
		if (img_cbfs_master_find(r->image, &master, NULL) == IMG_OK)
			st = read_cbfs(r, master.files);
		return st;
	}
	for (size_t i = 0; i < r->fmap.area_count && st == IMG_OK; i++)
		st = read_cbfs(r, r->fmap.area[i].range);
	return st;
}

static enum img_status read_partitions(struct reading *r)
{
	struct img_range range = r->has_ifd ? r->ifd.region[IMG_IFD_ME] : (struct img_range){ 0 };
	struct img_view region;
	struct img_error why;
	struct img_me me;
	enum img_status st;

	if (!range.size && !r->has_ifd && img_me_mark(r->image))
		range.size = r->map->size;
	if (!range.size || range.start >= r->map->size)
		return IMG_OK;
	if (range.size > r->map->size - range.start)
		range.size = r->map->size - range.start;
	st = img_view_slice(r->image, range.start, range.size, &region, r->err);
	if (st != IMG_OK)
		return st;
	st = img_me_decode(region, &me, &why);
	if (st != IMG_OK)
		return st == IMG_E_NOMEM ? st : st == IMG_E_ABSENT ? IMG_OK
								   : say(r, "me-damage", &why);
	for (size_t i = 0; i < me.partition_count && st == IMG_OK; i++) {
		struct img_range p = me.partition[i].range;

		if (p.start >= range.size)
			continue;
		p.size = p.size < range.size - p.start ? p.size : range.size - p.start;
		p.start += range.start;
		st = add(r, MAP_PARTITION, p, me.partition[i].name);
	}
	if (st == IMG_OK)
		st = img_check_me_region(region, &me, collect, r, r->err);
	return st == IMG_OK ? r->st : st;
}

/* --- the rest --------------------------------------------------------------------------- */

/* The end of the run of blocks at from, up to end, that are erased, or are not. */
static uint64_t run_end(struct img_view image, uint64_t from, uint64_t end, bool *erased)
{
	uint64_t at = from;
	bool first = true;

	while (at < end) {
		uint64_t next = (at / MAP_BLOCK + 1) * MAP_BLOCK;
		struct img_view block;
		bool is;

		next = next < end ? next : end;
		if (img_view_slice(image, at, next - at, &block, NULL) != IMG_OK)
			break;
		is = img_view_filled(block, 0xff);
		if (!first && is != *erased)
			break;
		*erased = is;
		first = false;
		at = next;
	}
	return at;
}

/* Erased runs that are long enough to be seen, and data between them. */
static enum img_status describe_gap(struct reading *r, struct map_heap *out, uint64_t from,
				    uint64_t end)
{
	uint64_t least = r->map->size / 512, data = from, at = from;
	enum img_status st = IMG_OK;

	while (at < end && st == IMG_OK) {
		bool erased = false;
		uint64_t next = run_end(r->image, at, end, &erased);

		if (next == at)
			break;
		if (erased && (next - at >= least || (at == from && next == end))) {
			st = map_add(r->map, out, MAP_DATA, (struct img_range){ data, at - data },
				     "data", r->err);
			if (st == IMG_OK)
				st = map_add(r->map, out, MAP_ERASED,
					     (struct img_range){ at, next - at }, "erased", r->err);
			data = next;
		}
		at = next;
	}
	if (st == IMG_OK)
		st = map_add(r->map, out, MAP_DATA, (struct img_range){ data, end - data }, "data",
			     r->err);
	return st;
}

/* Where a thing of another column begins or ends next: a gap does not go on over it. */
static uint64_t next_edge(const struct map *map, uint64_t from)
{
	uint64_t edge = map->size;

	for (size_t i = 0; i < map->count; i++) {
		struct img_range range = map->item[i].range;

		if (range.start > from && range.start < edge)
			edge = range.start;
		if (img_range_end(range) > from && img_range_end(range) < edge)
			edge = img_range_end(range);
	}
	return edge;
}

static enum img_status read_inside(struct reading *r)
{
	unsigned column = r->map->columns - 1;
	struct map_heap rest = { .count = 0 };
	size_t first = r->map->count, count;
	enum img_status st = read_files(r);
	uint64_t at = 0;

	if (st == IMG_OK)
		st = read_partitions(r);
	if (st == IMG_OK)
		st = map_put_column(r->map, column, &r->heap, r->err);
	count = r->map->count;
	while (at < r->map->size && st == IMG_OK) {
		struct img_range next = { r->map->size, 0 };
		uint64_t edge;

		if (first < count)
			next = r->map->item[first].range;
		if (at >= next.start) {
			at = img_range_end(next);
			first++;
			continue;
		}
		edge = next_edge(r->map, at);
		edge = edge < next.start ? edge : next.start;
		st = describe_gap(r, &rest, at, edge);
		at = edge;
	}
	/* What was there goes back into the heap, to be sorted with the rest. */
	while (st == IMG_OK && r->map->count && r->map->item[r->map->count - 1].column == column) {
		const struct map_item *it = &r->map->item[--r->map->count];

		st = map_add(r->map, &rest, it->kind, it->range, it->name, r->err);
	}
	if (st == IMG_OK)
		st = map_put_column(r->map, column, &rest, r->err);
	free(rest.item);
	return st;
}

/* --- all -------------------------------------------------------------------------------- */

static enum img_status run_checks(struct reading *r)
{
	struct img_check_input in = {
		.image = r->image, .size = r->map->size, .ifd = r->has_ifd ? &r->ifd : NULL,
		.board = r->board,
	};

	img_check_run(&in, collect, r);
	return r->st;
}

static enum img_status read_maps(struct reading *r)
{
	struct img_error why;
	uint64_t at;
	enum img_status st = img_ifd_decode(r->image, &r->ifd, &why);

	r->has_ifd = st == IMG_OK;
	if (st != IMG_OK && img_ifd_signature(r->image, &at)) {
		st = say(r, "descriptor", &why);
		if (st != IMG_OK)
			return st;
	}
	st = img_fmap_decode(r->image, &r->fmap, &why);
	r->has_fmap = st == IMG_OK;
	return st == IMG_E_BOUNDS ? say(r, "fmap", &why) : IMG_OK;
}

enum img_status map_read(struct img_view image, const struct img_board *board,
			 unsigned area_depths, struct map *map, struct img_error *err)
{
	struct reading r = { .image = image, .board = board, .map = map, .err = err };
	enum img_status st = read_maps(&r);

	if (st == IMG_OK)
		st = read_chips(&r);
	if (st == IMG_OK)
		st = read_regions(&r);
	if (st == IMG_OK)
		st = read_areas(&r, area_depths);
	if (st == IMG_OK)
		st = read_inside(&r);
	if (st == IMG_OK)
		st = run_checks(&r);
	free(r.heap.item);
	return st;
}
