/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Global protected range 0, which covers the ME region to the end of FITC. From ME 12 on:
 *
 *	ME + 0x10 or 0x18	offset of the data partition in the region
 *	data partition		"$FPT", number of entries, ... (32 bytes), then entries of 32 bytes:
 *		+0x00 name	+0x08 offset in the data partition	+0x0c length
 *
 * Source: coreboot's ifdtool, calculate_gpr0_range(); checked against it.
 */
#include "libimg/core/reader.h"
#include "libimg/edit/ifd_edit_internal.h"
#include "libimg/edit/locate.h"

enum { FPT_HEADER = 32, FPT_ENTRY = 32, ENTRIES_MAX = 128 };

static bool has_fpt(struct img_view me, uint64_t at)
{
	return img_view_has(me, at, img_view_of("$FPT", 4));
}

bool img_ifd_find_fpt(struct img_view me, uint64_t *at)
{
	static const uint64_t direct[] = { 0x10, 0 }, pointer[] = { 0x10, 0x18 };
	uint8_t b[4];

	for (size_t i = 0; i < 2; i++) {
		*at = direct[i];
		if (has_fpt(me, *at))
			return true;
	}
	for (size_t i = 0; i < 2; i++) {
		if (img_view_copy(me, pointer[i], b, sizeof(b), NULL) != IMG_OK)
			break;
		*at = img_get_le32(b);
		if (has_fpt(me, *at))
			return true;
	}
	return false;
}

/* Where FITC ends, counted from the start of the region. */
static enum img_status find_fitc_end(struct img_view me, uint64_t *end, struct img_error *err)
{
	uint64_t table, origin = img_view_origin(me);
	struct img_reader r = img_reader_of(me, err);
	uint32_t entries;
	uint8_t name[4];

	if (!img_ifd_find_fpt(me, &table))
		return img_fail(err, IMG_E_ABSENT, origin,
				"the me region has no table of partitions ($FPT), so that where "
				"the protection should end is not known");
	img_read_seek(&r, table + 4);
	entries = img_read_le32(&r);
	if (entries > ENTRIES_MAX)
		return img_fail(err, IMG_E_CORRUPT, origin + table,
				"the ME's table of partitions speaks of %u entries; %d are far "
				"more than any has", (unsigned)entries, ENTRIES_MAX);
	for (uint32_t i = 0; i < entries; i++) {
		img_read_seek(&r, table + FPT_HEADER + (uint64_t)i * FPT_ENTRY);
		img_read_bytes(&r, name, sizeof(name));
		(void)img_read_le32(&r);
		*end = table + img_read_le32(&r);
		*end += img_read_le32(&r);
		if (img_read_status(&r) != IMG_OK)
			return img_read_status(&r);
		if (!img_view_equal(img_view_of(name, sizeof(name)), img_view_of("FITC", 4)))
			continue;
		if (*end <= img_view_size(me) && *end > table)
			return IMG_OK;
		return img_fail(err, IMG_E_BOUNDS, origin + table,
				"partition FITC ends at 0x%llx of the me region, which has 0x%zx "
				"bytes",
				(unsigned long long)*end, img_view_size(me));
	}
	return img_fail(err, IMG_E_ABSENT, origin + table,
			"the ME's table of partitions has no FITC, where the protection should "
			"end");
}

static enum img_status protecting_value(struct img_view image, uint32_t *value,
					struct img_error *err)
{
	struct img_range range;
	struct img_view me;
	uint64_t end = 0;
	enum img_status st = img_locate_region(image, "me", &range, err);

	if (st == IMG_OK)
		st = img_view_slice(image, range.start, range.size, &me, err);
	if (st == IMG_OK)
		st = find_fitc_end(me, &end, err);
	if (st != IMG_OK)
		return st;
	*value = img_ifd_with(1u << 31, 14, 0, (uint32_t)(range.start >> 12));
	*value = img_ifd_with(*value, 30, 16, (uint32_t)((range.start + end - 1) >> 12));
	return IMG_OK;
}

enum img_status img_ifd_set_gpr0(struct img_span image, bool on, struct img_error *err)
{
	struct img_ifd ifd;
	uint32_t value = 0;
	enum img_status st = img_ifd_decode(img_span_view(image), &ifd, err);

	if (st != IMG_OK)
		return st;
	if (!ifd.gpr0.present)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"this generation, %s, has no global protected range 0, or its "
				"strap is not known", img_ifd_generation_name(ifd.generation));
	if (on)
		st = protecting_value(img_span_view(image), &value, err);
	if (st == IMG_OK)
		st = img_ifd_put(image, ifd.strap_at + 4 * ifd.gpr0.strap, value, err);
	return st;
}
