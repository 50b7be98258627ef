/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/cbfs.h"

#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/core/reader.h"

enum { MAGIC_SIZE = 8 };

static uint64_t align_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

bool img_cbfs_is_free(const struct img_cbfs_file *file)
{
	return file->type == IMG_CBFS_NULL || file->type == IMG_CBFS_DELETED;
}

uint64_t img_cbfs_end(const struct img_cbfs_file *file)
{
	return align_up(file->at + file->metadata_size + file->data_size, IMG_CBFS_ALIGN);
}

static bool has_magic(struct img_view area, uint64_t at)
{
	return img_view_has(area, at, img_view_of(IMG_CBFS_MAGIC, MAGIC_SIZE));
}

bool img_cbfs_begins(struct img_view area)
{
	return has_magic(area, 0);
}

static enum img_status damaged(struct img_view area, uint64_t at, struct img_error *err,
			       const char *what, uint64_t value)
{
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(area) + at,
			"damaged CBFS file header: %s 0x%llx", what, (unsigned long long)value);
}

/* Only the compression matters for reading; other attributes are passed over. */
static enum img_status read_attributes(struct img_view area, struct img_cbfs_file *f,
				       struct img_error *err)
{
	struct img_reader r = img_reader_of(f->metadata, err);
	uint64_t at = f->attributes_at;
	uint32_t tag, len;

	while (at + 8 <= f->metadata_size) {
		img_read_seek(&r, at);
		tag = img_read_be32(&r);
		len = img_read_be32(&r);
		if (tag == 0 || tag == 0xffffffff)
			break;
		if (len < 8 || len % 4 || len > f->metadata_size - at)
			return damaged(area, f->at, err, "length of an attribute is", len);
		if (tag == IMG_CBFS_ATTR_COMPRESSION) {
			if (len < 16)
				return damaged(area, f->at, err,
					       "length of the compression attribute is", len);
			f->compression = img_read_be32(&r);
			f->decompressed_size = img_read_be32(&r);
		}
		at += len;
	}
	return img_read_status(&r);
}

bool img_cbfs_attribute(const struct img_cbfs_file *file, uint32_t tag, uint32_t *cursor,
			struct img_view *out)
{
	struct img_reader r = img_reader_of(file->metadata, NULL);
	uint32_t at = *cursor ? *cursor : file->attributes_at, found, len;

	/* The lengths were checked when the file was read. */
	while (at && at + 8 <= file->metadata_size) {
		img_read_seek(&r, at);
		found = img_read_be32(&r);
		len = img_read_be32(&r);
		if (found == 0 || found == 0xffffffff || len < 8)
			break;
		*cursor = at + len;
		if (found == tag)
			return img_view_slice(file->metadata, at, len, out, NULL) == IMG_OK;
		at = *cursor;
	}
	return false;
}

static enum img_status read_file(struct img_view area, uint64_t at, struct img_cbfs_file *out,
				 struct img_error *err)
{
	struct img_cbfs_file f = { .at = at };
	struct img_reader r = img_reader_of(area, err);
	size_t name_room;
	enum img_status st;

	img_read_seek(&r, at + MAGIC_SIZE);
	f.data_size = img_read_be32(&r);
	f.type = img_read_be32(&r);
	f.attributes_at = img_read_be32(&r);
	f.metadata_size = img_read_be32(&r);
	if (img_read_status(&r) != IMG_OK)
		return damaged(area, at, err, "cut off at the end of the area, bytes left",
			       img_view_size(area) - at);
	if (f.metadata_size <= IMG_CBFS_HEADER_SIZE || f.metadata_size > IMG_CBFS_METADATA_MAX)
		return damaged(area, at, err, "metadata size is", f.metadata_size);
	if (f.attributes_at && (f.attributes_at < IMG_CBFS_HEADER_SIZE ||
				f.attributes_at > f.metadata_size))
		return damaged(area, at, err, "attributes begin at", f.attributes_at);
	if (img_view_slice(area, at, f.metadata_size, &f.metadata, NULL) != IMG_OK ||
	    img_view_slice(area, at + f.metadata_size, f.data_size, &f.data, NULL) != IMG_OK)
		return damaged(area, at, err, "data leave the area, their length is", f.data_size);

	name_room = (f.attributes_at ? f.attributes_at : f.metadata_size) - IMG_CBFS_HEADER_SIZE;
	img_read_bytes(&r, f.name, name_room < sizeof(f.name) ? name_room : sizeof(f.name));
	if (!memchr(f.name, 0, name_room < sizeof(f.name) ? name_room : sizeof(f.name)))
		return damaged(area, at, err, "name without an end, room for it is", name_room);
	f.decompressed_size = f.data_size;
	if (f.attributes_at) {
		st = read_attributes(area, &f, err);
		if (st != IMG_OK)
			return st;
	}
	*out = f;
	return IMG_OK;
}

/*
 * What lies between here and the next header: nobody leaves as much as a header could begin in, so
 * some length is wrong. Only behind the last one blank flash is the end.
 */
static enum img_status skip_gap(struct img_view area, uint64_t *cursor, struct img_error *err)
{
	uint64_t start = *cursor, at = start;
	struct img_view gap;
	enum img_status st;

	if (!img_view_find_step(area, at, IMG_CBFS_ALIGN, IMG_CBFS_MAGIC, &at))
		at = img_view_size(area);
	*cursor = at;
	st = img_view_slice(area, start, at - start, &gap, err);
	if (st != IMG_OK || (at == img_view_size(area) && img_view_filled(gap, 0xff)))
		return st;
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(area) + start,
			"no CBFS file header where one must be: 0x%llx bytes are not reachable",
			(unsigned long long)(at - start));
}

enum img_status img_cbfs_next(struct img_view area, uint64_t *cursor, struct img_cbfs_file *out,
			      struct img_error *err)
{
	enum img_status st;

	if (*cursor < img_view_size(area) && !has_magic(area, *cursor)) {
		st = skip_gap(area, cursor, err);
		if (st != IMG_OK)
			return st;
	}
	if (*cursor >= img_view_size(area))
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "end of the CBFS");
	st = read_file(area, *cursor, out, err);
	*cursor = st == IMG_OK ? img_cbfs_end(out) : *cursor + IMG_CBFS_ALIGN;
	return st;
}

enum img_status img_cbfs_find_by(img_cbfs_next_fn *next, struct img_view area, const char *name,
				 struct img_cbfs_file *out, struct img_error *err)
{
	struct img_cbfs_file file;
	uint64_t cursor = 0;
	enum img_status st;

	while ((st = next(area, &cursor, &file, err)) == IMG_OK) {
		if (img_cbfs_is_free(&file) || strcmp(file.name, name))
			continue;
		*out = file;
		return IMG_OK;
	}
	if (st == IMG_E_ABSENT)
		return img_fail(err, st, img_view_origin(area), "no file %s in this CBFS", name);
	return st;
}

enum img_status img_cbfs_find(struct img_view area, const char *name, struct img_cbfs_file *out,
			      struct img_error *err)
{
	return img_cbfs_find_by(img_cbfs_next, area, name, out, err);
}

size_t img_cbfs_header_size(const char *name)
{
	return IMG_CBFS_HEADER_SIZE + align_up(strlen(name) + 1, 4);
}

size_t img_cbfs_header(uint8_t out[IMG_CBFS_METADATA_MAX], uint32_t type, const char *name,
		       uint32_t data_size)
{
	size_t size = img_cbfs_header_size(name);

	memset(out, 0, IMG_CBFS_METADATA_MAX);
	memcpy(out, IMG_CBFS_MAGIC, MAGIC_SIZE);
	img_put_be32(out + 8, data_size);
	img_put_be32(out + 12, type);
	img_put_be32(out + 20, (uint32_t)size);
	memcpy(out + IMG_CBFS_HEADER_SIZE, name, strlen(name));
	return size;
}

static const struct { uint32_t type; const char *word; } types[] = {
	{ IMG_CBFS_BOOTBLOCK, "bootblock" }, { IMG_CBFS_MASTER_HEADER, "cbfs header" },
	{ 0x10, "legacy stage" }, { IMG_CBFS_STAGE, "stage" }, { IMG_CBFS_PAYLOAD, "simple elf" },
	{ IMG_CBFS_FIT_PAYLOAD, "fit_payload" }, { 0x30, "optionrom" }, { 0x40, "bootsplash" },
	{ IMG_CBFS_RAW, "raw" }, { 0x51, "vsa" }, { 0x52, "mbi" },
	{ IMG_CBFS_MICROCODE, "microcode" },
	{ IMG_CBFS_INTEL_FIT, "intel_fit" }, { IMG_CBFS_FSP, "fsp" }, { IMG_CBFS_MRC, "mrc" },
	{ 0x62, "mma" }, { 0x63, "efi" }, { 0x70, "struct" }, { IMG_CBFS_AMDFW, "amdfw" },
	{ 0xaa, "cmos_default" }, { 0xab, "spd" }, { 0xac, "mrc_cache" },
	{ 0x1aa, "cmos_layout" }, { IMG_CBFS_DELETED, "deleted" }, { IMG_CBFS_NULL, "null" },
};

const char *img_cbfs_type_word(uint32_t type)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (types[i].type == type)
			return types[i].word;
	return NULL;
}

bool img_cbfs_type_of(const char *word, uint32_t *type)
{
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++) {
		if (strcmp(types[i].word, word))
			continue;
		*type = types[i].type;
		return true;
	}
	return false;
}

static const enum img_digest_kind hash_kinds[] = {
	[1] = IMG_SHA1, [2] = IMG_SHA256, [3] = IMG_SHA512, [4] = IMG_SHA224, [5] = IMG_SHA384,
};

bool img_cbfs_hash_kind(uint8_t number, enum img_digest_kind *out)
{
	if (number < 1 || number >= sizeof(hash_kinds) / sizeof(hash_kinds[0]))
		return false;
	*out = hash_kinds[number];
	return true;
}

uint8_t img_cbfs_hash_number(enum img_digest_kind kind)
{
	uint8_t n;

	for (n = 1; n < sizeof(hash_kinds) / sizeof(hash_kinds[0]); n++)
		if (hash_kinds[n] == kind)
			return n;
	return 0;
}

enum img_status img_cbfs_anchor_find(struct img_view boot_block, struct img_cbfs_anchor *out,
				     struct img_error *err)
{
	static const uint8_t anchor[8] = { 0xad, 'M', 'd', 't', 'H', 's', 'h', 0x15 };
	struct img_cbfs_anchor a;
	uint64_t at, size;
	uint8_t number;
	enum img_status st;

	if (!img_view_find(boot_block, 0, img_view_of(anchor, sizeof(anchor)), &at))
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "no CBFS verification anchor");
	st = img_view_copy(boot_block, at + 11, &number, 1, err);
	if (st != IMG_OK)
		return st;
	if (!img_cbfs_hash_kind(number, &a.kind))
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(boot_block) + at + 11,
				"CBFS verification anchor with unknown hash algorithm %u", number);
	size = img_digest_size(a.kind);
	a.metadata_hash_at = at + 12;
	a.fmap_hash_at = at + 12 + size;
	if (a.fmap_hash_at + size > img_view_size(boot_block))
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(boot_block) + at,
				"CBFS verification anchor is cut off");
	*out = a;
	return IMG_OK;
}
