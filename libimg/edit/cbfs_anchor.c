/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_anchor.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/edit/locate.h"
#include "libimg/format/fmap.h"

static bool is_secondary(const char *area)
{
	return area && !strcmp(area, "COREBOOT_B");
}

/* Files of the first stage may hold the anchor. */
static enum img_anchor_holder holder_of(const char *name, uint32_t type)
{
	if (type == IMG_CBFS_BOOTBLOCK && !strcmp(name, "bootblock"))
		return IMG_ANCHOR_BOOTBLOCK;
	if (type == IMG_CBFS_AMDFW && !strcmp(name, "apu/amdfw"))
		return IMG_ANCHOR_AMDFW;
	return IMG_ANCHOR_NOBODY;
}

/* From now on holder counts: its anchor, or its having none. */
static enum img_status take(enum img_anchor_holder holder, struct img_view data, uint64_t data_at,
			    struct img_anchor_place *place, struct img_error *err)
{
	struct img_cbfs_anchor anchor;
	enum img_status st;

	place->holder = holder;
	place->present = false;
	st = img_cbfs_anchor_find(data, &anchor, err);
	if (st != IMG_OK)
		return st == IMG_E_ABSENT ? IMG_OK : st;
	place->present = true;
	place->kind = anchor.kind;
	place->metadata_hash_at = data_at + anchor.metadata_hash_at;
	place->fmap_hash_at = data_at + anchor.fmap_hash_at;
	return IMG_OK;
}

static enum img_status take_file(struct img_view files, const char *without,
				 struct img_anchor_place *place, struct img_error *err)
{
	static const char *const names[] = { "bootblock", "apu/amdfw" };
	struct img_cbfs_file f;
	enum img_status st;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		if (without && !strcmp(names[i], without))
			continue;
		st = img_cbfs_find(files, names[i], &f, err);
		if (st == IMG_OK && holder_of(f.name, f.type))
			return take(holder_of(f.name, f.type), f.data, img_view_origin(f.data),
				    place, err);
		if (st != IMG_OK && st != IMG_E_ABSENT)
			return st;
	}
	return IMG_OK;
}

enum img_status img_anchor_locate(struct img_view image, const char *area, const char *without,
				  struct img_anchor_place *out, struct img_error *err)
{
	const struct img_fmap_area *found;
	struct img_view bytes;
	struct img_fmap map;
	enum img_status st;

	memset(out, 0, sizeof(*out));
	out->covers = !area || !strcmp(area, IMG_CBFS_PRIMARY) || is_secondary(area);
	st = img_fmap_decode(image, &map, err);
	if (st != IMG_OK)
		return st == IMG_E_ABSENT ? IMG_OK : st;
	found = img_fmap_find(&map, is_secondary(area) ? "BOOTBLOCK_B" : "BOOTBLOCK");
	if (found) {
		st = img_view_slice(image, found->range.start, found->range.size, &bytes, err);
		return st == IMG_OK ? take(IMG_ANCHOR_AREA, bytes, found->range.start, out, err)
				    : st;
	}
	found = is_secondary(area) ? NULL : img_fmap_find(&map, IMG_CBFS_PRIMARY);
	if (!found)
		return IMG_OK;
	st = img_view_slice(image, found->range.start, found->range.size, &bytes, err);
	return st == IMG_OK ? take_file(bytes, out->covers ? without : NULL, out, err) : st;
}

enum img_status img_anchor_locate_new(const char *name, uint32_t type, struct img_view data,
				      uint64_t data_at, struct img_anchor_place *place,
				      struct img_error *err)
{
	enum img_anchor_holder holder = holder_of(name, type);

	if (!place->covers || holder <= place->holder)
		return IMG_OK;
	return take(holder, data, data_at, place, err);
}

/* The boot block holds the anchor itself, and the others are read before there is a CBFS. */
static bool is_exempt(uint32_t type)
{
	return type == IMG_CBFS_BOOTBLOCK || type == IMG_CBFS_MASTER_HEADER ||
	       type == IMG_CBFS_INTEL_FIT || type == IMG_CBFS_AMDFW;
}

enum img_status img_anchor_hash_for(const struct img_anchor_place *anchor, uint32_t type,
				    const enum img_digest_kind **hash, struct img_error *err)
{
	if (!anchor->present || is_exempt(type))
		return IMG_OK;
	if (*hash && **hash != anchor->kind)
		return img_fail(err, IMG_E_USAGE, anchor->metadata_hash_at,
				"this image verifies its files with %s, so a file with %s would "
				"not be read", img_digest_name(anchor->kind),
				img_digest_name(**hash));
	*hash = &anchor->kind;
	return IMG_OK;
}

/* A list of views that grows. */
struct parts {
	struct img_view *list;
	size_t count, room;
};

static enum img_status append(struct parts *parts, struct img_view v, struct img_error *err)
{
	struct img_view *larger;

	if (parts->count == parts->room) {
		parts->room = parts->room ? 2 * parts->room : 64;
		larger = realloc(parts->list, parts->room * sizeof(*larger));
		if (!larger)
			return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		parts->list = larger;
	}
	parts->list[parts->count++] = v;
	return IMG_OK;
}

/* The metadata of every file in order, as it will be after the change. */
static enum img_status collect(struct img_view area, const struct img_anchor_change *change,
			       struct parts *parts, struct img_error *err)
{
	bool pending = img_view_size(change->metadata) != 0;
	struct img_cbfs_file f;
	uint64_t cursor = 0;
	enum img_status st;

	while ((st = img_cbfs_next(area, &cursor, &f, err)) == IMG_OK) {
		if (img_cbfs_is_free(&f))
			continue;
		if (pending && f.at > change->at) {
			st = append(parts, change->metadata, err);
			pending = false;
		}
		if (st == IMG_OK && f.at != change->at)
			st = append(parts, f.metadata, err);
		if (st != IMG_OK)
			return st;
	}
	if (st != IMG_E_ABSENT)
		return st;
	return pending ? append(parts, change->metadata, err) : IMG_OK;
}

static enum img_status metadata_hash(struct img_view image, const struct img_anchor_place *anchor,
				     struct img_range cbfs, const struct img_anchor_change *change,
				     struct img_digest *out, struct img_error *err)
{
	struct parts parts = { 0 };
	struct img_view area;
	enum img_status st;

	st = img_view_slice(image, cbfs.start, cbfs.size, &area, err);
	if (st == IMG_OK)
		st = collect(area, change, &parts, err);
	if (st == IMG_OK)
		st = img_digest_parts(anchor->kind, parts.list, parts.count, out, err);
	free(parts.list);
	return st;
}

static enum img_status fmap_hash(struct img_view image, const struct img_anchor_place *anchor,
				 struct img_digest *out, struct img_error *err)
{
	struct img_view table;
	struct img_fmap map;
	enum img_status st;

	st = img_fmap_decode(image, &map, err);
	if (st == IMG_OK)
		st = img_view_slice(image, map.at, map.table_size, &table, err);
	return st == IMG_OK ? img_digest(anchor->kind, table, out, err) : st;
}

enum img_status img_anchor_compute(struct img_view image, const struct img_anchor_place *anchor,
				   struct img_range cbfs, const struct img_anchor_change *change,
				   struct img_anchor_hashes *out, struct img_error *err)
{
	struct img_anchor_hashes hashes;
	enum img_status st;

	if (!anchor->present)
		return IMG_OK;
	st = metadata_hash(image, anchor, cbfs, change, &hashes.metadata, err);
	if (st == IMG_OK)
		st = fmap_hash(image, anchor, &hashes.fmap, err);
	if (st == IMG_OK)
		*out = hashes;
	return st;
}

static struct img_view digest_view(const struct img_digest *d)
{
	return img_view_of(d->bytes, d->size);
}

enum img_status img_anchor_store(struct img *image, const struct img_anchor_place *anchor,
				 const struct img_anchor_hashes *hashes, bool fmap,
				 struct img_error *err)
{
	enum img_status st = IMG_OK;

	if (anchor->present && anchor->covers)
		st = img_span_write(img_span(image), anchor->metadata_hash_at,
				    digest_view(&hashes->metadata), err);
	if (st == IMG_OK && anchor->present && fmap)
		st = img_span_write(img_span(image), anchor->fmap_hash_at,
				    digest_view(&hashes->fmap), err);
	return st;
}

static enum img_status same_hash(struct img_view image, uint64_t at, const struct img_digest *want,
				 const char *what, struct img_error *err)
{
	if (img_view_has(image, at, digest_view(want)))
		return IMG_OK;
	return img_fail(err, IMG_E_MISMATCH, img_view_origin(image) + at,
			"the boot block has another hash of %s than this one: firmware that "
			"verifies it will not start", what);
}

enum img_status img_anchor_check(struct img_view image, struct img_error *err)
{
	const struct img_anchor_change none = { .at = IMG_NOWHERE };
	struct img_anchor_hashes hashes;
	struct img_anchor_place anchor;
	struct img_range cbfs;
	enum img_status st = img_anchor_locate(image, NULL, NULL, &anchor, err);

	if (st != IMG_OK || !anchor.present)
		return st;
	st = img_locate_cbfs(image, NULL, &cbfs, err);
	if (st == IMG_OK)
		st = img_anchor_compute(image, &anchor, cbfs, &none, &hashes, err);
	if (st == IMG_OK)
		st = same_hash(image, anchor.metadata_hash_at, &hashes.metadata,
			       "the CBFS headers", err);
	if (st == IMG_OK)
		st = same_hash(image, anchor.fmap_hash_at, &hashes.fmap, "the FMAP", err);
	return st;
}
