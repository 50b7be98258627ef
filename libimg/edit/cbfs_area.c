/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_area.h"

#include "libimg/edit/locate.h"
#include "libimg/format/cbfs.h"
#include "libimg/format/cbfs_master.h"
#include "libimg/format/fmap.h"

/*
 * Where the header is not in the boot block and in no file of its own either, it lies bare behind
 * the last file, in front of the boot block: the files end there.
 */
static void end_at_header(struct img_view files, struct img_cbfs_master *m)
{
	struct img_cbfs_file f;
	uint64_t cursor = 0, at = m->at - m->files.start;
	enum img_status st;

	if (m->at <= m->files.start || at >= m->files.size)
		return;
	while ((st = img_cbfs_next(files, &cursor, &f, NULL)) != IMG_E_ABSENT)
		if (st == IMG_OK && at >= f.at && at < f.at + f.metadata_size + f.data_size)
			return;
	m->files.size = at / IMG_CBFS_ALIGN * IMG_CBFS_ALIGN;
}

/* In an older image, without a map. */
static enum img_status find_by_master(struct img_view image, struct img_cbfs_area *out,
				      struct img_error *err)
{
	struct img_cbfs_master master;
	struct img_view files;
	enum img_status st = img_cbfs_master_find(image, &master, err);

	if (st == IMG_OK)
		st = img_view_slice(image, master.files.start, master.files.size, &files, err);
	if (st != IMG_OK)
		return st;
	if (!img_cbfs_begins(files))
		return img_fail(err, IMG_E_ABSENT, master.files.start,
				"the CBFS master header says that files begin here, but "
				"there is no LARCHIVE");
	end_at_header(files, &master);
	*out = (struct img_cbfs_area){ master.files, 0, true };
	return IMG_OK;
}

static enum img_status find_in(struct img_view image, const struct img_fmap *map,
			       const char *name, struct img_cbfs_area *out, struct img_error *err)
{
	struct img_range range;
	enum img_status st = img_locate_cbfs_in(image, map, name, &range, err);

	if (st == IMG_OK)
		*out = (struct img_cbfs_area){ range, range.start, false };
	return st;
}

enum img_status img_cbfs_area_find(struct img_view image, const char *name,
				   struct img_cbfs_area *out, struct img_error *err)
{
	struct img_fmap map;
	enum img_status st = img_fmap_decode(image, &map, err);

	if (st == IMG_OK)
		return find_in(image, &map, name, out, err);
	return st == IMG_E_ABSENT && !name ? find_by_master(image, out, err) : st;
}

enum {
	HEADER = IMG_CBFS_METADATA_MAX + 32,	/* and what begins compressed data */
	PEEK = 64 << 10,		/* stays in the caches of one core */
	TABLE = 56 + 42 * IMG_FMAP_AREAS_MAX,	/* bytes of the largest map */
};

static uint64_t up_to(uint64_t want, uint64_t left)
{
	return want < left ? want : left;
}

/* Where the first signature of a map is; it may lie across the ends of two pieces. */
static enum img_status find_map(const struct img *image, uint64_t *at, bool *hit,
				struct img_error *err)
{
	const struct img_view needle = img_view_of("__FMAP__", 8);
	const uint64_t size = img_size(image), overlap = img_view_size(needle) - 1;
	enum img_status st = IMG_OK;
	uint8_t bytes[PEEK];
	struct img_span buffer;
	uint64_t from;

	*hit = false;
	for (from = 0; st == IMG_OK && !*hit && from < size; from += PEEK - overlap) {
		buffer = img_span_of(bytes, (size_t)up_to(PEEK, size - from));
		st = img_peek(image, from, buffer, err);
		*hit = st == IMG_OK && img_view_find(img_span_view(buffer), 0, needle, at);
		*at += from;
	}
	return st;
}

/*
 * Where the first signature is the map's, nothing behind it matters; else it was something else,
 * and all has to be searched.
 */
static enum img_status load_map(struct img *image, struct img_fmap *map, bool *found,
				struct img_error *err)
{
	uint64_t size = img_size(image), at = 0;
	bool hit;
	enum img_status st = find_map(image, &at, &hit, err);

	if (st == IMG_OK && hit)
		st = img_load(image, at, up_to(TABLE, size - at), err);
	if (st != IMG_OK)
		return st;
	*found = hit && img_fmap_decode_from(img_bytes(image), at, map, NULL) == IMG_OK &&
		 map->at == at;
	return *found ? IMG_OK : img_load(image, 0, size, err);
}

/* Does a header begin in that part of the image? */
static enum img_status look(const struct img *image, struct img_range part, bool *found,
			    struct img_error *err)
{
	uint8_t bytes[PEEK];
	struct img_span buffer;
	enum img_status st = IMG_OK;
	uint64_t at, hit;

	for (at = 0; st == IMG_OK && !*found && at < part.size; at += sizeof(bytes)) {
		buffer = img_span_of(bytes, (size_t)up_to(sizeof(bytes), part.size - at));
		st = img_peek(image, part.start + at, buffer, err);
		*found = st == IMG_OK && img_view_find_step(img_span_view(buffer), 0,
							    IMG_CBFS_ALIGN, IMG_CBFS_MAGIC, &hit);
	}
	return st;
}

/* The file at at of the area, as far as its header says; found: it may hide another one. */
static enum img_status look_inside(const struct img *image, struct img_range area,
				   const struct img_cbfs_file *file, bool *found,
				   struct img_error *err)
{
	uint64_t from = file->at + IMG_CBFS_ALIGN, end = up_to(img_cbfs_end(file), area.size);
	struct img_range part = { area.start + from, end - from };

	if (end <= from)
		return IMG_OK;
	return look(image, part, found, err);
}

/* From header to header, as long as there is one where one must be and none where none may be. */
static enum img_status load_headers(struct img *image, struct img_range area, bool *inside,
				    struct img_error *err)
{
	uint64_t at = 0, cursor;
	struct img_cbfs_file file;
	struct img_view files, here;
	enum img_status st = img_view_slice(img_bytes(image), area.start, area.size, &files, err);

	*inside = false;
	while (st == IMG_OK && at < area.size) {
		st = img_load(image, area.start + at, up_to(HEADER, area.size - at), err);
		if (st == IMG_OK)
			st = img_view_slice(files, at, area.size - at, &here, err);
		if (st != IMG_OK)
			break;
		cursor = at;
		*inside = !img_cbfs_begins(here) ||
			  img_cbfs_next(files, &cursor, &file, NULL) != IMG_OK;
		if (!*inside)
			st = look_inside(image, area, &file, inside, err);
		if (*inside)
			return img_load(image, area.start, area.size, err);
		at = cursor;
	}
	return st;
}

enum img_status img_cbfs_area_load(struct img *image, const char *name, struct img_cbfs_area *out,
				   bool *inside, struct img_error *err)
{
	const struct img_fmap_area *area;
	struct img_fmap map;
	bool found = false;
	enum img_status st = load_map(image, &map, &found, err);

	*inside = true;
	if (st != IMG_OK)
		return st;
	if (!found)
		return img_cbfs_area_find(img_bytes(image), name, out, err);
	area = img_fmap_find(&map, name ? name : IMG_CBFS_PRIMARY);
	if (area)
		st = load_headers(image, area->range, inside, err);
	return st == IMG_OK ? find_in(img_bytes(image), &map, name, out, err) : st;
}
