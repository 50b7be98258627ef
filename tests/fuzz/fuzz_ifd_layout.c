/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Regions that move: what they hold goes with them, and nothing else is touched or lost. */
#include "libimg/core/bytes.h"
#include "libimg/edit/ifd_edit.h"
#include "libimg/edit/split.h"
#include "tests/fuzz/fuzz.h"

enum { AREAS = 6 };

/* In front of the image: what to allow, then AREAS times index, first block, blocks. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const uint8_t params[][1 + 3 * AREAS] = {
		{ 0, 0, 0, 1, 3, 1, 2, 2, 3, 1, 1, 4, 4 },
		{ 0, 0, 0, 1, 2, 1, 1, 3, 2, 2, 1, 4, 4 },
		{ 0xff, 0, 0, 1, 3, 5, 2, 2, 4, 1, 1, 1, 3 },
		{ 0x40, 0, 0, 1, 2, 3, 1, 1, 4, 4 },
	};
	struct img *small = fuzz_small_image();

	for (size_t i = 0; i < sizeof(params) / sizeof(params[0]); i++) {
		fuzz_add_with(add, ctx, params[i], sizeof(params[i]), img_bytes(small));
		fuzz_add_fixture(add, ctx, params[i], sizeof(params[i]), "good-ifd-6-series");
		fuzz_add_fixture(add, ctx, params[i], sizeof(params[i]), "good-ifd-100-series");
	}
	img_close(small);
}

static void read_layout(struct img_reader *r, struct img_layout *out)
{
	struct img_error err;

	out->count = 0;
	for (unsigned i = 0; i < AREAS; i++) {
		const char *name = img_ifd_region_name(img_read_u8(r) % IMG_IFD_REGIONS);
		uint64_t start = img_read_u8(r), size = img_read_u8(r);
		struct img_range range = { start << 12, size << 12 };

		if (size)
			fuzz_check_error(img_layout_add(out, name, range, &err), &err);
	}
}

/* Every region that is as long as before has the bytes it had. */
static void check_moved(struct img_view before, struct img_view after, unsigned allow)
{
	struct img_ifd old, new;
	struct img_error err;

	fuzz_ok(img_ifd_decode(before, &old, &err), &err);
	fuzz_ok(img_ifd_decode(after, &new, &err), &err);
	fuzz_ok(img_ifd_edit_check(after, allow, &err), &err);
	if (img_view_size(before) <= IMG_IFD_HEAD) {
		fuzz_must(fuzz_same_outside(before, after, new.region_at, 4 * new.region_slots));
		return;
	}
	for (unsigned i = 1; i < IMG_IFD_REGIONS && !allow; i++) {
		struct img_view a, b;
		struct img_range x = old.region[i], y = new.region[i];

		if (!x.size || x.size > y.size ||
		    img_view_slice(before, x.start, x.size, &a, NULL) != IMG_OK ||
		    img_view_slice(after, y.start, x.size, &b, NULL) != IMG_OK)
			continue;
		/* Content stays at the low end, but for bios, which ends where it ended. */
		if (x.size == y.size)
			fuzz_must(img_view_equal(a, b));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), image;
	struct img_reader r = img_reader_of(all, NULL);
	unsigned allow = img_read_u8(&r);
	struct img_layout layout;
	struct img_error err;
	struct img *img;
	enum img_status st;

	read_layout(&r, &layout);
	image = fuzz_rest(all, &r);
	img = fuzz_copy(image);
	if (!img)
		return 0;
	st = img_ifd_move_regions(img_span(img), &layout, allow, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_moved(image, img_bytes(img), allow);
	else
		fuzz_must(img_view_equal(image, img_bytes(img)));
	img_close(img);
	return 0;
}
