/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FMAP: found where it is, and nowhere else. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/format/fmap.h"
#include "tests/libimg/fixture.h"
#include "tests/libimg/small.h"

enum { AREAS = 3, TABLE = 56 + 42 * AREAS, MANY = 300 };

static void assert_decode(struct img *img, enum img_status want)
{
	struct img_error err = { .status = IMG_OK };
	struct img_fmap map, untouched;

	memset(&untouched, 0x5a, sizeof(untouched));
	memcpy(&map, &untouched, sizeof(map));
	assert_int_equal(img_fmap_decode(img_bytes(img), &map, &err), want);
	assert_int_equal(err.status, want);
	if (want != IMG_OK)
		assert_memory_equal(&map, &untouched, sizeof(map));
}

static void test_good(void **state)
{
	struct img *img = small_image(SMALL_PLAIN);
	const struct img_fmap_area *area;
	struct img_fmap map;

	(void)state;
	assert_int_equal(img_fmap_decode(img_bytes(img), &map, NULL), IMG_OK);
	assert_int_equal(map.at, SMALL_FMAP);
	assert_int_equal(map.table_size, TABLE);
	assert_int_equal(map.base, 0xffff0000);
	assert_int_equal(map.size, SMALL_SIZE);
	assert_string_equal(map.name, "SMALL");
	assert_int_equal(map.area_count, AREAS);
	area = img_fmap_find(&map, "COREBOOT");
	assert_non_null(area);
	assert_ptr_equal(area, &map.area[1]);
	assert_int_equal(area->range.start, SMALL_CBFS);
	assert_int_equal(area->range.size, SMALL_CBFS_SIZE);
	assert_int_equal(area->flags, 0);
	assert_null(img_fmap_find(&map, "coreboot"));
	assert_null(img_fmap_find(&map, "COREBOO"));
	assert_null(img_fmap_find(&map, "COREBOOT_"));
	assert_null(img_fmap_find(&map, ""));
	img_close(img);
}

/* Cut off anywhere: no map while the table is not whole, then a map of a larger image. */
static void test_every_length(void **state)
{
	struct img *img = small_image(SMALL_PLAIN);
	struct img_fmap map, untouched;
	struct img_view cut;
	size_t len;

	(void)state;
	memset(&untouched, 0x5a, sizeof(untouched));
	for (len = 0; len < SMALL_SIZE; len += len < SMALL_FMAP + TABLE + 64 ? 1 : 997) {
		memcpy(&map, &untouched, sizeof(map));
		assert_int_equal(img_view_slice(img_bytes(img), 0, len, &cut, NULL), IMG_OK);
		assert_int_equal(img_fmap_decode(cut, &map, NULL),
				 len < SMALL_FMAP + TABLE ? IMG_E_ABSENT : IMG_E_BOUNDS);
		assert_memory_equal(&map, &untouched, sizeof(map));
	}
	img_close(img);
}

/* One damaged copy for each field that is trusted. */
static void test_damage(void **state)
{
	static const struct {
		uint64_t at;		/* from the start of the map */
		const char *bytes;
		size_t size;
		enum img_status want;
	} rows[] = {
		{ 0, "_", 1, IMG_OK },
		{ 0, "-", 1, IMG_E_ABSENT },
		{ 7, "-", 1, IMG_E_ABSENT },
		{ 8, "\0", 1, IMG_E_ABSENT },		/* major version */
		{ 8, "\2", 1, IMG_E_ABSENT },
		{ 9, "\0", 1, IMG_OK },			/* minor version */
		{ 9, "\2", 1, IMG_E_ABSENT },
		{ 18, "\xb5\0\0\0", 4, IMG_E_ABSENT },	/* size: less than the table */
		{ 18, "\xb6\0\0\0", 4, IMG_E_BOUNDS },	/* the table; areas leave it */
		{ 18, "\0\0\1\0", 4, IMG_OK },
		{ 18, "\1\0\1\0", 4, IMG_E_BOUNDS },	/* one byte more than there is */
		{ 18, "\xff\xff\xff\xff", 4, IMG_E_BOUNDS },
		{ 22, "\0", 1, IMG_OK },		/* name */
		{ 22, "S L", 3, IMG_E_ABSENT },
		{ 22, "\x7f", 1, IMG_E_ABSENT },
		{ 22, "\x80", 1, IMG_E_ABSENT },
		{ 22, "0123456789012345678901234567890", 31, IMG_OK },
		{ 22, "01234567890123456789012345678901", 32, IMG_E_ABSENT },
		{ 54, "\0\0", 2, IMG_OK },		/* number of areas */
		{ 54, "\xff\xff", 2, IMG_E_ABSENT },	/* more than the image holds */
		{ 56, "\0\0\1\0", 4, IMG_E_BOUNDS },	/* start of the first area */
		{ 56, "\xff\xff\xff\xff", 4, IMG_E_BOUNDS },
		{ 60, "\0\xfe\0\0", 4, IMG_OK },	/* its size */
		{ 60, "\1\xfe\0\0", 4, IMG_E_BOUNDS },
		{ 60, "\xff\xff\xff\xff", 4, IMG_E_BOUNDS },
		{ 64, "A B", 3, IMG_E_CORRUPT },	/* its name */
		{ 64, "\n", 1, IMG_E_CORRUPT },
		{ 64, "01234567890123456789012345678901", 32, IMG_E_CORRUPT },
		{ 56 + 42 * 2 + 4, "\1\x60\0\0", 4, IMG_E_BOUNDS },	/* size of the last */
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct img *img = small_image(SMALL_PLAIN);

		small_put(img, SMALL_FMAP + rows[i].at, rows[i].bytes, rows[i].size);
		assert_decode(img, rows[i].want);
		img_close(img);
	}
}

/* The text in front of the map, or a piece of one at the very end of the image. */
static void test_false_friends(void **state)
{
	struct img *img = small_image(SMALL_PLAIN);
	struct img_fmap map;
	uint64_t at;

	(void)state;
	small_put(img, 0x10, "__FMAP__ is what a map begins with", 34);
	small_put(img, 0x80, "__FMAP____FMAP__\1\1", 18);
	assert_int_equal(img_fmap_decode(img_bytes(img), &map, NULL), IMG_OK);
	assert_int_equal(map.at, SMALL_FMAP);
	small_put(img, SMALL_FMAP, "-", 1);
	for (at = SMALL_SIZE - 60; at <= SMALL_SIZE - 8; at++) {
		small_put(img, at, "__FMAP__", 8);
		assert_decode(img, IMG_E_ABSENT);
	}
	img_close(img);
}

/* The first of several counts, at any address. */
static void test_first(void **state)
{
	struct img *img = small_image(SMALL_PLAIN);
	struct img_view table;
	struct img_fmap map;
	uint8_t copy[TABLE];

	(void)state;
	assert_int_equal(img_view_slice(img_bytes(img), SMALL_FMAP, TABLE, &table, NULL), IMG_OK);
	memcpy(copy, img_view_data(table), TABLE);
	small_put(img, 0xf001, copy, TABLE);
	assert_int_equal(img_fmap_decode(img_bytes(img), &map, NULL), IMG_OK);
	assert_int_equal(map.at, SMALL_FMAP);
	small_put(img, SMALL_FMAP, "-", 1);
	assert_int_equal(img_fmap_decode(img_bytes(img), &map, NULL), IMG_OK);
	assert_int_equal(map.at, 0xf001);
	img_close(img);
}

static void test_many_areas(void **state)
{
	struct img *img = small_image(SMALL_PLAIN);
	uint8_t count[2];
	unsigned i;

	(void)state;
	small_fmap(img, MANY);
	for (i = 0; i < MANY; i++)
		small_area(img, i, "AREA", 0, 1);
	assert_decode(img, IMG_E_UNSUPPORTED);
	img_put_le16(count, IMG_FMAP_AREAS_MAX + 1);
	small_put(img, SMALL_FMAP + 54, count, 2);
	assert_decode(img, IMG_E_UNSUPPORTED);
	img_put_le16(count, IMG_FMAP_AREAS_MAX);
	small_put(img, SMALL_FMAP + 54, count, 2);
	assert_decode(img, IMG_OK);
	img_close(img);
}

/* What cbfstool says of the same image: golden/cbfs.json. */
static void test_real(void **state)
{
	struct img *img = real_file("cbfs/coreboot_256k.rom");
	const struct img_fmap_area *area;
	struct img_fmap map;

	(void)state;
	if (!img)
		skip();
	assert_int_equal(img_fmap_decode(img_bytes(img), &map, NULL), IMG_OK);
	assert_int_equal(map.area_count, 3);
	area = img_fmap_find(&map, "COREBOOT");
	assert_non_null(area);
	assert_int_equal(area->range.start, 512);
	assert_int_equal(area->range.size, 261632);
	img_close(img);
}

/* What was decoded becomes the same bytes again. */
static struct img_span map_of(struct img *img)
{
	struct img_span span;

	assert_int_equal(img_span_slice(img_span(img), SMALL_FMAP, TABLE, &span, NULL), IMG_OK);
	return span;
}

/* One chip's part of an image, which the map's own area places; *start only on success. */
static void assert_part(struct img *img, uint64_t at, uint64_t size, enum img_status want,
			uint64_t start)
{
	struct img_view part;
	struct img_fmap map;
	uint64_t found = 77;

	assert_int_equal(img_view_slice(img_bytes(img), at, size, &part, NULL), IMG_OK);
	assert_int_equal(img_fmap_decode_part(part, &map, &found, NULL), want);
	assert_int_equal(found, want == IMG_OK ? start : 77);
	if (want == IMG_OK)
		assert_int_equal(map.at, SMALL_FMAP - at);
}

static void test_part(void **state)
{
	struct img *img = small_image(SMALL_PLAIN);
	struct img_fmap map;
	size_t len;

	(void)state;
	assert_int_equal(img_fmap_decode(img_bytes(img), &map, NULL), IMG_OK);
	strcpy(map.area[0].name, "NOBODY");
	assert_int_equal(img_fmap_encode(&map, map_of(img), NULL), IMG_OK);
	assert_part(img, 0, SMALL_SIZE, IMG_E_ABSENT, 0);	/* nothing places it */
	strcpy(map.area[0].name, "FMAP");
	map.area[0].range.start = SMALL_FMAP;
	map.area[0].range.size = 512;
	assert_int_equal(img_fmap_encode(&map, map_of(img), NULL), IMG_OK);
	assert_part(img, 0, SMALL_SIZE, IMG_OK, 0);
	assert_part(img, SMALL_FMAP, SMALL_SIZE - SMALL_FMAP, IMG_OK, SMALL_FMAP);
	for (len = 0; len < 1024; len++)
		assert_part(img, 0, SMALL_FMAP + len, len < TABLE ? IMG_E_ABSENT : IMG_OK, 0);
	/* The second half of an image twice as large. */
	map.size = 2 * SMALL_SIZE;
	map.area[0].range.start = SMALL_SIZE + SMALL_FMAP;
	assert_int_equal(img_fmap_encode(&map, map_of(img), NULL), IMG_OK);
	assert_part(img, 0, SMALL_SIZE, IMG_OK, SMALL_SIZE);
	map.area[0].range.start++;		/* it would end a byte behind it */
	assert_int_equal(img_fmap_encode(&map, map_of(img), NULL), IMG_OK);
	assert_part(img, 0, SMALL_SIZE, IMG_E_BOUNDS, 0);
	map.area[0].range.start = SMALL_FMAP - 1;	/* it would begin before it */
	assert_int_equal(img_fmap_encode(&map, map_of(img), NULL), IMG_OK);
	assert_part(img, 0, SMALL_SIZE, IMG_E_ABSENT, 0);
	map.area[0].range.start = SMALL_FMAP;
	map.area[1].range.size = 2 * SMALL_SIZE;	/* an area leaves the image */
	assert_int_equal(img_fmap_encode(&map, map_of(img), NULL), IMG_OK);
	assert_part(img, 0, SMALL_SIZE, IMG_E_BOUNDS, 0);
	img_close(img);
}

static void test_encode(void **state)
{
	struct img *img = small_image(SMALL_PLAIN), *copy;
	struct img_span table;
	struct img_fmap map;

	(void)state;
	assert_int_equal(img_fmap_decode(img_bytes(img), &map, NULL), IMG_OK);
	assert_int_equal(img_copy(img_bytes(img), &copy, NULL), IMG_OK);
	assert_int_equal(img_span_slice(img_span(copy), SMALL_FMAP, TABLE, &table, NULL), IMG_OK);
	assert_int_equal(img_span_fill(table, 0, TABLE, 0x5a, NULL), IMG_OK);
	assert_int_equal(img_fmap_encode(&map, table, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(copy), img_bytes(img)));
	for (size_t n = 0; n < TABLE; n++) {
		struct img_span less;

		assert_int_equal(img_span_slice(table, 0, n, &less, NULL), IMG_OK);
		map.name[0] = 'X';
		assert_int_equal(img_fmap_encode(&map, less, NULL), IMG_E_BOUNDS);
	}
	assert_true(img_view_equal(img_bytes(copy), img_bytes(img)));
	map.area_count = IMG_FMAP_AREAS_MAX + 1;
	assert_int_equal(img_fmap_encode(&map, table, NULL), IMG_E_USAGE);
	img_close(copy);
	img_close(img);
}

static void test_tree(void **state)
{
	static const struct {
		const char *name;
		struct img_range range;
	} areas[] = {
		{ "BIOS", { 0x1000, 0xf000 } }, { "WP_RO", { 0x8000, 0x8000 } },
		{ "RW", { 0x1000, 0x7000 } }, { "SI_ALL", { 0, 0x1000 } },
		{ "FMAP", { 0x8000, 0x200 } }, { "SAME", { 0x8000, 0x8000 } },
		{ "A", { 0x2000, 0x100 } },
	};
	static const struct {
		const char *name;
		unsigned depth;
	} want[] = { { "SI_ALL", 0 }, { "BIOS", 0 }, { "RW", 1 }, { "A", 2 }, { "WP_RO", 1 },
		     { "SAME", 2 }, { "FMAP", 3 } };
	enum { COUNT = sizeof(areas) / sizeof(areas[0]) };
	struct img_fmap map = { .area_count = COUNT };
	struct img_fmap_node tree[IMG_FMAP_AREAS_MAX];

	(void)state;
	for (size_t i = 0; i < COUNT; i++) {
		strcpy(map.area[i].name, areas[i].name);
		map.area[i].range = areas[i].range;
	}
	img_fmap_tree(&map, tree);
	for (size_t i = 0; i < COUNT; i++) {
		assert_string_equal(tree[i].area->name, want[i].name);
		assert_int_equal(tree[i].depth, want[i].depth);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	      cmocka_unit_test(test_every_length),
		cmocka_unit_test(test_damage),	      cmocka_unit_test(test_false_friends),
		cmocka_unit_test(test_first),	      cmocka_unit_test(test_many_areas),
		cmocka_unit_test(test_real),	      cmocka_unit_test(test_encode),
		cmocka_unit_test(test_tree),	      cmocka_unit_test(test_part),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
