/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The layout table and the boot partitions of CSME 12 and later. */
#include <string.h>

#include <lzma.h>	/* for CRC-32; who reads an ME is linked with it for the modules */

#include "libimg/core/bytes.h"
#include "libimg/format/me_internal.h"

enum {
	LAYOUT_AT = 0x10,
	LAYOUT_17_SIZE = 0x48,
	LAYOUT_17_NO_FLOG = 0x40,
	LAYOUT_CRC = 4,
	FPT_CRC = 0x14,
	PAIRS = 6,		/* data, BP1 to BP5 */
	PAIRS_16 = 4,		/* data, BP1 to BP3 */
	BPDT_SIGNATURE = 0x55aa,
	BPDT_HEADER = 0x18,
	BPDT_ENTRY = 12,
	BPDT_CRC = 8,
	BPDT_SUMMED = 4,	/* from there on */
	DIRECTORY_CRC = 0x10,
	VERSION_CRC = 2,	/* of BPDT and directory */
	BPDT_ENTRIES_MAX = 64,
	TYPE_FTPR = 2,
	TYPE_BPDT = 5,
	DEPTH_MAX = 2,
};

struct layout {
	struct img_range pair[PAIRS];
	bool crc_ok;
};

/* CRC-32 of size bytes at at, the four at hole taken as 0, is what stands there? */
static bool crc_right(struct img_view region, uint64_t at, uint64_t size, uint64_t hole)
{
	static const uint8_t zeros[4];
	struct img_view v;
	uint8_t said[4];
	uint32_t crc;

	if (img_view_slice(region, at, size, &v, NULL) != IMG_OK ||
	    img_view_copy(v, hole, said, 4, NULL) != IMG_OK)
		return false;
	crc = lzma_crc32(img_view_data(v), (size_t)hole, 0);
	crc = lzma_crc32(zeros, sizeof(zeros), crc);
	if (img_view_slice(v, hole + 4, size - hole - 4, &v, NULL) != IMG_OK)
		return false;
	crc = lzma_crc32(img_view_data(v), img_view_size(v), crc);
	return crc == img_get_le32(said);
}

static void read_pairs(struct img_view region, uint64_t at, size_t count, struct layout *l)
{
	struct img_reader r = img_reader_of(region, NULL);

	img_read_seek(&r, at);
	for (size_t i = 0; i < count; i++) {
		l->pair[i].start = img_read_le32(&r);
		l->pair[i].size = img_read_le32(&r);
	}
}

static bool has_bpdt(struct img_view region, uint64_t at)
{
	return img_me_is_at(region, at, "\xaa\x55\0\0");
}

/* What tells a layout table from noise: it leads to a table of partitions or to a BPDT. */
static bool leads_somewhere(struct img_view region, const struct layout *l)
{
	if (l->pair[0].size && img_me_is_at(region, l->pair[0].start, "$FPT"))
		return true;
	for (size_t i = 1; i < PAIRS; i++) {
		if (l->pair[i].size && has_bpdt(region, l->pair[i].start))
			return true;
	}
	return false;
}

static bool find_layout(struct img_view region, struct layout *l)
{
	uint8_t b[2];
	unsigned size;

	if (img_view_copy(region, LAYOUT_AT, b, sizeof(b), NULL) != IMG_OK)
		return false;
	size = img_get_le16(b);
	*l = (struct layout){ .crc_ok = true };
	if (size == LAYOUT_17_SIZE || size == LAYOUT_17_NO_FLOG) {
		read_pairs(region, LAYOUT_AT + 8, PAIRS, l);
		l->crc_ok = crc_right(region, LAYOUT_AT, size, LAYOUT_CRC);
		if (leads_somewhere(region, l))
			return true;
	}
	*l = (struct layout){ .crc_ok = true };
	read_pairs(region, LAYOUT_AT, PAIRS_16, l);
	return leads_somewhere(region, l);
}

/* The directory's name is what the partition is called; its type tells where it has none. */
static void name_entry(struct img_view region, uint64_t at, uint32_t type, uint8_t tag[4])
{
	static const char *const names[] = {
		"SMIP", "RBEP", "FTPR", "UCOD", "IBBP", "S_BP", "OBBP", "NFTP", "ISHC", "DLMP",
	};

	if (img_me_is_at(region, at, "$CPD") &&
	    img_view_copy(region, at + 0xc, tag, 4, NULL) == IMG_OK)
		return;
	memcpy(tag, type < sizeof(names) / sizeof(names[0]) ? names[type] : "????", 4);
}

static void note_wrong(struct img_me *me, uint64_t at, bool right)
{
	if (!right && me->wrong_at == IMG_NOWHERE)
		me->wrong_at = at;
}

/* What a partition begins with that is no directory, is its own. */
static void check_directory(struct img_view region, uint64_t at, struct img_me *me)
{
	struct img_me_directory d;

	if (img_me_read_directory(region, at, &d, NULL) == IMG_OK && d.version == VERSION_CRC)
		note_wrong(me, at, crc_right(region, at, d.header_size +
					     (uint64_t)d.count * ME_CPD_ENTRY, DIRECTORY_CRC));
}

static void check_bpdt(struct img_view region, uint64_t base, unsigned count, struct img_me *me)
{
	uint8_t version;

	if (img_view_copy(region, base + 6, &version, 1, NULL) == IMG_OK && version == VERSION_CRC)
		note_wrong(me, base, crc_right(region, base + BPDT_SUMMED, BPDT_HEADER -
					       BPDT_SUMMED + count * BPDT_ENTRY,
					       BPDT_CRC - BPDT_SUMMED));
}

static enum img_status read_bpdt(struct img_view region, uint64_t base, unsigned depth,
				 struct img_me *me, struct img_error *err)
{
	struct img_reader r = img_reader_of(region, err);
	enum img_status st = IMG_OK;
	unsigned count;

	img_read_seek(&r, base + 4);
	count = img_read_le16(&r);
	img_read_seek(&r, base + BPDT_HEADER);
	if (count > BPDT_ENTRIES_MAX)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + base,
				"a boot partition table (BPDT) of %u entries, far more than any "
				"has", count);
	check_bpdt(region, base, count, me);
	for (unsigned i = 0; i < count && st == IMG_OK; i++) {
		struct img_me_partition p = { .at = img_read_pos(&r) };
		uint32_t type = img_read_le32(&r);
		bool nested;

		p.offset = img_read_le32(&r);
		p.length = img_read_le32(&r);
		st = img_read_status(&r);
		if (st != IMG_OK || !p.length || !p.offset)
			continue;
		nested = type == TYPE_BPDT && has_bpdt(region, base + p.offset);
		name_entry(region, base + p.offset, type, p.tag);
		check_directory(region, base + p.offset, me);
		if (!nested)
			st = img_me_add_partition(region, p, base, me, err);
		else if (depth < DEPTH_MAX)
			st = read_bpdt(region, base + p.offset, depth + 1, me, err);
	}
	return st == IMG_OK ? img_read_status(&r) : st;
}

enum img_status img_me_read_layout(struct img_view region, struct img_me *me,
				   struct img_error *err)
{
	enum img_status st = IMG_OK;
	struct layout l;

	if (!find_layout(region, &l))
		return img_fail(err, IMG_E_ABSENT, img_view_origin(region), "no layout table");
	me->generation = IMG_ME_IFWI;
	me->layout_ok = l.crc_ok;
	if (l.pair[0].size && img_me_is_at(region, l.pair[0].start, "$FPT")) {
		st = img_me_read_fpt(region, l.pair[0].start, l.pair[0].start, me, err);
		if (st == IMG_OK && me->table_version == 0x21)
			me->checksum_ok = crc_right(region, me->table_at, ME_FPT_HEADER +
						    me->partition_count * ME_FPT_ENTRY, FPT_CRC);
	}
	for (size_t i = 1; i < PAIRS && st == IMG_OK; i++) {
		if (l.pair[i].size && has_bpdt(region, l.pair[i].start))
			st = read_bpdt(region, l.pair[i].start, 0, me, err);
	}
	return st;
}
