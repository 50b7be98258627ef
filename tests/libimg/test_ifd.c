/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The flash descriptor: good ones field by field, and every way to damage one. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/format/ifd.h"
#include "tests/libimg/fixture.h"

#define MIB ((uint64_t)1 << 20)

static struct img_ifd decode(const char *name)
{
	struct img *img = fixture(name);
	struct img_error err;
	struct img_ifd ifd;

	if (img_ifd_decode(img_bytes(img), &ifd, &err) != IMG_OK)
		fail_msg("%s: %s", name, err.text);
	img_close(img);
	return ifd;
}

static void assert_region(const struct img_ifd *ifd, unsigned i, uint64_t start, uint64_t end)
{
	assert_int_equal(ifd->region[i].size, end - start);
	if (end != start)
		assert_int_equal(ifd->region[i].start, start);
}

static void assert_unused_from(const struct img_ifd *ifd, unsigned i)
{
	for (; i < IMG_IFD_REGIONS; i++)
		assert_int_equal(ifd->region[i].size, 0);
}

static void test_ich9(void **state)
{
	struct img_ifd ifd = decode("good-ifd-ich9");

	(void)state;
	assert_int_equal(ifd.signature_at, 0);
	assert_int_equal(ifd.version, 1);
	assert_int_equal(ifd.generation, IMG_IFD_ICH9);
	assert_int_equal(ifd.components, 1);
	assert_int_equal(ifd.component_size[0], 8 * MIB);
	assert_int_equal(ifd.component_size[1], 0);	/* its field says 8 MiB, NC says no */
	assert_region(&ifd, IMG_IFD_BIOS, 0x3000, 8 * MIB);
	assert_region(&ifd, IMG_IFD_ME, 0, 0);
	assert_region(&ifd, IMG_IFD_GBE, 0x1000, 0x3000);	/* although NR says three */
	assert_int_equal(ifd.masters, 3);
	assert_int_equal(ifd.master[0].write, 0x1f);
	assert_int_equal(ifd.master[2].requester, 0x0218);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_FAST_READ].mhz, 33);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_WRITE].mhz, 20);
	assert_string_equal(ifd.me_disable.name, "MeDisable");
	assert_int_equal(ifd.me_disable.confidence, IMG_IFD_CONFIRMED);
	assert_true(ifd.me_disable.set);
	assert_int_equal(ifd.processor_strap_at, 0x200);
	assert_int_equal(ifd.vscc_count, 1);
	assert_int_equal(ifd.vscc[0].jid, 0x001740ef);
	assert_false(ifd.gpr0.present);
}

static void test_6_series(void **state)
{
	struct img_ifd ifd = decode("good-ifd-6-series");

	(void)state;
	assert_int_equal(ifd.signature_at, 0x10);
	assert_int_equal(ifd.generation, IMG_IFD_6_SERIES);
	assert_int_equal(ifd.density_bits, 3);
	assert_int_equal(ifd.components, 2);
	assert_int_equal(ifd.component_size[0], 8 * MIB);
	assert_int_equal(ifd.component_size[1], 4 * MIB);
	assert_int_equal(img_ifd_flash_size(&ifd), 12 * MIB);
	assert_int_equal(img_ifd_usable_components(&ifd), 2);
	assert_int_equal(ifd.forbidden[0], 0x60);
	assert_int_equal(ifd.partition_boundary, 8 * MIB);
	assert_region(&ifd, IMG_IFD_FD, 0, 0x1000);
	assert_region(&ifd, IMG_IFD_BIOS, 0x180000, 12 * MIB);
	assert_region(&ifd, IMG_IFD_ME, 0x3000, 0x180000);
	assert_region(&ifd, IMG_IFD_GBE, 0x1000, 0x3000);
	assert_unused_from(&ifd, IMG_IFD_PD);
	assert_int_equal(ifd.master[0].read, 0x0b);
	assert_int_equal(ifd.master[0].write, 0x0a);
	assert_int_equal(ifd.master[1].read, 0x0d);
	assert_int_equal(ifd.master[1].write, 0x0c);
	assert_int_equal(ifd.master[2].requester, 0x0118);
	assert_int_equal(ifd.me_disable.strap, 10);
	assert_int_equal(ifd.me_disable.bit, 7);
	assert_false(ifd.me_disable.set);
	assert_true(ifd.fast_read);
	assert_true(ifd.dual_output_fast_read);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_READ].mhz, 20);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_FAST_READ].mhz, 50);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_WRITE].mhz, 33);
	assert_false(ifd.frequency[IMG_IFD_CLOCK_ESPI].present);
	assert_int_equal(ifd.straps, 0x12);
	assert_int_equal(ifd.vscc_count, 2);
}

static void test_8_series(void **state)
{
	struct img_ifd ifd = decode("good-ifd-8-series");

	(void)state;
	assert_int_equal(ifd.version, 1);
	assert_int_equal(ifd.generation, IMG_IFD_8_SERIES);
	assert_int_equal(ifd.density_bits, 4);
	assert_int_equal(ifd.component_size[1], 4 * MIB);	/* ifdtool reads 32 MiB */
	assert_int_equal(ifd.region_slots, 6);
	assert_region(&ifd, 5, 0x21000, 0x23000);
	assert_unused_from(&ifd, 6);
	assert_int_equal(ifd.master[0].read, 0x3f);
	assert_true(ifd.me_disable.set);
}

static void test_100_series(void **state)
{
	struct img_ifd ifd = decode("good-ifd-100-series");
	uint32_t may_read, may_write;

	(void)state;
	assert_int_equal(ifd.version, 2);
	assert_int_equal(ifd.generation, IMG_IFD_100_SERIES);
	assert_int_equal(ifd.components, 1);
	assert_int_equal(ifd.component_size[0], 16 * MIB);
	assert_int_equal(ifd.forbidden[4], 0xb7);
	assert_region(&ifd, IMG_IFD_BIOS, 0x114000, 16 * MIB);
	assert_region(&ifd, IMG_IFD_ME, 0x3000, 0x114000);
	assert_unused_from(&ifd, IMG_IFD_PD);	/* 7fff7fff and ffffffff, too */
	assert_int_equal(ifd.masters, 5);
	assert_int_equal(ifd.master[0].read, 0x00b);
	assert_int_equal(ifd.master[0].write, 0x00a);
	assert_int_equal(ifd.master[4].read, 0x101);
	assert_int_equal(ifd.master[4].write, 0x100);
	img_ifd_internal_access(&ifd, &may_read, &may_write);
	assert_int_equal(may_write, 1 << IMG_IFD_BIOS | 1 << IMG_IFD_GBE);
	assert_string_equal(ifd.me_disable.name, "HAP");
	assert_int_equal(ifd.me_disable.strap, 0);
	assert_int_equal(ifd.me_disable.bit, 16);
	assert_true(ifd.me_disable.set);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_READ].mhz, 17);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_FAST_READ].mhz, 48);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_READ_ID].mhz, 17);
}

static void test_600_series(void **state)
{
	struct img_ifd ifd = decode("good-ifd-600-series");

	(void)state;
	assert_int_equal(ifd.generation, IMG_IFD_600_SERIES);
	assert_int_equal(ifd.me_disable.strap, 31);	/* ifdtool looks at 0 */
	assert_true(ifd.me_disable.set);
	assert_int_equal(ifd.me_disable.confidence, IMG_IFD_CONFIRMED);
	assert_true(ifd.gpr0.present);
	assert_true(ifd.gpr0.write);
	assert_false(ifd.gpr0.read);
	assert_int_equal(ifd.gpr0.range.start, 0x1000);
	assert_int_equal(ifd.gpr0.range.size, 0x4000);
	assert_int_equal(ifd.top_swap_size, 4 * MIB);
	assert_int_equal(ifd.master[0].write, 0xf7ff);
	assert_int_equal(ifd.master[0].read, 0xffff);
	assert_int_equal(ifd.master[1].write, 0x0fff);	/* the low byte extends both */
	assert_int_equal(ifd.master[1].read, 0xffff);
	assert_region(&ifd, 9, 0x4b7000, 0x580000);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_FAST_READ].mhz, 50);
	assert_int_equal(ifd.frequency[IMG_IFD_CLOCK_ESPI].mhz, 60);
	assert_false(ifd.frequency[IMG_IFD_CLOCK_READ].present);
}

/* The names decoders of bad fixtures give, and that nothing is written then. */
static void assert_refused(struct img_view image, enum img_status want)
{
	struct img_ifd ifd, before;
	struct img_error err = { .status = IMG_OK };

	memset(&ifd, 0x5c, sizeof(ifd));
	before = ifd;
	assert_int_equal(img_ifd_decode(image, &ifd, &err), want);
	assert_int_equal(err.status, want);
	assert_true(strlen(err.text) > 20);
	assert_memory_equal(&ifd, &before, sizeof(ifd));
}

static void test_bad(void **state)
{
	static const struct {
		const char *name;
		enum img_status status;
	} bad[] = {
		{ "bad-ifd-overlap", IMG_E_CORRUPT },
		{ "bad-ifd-no-room", IMG_E_CORRUPT },
		{ "bad-ifd-straps-outside", IMG_E_BOUNDS },
		{ "bad-ifd-amd-dummy", IMG_E_ABSENT },
		{ "good-gbe", IMG_E_ABSENT },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct img *img = fixture(bad[i].name);

		assert_refused(img_bytes(img), bad[i].status);
		img_close(img);
	}
}

static const char *const good[] = { "good-ifd-ich9", "good-ifd-6-series", "good-ifd-8-series",
				    "good-ifd-100-series", "good-ifd-600-series" };

static void test_truncated(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct img *img = fixture(good[i]);
		uint64_t at = 0, len;

		assert_true(img_ifd_signature(img_bytes(img), &at));
		for (len = 0; len < IMG_IFD_SIZE; len++) {
			/* A copy of just that size, so that a sanitizer sees one byte more. */
			uint8_t *copy = malloc(len ? (size_t)len : 1);
			struct img_view v = img_view_of(copy, (size_t)len);

			assert_int_equal(img_view_copy(img_bytes(img), 0, copy, (size_t)len, NULL),
					 IMG_OK);
			assert_refused(v, len < at + 4 ? IMG_E_ABSENT : IMG_E_BOUNDS);
			free(copy);
		}
		img_close(img);
	}
}

/* Whatever a byte of the map says, the result is a whole decode or none. */
static void assert_sane(const struct img_ifd *ifd)
{
	assert_true(ifd->version == 1 || ifd->version == 2);
	assert_true(ifd->components == 1 || ifd->components == 2);
	assert_in_range(ifd->region_slots, 5, IMG_IFD_REGIONS);
	assert_in_range(ifd->masters, 3, IMG_IFD_MASTERS);
	assert_true(ifd->generation < IMG_IFD_GENERATIONS);
	assert_true(ifd->straps <= IMG_IFD_STRAPS && ifd->vscc_count <= IMG_IFD_VSCC);
	assert_true(ifd->strap_at + 4 * ifd->straps <= IMG_IFD_SIZE);
	assert_true(ifd->master_at + 4 * ifd->masters <= IMG_IFD_SIZE);
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		assert_true(img_range_end(ifd->region[i]) <= 128 * MIB);
		assert_int_equal(ifd->region[i].size % 4096, 0);
	}
	assert_non_null(img_ifd_generation_name(ifd->generation));
}

static void mutate(struct img_view whole, uint64_t at)
{
	uint8_t bytes[IMG_IFD_SIZE];

	assert_int_equal(img_view_copy(whole, 0, bytes, sizeof(bytes), NULL), IMG_OK);
	for (unsigned value = 0; value < 256; value++) {
		struct img_ifd ifd, before;
		enum img_status st;

		bytes[at] = (uint8_t)value;
		memset(&ifd, 0x5c, sizeof(ifd));
		before = ifd;
		st = img_ifd_decode(img_view_of(bytes, sizeof(bytes)), &ifd, NULL);
		if (st == IMG_OK)
			assert_sane(&ifd);
		else if (memcmp(&ifd, &before, sizeof(ifd)))
			fail_msg("byte 0x%x = 0x%02x: output changed on failure", (unsigned)at,
				 value);
	}
}

static void test_mutated(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		struct img *img = fixture(good[i]);

		for (uint64_t at = 0; at < 0x60; at++)	/* map, component and region sections */
			mutate(img_bytes(img), at);
		for (uint64_t at = 0xefc; at < 0xf00; at++)
			mutate(img_bytes(img), at);
		img_close(img);
	}
}

/* One damaged copy for each field that is trusted: what it then says. */
static struct img_ifd decode_with(const char *name, uint64_t at, uint32_t value)
{
	struct img *img = fixture(name);
	struct img_ifd ifd;
	uint8_t b[4];

	img_put_le32(b, value);
	assert_int_equal(img_span_write(img_span(img), at, img_view_of(b, 4), NULL), IMG_OK);
	assert_int_equal(img_ifd_decode(img_bytes(img), &ifd, NULL), IMG_OK);
	img_close(img);
	return ifd;
}

static void test_fields(void **state)
{
	const char *v1 = "good-ifd-6-series", *v2 = "good-ifd-100-series";
	struct img_ifd ifd;

	(void)state;
	ifd = decode_with(v1, 0x14, 0x02040003);	/* NC 0: one chip */
	assert_int_equal(ifd.components, 1);
	assert_int_equal(img_ifd_flash_size(&ifd), 8 * MIB);
	ifd = decode_with(v1, 0x14, 0x02040303);	/* NC 3 */
	assert_int_equal(ifd.component_count_said, 4);
	assert_int_equal(img_ifd_usable_components(&ifd), 0);
	ifd = decode_with(v1, 0x30, 0x4990003c);	/* second density 7: reserved */
	assert_int_equal(ifd.component_size[1], 0);
	assert_int_equal(img_ifd_usable_components(&ifd), 0);
	ifd = decode_with(v2, 0x30, 0x325c00f8);	/* 8: reserved, 4 bits */
	assert_int_equal(ifd.component_size[0], 0);
	ifd = decode_with(v1, 0x48, 0);			/* me: all zeros */
	assert_int_equal(ifd.region[IMG_IFD_ME].size, 0);
	ifd = decode_with(v1, 0x44, 0x7fff0000);	/* the largest there is */
	assert_int_equal(ifd.region[IMG_IFD_BIOS].size, 128 * MIB);
	ifd = decode_with(v2, 0x40 + 4 * 15, 0x0fff0ff0);
	assert_int_equal(ifd.region[15].start, 0xff0000);
	ifd = decode_with(v1, 0xefc, 0x0000fff8);	/* VTL 255 from 0xf80 on */
	assert_int_equal(ifd.vscc_said, 127);
	assert_int_equal(ifd.vscc_count, 16);
	ifd = decode_with(v2, 0x18, 0x42100608);	/* NM 6 */
	assert_int_equal(ifd.generation, IMG_IFD_C620);
	assert_int_equal(ifd.masters, 6);
}

/* Every row of flashrom's table: FLMAP1, FLMAP2, FLUMAP1 and who that is. */
static void test_generations(void **state)
{
	static const struct {
		const char *name;
		uint32_t flmap1, flmap2, flumap1;
		enum img_ifd_generation want;
	} rows[] = {
		{ "good-ifd-6-series", 0x02100206, 0x00000020, 0xdf, IMG_IFD_ICH8 },
		{ "good-ifd-6-series", 0x02100206, 0x00000120, 0xdf, IMG_IFD_ICH9 },
		{ "good-ifd-6-series", 0x03100206, 0x00000120, 0xdf, IMG_IFD_ICH10 },
		{ "good-ifd-6-series", 0x10100206, 0x00000120, 0xdf, IMG_IFD_5_SERIES },
		{ "good-ifd-6-series", 0x12100206, 0x00000120, 0xdf, IMG_IFD_5_SERIES },
		{ "good-ifd-6-series", 0x0b100206, 0x00210020, 0xdf, IMG_IFD_BAY_TRAIL },
		{ "good-ifd-6-series", 0x12100206, 0x00210120, 0xdf, IMG_IFD_6_SERIES },
		{ "good-ifd-6-series", 0x15100206, 0x00210120, 0xdf, IMG_IFD_8_SERIES },
		{ "good-ifd-6-series", 0x20100206, 0x00210220, 0xdf, IMG_IFD_8_SERIES },
		{ "good-ifd-6-series", 0x12100206, 0x00310120, 0xdf, IMG_IFD_UNKNOWN_V1 },
		{ "good-ifd-100-series", 0x13100208, 0, 0xdf, IMG_IFD_APOLLO_LAKE },
		{ "good-ifd-100-series", 0x17100208, 0, 0xdf, IMG_IFD_GEMINI_LAKE },
		{ "good-ifd-100-series", 0x18100208, 0, 0xdf, IMG_IFD_GEMINI_LAKE },
		{ "good-ifd-100-series", 0x50100208, 0x00000040, 0xdf, IMG_IFD_C740 },
		{ "good-ifd-100-series", 0x46100608, 0x00340040, 0xdf, IMG_IFD_C620 },
		{ "good-ifd-100-series", 0x45100208, 0x00340030, 0xc00000df, IMG_IFD_300_SERIES },
		{ "good-ifd-100-series", 0x46100208, 0x001101a0, 0xc00000df, IMG_IFD_500_SERIES },
		{ "good-ifd-100-series", 0x46100208, 0x00110170, 0xc00000df, IMG_IFD_600_SERIES },
		{ "good-ifd-100-series", 0x46100208, 0x00140170, 0xc00000df, IMG_IFD_600_SERIES },
		{ "good-ifd-100-series", 0x38100208, 0x00030160, 0xc00000df, IMG_IFD_ELKHART_LAKE },
		{ "good-ifd-100-series", 0x2a100208, 0x000301b0, 0xc00000df, IMG_IFD_JASPER_LAKE },
		{ "good-ifd-100-series", 0x46100208, 0x000301c0, 0xc00000df, IMG_IFD_METEOR_LAKE },
		{ "good-ifd-100-series", 0x46100208, 0x000301e0, 0xc00000df, IMG_IFD_METEOR_LAKE },
		{ "good-ifd-100-series", 0x46100208, 0x00030180, 0xc00000df, IMG_IFD_PANTHER_LAKE },
		{ "good-ifd-100-series", 0x46100208, 0x00550180, 0xc00000df, IMG_IFD_UNKNOWN_V2 },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct img *img = fixture(rows[i].name);
		struct img_error err;
		struct img_ifd ifd;
		uint8_t map[8], upper[4];

		img_put_le32(map, rows[i].flmap1);
		img_put_le32(map + 4, rows[i].flmap2);
		img_put_le32(upper, rows[i].flumap1);
		assert_int_equal(img_span_write(img_span(img), 0x18, img_view_of(map, 8), NULL), 0);
		assert_int_equal(img_span_write(img_span(img), 0xefc, img_view_of(upper, 4), NULL),
				 0);
		if (img_ifd_decode(img_bytes(img), &ifd, &err) != IMG_OK)
			fail_msg("row %zu: %s", i, err.text);
		if (ifd.generation != rows[i].want)
			fail_msg("row %zu is %s, not %s", i,
				 img_ifd_generation_name(ifd.generation),
				 img_ifd_generation_name(rows[i].want));
		img_close(img);
	}
}

static void test_names(void **state)
{
	unsigned index = 99;

	(void)state;
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		assert_true(img_ifd_region_find(img_ifd_region_name(i), &index));
		assert_int_equal(index, i);
	}
	assert_false(img_ifd_region_find("ME", &index));
	assert_false(img_ifd_region_find("", &index));
	assert_int_equal(img_ifd_clock_mhz(IMG_IFD_600_SERIES, IMG_IFD_CLOCK_WRITE, 0), 100);
	assert_int_equal(img_ifd_clock_mhz(IMG_IFD_100_SERIES, IMG_IFD_CLOCK_WRITE, 0), 0);
	assert_int_equal(img_ifd_clock_mhz(IMG_IFD_100_SERIES, IMG_IFD_CLOCK_WRITE, 99), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_ich9),	   cmocka_unit_test(test_6_series),
		cmocka_unit_test(test_8_series),   cmocka_unit_test(test_100_series),
		cmocka_unit_test(test_600_series), cmocka_unit_test(test_bad),
		cmocka_unit_test(test_truncated),  cmocka_unit_test(test_mutated),
		cmocka_unit_test(test_fields),	   cmocka_unit_test(test_generations),
		cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
