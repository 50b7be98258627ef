/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/fmap.h"

#include <ctype.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/core/reader.h"

enum { HEADER_SIZE = 56, AREA_SIZE = 42 };

/* Printable without spaces and ended inside its field: what tells a map from noise. */
static bool is_name(const char name[IMG_FMAP_NAME])
{
	size_t i = 0;

	while (i < IMG_FMAP_NAME && isgraph((unsigned char)name[i]))
		i++;
	return i < IMG_FMAP_NAME && name[i] == 0;
}

/* Decodes a header at the start of v. False: these bytes only look like one. */
static bool read_header(struct img_view v, struct img_fmap *map)
{
	struct img_reader r = img_reader_of(v, NULL);
	uint8_t major, minor;

	img_read_skip(&r, 8);
	major = img_read_u8(&r);
	minor = img_read_u8(&r);
	map->base = img_read_le64(&r);
	map->size = img_read_le32(&r);
	img_read_bytes(&r, map->name, sizeof(map->name));
	map->area_count = img_read_le16(&r);
	map->table_size = HEADER_SIZE + map->area_count * AREA_SIZE;
	return img_read_status(&r) == IMG_OK && major == 1 && minor <= 1 && is_name(map->name) &&
	       map->table_size <= map->size && map->table_size <= img_view_size(v);
}

static enum img_status read_areas(struct img_view table, struct img_fmap *map, uint64_t image_size,
				  struct img_error *err)
{
	struct img_reader r = img_reader_of(table, err);
	size_t i;

	img_read_skip(&r, HEADER_SIZE);
	for (i = 0; i < map->area_count; i++) {
		struct img_fmap_area *a = &map->area[i];

		a->range.start = img_read_le32(&r);
		a->range.size = img_read_le32(&r);
		img_read_bytes(&r, a->name, sizeof(a->name));
		a->flags = img_read_le16(&r);
		if (img_read_status(&r) != IMG_OK)
			return img_read_status(&r);
		if (!is_name(a->name))
			return img_fail(err, IMG_E_CORRUPT, map->at,
					"FMAP area %zu has no readable name", i);
		if (!img_range_holds((struct img_range){ 0, image_size }, a->range))
			return img_fail(err, IMG_E_BOUNDS, map->at,
					"FMAP area %s (0x%08llx, 0x%llx bytes) leaves the image of "
					"0x%llx bytes", a->name, (unsigned long long)a->range.start,
					(unsigned long long)a->range.size,
					(unsigned long long)image_size);
	}
	return IMG_OK;
}

/* part: image is perhaps not all of what the map describes. */
static enum img_status decode_at(struct img_view image, uint64_t at, bool part,
				 struct img_fmap *map, struct img_error *err)
{
	struct img_view table;
	enum img_status st;

	map->at = at;
	if (!part && map->size > img_view_size(image))
		return img_fail(err, IMG_E_BOUNDS, at,
				"FMAP describes an image of 0x%llx bytes, but this one has 0x%zx: "
				"cut off, or one chip of two", (unsigned long long)map->size,
				img_view_size(image));
	if (map->area_count > IMG_FMAP_AREAS_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, at,
				"FMAP with %zu areas; at most %d are read", map->area_count,
				IMG_FMAP_AREAS_MAX);
	st = img_view_slice(image, at, map->table_size, &table, err);
	return st == IMG_OK ? read_areas(table, map, map->size, err) : st;
}

static enum img_status decode(struct img_view image, uint64_t at, bool part, struct img_fmap *out,
			      struct img_error *err)
{
	static const char signature[] = "__FMAP__";
	struct img_view needle = img_view_of(signature, sizeof(signature) - 1), here;
	struct img_fmap map;
	enum img_status st;

	for (; img_view_find(image, at, needle, &at); at++) {
		memset(&map, 0, sizeof(map));
		st = img_view_slice(image, at, img_view_size(image) - at, &here, err);
		if (st != IMG_OK)
			return st;
		if (!read_header(here, &map))
			continue;
		st = decode_at(image, at, part, &map, err);
		if (st == IMG_OK)
			*out = map;
		return st;
	}
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "no FMAP in this image");
}

enum img_status img_fmap_decode(struct img_view image, struct img_fmap *out,
				struct img_error *err)
{
	return decode(image, 0, false, out, err);
}

enum img_status img_fmap_decode_from(struct img_view image, uint64_t from, struct img_fmap *out,
				     struct img_error *err)
{
	return decode(image, from, false, out, err);
}

enum img_status img_fmap_decode_part(struct img_view part, struct img_fmap *out, uint64_t *start,
				     struct img_error *err)
{
	const struct img_fmap_area *own;
	struct img_range range;
	struct img_fmap map;
	enum img_status st = decode(part, 0, true, &map, err);

	if (st != IMG_OK)
		return st;
	own = img_fmap_find(&map, "FMAP");
	if (!own || own->range.start < map.at)
		return img_fail(err, IMG_E_ABSENT, map.at,
				"nothing in this FMAP says where in its image this part is");
	range = (struct img_range){ own->range.start - map.at, img_view_size(part) };
	if (!img_range_holds((struct img_range){ 0, map.size }, range))
		return img_fail(err, IMG_E_BOUNDS, map.at,
				"FMAP describes an image of 0x%llx bytes, which 0x%llx bytes from "
				"0x%llx on are no part of", (unsigned long long)map.size,
				(unsigned long long)range.size, (unsigned long long)range.start);
	*out = map;
	*start = range.start;
	return IMG_OK;
}

const struct img_fmap_area *img_fmap_find(const struct img_fmap *map, const char *name)
{
	size_t i;

	for (i = 0; i < map->area_count; i++)
		if (!strcmp(map->area[i].name, name))
			return &map->area[i];
	return NULL;
}

static void put_area(uint8_t out[AREA_SIZE], const struct img_fmap_area *a)
{
	memset(out, 0, AREA_SIZE);
	img_put_le32(out, (uint32_t)a->range.start);
	img_put_le32(out + 4, (uint32_t)a->range.size);
	memcpy(out + 8, a->name, strnlen(a->name, IMG_FMAP_NAME - 1));
	img_put_le16(out + 40, a->flags);
}

enum img_status img_fmap_encode(const struct img_fmap *map, struct img_span span,
				struct img_error *err)
{
	uint8_t header[HEADER_SIZE] = "__FMAP__\1\1", row[AREA_SIZE];
	struct img_span table;
	enum img_status st;
	size_t i;

	if (map->area_count > IMG_FMAP_AREAS_MAX)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "an FMAP of %zu areas",
				map->area_count);
	st = img_span_slice(span, 0, HEADER_SIZE + map->area_count * AREA_SIZE, &table, err);
	img_put_le32(header + 10, (uint32_t)map->base);
	img_put_le32(header + 14, (uint32_t)(map->base >> 32));
	img_put_le32(header + 18, (uint32_t)map->size);
	memcpy(header + 22, map->name, strnlen(map->name, IMG_FMAP_NAME - 1));
	img_put_le16(header + 54, (uint16_t)map->area_count);
	if (st == IMG_OK)
		st = img_span_write(table, 0, img_view_of(header, sizeof(header)), err);
	for (i = 0; i < map->area_count && st == IMG_OK; i++) {
		put_area(row, &map->area[i]);
		st = img_span_write(table, HEADER_SIZE + i * AREA_SIZE,
				    img_view_of(row, sizeof(row)), err);
	}
	return st;
}

/* Is a in front of b in the tree? Their addresses in the map decide where ranges are alike. */
static bool is_before(const struct img_fmap_area *a, const struct img_fmap_area *b)
{
	if (a->range.start != b->range.start)
		return a->range.start < b->range.start;
	if (a->range.size != b->range.size)
		return a->range.size > b->range.size;
	return a < b;
}

void img_fmap_tree(const struct img_fmap *map, struct img_fmap_node out[IMG_FMAP_AREAS_MAX])
{
	size_t i, k;

	for (i = 0; i < map->area_count; i++) {
		for (k = i; k && is_before(&map->area[i], out[k - 1].area); k--)
			out[k] = out[k - 1];
		out[k].area = &map->area[i];
	}
	/* What holds an area comes before it; the last such one is its parent. */
	for (i = 0; i < map->area_count; i++) {
		out[i].depth = 0;
		for (k = i; k-- > 0 && !out[i].depth;)
			if (img_range_holds(out[k].area->range, out[i].area->range))
				out[i].depth = out[k].depth + 1;
	}
}
