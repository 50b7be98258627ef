/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the image of the board it is said to be for? */
#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "libimg/check/table.h"

typedef unsigned long long ull;		/* for printf */

static uint64_t chips_size(const struct img_board *b)
{
	uint64_t sum = 0;

	for (size_t i = 0; i < b->chip_count; i++)
		sum += b->chip[i].size;
	return sum;
}

/* The chip whose share of the image has this size, or NULL. */
static const struct img_board_chip *chip_of_size(const struct img_check_subject *in)
{
	for (size_t i = 0; i < in->board->chip_count; i++)
		if (in->board->chip[i].size == in->size)
			return &in->board->chip[i];
	return NULL;
}

/* What was read from the chips of a board is as large as they are, which may be more. */
bool img_check_board_size(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_board *b = in->board;
	const struct img_board_chip *chip;

	if (!b || !in->size)
		return false;
	chip = b->chip_count > 1 ? chip_of_size(in) : NULL;
	if (in->size == b->rom_size || in->size == chips_size(b) || (in->is_part && chip) ||
	    in->size == b->rom_size + 1)	/* stripped-image says what that is */
		return true;
	if (chip)
		img_check_say(r, IMG_NOWHERE,
			      "%llu bytes long, which is chip %s of board %s alone; its image has "
			      "%llu: join it with the other part", (ull)in->size, chip->name,
			      b->id, (ull)b->rom_size);
	else
		img_check_say(r, in->size < b->rom_size ? in->size : b->rom_size,
			      "%llu bytes long, not the %llu of board %s; it is %s", (ull)in->size,
			      (ull)b->rom_size, b->id,
			      in->size > b->rom_size
				      ? "another board's image, or something was added"
				      : "cut short, or another board's image");
	return true;
}

/* Nothing can be said of a part that does not begin with the descriptor. */
static bool wants_descriptor(const struct img_check_subject *in)
{
	return in->board && in->board->density_count && in->size &&
	       !(in->is_part && in->size != in->board->rom_size);
}

bool img_check_board_descriptor(const struct img_check_subject *in, struct img_check_report *r)
{
	if (!wants_descriptor(in))
		return false;
	if (!in->ifd)
		img_check_say(r, 0,
			      "no readable flash descriptor, which an image of board %s begins "
			      "with", in->board->id);
	return true;
}

/* "8388608 and 4194304" */
static void list_sizes(const uint64_t *sizes, size_t count, char *out, size_t room)
{
	size_t used = 0;

	snprintf(out, room, "unknown");
	for (size_t i = 0; i < count && used < room; i++)
		used += (size_t)snprintf(out + used, room - used, "%s%llu",
					 !i ? "" : i + 1 == count ? " and " : ", ", (ull)sizes[i]);
}

bool img_check_board_densities(const struct img_check_subject *in, struct img_check_report *r)
{
	char found[64], expected[64];
	const struct img_board *b = in->board;
	size_t count, i;

	if (!b || !b->density_count || !in->ifd)
		return false;
	count = img_ifd_usable_components(in->ifd);
	for (i = 0; i < count && i < b->density_count; i++)
		if (in->ifd->component_size[i] != b->density[i])
			break;
	if (count == b->density_count && i == count)
		return true;
	list_sizes(in->ifd->component_size, count, found, sizeof(found));
	list_sizes(b->density, b->density_count, expected, sizeof(expected));
	img_check_say(r, in->ifd->component_at,
		      "the descriptor is for chips of %s bytes, that of board %s for %s: another "
		      "board's image?", found, b->id, expected);
	return true;
}

static struct img_range board_region(const struct img_board *board, const char *name)
{
	for (size_t i = 0; i < board->region_count; i++)
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

/* The first region that is not where the board has it; IMG_IFD_REGIONS: all are. */
static unsigned differing_region(const struct img_ifd *ifd, const struct img_board *board)
{
	unsigned i;

	for (i = 0; i < IMG_IFD_REGIONS; i++) {
		struct img_range want = board_region(board, img_ifd_region_name(i));
		struct img_range have = ifd->region[i];

		if (have.size != want.size || (have.size && have.start != want.start))
			break;
	}
	return i;
}

bool img_check_board_regions(const struct img_check_subject *in, struct img_check_report *r)
{
	char found[40], expected[40];
	const char *name;
	unsigned i;

	if (!in->board || !in->board->region_count || !in->ifd)
		return false;
	i = differing_region(in->ifd, in->board);
	if (i == IMG_IFD_REGIONS)
		return true;
	name = img_ifd_region_name(i);
	describe(in->ifd->region[i], found, sizeof(found));
	describe(board_region(in->board, name), expected, sizeof(expected));
	img_check_say(r, in->ifd->region_at + 4 * i,
		      "region %s is %s, on board %s %s: another board's image?", name, found,
		      in->board->id, expected);
	return true;
}

/* --- identity ----------------------------------------------------------------------------- */

/* Letters and digits alone, small: "ThinkPad X230" and "Thinkpad_x230" are one machine. */
static void fold(const char *text, char out[IMG_COREBOOT_ID_TEXT])
{
	size_t n = 0;

	for (; *text && n < IMG_COREBOOT_ID_TEXT - 1; text++)
		if (isalnum((unsigned char)*text))
			out[n++] = (char)tolower((unsigned char)*text);
	out[n] = 0;
}

static bool same_part(const char *a, const char *b)
{
	char x[IMG_COREBOOT_ID_TEXT], y[IMG_COREBOOT_ID_TEXT];

	fold(a, x);
	fold(b, y);
	return !strcmp(x, y);
}

static bool is_board(const struct img_coreboot_id *id, const struct img_board *b)
{
	if (b->identity[1] && same_part(id->part, b->identity[1]))
		return true;
	for (size_t i = 0; i < b->alias_count; i++)
		if (same_part(id->part, b->alias[i]))
			return true;
	return false;
}

/* coreboot's vendor of what is no machine: QEMU. Such builds stand in for real ones in tests. */
static bool is_emulator(const struct img_coreboot_id *id)
{
	return same_part(id->vendor, "Emulation");
}

bool img_check_emulator(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_board *b = in->board;

	if (!b || !in->has_id || is_board(&in->id, b))
		return false;
	if (is_emulator(&in->id))
		img_check_say(r, in->id.at,
			      "the firmware in it was built for an emulator, %s %s: no %s starts "
			      "with it", in->id.vendor, in->id.part, b->name);
	return true;
}

bool img_check_board_identity(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_board *b = in->board;

	if (!b || !b->identity[1] || !in->has_id || is_emulator(&in->id))
		return false;
	if (!is_board(&in->id, b))
		img_check_say(r, in->id.at,
			      "the image says it is for %s %s, but board %s is %s %s: another "
			      "board's image", in->id.vendor, in->id.part, b->id, b->identity[0],
			      b->identity[1]);
	return true;
}

bool img_check_could_be(const struct img_check_subject *in, const struct img_board *b)
{
	if (!in->has_id || in->size != b->rom_size || !is_board(&in->id, b))
		return false;
	if (!in->ifd || !b->region_count)
		return !in->ifd && !b->region_count;
	return differing_region(in->ifd, b) == IMG_IFD_REGIONS;
}
