/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_edit.h"

#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/cbfs_anchor.h"
#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_fit.h"
#include "libimg/edit/cbfs_walk.h"
#include "libimg/edit/locate.h"
#include "libimg/format/fmap.h"

enum {
	FREE_HEADER = 28,	/* header and empty name of free space */
	MASTER_POINTER = 4,	/* room for the legacy pointer at the end of an area */
	HASH_ATTR_HEADER = 12,
};

/* Free space from a file header on: what neighbouring free entries make together. */
struct slot {
	uint64_t start, end;
};

/* Where a new file goes; all offsets count from the start of the area. */
struct placement {
	struct slot slot;
	uint64_t header_at, data_at;
	bool too_odd;		/* only the limit of the metadata size forbids it */
};

struct metadata {
	uint8_t bytes[IMG_CBFS_METADATA_MAX];
	size_t size;
	size_t base_size;	/* header and name, without attributes */
};

/* The next free run at or after *cursor; IMG_E_ABSENT: no more. */
static enum img_status next_slot(struct img_view area, uint64_t *cursor, struct slot *out,
				 struct img_error *err)
{
	struct img_cbfs_file f;
	struct slot s = { 0, 0 };
	enum img_status st;
	uint64_t before = *cursor;

	while ((st = img_cbfs_next(area, cursor, &f, err)) == IMG_OK) {
		if (!img_cbfs_is_free(&f)) {
			if (s.end)
				break;
			before = *cursor;
			continue;
		}
		if (!s.end)
			s.start = f.at;
		s.end = img_cbfs_end(&f);
		before = *cursor;
	}
	if (st != IMG_OK && !(st == IMG_E_ABSENT && s.end))
		return st;
	*cursor = before;
	if (s.end > img_view_size(area))
		s.end = img_view_size(area);
	*out = s;
	return IMG_OK;
}

/*
 * One entry of free space over all of s; the end of the area keeps 4 bytes if tail, for the
 * pointer to a master header. Where there is such a header the area ends at the boot block.
 */
static enum img_status put_free(struct img_span area, struct slot s, bool tail,
				struct img_error *err)
{
	uint8_t header[IMG_CBFS_METADATA_MAX];
	uint64_t len = s.end - s.start - FREE_HEADER;
	enum img_status st;

	if (tail && s.end > img_span_size(area) - MASTER_POINTER)
		len -= len < MASTER_POINTER ? len : MASTER_POINTER;
	st = img_span_fill(area, s.start + FREE_HEADER, len, 0xff, err);
	if (st != IMG_OK)
		return st;
	img_cbfs_header(header, IMG_CBFS_NULL, "", (uint32_t)len);
	return img_span_write(area, s.start, img_view_of(header, FREE_HEADER), err);
}

static enum img_status merge_free(struct img_span area, struct img_error *err)
{
	uint64_t cursor = 0;
	enum img_status st;
	struct slot s;

	while ((st = next_slot(img_span_view(area), &cursor, &s, err)) == IMG_OK) {
		/* Less than a header fits only at the end of an area of odd size. */
		if (s.end - s.start < FREE_HEADER)
			st = img_span_fill(area, s.start, s.end - s.start, 0xff, err);
		else
			st = put_free(area, s, false, err);
		if (st != IMG_OK)
			return st;
	}
	return st == IMG_E_ABSENT ? IMG_OK : st;
}

/* No damage, and nothing in free space, which becomes 0xff, that all the rest depends on. */
static enum img_status check_intact(struct img_view image, struct img_view area,
				    struct img_error *err)
{
	struct img_cbfs_file f;
	struct img_fmap map;
	uint64_t cursor = 0, end;
	enum img_status st = img_fmap_decode(image, &map, err);

	while (st == IMG_OK && (st = img_cbfs_walk(area, true, &cursor, &f, err)) == IMG_OK) {
		end = img_view_origin(area) + img_cbfs_end(&f);
		if (img_cbfs_is_free(&f) && map.at < end &&
		    map.at + map.table_size > img_view_origin(area) + f.at)
			return img_fail(err, IMG_E_CORRUPT, map.at,
					"the FMAP lies in what the CBFS has as free space");
	}
	return st == IMG_E_ABSENT ? IMG_OK : st;
}

static enum img_status build_metadata(const struct img_cbfs_new *file,
				      const enum img_digest_kind *hash, struct metadata *out,
				      struct img_error *err)
{
	size_t ready_made = img_view_size(file->attributes);
	struct img_digest digest;
	enum img_status st;
	uint8_t *attr;

	out->base_size = img_cbfs_header_size(file->name);
	out->size = out->base_size + ready_made;
	if (hash)
		out->size += HASH_ATTR_HEADER + img_digest_size(*hash);
	if (out->size > IMG_CBFS_METADATA_MAX)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "the CBFS name %s is too long",
				file->name);
	img_cbfs_header(out->bytes, file->type, file->name, (uint32_t)img_view_size(file->data));
	if (out->size == out->base_size)
		return IMG_OK;
	attr = out->bytes + out->base_size;
	img_put_be32(out->bytes + 16, (uint32_t)out->base_size);
	img_put_be32(out->bytes + 20, (uint32_t)out->size);
	st = img_view_copy(file->attributes, 0, attr, ready_made, err);
	if (st != IMG_OK || !hash)
		return st;
	st = img_digest(*hash, file->data, &digest, err);
	if (st != IMG_OK)
		return st;
	attr += ready_made;
	img_put_be32(attr, IMG_CBFS_ATTR_HASH);
	img_put_be32(attr + 4, (uint32_t)(HASH_ATTR_HEADER + digest.size));
	attr[11] = img_cbfs_hash_number(*hash);
	memcpy(attr + HASH_ATTR_HEADER, digest.bytes, digest.size);
	return IMG_OK;
}

static uint64_t align_absolute(uint64_t at, uint64_t origin, uint64_t align)
{
	return (at + origin + align - 1) / align * align - origin;
}

/* Does the file fit this slot, and where? origin: where the area begins in the image. */
static bool fits(const struct img_cbfs_new *file, size_t metadata, uint64_t origin,
		 struct slot s, struct placement *out)
{
	uint64_t size = img_view_size(file->data), first = s.start + metadata, data_at = first;

	if (file->place == IMG_CBFS_ALIGNED)
		data_at = align_absolute(first, origin, file->where);
	else if (file->place == IMG_CBFS_FIXED)
		data_at = file->where - origin;
	if (data_at < first || data_at > s.end || size > s.end - data_at)
		return false;
	out->slot = s;
	out->data_at = data_at;
	out->header_at = (data_at - metadata) / IMG_CBFS_ALIGN * IMG_CBFS_ALIGN;
	out->too_odd = data_at - out->header_at > IMG_CBFS_METADATA_MAX;
	return !out->too_odd;
}

/* Pure: decides, writes nothing. */
static enum img_status plan_add(struct img_view area, const struct img_cbfs_new *file,
				size_t metadata, struct placement *out, struct img_error *err)
{
	uint64_t cursor = 0, largest = 0, origin = img_view_origin(area);
	enum img_status st;
	struct slot s;

	while ((st = next_slot(area, &cursor, &s, err)) == IMG_OK) {
		if (fits(file, metadata, origin, s, out))
			return IMG_OK;
		if (s.end - s.start > largest)
			largest = s.end - s.start;
	}
	if (st != IMG_E_ABSENT)
		return st;
	if (out->too_odd)
		return img_fail(err, IMG_E_SPACE, origin,
				"with so long a name the data of %s can only begin at a "
				"multiple of 64", file->name);
	if (file->place == IMG_CBFS_FIXED)
		return img_fail(err, IMG_E_SPACE, file->where,
				"%s (0x%zx bytes) must begin here, but this part of the CBFS is "
				"not free", file->name, img_view_size(file->data));
	return img_fail(err, IMG_E_SPACE, origin,
			"%s needs 0x%zx bytes, but the largest free space of this CBFS has 0x%llx",
			file->name, metadata + img_view_size(file->data),
			(unsigned long long)largest);
}

/* The gap that aligning the header leaves is zeros between name and attributes. */
static void settle_metadata(const struct placement *p, struct metadata *m)
{
	size_t total = (size_t)(p->data_at - p->header_at), gap = total - m->size;
	size_t attributes = m->size - m->base_size;

	memmove(m->bytes + m->base_size + gap, m->bytes + m->base_size, attributes);
	memset(m->bytes + m->base_size, 0, gap);
	if (attributes)
		img_put_be32(m->bytes + 16, (uint32_t)(m->base_size + gap));
	img_put_be32(m->bytes + 20, (uint32_t)total);
	m->size = total;
}

static enum img_status put_file(struct img_span area, const struct placement *p,
				const struct metadata *m, struct img_view data, bool tail,
				struct img_error *err)
{
	struct slot before = { p->slot.start, p->header_at }, after = { 0, p->slot.end };
	enum img_status st = IMG_OK;

	after.start = (p->data_at + img_view_size(data) + IMG_CBFS_ALIGN - 1) / IMG_CBFS_ALIGN *
		      IMG_CBFS_ALIGN;
	if (before.end > before.start)
		st = put_free(area, before, false, err);
	if (st == IMG_OK)
		st = img_span_write(area, p->header_at, img_view_of(m->bytes, m->size), err);
	if (st == IMG_OK)
		st = img_span_write(area, p->data_at, data, err);
	if (st == IMG_OK && after.end > after.start && after.end - after.start >= FREE_HEADER)
		st = put_free(area, after, tail, err);
	return st;
}

static enum img_status check_new(struct img_view image, struct img_view area,
				 const struct img_cbfs_new *file, struct img_error *err)
{
	struct img_cbfs_file found;
	enum img_status st;

	/* cbfstool keeps names that begin with [ for its own listing. */
	if (!file->name[0] || file->name[0] == '[')
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a CBFS file cannot be called \"%s\"", file->name);
	if (!img_view_size(file->data))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "%s is empty", file->name);
	if (file->type == IMG_CBFS_DELETED || file->type == IMG_CBFS_NULL)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "the type of %s means free space",
				file->name);
	if (file->hash && !img_cbfs_hash_number(*file->hash))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "a CBFS file cannot have a %s hash",
				img_digest_name(*file->hash));
	if (file->place == IMG_CBFS_ALIGNED && !file->where)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "an alignment of 0 for %s",
				file->name);
	st = check_intact(image, area, err);
	if (st == IMG_OK)
		st = img_cbfs_find(area, file->name, &found, err);
	if (st == IMG_OK)
		return img_fail(err, IMG_E_EXISTS, img_view_origin(area) + found.at,
				"the CBFS already has a file %s", file->name);
	return st == IMG_E_ABSENT ? IMG_OK : st;
}

/* All that adding a file will write, decided before the first byte changes. */
struct addition {
	struct img_cbfs_area cbfs;
	struct placement at;
	struct metadata metadata;
	struct img_anchor_place anchor;
	struct img_anchor_hashes hashes;
};

static enum img_status prepare(struct img_view image, const char *area_name,
			       const struct img_cbfs_new *file, struct addition *a,
			       struct img_error *err)
{
	const enum img_digest_kind *hash = file->hash;
	struct img_anchor_change change;
	struct img_view area;
	enum img_status st;

	st = img_cbfs_area_find(image, area_name, &a->cbfs, err);
	if (st == IMG_OK)
		st = img_view_slice(image, a->cbfs.range.start, a->cbfs.range.size, &area, err);
	if (st == IMG_OK)
		st = check_new(image, area, file, err);
	if (st == IMG_OK)
		st = img_anchor_locate(image, area_name, NULL, &a->anchor, err);
	if (st == IMG_OK)
		st = img_anchor_hash_for(&a->anchor, file->type, &hash, err);
	if (st == IMG_OK)
		st = build_metadata(file, hash, &a->metadata, err);
	if (st == IMG_OK)
		st = plan_add(area, file, a->metadata.size, &a->at, err);
	if (st == IMG_OK)
		st = img_anchor_locate_new(file->name, file->type, file->data,
					   a->cbfs.range.start + a->at.data_at, &a->anchor, err);
	if (st != IMG_OK)
		return st;
	settle_metadata(&a->at, &a->metadata);
	change = (struct img_anchor_change){
		a->at.header_at, img_view_of(a->metadata.bytes, a->metadata.size) };
	return img_anchor_compute(image, &a->anchor, a->cbfs.range, &change, &a->hashes, err);
}

enum img_status img_cbfs_add(struct img *image, const char *area_name,
			     const struct img_cbfs_new *file, struct img_range *data_range,
			     struct img_error *err)
{
	bool boots = file->type == IMG_CBFS_BOOTBLOCK || file->type == IMG_CBFS_AMDFW;
	struct img_range data = { 0, img_view_size(file->data) };
	struct addition a = { 0 };
	struct img_span area;
	enum img_status st;

	st = prepare(img_bytes(image), area_name, file, &a, err);
	if (st == IMG_OK)
		st = img_span_slice(img_span(image), a.cbfs.range.start, a.cbfs.range.size, &area,
				    err);
	if (st == IMG_OK)
		st = merge_free(area, err);
	if (st == IMG_OK)
		st = put_file(area, &a.at, &a.metadata, file->data, !a.cbfs.legacy, err);
	if (st == IMG_OK)
		st = img_anchor_store(image, &a.anchor, &a.hashes, boots, err);
	if (st != IMG_OK)
		return st;
	data.start = a.cbfs.range.start + a.at.data_at;
	if (file->type == IMG_CBFS_MICROCODE && a.anchor.covers)
		img_fit_announce(image, data);
	if (data_range)
		*data_range = data;
	return IMG_OK;
}

enum img_status img_cbfs_plan(struct img_view image, const char *area_name,
			      const struct img_cbfs_new *file, struct img_range *data_range,
			      struct img_error *err)
{
	struct addition a = { 0 };
	enum img_status st = prepare(image, area_name, file, &a, err);

	if (st == IMG_OK)
		*data_range = (struct img_range){ a.cbfs.range.start + a.at.data_at,
						  img_view_size(file->data) };
	return st;
}

enum img_status img_cbfs_remove(struct img *image, const char *area_name, const char *name,
				struct img_error *err)
{
	static const uint8_t deleted[4] = { IMG_CBFS_DELETED };
	struct img_anchor_change change = { 0 };
	struct img_anchor_hashes hashes = { 0 };
	struct img_anchor_place anchor;
	struct img_cbfs_area cbfs;
	struct img_cbfs_file f;
	struct img_range range = { 0, 0 };
	struct img_span area;
	enum img_status st;

	st = img_cbfs_area_find(img_bytes(image), area_name, &cbfs, err);
	if (st == IMG_OK)
		range = cbfs.range;
	if (st == IMG_OK)
		st = img_span_slice(img_span(image), range.start, range.size, &area, err);
	if (st == IMG_OK)
		st = check_intact(img_bytes(image), img_span_view(area), err);
	if (st == IMG_OK)
		st = img_cbfs_find(img_span_view(area), name, &f, err);
	if (st == IMG_OK)
		st = img_anchor_locate(img_bytes(image), area_name, name, &anchor, err);
	if (st != IMG_OK)
		return st;
	change.at = f.at;
	st = img_anchor_compute(img_bytes(image), &anchor, range, &change, &hashes, err);
	if (st != IMG_OK)
		return st;

	img_fit_forget(image, (struct img_range){ range.start + f.at + f.metadata_size,
						  f.data_size });
	st = img_span_write(area, f.at + 12, img_view_of(deleted, sizeof(deleted)), err);
	if (st == IMG_OK)
		st = merge_free(area, err);
	if (st == IMG_OK)
		st = img_anchor_store(image, &anchor, &hashes, false, err);
	return st;
}

enum img_status img_cbfs_create(struct img *image, struct img_range area, struct img_error *err)
{
	struct img_span span;
	enum img_status st;

	if (area.size < IMG_CBFS_ALIGN || area.size % IMG_CBFS_ALIGN)
		return img_fail(err, IMG_E_USAGE, area.start,
				"a CBFS of 0x%llx bytes; its size must be a multiple of 64",
				(unsigned long long)area.size);
	st = img_span_slice(img_span(image), area.start, area.size, &span, err);
	return st == IMG_OK ? put_free(span, (struct slot){ 0, area.size }, false, err) : st;
}
