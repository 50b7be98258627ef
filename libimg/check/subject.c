/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several checks ask about, decoded once. */
#include "libimg/check/table.h"
#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/locate.h"
#include "libimg/format/cbfs.h"

/* An image put to the high end of a file has its FMAP elsewhere than the FMAP itself says. */
static uint64_t find_shift(const struct img_fmap *map, uint64_t size)
{
	const struct img_fmap_area *own = img_fmap_find(map, "FMAP");
	uint64_t shift = own && map->at >= own->range.start ? map->at - own->range.start : 0;

	return map->size <= size && shift <= size - map->size ? shift : 0;
}

static void find_bios(struct img_check_subject *s)
{
	struct img_range all = { 0, s->size };

	s->bios = all;
	if (s->ifd)
		s->bios = s->ifd->region[IMG_IFD_BIOS];
	else if (s->fmap_status == IMG_OK)
		s->bios = (struct img_range){ s->shift, s->fmap.size };
	s->top = img_range_end(s->bios);
	if (!img_range_holds(all, s->bios))
		s->bios.size = 0;
}

static void find_identity(struct img_check_subject *s)
{
	struct img_view firmware;

	if (s->bios.size && img_view_slice(s->image, 0, s->top, &firmware, NULL) == IMG_OK)
		s->has_id = img_coreboot_id_decode(firmware, &s->id, NULL) == IMG_OK;
}

static void find_cbfs(struct img_check_subject *s)
{
	const struct img_fmap_area *area;
	struct img_cbfs_area legacy;

	if (s->fmap_status == IMG_OK) {
		area = img_fmap_find(&s->fmap, IMG_CBFS_PRIMARY);
		if (!area)
			return;
		s->cbfs = (struct img_range){ s->shift + area->range.start, area->range.size };
	} else if (s->fmap_status == IMG_E_ABSENT) {
		if (img_cbfs_area_find(s->image, NULL, &legacy, NULL) != IMG_OK)
			return;
		s->cbfs = legacy.range;
	}
	s->has_cbfs = s->cbfs.size && img_view_slice(s->image, s->cbfs.start, s->cbfs.size,
						     &s->files, NULL) == IMG_OK &&
		      img_cbfs_begins(s->files);
}

static void find_gbe(struct img_check_subject *s)
{
	struct img_range range = s->ifd ? s->ifd->region[IMG_IFD_GBE] : (struct img_range){ 0, 0 };
	struct img_view region;

	s->gbe_at = range.start;
	s->has_gbe = range.size &&
		     img_view_slice(s->image, range.start, range.size, &region, NULL) == IMG_OK &&
		     img_gbe_decode(region, &s->gbe, NULL) == IMG_OK;
}

void img_check_examine(const struct img_check_input *in, struct img_check_subject *out)
{
	unsigned deep = IMG_CHECK_FILE | IMG_CHECK_CONTENT | IMG_CHECK_PLACE;

	*out = img_check_subject_of(in);
	if (!out->whole)
		return;
	if (!in->scope || in->scope & deep) {
		out->fmap_status = img_fmap_decode(in->image, &out->fmap, &out->fmap_error);
		if (out->fmap_status == IMG_OK)
			out->shift = find_shift(&out->fmap, in->size);
		find_cbfs(out);
		find_gbe(out);
	}
	find_bios(out);
	find_identity(out);
}
