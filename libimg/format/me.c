/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/me_internal.h"

#include <stdio.h>
#include <string.h>

#include "libimg/core/bytes.h"

enum {
	FLAGS_TYPE = 0x7f,
	TYPE_NVRAM = 2,
	VERSION_CRC = 0x21,
	TO_THE_END = 0xffffffff,
};

bool img_me_is_at(struct img_view v, uint64_t at, const char *letters)
{
	return img_view_has(v, at, img_view_of(letters, 4));
}

void img_me_text(const uint8_t tag[4], char out[IMG_ME_NAME])
{
	size_t len = 4;

	while (len && !tag[len - 1])
		len--;
	memset(out, 0, IMG_ME_NAME);
	memcpy(out, tag, len);
	for (size_t i = 0; i < len; i++) {
		if (tag[i] <= ' ' || tag[i] > '~')
			memcpy(out, "????", IMG_ME_NAME);
	}
}

/* --- the table of partitions ------------------------------------------------------------ */

enum img_status img_me_add_partition(struct img_view region, struct img_me_partition p,
				     uint64_t base, struct img_me *me, struct img_error *err)
{
	uint64_t size = img_view_size(region);

	if (me->partition_count == IMG_ME_PARTITIONS_MAX)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + p.at,
				"the ME has over %d partitions, far more than any has",
				IMG_ME_PARTITIONS_MAX);
	img_me_text(p.tag, p.name);
	if (p.offset && p.offset != UINT32_MAX && p.length &&
	    (p.flags & FLAGS_TYPE) != TYPE_NVRAM) {
		p.range = (struct img_range){ base + p.offset, p.length };
		p.is_cut = p.range.start > size || p.length > size - p.range.start;
	}
	me->partition[me->partition_count++] = p;
	return IMG_OK;
}

enum img_status img_me_read_fpt(struct img_view region, uint64_t table_at, uint64_t base,
				struct img_me *me, struct img_error *err)
{
	struct img_reader r = img_reader_of(region, err);
	uint64_t room;
	uint32_t count;
	enum img_status st = IMG_OK;

	img_read_seek(&r, table_at + 4);
	count = img_read_le32(&r);
	me->table_at = table_at;
	me->table_version = img_read_u8(&r);
	img_read_seek(&r, table_at + 0x14);
	me->has_effs_flag = img_read_le32(&r) & 1;
	img_read_seek(&r, table_at + ME_FPT_HEADER);
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	/* The header is there: its last field has been read. */
	room = (img_view_size(region) - table_at) / ME_FPT_ENTRY - 1;
	if (count > room && count <= IMG_ME_PARTITIONS_MAX)
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(region) + table_at,
				"the ME's table of %u partitions leaves the region of 0x%zx bytes",
				(unsigned)count, img_view_size(region));
	if (count > IMG_ME_PARTITIONS_MAX)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + table_at,
				"the ME's table speaks of %u partitions, far more than any has",
				(unsigned)count);
	for (uint32_t i = 0; i < count && st == IMG_OK; i++) {
		struct img_me_partition p = { .at = img_read_pos(&r) };

		img_read_bytes(&r, p.tag, sizeof(p.tag));
		img_read_skip(&r, 4);
		p.offset = img_read_le32(&r);
		p.length = img_read_le32(&r);
		img_read_skip(&r, 12);
		p.flags = img_read_le32(&r);
		st = img_me_add_partition(region, p, base, me, err);
	}
	return st == IMG_OK ? img_read_status(&r) : st;
}

/* Where the table's own check of itself begins depends on the generation. */
static enum img_status check_table(struct img_view region, struct img_me *me,
				   struct img_error *err)
{
	bool whole = me->table_at == 0x10 && me->generation <= IMG_ME_GEN_2;
	uint64_t start = whole ? 0 : me->table_at;
	struct img_view bytes;
	enum img_status st;
	uint8_t sum = 0;

	if (me->table_at == IMG_NOWHERE || me->table_version >= VERSION_CRC)
		return IMG_OK;
	st = img_view_slice(region, start, me->table_at + ME_FPT_HEADER - start, &bytes, err);
	for (size_t i = 0; st == IMG_OK && i < img_view_size(bytes); i++)
		sum = (uint8_t)(sum + img_view_data(bytes)[i]);
	me->checksum_ok = !sum;
	return st;
}

/* ME 6: the last partition goes to the end of the region. */
static void settle_last(struct img_view region, struct img_me *me)
{
	struct img_me_partition *p = &me->partition[me->partition_count - 1];

	if (me->manifest.version[0] != 6 || p->length != TO_THE_END || !p->range.size ||
	    p->range.start >= img_view_size(region))
		return;
	p->range.size = img_view_size(region) - p->range.start;
	p->is_cut = false;
}

/* --- the region ------------------------------------------------------------------------- */

static enum img_status find_boot(struct img_view region, struct img_me *me,
				 struct img_error *err)
{
	for (size_t i = 0; i < me->partition_count; i++) {
		const struct img_me_partition *p = &me->partition[i];

		if (strcmp(p->name, "FTPR") && (strcmp(p->name, "CODE") || me->generation))
			continue;
		me->boot = i;
		if (!p->range.size)
			return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + p->at,
					"the ME's partition %s has no data (offset 0x%x, length "
					"0x%x)", p->name, (unsigned)p->offset, (unsigned)p->length);
		return IMG_OK;
	}
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(region),
			"the ME has no partition FTPR (or CODE), which starts it; %zu others are "
			"there", me->partition_count);
}

/* IMG_NOWHERE: there is no such table. */
static uint64_t find_table(struct img_view region)
{
	if (img_me_is_at(region, 0x10, "$FPT"))
		return 0x10;
	return img_me_is_at(region, 0, "$FPT") ? 0 : IMG_NOWHERE;
}

bool img_me_has_table(struct img_view region)
{
	return find_table(region) != IMG_NOWHERE;
}

static enum img_status read_tables(struct img_view region, struct img_me *me,
				   struct img_error *err)
{
	uint64_t at = find_table(region);

	if (at == IMG_NOWHERE)
		return img_me_read_layout(region, me, err);
	return img_me_read_fpt(region, at, 0, me, err);
}

static enum img_status absent(struct img_view region, struct img_error *err)
{
	if (img_me_blank(region))
		return img_fail(err, IMG_E_ABSENT, img_view_origin(region),
				"the ME region is blank: all its 0x%zx bytes are 0x%02x",
				img_view_size(region),
				img_view_size(region) ? img_view_data(region)[0] : 0xff);
	if (img_me_is_at(region, 0x1c, "$MN2"))
		return img_fail(err, IMG_E_ABSENT, img_view_origin(region),
				"this is a bare FTPR partition, as in an update, and no region "
				"with a table of partitions ($FPT)");
	return img_fail(err, IMG_E_ABSENT, img_view_origin(region),
			"no ME region: neither a table of partitions ($FPT at 0x10 or 0) nor a "
			"layout table that leads to one");
}

enum img_status img_me_tables(struct img_view region, struct img_me *out, struct img_error *err)
{
	struct img_me me = { .table_at = IMG_NOWHERE, .checksum_ok = true, .layout_ok = true,
			     .wrong_at = IMG_NOWHERE };
	enum img_status st = read_tables(region, &me, err);

	if (st == IMG_E_ABSENT)
		return absent(region, err);
	if (st == IMG_OK)
		*out = me;
	return st;
}

enum img_status img_me_decode(struct img_view region, struct img_me *out, struct img_error *err)
{
	struct img_me me;
	enum img_status st = img_me_tables(region, &me, err);

	if (st == IMG_OK)
		st = find_boot(region, &me, err);
	if (st == IMG_OK)
		st = img_me_read_manifest(region, &me, err);
	if (st == IMG_OK)
		st = check_table(region, &me, err);
	if (st != IMG_OK)
		return st;
	settle_last(region, &me);
	*out = me;
	return IMG_OK;
}

bool img_me_blank(struct img_view region)
{
	return img_view_filled(region, 0xff) || img_view_filled(region, 0);
}

bool img_me_mark(struct img_view region)
{
	struct img_me me = { .table_at = IMG_NOWHERE };

	return img_me_has_table(region) || img_me_is_at(region, 0x1c, "$MN2") ||
	       img_me_read_layout(region, &me, NULL) == IMG_OK;
}

const char *img_me_generation_word(enum img_me_generation generation)
{
	static const char *const words[] = {
		[IMG_ME_GEN_1] = "1", [IMG_ME_GEN_2] = "2", [IMG_ME_GEN_3] = "3",
		[IMG_ME_IFWI] = "ifwi",
	};

	return words[generation];
}

const char *img_me_family_name(enum img_me_family family)
{
	static const char *const names[] = {
		[IMG_ME_FAMILY_ME] = "ME", [IMG_ME_FAMILY_TXE] = "TXE",
		[IMG_ME_FAMILY_SPS] = "SPS",
	};

	return names[family];
}

void img_me_version_text(const struct img_me *me, char out[24])
{
	const uint16_t *v = me->manifest.version;

	snprintf(out, 24, "%u.%u.%u.%u", v[0], v[1], v[2], v[3]);
}
