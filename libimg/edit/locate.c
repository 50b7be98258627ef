/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/locate.h"

#include "libimg/format/cbfs.h"
#include "libimg/format/fmap.h"
#include "libimg/format/ifd.h"

static const uint64_t four_gib = (uint64_t)1 << 32;
static const uint64_t window = (uint64_t)16 << 20;

enum img_status img_locate_region(struct img_view image, const char *name, struct img_range *out,
				  struct img_error *err)
{
	struct img_range range;
	struct img_ifd ifd;
	enum img_status st;
	unsigned index;

	st = img_ifd_decode(image, &ifd, err);
	if (st != IMG_OK)
		return st;
	if (!img_ifd_region_find(name, &index))
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "no region is called %s", name);
	range = ifd.region[index];
	if (!range.size)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"the descriptor has no %s region", name);
	if (!img_range_holds((struct img_range){ 0, img_view_size(image) }, range))
		return img_fail(err, IMG_E_BOUNDS, range.start,
				"region %s ends at 0x%llx, but the image at 0x%zx: it is cut off, "
				"or one chip of two", name,
				(unsigned long long)img_range_end(range), img_view_size(image));
	if (index && img_range_overlap((struct img_range){ 0, IMG_IFD_SIZE }, range))
		return img_fail(err, IMG_E_CORRUPT, range.start,
				"region %s lies over the descriptor that names it; the descriptor "
				"is damaged", name);
	*out = range;
	return IMG_OK;
}

enum img_status img_locate_cbfs_in(struct img_view image, const struct img_fmap *map,
				   const char *area, struct img_range *out, struct img_error *err)
{
	const char *name = area ? area : IMG_CBFS_PRIMARY;
	const struct img_fmap_area *found = img_fmap_find(map, name);
	struct img_view files;
	enum img_status st;

	if (!found)
		return img_fail(err, IMG_E_ABSENT, map->at, "the FMAP has no area %s", name);
	st = img_view_slice(image, found->range.start, found->range.size, &files, err);
	if (st != IMG_OK)
		return st;
	if (!img_cbfs_begins(files))
		return img_fail(err, IMG_E_ABSENT, found->range.start,
				"FMAP area %s holds no CBFS: it does not begin with LARCHIVE",
				name);
	*out = found->range;
	return IMG_OK;
}

enum img_status img_locate_cbfs(struct img_view image, const char *area, struct img_range *out,
				struct img_error *err)
{
	struct img_fmap map;
	enum img_status st = img_fmap_decode(image, &map, err);

	return st == IMG_OK ? img_locate_cbfs_in(image, &map, area, out, err) : st;
}

enum img_status img_locate_address(uint64_t image_size, uint64_t address, uint64_t *out,
				   struct img_error *err)
{
	uint64_t mapped = image_size < window ? image_size : window;

	if (address >= four_gib || four_gib - address > mapped)
		return img_fail(err, IMG_E_BOUNDS, IMG_NOWHERE,
				"address 0x%llx is not mapped: an image of 0x%llx bytes begins at "
				"0x%llx", (unsigned long long)address,
				(unsigned long long)image_size,
				(unsigned long long)(four_gib - mapped));
	*out = image_size - (four_gib - address);
	return IMG_OK;
}

static bool collide(const struct img_window *a, const struct img_window *b)
{
	return img_range_overlap((struct img_range){ a->flash, a->size },
				 (struct img_range){ b->flash, b->size }) ||
	       img_range_overlap((struct img_range){ a->host, a->size },
				 (struct img_range){ b->host, b->size });
}

enum img_status img_locate_in_windows(const struct img_window *w, size_t count,
				      uint64_t image_size, uint64_t address, uint64_t *out,
				      struct img_error *err)
{
	const struct img_range image = { 0, image_size }, memory = { 0, four_gib };
	const struct img_window *found = NULL;
	size_t i, k;

	for (i = 0; i < count; i++) {
		if (!w[i].size ||
		    !img_range_holds(image, (struct img_range){ w[i].flash, w[i].size }) ||
		    !img_range_holds(memory, (struct img_range){ w[i].host, w[i].size }))
			return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
					"window %zu does not lie in the image of 0x%llx bytes and "
					"below 4 GiB", i + 1, (unsigned long long)image_size);
		for (k = 0; k < i; k++)
			if (collide(&w[i], &w[k]))
				return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
						"windows %zu and %zu overlap", k + 1, i + 1);
		if (address >= w[i].host && address - w[i].host < w[i].size)
			found = &w[i];
	}
	if (!found)
		return img_fail(err, IMG_E_BOUNDS, IMG_NOWHERE,
				"address 0x%llx is in none of the windows",
				(unsigned long long)address);
	*out = found->flash + (address - found->host);
	return IMG_OK;
}

enum img_status img_locate_mapped(uint64_t image_size, uint64_t offset, uint32_t *out,
				  struct img_error *err)
{
	if (offset >= image_size || image_size - offset > window)
		return img_fail(err, IMG_E_BOUNDS, offset,
				"this place has no address: of an image of 0x%llx bytes only the "
				"top 0x%llx are mapped", (unsigned long long)image_size,
				(unsigned long long)window);
	*out = (uint32_t)(four_gib - (image_size - offset));
	return IMG_OK;
}
