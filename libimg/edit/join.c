/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way back of split.h: which part comes first, and whether they make one image. */
#include "libimg/edit/split.h"

#include <string.h>

#include "libimg/format/fmap.h"
#include "libimg/format/ifd.h"

typedef unsigned long long ull;

#define ID " (join-parts)"

/* The one part that begins with a descriptor. */
static enum img_status find_first(const struct img_view *parts, size_t count, size_t *first,
				  struct img_error *err)
{
	size_t i, found = 0, other = 0;
	uint64_t at;

	for (i = 0; i < count; i++) {
		if (!img_ifd_signature(parts[i], &at))
			continue;
		if (found++)
			other = i;
		else
			*first = i;
	}
	if (!found)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"no part begins with a flash descriptor, so nothing says which "
				"comes first; if you know, give them in that order with --in-order"
				ID);
	if (found > 1)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"parts %zu and %zu as given both begin with a flash descriptor, "
				"which only the first chip holds%s" ID, *first + 1, other + 1,
				img_view_equal(parts[*first], parts[other])
					? ": they are the same bytes" : "");
	return IMG_OK;
}

/* First the one with the descriptor, then the others as given. */
static void put_first(size_t first, size_t count, size_t *order)
{
	size_t i, used = 0;

	order[used++] = first;
	for (i = 0; i < count; i++)
		if (i != first)
			order[used++] = i;
}

static enum img_status check_length(struct img_view part, size_t place, uint64_t expected,
				    struct img_error *err)
{
	uint64_t size = img_view_size(part);

	if (size == expected)
		return IMG_OK;
	if (size == expected + 1)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"part %zu is one byte longer than its chip of %llu: cut from a "
				"release image whose vendor files were removed; put them back with "
				"rom-inject and split that (stripped-image)", place + 1,
				(ull)expected);
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"the descriptor says that chip %zu has %llu bytes, but its part has %llu"
			ID, place + 1, (ull)expected, (ull)size);
}

enum img_status img_join_by_content(const struct img_view *parts, size_t count, size_t *order,
				    struct img_error *err)
{
	size_t first = 0, components, i;
	struct img_ifd ifd;
	enum img_status st = find_first(parts, count, &first, err);

	if (st == IMG_OK)
		st = img_ifd_decode(parts[first], &ifd, err);
	if (st != IMG_OK)
		return st;
	components = img_ifd_usable_components(&ifd);
	if (!components)
		return img_fail(err, IMG_E_REFUSED, ifd.component_at,
				"the descriptor's chip densities are not usable, so nothing says "
				"what belongs together" ID);
	if (components != count)
		return img_fail(err, IMG_E_REFUSED, ifd.component_at,
				"the descriptor is for %zu chip%s, but %zu part%s given" ID,
				components, components == 1 ? "" : "s", count,
				count == 1 ? " was" : "s were");
	put_first(first, count, order);
	for (i = 0; i < count && st == IMG_OK; i++)
		st = check_length(parts[order[i]], i, ifd.component_size[i], err);
	return st;
}

/* Without a descriptor only the sizes tell chips apart. */
static enum img_status order_by_size(const struct img_view *parts, size_t count,
				     const struct img_board *board, size_t *order,
				     struct img_error *err)
{
	size_t i, k, found;
	bool unique = true;

	for (i = 0; i < count; i++) {
		for (k = 0, found = 0; k < count; k++) {
			if (img_view_size(parts[k]) != board->chip[i].size)
				continue;
			order[i] = k;
			found++;
		}
		unique = unique && found == 1;
	}
	if (count == 1)
		order[0] = 0;
	if (count == 1 || unique)
		return IMG_OK;
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"nothing tells the parts of board %s apart; if you know which is first, "
			"give them in that order with --in-order" ID, board->id);
}

/* What of the image is on each chip; parts may be whole chips or just that. */
static enum img_status take_shares(const struct img_view *parts, const size_t *order,
				   const struct img_board *board, struct img_parts *out,
				   struct img_error *err)
{
	uint64_t at = 0, size, share;
	size_t i;

	*out = (struct img_parts){ .count = board->chip_count };
	for (i = 0; i < board->chip_count; i++) {
		size = img_view_size(parts[order[i]]);
		share = board->rom_size - at;
		if (share > board->chip[i].size)
			share = board->chip[i].size;
		if (size != share && size != board->chip[i].size)
			return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
					"chip %s of board %s has %llu bytes, but its part has "
					"%llu%s" ID, board->chip[i].name, board->id,
					(ull)board->chip[i].size, (ull)size,
					size == share + 1 ? ": vendor files were removed" : "");
		out->part[i].range = (struct img_range){ at, share };
		out->part[i].chip_size = size;
		at += share;
	}
	return IMG_OK;
}

enum img_status img_join_by_board(const struct img_view *parts, size_t count,
				  const struct img_board *board, size_t *order,
				  struct img_parts *out, struct img_error *err)
{
	enum img_status st;
	size_t first = 0;

	if (count != board->chip_count)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"board %s has %zu chip%s, but %zu part%s given" ID, board->id,
				board->chip_count, board->chip_count == 1 ? "" : "s", count,
				count == 1 ? " was" : "s were");
	if (board->density_count) {
		st = find_first(parts, count, &first, err);
		if (st == IMG_OK)
			put_first(first, count, order);
	} else {
		st = order_by_size(parts, count, board, order, err);
	}
	return st == IMG_OK ? take_shares(parts, order, board, out, err) : st;
}

/* The processor's first instruction is in the last 16 bytes of the BIOS region. */
static enum img_status check_top(struct img_view image, struct img_range bios,
				 struct img_error *err)
{
	struct img_view top;
	enum img_status st;

	if (img_range_end(bios) > img_view_size(image))
		return img_fail(err, IMG_E_REFUSED, img_view_size(image),
				"the image ends here, but its BIOS region goes on to 0x%08llx: a "
				"part is missing" ID, (ull)img_range_end(bios) - 1);
	st = img_view_slice(image, img_range_end(bios) - 16, 16, &top, err);
	if (st == IMG_OK && (img_view_filled(top, 0xff) || img_view_filled(top, 0x00)))
		st = img_fail(err, IMG_E_REFUSED, img_range_end(bios) - 16,
			      "nothing where the processor starts, at the end of the BIOS region: "
			      "the last part is blank or not of this image" ID);
	return st;
}

enum img_status img_join_check(struct img_view image, struct img_error *err)
{
	struct img_fmap fmap;
	struct img_ifd ifd;
	struct img_error detail;
	enum img_status st = img_ifd_decode(image, &ifd, &detail);

	if (st != IMG_OK)
		return IMG_OK;
	if (ifd.region[IMG_IFD_BIOS].size) {
		st = check_top(image, ifd.region[IMG_IFD_BIOS], err);
		if (st != IMG_OK)
			return st;
	}
	st = img_fmap_decode(image, &fmap, &detail);
	if (st == IMG_E_BOUNDS)
		return img_fail(err, IMG_E_REFUSED, detail.at, "%s" ID, detail.text);
	return IMG_OK;
}
