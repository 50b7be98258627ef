/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is where in an image, and how much room each thing gets in a picture: a value without
 * a pixel or a letter of a picture in it, made in one place and drawn by text.c and svg.c.
 *
 * Things are in columns: chips, regions of the descriptor, FMAP areas (one column for each
 * depth, as many as there is room for), and what is inside: CBFS files, ME partitions, free and
 * erased space. In a column nothing overlaps: where two things claim a place the smaller has it.
 * Every first byte of a thing begins a segment; in a picture a segment has a height of its
 * own, so that small things are seen, and more of it by its size.
 */
#ifndef TOOLS_MAP_MODEL_H
#define TOOLS_MAP_MODEL_H

#include "libimg/check/check.h"
#include "libimg/core/board.h"
#include "libimg/core/range.h"
#include "libimg/core/view.h"

enum map_kind {
	MAP_CHIP,
	MAP_REGION,
	MAP_AREA,
	MAP_FILE,		/* of a CBFS */
	MAP_PARTITION,		/* of the ME */
	MAP_DATA,		/* something that is none of these */
	MAP_FREE,		/* free space of a CBFS */
	MAP_ERASED,		/* all 0xff */
	MAP_KINDS,
};

enum { MAP_AREA_DEPTHS = 3, MAP_COLUMNS = 3 + MAP_AREA_DEPTHS };
enum { MAP_COLUMN_CHIP, MAP_COLUMN_REGION, MAP_COLUMN_AREA };	/* the last one: what is inside */

#define MAP_NAME 64
#define MAP_BLOCK 4096		/* the least that a flash chip erases */

/* How many blocks of MAP_BLOCK a range touches, and in how many its own bytes differ. */
struct map_changes {
	unsigned blocks, changed;
};

struct map_item {
	enum map_kind kind;
	unsigned column;
	struct img_range range;		/* never empty */
	char name[MAP_NAME];		/* printable ASCII */
	struct map_changes changes;	/* once map_compare() was called */
};

struct map_segment {
	struct img_range range;
	size_t item[MAP_COLUMNS];	/* index of what is there in each column, or MAP_NONE */
	struct map_changes changes;
};
#define MAP_NONE SIZE_MAX

struct map {
	uint64_t size;			/* of the image */
	unsigned columns;
	size_t count;
	struct map_item *item;		/* by column, then by place */
	size_t segments;
	struct map_segment *segment;	/* by place; they cover the image */
	size_t findings;
	struct img_finding *finding;
	bool is_compared;
	uint64_t left_out;		/* things that were too many to be shown */
};

/*
 * area_depths: columns for FMAP areas, 1 to MAP_AREA_DEPTHS; fewer are used where the map is less
 * deep. board may be NULL; it names the chips. What cannot be read is not shown and has a
 * finding. IMG_E_NOMEM. *out is owned: map_free().
 */
enum img_status map_build(struct img_view image, const struct img_board *board,
			  unsigned area_depths, struct map *out, struct img_error *err) IMG_CHECKED;
void map_free(struct map *map);

/* Counts the blocks that writing image over before would change. Both have the same size. */
void map_compare(struct map *map, struct img_view before, struct img_view image);

/*
 * The height of each segment: least for all, and share distributed by size. height has room for
 * map->segments. Returns their sum.
 */
unsigned map_heights(const struct map *map, unsigned least, unsigned share, unsigned *height);

/* Is there anything in it? */
bool map_column_used(const struct map *map, unsigned column);
/* "chip", "region", "area", "sub-area", "inside" */
const char *map_column_title(const struct map *map, unsigned column);
/* "chip", "region", "area", "file", "partition", "data", "free", "erased" */
const char *map_kind_word(enum map_kind kind);

/* Is there a warning or an error at a place of this segment? */
bool map_is_marked(const struct map *map, const struct map_segment *segment);

/* "4K", "1.2M": at most 5 letters. */
void map_size_text(uint64_t size, char out[16]);

#endif
