/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The descriptor read and checked; what is read is held against the registers themselves. */
#include "libimg/check/check.h"
#include "libimg/edit/split.h"
#include "libimg/format/ifd.h"
#include "tests/fuzz/fuzz.h"

static const char *const fixtures[] = { "good-ifd-ich9", "good-ifd-6-series", "good-ifd-8-series",
					"good-ifd-100-series", "good-ifd-600-series",
					"bad-ifd-overlap", "bad-ifd-amd-dummy", "bad-ifd-no-room",
					"bad-ifd-straps-outside" };

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	struct img *small = fuzz_small_image();

	for (size_t i = 0; i < sizeof(fixtures) / sizeof(fixtures[0]); i++)
		fuzz_add_fixture(add, ctx, NULL, 0, fixtures[i]);
	add(ctx, img_bytes(small));
	img_close(small);
	fuzz_add_files(add, ctx, NULL, 0, "ifd", 0x4000);
}

static void check_regions(const struct img_ifd *ifd)
{
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		uint64_t first = ifd->flreg[i] & 0x7fff, last = ifd->flreg[i] >> 16 & 0x7fff;
		struct img_range r = ifd->region[i];
		unsigned index;

		fuzz_must(img_ifd_region_name(i) && img_ifd_region_title(i));
		fuzz_must(img_ifd_region_find(img_ifd_region_name(i), &index) && index == i);
		if (!r.size)
			continue;
		fuzz_must(i < ifd->region_slots);
		fuzz_must(r.start == first << 12 && img_range_end(r) == (last + 1) << 12);
	}
}

static void check_decoded(const struct img_ifd *ifd)
{
	uint32_t read, write;

	fuzz_must(ifd->version == 1 || ifd->version == 2);
	fuzz_must(ifd->generation < IMG_IFD_GENERATIONS);
	fuzz_must((ifd->generation >= IMG_IFD_UNKNOWN_V2) == (ifd->version == 2));
	fuzz_must(img_ifd_generation_name(ifd->generation));
	fuzz_must(ifd->components >= 1 && ifd->components <= IMG_IFD_COMPONENTS);
	fuzz_must(ifd->masters <= IMG_IFD_MASTERS && ifd->straps <= IMG_IFD_STRAPS);
	fuzz_must(ifd->vscc_count <= ifd->vscc_said && ifd->vscc_count <= IMG_IFD_VSCC);
	fuzz_must(!ifd->me_disable.set || ifd->me_disable.strap < ifd->straps);
	check_regions(ifd);
	img_ifd_internal_access(ifd, &read, &write);
	fuzz_must(!((read | write) >> ifd->region_slots));
	for (unsigned i = 0; i < ifd->masters; i++)
		fuzz_must(img_ifd_master_name(i));
	fuzz_must(img_ifd_usable_components(ifd) <= IMG_IFD_COMPONENTS);
}

struct seen {
	unsigned count[3];
};

static void take(void *ctx, const struct img_finding *f)
{
	struct seen *seen = ctx;

	fuzz_must(f->id && *f->id && f->text[0] && memchr(f->text, 0, sizeof(f->text)));
	seen->count[f->severity]++;
}

/* Used regions that lie over each other, or region 0 somewhere else, are never passed over. */
static bool contradicts(const struct img_ifd *ifd)
{
	if (ifd->region[0].start || !ifd->region[0].size)
		return true;
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++)
		for (unsigned k = 0; k < i; k++)
			if (img_range_overlap(ifd->region[i], ifd->region[k]))
				return true;
	return false;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view image = img_view_of(data, size);
	struct img_ifd ifd;
	struct img_error err;
	struct seen seen = { { 0 } };
	struct img_check_input in = { .image = image, .size = size, .ifd = &ifd };
	struct img_check_result sum;
	struct img_layout layout;
	struct img_parts parts;
	uint64_t at;
	enum img_status st = img_ifd_decode(image, &ifd, &err);

	fuzz_check_error(st, &err);
	fuzz_must(st == IMG_OK || st == IMG_E_ABSENT || st == IMG_E_BOUNDS || st == IMG_E_CORRUPT);
	if (st != IMG_OK)
		return 0;
	fuzz_must(img_ifd_signature(image, &at) && at == ifd.signature_at);
	check_decoded(&ifd);
	sum = img_check_run(&in, take, &seen);
	fuzz_must(sum.errors == seen.count[IMG_ERROR] && sum.notes == seen.count[IMG_NOTE]);
	fuzz_must(sum.errors || !contradicts(&ifd));
	img_split_regions(&ifd, &layout);
	for (size_t i = 1; i < layout.count; i++)
		fuzz_must(layout.area[i - 1].range.start <= layout.area[i].range.start);
	fuzz_check_error(img_split_by_descriptor(image, &parts, &err), &err);
	return 0;
}
