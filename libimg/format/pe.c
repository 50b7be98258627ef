/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/pe.h"

#include "libimg/core/bytes.h"
#include "libimg/core/reader.h"

enum {
	TE_HEADER = 0x28,
	OPTIONAL_HEADER = 0x18,		/* from the PE header */
	MAGIC_PE32 = 0x10b,
	MAGIC_PE32_PLUS = 0x20b,
	RELOCATION_DIRECTORY = 5,	/* its place among the directories */
	BLOCK_HEADER = 8,
	TYPE_NONE = 0,
	TYPE_32 = 3,
	TYPE_64 = 10,
};

/* Where the relocations are, and what they do. */
struct relocation {
	uint64_t table_at, table_size;	/* as the header counts */
	uint64_t too_large;		/* by so much are offsets larger than those in the file */
	uint64_t delta;
};

static enum img_status add(struct img_span s, uint64_t at, size_t size, uint64_t delta,
			   struct img_error *err)
{
	uint8_t b[8] = { 0 };
	enum img_status st;
	uint64_t sum;

	st = img_view_copy(img_span_view(s), at, b, size, err);
	if (st != IMG_OK)
		return st;
	sum = img_get_le64(b) + delta;
	img_put_le32(b, (uint32_t)sum);
	img_put_le32(b + 4, (uint32_t)(sum >> 32));
	return img_span_write(s, at, img_view_of(b, size), err);
}

static enum img_status relocate_block(struct img_span image, struct img_view entries,
				      uint64_t page, uint64_t delta, struct img_error *err)
{
	struct img_reader r = img_reader_of(entries, err);
	size_t i, count = img_view_size(entries) / 2;
	enum img_status st = IMG_OK;

	for (i = 0; st == IMG_OK && i < count; i++) {
		uint16_t entry = img_read_le16(&r);
		uint64_t at = page + (entry & 0xfff);

		switch (entry >> 12) {
		case TYPE_NONE:
			break;
		case TYPE_32:
			st = add(image, at, 4, delta, err);
			break;
		case TYPE_64:
			st = add(image, at, 8, delta, err);
			break;
		default:
			return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(entries) + 2 * i,
					"a relocation of type %u; only 0, 3 and 10 are known",
					entry >> 12);
		}
	}
	return st == IMG_OK ? img_read_status(&r) : st;
}

static enum img_status relocate(struct img_span image, const struct relocation *how,
				struct img_error *err)
{
	struct img_view table, entries;
	uint64_t at = 0, page, size;
	enum img_status st;
	uint8_t head[BLOCK_HEADER];

	if (!how->table_size)
		return IMG_OK;
	st = img_view_slice(img_span_view(image), how->table_at - how->too_large,
			    how->table_size, &table, err);
	while (st == IMG_OK && at < how->table_size) {
		st = img_view_copy(table, at, head, sizeof(head), err);
		if (st != IMG_OK)
			break;
		page = img_get_le32(head);
		size = img_get_le32(head + 4);
		if (size < BLOCK_HEADER || size % 2 || size > how->table_size - at)
			return img_fail(err, IMG_E_CORRUPT, img_view_origin(table) + at,
					"a block of relocations has %llu bytes, with %llu left",
					(unsigned long long)size,
					(unsigned long long)(how->table_size - at));
		st = img_view_slice(table, at + BLOCK_HEADER, size - BLOCK_HEADER, &entries, err);
		if (st == IMG_OK)
			st = relocate_block(image, entries, page - how->too_large, how->delta, err);
		at += size;
	}
	return st;
}

static uint32_t read_at(struct img_reader *r, uint64_t at)
{
	img_read_seek(r, at);
	return img_read_le32(r);
}

enum img_status img_pe_relocate(struct img_span pe, uint64_t delta, struct img_error *err)
{
	struct img_reader r = img_reader_of(img_span_view(pe), err);
	struct relocation how = { .delta = delta };
	uint64_t header, optional, directories;
	enum img_status st;
	uint16_t magic;
	bool plus;

	magic = img_read_le16(&r);
	header = read_at(&r, 0x3c);
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (magic != 0x5a4d || read_at(&r, header) != 0x4550)
		return img_fail(err, IMG_E_ABSENT, img_view_origin(img_span_view(pe)),
				"no PE image here");
	optional = header + OPTIONAL_HEADER;
	img_read_seek(&r, optional);
	magic = img_read_le16(&r);
	plus = magic == MAGIC_PE32_PLUS;
	if (!plus && magic != MAGIC_PE32 && img_read_status(&r) == IMG_OK)
		return img_fail(err, IMG_E_UNSUPPORTED,
				img_view_origin(img_span_view(pe)) + optional,
				"a PE image of kind 0x%x; PE32 (0x10b) and PE32+ (0x20b) are known",
				magic);
	directories = optional + (plus ? 0x70 : 0x60);
	if (read_at(&r, directories - 4) > RELOCATION_DIRECTORY) {
		how.table_at = read_at(&r, directories + 8 * RELOCATION_DIRECTORY);
		how.table_size = img_read_le32(&r);
	}
	st = img_read_status(&r);
	if (st == IMG_OK)
		st = relocate(pe, &how, err);
	if (st == IMG_OK)
		st = add(pe, optional + (plus ? 0x18 : 0x1c), plus ? 8 : 4, delta, err);
	return st;
}

enum img_status img_te_relocate(struct img_span te, uint32_t address, struct img_error *err)
{
	struct img_reader r = img_reader_of(img_span_view(te), err);
	uint64_t stripped, base, linked;
	struct relocation how = { 0 };
	enum img_status st;
	uint16_t magic;

	magic = img_read_le16(&r);
	img_read_seek(&r, 6);
	stripped = img_read_le16(&r);
	img_read_seek(&r, 0x10);
	linked = img_read_le64(&r);
	how.table_at = img_read_le32(&r);
	how.table_size = img_read_le32(&r);
	st = img_read_status(&r);
	if (st != IMG_OK)
		return st;
	if (magic != 0x5a56)
		return img_fail(err, IMG_E_ABSENT, img_view_origin(img_span_view(te)),
				"no TE image here");
	if (stripped < TE_HEADER)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(img_span_view(te)) + 6,
				"the TE image was stripped of %llu bytes, less than its own header",
				(unsigned long long)stripped);
	how.too_large = stripped - TE_HEADER;
	base = (uint32_t)(address - how.too_large);
	how.delta = base - linked;
	st = relocate(te, &how, err);
	return st == IMG_OK ? add(te, 0x10, 8, base - linked, err) : st;
}
