/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three ways to show a model. Each writes to a stream and says nothing of errors. */
#ifndef TOOLS_MAP_MAP_H
#define TOOLS_MAP_MAP_H

#include <stdio.h>

#include "tools/common/json.h"
#include "tools/map/model.h"

/* What stands above the picture. */
struct map_title {
	const char *name;	/* of the file */
	const char *before;	/* of the file it is compared with, or NULL */
};

struct map_style {
	unsigned width;		/* columns of the terminal */
	bool color;
	bool unicode;		/* the terminal shows UTF-8 */
};

/* How many columns for areas there is room for in so many columns of a terminal. */
unsigned map_text_depths(unsigned width);

/* IMG_E_NOMEM. */
enum img_status map_print(FILE *to, const struct map *map, const struct map_title *title,
			  const struct map_style *style, struct img_error *err) IMG_CHECKED;

/* The drawing, 1200 pixels wide, in memory: *out is owned, *size its length. IMG_E_NOMEM. */
enum img_status map_draw(const struct map *map, const struct map_title *title, char **out,
			 size_t *size, struct img_error *err) IMG_CHECKED;

json_t *map_json(const struct map *map);

#endif
