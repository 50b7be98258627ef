/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/insert_kinds.h"
#include "libimg/edit/locate.h"
#include "libimg/format/fsp.h"

/* Processors map code in pages of this size; cbfstool aligns to it as well. */
enum { PAGE = 0x1000 };

enum img_status img_insert_xip(struct img *image, const struct img_cbfs_new *file,
			       struct img_range *where, struct img_error *err)
{
	struct img_cbfs_new moved = *file;
	struct img *copy = NULL;
	struct img_range place;
	enum img_status st;
	uint32_t address;

	if (moved.place == IMG_CBFS_ANYWHERE) {
		moved.place = IMG_CBFS_ALIGNED;
		moved.where = PAGE;
	}
	st = img_cbfs_plan(img_bytes(image), NULL, &moved, &place, err);
	if (st == IMG_OK)
		st = img_locate_mapped(img_size(image), place.start, &address, err);
	if (st == IMG_OK)
		st = img_copy(file->data, &copy, err);
	if (st == IMG_OK) {
		st = img_fsp_relocate(img_span(copy), address, err);
		if (st != IMG_OK)
			img_insert_blame(file, "relocated", err);
	}
	if (st == IMG_OK) {
		moved.data = img_bytes(copy);
		moved.place = IMG_CBFS_FIXED;
		moved.where = place.start;
		st = img_cbfs_add(image, NULL, &moved, where, err);
	}
	img_close(copy);
	return st;
}
