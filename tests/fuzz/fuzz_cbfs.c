/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CBFS listed: what is neither a file nor blank is damage, and said to be. */
#include "libimg/core/bytes.h"
#include "libimg/edit/cbfs_anchor.h"
#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/kbc1126_check.h"
#include "libimg/format/cbfs_master.h"
#include "tests/fuzz/fuzz.h"

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	struct img *small = fuzz_small_image();
	struct img_view area;

	add(ctx, img_bytes(small));
	fuzz_must(img_view_slice(img_bytes(small), FUZZ_SMALL_CBFS,
				 FUZZ_SMALL_SIZE - FUZZ_SMALL_CBFS, &area, NULL) == IMG_OK);
	add(ctx, area);
	img_close(small);
	fuzz_add_files(add, ctx, NULL, 0, "cbfs", 0x40000);
}

static void check_file(struct img_view area, const struct img_cbfs_file *f)
{
	uint32_t cursor = 0, steps = 0;
	struct img_view v;

	fuzz_must(f->at % IMG_CBFS_ALIGN == 0 && memchr(f->name, 0, sizeof(f->name)));
	fuzz_must(f->metadata_size <= IMG_CBFS_METADATA_MAX);
	fuzz_must(img_view_size(f->metadata) == f->metadata_size);
	fuzz_must(img_view_size(f->data) == f->data_size);
	fuzz_must(f->at + f->metadata_size + f->data_size <= img_view_size(area));
	while (img_cbfs_attribute(f, IMG_CBFS_ATTR_HASH, &cursor, &v))
		fuzz_must(++steps <= IMG_CBFS_METADATA_MAX / 8 && img_view_size(v) >= 8);
}

/* Is everything from one place to another 0xff? */
static bool blank(struct img_view area, uint64_t from, uint64_t to)
{
	struct img_view v;

	if (to > img_view_size(area))
		to = img_view_size(area);
	if (from >= to)
		return true;
	fuzz_must(img_view_slice(area, from, to - from, &v, NULL) == IMG_OK);
	return img_view_filled(v, 0xff);
}

/* Files and damage cover the area; silence covers only blank flash. */
static void walk(struct img_view area)
{
	struct img_cbfs_file f;
	struct img_error err;
	uint64_t cursor = 0, before, seen = 0;
	enum img_status st;

	for (;;) {
		before = cursor;
		st = img_cbfs_next(area, &cursor, &f, &err);
		fuzz_check_error(st, &err);
		if (st == IMG_E_ABSENT)
			break;
		fuzz_must(st == IMG_OK || st == IMG_E_CORRUPT);
		fuzz_must(cursor > before);
		if (st == IMG_E_CORRUPT) {
			seen = cursor;
			continue;
		}
		fuzz_must(f.at >= before && img_cbfs_end(&f) == cursor);
		fuzz_must(blank(area, seen, f.at));
		check_file(area, &f);
		seen = cursor;
	}
	fuzz_must(blank(area, seen, img_view_size(area)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view image = img_view_of(data, size), files = image;
	struct img_cbfs_master master;
	struct img_cbfs_anchor anchor;
	struct img_anchor_place place;
	struct img_cbfs_area area;
	struct img_cbfs_file file;
	struct img_error err;
	enum img_status st;

	if (img_cbfs_area_find(image, NULL, &area, &err) == IMG_OK)
		fuzz_must(img_view_slice(image, area.range.start, area.range.size, &files,
					 NULL) == IMG_OK);
	walk(files);
	st = img_cbfs_find(files, "fallback/ramstage", &file, &err);
	fuzz_check_error(st, &err);
	fuzz_must(st != IMG_OK || !strcmp(file.name, "fallback/ramstage"));
	st = img_cbfs_anchor_find(image, &anchor, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		fuzz_must(anchor.fmap_hash_at + img_digest_size(anchor.kind) <= size);
	fuzz_check_error(img_cbfs_master_find(image, &master, &err), &err);
	st = img_anchor_locate(image, NULL, NULL, &place, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK && place.present)
		fuzz_must(place.fmap_hash_at + img_digest_size(place.kind) <= size);
	fuzz_check_error(img_kbc1126_check(image, &err), &err);
	return 0;
}
