/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file as a whole: is it an image at all, and all of it? */
#include <string.h>

#include "libimg/check/table.h"

typedef unsigned long long ull;		/* for printf */

/* All prefixes that releases have had so far begin like this. */
#define MARK "DO_NOT_FLASH_YET"

bool img_check_name_is_marked(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strncmp(slash ? slash + 1 : path, MARK, strlen(MARK));
}

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
		img_check_say(r, IMG_NOWHERE,
			      "the name says that the vendor files were removed for release; put "
			      "them back with rom-inject first");
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
