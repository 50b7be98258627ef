/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/synth/structure.h"

#include <string.h>

#include "libimg/core/bytes.h"

struct finder {
	struct img_view image;
	struct structure_field *out;
	size_t count, room;
};

/* A number; beyond the end of the image it is 0. */
static uint32_t number(struct img_view image, uint64_t at, unsigned width, bool big)
{
	uint8_t b[4] = { 0 };

	if (img_view_copy(image, at, b, width, NULL) != IMG_OK)
		return 0;
	if (big)
		return img_get_be32(b) >> 8 * (4 - width);
	return img_get_le32(b);
}

static void add(struct finder *f, uint64_t at, unsigned width, bool big, const char *what,
		unsigned index)
{
	if (f->count < f->room && at <= UINT32_MAX && at + width <= img_view_size(f->image))
		f->out[f->count++] = (struct structure_field){ (uint32_t)at, (uint8_t)width, big,
							       what, index };
}

static void add_words(struct finder *f, uint64_t at, size_t words, bool big, const char *what)
{
	for (size_t i = 0; i < words; i++)
		add(f, at + 4 * i, 4, big, what, (unsigned)i);
}

/* --- the descriptor: its tables are reached by offsets ------------------------------------ */

static void find_descriptor(struct finder *f)
{
	uint64_t s = 0x10;
	uint32_t map0, map1, map2, upper;

	if (number(f->image, s, 4, false) != 0x0ff0a55a)
		s = 0;
	if (number(f->image, s, 4, false) != 0x0ff0a55a)
		return;
	map0 = number(f->image, s + 4, 4, false);
	map1 = number(f->image, s + 8, 4, false);
	map2 = number(f->image, s + 12, 4, false);
	upper = number(f->image, 0xefc, 4, false);
	add_words(f, s, 5, false, "FLMAP");
	add(f, 0xefc, 4, false, "FLUMAP1", 0);
	add_words(f, (map0 & 0xff) << 4, 3, false, "FLCOMP");
	add_words(f, (map0 >> 16 & 0xff) << 4, 16, false, "FLREG");
	add_words(f, (map1 & 0xff) << 4, 6, false, "FLMSTR");
	add_words(f, (map1 >> 16 & 0xff) << 4, map1 >> 24, false, "PCHSTRP");
	add_words(f, (map2 & 0xff) << 4, map2 >> 8 & 0xf, false, "MCHSTRP");
	if (upper != UINT32_MAX)
		add_words(f, (upper & 0xff) << 4, upper >> 8 & 0x1f, false, "VSCC");
}

/* --- what begins with a magic word -------------------------------------------------------- */

struct shape {
	const char *what;
	const char *magic;
	size_t length;			/* of the magic word */
	int32_t from;			/* where its structure begins, from there */
	bool big;
	const char *widths;		/* of the fields from there on; '-' passes over a byte */
	int32_t count_at;		/* number of entries; 0: none */
	unsigned count_width;
	int32_t first;			/* entry */
	const char *entry;		/* widths of its fields */
	unsigned stride;
};

static const struct shape shapes[] = {
	{ "FMAP", "__FMAP__", 8, 0, false, "4411444442", 54, 2, 56, "4442", 42 },
	{ "CBFS", "LARCHIVE", 8, 0, true, "44444444", 0, 0, 0, NULL, 0 },
	{ "master header", "ORBC", 4, 0, true, "4444444", 0, 0, 0, NULL, 0 },
	{ "anchor", "\xadMdtHsh\x15", 8, 0, true, "44------14", 0, 0, 0, NULL, 0 },
	{ "$FPT", "$FPT", 4, 0, false, "4411114222244", 4, 4, 32, "444444444", 32 },
	{ "$CPD", "$CPD", 4, 0, false, "41111144", 4, 1, 16, "4444", 24 },
	{ "$MN2", "$MN2", 4, -28, false, "4444444442222", 0, 0, 0, NULL, 0 },
	{ "$MAN", "$MAN", 4, -28, false, "4444444442222", 0, 0, 0, NULL, 0 },
	{ "$MME", "$MME", 4, 0, false, "444444444444444444444", 0, 0, 0, NULL, 0 },
	{ "LLUT", "LLUT", 4, 0, false, "4411444444444444444", 0, 0, 0, NULL, 0 },
	{ "BPDT", "\xaa\x55\0\0", 4, 0, false, "4211444444444444", 0, 0, 0, NULL, 0 },
	{ "FIT", "_FIT_   ", 8, 0, false, "44111121111", 8, 1, 16, "4421211", 16 },
	{ "payload", "CODE", 4, 0, true, "4444444", 0, 0, 0, NULL, 0 },
	{ "payload", "DATA", 4, 0, true, "4444444", 0, 0, 0, NULL, 0 },
	{ "payload", "BSS ", 4, 0, true, "4444444", 0, 0, 0, NULL, 0 },
	{ "payload", "ENTR", 4, 0, true, "4444444", 0, 0, 0, NULL, 0 },
	{ "volume", "_FVH", 4, -40, false, "--------------------------------4444222211", 0, 0, 0,
	  NULL, 0 },
	{ "FSP", "FSPH", 4, 0, false, "44211444444222", 0, 0, 0, NULL, 0 },
	{ "FSPP", "FSPP", 4, 0, false, "4211444444", 0, 0, 0, NULL, 0 },
	{ "ELF", "\177ELF", 4, 0, false, "411112----4422444444222222", 0, 0, 0, NULL, 0 },
	{ "rmodule", "\xfe\xf8\1", 3, 0, false, "2114444444444", 0, 0, 0, NULL, 0 },
};

enum { SHAPES = sizeof(shapes) / sizeof(shapes[0]), ENTRIES_MAX = 64, PER_SHAPE = 1500 };

static void add_widths(struct finder *f, uint64_t at, const struct shape *s, const char *widths,
		       unsigned index)
{
	for (; *widths; widths++) {
		unsigned width = *widths == '-' ? 1 : (unsigned)(*widths - '0');

		if (*widths != '-')
			add(f, at, width, s->big, s->what, index);
		at += width;
	}
}

/* Attributes follow each other from the place the header names. */
static void add_attributes(struct finder *f, uint64_t file)
{
	uint64_t at = file + number(f->image, file + 16, 4, true);
	uint64_t end = file + number(f->image, file + 20, 4, true);

	while (at > file && at + 8 <= end) {
		uint32_t length = number(f->image, at + 4, 4, true);

		add_words(f, at, 4, true, "attribute");
		if (length < 8 || length > 0x1000)
			break;
		at += length;
	}
}

static void find_shape(struct finder *f, const struct shape *s)
{
	size_t before = f->count;
	uint64_t at = 0;

	for (; f->count - before < PER_SHAPE &&
	       img_view_find(f->image, at, img_view_of(s->magic, s->length), &at); at++) {
		uint64_t start = at + (uint64_t)(int64_t)s->from;
		uint32_t count = s->count_at ? number(f->image, start + (uint64_t)s->count_at,
						      s->count_width, s->big) : 0;

		if (s->from < 0 && at < (uint64_t)-s->from)
			continue;
		add_widths(f, start, s, s->widths, 0);
		for (uint32_t i = 0; i < count && i < ENTRIES_MAX; i++)
			add_widths(f, start + (uint64_t)s->first + i * s->stride, s, s->entry,
				   i + 1);
		if (!strcmp(s->what, "CBFS"))
			add_attributes(f, start);
	}
}

/* A GbE file of its own: both banks, as far as the checksum covers them. */
static void find_gbe(struct finder *f)
{
	size_t size = img_view_size(f->image);

	if (f->count || (size != 0x2000 && size != 0x4000 && size != 0x20000))
		return;
	for (unsigned i = 0; i < 128; i++)
		add(f, i / 64 * (size / 2) + i % 64 * 2, 2, false, "GbE", i);
}

size_t structure_find(struct img_view image, struct structure_field *out, size_t room)
{
	struct finder f = { image, out, 0, room };

	find_descriptor(&f);
	for (size_t i = 0; i < SHAPES; i++)
		find_shape(&f, &shapes[i]);
	find_gbe(&f);
	/* The word that leads to the master header. */
	add(&f, img_view_size(image) - 4, 4, false, "last word", 0);
	return f.count;
}

/* --- changing them ------------------------------------------------------------------------ */

uint32_t structure_get(struct img_view image, const struct structure_field *f)
{
	return number(image, f->at, f->width, f->big);
}

void structure_put(struct img_span image, const struct structure_field *f, uint32_t value)
{
	uint8_t b[4];

	if (f->big)
		img_put_be32(b, value << 8 * (4 - f->width));
	else
		img_put_le32(b, value);
	(void)!img_span_write(image, f->at, img_view_of(b, f->width), NULL);
}

uint64_t structure_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state >> 11;
}

uint32_t structure_other(struct img_view image, const struct structure_field *fields, size_t count,
			 size_t which, uint64_t *state)
{
	static const uint32_t extremes[] = { 0, 1, 0xff, 0xffff, 0x7fff, 0x8000, 0xffffffff,
					     0x7fffffff, 0x80000000, 0xfffffff0, 0x1000000 };
	static const uint32_t steps[] = { 1, 4, 8, 0x10, 0x1c, 0x20, 0x40, 0x100, 0x1000, 0x10000 };
	uint32_t old = structure_get(image, &fields[which]);
	unsigned bits = 8u * fields[which].width;
	uint64_t r = structure_random(state);

	switch (structure_random(state) % 6) {
	case 0: return old ^ 1u << r % bits;
	case 1: return old + steps[r % (sizeof(steps) / sizeof(steps[0]))];
	case 2: return old - steps[r % (sizeof(steps) / sizeof(steps[0]))];
	case 3: return extremes[r % (sizeof(extremes) / sizeof(extremes[0]))];
	case 4: return structure_get(image, &fields[r % count]);
	default: return (uint32_t)r;
	}
}
