/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/fsp.h"

#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/core/reader.h"
#include "libimg/format/pe.h"

enum {
	SIGNATURE_FVH = 0x4856465f,
	SIGNATURE_FSPH = 0x48505346,
	SIGNATURE_FSPP = 0x50505346,
	FILE_HEADER = 0x18,
	SECTION_HEADER = 4,
	FILE_FILLER = 0xf0,
	FILE_NONE = 0xff,
	SECTION_PE = 0x10,
	SECTION_TE = 0x12,
	SECTION_RAW = 0x19,
	PATCH_TABLE_HEADER = 12,
	REVISION_WITH_KINDS = 3,
};

static const uint8_t ffs2[16] = { 0x78, 0xe5, 0x8c, 0x8c, 0x3d, 0x8a, 0x1c, 0x4f,
				  0x99, 0x35, 0x89, 0x61, 0x85, 0xc3, 0x2d, 0xd3 };
static const uint8_t information_file[16] = { 0xbe, 0x40, 0x27, 0x91, 0x84, 0x22, 0x34, 0x47,
					      0xb9, 0x71, 0x84, 0xb0, 0x27, 0x35, 0x3f, 0x0c };

/* Offsets count from the start of the FSP; end is that behind the last byte. */
struct volume {
	uint64_t at, end;
	uint64_t files_at;
	bool is_ffs2;
};

struct file {
	uint64_t at, end;
	uint64_t sections_at;
	uint8_t type;
	uint8_t guid[16];
};

struct section {
	uint64_t data_at, end;
	uint8_t type;
};

static uint64_t align_up(uint64_t n, uint64_t to)
{
	return (n + to - 1) / to * to;
}

static enum img_status bad_length(struct img_view fsp, uint64_t at, struct img_error *err,
				  const char *what, uint64_t length)
{
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(fsp) + at,
			"%s of an FSP has a length of 0x%llx, which does not fit here", what,
			(unsigned long long)length);
}

static enum img_status read_volume(struct img_view fsp, uint64_t at, struct volume *out,
				   struct img_error *err)
{
	struct img_reader r = img_reader_of(fsp, err);
	uint64_t length, header, extended;
	uint32_t signature, extended_size;
	uint8_t guid[16];

	img_read_seek(&r, at + 0x10);
	img_read_bytes(&r, guid, sizeof(guid));
	length = img_read_le64(&r);
	signature = img_read_le32(&r);
	if (signature != SIGNATURE_FVH)
		return img_fail(err, IMG_E_ABSENT, img_view_origin(fsp) + at,
				"no firmware volume here");
	img_read_seek(&r, at + 0x30);
	header = img_read_le16(&r);
	img_read_seek(&r, at + 0x34);
	extended = img_read_le16(&r);
	if (extended) {
		img_read_seek(&r, at + extended + 0x10);
		extended_size = img_read_le32(&r);
		header = align_up(at + extended + extended_size, 8) - at;
	}
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (length > img_view_size(fsp) - at)
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(fsp) + at,
				"a firmware volume of 0x%llx bytes, but only 0x%llx are here",
				(unsigned long long)length,
				(unsigned long long)(img_view_size(fsp) - at));
	if (header < 0x38 || header > length)
		return bad_length(fsp, at, err, "the header of a firmware volume", header);
	*out = (struct volume){ at, at + length, at + header, !memcmp(guid, ffs2, sizeof(ffs2)) };
	return IMG_OK;
}

/* IMG_E_ABSENT: there are no more files in the volume. */
static enum img_status read_file(struct img_view fsp, const struct volume *v, uint64_t at,
				 struct file *out, struct img_error *err)
{
	struct img_reader r = img_reader_of(fsp, err);
	struct file f = { .at = at };
	uint8_t attributes;
	uint64_t length;

	if (at > v->end || v->end - at <= FILE_HEADER)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "end of the firmware volume");
	img_read_seek(&r, at);
	img_read_bytes(&r, f.guid, sizeof(f.guid));
	img_read_skip(&r, 2);
	f.type = img_read_u8(&r);
	attributes = img_read_u8(&r);
	length = img_read_le32(&r) & 0xffffff;
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (f.type == FILE_NONE)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "end of the firmware volume");
	if (attributes & 1)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(fsp) + at,
				"a file of over 16 MiB in a firmware volume");
	if (length < FILE_HEADER || length > v->end - at)
		return bad_length(fsp, at, err, "a file", length);
	f.end = at + length;
	f.sections_at = at + FILE_HEADER;
	*out = f;
	return IMG_OK;
}

/* IMG_E_ABSENT: there are no more sections in the file. */
static enum img_status read_section(struct img_view fsp, const struct file *f, uint64_t at,
				    struct section *out, struct img_error *err)
{
	struct img_reader r = img_reader_of(fsp, err);
	uint64_t length;
	uint32_t word;

	if (at > f->end || f->end - at <= SECTION_HEADER)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "end of the file");
	img_read_seek(&r, at);
	word = img_read_le32(&r);
	length = word & 0xffffff;
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (length < SECTION_HEADER || length > f->end - at)
		return bad_length(fsp, at, err, "a section", length);
	*out = (struct section){ at + SECTION_HEADER, at + length, (uint8_t)(word >> 24) };
	return IMG_OK;
}

/* The information header, which begins the first file of the volume. */
static enum img_status find_information(struct img_view fsp, const struct volume *v,
					struct img_view *out, struct img_error *err)
{
	uint8_t head[8] = { 0 };
	struct section s;
	uint32_t length;
	struct file f;
	enum img_status st;

	st = read_file(fsp, v, v->files_at, &f, err);
	if (st == IMG_OK && memcmp(f.guid, information_file, sizeof(information_file)))
		st = IMG_E_ABSENT;
	if (st == IMG_OK)
		st = read_section(fsp, &f, f.sections_at, &s, err);
	if (st == IMG_OK && s.type == SECTION_RAW)
		st = img_view_copy(fsp, s.data_at, head, sizeof(head), err);
	if (st == IMG_E_ABSENT || (st == IMG_OK && img_get_le32(head) != SIGNATURE_FSPH))
		return img_fail(err, IMG_E_ABSENT, img_view_origin(fsp) + v->at,
				"no FSP begins here: the volume's first file is not the "
				"information header");
	if (st != IMG_OK)
		return st;
	length = img_get_le32(head + 4);
	if (length < 0x24 || length > s.end - s.data_at)
		return bad_length(fsp, s.data_at, err, "the information header", length);
	return img_view_slice(fsp, s.data_at, length, out, err);
}

static enum img_status read_component(struct img_view file, const struct volume *v,
				      struct img_fsp *out, struct img_error *err)
{
	struct img_fsp fsp = { .range.start = v->at };
	struct img_view information;
	struct img_reader r;
	uint8_t revision;
	enum img_status st;

	st = find_information(file, v, &information, err);
	if (st != IMG_OK)
		return st;
	r = img_reader_of(information, err);
	img_read_seek(&r, 0xb);
	revision = img_read_u8(&r);
	fsp.revision = img_read_le32(&r);
	img_read_bytes(&r, fsp.id, 8);
	fsp.range.size = img_read_le32(&r);
	fsp.linked_at = img_read_le32(&r);
	img_read_skip(&r, 2);
	if (revision >= REVISION_WITH_KINDS)
		fsp.kind = img_read_le16(&r) >> 12;
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (fsp.range.size < v->end - v->at)
		return bad_length(file, v->at, err, "a component", fsp.range.size);
	if (fsp.range.size > img_view_size(file) - v->at)
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(file) + v->at,
				"an FSP component of 0x%llx bytes, but only 0x%llx are here",
				(unsigned long long)fsp.range.size,
				(unsigned long long)(img_view_size(file) - v->at));
	*out = fsp;
	return IMG_OK;
}

enum img_status img_fsp_next(struct img_view file, uint64_t *cursor, struct img_fsp *out,
			     struct img_error *err)
{
	struct volume v;
	enum img_status st;

	while (*cursor < img_view_size(file)) {
		st = read_volume(file, *cursor, &v, err);
		if (st != IMG_OK)
			return st;
		st = read_component(file, &v, out, err);
		if (st != IMG_E_ABSENT) {
			*cursor += st == IMG_OK ? out->range.size : v.end - v.at;
			return st;
		}
		*cursor = v.end;
	}
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "no FSP component here");
}

enum img_status img_fsp_find(struct img_view file, unsigned kind, struct img_fsp *out,
			     struct img_error *err)
{
	static const char letters[] = "1TMS";
	struct img_fsp fsp;
	uint64_t cursor = 0;
	enum img_status st;

	while ((st = img_fsp_next(file, &cursor, &fsp, err)) == IMG_OK) {
		if (fsp.kind != kind)
			continue;
		*out = fsp;
		return IMG_OK;
	}
	if (st == IMG_E_ABSENT)
		return img_fail(err, st, img_view_origin(file), "no FSP-%c here",
				kind < sizeof(letters) - 1 ? letters[kind] : '?');
	return st;
}

/* Where to, and from where. */
struct move {
	uint32_t address, linked_at;
	bool kinds;			/* FSP 2.0 or later */
};

/* PE images are moved from FSP 2.0 on; see the header. */
static enum img_status relocate_section(struct img_span fsp, const struct section *s,
					const struct move *to, struct img_error *err)
{
	bool te = s->type == SECTION_TE, pe = s->type == SECTION_PE && to->kinds;
	struct img_span data;
	enum img_status st;

	if (!te && !pe)
		return IMG_OK;
	st = img_span_slice(fsp, s->data_at, s->end - s->data_at, &data, err);
	if (st != IMG_OK)
		return st;
	if (te)
		return img_te_relocate(data, (uint32_t)(to->address + s->data_at), err);
	return img_pe_relocate(data, (uint64_t)to->address - to->linked_at, err);
}

static enum img_status relocate_volume(struct img_span fsp, const struct volume *v,
				       const struct move *to, struct img_error *err)
{
	struct img_view bytes = img_span_view(fsp);
	uint64_t at = v->files_at, section_at;
	struct section s;
	struct file f;
	enum img_status st;

	if (!v->is_ffs2)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(bytes) + v->at,
				"a firmware volume whose file system is not FFS2");
	while ((st = read_file(bytes, v, at, &f, err)) == IMG_OK) {
		at = align_up(f.end, 8);
		section_at = f.sections_at;
		if (f.type == FILE_FILLER)
			continue;
		while ((st = read_section(bytes, &f, section_at, &s, err)) == IMG_OK) {
			st = relocate_section(fsp, &s, to, err);
			if (st != IMG_OK)
				return st;
			section_at = align_up(s.end, 4);
		}
		if (st != IMG_E_ABSENT)
			return st;
	}
	return st == IMG_E_ABSENT ? IMG_OK : st;
}

static enum img_status add_at(struct img_span fsp, uint64_t at, uint32_t delta,
			      struct img_error *err)
{
	uint8_t word[4];
	enum img_status st;

	st = img_view_copy(img_span_view(fsp), at, word, sizeof(word), err);
	if (st != IMG_OK)
		return st;
	img_put_le32(word, img_get_le32(word) + delta);
	return img_span_write(fsp, at, img_view_of(word, sizeof(word)), err);
}

static enum img_status patch(struct img_span fsp, uint64_t table_at, uint32_t delta,
			     struct img_error *err)
{
	struct img_reader r = img_reader_of(img_span_view(fsp), err);
	uint64_t size = img_span_size(fsp), offset;
	uint32_t count, i, entry;
	enum img_status st;

	img_read_seek(&r, table_at + 8);
	count = img_read_le32(&r);
	for (i = 0; i < count; i++) {
		entry = img_read_le32(&r);
		st = img_read_status(&r);
		if (st != IMG_OK)
			return st;
		offset = entry & 0xffffff;
		if (entry >> 31)
			offset = size - 0x1000000 + offset;
		if (offset > size - 4)
			continue;
		st = add_at(fsp, offset, delta, err);
		if (st != IMG_OK)
			return st;
	}
	return img_read_status(&r);
}

/* The tables behind the information header, which ends at at. */
static enum img_status patch_tables(struct img_span fsp, uint64_t at, uint32_t delta,
				    struct img_error *err)
{
	struct img_view bytes = img_span_view(fsp);
	uint8_t head[8];

	while (img_view_copy(bytes, at, head, sizeof(head), NULL) == IMG_OK) {
		if (img_get_le32(head) == SIGNATURE_FSPP)
			return patch(fsp, at, delta, err);
		if (!img_get_le32(head + 4))
			return bad_length(bytes, at, err, "a table", 0);
		at += img_get_le32(head + 4);
	}
	return img_fail(err, IMG_E_ABSENT, img_view_origin(bytes), "the FSP has no patch table");
}

static enum img_status read_information(struct img_view information, struct move *to,
					struct img_error *err)
{
	struct img_reader r = img_reader_of(information, err);

	img_read_seek(&r, 0xb);
	to->kinds = img_read_u8(&r) >= REVISION_WITH_KINDS;
	img_read_seek(&r, 0x1c);
	to->linked_at = img_read_le32(&r);
	return img_read_status(&r);
}

/* Volume after volume to the end; *information is what the first of them begins with. */
static enum img_status relocate_volumes(struct img_span fsp, struct move *to,
					struct img_view *information, struct img_error *err)
{
	struct img_view bytes = img_span_view(fsp);
	struct volume v;
	uint64_t at = 0;
	enum img_status st;

	do {
		st = read_volume(bytes, at, &v, err);
		if (st == IMG_E_ABSENT && at)
			return img_fail(err, IMG_E_CORRUPT, img_view_origin(bytes) + at,
					"bytes behind the last firmware volume of the FSP");
		if (st == IMG_OK && at == 0)
			st = find_information(bytes, &v, information, err);
		if (st == IMG_OK && at == 0)
			st = read_information(*information, to, err);
		if (st == IMG_OK)
			st = relocate_volume(fsp, &v, to, err);
		if (st != IMG_OK)
			return st;
		at = v.end;
	} while (at < img_view_size(bytes));
	return IMG_OK;
}

enum img_status img_fsp_relocate(struct img_span fsp, uint32_t address, struct img_error *err)
{
	struct img_view bytes = img_span_view(fsp), information = { 0 };
	struct move to = { .address = address };
	enum img_status st;
	uint64_t at;

	st = relocate_volumes(fsp, &to, &information, err);
	if (st != IMG_OK)
		return st;
	at = img_view_origin(information) - img_view_origin(bytes);
	st = add_at(fsp, at + 0x1c, address - to.linked_at, err);
	return st == IMG_OK ? patch_tables(fsp, at + img_view_size(information),
					   address - to.linked_at, err) : st;
}
