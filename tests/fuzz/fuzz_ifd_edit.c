/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of the descriptor: they change what their names say, or nothing. */
#include "libimg/edit/ifd_edit.h"
#include "tests/fuzz/fuzz.h"

enum { LOCK, UNLOCK, ME_DISABLE, CLOCK, EM100, DENSITY, STRAP, GPR0, ERASE, EDITS, PARAMS = 8 };

struct edit {
	unsigned kind, number;
	uint32_t value;
};

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	struct img *small = fuzz_small_image();

	for (uint8_t kind = 0; kind < EDITS; kind++) {
		const uint8_t params[PARAMS] = { kind, 1, 0, 0, 20, 0, 0, 0 };

		fuzz_add_with(add, ctx, params, PARAMS, img_bytes(small));
		fuzz_add_fixture(add, ctx, params, PARAMS, "good-ifd-ich9");
		fuzz_add_fixture(add, ctx, params, PARAMS, "good-ifd-8-series");
		fuzz_add_fixture(add, ctx, params, PARAMS, "good-ifd-100-series");
		fuzz_add_fixture(add, ctx, params, PARAMS, "good-ifd-600-series");
		fuzz_add_files(add, ctx, params, PARAMS, "ifd", 0x4000);
	}
	img_close(small);
}

static enum img_status apply(const struct edit *e, struct img_span image, struct img_error *err)
{
	const char *region = img_ifd_region_name(e->number % IMG_IFD_REGIONS);
	uint64_t sizes[2] = { (uint64_t)0x80000 << e->value % 9,
			      (uint64_t)0x80000 << e->value / 9 % 9 };

	switch (e->kind) {
	case LOCK: return img_ifd_lock(image, err);
	case UNLOCK: return img_ifd_unlock(image, err);
	case ME_DISABLE: return img_ifd_set_me_disable(image, e->number & 1, err);
	case CLOCK: return img_ifd_set_clock(image, e->value % 110, err);
	case EM100: return img_ifd_set_em100(image, err);
	case DENSITY: return img_ifd_set_density(image, sizes, e->number % 4, err);
	case STRAP: return img_ifd_set_strap(image, e->number, e->value, err);
	case GPR0: return img_ifd_set_gpr0(image, e->number & 1, err);
	default: return img_ifd_erase_region(image, region, err);
	}
}

/* Where the edit may change something. */
static struct img_range promised(const struct edit *e, const struct img_ifd *ifd)
{
	switch (e->kind) {
	case LOCK:
	case UNLOCK:
		return (struct img_range){ ifd->master_at, 4 * ifd->masters };
	case CLOCK:
	case EM100:
		return (struct img_range){ ifd->component_at, 4 };
	case STRAP:
		return (struct img_range){ ifd->strap_at + 4 * e->number, 4 };
	case GPR0:
		return (struct img_range){ ifd->strap_at + 4 * ifd->gpr0.strap, 4 };
	case ERASE:
		return ifd->region[e->number % IMG_IFD_REGIONS];
	default:
		return (struct img_range){ 0, IMG_IFD_SIZE };
	}
}

static void check_result(const struct edit *e, struct img_view before, struct img *img)
{
	struct img_ifd old, new;
	struct img_ifd_changes *changes = malloc(sizeof(*changes));
	struct img *again = fuzz_copy(img_bytes(img));
	struct img_error err;
	struct img_range where;
	enum img_status st;

	fuzz_must(changes);
	fuzz_ok(img_ifd_decode(before, &old, &err), &err);
	where = promised(e, &old);
	fuzz_must(fuzz_same_outside(before, img_bytes(img), where.start, where.size));
	/* A strap or a clock may be what the generation is told by; it stays a descriptor. */
	fuzz_ok(img_ifd_decode(img_bytes(img), &new, &err), &err);
	if (e->kind == ME_DISABLE)
		fuzz_must(new.me_disable.set == (e->number & 1));
	if (e->kind == ERASE)
		fuzz_must(where.size);
	fuzz_ok(apply(e, img_span(again), &err), &err);
	fuzz_must(img_view_equal(img_bytes(again), img_bytes(img)));
	st = img_ifd_compare(before, img_bytes(img), changes, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK && e->kind != ERASE)
		fuzz_must(!changes->count == img_view_equal(before, img_bytes(img)));
	img_close(again);
	free(changes);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), image;
	struct img_reader r = img_reader_of(all, NULL);
	struct edit e;
	struct img_error err;
	struct img *img;
	enum img_status st;

	e.kind = img_read_u8(&r) % EDITS;
	e.number = img_read_u8(&r);
	img_read_skip(&r, 2);
	e.value = img_read_le32(&r);
	image = fuzz_rest(all, &r);
	img = fuzz_copy(image);
	if (!img)
		return 0;
	st = apply(&e, img_span(img), &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_result(&e, image, img);
	else
		fuzz_must(img_view_equal(image, img_bytes(img)));
	fuzz_check_error(img_ifd_edit_check(img_bytes(img), e.value & 0xff, &err), &err);
	img_close(img);
	return 0;
}
