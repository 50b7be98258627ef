/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Relocatable modules out of ELF files. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/format/elf.h"
#include "libimg/format/rmodule.h"
#include "tests/synth/module.h"

enum {
	PROGRAM = 0x1000, LINKED_AT = 0x100000, BSS = 0x1100,
	SEGMENT_AT = 0x34, SECTIONS_AT = 0x54, SECTION = 0x28, SYMBOLS_AT = 0x400,
	RELOCATIONS_AT = 0x2000,
};

static struct img *elf(size_t size)
{
	struct img *img = NULL;

	assert_int_equal(synth_module("module", size, &img, NULL), IMG_OK);
	return img;
}

static uint32_t word(const struct img *img, uint64_t at)
{
	uint8_t b[4] = { 0 };

	assert_int_equal(img_view_copy(img_bytes(img), at, b, sizeof(b), NULL), IMG_OK);
	return img_get_le32(b);
}

static void put(struct img *img, uint64_t at, uint32_t value)
{
	uint8_t b[4];

	img_put_le32(b, value);
	assert_int_equal(img_span_write(img_span(img), at, img_view_of(b, sizeof(b)), NULL),
			 IMG_OK);
}

/* Every field; the bytes as a whole are compared with a peer's in test_insert_kinds.c. */
static void test_fields(void **state)
{
	struct img *file = elf(PROGRAM), *module;
	uint32_t memory, end = 0x40 + PROGRAM, at, before = 0;
	struct img_view program, stored;

	(void)state;
	assert_int_equal(img_rmodule_from_elf(img_bytes(file), &module, &memory, NULL), IMG_OK);
	assert_int_equal(word(module, 0), 0x0001f8fe);
	assert_int_equal(word(module, 4), 0x40);
	assert_int_equal(word(module, 8), end);
	assert_int_equal(word(module, 0xc), end);
	assert_int_equal(word(module, 0x10), img_size(module));
	assert_int_equal(word(module, 0x14), LINKED_AT);
	assert_int_equal(word(module, 0x18), PROGRAM + BSS);
	assert_int_equal(word(module, 0x1c), LINKED_AT + 0x40);
	assert_int_equal(word(module, 0x20), LINKED_AT + 0x100);
	assert_int_equal(word(module, 0x24), LINKED_AT + 0x180);
	assert_int_equal(word(module, 0x28), LINKED_AT + PROGRAM);
	assert_int_equal(word(module, 0x2c), LINKED_AT + PROGRAM + BSS);
	for (at = 0x30; at < 0x40; at += 4)
		assert_int_equal(word(module, at), 0);
	assert_int_equal(img_view_slice(img_bytes(file), 0x1000, PROGRAM, &program, NULL), IMG_OK);
	assert_int_equal(img_view_slice(img_bytes(module), 0x40, PROGRAM, &stored, NULL), IMG_OK);
	assert_true(img_view_equal(program, stored));
	for (at = end; at < img_size(module); at += 4) {
		assert_in_range(word(module, at), LINKED_AT, LINKED_AT + PROGRAM - 4);
		assert_true(word(module, at) >= before);
		before = word(module, at);
	}
	assert_int_equal(memory, 0x40 + PROGRAM + BSS);
	img_close(file);
	img_close(module);
}

/* Memory is for the program with its BSS, or for its relocations where they need more. */
static void test_memory(void **state)
{
	struct img *file = elf(0x3000), *module;
	uint32_t memory;

	(void)state;
	put(file, SEGMENT_AT + 0x14, 0x3000);
	assert_int_equal(img_rmodule_from_elf(img_bytes(file), &module, &memory, NULL), IMG_OK);
	assert_int_equal(memory, img_size(module));
	img_close(file);
	img_close(module);
}

/* Parameters are optional, and so are relocations. */
static void test_optional(void **state)
{
	struct img *file = elf(PROGRAM), *module;
	uint32_t memory;

	(void)state;
	put(file, SYMBOLS_AT + 2 * 0x10, 0);
	put(file, SYMBOLS_AT + 3 * 0x10, 0);
	put(file, SECTIONS_AT + 6 * SECTION + 0x14, 0);
	assert_int_equal(img_rmodule_from_elf(img_bytes(file), &module, &memory, NULL), IMG_OK);
	assert_int_equal(word(module, 0x20), 0);
	assert_int_equal(word(module, 0x24), 0);
	assert_int_equal(img_size(module), 0x40 + PROGRAM);
	img_close(file);
	img_close(module);
}

static void test_damaged(void **state)
{
	static const struct {
		uint64_t at;
		uint32_t value;
		enum img_status expected;
	} damage[] = {
		{ 0, 0, IMG_E_ABSENT },				/* magic */
		{ 4, 0x00010102, IMG_E_UNSUPPORTED },		/* 64 bits */
		{ 4, 0x00010201, IMG_E_UNSUPPORTED },		/* big endian */
		{ 0x10, 0x00030001, IMG_E_UNSUPPORTED },	/* not linked */
		{ 0x10, 0x00280002, IMG_E_UNSUPPORTED },	/* ARM */
		{ 0x1c, 0xfffffff0, IMG_E_BOUNDS },		/* segments */
		{ 0x20, 0xfffffff0, IMG_E_BOUNDS },		/* sections */
		{ 0x28, 0x001f0034, IMG_E_UNSUPPORTED },	/* size of a segment's entry */
		{ 0x2c, 0x00270001, IMG_E_UNSUPPORTED },	/* size of a section's entry */
		{ 0x2c, 0x00280000, IMG_E_UNSUPPORTED },	/* no segment */
		{ 0x30, 0x00010003, IMG_E_ABSENT },		/* no symbols */
		{ 0x30, 0x0000ffff, IMG_E_BOUNDS },
		{ 0x30, 0x00090007, IMG_E_BOUNDS },		/* names of sections */
		{ SEGMENT_AT, 2, IMG_E_UNSUPPORTED },		/* type */
		{ SEGMENT_AT + 4, 0xffffff00, IMG_E_BOUNDS },	/* offset */
		{ SEGMENT_AT + 8, LINKED_AT + 1, IMG_E_CORRUPT },	/* address */
		{ SEGMENT_AT + 0x10, 0xffffff00, IMG_E_BOUNDS },	/* size in the file */
		{ SEGMENT_AT + 0x14, 0xfffffff0, IMG_E_CORRUPT },	/* in memory */
		{ SECTIONS_AT + 3 * SECTION + 4, 1, IMG_E_ABSENT },	/* type of the symbols */
		{ SECTIONS_AT + 4 * SECTION + 4, 2, IMG_E_UNSUPPORTED },	/* two of them */
		{ SECTIONS_AT + 3 * SECTION + 0x10, 0xffffff00, IMG_E_BOUNDS },
		{ SECTIONS_AT + 3 * SECTION + 0x18, 9, IMG_E_BOUNDS },	/* their names */
		{ SECTIONS_AT + 3 * SECTION + 0x24, 0, IMG_E_BOUNDS },	/* no entry size */
		{ SECTIONS_AT + 6 * SECTION + 0x10, 0xffffff00, IMG_E_BOUNDS },
		{ SECTIONS_AT + 6 * SECTION + 0x14, 0x7fffffff, IMG_E_CORRUPT },
		{ SECTIONS_AT + 6 * SECTION + 0x1c, 9, IMG_E_BOUNDS }, /* what they apply to */
		{ SYMBOLS_AT + 4 * 0x10, 0, IMG_E_ABSENT },		/* _bss */
		{ SYMBOLS_AT + 5 * 0x10, 1, IMG_E_ABSENT },		/* _ebss */
		{ SYMBOLS_AT + 2 * 0x10, 0x1000, IMG_E_BOUNDS },	/* a name */
		{ RELOCATIONS_AT + 4, 0x103, IMG_E_UNSUPPORTED },	/* type */
		{ RELOCATIONS_AT + 4, 0x801, IMG_E_BOUNDS },		/* symbol */
		{ RELOCATIONS_AT, LINKED_AT - 1, IMG_E_CORRUPT },	/* outside the program */
		{ RELOCATIONS_AT, LINKED_AT + 0x7ffffff, IMG_E_CORRUPT },
	};
	struct img *file, *module;
	struct img_error err;
	enum img_status st;
	uint32_t memory;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		file = elf(PROGRAM);
		put(file, damage[i].at, damage[i].value);
		st = img_rmodule_from_elf(img_bytes(file), &module, &memory, &err);
		if (st != damage[i].expected)
			fail_msg("%zu: %s, expected %s: %s", i, img_status_word(st),
				 img_status_word(damage[i].expected), st ? err.text : "");
		img_close(file);
	}
}

static void test_two_segments(void **state)
{
	struct img *file = elf(PROGRAM), *module;
	uint32_t memory;

	(void)state;
	put(file, 0x2c, 0x00280002);	/* the first section's entry is taken for a segment */
	put(file, SECTIONS_AT, 1);
	assert_int_equal(img_rmodule_from_elf(img_bytes(file), &module, &memory, NULL),
			 IMG_E_UNSUPPORTED);
	img_close(file);
}

static void test_truncated(void **state)
{
	struct img *whole = elf(PROGRAM), *module;
	size_t size;
	uint32_t memory;

	(void)state;
	for (size = 0; size < img_size(whole); size += size < 0x500 ? 1 : 37) {
		uint8_t *copy = malloc(size + 1);

		assert_non_null(copy);
		memcpy(copy, img_view_data(img_bytes(whole)), size);
		assert_int_not_equal(img_rmodule_from_elf(img_view_of(copy, size), &module, &memory,
							  NULL), IMG_OK);
		free(copy);
	}
	img_close(whole);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields), cmocka_unit_test(test_memory),
		cmocka_unit_test(test_optional), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_two_segments), cmocka_unit_test(test_truncated),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
