/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between model.c, which orders things, and read.c, which finds them. */
#ifndef TOOLS_MAP_MAKE_H
#define TOOLS_MAP_MAKE_H

#include "tools/map/model.h"

enum { MAP_ITEMS_MAX = 2000 };	/* of one column */

/* Things of one column as they are found: they may overlap and leave the image. */
struct map_heap {
	size_t count, room;
	struct map_item *item;
};

/*
 * Adds a thing, clipped to the image; of nothing in it none. Over MAP_ITEMS_MAX are counted in
 * left_out. Bytes of name that are not printable become "?". IMG_E_NOMEM.
 */
enum img_status map_add(struct map *map, struct map_heap *heap, enum map_kind kind,
			struct img_range range, const char *name, struct img_error *err)
	IMG_CHECKED;

/* Puts the heap's things into the next column, none over another, and empties the heap. */
enum img_status map_put_column(struct map *map, unsigned column, struct map_heap *heap,
			       struct img_error *err) IMG_CHECKED;

enum img_status map_add_finding(struct map *map, const struct img_finding *f,
				struct img_error *err) IMG_CHECKED;

/* Finds everything and fills the columns. */
enum img_status map_read(struct img_view image, const struct img_board *board,
			 unsigned area_depths, struct map *map, struct img_error *err) IMG_CHECKED;

#endif
