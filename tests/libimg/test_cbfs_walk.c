/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Headers of a CBFS that lead on and are wrong all the same. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/cbfs_walk.h"
#include "tests/libimg/small.h"

enum { DATA = 0x500 };

static const char *const names[] = { "a", "b", "c" };

static struct img_view area_of(const struct img *img)
{
	struct img_view area;

	assert_int_equal(img_view_slice(img_bytes(img), SMALL_CBFS, SMALL_CBFS_SIZE, &area, NULL),
			 IMG_OK);
	return area;
}

static void add(struct img *img, const char *name, struct img_view data,
		const enum img_digest_kind *hash)
{
	struct img_cbfs_new file = { .name = name, .type = IMG_CBFS_RAW, .data = data,
				     .place = IMG_CBFS_ALIGNED, .where = 64, .hash = hash };
	struct img_error err;

	small_must(img_cbfs_add(img, NULL, &file, NULL, &err), &err);
}

/* a, b and c, free space, the boot block. Owned. */
static struct img *with_files(void)
{
	static uint8_t bytes[DATA];
	struct img *img = small_image(SMALL_ANCHOR_IN_FILE);

	small_bytes("data", bytes, sizeof(bytes));
	for (size_t i = 0; i < 3; i++)
		add(img, names[i], img_view_of(bytes, sizeof(bytes)), NULL);
	return img;
}

static struct img_cbfs_file at_name(const struct img *img, const char *name)
{
	struct img_cbfs_file file;
	uint64_t cursor = 0;

	while (img_cbfs_next(area_of(img), &cursor, &file, NULL) == IMG_OK)
		if (!strcmp(file.name, name))
			return file;
	fail_msg("no %s", name);
	return file;
}

/* Names as they come, a ! for damage. */
static void walk(const struct img *img, char out[64])
{
	struct img_cbfs_file file;
	uint64_t cursor = 0;
	enum img_status st;

	out[0] = 0;
	while ((st = img_cbfs_walk(area_of(img), true, &cursor, &file, NULL)) != IMG_E_ABSENT) {
		assert_true(st == IMG_OK || st == IMG_E_CORRUPT);
		assert_true(strlen(out) < 40);
		strcat(out, st != IMG_OK ? "!" : file.name[0] ? file.name : "-");
	}
}

static void assert_walk(const struct img *img, const char *want)
{
	char got[64];

	walk(img, got);
	assert_string_equal(got, want);
}

static void test_lengths(void **state)
{
	struct img *img = with_files();
	struct img_cbfs_file a = at_name(img, "a"), b = at_name(img, "b"), c = at_name(img, "c"),
			     space = at_name(img, ""), boot = at_name(img, "bootblock");
	uint64_t at = SMALL_CBFS + a.at + 8;
	uint32_t data = (uint32_t)(a.at + a.metadata_size);

	(void)state;
	assert_walk(img, "abc-bootblock");
	/* To the next but one, to the free space, into it, to the boot block, to the end. */
	small_put_be32(img, at, (uint32_t)c.at - data);
	assert_walk(img, "!bc-bootblock");
	small_put_be32(img, at, (uint32_t)space.at - data);
	assert_walk(img, "!bc-bootblock");
	small_put_be32(img, at, (uint32_t)space.at + 0x400 - data);
	assert_walk(img, "!bc-bootblock");
	small_put_be32(img, at, (uint32_t)boot.at - data);
	assert_walk(img, "!bc-bootblock");
	small_put_be32(img, at, SMALL_CBFS_SIZE - data);
	assert_walk(img, "!bc-bootblock");
	/* Over the first byte of the next header, whose neighbours are then the next. */
	small_put_be32(img, at, (uint32_t)b.at + 1 - data);
	assert_walk(img, "!bc-bootblock");
	small_put_be32(img, at, a.data_size);
	/* Free space over the boot block. */
	at = SMALL_CBFS + space.at + 8;
	small_put_be32(img, at, SMALL_CBFS_SIZE - (uint32_t)space.at - 28);
	assert_walk(img, "abc!bootblock");
	small_put_be32(img, at, space.data_size);
	/* A header that is only free space is what an edit left, not damage. */
	assert_walk(img, "abc-bootblock");
	img_close(img);
}

static void test_edit_refuses(void **state)
{
	static const uint8_t byte = 1;
	struct img_cbfs_new file = { .name = "new", .type = IMG_CBFS_RAW,
				     .place = IMG_CBFS_ANYWHERE, .data = img_view_of(&byte, 1) };
	struct img *img = with_files();
	struct img_cbfs_file space = at_name(img, ""), found;
	struct img_error err;

	(void)state;
	small_put_be32(img, SMALL_CBFS + space.at + 8,
		       SMALL_CBFS_SIZE - (uint32_t)space.at - 28);
	assert_int_equal(img_cbfs_add(img, NULL, &file, NULL, &err), IMG_E_CORRUPT);
	assert_non_null(strstr(err.text, "free space reaches over bootblock"));
	assert_int_equal(err.at, SMALL_CBFS + space.at);
	assert_int_equal(img_cbfs_remove(img, NULL, "a", NULL), IMG_E_CORRUPT);
	assert_int_equal(img_cbfs_look_up(area_of(img), "bootblock", &found, NULL),
			 IMG_E_CORRUPT);
	assert_int_equal(img_cbfs_look_up(area_of(img), "a", &found, NULL), IMG_OK);
	img_close(img);
}

static void test_types_and_names(void **state)
{
	struct img *img = with_files();
	uint64_t b = SMALL_CBFS + at_name(img, "b").at;
	uint64_t space = SMALL_CBFS + at_name(img, "").at;
	struct img_cbfs_file found;

	(void)state;
	small_put_be32(img, b + 12, IMG_CBFS_NULL);
	assert_walk(img, "a!c-bootblock");
	small_put_be32(img, b + 12, IMG_CBFS_DELETED);
	assert_walk(img, "a!c-bootblock");
	small_put_be32(img, b + 12, IMG_CBFS_RAW);
	small_put(img, b + 24, "", 1);
	assert_walk(img, "a!c-bootblock");
	small_put(img, b + 24, "b", 1);
	small_put_be32(img, space + 12, IMG_CBFS_RAW);
	assert_walk(img, "abc!bootblock");
	small_put_be32(img, space + 12, IMG_CBFS_NULL);
	assert_walk(img, "abc-bootblock");
	assert_int_equal(img_cbfs_look_up(area_of(img), "d", &found, NULL), IMG_E_ABSENT);
	img_close(img);
}

/* An image, or a CBFS, that is stored as a file has headers of files in it, and is no damage. */
static void test_stored_images(void **state)
{
	static const enum img_digest_kind hash = IMG_SHA256;
	struct img *outer = small_image(SMALL_PLAIN), *stored = with_files();
	struct img_view whole, files, rest;

	(void)state;
	assert_int_equal(img_view_slice(img_bytes(stored), 0, 0x2000, &whole, NULL), IMG_OK);
	small_put_le32(stored, SMALL_FMAP + 18, 0x2000);
	for (unsigned i = 0; i < 3; i++)
		small_put_le32(stored, SMALL_FMAP + 56 + 42 * i + 4, 0x100);
	small_put_le32(stored, SMALL_FMAP + 56 + 42 * 2, 0);
	add(outer, "image", whole, NULL);
	assert_walk(outer, "image-");
	assert_int_equal(img_view_slice(img_bytes(stored), SMALL_CBFS, 0x1800, &files, NULL),
			 IMG_OK);
	/* From the second file on: nothing but files, and the blank rest. */
	assert_int_equal(img_view_slice(files, at_name(stored, "b").at, 2 * 0x580, &files, NULL),
			 IMG_OK);
	add(outer, "cbfs", files, NULL);
	assert_walk(outer, "imagecbfs-");
	/* With something in front of them it is not so clear, but for a hash. */
	assert_int_equal(img_view_slice(img_bytes(stored), SMALL_CBFS + at_name(stored, "b").at -
					64, 64 + 2 * 0x580, &rest, NULL), IMG_OK);
	add(outer, "hashed", rest, &hash);
	assert_walk(outer, "imagecbfshashed-");
	add(outer, "odd", rest, NULL);
	assert_walk(outer, "imagecbfshashed!bc-");
	img_close(stored);
	img_close(outer);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lengths),
		cmocka_unit_test(test_edit_refuses),
		cmocka_unit_test(test_types_and_names),
		cmocka_unit_test(test_stored_images),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
