/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modules of ME regions: whole, damaged and cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/format/me_module.h"
#include "tests/synth/me.h"

enum {
	FTPR = SYNTH_ME_FTPR,
	LLUT = SYNTH_ME_FTPR + SYNTH_ME_LLUT,
	MODULE = SYNTH_ME_FTPR + SYNTH_ME_MODULES,
	STREAM = SYNTH_ME_FTPR + 0x2000,
};

static uint8_t region[SYNTH_ME_SIZE];

static struct img_view whole(void)
{
	return img_view_of(region, sizeof(region));
}

static enum img_status code_of(struct img_me_code *code, struct img_error *err)
{
	struct img_me me;

	assert_int_equal(img_me_decode(whole(), &me, NULL), IMG_OK);
	return img_me_code_read(whole(), &me, code, err);
}

static const struct img_me_module *module(const struct img_me_code *code, const char *name)
{
	for (size_t i = 0; i < code->count; i++) {
		if (!strcmp(code->module[i].name, name))
			return &code->module[i];
	}
	fail_msg("no module %s", name);
	return NULL;
}

static void test_modules_2(void **state)
{
	struct img_me_code code;

	(void)state;
	synth_me(IMG_ME_GEN_2, region);
	assert_int_equal(code_of(&code, NULL), IMG_OK);
	assert_int_equal(code.count, 5);
	assert_int_equal(module(&code, "UPDATE")->compression, IMG_ME_LZMA);
	assert_int_equal(module(&code, "UPDATE")->range.start, FTPR + 0x3800);
	assert_int_equal(module(&code, "UPDATE")->range.size, 0x123);
	assert_false(module(&code, "UPDATE")->is_essential);
	assert_int_equal(module(&code, "BUP")->compression, IMG_ME_HUFFMAN);
	assert_int_equal(module(&code, "BUP")->first_chunk, 4);
	assert_int_equal(module(&code, "BUP")->chunks, 3);
	assert_true(module(&code, "BUP")->is_essential && module(&code, "ROMP")->is_essential);
	assert_int_equal(code.llut.at, LLUT);
	assert_int_equal(code.llut.count, 16);
	/* The end is where the next one begins in the region, not in the table. */
	assert_int_equal(code.llut.chunk[4].start, STREAM + 0x600);
	assert_int_equal(code.llut.chunk[4].size, 0x1a0);
	assert_int_equal(code.llut.chunk[5].size, 0x100);
	assert_int_equal(code.llut.chunk[3].size, 0);
	assert_int_equal(code.llut.chunk[15].size, 0x1100 - 0xf80);
	img_me_code_free(&code);
	/* Two chunks of one place: the bytes are nobody's. */
	img_put_le32(region + LLUT + 0x40, STREAM + 0x600);
	assert_int_equal(code_of(&code, NULL), IMG_OK);
	assert_int_equal(code.llut.chunk[0].size + code.llut.chunk[4].size, 0);
	img_me_code_free(&code);
	/* Small headers, of which there are too few */
	memcpy(region + MODULE + 0x60, "$MME", 4);
	assert_int_equal(code_of(&code, NULL), IMG_E_ABSENT);
}

static void test_modules_3(void **state)
{
	struct img_me_code code;

	(void)state;
	for (enum img_me_generation g = IMG_ME_GEN_3; g <= IMG_ME_IFWI; g++) {
		uint64_t ftpr = g == IMG_ME_GEN_3 ? FTPR : SYNTH_ME_BOOT + 0x1000;

		synth_me(g, region);
		assert_int_equal(code_of(&code, NULL), IMG_OK);
		assert_int_equal(code.count, 6);
		/* In the order of the region, each up to the next */
		assert_string_equal(code.module[0].name, "FTPR.man");
		assert_string_equal(code.module[3].name, "bup");
		assert_int_equal(code.module[3].range.start, ftpr + 0x2300);
		assert_int_equal(code.module[3].range.size, 0x4000 - 0x2300);
		assert_int_equal(code.module[3].compression, IMG_ME_HUFFMAN);
		assert_int_equal(img_range_end(code.module[5].range), ftpr + SYNTH_ME_FTPR_SIZE);
		assert_true(code.module[0].is_essential && code.module[1].is_essential);
		assert_false(code.module[4].is_essential || code.module[5].is_essential);
		img_me_code_free(&code);
	}
	synth_me(IMG_ME_GEN_1, region);
	assert_int_equal(code_of(&code, NULL), IMG_E_ABSENT);
}

struct damage {
	enum img_me_generation generation;
	uint32_t at, value;
	enum img_status want;
};

static const struct damage damages[] = {
	{ IMG_ME_GEN_2, FTPR + 0x20, 0, IMG_E_CORRUPT },		/* number of modules */
	{ IMG_ME_GEN_2, FTPR + 0x20, 257, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, FTPR + 0x20, 6, IMG_E_ABSENT },
	{ IMG_ME_GEN_2, MODULE, 0, IMG_E_ABSENT },
	{ IMG_ME_GEN_2, MODULE + 0x80, 0, IMG_E_ABSENT },
	{ IMG_ME_GEN_2, MODULE + 0x38, 0x8000, IMG_E_CORRUPT },		/* UPDATE's data */
	{ IMG_ME_GEN_2, MODULE + 0x38, 0xffffffff, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, MODULE + 0x40, 0xffffffff, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, MODULE + 0x80 + 0x34, 0, IMG_E_CORRUPT },	/* ROMP's base */
	{ IMG_ME_GEN_2, MODULE + 0x80 + 0x34, 0xffffffff, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, MODULE + 0x80 + 0x38, 0x1004, IMG_E_CORRUPT },	/* its LLUT */
	{ IMG_ME_GEN_2, MODULE + 0x80 + 0x38, 0xfffffff0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, LLUT, 0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, LLUT + 4, 0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, LLUT + 4, 65537, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, LLUT + 4, 65536, IMG_E_BOUNDS },
	{ IMG_ME_GEN_2, LLUT + 8, 0x30000000, IMG_E_CORRUPT },		/* base */
	{ IMG_ME_GEN_2, LLUT + 0x10, 0xffffffff, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, LLUT + 0x10, 0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, LLUT + 0x10, 0x8000, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, LLUT + 0x14, 0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, LLUT + 0x30, 0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, LLUT + 4, 5, IMG_E_CORRUPT },			/* BUP has more */
	{ IMG_ME_GEN_2, LLUT + 0x40, 0xffffff, IMG_E_CORRUPT },		/* chunk 0 */
	{ IMG_ME_GEN_2, LLUT + 0x40, 0x10, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, MODULE + 0x104, 0x20505558, IMG_OK },		/* ROMP is left */
	{ IMG_ME_GEN_3, FTPR + 0x10 + 0x3c, 0x8001, IMG_E_CORRUPT },	/* an offset */
	{ IMG_ME_GEN_3, FTPR + 0x10 + 0x3c, 0x10, IMG_E_CORRUPT },
	{ IMG_ME_GEN_3, FTPR + 0x10 + 0x3c, 0x1ffffff, IMG_E_CORRUPT },
};

static void test_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *d = &damages[i];
		struct img_me_code code = { .count = 77 };
		struct img_error err;
		enum img_status st;

		synth_me(d->generation, region);
		img_put_le32(region + d->at, d->value);
		st = code_of(&code, &err);
		if (st != d->want)
			fail_msg("0x%x = 0x%x: %s, not %s", (unsigned)d->at, (unsigned)d->value,
				 img_status_word(st), img_status_word(d->want));
		if (st == IMG_OK)
			img_me_code_free(&code);
		else
			assert_int_equal(code.count, 77);
	}
	/* Nothing stored of what starts the ME */
	synth_me(IMG_ME_GEN_2, region);
	memset(region + LLUT + 0x40, 0x80, 16 * 4);
	assert_int_equal(code_of(&(struct img_me_code){ 0 }, NULL), IMG_E_CORRUPT);
	/* Nothing that starts the ME */
	synth_me(IMG_ME_GEN_2, region);
	memset(region + MODULE + 0x84, 'X', 3);
	memset(region + MODULE + 0x104, 'X', 3);
	assert_int_equal(code_of(&(struct img_me_code){ 0 }, NULL), IMG_E_CORRUPT);
}

static enum img_status look(struct img_view v, const struct img_me *me, struct img_error *err)
{
	struct img_me_code code;
	enum img_status st = img_me_code_read(v, me, &code, err);

	if (st == IMG_OK) {
		st = img_me_whole(v, &code, err);
		img_me_code_free(&code);
	}
	return st;
}

static void test_whole(void **state)
{
	struct img_error err;
	struct img_me me;

	(void)state;
	synth_me(IMG_ME_GEN_2, region);
	assert_int_equal(img_me_decode(whole(), &me, NULL), IMG_OK);
	assert_int_equal(look(whole(), &me, NULL), IMG_OK);
	/* BUP ends 0x7a0 behind the start of the chunks */
	for (uint64_t end = STREAM + 0x7a0; end > STREAM + 0x700; end--)
		assert_int_equal(look(img_view_of(region, end), &me, NULL),
				 end == STREAM + 0x7a0 ? IMG_OK : IMG_E_BOUNDS);
	memset(region + STREAM + 0x500, 0xff, 0x100);
	assert_int_equal(look(whole(), &me, &err), IMG_E_BOUNDS);
	assert_non_null(strstr(err.text, "BUP"));
	synth_me(IMG_ME_GEN_2, region);
	memset(region + STREAM + 0x900, 0xff, 0x300);	/* KERNEL's */
	assert_int_equal(look(whole(), &me, NULL), IMG_OK);
	synth_me(IMG_ME_GEN_3, region);
	assert_int_equal(img_me_decode(whole(), &me, NULL), IMG_OK);
	memset(region + FTPR + 0x2300, 0xff, 0x1d00);
	assert_int_equal(look(whole(), &me, NULL), IMG_E_BOUNDS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_modules_2),
		cmocka_unit_test(test_modules_3),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
