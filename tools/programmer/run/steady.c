/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/steady.h"

#include "libimg/core/image.h"

#define TRIES 4
#define PIECE ((uint64_t)1 << 20)

enum img_status steady_give_up(struct img_error *err)
{
	if (err)
		err->status = IMG_E_IO;
	return IMG_E_IO;
}

enum img_status steady_read(struct chip *chip, uint64_t at, struct img_span into,
			    struct img_error *err)
{
	enum img_status st;
	unsigned i;

	for (i = 0; i < TRIES; i++) {
		st = chip_read(chip, at, into, err);
		if (st != IMG_E_CORRUPT)
			return st;
	}
	return steady_give_up(err);
}

/* Contents that are smaller than the chip differ where they end. */
static uint64_t difference(struct img_view contents, uint64_t at, struct img_view piece)
{
	struct img_view want;

	if (img_view_slice(contents, at, img_view_size(piece), &want, NULL) != IMG_OK)
		return img_view_size(contents);
	return img_view_equal(want, piece) ? STEADY_SAME
					   : at + img_view_difference(want, piece);
}

enum img_status steady_compare(struct chip *chip, const struct img_view *contents, size_t count,
			       uint64_t *where, struct img_error *err)
{
	const uint64_t size = chip_info(chip)->geometry.size;
	struct img *piece;
	struct img_span into;
	uint64_t at, n;
	size_t i;
	enum img_status st = img_new(PIECE, 0, &piece, err);

	if (st != IMG_OK)
		return st;
	for (i = 0; i < count; i++)
		where[i] = STEADY_SAME;
	for (at = 0; st == IMG_OK && at < size; at += n) {
		n = size - at < PIECE ? size - at : PIECE;
		st = img_span_slice(img_span(piece), 0, n, &into, err);
		if (st == IMG_OK)
			st = steady_read(chip, at, into, err);
		for (i = 0; st == IMG_OK && i < count; i++)
			if (where[i] == STEADY_SAME)
				where[i] = difference(contents[i], at, img_span_view(into));
	}
	img_close(piece);
	return st;
}
