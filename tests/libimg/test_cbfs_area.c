/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A list of an image of which only the headers were read is that of the whole image. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <unistd.h>

#include <cmocka.h>

#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_walk.h"
#include "tests/libimg/small.h"

enum { LIST = 16384 };

/* What a list of the area says, errors included, as text; so is that there was none (st). */
static void list(struct img *img, enum img_status st, const struct img_cbfs_area *area,
		 bool inside, const struct img_error *none, char out[LIST])
{
	struct img_cbfs_file file;
	struct img_view files;
	struct img_error err = *none;
	uint64_t cursor = 0;
	int used = 0;

	out[0] = 0;
	if (st == IMG_OK)
		st = img_view_slice(img_bytes(img), area->range.start, area->range.size, &files,
				    &err);
	if (st != IMG_OK) {
		snprintf(out, LIST, "%d %s", st, err.text);
		return;
	}
	while ((st = img_cbfs_walk(files, inside, &cursor, &file, &err)) != IMG_E_ABSENT) {
		if (st == IMG_OK)
			used += snprintf(out + used, LIST - (size_t)used, "%llx %s %x %u %u\n",
					 (unsigned long long)file.at, file.name, file.type,
					 file.data_size, file.compression);
		else
			used += snprintf(out + used, LIST - (size_t)used, "%llx %s\n",
					 (unsigned long long)err.at, err.text);
		assert_in_range(used, 1, LIST - 2000);
	}
}

static void write_file(const struct img *img)
{
	FILE *f = fopen("file", "wb");

	assert_non_null(f);
	assert_int_equal(fwrite(img_view_data(img_bytes(img)), 1, img_size(img), f),
			 img_size(img));
	fclose(f);
}

static void assert_alike(struct img *img, const char *name)
{
	static char whole[LIST], part[LIST];
	struct img_cbfs_area area;
	struct img_error err = { .text = "" };
	struct img *lazy;
	enum img_status st;
	bool inside;

	write_file(img);
	st = img_cbfs_area_find(img_bytes(img), name, &area, &err);
	list(img, st, &area, true, &err, whole);
	assert_int_equal(img_open_lazily("file", &lazy, NULL), IMG_OK);
	st = img_cbfs_area_load(lazy, name, &area, &inside, &err);
	list(lazy, st, &area, inside, &err, part);
	assert_string_equal(part, whole);
	img_close(lazy);
	unlink("file");
}

static struct img *with_files(void)
{
	static uint8_t bytes[0x1000];
	struct img_cbfs_new file = { .type = IMG_CBFS_RAW, .place = IMG_CBFS_ANYWHERE,
				     .data = img_view_of(bytes, sizeof(bytes)) };
	struct img *img = small_image(SMALL_ANCHOR_IN_FILE);
	static const char *const names[] = { "a", "b", "c" };

	small_bytes("data", bytes, sizeof(bytes));
	for (size_t i = 0; i < 3; i++) {
		file.name = names[i];
		assert_int_equal(img_cbfs_add(img, NULL, &file, NULL, NULL), IMG_OK);
	}
	return img;
}

static void test_sound(void **state)
{
	struct img *img = with_files();

	(void)state;
	assert_alike(img, NULL);
	assert_alike(img, "FW_MAIN_A");
	assert_alike(img, "NONE");
	assert_alike(img, "FMAP");
	img_close(img);
}

/* Nothing of the data is read. */
static void test_only_headers(void **state)
{
	struct img *img = with_files(), *lazy;
	struct img_cbfs_area area;
	struct img_view data;
	bool inside;

	(void)state;
	write_file(img);
	/* The data lie behind the first 256 KiB. */
	assert_int_equal(truncate("file", 4 << 20), 0);
	assert_int_equal(img_open_lazily("file", &lazy, NULL), IMG_OK);
	assert_int_equal(img_cbfs_area_load(lazy, NULL, &area, &inside, NULL), IMG_OK);
	assert_false(inside);
	assert_int_equal(img_view_slice(img_bytes(lazy), 256 << 10, (4 << 20) - (256 << 10),
					&data, NULL), IMG_OK);
	assert_true(img_view_filled(data, 0));
	img_close(lazy);
	img_close(img);
	unlink("file");
}

static struct img_cbfs_file find(const struct img *img, const char *name)
{
	struct img_cbfs_file file;
	struct img_view area;
	uint64_t cursor = 0;

	assert_int_equal(img_view_slice(img_bytes(img), SMALL_CBFS, SMALL_CBFS_SIZE, &area, NULL),
			 IMG_OK);
	do
		assert_int_equal(img_cbfs_next(area, &cursor, &file, NULL), IMG_OK);
	while (strcmp(file.name, name));
	return file;
}

/* Every byte of the map and of the first headers damaged, in turn. */
static void test_damaged(void **state)
{
	struct img *img = with_files();
	uint64_t at;
	uint8_t old;

	(void)state;
	for (at = SMALL_FMAP; at < SMALL_CBFS + 0x60; at++) {
		assert_int_equal(img_view_copy(img_bytes(img), at, &old, 1, NULL), IMG_OK);
		small_put(img, at, (uint8_t[]){ old ^ 0x81 }, 1);
		assert_alike(img, NULL);
		small_put(img, at, &old, 1);
	}
	for (at = SMALL_CBFS; at < SMALL_CBFS + SMALL_CBFS_SIZE; at += 64) {
		uint8_t header[64];

		assert_int_equal(img_view_copy(img_bytes(img), at, header, 64, NULL), IMG_OK);
		if (memcmp(header, "LARCHIVE", 8))
			continue;
		for (unsigned i = 0; i < 24; i++) {
			small_put(img, at + i, (uint8_t[]){ header[i] ^ 0x80 }, 1);
			assert_alike(img, NULL);
		}
		small_put(img, at, header, sizeof(header));
	}
	/* Lengths that lead on to later headers, and hide those between. */
	for (at = 0; at < SMALL_CBFS_SIZE; at += 64) {
		static const char *const over[] = { "a", "b", "" };

		for (size_t i = 0; i < 3; i++) {
			struct img_cbfs_file file = find(img, over[i]);
			uint64_t data = file.at + file.metadata_size;

			if (at < data)
				continue;
			small_put_be32(img, SMALL_CBFS + file.at + 8, (uint32_t)(at - data));
			assert_alike(img, NULL);
			small_put_be32(img, SMALL_CBFS + file.at + 8, file.data_size);
		}
	}
	/* Signatures that are no map, in front of it and alone. */
	small_put(img, 0x10, "__FMAP__", 8);
	assert_alike(img, NULL);
	small_put(img, SMALL_FMAP, "no", 2);
	assert_alike(img, NULL);
	img_close(img);
}

/* What is in front of the map is not brought. */
static void assert_found_soon(const struct img *img)
{
	struct img_cbfs_area area;
	struct img_view first;
	struct img *lazy;
	bool inside;

	write_file(img);
	assert_int_equal(img_open_lazily("file", &lazy, NULL), IMG_OK);
	assert_int_equal(img_cbfs_area_load(lazy, NULL, &area, &inside, NULL), IMG_OK);
	assert_false(inside);
	assert_int_equal(img_view_slice(img_bytes(lazy), 0, SMALL_FMAP, &first, NULL), IMG_OK);
	assert_true(img_view_filled(first, 0));
	img_close(lazy);
	unlink("file");
}

/* The map lies across the ends of what is read at a time, wherever these are. */
static void test_map_across(void **state)
{
	enum { LONG = 160 << 10, STEP = 32 << 10, MAP = 0x400 };
	struct img *img = with_files(), *longer;
	struct img_view map;

	(void)state;
	assert_in_range(img_size(img), MAP, LONG - STEP - MAP);
	assert_int_equal(img_view_slice(img_bytes(img), SMALL_FMAP, MAP, &map, NULL), IMG_OK);
	for (uint64_t at = img_size(img); at < LONG - MAP; at++) {
		if (at % STEP > 20 && at % STEP < STEP - 60)
			continue;
		assert_int_equal(img_new(LONG, 0xff, &longer, NULL), IMG_OK);
		assert_int_equal(img_span_write(img_span(longer), 0, img_bytes(img), NULL),
				 IMG_OK);
		small_put(longer, SMALL_FMAP, "no", 2);
		assert_int_equal(img_span_write(img_span(longer), at, map, NULL), IMG_OK);
		assert_alike(longer, NULL);
		assert_found_soon(longer);
		img_close(longer);
	}
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sound),
		cmocka_unit_test(test_only_headers),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_map_across),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
