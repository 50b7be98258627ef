/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each check of the descriptor: the image that fails it, and the right one beside it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/check/check.h"
#include "libimg/core/bytes.h"
#include "tests/libimg/fixture.h"

#define MIB ((uint64_t)1 << 20)

struct seen {
	char ids[512];			/* " ID ID " in order */
	struct img_finding last;
};

static void see(void *ctx, const struct img_finding *finding)
{
	struct seen *seen = ctx;

	strcat(seen->ids, finding->id);
	strcat(seen->ids, " ");
	seen->last = *finding;
	assert_true(strlen(finding->text) > 20);
	assert_null(strchr(finding->text, '\n'));
}

/* A fixture with one register changed (at 0: none), as part of an image of size bytes. */
static struct seen check(const char *name, uint64_t at, uint32_t value, uint64_t size)
{
	struct img *img = fixture(name);
	struct seen seen = { .ids = "" };
	struct img_check_result result;
	struct img_check_input in = { .size = size };
	struct img_ifd ifd;
	uint8_t b[4];

	img_put_le32(b, value);
	if (at)
		assert_int_equal(img_span_write(img_span(img), at, img_view_of(b, 4), NULL),
				 IMG_OK);
	in.image = img_bytes(img);
	assert_int_equal(img_ifd_decode(in.image, &ifd, NULL), IMG_OK);
	in.ifd = &ifd;
	result = img_check_run(&in, see, &seen);
	assert_int_equal(!result.failed, !*seen.ids);
	img_close(img);
	return seen;
}

static void assert_ids(const struct seen *seen, const char *want)
{
	assert_string_equal(seen->ids, want);
}

/* Unlocked, so that nothing at all is to be said. */
static const char *const whole = "good-ifd-8-series";
static const char *const v2 = "good-ifd-600-series";
/* FLREG registers of both */
enum { FLREG = 0x40, BIOS = FLREG + 4, ME = FLREG + 8, GBE = FLREG + 12, PD = FLREG + 16 };

static void test_right(void **state)
{
	struct seen seen;

	(void)state;
	seen = check(whole, 0, 0, 12 * MIB);
	assert_ids(&seen, "");
	seen = check(whole, 0, 0, 0x1000);	/* a descriptor alone lacks nothing */
	assert_ids(&seen, "");
	seen = check(v2, 0, 0, 16 * MIB);
	assert_ids(&seen, "");
	seen = check("good-ifd-ich9", 0, 0, 8 * MIB);
	assert_ids(&seen, "");
}

static void test_locked(void **state)
{
	struct seen seen = check("good-ifd-6-series", 0, 0, 12 * MIB);

	(void)state;
	assert_ids(&seen, "regions-locked ");
	assert_int_equal(seen.last.severity, IMG_NOTE);
	assert_non_null(strstr(seen.last.text, "may not write fd, me:"));
	/* Version 1 permissions where version 2 is. */
	seen = check("good-ifd-100-series", 0x80, 0xffff0000, 16 * MIB);
	assert_ids(&seen, "masters-version ");
	seen = check("good-ifd-100-series", 0x80, 0xffffff00, 16 * MIB);
	assert_ids(&seen, "");
}

static void test_regions(void **state)
{
	struct seen seen;

	(void)state;
	seen = check(whole, FLREG, 0x00010000, 12 * MIB);	/* fd 0..0x1fff, as on G43T */
	assert_ids(&seen, "region-overlap ");
	seen = check(whole, FLREG, 0x00000001, 12 * MIB);	/* from 0x1000 on */
	assert_ids(&seen, "descriptor-region ");
	seen = check(whole, FLREG, 0x00007fff, 12 * MIB);	/* fd unused */
	assert_ids(&seen, "descriptor-region ");
	seen = check(whole, ME, 0x00230003, 12 * MIB);	/* me over devexp and bios */
	assert_ids(&seen, "region-overlap region-overlap ");
	assert_int_equal(seen.last.at, 0x21000);
	seen = check(whole, ME, 0, 12 * MIB);
	assert_ids(&seen, "region-zero ");
	assert_int_equal(seen.last.at, ME);
	seen = check(whole, BIOS, 0x0c000023, 12 * MIB);	/* one block too far */
	assert_ids(&seen, "region-outside ");
	seen = check(whole, BIOS, 0x0c000023, 0x1000);
	assert_ids(&seen, "region-outside ");
	/* Within a file that is larger than the densities say: true boards do that. */
	seen = check(whole, BIOS, 0x0fff0023, 16 * MIB);
	assert_ids(&seen, "image-size ");
	assert_int_equal(seen.last.severity, IMG_WARNING);
	/* Platform data behind the end: a note. */
	seen = check(whole, PD, 0x0c010c00, 12 * MIB);
	assert_ids(&seen, "pd-outside ");
	assert_int_equal(seen.last.severity, IMG_NOTE);
}

static void test_part(void **state)
{
	struct seen seen;

	(void)state;
	seen = check(whole, 0, 0, 8 * MIB);
	assert_ids(&seen, "image-part ");
	assert_int_equal(seen.last.at, 8 * MIB);
	assert_non_null(strstr(seen.last.text, "chip 1 of 2"));
	seen = check(whole, 0, 0, 12 * MIB - 1);
	assert_ids(&seen, "image-truncated ");
	seen = check(whole, 0, 0, 5 * MIB);
	assert_ids(&seen, "image-truncated ");
	seen = check(v2, 0, 0, 8 * MIB);		/* one chip */
	assert_ids(&seen, "image-truncated ");
	seen = check(whole, 0, 0, 12 * MIB + 1);
	assert_ids(&seen, "image-size ");
	assert_non_null(strstr(seen.last.text, "1 more than the chips"));
}

static void test_components(void **state)
{
	struct seen seen;

	(void)state;
	seen = check(whole, 0x14, 0x05040203, 12 * MIB);	/* NC 2 */
	assert_ids(&seen, "component-count ");
	seen = check(whole, 0x30, 0x499000f4, 12 * MIB);	/* the second is not there */
	assert_ids(&seen, "component-density ");
	seen = check(whole, 0x30, 0x49500034, 12 * MIB);	/* fast read code 2 */
	assert_ids(&seen, "clock-reserved ");
	seen = check(v2, 0x30, 0x08f030f5, 16 * MIB);		/* 7; write code 0 is 100 MHz */
	assert_ids(&seen, "clock-reserved ");
	seen = check(whole, 0xefc, 0x000020fc, 12 * MIB);	/* 16 entries from 0xfc0 on */
	assert_ids(&seen, "vscc-outside ");
	seen = check(v2, 0x1c, 0x00550180, 16 * MIB);
	assert_ids(&seen, "generation-unknown ");
}

static void test_board(void **state)
{
	static const struct img_board board = { .rom_size = 16 * MIB };
	struct img *img = fixture(whole);
	struct seen seen = { .ids = "" };
	struct img_ifd ifd;
	struct img_check_input in = { .image = img_bytes(img), .size = 16 * MIB, .ifd = &ifd };

	(void)state;
	assert_int_equal(img_ifd_decode(in.image, &ifd, NULL), IMG_OK);
	img_check_run(&in, see, &seen);
	assert_ids(&seen, "image-size ");
	/* The board's own file says that this is how it is. */
	in.board = &board;
	seen.ids[0] = 0;
	img_check_run(&in, see, &seen);
	assert_ids(&seen, "");
	img_close(img);
}

static void test_no_descriptor(void **state)
{
	struct img_check_input in = { .size = 8 * MIB };
	struct img_check_result result = img_check_run(&in, NULL, NULL);

	(void)state;
	assert_int_equal(result.passed, 0);
	assert_int_equal(result.failed, 0);
	assert_true(result.not_applicable > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right),	   cmocka_unit_test(test_locked),
		cmocka_unit_test(test_regions),	   cmocka_unit_test(test_part),
		cmocka_unit_test(test_components), cmocka_unit_test(test_board),
		cmocka_unit_test(test_no_descriptor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
