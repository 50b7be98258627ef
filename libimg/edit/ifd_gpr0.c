/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Global protected range 0: from the start of the ME region to the end of its partition FITC.
 * Source: coreboot's ifdtool, calculate_gpr0_range(); checked against it.
 */
#include <string.h>

#include "libimg/edit/ifd_edit_internal.h"
#include "libimg/edit/locate.h"
#include "libimg/format/me.h"

/* Where FITC ends, counted from the start of the region. */
static enum img_status find_fitc_end(struct img_view region, uint64_t *end,
				     struct img_error *err)
{
	struct img_me me;
	enum img_status st = img_me_tables(region, &me, err);

	if (st != IMG_OK)
		return st;
	for (size_t i = 0; i < me.partition_count; i++) {
		const struct img_me_partition *p = &me.partition[i];

		if (strcmp(p->name, "FITC") || !p->range.size)
			continue;
		*end = img_range_end(p->range);
		if (!p->is_cut)
			return IMG_OK;
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(region) + p->at,
				"partition FITC ends at 0x%llx of the me region, which has 0x%zx "
				"bytes", (unsigned long long)*end, img_view_size(region));
	}
	return img_fail(err, IMG_E_ABSENT, img_view_origin(region),
			"the ME has no partition FITC, where the protection should end");
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
