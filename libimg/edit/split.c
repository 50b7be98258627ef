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

/* "8388608" or "8388608 and 4194304", for sentences. */
static void list_sizes(const uint64_t *sizes, size_t count, char *out, size_t room)
{
	size_t i, used = 0;

	out[0] = 0;
	for (i = 0; i < count && used < room; i++)
		used += (size_t)snprintf(out + used, room - used, "%s%llu",
					 !i ? "" : i + 1 == count ? " and " : ", ",
					 (ull)sizes[i]);
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

static enum img_status check_densities(const struct img_ifd *ifd, const struct img_board *board,
				       struct img_error *err)
{
	size_t count = img_ifd_usable_components(ifd), i;
	char found[64], expected[64];

	for (i = 0; i < count && i < board->density_count; i++)
		if (ifd->component_size[i] != board->density[i])
			break;
	if (count == board->density_count && i == count)
		return IMG_OK;
	list_sizes(ifd->component_size, count, found, sizeof(found));
	list_sizes(board->density, board->density_count, expected, sizeof(expected));
	return img_fail(err, IMG_E_REFUSED, ifd->component_at,
			"the descriptor is for chips of %s bytes, that of board %s for %s: another "
			"board's image? (board-densities)", *found ? found : "unknown", board->id,
			expected);
}

static struct img_range board_region(const struct img_board *board, const char *name)
{
	size_t i;

	for (i = 0; i < board->region_count; i++)
		if (!strcmp(board->region[i].name, name))
			return board->region[i].range;
	return (struct img_range){ 0, 0 };
}

static void describe(struct img_range r, char *out, size_t room)
{
	if (r.size)
		snprintf(out, room, "at 0x%08llx-0x%08llx", (ull)r.start,
			 (ull)img_range_end(r) - 1);
	else
		snprintf(out, room, "not there");
}

static enum img_status check_regions(const struct img_ifd *ifd, const struct img_board *board,
				     struct img_error *err)
{
	char found[40], expected[40];
	unsigned i;

	for (i = 0; board->region_count && i < IMG_IFD_REGIONS; i++) {
		const char *name = img_ifd_region_name(i);
		struct img_range want = board_region(board, name), have = ifd->region[i];

		if (have.size == want.size && (!have.size || have.start == want.start))
			continue;
		describe(have, found, sizeof(found));
		describe(want, expected, sizeof(expected));
		return img_fail(err, IMG_E_REFUSED, ifd->region_at + 4 * i,
				"region %s is %s, on board %s %s: another board's image? "
				"(board-regions)", name, found, board->id, expected);
	}
	return IMG_OK;
}

enum img_status img_split_check_board(struct img_view image, const struct img_board *board,
				      unsigned allow, struct img_error *err)
{
	enum img_status st;
	struct img_ifd ifd;

	if (!board->density_count)
		return IMG_OK;
	st = img_ifd_decode(image, &ifd, err);
	if (st != IMG_OK)
		return img_fail(err, IMG_E_REFUSED, 0,
				"no readable flash descriptor, which an image of board %s begins "
				"with (board-descriptor)", board->id);
	if (!(allow & IMG_ALLOW_DENSITIES))
		st = check_densities(&ifd, board, err);
	if (st == IMG_OK && !(allow & IMG_ALLOW_REGIONS))
		st = check_regions(&ifd, board, err);
	return st;
}

enum img_status img_split_by_board(struct img_view image, const struct img_board *board,
				   unsigned allow, struct img_parts *out, struct img_error *err)
{
	struct img_parts parts;
	char by[80];
	enum img_status st = place_image(board, &parts, err);

	if (st != IMG_OK)
		return st;
	snprintf(by, sizeof(by), "board %s", board->id);
	if (img_view_size(image) != board->rom_size)
		return wrong_size(img_view_size(image), board->rom_size, by, err);
	st = img_split_check_board(image, board, allow, err);
	if (st == IMG_OK)
		*out = parts;
	return st;
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
