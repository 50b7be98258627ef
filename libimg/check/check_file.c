/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file as a whole: is it an image at all, and all of it? */
#include <string.h>

#include "libimg/check/table.h"

typedef unsigned long long ull;		/* for printf */

/* One zero byte behind whole blocks: no flash chip and no ROM image has such a size. */
static bool has_pad_byte(const struct img_check_subject *in)
{
	uint8_t last;

	if (in->board && in->size == in->board->rom_size + 1)
		return true;
	return in->whole && in->size > 4096 && in->size % 4096 == 1 &&
	       img_view_copy(in->image, in->size - 1, &last, 1, NULL) == IMG_OK && !last;
}

bool img_check_stripped(const struct img_check_subject *in, struct img_check_report *r)
{
	if (in->name && img_check_name_is_marked(in->name))
		img_check_say(r, IMG_NOWHERE, IMG_CHECK_MARKED);
	else if (has_pad_byte(in))
		img_check_say(r, in->size - 1,
			      "one byte longer than %llu: the mark of a release image whose "
			      "vendor files were removed; put them back with rom-inject first",
			      (ull)in->size - 1);
	return in->name || in->whole;
}

bool img_check_blank(const struct img_check_subject *in, struct img_check_report *r)
{
	uint8_t first;

	if (!in->whole || img_view_copy(in->image, 0, &first, 1, NULL) != IMG_OK)
		return false;
	if (img_view_filled(in->image, first))
		img_check_say(r, 0,
			      "every byte is 0x%02x: no image, but a blank chip, a failed read or "
			      "a file for filling up; rom-flash -E erases", first);
	return true;
}

/* --- an image that does not begin where the file does ------------------------------------- */

enum { BLOCK = 4096 };

/* The first block behind the start with a descriptor that can be decoded. */
static bool find_descriptor(const struct img_check_subject *in, uint64_t *at, struct img_ifd *ifd)
{
	struct img_view rest;
	uint64_t mark;

	if (in->ifd || !in->whole)
		return false;
	for (*at = BLOCK; *at + BLOCK <= in->size; *at += BLOCK) {
		if (img_view_slice(in->image, *at, in->size - *at, &rest, NULL) == IMG_OK &&
		    img_ifd_signature(rest, &mark) && img_ifd_decode(rest, ifd, NULL) == IMG_OK)
			return true;
	}
	return false;
}

/* Chip 2 in front of chip 1: what is behind the descriptor is as large as chip 1. */
static bool is_swapped(const struct img_check_subject *in, uint64_t at, const struct img_ifd *ifd)
{
	return img_ifd_usable_components(ifd) == 2 && ifd->component_size[1] == at &&
	       ifd->component_size[0] == in->size - at;
}

bool img_check_parts_swapped(const struct img_check_subject *in, struct img_check_report *r)
{
	struct img_ifd ifd;
	uint64_t at;

	if (!in->whole || in->ifd || !find_descriptor(in, &at, &ifd))
		return false;
	if (is_swapped(in, at, &ifd))
		img_check_say(r, at,
			      "the halves are exchanged: the descriptor, which chip 1 of 2 begins "
			      "with, is here; rom-join puts parts into their order");
	return true;
}

bool img_check_descriptor_moved(const struct img_check_subject *in, struct img_check_report *r)
{
	struct img_ifd ifd;
	uint64_t at, flash;

	if (!find_descriptor(in, &at, &ifd) || is_swapped(in, at, &ifd))
		return false;
	flash = img_ifd_flash_size(&ifd);
	if (flash != in->size && flash != in->size - at && !in->board)
		return false;
	img_check_say(r, at,
		      "the descriptor, which has to be the first 4 KiB of the chip, is here: "
		      "something is in front of the image, or it is at the wrong end");
	return true;
}

bool img_check_odd_size(const struct img_check_subject *in, struct img_check_report *r)
{
	if (!in->whole || in->size <= IMG_IFD_HEAD || has_pad_byte(in) ||
	    (!in->ifd && in->fmap_status == IMG_E_ABSENT))
		return false;
	if (in->size % BLOCK)
		img_check_say(r, in->size,
			      "%llu bytes are not whole blocks of 4 KiB, as every chip has: the "
			      "file was cut short, or something was added", (ull)in->size);
	return true;
}

bool img_check_unknown(const struct img_check_subject *in, struct img_check_report *r)
{
	if (!in->whole || !in->size || in->board)
		return false;
	if (!in->ifd && in->fmap_status == IMG_E_ABSENT && !in->has_cbfs && !in->has_id)
		img_check_say(r, IMG_NOWHERE,
			      "nothing in it is known here (no flash descriptor, FMAP, CBFS or "
			      "coreboot name), so only sizes can be checked");
	return true;
}
