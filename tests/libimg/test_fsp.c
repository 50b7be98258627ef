/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FSP: finding components, moving them. The digests are those of what cbfstool stores. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/core/digest.h"
#include "libimg/format/fsp.h"
#include "libimg/format/pe.h"
#include "tests/libimg/fixture.h"
#include "tests/synth/fsp.h"

enum { SIZE = 0x8000, ADDRESS = 0x100000, LINKED_AT = 0xfff40000, TE_AT = 0x144 };

static struct img *synth(enum img_fsp_kind kind, size_t size)
{
	struct img_error err;
	struct img *img = NULL;

	if (synth_fsp(kind, "fsp", size, &img, &err) != IMG_OK)
		fail_msg("%s", err.text);
	return img;
}

static void assert_sha256(struct img_view v, const char *expected)
{
	char hex[IMG_DIGEST_HEX];
	struct img_digest d;

	assert_int_equal(img_digest(IMG_SHA256, v, &d, NULL), IMG_OK);
	img_digest_hex(&d, hex);
	assert_string_equal(hex, expected);
}

static uint64_t find(struct img *img, const char *what, size_t size)
{
	uint64_t at = 0;

	assert_true(img_view_find(img_bytes(img), 0, img_view_of(what, size), &at));
	return at;
}

static void put(struct img *img, uint64_t at, const void *bytes, size_t size)
{
	assert_int_equal(img_span_write(img_span(img), at, img_view_of(bytes, size), NULL), IMG_OK);
}

static void put_le32(struct img *img, uint64_t at, uint32_t value)
{
	uint8_t word[4];

	img_put_le32(word, value);
	put(img, at, word, sizeof(word));
}

/* An FSP as Intel publishes it: components one after the other. */
static void test_components(void **state)
{
	struct img *t = synth(IMG_FSP_T, SIZE), *m = synth(IMG_FSP_M, 0x9000), *all;
	struct img_fsp fsp;
	struct img_error err;
	uint64_t cursor = 0;

	(void)state;
	assert_int_equal(img_new(SIZE + 0x9000, 0, &all, NULL), IMG_OK);
	put(all, 0, img_view_data(img_bytes(t)), SIZE);
	put(all, SIZE, img_view_data(img_bytes(m)), 0x9000);

	assert_int_equal(img_fsp_next(img_bytes(all), &cursor, &fsp, NULL), IMG_OK);
	assert_int_equal(fsp.kind, IMG_FSP_T);
	assert_int_equal(fsp.range.start, 0);
	assert_int_equal(fsp.range.size, SIZE);
	assert_int_equal(fsp.linked_at, LINKED_AT);
	assert_int_equal(fsp.revision, 0x01020304);
	assert_string_equal(fsp.id, "$SYNTH$$");
	assert_int_equal(img_fsp_next(img_bytes(all), &cursor, &fsp, NULL), IMG_OK);
	assert_int_equal(fsp.kind, IMG_FSP_M);
	assert_int_equal(img_fsp_next(img_bytes(all), &cursor, &fsp, NULL), IMG_E_ABSENT);

	assert_int_equal(img_fsp_find(img_bytes(all), IMG_FSP_M, &fsp, NULL), IMG_OK);
	assert_int_equal(fsp.range.start, SIZE);
	assert_int_equal(fsp.range.size, 0x9000);
	assert_int_equal(img_fsp_find(img_bytes(all), IMG_FSP_S, &fsp, &err), IMG_E_ABSENT);
	assert_string_equal(err.text, "no FSP-S here");
	img_close(all);
	img_close(t);
	img_close(m);
}

/* Volumes without an information header are no components, and are passed over. */
static void test_other_volumes(void **state)
{
	struct img *img = synth(IMG_FSP_M, SIZE), *all;
	uint64_t second = 0x6000;
	struct img_fsp fsp;

	(void)state;
	assert_int_equal(img_new(0x2000 + SIZE, 0, &all, NULL), IMG_OK);
	put(all, 0, img_view_data(img_bytes(img)) + second, 0x2000);
	put(all, 0x2000, img_view_data(img_bytes(img)), SIZE);
	assert_int_equal(img_fsp_find(img_bytes(all), IMG_FSP_M, &fsp, NULL), IMG_OK);
	assert_int_equal(fsp.range.start, 0x2000);
	assert_int_equal(img_fsp_find(img_bytes(img), IMG_FSP_ONE, &fsp, NULL), IMG_E_ABSENT);
	img_close(all);
	img_close(img);
}

/* Digests: of what fsp_relocate.c of coreboot of 2026 makes of the same file. */
static void test_relocate(void **state)
{
	struct img *img = synth(IMG_FSP_M, SIZE), *before = synth(IMG_FSP_M, SIZE);

	(void)state;
	assert_sha256(img_bytes(img),
		      "f4556d3504ec8675c60ce2fec53ec7f016af409f9f2657d7e169541f8c670875");
	assert_int_equal(img_fsp_relocate(img_span(img), ADDRESS, NULL), IMG_OK);
	assert_sha256(img_bytes(img),
		      "03b8ff8210905ebf4750c279ff99995c08c87ec9fcbe44f01614fd4629d7bb26");
	assert_int_equal(img_fsp_relocate(img_span(img), 0xfff80000, NULL), IMG_OK);
	assert_sha256(img_bytes(img),
		      "be3f2fa8536e2ed9511fba99e43bdd7a235ebd388e25489bf9cae783de01cbd5");
	assert_int_equal(img_fsp_relocate(img_span(img), LINKED_AT, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	img_close(img);
	img_close(before);
}

/* An FSP 1.1, whole. Digest: of what cbfstool 4.15 stores at that address. */
static void test_real(void **state)
{
	struct img *img = real_file("blob/BSWFSP.fd");
	struct img_fsp fsp;

	(void)state;
	if (!img)
		skip();
	assert_int_equal(img_fsp_find(img_bytes(img), IMG_FSP_ONE, &fsp, NULL), IMG_OK);
	assert_int_equal(fsp.range.start, 0);
	assert_int_equal(fsp.range.size, img_size(img));
	assert_int_equal(fsp.linked_at, 0xfff20000);
	assert_int_equal(img_fsp_relocate(img_span(img), 0xff3f8000, NULL), IMG_OK);
	assert_sha256(img_bytes(img),
		      "0b1ffa64a07e63d20d3df83689e7978bc9d5fff82d26a67d87d933a1ef657185");
	img_close(img);
}

static void test_truncated(void **state)
{
	struct img *whole = synth(IMG_FSP_M, SIZE);
	struct img_error err;
	struct img_fsp fsp;
	uint64_t cursor;
	size_t size;

	(void)state;
	for (size = 0; size < SIZE; size += size < 0x300 ? 1 : 61) {
		uint8_t *copy = malloc(size + 1);

		assert_non_null(copy);
		memcpy(copy, img_view_data(img_bytes(whole)), size);
		cursor = 0;
		assert_int_not_equal(img_fsp_next(img_view_of(copy, size), &cursor, &fsp, &err),
				     IMG_OK);
		assert_int_not_equal(img_fsp_relocate(img_span_of(copy, size), ADDRESS, &err),
				     IMG_OK);
		free(copy);
	}
	img_close(whole);
}

static void test_damaged(void **state)
{
	static const struct {
		uint64_t at;
		uint32_t value;
		enum img_status expected;
	} damage[] = {
		{ 0x10, 0, IMG_E_UNSUPPORTED },			/* file system */
		{ 0x20, 0, IMG_E_CORRUPT },			/* volume: length */
		{ 0x20, SIZE + 1, IMG_E_BOUNDS },
		{ 0x20, 0x6001, IMG_E_CORRUPT },		/* no volume behind it */
		{ 0x28, 0, IMG_E_ABSENT },			/* "_FVH" */
		{ 0x34, 0xfff0, IMG_E_BOUNDS },			/* extended header */
		{ 0x70, 0x10000, IMG_E_CORRUPT },		/* its length */
		{ 0x80, 0, IMG_E_ABSENT },			/* GUID of the first file */
		{ 0x94, 0xf8000000, IMG_E_CORRUPT },		/* its length */
		{ 0x94, 0xf8ffffff, IMG_E_CORRUPT },
		{ 0x90, 0x0106aa55, IMG_E_UNSUPPORTED },	/* a large file */
		{ 0x98, 0x19000003, IMG_E_CORRUPT },		/* section: length */
		{ 0x98, 0x1900008d, IMG_E_CORRUPT },
		{ 0x98, 0x1800008c, IMG_E_ABSENT },		/* its type */
		{ 0x9c, 0, IMG_E_ABSENT },			/* "FSPH" */
		{ 0xa0, 0x23, IMG_E_CORRUPT },			/* length of the header */
		{ 0xa0, 0x89, IMG_E_CORRUPT },
		{ 0xe8, 0, IMG_E_CORRUPT },			/* length of a table: for ever */
		{ 0x104, 0, IMG_E_ABSENT },			/* "FSPP" */
		{ 0x10c, 0xffffffff, IMG_E_BOUNDS },		/* number of patches */
		{ TE_AT, 0, IMG_E_ABSENT },			/* "VZ" */
		{ TE_AT + 6, 0x27, IMG_E_CORRUPT },		/* stripped size */
		{ TE_AT + 0x18, 0, IMG_E_BOUNDS },		/* relocations: offset */
		{ TE_AT + 0x1c, 0x10000, IMG_E_BOUNDS },	/* their size */
	};
	struct img_error err;
	struct img *img;
	enum img_status st;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		img = synth(IMG_FSP_M, SIZE);
		put_le32(img, damage[i].at, damage[i].value);
		st = img_fsp_relocate(img_span(img), ADDRESS, &err);
		if (st != damage[i].expected)
			fail_msg("0x%llx: %s, expected %s: %s", (unsigned long long)damage[i].at,
				 img_status_word(st), img_status_word(damage[i].expected),
				 st ? err.text : "");
		img_close(img);
	}
}

/* Relocations of a PE image that do not fit it. */
static void test_damaged_pe(void **state)
{
	static const struct {
		uint64_t from_pe;	/* or from the table of relocations */
		bool in_table;
		uint32_t value;
		enum img_status expected;
	} damage[] = {
		{ 0x18, false, 0x107, IMG_E_UNSUPPORTED },	/* magic */
		{ 0x74, false, 5, IMG_OK },			/* no directory of relocations */
		{ 0xa0, false, 0xffffff00, IMG_E_BOUNDS },	/* where they are */
		{ 0xa4, false, 7, IMG_E_BOUNDS },		/* half a header of a block */
		{ 4, true, 7, IMG_E_CORRUPT },			/* length of a block */
		{ 4, true, 0xb, IMG_E_CORRUPT },
		{ 4, true, 0x402, IMG_E_CORRUPT },
		{ 0, true, 0xfffff000, IMG_E_BOUNDS },		/* page of a block */
		{ 8, true, 0x30005000, IMG_E_UNSUPPORTED },	/* type */
	};
	struct img_error err;
	struct img *img;
	enum img_status st;
	uint64_t pe, table;
	uint8_t word[4];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damage) / sizeof(damage[0]); i++) {
		img = synth(IMG_FSP_M, SIZE);
		pe = find(img, "PE\0\0\x4c\x01", 6);
		assert_int_equal(img_view_copy(img_bytes(img), pe + 0xa0, word, 4, NULL), IMG_OK);
		table = pe - 0x80 + img_get_le32(word);
		put_le32(img, damage[i].from_pe + (damage[i].in_table ? table : pe),
			 damage[i].value);
		st = img_fsp_relocate(img_span(img), ADDRESS, &err);
		if (st != damage[i].expected)
			fail_msg("%zu: %s, expected %s: %s", i, img_status_word(st),
				 img_status_word(damage[i].expected), st ? err.text : "");
		img_close(img);
	}
}

/* A PE image and a TE image, to the byte. */
static void test_words(void **state)
{
	struct img *img = synth(IMG_FSP_M, SIZE), *moved = synth(IMG_FSP_M, SIZE);
	uint64_t places[] = { TE_AT + 0x2c, find(img, "PE\0\0\x4c\x01", 6) + 0x34,
			      find(img, "PE\0\0\x64\x86", 6) + 0x30, 0xb8, SIZE - 4, SIZE - 16 };
	uint8_t old[4], new[4];
	size_t i;

	(void)state;
	assert_int_equal(img_fsp_relocate(img_span(moved), LINKED_AT + 0x1000, NULL), IMG_OK);
	for (i = 0; i < sizeof(places) / sizeof(places[0]); i++) {
		assert_int_equal(img_view_copy(img_bytes(img), places[i], old, 4, NULL), IMG_OK);
		assert_int_equal(img_view_copy(img_bytes(moved), places[i], new, 4, NULL),
				 IMG_OK);
		assert_int_equal(img_get_le32(new), img_get_le32(old) + 0x1000);
	}
	img_close(img);
	img_close(moved);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_components), cmocka_unit_test(test_other_volumes),
		cmocka_unit_test(test_relocate), cmocka_unit_test(test_real),
		cmocka_unit_test(test_truncated), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_damaged_pe), cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
