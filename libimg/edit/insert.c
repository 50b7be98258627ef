/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/insert.h"

#include <string.h>

#include "libimg/edit/insert_kinds.h"
#include "libimg/edit/locate.h"

static enum img_status into_region(struct img *image, const struct img_board_piece *piece,
				   struct img_view data, struct img_range *where,
				   struct img_error *err)
{
	struct img_range region, put;
	enum img_status st;

	st = img_locate_region(img_bytes(image), piece->name, &region, err);
	if (st != IMG_OK)
		return st;
	if (img_view_size(data) > region.size)
		return img_fail(err, IMG_E_SPACE, region.start,
				"%s has %zu bytes, but region %s only %llu", piece->file,
				img_view_size(data), piece->name, (unsigned long long)region.size);
	put = (struct img_range){ region.start, img_view_size(data) };
	if (!strcmp(piece->name, "bios"))	/* it ends at 4 GiB, where it starts to run */
		put.start = img_range_end(region) - put.size;
	st = img_span_fill(img_span(image), region.start, region.size, 0xff, err);
	if (st == IMG_OK)
		st = img_span_write(img_span(image), put.start, data, err);
	if (st == IMG_OK && where)
		*where = put;
	return st;
}

void img_insert_blame(const struct img_cbfs_new *file, const char *what, struct img_error *err)
{
	if (!err)
		return;
	if (err->at == IMG_NOWHERE)
		img_error_prefix(err, "%s cannot be %s", file->name, what);
	else
		img_error_prefix(err, "%s cannot be %s, at 0x%llx of the file", file->name, what,
				 (unsigned long long)err->at);
	err->at = IMG_NOWHERE;
}

static enum img_status into_cbfs(struct img *image, const struct img_board_piece *piece,
				 struct img_view data, struct img_range *where,
				 struct img_error *err)
{
	struct img_cbfs_new file = { .name = piece->name, .data = data,
				     .place = IMG_CBFS_ANYWHERE };
	enum img_status st;

	if (!piece->type || !img_cbfs_type_of(piece->type, &file.type))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"CBFS type %s of %s is not known",
				piece->type ? piece->type : "(none)", piece->name);
	if (piece->xip && file.type != IMG_CBFS_FSP)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"%s is to be executed in place, which only an FSP can be",
				piece->name);
	if (piece->fixed) {
		file.place = IMG_CBFS_FIXED;
		st = img_locate_address(img_size(image), piece->address, &file.where, err);
		if (st != IMG_OK)
			return st;
	}
	if (piece->xip)
		return img_insert_xip(image, &file, where, err);
	if (file.type == IMG_CBFS_STAGE)
		return img_insert_stage(image, &file, where, err);
	return img_cbfs_add(image, NULL, &file, where, err);
}

enum img_status img_insert(struct img *image, const struct img_board_piece *piece,
			   struct img_view data, struct img_range *where, struct img_error *err)
{
	switch (piece->place) {
	case IMG_PIECE_REGION:
		return into_region(image, piece, data, where, err);
	case IMG_PIECE_CBFS:
		return into_cbfs(image, piece, data, where, err);
	case IMG_PIECE_ELSEWHERE:
		break;
	}
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"%s belongs on a chip of its own, not into the image", piece->file);
}
