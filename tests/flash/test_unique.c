/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is one machine's own: found by name, told from another's, and put into other contents. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/cbfs_edit.h"
#include "tests/synth/descriptor.h"
#include "tests/synth/synth.h"
#include "tools/common/board.h"
#include "tools/flash/unique.h"

/*
 * Contents with all three kinds: a descriptor whose GbE region is at 0x1000, an FMAP at MAP with
 * the areas below, and a CBFS. The second half alone is a chip's part, too.
 */
enum {
	SIZE = 0x40000,
	GBE = 0x1000, GBE_SIZE = 0x2000,
	LOW = 0x10000,			/* an area of the first half */
	MAP = 0x20000, VPD = 0x21000, AREA = 0x1000,
	CBFS = 0x22000, CBFS_SIZE = SIZE - CBFS,
	FILE_AT = 0x28000,		/* data of the file "vpd" */
	DATA = 3000,
	RAW = IMG_CBFS_RAW,
};

static void must(enum img_status st, const struct img_error *err)
{
	if (st != IMG_OK)
		fail_msg("%s: %s", img_status_word(st), err->text);
}

static void put(struct img *img, uint64_t at, const void *bytes, size_t size)
{
	struct img_error err;

	must(img_span_write(img_span(img), at, img_view_of(bytes, size), &err), &err);
}

static struct img_view slice(struct img_view v, uint64_t at, uint64_t size)
{
	struct img_error err;
	struct img_view out = v;

	must(img_view_slice(v, at, size, &out, &err), &err);
	return out;
}

static void put_map(struct img *img, uint64_t vpd, uint64_t size)
{
	const struct img_board_region areas[] = {
		{ "FMAP", { MAP, 0x800 } }, { "RO_VPD", { vpd, size } },
		{ "LOW", { LOW, AREA } }, { "COREBOOT", { CBFS, CBFS_SIZE } },
		{ "SI_GBE", { GBE, GBE_SIZE } },
	};
	uint8_t map[56 + 42 * 5] = { 0 };

	synth_fmap(map, SIZE, areas, 5);
	put(img, MAP, map, sizeof(map));
}

static struct img *make(const char *seed)
{
	uint8_t bytes[SYNTH_DESCRIPTOR_SIZE];
	struct img_error err;
	struct img *img;

	must(img_new(SIZE, 0xff, &img, &err), &err);
	synth_descriptor(board_compiled("x230_12mb"), bytes);
	put(img, 0, bytes, sizeof(bytes));
	synth_bytes(seed, bytes, AREA);
	put(img, GBE, bytes, AREA);
	put(img, VPD, bytes, AREA);
	put(img, LOW, bytes, AREA);
	put_map(img, VPD, AREA);
	must(img_cbfs_create(img, (struct img_range){ CBFS, CBFS_SIZE }, &err), &err);
	return img;
}

/* A file with an attribute that is not carried over. */
static void add(struct img *img, const char *name, const char *seed, uint32_t type, uint64_t at)
{
	static uint8_t data[DATA];
	static const enum img_digest_kind hash = IMG_SHA256;
	const struct img_cbfs_new file = { .name = name, .type = type, .where = at, .hash = &hash,
					   .data = img_view_of(data, DATA),
					   .place = IMG_CBFS_FIXED };
	struct img_error err;

	synth_bytes(seed, data, DATA);
	must(img_cbfs_add(img, NULL, &file, NULL, &err), &err);
}

static struct unique find(const struct img *img, const char *name)
{
	struct unique u;

	if (!unique_find(img_bytes(img), name, &u))
		fail_msg("%s is not found", name);
	return u;
}

static void assert_at(const struct img *img, const char *name, uint64_t at, uint64_t size)
{
	const struct unique u = find(img, name);

	assert_int_equal(u.range.start, at);
	assert_int_equal(u.range.size, size);
	assert_true(img_view_equal(u.bytes, slice(img_bytes(img), at, size)));
}

/* --- finding ---------------------------------------------------------------------------- */

static void test_found(void **state)
{
	struct img *img = make("one");

	(void)state;
	add(img, "vpd", "file", RAW, FILE_AT);
	assert_at(img, "gbe", GBE, GBE_SIZE);
	assert_int_equal(find(img, "gbe").kind, UNIQUE_REGION);
	assert_at(img, "RO_VPD", VPD, AREA);
	assert_at(img, "fmap:RO_VPD", VPD, AREA);
	assert_int_equal(find(img, "RO_VPD").kind, UNIQUE_AREA);
	assert_at(img, "cbfs:vpd", FILE_AT, DATA);
	assert_int_equal(find(img, "cbfs:vpd").kind, UNIQUE_FILE);
	assert_int_equal(find(img, "cbfs:vpd").file.type, RAW);
	img_close(img);
}

static void test_absent(void **state)
{
	/* No such region, one that leaves the contents, no such area or file, another kind. */
	static const char *const names[] = { "pd", "bios", "RW_VPD", "fmap:", "fmap:gbe", "cbfs:",
					     "cbfs:none", "cbfs:RO_VPD", "vpd", "" };
	struct img *img = make("one");
	struct unique u;
	size_t i;

	(void)state;
	add(img, "vpd", "file", RAW, FILE_AT);
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (unique_find(img_bytes(img), names[i], &u))
			fail_msg("\"%s\" is found", names[i]);
	/* Without the three words that lead there. */
	put(img, 0x10, "none", 4);
	assert_false(unique_find(img_bytes(img), "gbe", &u));
	assert_false(unique_has_place(img_bytes(img), "gbe"));
	put(img, MAP, "none", 4);
	assert_false(unique_find(img_bytes(img), "RO_VPD", &u));
	assert_false(unique_find(img_bytes(img), "cbfs:vpd", &u));
	assert_false(unique_has_place(img_bytes(img), "cbfs:vpd"));
	assert_false(unique_find(img_view_of(NULL, 0), "gbe", &u));
	img_close(img);
}

/* Offsets count from where the contents begin, whatever they are a slice of. */
static void test_part(void **state)
{
	struct img *img = make("one");
	struct img_view part;
	struct unique u;

	(void)state;
	part = slice(img_bytes(img), MAP, SIZE - MAP);
	assert_true(unique_find(part, "RO_VPD", &u));
	assert_int_equal(u.range.start, VPD - MAP);
	assert_int_equal(u.range.size, AREA);
	assert_true(img_view_equal(u.bytes, slice(img_bytes(img), VPD, AREA)));
	assert_false(unique_find(part, "LOW", &u));
	assert_false(unique_find(part, "gbe", &u));
	img_close(img);
}

static void test_file_in_slice(void **state)
{
	enum { BEFORE = 0x8000 };
	struct img *img = make("one"), *chip;
	struct img_error err;
	struct unique u;

	(void)state;
	add(img, "vpd", "file", RAW, FILE_AT);
	must(img_new(BEFORE + SIZE, 0xff, &chip, &err), &err);
	must(img_span_write(img_span(chip), BEFORE, img_bytes(img), &err), &err);
	assert_true(unique_find(slice(img_bytes(chip), BEFORE, SIZE), "cbfs:vpd", &u));
	assert_int_equal(u.range.start, FILE_AT);
	assert_true(unique_find(slice(img_bytes(chip), BEFORE, SIZE), "gbe", &u));
	assert_int_equal(u.range.start, GBE);
	img_close(chip);
	img_close(img);
}

static void test_place(void **state)
{
	struct img *img = make("one");

	(void)state;
	assert_true(unique_has_place(img_bytes(img), "gbe"));
	assert_true(unique_has_place(img_bytes(img), "fmap:RO_VPD"));
	assert_true(unique_has_place(img_bytes(img), "cbfs:any"));
	assert_false(unique_has_place(img_bytes(img), "pd"));
	assert_false(unique_has_place(img_bytes(img), "RW_VPD"));
	img_close(img);
}

/* --- telling ---------------------------------------------------------------------------- */

static void test_blank(void **state)
{
	static const uint8_t zeros[AREA];
	struct img *img = make("one");
	struct unique u = find(img, "RO_VPD");
	struct unique_mark mark;

	(void)state;
	assert_false(unique_is_blank(&u));
	assert_int_equal(unique_mark(img_bytes(img), "RO_VPD", &mark, NULL), IMG_OK);
	assert_false(mark.blank);
	put(img, VPD, zeros, AREA);
	assert_true(unique_is_blank(&u));
	assert_int_equal(unique_mark(img_bytes(img), "RO_VPD", &mark, NULL), IMG_OK);
	assert_true(mark.blank);
	put(img, VPD + AREA - 1, "\377", 1);
	assert_false(unique_is_blank(&u));
	assert_int_equal(img_span_fill(img_span(img), VPD, AREA, 0xff, NULL), IMG_OK);
	assert_true(unique_is_blank(&u));
	img_close(img);
}

/* Both ways of telling say the same. */
static void assert_same(const struct unique *a, const struct img *img, const char *name, bool same)
{
	const struct unique b = find(img, name);
	struct unique_mark mark;
	struct img_error err;

	must(unique_mark(img_bytes(img), name, &mark, &err), &err);
	assert_true(mark.found);
	assert_int_equal(mark.blank, unique_is_blank(&b));
	assert_int_equal(unique_same(a, &b), same);
	assert_int_equal(unique_is_marked(a, &mark), same);
}

static void test_same(void **state)
{
	struct img *img = make("one"), *twin = make("one"), *other = make("other");
	const struct unique gbe = find(img, "gbe"), vpd = find(img, "RO_VPD");
	struct unique_mark mark;
	struct unique file;

	(void)state;
	add(img, "vpd", "file", RAW, FILE_AT);
	add(twin, "vpd", "file", RAW, FILE_AT + 0x2000);
	add(other, "vpd", "file", IMG_CBFS_MRC, FILE_AT);
	file = find(img, "cbfs:vpd");
	assert_same(&gbe, twin, "gbe", true);
	assert_same(&gbe, other, "gbe", false);
	assert_same(&vpd, twin, "RO_VPD", true);
	assert_same(&file, twin, "cbfs:vpd", true);
	assert_same(&file, other, "cbfs:vpd", false);
	/* The same bytes of another kind, and one bit. */
	assert_same(&gbe, twin, "SI_GBE", false);
	put(twin, VPD + AREA - 1, "\0", 1);
	assert_same(&vpd, twin, "RO_VPD", false);
	assert_int_equal(unique_mark(img_bytes(twin), "pd", &mark, NULL), IMG_OK);
	assert_false(mark.found);
	assert_false(unique_is_marked(&gbe, &mark));
	img_close(img);
	img_close(twin);
	img_close(other);
}

/* --- putting ---------------------------------------------------------------------------- */

/* Where the descriptor says that the GbE region is, in units of 4 KiB. */
static void move_gbe(struct img *img, uint32_t first, uint32_t last)
{
	const uint8_t *flmap0 = img_view_data(slice(img_bytes(img), 0x14, 4));
	uint8_t word[4];

	img_put_le32(word, last << 16 | first);
	put(img, (uint64_t)flmap0[2] << 4 | 12, word, 4);
}

/* name goes from one to the other, to this place of it, and nothing else of it changes. */
static void assert_put(const struct img *from, const char *name, struct img *into, uint64_t at)
{
	const struct unique u = find(from, name);
	struct img_range place;
	struct img_error err;
	struct img *before;

	must(img_copy(img_bytes(into), &before, &err), &err);
	must(unique_place(&u, name, img_bytes(into), &place, &err), &err);
	assert_int_equal(place.start, at);
	must(unique_put(&u, name, into, &err), &err);
	assert_at(into, name, at, u.range.size);
	assert_true(img_view_equal(slice(img_bytes(into), at, u.range.size), u.bytes));
	must(img_span_write(img_span(before), at, u.bytes, &err), &err);
	assert_true(img_view_equal(img_bytes(into), img_bytes(before)));
	img_close(before);
}

static void assert_refused(const struct img *from, const char *name, struct img *into,
			   enum img_status expected, const char *words)
{
	const struct unique u = find(from, name);
	struct img_range place;
	struct img_error err;
	struct img *before;

	must(img_copy(img_bytes(into), &before, &err), &err);
	assert_int_equal(unique_place(&u, name, img_bytes(into), &place, &err), expected);
	assert_int_equal(unique_put(&u, name, into, &err), expected);
	assert_non_null(strstr(err.text, words));
	assert_true(img_view_equal(img_bytes(into), img_bytes(before)));
	img_close(before);
}

static void test_put(void **state)
{
	struct img *one = make("one"), *other = make("other");

	(void)state;
	assert_put(one, "gbe", other, GBE);
	assert_put(one, "fmap:RO_VPD", other, VPD);
	move_gbe(other, 0x5, 0x6);
	put_map(other, 0x8000, AREA);
	assert_put(one, "gbe", other, 0x5000);
	assert_put(one, "RO_VPD", other, 0x8000);
	move_gbe(other, 0x5, 0x7);
	put_map(other, 0x8000, AREA / 2);
	assert_refused(one, "gbe", other, IMG_E_SPACE, "8192 bytes on the chip and 12288 in");
	assert_refused(one, "RO_VPD", other, IMG_E_SPACE, "4096 bytes on the chip and 2048 in");
	move_gbe(other, 0x7fff, 0);
	put(other, MAP, "none", 4);
	assert_refused(one, "gbe", other, IMG_E_ABSENT, "no place for gbe");
	assert_refused(one, "RO_VPD", other, IMG_E_ABSENT, "no place for RO_VPD");
	img_close(one);
	img_close(other);
}

static void assert_file(const struct unique *u, struct img *into, uint64_t at)
{
	struct img_error err;
	struct unique there;

	must(unique_put(u, "cbfs:vpd", into, &err), &err);
	there = find(into, "cbfs:vpd");
	assert_true(unique_same(u, &there));
	if (at)
		assert_int_equal(there.range.start, at);
}

static void test_file(void **state)
{
	struct img *one = make("one"), *other = make("other"), *before;
	struct unique u;

	(void)state;
	add(one, "vpd", "file", IMG_CBFS_MRC, FILE_AT);
	u = find(one, "cbfs:vpd");
	/* Where it was. */
	assert_file(&u, other, FILE_AT);
	img_close(other);
	/* Nothing is to be done where it is already. */
	other = make("other");
	add(other, "vpd", "file", IMG_CBFS_MRC, FILE_AT);
	assert_int_equal(img_copy(img_bytes(other), &before, NULL), IMG_OK);
	assert_file(&u, other, FILE_AT);
	assert_true(img_view_equal(img_bytes(other), img_bytes(before)));
	img_close(before);
	img_close(other);
	/* Where the other one is. */
	other = make("other");
	add(other, "vpd", "another", RAW, FILE_AT + 0x3000);
	assert_file(&u, other, FILE_AT + 0x3000);
	img_close(other);
	/* Anywhere. */
	other = make("other");
	add(other, "else", "else", RAW, FILE_AT + 0x100);
	assert_file(&u, other, 0);
	find(other, "cbfs:else");
	img_close(other);
	img_close(one);
}

static void test_no_room(void **state)
{
	static uint8_t much[CBFS_SIZE - 0x400];
	const struct img_cbfs_new file = { .name = "much", .type = RAW,
					   .data = img_view_of(much, sizeof(much)) };
	struct img *one = make("one"), *other = make("other");
	struct img_error err;
	struct unique u;

	(void)state;
	add(one, "vpd", "file", RAW, FILE_AT);
	u = find(one, "cbfs:vpd");
	must(img_cbfs_add(other, NULL, &file, NULL, &err), &err);
	assert_int_equal(unique_put(&u, "cbfs:vpd", other, &err), IMG_E_SPACE);
	put(other, MAP, "none", 4);
	assert_int_equal(unique_put(&u, "cbfs:vpd", other, &err), IMG_E_ABSENT);
	img_close(one);
	img_close(other);
}

/* A file that is compressed says so wherever it goes, also when where it came from is gone. */
static void test_held(void **state)
{
	static const uint8_t lzma[] = { 'B', 'C', 'Z', 'L', 0, 0, 0, 16,
					0, 0, 0, 1, 0, 0, 0x30, 0 };
	static uint8_t data[DATA];
	const struct img_cbfs_new file = { .name = "vpd", .type = RAW,
					   .data = img_view_of(data, DATA),
					   .attributes = img_view_of(lzma, sizeof(lzma)) };
	struct img *one = make("one"), *other = make("other"), *copy;
	struct img_error err;
	struct unique u, there;

	(void)state;
	synth_bytes("held", data, DATA);
	must(img_cbfs_add(one, NULL, &file, NULL, &err), &err);
	u = find(one, "cbfs:vpd");
	must(unique_hold_file(&u, &copy, &err), &err);
	assert_int_equal(img_span_fill(img_span(one), 0, SIZE, 0, NULL), IMG_OK);
	img_close(one);
	assert_true(img_view_equal(u.bytes, file.data));
	assert_file(&u, other, u.range.start);
	there = find(other, "cbfs:vpd");
	assert_int_equal(there.file.compression, 1);
	assert_int_equal(there.file.decompressed_size, 0x3000);
	img_close(copy);
	img_close(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_part),
		cmocka_unit_test(test_file_in_slice),
		cmocka_unit_test(test_place),
		cmocka_unit_test(test_blank),
		cmocka_unit_test(test_same),
		cmocka_unit_test(test_put),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_no_room),
		cmocka_unit_test(test_held),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
