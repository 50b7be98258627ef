/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/check/maps.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/format/fmap.h"
#include "libimg/format/ifd.h"
#include "tools/flash/check/allow.h"
#include "tools/flash/regions.h"

#define PLACE_TEXT 48

struct entry {
	const char *name;
	struct img_range range;
};

/* What one side has: the chips, or the image. */
struct side {
	bool has_ifd, has_map;
	struct img_ifd ifd;
	struct img_fmap map;
};

struct table {
	size_t count;
	struct entry entry[IMG_FMAP_AREAS_MAX];
};

struct maps {
	struct side chip, image;
	struct table on_chip, in_image;		/* of what is just compared */
};

/* Without a board what is written may be one chip's part, with the map of the whole. */
static void look(struct img_view v, struct side *out)
{
	uint64_t start;

	out->has_ifd = img_ifd_decode(v, &out->ifd, NULL) == IMG_OK;
	out->has_map = img_fmap_decode(v, &out->map, NULL) == IMG_OK ||
		       img_fmap_decode_part(v, &out->map, &start, NULL) == IMG_OK;
}

static void list_regions(const struct side *s, struct table *out)
{
	unsigned i;

	out->count = 0;
	for (i = 0; s->has_ifd && i < IMG_IFD_REGIONS; i++)
		if (s->ifd.region[i].size)
			out->entry[out->count++] = (struct entry){ img_ifd_region_name(i),
								   s->ifd.region[i] };
}

static void list_areas(const struct side *s, struct table *out)
{
	size_t i;

	out->count = 0;
	for (i = 0; s->has_map && i < s->map.area_count; i++)
		out->entry[out->count++] = (struct entry){ s->map.area[i].name,
							   s->map.area[i].range };
}

/* --- what differs --------------------------------------------------------------------- */

static bool is_same(const struct entry *a, const struct entry *b)
{
	return !strcmp(a->name, b->name) && a->range.start == b->range.start &&
	       a->range.size == b->range.size;
}

/* The first entry of one table that the other has not, or elsewhere. */
static const struct entry *first_other(const struct table *of, const struct table *in)
{
	size_t i, k;

	for (i = 0; i < of->count; i++) {
		for (k = 0; k < in->count && !is_same(&of->entry[i], &in->entry[k]); k++)
			;
		if (k == in->count)
			return &of->entry[i];
	}
	return NULL;
}

static const char *place(const struct table *t, const char *name, char text[PLACE_TEXT])
{
	size_t i;

	for (i = 0; i < t->count && strcmp(t->entry[i].name, name); i++)
		;
	if (i == t->count)
		return "nowhere";
	snprintf(text, PLACE_TEXT, "at 0x%08llx-0x%08llx",
		 (unsigned long long)t->entry[i].range.start,
		 (unsigned long long)img_range_end(t->entry[i].range) - 1);
	return text;
}

static enum img_status compare(struct flash *f, const struct maps *m, const char *what,
			       const char *id)
{
	const struct entry *other = first_other(&m->in_image, &m->on_chip);
	char chip[PLACE_TEXT], image[PLACE_TEXT];

	if (!other)
		other = first_other(&m->on_chip, &m->in_image);
	if (!other || flash_allowed(f, id))
		return IMG_OK;
	f->about = f->options.file;
	return img_fail(&f->err, IMG_E_REFUSED, IMG_NOWHERE,
			"%s %s is %s on the chip and %s in the image, so a part of this image has "
			"no place there: write all of it, or --allow=%s (%s)", what, other->name,
			place(&m->on_chip, other->name, chip),
			place(&m->in_image, other->name, image), id, id);
}

/* --- where it matters ----------------------------------------------------------------- */

/* How much of the range is written; regions are sorted, and may lie in one another. */
static uint64_t written(const struct flash *f, struct img_range range)
{
	uint64_t at = range.start, sum = 0;
	size_t i;

	for (i = 0; i < f->regions; i++) {
		const struct img_range r = f->region[i].range;
		const uint64_t start = r.start > at ? r.start : at;
		const uint64_t end = img_range_end(r) < img_range_end(range)
					     ? img_range_end(r) : img_range_end(range);

		if (end <= start)
			continue;
		sum += end - start;
		at = end;
	}
	return sum;
}

static enum img_status check_descriptor(struct flash *f, struct maps *m)
{
	const struct img_range all = { 0, IMG_IFD_SIZE };

	if (written(f, all) == all.size)
		return IMG_OK;
	list_regions(&m->chip, &m->on_chip);
	list_regions(&m->image, &m->in_image);
	return compare(f, m, "region", "descriptor-differs");
}

/* The region that the map lies in, which is the firmware it is about. */
static struct img_range around(const struct flash *f, const struct side *s)
{
	const struct img_range table = { s->map.at, s->map.table_size };
	unsigned i;

	for (i = 0; s->has_ifd && i < IMG_IFD_REGIONS; i++)
		if (s->ifd.region[i].size && img_range_holds(s->ifd.region[i], table))
			return s->ifd.region[i];
	return (struct img_range){ 0, img_size(f->image) };
}

static enum img_status check_fmap(struct flash *f, struct maps *m)
{
	const struct side *s = m->image.has_map ? &m->image : &m->chip;
	struct img_range all;

	if (!s->has_map)
		return IMG_OK;
	all = around(f, s);
	if (written(f, all) == all.size)
		return IMG_OK;
	if (m->image.has_map != m->chip.has_map && !written(f, all))
		return IMG_OK;
	list_areas(&m->chip, &m->on_chip);
	list_areas(&m->image, &m->in_image);
	return compare(f, m, "FMAP area", "fmap-differs");
}

enum img_status flash_maps_check(struct flash *f)
{
	struct maps *m;
	struct img *held;
	enum img_status st;

	if (f->options.operation != FLASH_WRITE || f->options.backups || !f->regions)
		return IMG_OK;
	f->about = NULL;
	st = flash_gather(f, &held);
	if (st != IMG_OK)
		return st;
	m = malloc(sizeof(*m));
	if (m) {
		look(img_bytes(held), &m->chip);
		look(img_bytes(f->image), &m->image);
		st = check_descriptor(f, m);
		if (st == IMG_OK)
			st = check_fmap(f, m);
	} else {
		st = img_fail(&f->err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	free(m);
	img_close(held);
	return st;
}
