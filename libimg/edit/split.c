/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/split.h"

#include <stdio.h>
#include <string.h>

typedef unsigned long long ull;

static void name_chip(struct img_part *part, const char *name, size_t i)
{
	if (name)
		snprintf(part->chip, sizeof(part->chip), "%s", name);
	else
		snprintf(part->chip, sizeof(part->chip), "chip%zu", i + 1);
}

/* The image is not as long as it has to be. */
static enum img_status wrong_size(uint64_t found, uint64_t expected, const char *by,
				  struct img_error *err)
{
	if (found == expected + 1)
		return img_fail(err, IMG_E_REFUSED, expected,
				"one byte longer than the %llu of %s: a release image whose vendor "
				"files were removed; put them back with rom-inject first "
				"(stripped-image)", (ull)expected, by);
	return img_fail(err, found > expected ? IMG_E_SPACE : IMG_E_BOUNDS,
			found > expected ? expected : found,
			"%llu bytes long, not the %llu of %s; it is %s", (ull)found,
			(ull)expected, by,
			found > expected ? "another board's image, or something was added"
					 : "cut short, one chip of several, or another board's");
}

enum img_status img_split_by_sizes(uint64_t image_size, const uint64_t *sizes, size_t count,
				   struct img_parts *out, struct img_error *err)
{
	struct img_parts parts = { .count = count };
	uint64_t at = 0;
	size_t i;

	if (!count || count > IMG_PARTS_MAX)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "1 to %d chips, not %zu",
				IMG_PARTS_MAX, count);
	for (i = 0; i < count; i++) {
		if (!sizes[i] || sizes[i] > UINT32_MAX)
			return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
					"%llu bytes are no size of a chip", (ull)sizes[i]);
		name_chip(&parts.part[i], NULL, i);
		parts.part[i].range = (struct img_range){ at, sizes[i] };
		parts.part[i].chip_size = sizes[i];
		at += sizes[i];
	}
	if (at != image_size)
		return wrong_size(image_size, at, "these chips together", err);
	*out = parts;
	return IMG_OK;
}

enum img_status img_split_by_descriptor(struct img_view image, struct img_parts *out,
					struct img_error *err)
{
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(image, &ifd, err);
	size_t count;

	if (st != IMG_OK)
		return st;
	count = img_ifd_usable_components(&ifd);
	if (!count)
		return img_fail(err, IMG_E_CORRUPT, ifd.component_at,
				"the descriptor's chip densities are not usable");
	if (img_view_size(image) != img_ifd_flash_size(&ifd))
		return wrong_size(img_view_size(image), img_ifd_flash_size(&ifd),
				  "the chips in its descriptor", err);
	return img_split_by_sizes(img_view_size(image), ifd.component_size, count, out, err);
}

/* --- boards -------------------------------------------------------------------------- */

/* The chips of a board with its image on them, from the low end. */
static enum img_status place_image(const struct img_board *board, struct img_parts *out,
				   struct img_error *err)
{
	struct img_parts parts = { .count = board->chip_count };
	uint64_t at = 0, left;
	size_t i;

	for (i = 0; i < board->chip_count; i++) {
		left = board->rom_size - at;
		name_chip(&parts.part[i], board->chip[i].name, i);
		parts.part[i].chip_size = board->chip[i].size;
		parts.part[i].range = (struct img_range){
			at, left < board->chip[i].size ? left : board->chip[i].size };
		if (!parts.part[i].range.size)
			break;
		at += parts.part[i].range.size;
	}
	left = i ? parts.part[i - 1].chip_size - parts.part[i - 1].range.size : 0;
	if (!i || i < board->chip_count || at != board->rom_size || (left && !board->place_low))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"the chips of board %s do not hold its image of %llu bytes",
				board->id, (ull)board->rom_size);
	*out = parts;
	return IMG_OK;
}

enum img_status img_split_by_board(struct img_view image, const struct img_board *board,
				   struct img_parts *out, struct img_error *err)
{
	struct img_parts parts;
	char by[80];
	enum img_status st = place_image(board, &parts, err);

	if (st != IMG_OK)
		return st;
	snprintf(by, sizeof(by), "board %s", board->id);
	if (img_view_size(image) != board->rom_size)
		return wrong_size(img_view_size(image), board->rom_size, by, err);
	*out = parts;
	return IMG_OK;
}

/* --- regions ------------------------------------------------------------------------- */

_Static_assert((int)IMG_IFD_REGIONS <= (int)IMG_LAYOUT_AREAS, "a layout holds every region");

void img_split_regions(const struct img_ifd *ifd, struct img_layout *out)
{
	unsigned i;

	out->count = 0;
	for (i = 0; i < IMG_IFD_REGIONS; i++)
		if (ifd->region[i].size &&
		    img_layout_add(out, img_ifd_region_name(i), ifd->region[i], NULL) != IMG_OK)
			return;
	img_layout_sort(out);
}

enum img_status img_split_check_layout(uint64_t image_size, const struct img_layout *layout,
				       struct img_error *err)
{
	const struct img_range image = { 0, image_size };
	size_t i;

	for (i = 0; i < layout->count; i++) {
		const struct img_layout_area *area = &layout->area[i];

		if (!img_range_holds(image, area->range))
			return img_fail(err, IMG_E_BOUNDS, area->range.start,
					"region %s (0x%08llx-0x%08llx) is not wholly in the image "
					"of %llu bytes: another image's, or one chip of several",
					area->name, (ull)area->range.start,
					(ull)img_range_end(area->range) - 1, (ull)image_size);
	}
	return IMG_OK;
}

bool img_split_is_whole(uint64_t image_size, const struct img_layout *layout)
{
	uint64_t at = 0;
	size_t i;

	for (i = 0; i < layout->count && layout->area[i].range.start == at; i++)
		at = img_range_end(layout->area[i].range);
	return i == layout->count && at == image_size;
}
