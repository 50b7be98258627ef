/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What several checks ask about, decoded once. */
#include "libimg/check/table.h"

static void find_bios(struct img_check_subject *s)
{
	struct img_range all = { 0, s->size };

	if (!s->whole)
		return;
	s->bios = s->ifd ? s->ifd->region[IMG_IFD_BIOS] : all;
	if (!img_range_holds(all, s->bios))
		s->bios.size = 0;
}

void img_check_examine(const struct img_check_input *in, struct img_check_subject *out)
{
	unsigned deep = IMG_CHECK_FILE | IMG_CHECK_CONTENT;
	struct img_view firmware;

	*out = (struct img_check_subject){
		.image = in->image, .size = in->size, .ifd = in->ifd, .board = in->board,
		.name = in->name, .is_part = in->is_part,
		.whole = img_view_size(in->image) == in->size, .fmap_status = IMG_E_ABSENT };
	if (out->whole && (!in->scope || in->scope & deep))
		out->fmap_status = img_fmap_decode(in->image, &out->fmap, &out->fmap_error);
	find_bios(out);
	if (img_view_slice(in->image, 0, img_range_end(out->bios), &firmware, NULL) == IMG_OK)
		out->has_id = img_coreboot_id_decode(firmware, &out->id, NULL) == IMG_OK;
}
