/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/synth/fsp.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "tests/synth/synth.h"

enum {
	LINKED_AT = 0xfff40000,
	STRIPPED = 0x228,		/* from the TE images, their header included */
	TE_HEADER = 0x28,
	PE_HEADER = 0x80,
	CODE_AT = 0x240,		/* in a PE image; its relocations end it */
	TABLE_SIZE = 0x400,
	STEP = 0x6c,			/* between relocated words */
	FILE_HEADER = 0x18, SECTION_HEADER = 4,
	TE = 0x12, PE = 0x10, RAW = 0x19,
};

struct maker {
	uint8_t *bytes;
	size_t at;			/* where the next thing goes */
};

/* Relocated words in [from, to) of an image and the table that tells of them. */
static void put_relocations(uint8_t *image, size_t from, size_t to, uint64_t linked_at,
			    size_t shift, unsigned type, size_t table_at)
{
	size_t at, used = 0, block = 0, page = SIZE_MAX;
	uint8_t *table = image + table_at;

	memset(table, 0, TABLE_SIZE);
	for (at = from; at + 8 <= to && used + 16 <= TABLE_SIZE; at += STEP) {
		size_t offset = at + shift;

		if (offset / 0x1000 != page) {
			page = offset / 0x1000;
			block = used;
			img_put_le32(table + block, (uint32_t)(page * 0x1000));
			img_put_le32(table + block + 4, 8);
			used += 8;
		}
		img_put_le32(image + at, (uint32_t)(linked_at + offset));
		if (type == 10)
			img_put_le32(image + at + 4, 0);
		img_put_le16(table + used, (uint16_t)(type << 12 | offset % 0x1000));
		used += at % 3 ? 2 : 4;
		img_put_le32(table + block + 4, (uint32_t)(used - block));
	}
	/* Fillers to the end. */
	img_put_le32(table + block + 4, (uint32_t)(TABLE_SIZE - block));
}

static void put_te(uint8_t *te, size_t size, uint64_t linked_at)
{
	size_t shift = STRIPPED - TE_HEADER, table_at = size - TABLE_SIZE;

	memset(te, 0, TE_HEADER);
	memcpy(te, "VZ\x4c\x01\3\xb", 6);
	img_put_le16(te + 6, STRIPPED);
	img_put_le32(te + 8, 0x300);
	img_put_le32(te + 0x10, (uint32_t)(linked_at - shift));
	img_put_le32(te + 0x18, (uint32_t)(table_at + shift));
	img_put_le32(te + 0x1c, TABLE_SIZE);
	put_relocations(te, TE_HEADER + 4, table_at, linked_at - shift, shift, 3, table_at);
}

static void put_pe(uint8_t *pe, size_t size, uint64_t linked_at, bool plus)
{
	uint8_t *header = pe + PE_HEADER, *directories = header + 0x18 + (plus ? 0x70 : 0x60);
	size_t table_at = size - TABLE_SIZE;

	memset(pe, 0, CODE_AT);
	memcpy(pe, "MZ", 2);
	img_put_le32(pe + 0x3c, PE_HEADER);
	memcpy(header, "PE\0\0", 4);
	img_put_le16(header + 4, plus ? 0x8664 : 0x14c);
	img_put_le16(header + 0x14, plus ? 0xf0 : 0xe0);
	img_put_le16(header + 0x18, plus ? 0x20b : 0x10b);
	img_put_le32(header + 0x18 + (plus ? 0x18 : 0x1c), (uint32_t)linked_at);
	img_put_le32(directories - 4, 16);
	img_put_le32(directories + 5 * 8, (uint32_t)table_at);
	img_put_le32(directories + 5 * 8 + 4, TABLE_SIZE);
	put_relocations(pe, CODE_AT, table_at - 8, linked_at, 0, plus ? 10 : 3, table_at);
}

static void begin_volume(struct maker *m, size_t size, bool extended)
{
	static const uint8_t ffs2[16] = { 0x78, 0xe5, 0x8c, 0x8c, 0x3d, 0x8a, 0x1c, 0x4f,
					  0x99, 0x35, 0x89, 0x61, 0x85, 0xc3, 0x2d, 0xd3 };
	uint8_t *v = m->bytes + m->at;

	memset(v, 0, 0x80);
	memset(v + 0x80, 0xff, size - 0x80);
	memcpy(v + 0x10, ffs2, sizeof(ffs2));
	img_put_le32(v + 0x20, (uint32_t)size);
	memcpy(v + 0x28, "_FVH\xff\xfe\4\0\x48", 9);
	v[0x37] = 2;
	img_put_le32(v + 0x38, (uint32_t)size / 0x1000);
	img_put_le32(v + 0x3c, 0x1000);
	if (extended) {
		img_put_le16(v + 0x34, 0x60);
		img_put_le32(v + 0x70, 0x1c);	/* ends at 0x7c, so that files begin at 0x80 */
	}
	m->at += extended ? 0x80 : 0x48;
}

/* Headers of a file with one section of so many bytes; returns the section's data. */
static uint8_t *put_file(struct maker *m, uint8_t kind, uint8_t section, size_t size)
{
	uint32_t inner = (uint32_t)size + SECTION_HEADER, total = inner + FILE_HEADER;
	uint8_t *f = m->bytes + m->at, *s = f + FILE_HEADER;

	memset(f, kind, 0x10);
	img_put_le32(f + 0x10, 0xaa55 | (uint32_t)kind << 16);
	img_put_le32(f + 0x14, total | 0xf8000000);
	img_put_le32(s, inner | (uint32_t)section << 24);
	m->at = (m->at + total + 7) / 8 * 8;
	return s + SECTION_HEADER;
}

static void put_information(struct maker *m, enum img_fsp_kind kind, size_t size)
{
	static const uint8_t guid[16] = { 0xbe, 0x40, 0x27, 0x91, 0x84, 0x22, 0x34, 0x47,
					  0xb9, 0x71, 0x84, 0xb0, 0x27, 0x35, 0x3f, 0x0c };
	uint8_t *file = m->bytes + m->at, *h = put_file(m, 6, RAW, 0x48 + 0x20 + 12 + 4 * 5);
	uint8_t *patches = h + 0x48 + 0x20 + 12;

	memcpy(file, guid, sizeof(guid));
	memset(h, 0, 0x48 + 0x20 + 12 + 4 * 5);
	memcpy(h, "FSPH\x48\0\0\0\0\0\x20\3\4\3\2\1$SYNTH$$", 0x18);
	img_put_le32(h + 0x18, (uint32_t)size);
	img_put_le32(h + 0x1c, LINKED_AT);
	img_put_le16(h + 0x22, (uint16_t)(kind << 12));
	memcpy(h + 0x48, "FSPE\x20\0\0\0", 8);
	memcpy(h + 0x68, "FSPP\x20\0\1\0\5\0\0\0", 12);
	/* From the start; from the end; beyond it, which does not count; twice the same. */
	img_put_le32(patches, (uint32_t)size - 0x10);
	img_put_le32(patches + 4, 0x80fffffc);
	img_put_le32(patches + 8, (uint32_t)size - 3);
	img_put_le32(patches + 12, 0x80fffff4);
	img_put_le32(patches + 16, (uint32_t)size - 0xc);
}

enum img_status synth_fsp(enum img_fsp_kind kind, const char *seed, size_t size, struct img **out,
			  struct img_error *err)
{
	size_t second = size / 0x4000 * 0x1000, first = size - second, i, at, part;
	struct maker m = { malloc(size), 0 };
	uint8_t *data;
	enum img_status st;

	if (!m.bytes)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	begin_volume(&m, first, true);
	put_information(&m, kind, size);
	part = (first - m.at - 0x200) / 3 / 4 * 4;
	for (i = 0; i < 3; i++) {
		at = m.at;
		data = put_file(&m, 6, i == 1 ? PE : TE, part);
		synth_bytes(seed + i % 2, data, part);
		if (i == 1)
			put_pe(data, part, LINKED_AT + (size_t)(data - m.bytes), false);
		else
			put_te(data, part, LINKED_AT + (size_t)(data - m.bytes));
		if (i == 0) {	/* a filler has no sections, whatever is in it */
			put_file(&m, 0xf0, TE, 0x40);
			memset(m.bytes + at, 0x11, 0x10);
		}
	}
	m.at = first;
	begin_volume(&m, second, false);
	part = second - 0x48 - 0x100;
	data = put_file(&m, 7, PE, part);
	synth_bytes(seed, data, part);
	put_pe(data, part, LINKED_AT + (size_t)(data - m.bytes), true);
	for (i = 4; i <= 16; i += 4)
		img_put_le32(m.bytes + size - i, (uint32_t)(LINKED_AT + i));
	st = img_copy(img_view_of(m.bytes, size), out, err);
	free(m.bytes);
	return st;
}
