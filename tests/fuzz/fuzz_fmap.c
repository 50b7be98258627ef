/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The FMAP and what is looked up by it. */
#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/locate.h"
#include "libimg/format/fmap.h"
#include "tests/fuzz/fuzz.h"

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	struct img *small = fuzz_small_image();
	struct img_view map;

	add(ctx, img_bytes(small));
	fuzz_must(img_view_slice(img_bytes(small), 0x4000, 0x200, &map, NULL) == IMG_OK);
	add(ctx, map);
	img_close(small);
}

static void check_decoded(struct img_view image, const struct img_fmap *map)
{
	struct img_range whole = { 0, img_view_size(image) };

	fuzz_must(map->size <= img_view_size(image) && map->area_count <= IMG_FMAP_AREAS_MAX);
	fuzz_must(img_range_holds(whole, (struct img_range){ map->at, map->table_size }));
	fuzz_must(map->table_size == 56 + 42 * map->area_count);
	for (size_t i = 0; i < map->area_count; i++) {
		const struct img_fmap_area *a = &map->area[i], *found;

		fuzz_must(memchr(a->name, 0, sizeof(a->name)));
		fuzz_must(img_range_holds(whole, a->range));
		found = img_fmap_find(map, a->name);
		fuzz_must(found && found <= a && !strcmp(found->name, a->name));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct img_fmap map;
	struct img_view image = img_view_of(data, size);
	struct img_range whole = { 0, size }, range;
	struct img_cbfs_area area;
	struct img_error err;
	enum img_status st = img_fmap_decode(image, &map, &err);

	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_decoded(image, &map);
	st = img_locate_cbfs(image, NULL, &range, &err);
	fuzz_check_error(st, &err);
	fuzz_must(st != IMG_OK || img_range_holds(whole, range));
	st = img_cbfs_area_find(image, NULL, &area, &err);
	fuzz_check_error(st, &err);
	fuzz_must(st != IMG_OK || img_range_holds(whole, area.range));
	st = img_locate_region(image, "bios", &range, &err);
	fuzz_check_error(st, &err);
	fuzz_must(st != IMG_OK || img_range_holds(whole, range));
	return 0;
}
