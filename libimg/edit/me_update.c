/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An ME 7 update image made a region. */
#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/me_clean.h"

enum {
	PARTITION = 0x76000,		/* FTPR of ME 7, whatever follows in the file */
	FIRST_PLACE = 0x400,
	LAST_PLACE = 0x1000000 - PARTITION,	/* chunks have offsets of 24 bits */
	HEADERS_AT = 0x290,
	HEADER = 0x60,
	MODULES_MAX = 256,
};

/*
 * Code for the ROM, then the table of partitions: one entry, version 0x20, flash life 7 cycles,
 * limit 100, 32 MiB of memory, and FTPR (its offset at 0x38), used by start and end tokens 1.
 * The checksum at 0x1b makes the sum 0.
 */
static const uint8_t head[] = {
	0x20, 0x20, 0x80, 0x0f, 0x40, 0x00, 0x00, 0x10, 0, 0, 0, 0, 0, 0, 0, 0,
	'$', 'F', 'P', 'T', 1, 0, 0, 0, 0x20, 0x10, 0x30, 0xed, 7, 0, 100, 0,
	32, 0, 0, 0, 0x00, 0xfc, 0xff, 0xff, 0, 0, 0, 0, 0, 0, 0, 0,
	'F', 'T', 'P', 'R', 0xff, 0xff, 0xff, 0xff, 0, 0, 0, 0, 0x00, 0x60, 0x07, 0,
	1, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0x80, 0x27, 0, 0,
};

static uint32_t word_at(struct img_view v, uint64_t at)
{
	uint8_t b[4] = { 0 };

	return img_view_copy(v, at, b, sizeof(b), NULL) == IMG_OK ? img_get_le32(b) : 0;
}

/* The LLUT says where it was linked to be; where it is in the file tells the partition's place. */
static enum img_status find_place(struct img_view update, uint64_t *place, struct img_error *err)
{
	uint32_t modules = word_at(update, 0x20);
	struct img_view mark;

	for (uint32_t i = 0; i < modules && i < MODULES_MAX; i++) {
		uint64_t header = HEADERS_AT + (uint64_t)i * HEADER, llut, at;

		if ((word_at(update, header + 0x50) >> 4 & 7) != 1)
			continue;
		llut = word_at(update, header + 0x38);
		if (img_view_slice(update, llut, 4, &mark, NULL) != IMG_OK ||
		    !img_view_equal(mark, img_view_of("LLUT", 4)))
			break;
		at = (uint64_t)word_at(update, llut + 0xc) +
		     (word_at(update, llut + 8) >> 8 & 0xffff) - 0x40;
		if (at < llut + FIRST_PLACE || at - llut > LAST_PLACE)
			break;
		*place = at - llut;
		return IMG_OK;
	}
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			"where in a region this update image belongs cannot be told: its table of "
			"chunks (LLUT) is missing or wrong");
}

bool img_me_is_update(struct img_view file)
{
	return img_view_has(file, 0x1c, img_view_of("$MN2", 4));
}

static enum img_status check_update(struct img_view update, struct img_error *err)
{
	unsigned major = word_at(update, 0x24) & 0xffff;

	if (!img_me_is_update(update))
		return img_fail(err, IMG_E_ABSENT, img_view_origin(update) + 0x1c,
				"no ME update image: there is no manifest ($MN2) here");
	if (major != 7)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(update) + 0x24,
				"this update image is of ME %u; a region is made of ME 7 only",
				major);
	if (img_view_size(update) < PARTITION)
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(update) + img_view_size(update),
				"an update image of ME 7 has 0x%x bytes or more, this one 0x%zx; "
				"it is cut off", PARTITION, img_view_size(update));
	return IMG_OK;
}

enum img_status img_me_from_update(struct img_view update, struct img **out,
				   struct img_error *err)
{
	enum img_status st = check_update(update, err);
	struct img_view partition;
	struct img *img = NULL;
	uint64_t place = 0;
	uint8_t offset[4];

	if (st == IMG_OK)
		st = find_place(update, &place, err);
	if (st == IMG_OK)
		st = img_view_slice(update, 0, PARTITION, &partition, err);
	if (st == IMG_OK)
		st = img_new(place + PARTITION, 0xff, &img, err);
	if (st != IMG_OK)
		return st;
	img_put_le32(offset, (uint32_t)place);
	st = img_span_write(img_span(img), 0, img_view_of(head, sizeof(head)), err);
	if (st == IMG_OK)
		st = img_span_write(img_span(img), 0x38, img_view_of(offset, 4), err);
	if (st == IMG_OK)
		st = img_span_write(img_span(img), place, partition, err);
	if (st == IMG_OK)
		*out = img;
	else
		img_close(img);
	return st;
}
