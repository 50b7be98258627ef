/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The FIT, and how it is kept right. */
#include "libimg/core/bytes.h"
#include "libimg/edit/cbfs_fit.h"
#include "tests/fuzz/fuzz.h"

enum { SIZE = 0x1000, TABLE = 0x400, UPDATE = 0x100 };

static void put(struct img *img, uint64_t at, uint32_t value)
{
	uint8_t b[4];

	img_put_le32(b, value);
	fuzz_must(img_span_write(img_span(img), at, img_view_of(b, 4), NULL) == IMG_OK);
}

/* A small image with a table of two entries and one update of microcode. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	struct img *img;

	fuzz_must(img_new(SIZE, 0, &img, NULL) == IMG_OK);
	put(img, SIZE - IMG_FIT_POINTER, (uint32_t)(0 - (SIZE - TABLE)));
	fuzz_must(img_span_write(img_span(img), TABLE,
				 img_view_of("_FIT_   \3\0\0\0\0\1\0\0", 16), NULL) == IMG_OK);
	put(img, TABLE + 16, (uint32_t)(0 - (SIZE - UPDATE)));
	put(img, TABLE + 16 + 12, 0x00010100);
	put(img, TABLE + 32 + 12, 0x007f0100);
	put(img, UPDATE, 1);
	put(img, UPDATE + 16, (uint32_t)(0 - 2 - 48 - 512));
	put(img, UPDATE + 20, 1);
	put(img, UPDATE + 28, 48);
	put(img, UPDATE + 32, 512);
	add(ctx, img_bytes(img));
	img_close(img);
}

static void check_decoded(struct img_view image, const struct img_fit *fit)
{
	struct img_range table = { fit->at, (fit->count + 1) * IMG_FIT_ENTRY };
	uint64_t where;

	fuzz_must(fit->count < IMG_FIT_ENTRIES_MAX);
	fuzz_must(img_range_holds((struct img_range){ 0, img_view_size(image) }, table));
	for (size_t i = 0; i < fit->count; i++)
		if (img_fit_look(image, &fit->entry[i], &where) != IMG_FIT_OUTSIDE)
			fuzz_must(where < img_view_size(image));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_range all = { 0, size }, half = { size / 2, size - size / 2 };
	struct img *img = fuzz_copy(img_view_of(data, size));
	struct img_fit fit, again;
	struct img_error err;
	unsigned cursor = 0;
	enum img_status st;

	if (!img)
		return 0;
	while ((st = img_fit_next(img_bytes(img), &cursor, &fit, &err)) != IMG_E_ABSENT) {
		fuzz_check_error(st, &err);
		if (st == IMG_OK)
			check_decoded(img_bytes(img), &fit);
	}
	fuzz_check_error(st, &err);
	(void)img_fit_missing(img_bytes(img), all);
	if (img_fit_decode(img_bytes(img), 0, &fit, NULL) == IMG_OK && fit.sum_ok) {
		img_fit_forget(img, half);
		st = img_fit_decode(img_bytes(img), 0, &again, NULL);
		/* The pointer may be in the table itself. */
		fuzz_must(st != IMG_OK || again.at != fit.at || again.count != fit.count ||
			  again.sum_ok || fit.at + 16 * (fit.count + 1) > size - IMG_FIT_POINTER);
		img_fit_announce(img, half);
	}
	img_close(img);
	return 0;
}
