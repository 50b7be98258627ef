/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The digests of a manifest, each against the digest of the bytes put together by hand. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/image.h"
#include "libimg/format/ifd.h"
#include "tools/common/image_hashes.h"

static struct img_digest digest(struct img_view v)
{
	struct img_digest d;

	assert_int_equal(img_digest(IMG_SHA512, v, &d, NULL), IMG_OK);
	return d;
}

/* As the file of a part is: the range of the image, masked where asked, then 0xff. */
static struct img_digest by_hand(struct img_view image, struct img_range range, uint64_t size,
				 struct img_range gbe)
{
	struct img_view bytes;
	struct img_digest d;
	struct img *whole, *file;

	assert_int_equal(img_copy(image, &whole, NULL), IMG_OK);
	if (gbe.size)
		assert_int_equal(img_span_fill(img_span(whole), gbe.start, gbe.size, 0xff, NULL),
				 IMG_OK);
	assert_int_equal(img_new(size, 0xff, &file, NULL), IMG_OK);
	assert_int_equal(img_view_slice(img_bytes(whole), range.start, range.size, &bytes, NULL),
			 IMG_OK);
	assert_int_equal(img_span_write(img_span(file), 0, bytes, NULL), IMG_OK);
	d = digest(img_bytes(file));
	img_close(whole);
	img_close(file);
	return d;
}

static void check(struct img_view image, struct image_part_hashes *part, size_t count)
{
	const struct img_range none = { 0, 0 }, all = { 0, img_view_size(image) };
	struct img_ifd ifd = { 0 };
	struct img_range gbe;
	struct image_hashes h;
	struct img_digest want;
	size_t i, spread;

	gbe = img_ifd_decode(image, &ifd, NULL) == IMG_OK ? ifd.region[IMG_IFD_GBE] : none;
	for (spread = 0; spread < 2; spread++) {
		assert_int_equal(image_hashes_take(image, spread, part, count, &h, NULL), IMG_OK);
		want = digest(image);
		assert_true(img_digest_equal(&h.sha512, &want));
		assert_int_equal(h.has_gbe_masked, gbe.size != 0);
		want = by_hand(image, all, all.size, gbe);
		assert_true(!gbe.size || img_digest_equal(&h.gbe_masked, &want));
		for (i = 0; i < count; i++) {
			const bool holds = gbe.size && img_range_holds(part[i].range, gbe);

			want = by_hand(image, part[i].range, part[i].size, none);
			assert_true(img_digest_equal(&part[i].sha512, &want));
			assert_int_equal(part[i].has_gbe_masked, holds);
			want = by_hand(image, part[i].range, part[i].size, gbe);
			assert_true(!holds || img_digest_equal(&part[i].gbe_masked, &want));
		}
	}
}

/* 16 KiB with a descriptor as of a ThinkPad, GbE at 0x1000-0x2fff, and bytes that all differ. */
static void make(uint8_t *bytes, size_t size, bool gbe)
{
	static const uint8_t head[] = { 0x5a, 0xa5, 0xf0, 0x0f, 3, 0, 4, 0, 6, 2, 0x10, 0x12,
					0x20, 1, 0, 0 };
	const uint32_t region[] = { 0x00000000, 0x00030003, 0x00001fff,
				    gbe ? 0x00020001 : 0x00001fff, 0x00001fff };
	size_t i;

	for (i = 0; i < size; i++)
		bytes[i] = (uint8_t)(i * 7 + i / 251);
	memset(bytes, 0xff, 4096);
	memcpy(bytes + 16, head, sizeof(head));
	for (i = 0; i < 20; i++)
		bytes[0x40 + i] = (uint8_t)(region[i / 4] >> 8 * (i % 4));
}

static void test_parts(void **state)
{
	struct image_part_hashes chips[] = { { .range = { 0, 0x3000 }, .size = 0x3000 },
					     { .range = { 0x3000, 0x1000 }, .size = 0x1000 } };
	struct image_part_hashes larger[] = { { .range = { 0, 0x4000 }, .size = 0x6000 } };
	struct image_part_hashes cut[] = { { .range = { 0, 0x2000 }, .size = 0x2000 },
					   { .range = { 0x2000, 0x2000 }, .size = 0x2100 } };
	struct image_part_hashes behind[] = { { .range = { 0, 0x1000 }, .size = 0x1000 },
					      { .range = { 0x1000, 0x3000 }, .size = 0x3000 } };
	struct image_part_hashes odd[] = { { .range = { 0x1000, 0x2000 }, .size = 0x2000 },
					   { .range = { 0, 0x4000 }, .size = 0x4000 } };
	uint8_t bytes[0x4000] = { 0 };
	struct img_view v = img_view_of(bytes, sizeof(bytes));
	size_t gbe;

	(void)state;
	for (gbe = 0; gbe < 2; gbe++) {
		make(bytes, sizeof(bytes), gbe);
		check(v, NULL, 0);
		check(v, chips, 2);
		check(v, larger, 1);
		check(v, cut, 2);
		check(v, behind, 2);
		check(v, odd, 2);
	}
	memset(bytes, 0, 4096);		/* no descriptor */
	check(v, chips, 2);
}

static void test_refused(void **state)
{
	struct image_part_hashes outside = { .range = { 0x3000, 0x2000 }, .size = 0x2000 };
	struct image_part_hashes cramped = { .range = { 0, 0x2000 }, .size = 0x1000 };
	uint8_t bytes[0x4000] = { 0 };
	struct img_view v = img_view_of(bytes, sizeof(bytes));
	struct image_hashes h;

	(void)state;
	make(bytes, sizeof(bytes), true);
	assert_int_equal(image_hashes_take(v, true, &outside, 1, &h, NULL), IMG_E_BOUNDS);
	assert_int_equal(image_hashes_take(v, false, &cramped, 1, &h, NULL), IMG_E_USAGE);
}

/* The first part of an image alone says the same of itself. */
static void test_alone(void **state)
{
	struct image_part_hashes chips[] = { { .range = { 0, 0x3000 }, .size = 0x3000 } };
	uint8_t bytes[0x4000] = { 0 };
	struct image_hashes h;
	struct img_digest d;

	(void)state;
	make(bytes, sizeof(bytes), true);
	assert_int_equal(image_hashes_take(img_view_of(bytes, sizeof(bytes)), false, chips, 1, &h,
					   NULL), IMG_OK);
	assert_true(image_hashes_gbe_masked(img_view_of(bytes, 0x3000), &d));
	assert_true(img_digest_equal(&d, &chips[0].gbe_masked));
	assert_true(image_hashes_gbe_masked(img_view_of(bytes, 0x4000), &d));
	assert_true(img_digest_equal(&d, &h.gbe_masked));
	assert_false(image_hashes_gbe_masked(img_view_of(bytes, 0x2000), &d));
	assert_false(image_hashes_gbe_masked(img_view_of(bytes + 0x1000, 0x2000), &d));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_parts), cmocka_unit_test(test_refused),
		cmocka_unit_test(test_alone),
	};

	return cmocka_run_group_tests_name("image_hashes", tests, NULL, NULL);
}
