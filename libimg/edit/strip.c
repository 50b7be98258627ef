/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/strip.h"

#include "libimg/edit/cbfs_edit.h"
#include "libimg/edit/cbfs_walk.h"
#include "libimg/edit/leftover.h"
#include "libimg/edit/locate.h"

enum { FIRST_PAGE = 0x1000 };

static enum img_status region_state(struct img_view region, enum img_strip_state *out,
				    struct img_error *err)
{
	uint64_t size = img_view_size(region);
	struct img_view first;
	enum img_status st;

	st = img_view_slice(region, 0, size < FIRST_PAGE ? size : FIRST_PAGE, &first, err);
	if (st != IMG_OK)
		return st;
	if (!img_view_filled(first, 0xff))
		*out = IMG_STRIP_PRESENT;
	else
		*out = img_view_filled(region, 0xff) ? IMG_STRIP_BLANK : IMG_STRIP_PARTLY;
	return IMG_OK;
}

/* The bytes of a piece; of a file that is not there none. */
static enum img_status find(struct img_view image, const struct img_board_piece *piece,
			    struct img_view *out, enum img_strip_state *state,
			    struct img_error *err)
{
	struct img_view none = { 0 }, area;
	struct img_cbfs_file file;
	struct img_range range;
	enum img_status st;

	*out = none;
	*state = IMG_STRIP_ELSEWHERE;
	if (piece->place == IMG_PIECE_ELSEWHERE)
		return IMG_OK;
	if (piece->place == IMG_PIECE_REGION) {
		st = img_locate_region(image, piece->name, &range, err);
		if (st == IMG_OK)
			st = img_view_slice(image, range.start, range.size, out, err);
		return st == IMG_OK ? region_state(*out, state, err) : st;
	}
	st = img_locate_cbfs(image, NULL, &range, err);
	if (st == IMG_OK)
		st = img_view_slice(image, range.start, range.size, &area, err);
	if (st != IMG_OK)
		return st;
	st = img_cbfs_look_up(area, piece->name, &file, err);
	*state = st == IMG_OK ? IMG_STRIP_PRESENT : IMG_STRIP_BLANK;
	if (st == IMG_OK)
		*out = file.data;
	return st == IMG_E_ABSENT ? IMG_OK : st;
}

enum img_status img_strip_states(struct img_view image, const struct img_board_piece *pieces,
				 size_t count, enum img_strip_state *state, struct img_error *err)
{
	enum img_status st = IMG_OK;
	struct img_view bytes;
	size_t i;

	for (i = 0; st == IMG_OK && i < count; i++)
		st = find(image, &pieces[i], &bytes, &state[i], err);
	return st;
}

enum img_status img_strip_range(struct img_view image, const struct img_board_piece *piece,
				struct img_range *out, struct img_error *err)
{
	enum img_strip_state state;
	struct img_view bytes;
	enum img_status st;

	st = find(image, piece, &bytes, &state, err);
	if (st != IMG_OK)
		return st;
	*out = (struct img_range){ 0, 0 };
	if (state == IMG_STRIP_PRESENT || state == IMG_STRIP_PARTLY)
		*out = (struct img_range){ img_view_origin(bytes) - img_view_origin(image),
					   img_view_size(bytes) };
	return IMG_OK;
}

enum img_status img_strip(struct img *image, const struct img_board_piece *piece,
			  struct img_error *err)
{
	struct img_range region;
	enum img_status st;

	switch (piece->place) {
	case IMG_PIECE_REGION:
		st = img_locate_region(img_bytes(image), piece->name, &region, err);
		return st == IMG_OK ? img_span_fill(img_span(image), region.start, region.size,
						    0xff, err) : st;
	case IMG_PIECE_CBFS:
		return img_cbfs_remove(image, NULL, piece->name, err);
	case IMG_PIECE_ELSEWHERE:
		break;
	}
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"%s belongs on a chip of its own and is not in the image", piece->file);
}

static uint64_t first_not_blank(struct img_view v)
{
	const uint8_t *bytes = img_view_data(v);
	size_t i, size = img_view_size(v);

	for (i = 0; i < size && bytes[i] == 0xff; i++)
		;
	return img_view_origin(v) + i;
}

static enum img_status prove_gone(struct img_view image, const struct img_board_piece *piece,
				  struct img_error *err)
{
	enum img_strip_state state;
	struct img_view bytes;
	enum img_status st;

	st = find(image, piece, &bytes, &state, err);
	if (st != IMG_OK || state == IMG_STRIP_BLANK || state == IMG_STRIP_ELSEWHERE)
		return st;
	if (piece->place == IMG_PIECE_REGION)
		return img_fail(err, IMG_E_REFUSED, first_not_blank(bytes),
				"region %s must be all 0xff, but is not from here on "
				"(vendor-region)", piece->name);
	return img_fail(err, IMG_E_REFUSED, img_view_origin(bytes),
			"the CBFS still has a file %s (vendor-file)", piece->name);
}

enum img_status img_strip_prove(struct img_view image, const struct img_board_piece *pieces,
				size_t count, const struct img_view *contents,
				struct img_error *err)
{
	enum img_status st = IMG_OK;
	struct img_leftover left;
	size_t i;

	for (i = 0; st == IMG_OK && i < count; i++)
		st = prove_gone(image, &pieces[i], err);
	if (st != IMG_OK || !contents)
		return st;
	st = img_leftover_find(image, contents, count, &left, err);
	if (st != IMG_OK)
		return st == IMG_E_ABSENT ? IMG_OK : st;
	return img_fail(err, IMG_E_REFUSED, img_view_origin(image) + left.at,
			"%llu bytes here are those of %s from 0x%llx of it on (vendor-bytes)",
			(unsigned long long)left.size, pieces[left.file].file,
			(unsigned long long)left.file_at);
}
