/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/map/make.h"

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

/* --- things ----------------------------------------------------------------------------- */

static void clean_name(const char *from, char to[MAP_NAME])
{
	size_t i;

	for (i = 0; from[i] && i < MAP_NAME - 1; i++)
		to[i] = from[i] > ' ' && from[i] < 0x7f ? from[i] : '?';
	memset(to + i, 0, MAP_NAME - i);
}

enum img_status map_add(struct map *map, struct map_heap *heap, enum map_kind kind,
			struct img_range range, const char *name, struct img_error *err)
{
	struct map_item item = { .kind = kind, .range = range };

	if (range.start >= map->size || !range.size)
		return IMG_OK;
	if (heap->count == MAP_ITEMS_MAX) {
		map->left_out++;
		return IMG_OK;
	}
	if (range.size > map->size - range.start)
		item.range.size = map->size - range.start;
	clean_name(name, item.name);
	if (heap->count == heap->room) {
		size_t room = heap->room ? 2 * heap->room : 32;
		struct map_item *more = realloc(heap->item, room * sizeof(*more));

		if (!more)
			return no_memory(err);
		heap->item = more;
		heap->room = room;
	}
	heap->item[heap->count++] = item;
	return IMG_OK;
}

enum img_status map_add_finding(struct map *map, const struct img_finding *f,
				struct img_error *err)
{
	struct img_finding *more = realloc(map->finding, (map->findings + 1) * sizeof(*more));

	if (!more)
		return no_memory(err);
	map->finding = more;
	map->finding[map->findings++] = *f;
	return IMG_OK;
}

/* --- columns ---------------------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	uint64_t x = *(const uint64_t *)a, y = *(const uint64_t *)b;

	return x < y ? -1 : x > y;
}

/* Sorted, each once. How many are left. */
static size_t sort_places(uint64_t *place, size_t count)
{
	size_t unique = 0;

	qsort(place, count, sizeof(*place), by_number);
	for (size_t i = 0; i < count; i++) {
		if (!unique || place[i] != place[unique - 1])
			place[unique++] = place[i];
	}
	return unique;
}

/* The smallest thing that has the place; of equals the first. */
static const struct map_item *smallest_at(const struct map_heap *heap, uint64_t place)
{
	const struct map_item *best = NULL;

	for (size_t i = 0; i < heap->count; i++) {
		const struct map_item *it = &heap->item[i];

		if (place - it->range.start < it->range.size && place >= it->range.start &&
		    (!best || it->range.size < best->range.size))
			best = it;
	}
	return best;
}

static enum img_status put_sorted(struct map *map, unsigned column, const struct map_heap *heap,
				  const uint64_t *place, size_t places, struct img_error *err)
{
	struct map_item *more = realloc(map->item, (map->count + places) * sizeof(*more));
	const struct map_item *last = NULL;

	if (!more)
		return no_memory(err);
	map->item = more;
	for (size_t i = 0; i + 1 < places; i++) {
		const struct map_item *it = smallest_at(heap, place[i]);

		if (it && it == last) {
			map->item[map->count - 1].range.size += place[i + 1] - place[i];
		} else if (it) {
			map->item[map->count] = *it;
			map->item[map->count].column = column;
			map->item[map->count].range.start = place[i];
			map->item[map->count++].range.size = place[i + 1] - place[i];
		}
		last = it;
	}
	return IMG_OK;
}

enum img_status map_put_column(struct map *map, unsigned column, struct map_heap *heap,
			       struct img_error *err)
{
	uint64_t *place = calloc(2 * heap->count + 1, sizeof(*place));
	enum img_status st = IMG_OK;

	if (!place)
		return no_memory(err);
	for (size_t i = 0; i < heap->count; i++) {
		place[2 * i] = heap->item[i].range.start;
		place[2 * i + 1] = img_range_end(heap->item[i].range);
	}
	if (heap->count)
		st = put_sorted(map, column, heap, place, sort_places(place, 2 * heap->count), err);
	heap->count = 0;
	free(place);
	return st;
}

/* --- segments --------------------------------------------------------------------------- */

/* Things of a column are in order, so that one pass for each finds what every segment has. */
static void fill_segments(struct map *map)
{
	size_t s = 0;

	for (size_t i = 0; i < map->segments; i++) {
		for (unsigned c = 0; c < MAP_COLUMNS; c++)
			map->segment[i].item[c] = MAP_NONE;
	}
	for (size_t i = 0; i < map->count; i++) {
		const struct map_item *it = &map->item[i];

		if (!i || map->item[i - 1].column != it->column)
			s = 0;
		while (s < map->segments && map->segment[s].range.start < it->range.start)
			s++;
		for (; s < map->segments &&
		       map->segment[s].range.start < img_range_end(it->range); s++)
			map->segment[s].item[it->column] = i;
	}
}

static enum img_status make_segments(struct map *map, struct img_error *err)
{
	uint64_t *place = calloc(2 * map->count + 2, sizeof(*place));
	size_t count = 2;

	if (!place)
		return no_memory(err);
	place[1] = map->size;
	for (size_t i = 0; i < map->count; i++) {
		place[count++] = map->item[i].range.start;
		place[count++] = img_range_end(map->item[i].range);
	}
	count = sort_places(place, count);
	map->segment = calloc(count, sizeof(*map->segment));
	for (size_t i = 0; map->segment && i + 1 < count; i++)
		map->segment[i].range = (struct img_range){ place[i], place[i + 1] - place[i] };
	map->segments = count - 1;
	free(place);
	if (!map->segment)
		return no_memory(err);
	fill_segments(map);
	return IMG_OK;
}

enum img_status map_build(struct img_view image, const struct img_board *board,
			  unsigned area_depths, struct map *out, struct img_error *err)
{
	struct map map = { .size = img_view_size(image) };
	enum img_status st = map_read(image, board, area_depths, &map, err);

	if (st == IMG_OK)
		st = make_segments(&map, err);
	if (st == IMG_OK)
		*out = map;
	else
		map_free(&map);
	return st;
}

void map_free(struct map *map)
{
	free(map->item);
	free(map->segment);
	free(map->finding);
	*map = (struct map){ .size = 0 };
}

/* --- what is asked of it ---------------------------------------------------------------- */

static struct map_changes count_changes(struct img_view before, struct img_view image,
					struct img_range range)
{
	struct map_changes c = { 0, 0 };
	uint64_t at = range.start, end = img_range_end(range);

	for (; at < end; c.blocks++) {
		uint64_t next = (at / MAP_BLOCK + 1) * MAP_BLOCK;
		struct img_view a, b;

		next = next < end ? next : end;
		if (img_view_slice(before, at, next - at, &a, NULL) != IMG_OK ||
		    img_view_slice(image, at, next - at, &b, NULL) != IMG_OK ||
		    !img_view_equal(a, b))
			c.changed++;
		at = next;
	}
	return c;
}

void map_compare(struct map *map, struct img_view before, struct img_view image)
{
	map->is_compared = true;
	for (size_t i = 0; i < map->segments; i++)
		map->segment[i].changes = count_changes(before, image, map->segment[i].range);
	for (size_t i = 0; i < map->count; i++)
		map->item[i].changes = count_changes(before, image, map->item[i].range);
}

unsigned map_heights(const struct map *map, unsigned least, unsigned share, unsigned *height)
{
	unsigned sum = 0;

	for (size_t i = 0; i < map->segments; i++) {
		uint64_t size = map->segment[i].range.size;

		/* Sizes have at most 27 bits. */
		height[i] = least + (unsigned)((size * share + map->size / 2) / map->size);
		sum += height[i];
	}
	return sum;
}

bool map_column_used(const struct map *map, unsigned column)
{
	for (size_t i = 0; i < map->count; i++) {
		if (map->item[i].column == column)
			return true;
	}
	return false;
}

const char *map_column_title(const struct map *map, unsigned column)
{
	if (column == map->columns - 1)
		return "inside";
	if (column > MAP_COLUMN_AREA)
		return "sub-area";
	return column == MAP_COLUMN_CHIP ? "chip" : column == MAP_COLUMN_REGION ? "region" : "area";
}

const char *map_kind_word(enum map_kind kind)
{
	static const char *const words[MAP_KINDS] = {
		"chip", "region", "area", "file", "partition", "data", "free", "erased",
	};

	return words[kind];
}

bool map_is_marked(const struct map *map, const struct map_segment *segment)
{
	for (size_t i = 0; i < map->findings; i++) {
		uint64_t at = map->finding[i].at;

		if (map->finding[i].severity != IMG_NOTE && at >= segment->range.start &&
		    at < img_range_end(segment->range))
			return true;
	}
	return false;
}

void map_size_text(uint64_t size, char out[16])
{
	static const char units[] = " KMG";
	uint64_t unit = 1;
	unsigned u = 0;

	while (u < 3 && size / unit >= 1024) {
		unit *= 1024;
		u++;
	}
	if (!u)
		snprintf(out, 16, "%u", (unsigned)size);
	else if (size % unit && size / unit < 100)
		snprintf(out, 16, "%u.%u%c", (unsigned)(size / unit),
			 (unsigned)(size % unit * 10 / unit), units[u]);
	else
		snprintf(out, 16, "%u%c", (unsigned)(size / unit), units[u]);
}
