/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/map/map.h"

static json_t *item_json(const struct map *map, const struct map_item *it)
{
	json_t *row = json_pack("{s:s, s:I, s:s, s:s, s:I, s:I}", "column",
				map_column_title(map, it->column), "level",
				(json_int_t)it->column, "kind",
				map_kind_word(it->kind), "name", it->name, "start",
				(json_int_t)it->range.start, "size", (json_int_t)it->range.size);

	if (map->is_compared) {
		json_object_set_new(row, "blocks", json_integer(it->changes.blocks));
		json_object_set_new(row, "changed", json_integer(it->changes.changed));
	}
	return row;
}

json_t *map_json(const struct map *map)
{
	json_t *items = json_array(), *findings = json_array();

	for (size_t i = 0; i < map->count; i++)
		json_array_append_new(items, item_json(map, &map->item[i]));
	for (size_t i = 0; i < map->findings; i++) {
		const struct img_finding *f = &map->finding[i];
		json_t *at = f->at == IMG_NOWHERE ? json_null() : json_integer((json_int_t)f->at);

		json_array_append_new(findings, json_pack("{s:s, s:s, s:o, s:o}", "id", f->id,
							  "severity",
							  img_severity_word(f->severity), "at", at,
							  "text", json_text(f->text)));
	}
	return json_pack("{s:{s:I}, s:o, s:I, s:o}", "image", "size", (json_int_t)map->size,
			 "items", items, "left_out", (json_int_t)map->left_out, "findings",
			 findings);
}
