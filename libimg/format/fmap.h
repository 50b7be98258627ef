/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FMAP: the map of a coreboot image. Little endian throughout.
 *
 *	 0   8  signature "__FMAP__"
 *	 8   1  major version, 1
 *	 9   1  minor version, 1 (0 is accepted)
 *	10   8  base: where the image is in memory (x86: 4 GiB - size)
 *	18   4  size of the image
 *	22  32  name, NUL-terminated, printable without spaces
 *	54   2  number of areas
 *	56  42  each area: u32 offset in the image, u32 size, name[32], u16 flags
 *	        (1 static, 2 compressed, 4 read-only, 8 preserve)
 *
 * Source: the FMAP specification at github.com/dhendrix/flashmap and the behaviour of
 * coreboot's cbfstool.
 */
#ifndef IMG_FORMAT_FMAP_H
#define IMG_FORMAT_FMAP_H

#include "libimg/core/range.h"
#include "libimg/core/view.h"

#define IMG_FMAP_NAME 32		/* bytes of a name field, NUL included */
#define IMG_FMAP_AREAS_MAX 256		/* real maps have 5 to 60 */

struct img_fmap_area {
	char name[IMG_FMAP_NAME];
	struct img_range range;		/* offset in the image */
	uint16_t flags;
};

struct img_fmap {
	uint64_t at;			/* where the map itself lies in the image */
	uint64_t table_size;		/* header and areas, in bytes */
	uint64_t base;
	uint64_t size;
	char name[IMG_FMAP_NAME];
	size_t area_count;
	struct img_fmap_area area[IMG_FMAP_AREAS_MAX];
};

/*
 * Finds the first valid map and decodes it; *out is written only on IMG_OK.
 * IMG_E_ABSENT: no valid map. IMG_E_BOUNDS: the map describes a larger image than this, or
 * an area leaves it (a truncated file, or one chip of two). IMG_E_CORRUPT: an area without a
 * readable name. IMG_E_UNSUPPORTED: over IMG_FMAP_AREAS_MAX areas.
 */
enum img_status img_fmap_decode(struct img_view image, struct img_fmap *out,
				struct img_error *err) IMG_CHECKED;

/* The same, for whom no map begins before from. */
enum img_status img_fmap_decode_from(struct img_view image, uint64_t from, struct img_fmap *out,
				     struct img_error *err) IMG_CHECKED;

/*
 * The same of one chip's part of an image: the map is of the whole of it. *start is where in the
 * image the part begins, by the map's own area FMAP; out->at is an offset in the part, as found.
 * IMG_E_ABSENT, IMG_E_CORRUPT and IMG_E_UNSUPPORTED as above; IMG_E_ABSENT also: the map has no
 * such area. IMG_E_BOUNDS: an area leaves the image, or the part does.
 */
enum img_status img_fmap_decode_part(struct img_view part, struct img_fmap *out, uint64_t *start,
				     struct img_error *err) IMG_CHECKED;

/*
 * Writes the table over span, which must hold it: map->at, table_size and name ends are not
 * looked at, everything else becomes bytes. IMG_E_USAGE: over IMG_FMAP_AREAS_MAX areas.
 * IMG_E_BOUNDS: span is too small; nothing is written then. An image is only found to have
 * this map when no area leaves map->size and names are printable without spaces.
 */
enum img_status img_fmap_encode(const struct img_fmap *map, struct img_span span,
				struct img_error *err) IMG_CHECKED;

/* Areas lie in one another. */
struct img_fmap_node {
	const struct img_fmap_area *area;	/* borrowed from the map */
	unsigned depth;				/* 0: in no other */
};

/*
 * All areas, map->area_count of them, in the order of a tree: by address, each before what lies
 * in it. Of areas of the same range the one that comes first in the map holds the others.
 */
void img_fmap_tree(const struct img_fmap *map, struct img_fmap_node out[IMG_FMAP_AREAS_MAX]);

/* The area of that name, or NULL. Names are case-sensitive. Borrowed from map. */
const struct img_fmap_area *img_fmap_find(const struct img_fmap *map, const char *name);

#endif
