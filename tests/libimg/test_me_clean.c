/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Plans for cleaning ME regions, what they do, and what is refused. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/me_clean.h"
#include "tests/libimg/fixture.h"
#include "tests/synth/me.h"

enum {
	FTPR = SYNTH_ME_FTPR,
	LLUT = SYNTH_ME_FTPR + SYNTH_ME_LLUT,
	MODULE = SYNTH_ME_FTPR + SYNTH_ME_MODULES,
	ENTRY = 0x30,
	STREAM = SYNTH_ME_FTPR + 0x2000,
};

static uint8_t region[SYNTH_ME_SIZE], old[SYNTH_ME_SIZE];
/* Signing takes long. */
static uint8_t good[IMG_ME_IFWI + 1][SYNTH_ME_SIZE];

static void begin(enum img_me_generation g)
{
	memcpy(region, good[g], sizeof(region));
}

static struct img_view whole(void)
{
	return img_view_of(region, sizeof(region));
}

/* --- plans ------------------------------------------------------------------------------ */

static enum img_status plan_of(unsigned flags, const char *keep, struct img_me_plan *plan,
			       struct img_error *err)
{
	const struct img_me_wish wish = { .flags = flags, .keep = keep };

	return img_me_plan(whole(), &wish, plan, err);
}

/* What it needs afterwards; the plan is made of the bytes and leaves them alone. */
static uint64_t clean(unsigned flags, const char *keep)
{
	struct img_me_plan plan;
	struct img_error err;
	uint64_t needed;

	memcpy(old, region, sizeof(region));
	if (plan_of(flags, keep, &plan, &err) != IMG_OK)
		fail_msg("%s", err.text);
	assert_memory_equal(region, old, sizeof(region));
	if (img_me_clean(img_span_of(region, sizeof(region)), &plan, &err) != IMG_OK)
		fail_msg("%s", err.text);
	needed = plan.needed;
	img_me_plan_free(&plan);
	return needed;
}

static void assert_erased(uint64_t start, uint64_t end)
{
	assert_true(img_view_filled(img_view_of(region + start, end - start), 0xff));
}

static void assert_kept(uint64_t start, uint64_t end, uint64_t from)
{
	assert_memory_equal(region + start, old + from, end - start);
}

static void test_plan_2(void **state)
{
	struct img_me me;

	(void)state;
	begin(IMG_ME_GEN_2);
	assert_int_equal(clean(0, NULL), 0xb000);
	assert_int_equal(img_me_decode(whole(), &me, NULL), IMG_OK);
	assert_int_equal(me.partition_count, 1);
	assert_false(me.has_effs_flag);
	assert_erased(ENTRY + 0x20, ENTRY + 6 * 0x20);
	assert_erased(0x1000, 0x4000);
	assert_erased(0xc000, 0x14000);
	assert_erased(FTPR + 0x3800, FTPR + 0x3923 + 0x1111);
	/* Of the chunks ROMP's 0 to 2 and BUP's 4 to 6 stay; a chunk without data is none. */
	assert_kept(STREAM, STREAM + 0x7a0, STREAM);
	assert_erased(STREAM + 0x7a0, STREAM + 0x1100);
	assert_kept(FTPR, STREAM, FTPR);
	assert_kept(STREAM + 0x1100, FTPR + 0x3800, STREAM + 0x1100);
	assert_kept(0x14000, sizeof(region), 0x14000);
}

static void test_plan_moved(void **state)
{
	struct img_me_code code;
	struct img_me me;

	(void)state;
	begin(IMG_ME_GEN_2);
	assert_int_equal(clean(IMG_ME_RELOCATE, NULL), 0x7000);
	assert_int_equal(img_me_decode(whole(), &me, NULL), IMG_OK);
	assert_int_equal(me.partition[0].range.start, 0x480);
	assert_kept(0x480, 0x480 + SYNTH_ME_LLUT, FTPR);
	assert_erased(0x480 + SYNTH_ME_FTPR_SIZE, FTPR + SYNTH_ME_FTPR_SIZE);
	assert_int_equal(img_me_code_read(whole(), &me, &code, NULL), IMG_OK);
	assert_int_equal(code.llut.at, 0x480 + SYNTH_ME_LLUT);
	assert_int_equal(code.llut.stream, 0x480 + 0x2000);
	assert_int_equal(code.llut.table, code.llut.at + 0x40 - code.llut.correction);
	assert_int_equal(code.llut.chunk[4].start, 0x480 + 0x2000 + 0x600);
	assert_kept(0x480 + 0x2000, 0x480 + 0x2000 + 0x7a0, STREAM);
	img_me_code_free(&code);
}

static void test_plan_lists(void **state)
{
	struct img_me me;

	(void)state;
	begin(IMG_ME_GEN_2);
	assert_int_equal(clean(IMG_ME_KEEP_MODULES, "MFS,EFFS,NVCL,XYZ"), 0x11000);
	assert_int_equal(img_me_decode(whole(), &me, NULL), IMG_OK);
	assert_int_equal(me.partition_count, 3);
	assert_string_equal(me.partition[0].name, "MFS");
	assert_string_equal(me.partition[1].name, "EFFS");
	assert_true(me.has_effs_flag);
	assert_kept(0x1000, 0xc000, 0x1000);
	assert_erased(0xc000, 0x14000);
	/* One that lies over a kept one takes only the rest with it. */
	begin(IMG_ME_GEN_2);
	img_put_le32(region + ENTRY + 0xa8, 0x3000);
	img_put_le32(region + ENTRY + 0xac, 0x11000);
	clean(IMG_ME_KEEP_MODULES, "EFFS");
	assert_kept(0x2000, 0xc000, 0x2000);
	assert_erased(0xc000, 0x14000);
	assert_erased(0x1000, 0x2000);
}

static void test_plan_3(void **state)
{
	struct img_me me;

	(void)state;
	begin(IMG_ME_GEN_3);
	assert_int_equal(clean(IMG_ME_RELOCATE, NULL), 0x9000);
	assert_int_equal(img_me_decode(whole(), &me, NULL), IMG_OK);
	assert_int_equal(me.partition[0].range.start, 0x400);
	assert_kept(0x400, 0x400 + 0x4000, FTPR);
	assert_erased(0x400 + 0x4000, FTPR + SYNTH_ME_FTPR_SIZE);
}

/* Each mode again, on the whole result and on the truncated one, changes nothing. */
static void test_twice(void **state)
{
	static const unsigned modes[] = { 0, IMG_ME_KEEP_MODULES, IMG_ME_RELOCATE,
					  IMG_ME_KEEP_MODULES | IMG_ME_RELOCATE };

	(void)state;
	for (enum img_me_generation g = IMG_ME_GEN_2; g <= IMG_ME_GEN_3; g++) {
		for (size_t i = 0; i < 4; i++) {
			uint8_t first[SYNTH_ME_SIZE];
			struct img_me_plan plan;
			const struct img_me_wish wish = { .flags = modes[i] };
			uint64_t needed;

			begin(g);
			needed = clean(modes[i], NULL);
			memcpy(first, region, sizeof(first));
			assert_int_equal(clean(modes[i], NULL), needed);
			assert_memory_equal(region, first, sizeof(first));
			assert_int_equal(img_me_plan(img_view_of(first, needed), &wish, &plan,
						     NULL), IMG_OK);
			assert_int_equal(plan.needed, needed);
			assert_int_equal(img_me_clean(img_span_of(first, needed), &plan, NULL),
					 IMG_OK);
			assert_memory_equal(region, first, needed);
			img_me_plan_free(&plan);
		}
	}
}

static void test_actions(void **state)
{
	struct img_me_plan plan;

	(void)state;
	begin(IMG_ME_IFWI);
	assert_int_equal(plan_of(0, NULL, &plan, NULL), IMG_OK);
	assert_int_equal(plan.action, IMG_ME_NOTHING);
	assert_int_equal(plan.count, 0);
	img_me_plan_free(&plan);
	begin(IMG_ME_GEN_1);
	clean(0, NULL);
	assert_erased(0, sizeof(region));
	/* ME 6 Ignition: $SKU behind the modules, with zeros */
	begin(IMG_ME_GEN_2);
	img_put_le16(region + FTPR + 0x24, 6);
	memcpy(region + MODULE + 6 * 0x60, "$SKU\1\1\1\1\0\0\0\0", 12);
	synth_me_sign(region, FTPR);
	clean(0, NULL);
	assert_erased(0, sizeof(region));
}

/* --- refusals --------------------------------------------------------------------------- */

static void assert_refused(enum img_status want, const char *text)
{
	struct img_me_plan plan = { .count = 77 };
	struct img_error err;
	enum img_status st = plan_of(0, NULL, &plan, &err);

	if (st != want || !strstr(err.text, text))
		fail_msg("%s: %s", img_status_word(st), st == IMG_OK ? "" : err.text);
	assert_int_equal(plan.count, 77);
}

static void test_refusals(void **state)
{
	struct img_me_plan plan;

	(void)state;
	begin(IMG_ME_GEN_2);
	region[FTPR + 0x5ff] ^= 1;
	assert_refused(IMG_E_REFUSED, "(me-signature)");
	begin(IMG_ME_GEN_2);
	memset(region + STREAM + 0x500, 0xff, 0x100);
	assert_refused(IMG_E_REFUSED, "(me-incomplete)");
	begin(IMG_ME_GEN_3);
	region[FTPR + SYNTH_ME_MANIFEST_3 + 0x300] ^= 1;
	assert_refused(IMG_E_REFUSED, "(me-signature)");
	/* A partition on the tables */
	begin(IMG_ME_GEN_2);
	img_put_le32(region + ENTRY + 8, 0x20);
	assert_refused(IMG_E_CORRUPT, "lies on tables");
	/* A module on another that stays, on the manifest, and on the LLUT */
	begin(IMG_ME_GEN_2);
	img_put_le32(region + MODULE + 0x38, 0x2700);
	synth_me_sign(region, FTPR);
	assert_refused(IMG_E_CORRUPT, "needs to start");
	img_put_le32(region + MODULE + 0x38, 0x5ff);
	synth_me_sign(region, FTPR);
	assert_refused(IMG_E_CORRUPT, "lies on tables");
	img_put_le32(region + MODULE + 0x38, 0x107f);
	synth_me_sign(region, FTPR);
	assert_refused(IMG_E_CORRUPT, "lies on tables");
	/* The table at 0: nobody knows how that is cleaned. */
	begin(IMG_ME_GEN_2);
	memmove(region, region + 0x10, 0x20 + 6 * 0x20);
	memset(region + 0x20 + 6 * 0x20, 0, 0x10);
	assert_refused(IMG_E_UNSUPPORTED, "at 0x10");
	begin(IMG_ME_GEN_2);
	assert_int_equal(plan_of(IMG_ME_RELOCATE, "MFS", &plan, NULL), IMG_E_USAGE);
	assert_int_equal(img_me_plan(whole(), &(struct img_me_wish){ .keep = "MFS",
			 .remove = "EFFS" }, &plan, NULL), IMG_E_USAGE);
	assert_int_equal(img_me_plan(whole(), &(struct img_me_wish){ .remove = "MFS,FTPR" },
			 &plan, NULL), IMG_E_USAGE);
}

/* The list of modules is none that is known: they stay, and nothing is moved or cut. */
static void test_no_list(void **state)
{
	struct img_me_plan plan;

	(void)state;
	begin(IMG_ME_GEN_2);
	memcpy(region + MODULE, "$MMX", 4);
	synth_me_sign(region, FTPR);
	assert_int_equal(plan_of(IMG_ME_RELOCATE, NULL, &plan, NULL), IMG_OK);
	assert_false(plan.has_modules);
	assert_int_equal(plan.needed, sizeof(region));
	assert_int_equal(plan.boot_to, FTPR);
	img_me_plan_free(&plan);
	assert_int_equal(clean(0, NULL), sizeof(region));
	assert_kept(FTPR, FTPR + SYNTH_ME_FTPR_SIZE, FTPR);
	assert_erased(0x1000, 0x4000);
}

/* --- updates ---------------------------------------------------------------------------- */

static void test_update(void **state)
{
	enum { SIZE = 0x76000 };
	uint8_t *update = calloc(1, SIZE);
	struct img *img = NULL;
	struct img_me_code code;
	struct img_me me;

	(void)state;
	assert_non_null(update);
	begin(IMG_ME_GEN_2);
	img_put_le16(region + FTPR + 0x24, 7);
	/* Small headers, as that of ME 7; the update has these. */
	for (unsigned i = 1; i < 5; i++)
		memmove(region + MODULE + 0x60 * i, region + MODULE + 0x80 * i, 0x60);
	synth_me_sign(region, FTPR);
	memcpy(update, region + FTPR, SYNTH_ME_FTPR_SIZE);
	assert_int_equal(img_me_from_update(img_view_of(update, SIZE), &img, NULL), IMG_OK);
	assert_int_equal(img_size(img), FTPR + SIZE);
	assert_int_equal(img_me_decode(img_bytes(img), &me, NULL), IMG_OK);
	assert_true(me.checksum_ok);
	assert_int_equal(me.partition[0].range.start, FTPR);
	assert_int_equal(img_me_code_read(img_bytes(img), &me, &code, NULL), IMG_OK);
	assert_int_equal(img_me_whole(img_bytes(img), &code, NULL), IMG_OK);
	img_me_code_free(&code);
	img_close(img);
	img = NULL;
	assert_int_equal(img_me_from_update(img_view_of(update, SIZE - 1), &img, NULL),
			 IMG_E_BOUNDS);
	img_put_le32(update + SYNTH_ME_LLUT + 0xc, 0xffffff00);
	assert_int_equal(img_me_from_update(img_view_of(update, SIZE), &img, NULL), IMG_E_CORRUPT);
	update[SYNTH_ME_LLUT] = 0;
	assert_int_equal(img_me_from_update(img_view_of(update, SIZE), &img, NULL), IMG_E_CORRUPT);
	update[0x24] = 8;
	assert_int_equal(img_me_from_update(img_view_of(update, SIZE), &img, NULL),
			 IMG_E_UNSUPPORTED);
	update[0x1c] = 0;
	assert_int_equal(img_me_from_update(img_view_of(update, SIZE), &img, NULL), IMG_E_ABSENT);
	for (size_t len = 0; len < 0x40; len++)
		assert_int_not_equal(img_me_from_update(img_view_of(update, len), &img, NULL),
				     IMG_OK);
	assert_null(img);
	free(update);
}

/* --- chance ----------------------------------------------------------------------------- */

static uint64_t next(uint64_t *x)
{
	*x ^= *x << 13;
	*x ^= *x >> 7;
	*x ^= *x << 17;
	return *x;
}

/* A place in the tables: of partitions, manifest, module headers, directory, LLUT. */
static size_t any_place(enum img_me_generation g, uint64_t *x)
{
	static const struct {
		size_t at, size;
	} of_2[] = { { 0x10, 0xe0 }, { FTPR, 0x30 }, { MODULE, 5 * 0x80 }, { LLUT, 0x80 } },
	  of_3[] = { { 0x10, 0xa0 }, { FTPR, 0xa0 }, { FTPR + SYNTH_ME_MANIFEST_3, 0x80 },
		     { 0x20, 0x90 } };
	size_t i = next(x) % 4;

	return g == IMG_ME_GEN_2 ? of_2[i].at + next(x) % of_2[i].size
				 : of_3[i].at + next(x) % of_3[i].size;
}

/*
 * Damaged tables, signed anew so that the signature does not save us: what is planned has to leave
 * a region that starts, or there is no plan. img_me_clean() looks.
 */
static void test_mutants(void **state)
{
	static const uint8_t extremes[] = { 0, 1, 0x7f, 0x80, 0xff };
	unsigned planned = 0, mutants = 10000;
	uint64_t x = 88172645463325252u;

	(void)state;
	for (unsigned i = 0; i < mutants; i++) {
		enum img_me_generation g = i % 2 ? IMG_ME_GEN_2 : IMG_ME_GEN_3;
		struct img_me_plan plan;
		struct img_error err;

		begin(g);
		for (uint64_t n = 1 + next(&x) % 3; n; n--)
			region[any_place(g, &x)] = next(&x) % 2 ? (uint8_t)next(&x)
								: extremes[next(&x) % 5];
		if (next(&x) % 16 == 0 && img_get_le32(region + FTPR + 4) == 0xa1 &&
		    img_get_le32(region + FTPR + 0x18) == 0x180)
			synth_me_sign(region, FTPR);
		memcpy(old, region, sizeof(old));
		if (plan_of(i % 3 ? IMG_ME_RELOCATE : 0, NULL, &plan, &err) != IMG_OK) {
			assert_true(strlen(err.text) > 20);
			continue;
		}
		planned++;
		assert_memory_equal(region, old, sizeof(old));
		if (img_me_clean(img_span_of(region, sizeof(region)), &plan, &err) != IMG_OK)
			fail_msg("mutant %u: %s", i, err.text);
		img_me_plan_free(&plan);
	}
	assert_true(planned > mutants / 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_plan_2),
		cmocka_unit_test(test_plan_moved),
		cmocka_unit_test(test_plan_lists),
		cmocka_unit_test(test_plan_3),
		cmocka_unit_test(test_twice),
		cmocka_unit_test(test_actions),
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_no_list),
		cmocka_unit_test(test_update),
		cmocka_unit_test(test_mutants),
	};

	for (enum img_me_generation g = IMG_ME_GEN_1; g <= IMG_ME_IFWI; g++)
		synth_me(g, good[g]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
