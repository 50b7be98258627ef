/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/unique.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_edit.h"
#include "libimg/format/fmap.h"
#include "libimg/format/ifd.h"

#define OF_FMAP "fmap:"
#define OF_CBFS "cbfs:"

static bool begins(const char *name, const char *word)
{
	return !strncmp(name, word, strlen(word));
}

/* What stands behind the word for its kind. */
static const char *bare(const char *name, enum unique_kind *kind)
{
	unsigned index;

	*kind = UNIQUE_AREA;
	if (begins(name, OF_CBFS)) {
		*kind = UNIQUE_FILE;
		return name + strlen(OF_CBFS);
	}
	if (begins(name, OF_FMAP))
		return name + strlen(OF_FMAP);
	if (img_ifd_region_find(name, &index))
		*kind = UNIQUE_REGION;
	return name;
}

static struct img_range find_region(struct img_view v, const char *name)
{
	struct img_range none = { 0, 0 };
	struct img_ifd ifd;
	unsigned index;

	return img_ifd_region_find(name, &index) && img_ifd_decode(v, &ifd, NULL) == IMG_OK
		       ? ifd.region[index] : none;
}

static struct img_range find_area(struct img_view v, const char *name)
{
	struct img_fmap *map = malloc(sizeof(*map));
	const struct img_fmap_area *area = NULL;
	struct img_range range = { 0, 0 };
	uint64_t start = 0;

	if (map && (img_fmap_decode(v, map, NULL) == IMG_OK ||
		    img_fmap_decode_part(v, map, &start, NULL) == IMG_OK))
		area = img_fmap_find(map, name);
	if (area && area->range.start >= start)
		range = (struct img_range){ area->range.start - start, area->range.size };
	free(map);
	return range;
}

static bool find_cbfs(struct img_view v, struct img_view *files)
{
	struct img_cbfs_area area;

	return img_cbfs_area_find(v, NULL, &area, NULL) == IMG_OK &&
	       img_view_slice(v, area.range.start, area.range.size, files, NULL) == IMG_OK;
}

static bool find_file(struct img_view v, const char *name, struct unique *out)
{
	struct img_view files;

	if (!find_cbfs(v, &files) || img_cbfs_find(files, name, &out->file, NULL) != IMG_OK)
		return false;
	out->bytes = out->file.data;
	out->range.start = img_view_origin(out->bytes) - img_view_origin(v);
	out->range.size = img_view_size(out->bytes);
	return true;
}

bool unique_find(struct img_view contents, const char *name, struct unique *out)
{
	*out = (struct unique){ 0 };
	name = bare(name, &out->kind);
	if (out->kind == UNIQUE_FILE)
		return find_file(contents, name, out);
	out->range = out->kind == UNIQUE_REGION ? find_region(contents, name)
						: find_area(contents, name);
	return out->range.size && img_view_slice(contents, out->range.start, out->range.size,
						 &out->bytes, NULL) == IMG_OK;
}

bool unique_has_place(struct img_view contents, const char *name)
{
	enum unique_kind kind;
	struct img_view files;
	struct unique there;

	bare(name, &kind);
	return kind == UNIQUE_FILE ? find_cbfs(contents, &files)
				   : unique_find(contents, name, &there);
}

bool unique_is_blank(const struct unique *u)
{
	return img_view_filled(u->bytes, 0xff) || img_view_filled(u->bytes, 0);
}

bool unique_same(const struct unique *a, const struct unique *b)
{
	return a->kind == b->kind && img_view_equal(a->bytes, b->bytes) &&
	       (a->kind != UNIQUE_FILE || a->file.type == b->file.type);
}

/* --- without the contents ------------------------------------------------------------- */

enum img_status unique_mark(struct img_view contents, const char *name, struct unique_mark *out,
			    struct img_error *err)
{
	struct unique u;

	*out = (struct unique_mark){ .found = unique_find(contents, name, &u) };
	if (!out->found)
		return IMG_OK;
	out->blank = unique_is_blank(&u);
	out->kind = u.kind;
	out->type = u.file.type;
	return img_digest(IMG_SHA256, u.bytes, &out->digest, err);
}

bool unique_is_marked(const struct unique *u, const struct unique_mark *mark)
{
	struct img_digest digest;

	return mark->found && u->kind == mark->kind && u->file.type == mark->type &&
	       img_digest(IMG_SHA256, u->bytes, &digest, NULL) == IMG_OK &&
	       img_digest_equal(&digest, &mark->digest);
}

/* The data follow the metadata. */
static enum img_status put_entry(void *ctx, struct img_span whole, struct img_error *err)
{
	const struct img_cbfs_file *file = ctx;
	enum img_status st = img_span_write(whole, 0, file->metadata, err);

	return st == IMG_OK ? img_span_write(whole, img_view_size(file->metadata), file->data, err)
			    : st;
}

enum img_status unique_hold_file(struct unique *u, struct img **out, struct img_error *err)
{
	const uint64_t before = img_view_size(u->file.metadata);
	const uint64_t size = img_view_size(u->file.data);
	struct img_view copy;
	enum img_status st = img_new_from(before + size, put_entry, &u->file, out, err);

	if (st != IMG_OK)
		return st;
	copy = img_bytes(*out);
	st = img_view_slice(copy, 0, before, &u->file.metadata, err);
	if (st == IMG_OK)
		st = img_view_slice(copy, before, size, &u->file.data, err);
	u->bytes = u->file.data;
	return st;
}

/* --- into other contents -------------------------------------------------------------- */

/* Where it was; where that does not do, anywhere. */
static enum img_status add(struct img *contents, struct img_cbfs_new *file, uint64_t at,
			   struct img_error *err)
{
	enum img_status st;

	file->place = IMG_CBFS_FIXED;
	file->where = at;
	st = img_cbfs_add(contents, NULL, file, NULL, NULL);
	if (st == IMG_OK)
		return st;
	file->place = IMG_CBFS_ANYWHERE;
	return img_cbfs_add(contents, NULL, file, NULL, err);
}

static enum img_status put_file(const struct unique *u, const char *name, struct img *contents,
				struct img_error *err)
{
	struct img_cbfs_new file = { .name = u->file.name, .type = u->file.type,
				     .data = u->bytes };
	uint64_t at = u->range.start;
	enum img_status st = IMG_OK;
	struct unique there;
	uint32_t cursor = 0;

	if (unique_find(img_bytes(contents), name, &there)) {
		if (unique_same(u, &there))
			return IMG_OK;
		at = there.range.start;
		st = img_cbfs_remove(contents, NULL, u->file.name, err);
	}
	if (!img_cbfs_attribute(&u->file, IMG_CBFS_ATTR_COMPRESSION, &cursor, &file.attributes))
		file.attributes = img_view_of(NULL, 0);
	return st == IMG_OK ? add(contents, &file, at, err) : st;
}

enum img_status unique_place(const struct unique *u, const char *name, struct img_view contents,
			     struct img_range *out, struct img_error *err)
{
	struct unique there;

	if (!unique_find(contents, name, &there))
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "there is no place for %s", name);
	if (there.range.size != u->range.size)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"it has %llu bytes on the chip and %llu in the image",
				(unsigned long long)u->range.size,
				(unsigned long long)there.range.size);
	*out = there.range;
	return IMG_OK;
}

enum img_status unique_put(const struct unique *u, const char *name, struct img *contents,
			   struct img_error *err)
{
	struct img_range range;
	enum img_status st;

	if (u->kind == UNIQUE_FILE)
		return put_file(u, name, contents, err);
	st = unique_place(u, name, img_bytes(contents), &range, err);
	return st == IMG_OK ? img_span_write(img_span(contents), range.start, u->bytes, err) : st;
}
