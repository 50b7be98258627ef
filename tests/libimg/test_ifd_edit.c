/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Edits of the flash descriptor: exactly the registers meant, as ifdtool where it is right. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/ifd_edit.h"
#include "tests/libimg/fixture.h"

#define MIB ((uint64_t)1 << 20)

static uint8_t *bytes_of(struct img *img)
{
	return img_span_bytes(img_span(img));
}

static uint32_t word(const struct img *img, uint64_t at)
{
	uint8_t b[4];

	assert_int_equal(img_view_copy(img_bytes(img), at, b, sizeof(b), NULL), IMG_OK);
	return img_get_le32(b);
}

static void put(struct img *img, uint64_t at, uint32_t value)
{
	img_put_le32(bytes_of(img) + at, value);
}

/* --- the edits of one descriptor -------------------------------------------------------- */

enum edit_kind {
	UNLOCK, LOCK, ME_ON, ME_OFF, EM100, CLOCK_20, CLOCK_33, DENSITY_1, DENSITY_2, STRAP,
	GPR0_OFF, GPR0_ON, ERASE, EDIT_KINDS
};

static enum img_status edit(struct img *img, enum edit_kind kind, struct img_error *err)
{
	static const uint64_t sizes[2] = { 16 * MIB, 2 * MIB };
	struct img_span s = img_span(img);

	switch (kind) {
	case UNLOCK:
		return img_ifd_unlock(s, err);
	case LOCK:
		return img_ifd_lock(s, err);
	case ME_ON:
	case ME_OFF:
		return img_ifd_set_me_disable(s, kind == ME_ON, err);
	case EM100:
		return img_ifd_set_em100(s, err);
	case CLOCK_20:
	case CLOCK_33:
		return img_ifd_set_clock(s, kind == CLOCK_20 ? 20 : 33, err);
	case DENSITY_1:
	case DENSITY_2:
		return img_ifd_set_density(s, sizes, kind == DENSITY_1 ? 1 : 2, err);
	case STRAP:
		return img_ifd_set_strap(s, 1, 0x12345678, err);
	case GPR0_OFF:
	case GPR0_ON:
		return img_ifd_set_gpr0(s, kind == GPR0_ON, err);
	default:
		return img_ifd_erase_region(s, "gbe", err);
	}
}

struct want {
	uint32_t at, before, after;
	const char *name;
};

/* After the edit these words, all of them and no others, are different. */
static void assert_edit(const char *name, enum edit_kind kind, const struct want *want,
			size_t count)
{
	struct img *img = fixture(name), *old;
	struct img_ifd_changes changes;
	struct img_error err;

	assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
	if (edit(img, kind, &err) != IMG_OK)
		fail_msg("%s: %s", name, err.text);
	assert_int_equal(img_ifd_compare(img_bytes(old), img_bytes(img), &changes, NULL), IMG_OK);
	assert_int_equal(changes.count, count);
	for (size_t i = 0; i < count; i++) {
		assert_int_equal(changes.change[i].at, want[i].at);
		assert_int_equal(changes.change[i].before, want[i].before);
		assert_int_equal(changes.change[i].after, want[i].after);
		assert_string_equal(changes.change[i].name, want[i].name);
		put(img, want[i].at, want[i].before);
	}
	assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
	img_close(old);
	img_close(img);
}

#define ASSERT_EDIT(name, kind, ...) \
	do { \
		static const struct want want_[] = { __VA_ARGS__ }; \
		assert_edit(name, kind, want_, sizeof(want_) / sizeof(want_[0])); \
	} while (0)

/* Refused, and not a byte is different. */
static void assert_refused(struct img *img, enum edit_kind kind, enum img_status status,
			   const char *words)
{
	struct img_error err;
	struct img *old;

	assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
	assert_int_equal(edit(img, kind, &err), status);
	if (!strstr(err.text, words))
		fail_msg("%s", err.text);
	assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
	img_close(old);
}

static void test_access(void **state)
{
	(void)state;
	ASSERT_EDIT("good-ifd-6-series", UNLOCK, { 0x60, 0x0a0b0000, 0xffff0000, "FLMSTR1" },
		    { 0x64, 0x0c0d0000, 0xffff0000, "FLMSTR2" });
	/* It is locked already. */
	assert_edit("good-ifd-6-series", LOCK, NULL, 0);
	ASSERT_EDIT("good-ifd-ich9", LOCK, { 0x60, 0x1f1f0000, 0x0a0b0000, "FLMSTR1" },
		    { 0x64, 0x00000000, 0x0c0d0000, "FLMSTR2" },
		    { 0x68, 0x08080218, 0x08080118, "FLMSTR3" });
	ASSERT_EDIT("good-ifd-ich9", UNLOCK, { 0x60, 0x1f1f0000, 0xffff0000, "FLMSTR1" },
		    { 0x64, 0x00000000, 0xffff0000, "FLMSTR2" });
	ASSERT_EDIT("good-ifd-100-series", UNLOCK, { 0x80, 0x00a00b00, 0xffffff00, "FLMSTR1" },
		    { 0x84, 0x00400d00, 0xffffff00, "FLMSTR2" },
		    { 0x88, 0x00800900, 0xffffff00, "FLMSTR3" },
		    { 0x90, 0x10010100, 0xffffff00, "FLMSTR5" });
	ASSERT_EDIT("good-ifd-100-series", LOCK, { 0x90, 0x10010100, 0, "FLMSTR5" });
	ASSERT_EDIT("good-ifd-600-series", UNLOCK, { 0x80, 0x7fffffff, 0xffffffff, "FLMSTR1" },
		    { 0x84, 0xffffff0f, 0xffffffff, "FLMSTR2" });
	ASSERT_EDIT("good-ifd-600-series", LOCK, { 0x80, 0x7fffffff, 0x00220300, "FLMSTR1" },
		    { 0x84, 0xffffff0f, 0x00400500, "FLMSTR2" },
		    { 0x88, 0xffffffff, 0, "FLMSTR3" },
		    { 0x90, 0xffffffff, 0, "FLMSTR5" });
}

/* What is not about permissions in the registers stays. */
static void test_access_keeps(void **state)
{
	struct img *img = fixture("good-ifd-6-series");

	(void)state;
	put(img, 0x60, 0x0a0b1234);
	put(img, 0x68, 0x08080218);
	assert_int_equal(img_ifd_unlock(img_span(img), NULL), IMG_OK);
	assert_int_equal(word(img, 0x60), 0xffff1234);
	assert_int_equal(word(img, 0x68), 0x08080218);
	assert_int_equal(img_ifd_lock(img_span(img), NULL), IMG_OK);
	assert_int_equal(word(img, 0x60), 0x0a0b1234);
	img_close(img);
	img = fixture("good-ifd-100-series");
	put(img, 0x80, 0x00a00b5a);
	assert_int_equal(img_ifd_unlock(img_span(img), NULL), IMG_OK);
	assert_int_equal(word(img, 0x80), 0xffffff5a);
	assert_int_equal(img_ifd_lock(img_span(img), NULL), IMG_OK);
	assert_int_equal(word(img, 0x80), 0x00a00b5a);
	img_close(img);
}

static void test_me_disable(void **state)
{
	struct img *img = fixture("good-ifd-ich9");

	(void)state;
	ASSERT_EDIT("good-ifd-6-series", ME_ON, { 0x128, 0, 0x80, "PCHSTRP10" });
	assert_edit("good-ifd-6-series", ME_OFF, NULL, 0);
	ASSERT_EDIT("good-ifd-8-series", ME_OFF, { 0x128, 0x80, 0, "PCHSTRP10" });
	ASSERT_EDIT("good-ifd-ich9", ME_OFF, { 0x100, 1, 0, "ICHSTRP0" },
		    { 0x200, 0x81, 0, "MCHSTRP0" });
	ASSERT_EDIT("good-ifd-100-series", ME_OFF, { 0x100, 0x00510000, 0x00500000, "PCHSTRP0" });
	/* ifdtool would write PCHSTRP0 here. */
	ASSERT_EDIT("good-ifd-600-series", ME_OFF, { 0x17c, 0x00010030, 0x30, "PCHSTRP31" });
	put(img, 0xc, 0x00000020);	/* MSL 0: one of the places is not there */
	assert_refused(img, ME_ON, IMG_E_UNSUPPORTED, "no processor straps");
	img_close(img);
	img = fixture("good-ifd-600-series");
	put(img, 0x1c, 0x00030180 | 0x40);	/* CSSL, CSSO of Meteor Lake */
	assert_refused(img, ME_ON, IMG_E_UNSUPPORTED, "Meteor Lake, is not known");
	img_close(img);
}

static void test_clocks(void **state)
{
	struct img *img = fixture("good-ifd-600-series");

	(void)state;
	ASSERT_EDIT("good-ifd-6-series", EM100, { 0x30, 0x4990001c, 0x0010001c, "FLCOMP" });
	ASSERT_EDIT("good-ifd-6-series", CLOCK_20, { 0x30, 0x4990001c, 0x4010001c, "FLCOMP" });
	ASSERT_EDIT("good-ifd-6-series", CLOCK_33, { 0x30, 0x4990001c, 0x4930001c, "FLCOMP" });
	ASSERT_EDIT("good-ifd-100-series", EM100, { 0x30, 0x325c00f5, 0x36dc00f5, "FLCOMP" });
	ASSERT_EDIT("good-ifd-600-series", CLOCK_33, { 0x30, 0x093030f5, 0x1b7030f5, "FLCOMP" });
	assert_refused(img, CLOCK_20, IMG_E_UNSUPPORTED, "it has 100, 50, 33, 25, 14");
	img_close(img);
	img = fixture("good-ifd-600-series");
	put(img, 0x1c, 0x00030160);	/* Elkhart Lake */
	assert_refused(img, EM100, IMG_E_UNSUPPORTED, "Elkhart Lake");
	assert_int_equal(img_ifd_set_clock(img_span(img), 20, NULL), IMG_OK);
	assert_int_equal(word(img, 0x30), 0x2db030f5);
	put(img, 0x1c, 0x00770160);	/* nobody's */
	assert_refused(img, CLOCK_33, IMG_E_UNSUPPORTED, "cannot be told");
	img_close(img);
}

static void test_density(void **state)
{
	static const uint64_t odd[3] = { 3 * MIB, 32 * MIB, 8 * MIB };
	struct img *img = fixture("good-ifd-6-series");

	(void)state;
	ASSERT_EDIT("good-ifd-6-series", DENSITY_1, { 0x14, 0x02040103, 0x02040003, "FLMAP0" },
		    { 0x30, 0x4990001c, 0x49900005, "FLCOMP" });
	ASSERT_EDIT("good-ifd-6-series", DENSITY_2, { 0x30, 0x4990001c, 0x49900015, "FLCOMP" });
	/* The wide field, where ifdtool has the narrow one. */
	ASSERT_EDIT("good-ifd-8-series", DENSITY_2, { 0x30, 0x49900034, 0x49900025, "FLCOMP" });
	ASSERT_EDIT("good-ifd-8-series", DENSITY_1, { 0x14, 0x05040103, 0x05040003, "FLMAP0" },
		    { 0x30, 0x49900034, 0x499000f5, "FLCOMP" });
	/* One chip stays one: the other's field, which nobody reads, is left alone. */
	ASSERT_EDIT("good-ifd-ich9", DENSITY_1, { 0x10, 0x00300024, 0x00300025, "FLCOMP" });
	assert_int_equal(img_ifd_set_density(img_span(img), odd, 1, NULL), IMG_E_UNSUPPORTED);
	assert_int_equal(img_ifd_set_density(img_span(img), odd + 1, 1, NULL), IMG_E_UNSUPPORTED);
	assert_int_equal(img_ifd_set_density(img_span(img), odd, 0, NULL), IMG_E_USAGE);
	assert_int_equal(img_ifd_set_density(img_span(img), odd, 3, NULL), IMG_E_USAGE);
	assert_int_equal(word(img, 0x30), 0x4990001c);
	img_close(img);
	img = fixture("good-ifd-8-series");
	assert_int_equal(img_ifd_set_density(img_span(img), odd + 1, 1, NULL), IMG_OK);
	img_close(img);
}

static void test_straps(void **state)
{
	struct img *img = fixture("good-ifd-6-series");

	(void)state;
	ASSERT_EDIT("good-ifd-6-series", STRAP, { 0x104, 0, 0x12345678, "PCHSTRP1" });
	assert_int_equal(img_ifd_set_strap(img_span(img), 17, 1, NULL), IMG_OK);
	assert_int_equal(img_ifd_set_strap(img_span(img), 18, 1, NULL), IMG_E_BOUNDS);
	assert_int_equal(img_ifd_set_strap(img_span(img), UINT32_MAX, 1, NULL), IMG_E_BOUNDS);
	assert_refused(img, GPR0_OFF, IMG_E_UNSUPPORTED, "no global protected range 0");
	assert_refused(img, ERASE, IMG_E_BOUNDS, "region gbe");	/* a descriptor on its own */
	assert_int_equal(img_ifd_erase_region(img_span(img), "fd", NULL), IMG_E_UNSUPPORTED);
	assert_int_equal(img_ifd_erase_region(img_span(img), "pd", NULL), IMG_E_ABSENT);
	assert_int_equal(img_ifd_erase_region(img_span(img), "abc", NULL), IMG_E_ABSENT);
	img_close(img);
}

/* --- GPR0: an ME region as from ME 15 on ------------------------------------------------ */

enum { ME_AT = 0x1000, DATA = 0x2000, FITC = 0x1000, FITC_SIZE = 0x1234 };

static struct img *image_with_fitc(uint32_t entries)
{
	struct img *fd = fixture("good-ifd-600-series"), *img;

	assert_int_equal(img_new(0x4b7000, 0xff, &img, NULL), IMG_OK);
	memcpy(bytes_of(img), bytes_of(fd), IMG_IFD_SIZE);
	put(img, ME_AT + 0x10, 0x48);
	put(img, ME_AT + 0x18, DATA);
	put(img, ME_AT + 0x1c, 0x4b6000 - DATA);
	memcpy(bytes_of(img) + ME_AT + DATA, "$FPT", 4);
	put(img, ME_AT + DATA + 4, entries);
	memcpy(bytes_of(img) + ME_AT + DATA + 32, "MFS\0", 4);
	memcpy(bytes_of(img) + ME_AT + DATA + 64, "FITC", 4);
	put(img, ME_AT + DATA + 64 + 8, FITC);
	put(img, ME_AT + DATA + 64 + 12, FITC_SIZE);
	img_close(fd);
	return img;
}

static void test_gpr0(void **state)
{
	struct img *img = image_with_fitc(2);

	(void)state;
	ASSERT_EDIT("good-ifd-600-series", GPR0_OFF, { 0x154, 0x80040001, 0, "PCHSTRP21" });
	assert_int_equal(img_ifd_set_gpr0(img_span(img), true, NULL), IMG_OK);
	/* 0x1000 to 0x1000 + 0x2000 + 0x1000 + 0x1234 - 1 */
	assert_int_equal(word(img, 0x154), 0x80050001);
	img_close(img);
	img = image_with_fitc(1);
	assert_refused(img, GPR0_ON, IMG_E_ABSENT, "no partition FITC");
	put(img, ME_AT + DATA + 4, 0xffffffff);
	assert_refused(img, GPR0_ON, IMG_E_CORRUPT, "4294967295 partitions");
	put(img, ME_AT + DATA + 4, 2);
	put(img, ME_AT + DATA + 64 + 12, 0x4b6000 - DATA - FITC + 1);
	assert_refused(img, GPR0_ON, IMG_E_BOUNDS, "FITC ends at 0x4b6001");
	put(img, ME_AT + DATA + 64 + 8, 0xfffff000);
	assert_refused(img, GPR0_ON, IMG_E_BOUNDS, "FITC ends");
	put(img, ME_AT + DATA + 64 + 8, FITC);
	put(img, ME_AT + DATA + 64 + 12, 0);
	assert_refused(img, GPR0_ON, IMG_E_ABSENT, "no partition FITC");
	put(img, ME_AT + 0x18, 0x4b5ff8);
	assert_refused(img, GPR0_ON, IMG_E_ABSENT, "$FPT");
	memcpy(bytes_of(img) + ME_AT + 0x4b5ff8, "$FPT\2\0\0\0", 8);
	assert_refused(img, GPR0_ON, IMG_E_BOUNDS, "");
	img_close(img);
}

/* --- hostile ---------------------------------------------------------------------------- */

static uint32_t next(uint32_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 17;
	*x ^= *x << 5;
	return *x;
}

static void damage(uint8_t *d, uint32_t seed)
{
	static const uint8_t extremes[] = { 0, 1, 0x7f, 0x80, 0xff };
	uint32_t x = seed * 2654435761u + 1;
	unsigned n = 1 + next(&x) % 6;

	while (n--) {
		uint32_t at = next(&x) % 8 ? next(&x) % 0x220 : 0xee0 + next(&x) % 0x20;

		d[at] = next(&x) % 2 ? (uint8_t)next(&x) : extremes[next(&x) % sizeof(extremes)];
	}
}

/* However a descriptor is damaged: done and told apart by registers, or not touched. */
static void test_mutants(void **state)
{
	static const char *const names[] = { "good-ifd-ich9", "good-ifd-6-series",
		"good-ifd-8-series", "good-ifd-100-series", "good-ifd-600-series",
		"bad-ifd-overlap", "bad-ifd-straps-outside" };
	unsigned done = 0, refused = 0;

	(void)state;
	for (uint32_t seed = 0; seed < 14000; seed++) {
		struct img *img = fixture(names[seed % 7]), *old;
		struct img_ifd_changes changes;
		struct img_error err;

		damage(bytes_of(img), seed);
		for (unsigned kind = 0; kind < EDIT_KINDS; kind++) {
			assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
			if (edit(old, kind, &err) == IMG_OK) {
				assert_int_equal(img_ifd_compare(img_bytes(img), img_bytes(old),
								 &changes, &err), IMG_OK);
				done++;
			} else {
				assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
				assert_true(err.text[0] != 0);
				refused++;
			}
			img_close(old);
		}
		img_close(img);
	}
	assert_true(done > 10000 && refused > 10000);
}

static void test_truncated(void **state)
{
	struct img *img = fixture("good-ifd-600-series");

	(void)state;
	for (size_t size = 0; size < IMG_IFD_SIZE; size += size < 0x200 ? 1 : 37) {
		uint8_t *part = malloc(size ? size : 1);

		memcpy(part, bytes_of(img), size);
		assert_int_not_equal(img_ifd_unlock(img_span_of(part, size), NULL), IMG_OK);
		assert_int_not_equal(img_ifd_set_gpr0(img_span_of(part, size), false, NULL),
				     IMG_OK);
		assert_int_not_equal(img_ifd_edit_check(img_view_of(part, size), 0, NULL), IMG_OK);
		free(part);
	}
	img_close(img);
}

static void test_check(void **state)
{
	struct img *img = fixture("good-ifd-6-series");
	struct img_error err;

	(void)state;
	assert_int_equal(img_ifd_edit_check(img_bytes(img), 0, NULL), IMG_OK);
	put(img, 0x48, 0x01800003);	/* me ends in bios */
	assert_int_equal(img_ifd_edit_check(img_bytes(img), 0, &err), IMG_E_REFUSED);
	assert_non_null(strstr(err.text, "(region-overlap)"));
	assert_int_equal(img_ifd_edit_check(img_bytes(img), img_ifd_edit_allow("region-overlap"),
					    &err), IMG_OK);
	put(img, 0x48, 0x017f0003);
	put(img, 0x50, 0);
	assert_int_equal(img_ifd_edit_check(img_bytes(img), 0, &err), IMG_E_REFUSED);
	assert_non_null(strstr(err.text, "(region-zero)"));
	put(img, 0x50, 0x0fff0c00);
	assert_int_equal(img_ifd_edit_check(img_bytes(img), 0, NULL), IMG_OK);	/* pd may */
	put(img, 0x44, 0x0fff0180);
	assert_int_equal(img_ifd_edit_check(img_bytes(img), IMG_IFD_ALLOW_REGION_OVERLAP, &err),
			 IMG_E_REFUSED);
	assert_non_null(strstr(err.text, "(region-outside)"));
	assert_int_equal(img_ifd_edit_allow("masters-version"), 0);
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_access),	   cmocka_unit_test(test_access_keeps),
		cmocka_unit_test(test_me_disable), cmocka_unit_test(test_clocks),
		cmocka_unit_test(test_density),	   cmocka_unit_test(test_straps),
		cmocka_unit_test(test_gpr0),	   cmocka_unit_test(test_mutants),
		cmocka_unit_test(test_truncated),  cmocka_unit_test(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
