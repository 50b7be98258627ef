/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A region of which only parts are read has to have the plan and the result of all of it. */
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/me_clean.h"
#include "tests/libimg/fixture.h"
#include "tests/synth/me.h"
#include "tests/synth/structure.h"

enum {
	SIZE = 0x100000,
	FTPR = 0x40000,			/* where we put it, and how much there is of it */
	FTPR_SIZE = 0x80000,
	ENTRY = 0x30,			/* the first of the table */
	LLUT = FTPR + SYNTH_ME_LLUT,
	MODULE = FTPR + SYNTH_ME_MODULES,
	FAR = 0x50000,			/* in FTPR, behind what is read at first */
};

static uint8_t region[0x400000];	/* real ones have up to that */
/* Signing takes long. */
static uint8_t good[IMG_ME_IFWI + 1][SYNTH_ME_SIZE];

static struct img_view whole(void)
{
	return img_view_of(region, SIZE);
}

static uint8_t *ftpr_entry(void)
{
	uint8_t *e = region + ENTRY;

	while (memcmp(e, "FTPR", 4))
		e += 0x20;
	return e;
}

static void add(uint8_t *word, uint32_t delta)
{
	img_put_le32(word, img_get_le32(word) + delta);
}

/* The chunks are linked to their places. */
static void relink(uint8_t *llut, uint32_t delta)
{
	uint32_t count = img_get_le32(llut + 4);

	add(llut + 0xc, delta);
	add(llut + 0x14, delta);
	for (uint32_t i = 0; i < count; i++) {
		uint8_t *chunk = llut + 0x40 + 4 * i;

		if (chunk[3] != 0x80 && (img_get_le32(chunk) & 0xffffff))
			add(chunk, delta);
	}
}

/* A larger region, with FTPR further behind and something everywhere. */
static void begin(enum img_me_generation g)
{
	uint64_t x = 88172645463325252u;

	for (size_t i = 0; i < SIZE; i++)
		region[i] = (uint8_t)structure_random(&x);
	memcpy(region, good[g], SYNTH_ME_SIZE);
	if (g != IMG_ME_GEN_2 && g != IMG_ME_GEN_3)
		return;
	memcpy(region + FTPR, region + SYNTH_ME_FTPR, SYNTH_ME_FTPR_SIZE);
	memset(region + SYNTH_ME_FTPR, 0x5a, SYNTH_ME_FTPR_SIZE);
	img_put_le32(ftpr_entry() + 8, FTPR);
	img_put_le32(ftpr_entry() + 0xc, FTPR_SIZE);
	if (g == IMG_ME_GEN_2)
		relink(region + LLUT, FTPR - SYNTH_ME_FTPR);
}

static void put_file(size_t size)
{
	int fd = open("region", O_WRONLY | O_CREAT | O_TRUNC, 0666);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, region, size), (ssize_t)size);
	close(fd);
}

/* --- both ways -------------------------------------------------------------------------- */

struct outcome {
	enum img_status st;
	struct img_error err;
	struct img *img;		/* as it is afterwards */
	uint64_t needed, result;
	bool lazy;			/* bytes that nobody needs were not read */
};

static struct outcome outcome_of(unsigned flags, bool lazily)
{
	const struct img_me_wish wish = { .flags = flags };
	struct img_me_plan plan;
	struct outcome o = { .lazy = false };

	assert_int_equal((lazily ? img_open_lazily : img_open)("region", &o.img, NULL), IMG_OK);
	o.st = lazily ? img_me_plan_lazily(o.img, &wish, &plan, &o.err)
		      : img_me_plan(img_bytes(o.img), &wish, &plan, &o.err);
	o.lazy = !img_view_has(img_bytes(o.img), img_size(o.img) - 0x1000,
			       img_view_of(region + img_size(o.img) - 0x1000, 0x1000));
	if (o.st != IMG_OK)
		return o;
	o.needed = plan.needed;
	o.result = plan.result;
	o.st = img_me_clean(img_span(o.img), &plan, &o.err);
	img_me_plan_free(&plan);
	return o;
}

/* The same status, sentence and bytes. Was it lazy? */
static bool compare(size_t size, unsigned flags)
{
	struct outcome all, lazy;
	struct img_view want;
	bool was_lazy;

	put_file(size);
	all = outcome_of(flags, false);
	lazy = outcome_of(flags | IMG_ME_TRUNCATE, true);
	was_lazy = lazy.lazy;
	if (lazy.st != all.st)
		fail_msg("%s, not %s (%s)", img_status_word(lazy.st), img_status_word(all.st),
			 (lazy.st == IMG_OK ? all : lazy).err.text);
	if (all.st == IMG_OK) {
		assert_int_equal(lazy.needed, all.needed);
		assert_int_equal(lazy.result, all.needed);
		assert_int_equal(img_view_slice(img_bytes(all.img), 0, all.needed, &want, NULL),
				 IMG_OK);
		assert_true(img_view_has(img_bytes(lazy.img), 0, want));
	} else {
		assert_string_equal(lazy.err.text, all.err.text);
		assert_int_equal(lazy.err.at, all.err.at);
	}
	img_close(lazy.img);
	/* Not cut, all of it is the result. */
	lazy = outcome_of(flags, true);
	assert_int_equal(lazy.st, all.st);
	if (all.st == IMG_OK)
		assert_true(img_view_equal(img_bytes(lazy.img), img_bytes(all.img)));
	img_close(lazy.img);
	img_close(all.img);
	return was_lazy;
}

static const unsigned modes[] = { 0, IMG_ME_RELOCATE, IMG_ME_KEEP_MODULES,
				  IMG_ME_KEEP_MODULES | IMG_ME_RELOCATE };

/* --- tests ------------------------------------------------------------------------------ */

static void test_generations(void **state)
{
	(void)state;
	for (enum img_me_generation g = IMG_ME_GEN_1; g <= IMG_ME_IFWI; g++)
		for (size_t i = 0; i < 4; i++) {
			begin(g);
			assert_int_equal(compare(SIZE, modes[i]),
					 g == IMG_ME_GEN_2 || g == IMG_ME_GEN_3);
		}
	/* Cut off here and there, also where FTPR's start is read */
	for (enum img_me_generation g = IMG_ME_GEN_2; g <= IMG_ME_GEN_3; g++)
		for (size_t size = 0x30; size < SIZE; size += size / 3) {
			begin(g);
			compare(size, IMG_ME_RELOCATE);
		}
	memset(region, 0xff, SIZE);
	assert_false(compare(SIZE, 0));
}

/* What the plan is made of lies where it is not expected: all is read, and the plan the same. */
static void test_far(void **state)
{
	(void)state;
	begin(IMG_ME_GEN_2);		/* the LLUT, which the modules lead to */
	memcpy(region + FTPR + FAR, region + LLUT, 0x400);
	for (unsigned i = 0; i < 5; i++)
		if (img_get_le32(region + MODULE + 0x80 * i + 0x50) >> 4 == 1)
			img_put_le32(region + MODULE + 0x80 * i + 0x38, FAR);
	synth_me_sign(region, FTPR);
	assert_false(compare(SIZE, 0));
	memset(region + FTPR + FAR, 0xff, 0x400);
	assert_false(compare(SIZE, IMG_ME_RELOCATE));
	begin(IMG_ME_GEN_2);		/* the chunks */
	relink(region + LLUT, FAR);
	memcpy(region + FTPR + FAR + 0x2000, region + FTPR + 0x2000, 0x2000);
	assert_false(compare(SIZE, 0));
	assert_false(compare(SIZE, IMG_ME_RELOCATE));
	memset(region + FTPR + FAR + 0x2000, 0xff, 0x2000);
	assert_false(compare(SIZE, 0));
	begin(IMG_ME_GEN_3);		/* a small FTPR, whose lists could go on behind it */
	img_put_le32(ftpr_entry() + 0xc, SYNTH_ME_FTPR_SIZE);
	assert_false(compare(SIZE, 0));
}

static void test_changed(void **state)
{
	const struct img_me_wish wish = { .flags = IMG_ME_TRUNCATE };
	struct img_me_plan plan;
	struct img_error err;
	struct img *img;

	(void)state;
	begin(IMG_ME_GEN_2);
	put_file(SIZE);
	assert_int_equal(img_open_lazily("region", &img, NULL), IMG_OK);
	put_file(SIZE - 1);
	assert_int_equal(img_me_plan_lazily(img, &wish, &plan, &err), IMG_E_IO);
	assert_non_null(strstr(err.text, "changed while it was read"));
	img_close(img);
}

/* Damaged tables, with offsets that lead everywhere. */
static void test_mutants(void **state)
{
	static struct structure_field fields[STRUCTURE_FIELDS];
	static const uint32_t offsets[] = { 0, 0x1000, 0x4000, FTPR, FTPR + FAR, FAR, 0x1f000,
					    0x20000, SIZE, SIZE - 0x1000, 0xffffffff };
	uint64_t x = 88172645463325252u;
	unsigned lazy = 0, read = 0;

	(void)state;
	for (unsigned i = 0; i < 600; i++) {
		enum img_me_generation g = i % 2 ? IMG_ME_GEN_2 : IMG_ME_GEN_3;
		size_t count;

		begin(g);
		count = structure_find(whole(), fields, STRUCTURE_FIELDS);
		for (uint64_t n = 1 + structure_random(&x) % 3; n; n--) {
			const struct structure_field *f = &fields[structure_random(&x) % count];
			uint64_t r = structure_random(&x);

			structure_put(img_span_of(region, SIZE), f,
				      r % 2 ? offsets[r / 2 % 11] : (uint32_t)(r >> 16));
		}
		if (g == IMG_ME_GEN_2 && img_get_le32(region + FTPR + 4) == 0xa1 &&
		    img_get_le32(region + FTPR + 0x18) == 0x180 &&
		    img_get_le32(region + FTPR + 0x78) == 0x40)
			synth_me_sign(region, FTPR);
		if (compare(SIZE, modes[i / 2 % 4]))
			lazy++;
		else
			read++;
	}
	assert_true(lazy > 20 && read > 20);
}

static void test_real(void **state)
{
	static const struct {
		const char *name;
		bool lazy;
	} files[] = {
		{ "me/stout_me8.bin", true }, { "me/lumpy_me7.bin", true },
		{ "me/purley_sps4_ignition.bin", false }, { "me/ms7d25_csme16.bin", false },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(files) / sizeof(files[0]); i++) {
		struct img *img = real_file(files[i].name);
		size_t size;

		if (!img)
			skip();
		size = (size_t)img_size(img);
		assert_true(size <= sizeof(region));
		memcpy(region, img_view_data(img_bytes(img)), size);
		img_close(img);
		for (size_t k = 0; k < 4; k++)
			if (compare(size, modes[k]) != files[i].lazy)
				fail_msg("%s: %s", files[i].name, files[i].lazy ? "all was read"
										: "what was not?");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_generations),
		cmocka_unit_test(test_far),
		cmocka_unit_test(test_changed),
		cmocka_unit_test(test_mutants),
		cmocka_unit_test(test_real),
	};

	for (enum img_me_generation g = IMG_ME_GEN_1; g <= IMG_ME_IFWI; g++)
		synth_me(g, good[g]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
