/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/holds.h"

#include <stdio.h>
#include <string.h>

enum { VECTOR = 16 };

/*
 * At the reset vector there is a jump: near and backwards (E9), far into the top segment (EA),
 * short (EB), after a byte or two of others at most, as in "90 90 E9" or "0F 09 E9"; firmware of
 * the UEFI kind first moves "AP" into DI.
 */
static bool is_jump(const uint8_t *b)
{
	static const uint8_t uefi[] = { 0xbf, 0x50, 0x41, 0xeb };
	unsigned i;

	if (!memcmp(b, uefi, sizeof(uefi)))
		return true;
	for (i = 0; i < 4; i++) {
		if (b[i] == 0xe9 && b[i + 2] & 0x80)
			return true;
		if (b[i] == 0xea && b[i + 4] == 0xf0)
			return true;
		if (b[i] == 0xeb)
			return true;
		if (b[i] != 0x90 && b[i] != 0x0f && b[i] != 0x09 && b[i] != 0xfa && b[i] != 0x66)
			return false;
	}
	return false;
}

static bool starts(struct img_view tail)
{
	const size_t size = img_view_size(tail);
	uint8_t b[VECTOR];

	return size >= VECTOR && img_view_copy(tail, size - VECTOR, b, VECTOR, NULL) == IMG_OK &&
	       is_jump(b);
}

enum img_role img_role_of(struct img_view head, struct img_view tail)
{
	struct img_ifd ifd;
	const bool first = img_ifd_decode(head, &ifd, NULL) == IMG_OK;

	if (starts(tail))
		return first ? IMG_ROLE_WHOLE : IMG_ROLE_LAST;
	return first ? IMG_ROLE_FIRST : IMG_ROLE_UNKNOWN;
}

static bool has(struct img_view bytes, const char *magic)
{
	uint64_t at;

	return img_view_find(bytes, 0, img_view_of(magic, strlen(magic)), &at);
}

void img_holds_find(struct img_view bytes, struct img_holds *out)
{
	struct img_ifd ifd;
	uint8_t first = 0xff;

	*out = (struct img_holds){ 0 };
	out->blank = img_view_copy(bytes, 0, &first, 1, NULL) == IMG_OK &&
		     img_view_filled(bytes, first);
	if (out->blank)
		return;
	out->descriptor = img_ifd_decode(bytes, &ifd, NULL) == IMG_OK;
	if (out->descriptor) {
		out->generation = ifd.generation;
		out->flash_size = img_ifd_flash_size(&ifd);
	}
	out->fmap = has(bytes, "__FMAP__");
	out->cbfs = has(bytes, "LARCHIVE");
	out->volume = has(bytes, "_FVH");
	out->me = has(bytes, "$FPT");
	out->start = starts(bytes);
}

void img_holds_text(const struct img_holds *h, char out[IMG_HOLDS_TEXT])
{
	const struct { bool there; const char *text; } parts[] = {
		{ h->me, "ME" }, { h->fmap, "FMAP" }, { h->cbfs, "CBFS" },
		{ h->volume, "UEFI volumes" }, { h->start, "start code at its end" },
	};
	size_t used = 0, i;

	if (h->blank) {
		snprintf(out, IMG_HOLDS_TEXT, "one byte repeated");
		return;
	}
	out[0] = 0;
	if (h->descriptor)
		used = (size_t)snprintf(out, IMG_HOLDS_TEXT,
					"flash descriptor of %s for %llu bytes",
					img_ifd_generation_name(h->generation),
					(unsigned long long)h->flash_size);
	for (i = 0; i < sizeof(parts) / sizeof(parts[0]) && used < IMG_HOLDS_TEXT; i++)
		if (parts[i].there)
			used += (size_t)snprintf(out + used, IMG_HOLDS_TEXT - used, "%s%s",
						 used ? ", " : "", parts[i].text);
	if (!used)
		snprintf(out, IMG_HOLDS_TEXT, "nothing that is recognised");
}
