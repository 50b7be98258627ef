/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files added to a CBFS and removed: all the others stay, and the way back leads back. */
#include "libimg/edit/cbfs_edit.h"
#include "libimg/edit/cbfs_extract.h"
#include "libimg/edit/locate.h"
#include "tests/fuzz/fuzz.h"

enum { PARAMS = 8, DATA_MAX = 0x2000 };

static const char *const names[] = { "new", "etc/raw", "bootblock", "fallback/payload", "lzma",
				     "a name of more than sixteen bytes", "", "[x" };

/* In front of the image: name, place, what to do, type, le16 size, le16 where / 4. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const uint8_t params[][PARAMS] = {
		{ 0, 0, 0, 0x50, 0, 1, 0, 0 }, { 0, 1, 0, 0x50, 0, 1, 0, 1 },
		{ 0, 2, 0, 0x61, 0, 1, 0, 0x1c }, { 1, 0, 1, 0, 0, 0, 0, 0 },
		{ 2, 0, 1, 0, 0, 0, 0, 0 }, { 3, 0, 1, 0, 0, 0, 0, 0 },
		{ 5, 0, 2, 0x50, 0, 2, 0, 0 }, { 0, 1, 2, 0x50, 0, 2, 0x40, 0 },
	};
	struct img *small = fuzz_small_image();

	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++)
		fuzz_add_with(add, ctx, params[i], PARAMS, img_bytes(small));
	img_close(small);
}

/* Every file of a but that of one name is in b, at the same place, with the same bytes. */
static void check_others(struct img_view image, struct img_view other, const char *name)
{
	struct img_range range, again;
	struct img_view a, b;
	struct img_cbfs_file f, g;
	struct img_error err;
	uint64_t cursor = 0;

	fuzz_ok(img_locate_cbfs(image, NULL, &range, &err), &err);
	fuzz_ok(img_locate_cbfs(other, NULL, &again, &err), &err);
	fuzz_must(range.start == again.start && range.size == again.size);
	fuzz_must(img_view_slice(image, range.start, range.size, &a, NULL) == IMG_OK);
	fuzz_must(img_view_slice(other, range.start, range.size, &b, NULL) == IMG_OK);
	while (img_cbfs_next(a, &cursor, &f, &err) == IMG_OK) {
		uint64_t there = f.at;

		if (img_cbfs_is_free(&f) || !strcmp(f.name, name))
			continue;
		fuzz_ok(img_cbfs_next(b, &there, &g, &err), &err);
		fuzz_must(f.at == g.at && img_view_equal(f.metadata, g.metadata));
		/* The boot block holds the anchor, which follows the others. */
		if (f.type != IMG_CBFS_BOOTBLOCK)
			fuzz_must(img_view_equal(f.data, g.data));
	}
	fuzz_must(cursor >= img_view_size(a));
}

static void check_range(struct img_view image, struct img_range got, const struct img_cbfs_new *f)
{
	struct img_view v;

	fuzz_must(img_view_slice(image, got.start, got.size, &v, NULL) == IMG_OK);
	fuzz_must(img_view_equal(v, f->data));
	if (f->place == IMG_CBFS_FIXED)
		fuzz_must(got.start == f->where);
	if (f->place == IMG_CBFS_ALIGNED && f->where)
		fuzz_must(got.start % f->where == 0);
}

static void try_add(struct img_view image, const struct img_cbfs_new *f)
{
	struct img *img = fuzz_copy(image);
	struct img_range plan = { 0, 0 }, got = { 0, 0 };
	struct img_error err;
	enum img_status planned, st;

	planned = img_cbfs_plan(image, NULL, f, &plan, &err);
	fuzz_check_error(planned, &err);
	st = img_cbfs_add(img, NULL, f, &got, &err);
	fuzz_check_error(st, &err);
	fuzz_must(st == planned);
	if (st == IMG_OK) {
		fuzz_must(plan.start == got.start && plan.size == got.size);
		check_range(img_bytes(img), got, f);
		check_others(image, img_bytes(img), "");
		fuzz_ok(img_cbfs_remove(img, NULL, f->name, &err), &err);
		check_others(image, img_bytes(img), "");
	} else {
		fuzz_must(img_view_equal(image, img_bytes(img)));
	}
	img_close(img);
}

static void try_remove(struct img_view image, const char *name)
{
	struct img *img = fuzz_copy(image);
	struct img_error err;
	enum img_status st = img_cbfs_remove(img, NULL, name, &err);

	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_others(img_bytes(img), image, name);
	else
		fuzz_must(img_view_equal(image, img_bytes(img)));
	img_close(img);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static uint8_t bytes[DATA_MAX];
	static const enum img_digest_kind sha256 = IMG_SHA256;
	struct img_view all = img_view_of(data, size), image;
	struct img_reader r = img_reader_of(all, NULL);
	const char *name = names[img_read_u8(&r) % (sizeof(names) / sizeof(names[0]))];
	struct img_cbfs_new f = { .name = name, .place = img_read_u8(&r) % 3 };
	unsigned what = img_read_u8(&r) % 3;

	memset(bytes, 'n', sizeof(bytes));
	f.type = img_read_u8(&r);
	f.data = img_view_of(bytes, img_read_le16(&r) % (DATA_MAX + 1));
	f.where = (uint64_t)img_read_le16(&r) * 4;
	f.hash = what == 2 ? &sha256 : NULL;
	image = fuzz_rest(all, &r);
	if (!img_view_size(image))
		return 0;
	if (what == 1)
		try_remove(image, name);
	else
		try_add(image, &f);
	return 0;
}
