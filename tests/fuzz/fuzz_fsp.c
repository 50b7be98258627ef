/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FSP components found and moved, PE and TE images moved: nothing outside of them changes. */
#include "libimg/format/fsp.h"
#include "libimg/format/pe.h"
#include "tests/fuzz/fuzz.h"
#include "tests/synth/fsp.h"

enum { FSP, PE, TE };

/* In front: what it is. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const uint8_t kinds[] = { FSP, PE, TE };
	struct img_error err;
	struct img *fsp;
	uint64_t at;

	for (unsigned k = IMG_FSP_ONE; k <= IMG_FSP_S; k++) {
		fuzz_ok(synth_fsp(k, "fsp", 0x8000, &fsp, &err), &err);
		fuzz_add_with(add, ctx, &kinds[0], 1, img_bytes(fsp));
		for (unsigned i = 1; i < 3; i++) {
			struct img_view v = img_bytes(fsp);

			fuzz_must(img_view_find(v, 0, img_view_of(i == 1 ? "MZ" : "VZ", 2), &at));
			fuzz_must(img_view_slice(v, at, 0x800, &v, NULL) == IMG_OK);
			fuzz_add_with(add, ctx, &kinds[i], 1, v);
		}
		img_close(fsp);
	}
}

static void walk(struct img_view file)
{
	struct img_range whole = { 0, img_view_size(file) };
	uint64_t cursor = 0, before;
	struct img_error err;
	struct img_fsp fsp;
	enum img_status st;

	do {
		before = cursor;
		st = img_fsp_next(file, &cursor, &fsp, &err);
		fuzz_check_error(st, &err);
		if (st == IMG_OK) {
			fuzz_must(cursor > before && fsp.range.size);
			fuzz_must(img_range_holds(whole, fsp.range));
			fuzz_must(memchr(fsp.id, 0, sizeof(fsp.id)));
		}
	} while (st == IMG_OK);
	fuzz_check_error(img_fsp_find(file, IMG_FSP_M, &fsp, &err), &err);
}

/* Moved there and back it is what it was. */
static void move(unsigned kind, struct img *img, uint32_t address)
{
	struct img *first = NULL;
	struct img_error err;
	enum img_status st;

	if (kind == PE)
		st = img_pe_relocate(img_span(img), address, &err);
	else if (kind == TE)
		st = img_te_relocate(img_span(img), address, &err);
	else
		st = img_fsp_relocate(img_span(img), address, &err);
	fuzz_check_error(st, &err);
	if (st != IMG_OK || kind == PE)
		return;
	first = fuzz_copy(img_bytes(img));
	/* Moving to where it is already changes nothing. */
	st = kind == TE ? img_te_relocate(img_span(img), address, &err)
			: img_fsp_relocate(img_span(img), address, &err);
	if (st == IMG_OK)
		fuzz_must(img_view_equal(img_bytes(first), img_bytes(img)));
	img_close(first);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), rest;
	struct img_reader r = img_reader_of(all, NULL);
	unsigned kind = img_read_u8(&r) % 3;
	struct img *img;

	rest = fuzz_rest(all, &r);
	img = fuzz_copy(rest);
	if (!img)
		return 0;
	if (kind == FSP)
		walk(rest);
	move(kind, img, 0xffe00000);
	img_close(img);
	return 0;
}
