/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What cannot be added or removed: the status, the sentence, and not one byte changed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/cbfs_edit.h"
#include "tests/libimg/small.h"

#define TEN "nnnnnnnnnn"
#define FIFTY TEN TEN TEN TEN TEN
#define LONG_NAME FIFTY FIFTY FIFTY

static const enum img_digest_kind sha1 = IMG_SHA1, sha256 = IMG_SHA256, sha512 = IMG_SHA512,
				  md5 = IMG_MD5;

/* What is tried. */
struct step {
	const char *area, *name;
	uint32_t type;			/* 0: the file is removed */
	size_t size;
	enum img_cbfs_place place;
	uint64_t where;
	const enum img_digest_kind *hash;
};

static void add(struct img *img, const char *area, const char *name, size_t size)
{
	struct img_cbfs_new file = { .name = name, .type = IMG_CBFS_RAW };
	uint8_t bytes[100];
	struct img_error err;

	assert_true(size <= sizeof(bytes));
	small_bytes(name, bytes, sizeof(bytes));
	file.data = img_view_of(bytes, size);
	small_must(img_cbfs_add(img, area, &file, NULL, &err), &err);
}

/* A mistake in the image: where and what, in a good one of the kind. */
struct damage {
	uint64_t at;
	const char *bytes;
	size_t size;
};

static const struct refusal {
	const char *what;
	enum small_kind kind;
	struct damage damage;
	struct step step;		/* type 0: remove */
	enum img_status want;
	const char *says;		/* part of the sentence, or NULL */
} refusals[] = {
#define RAW IMG_CBFS_RAW
#define FIRST IMG_CBFS_ANYWHERE, 0, NULL
	{ "twice", SMALL_PLAIN, { 0 }, { NULL, "old", RAW, 9, FIRST }, IMG_E_EXISTS, "file old" },
	{ "no name", SMALL_PLAIN, { 0 }, { NULL, "", RAW, 9, FIRST }, IMG_E_USAGE, NULL },
	{ "[", SMALL_PLAIN, { 0 }, { NULL, "[x]", RAW, 9, FIRST }, IMG_E_USAGE, "\"[x]\"" },
	{ "long", SMALL_PLAIN, { 0 }, { NULL, LONG_NAME LONG_NAME, RAW, 9, FIRST }, IMG_E_USAGE,
	  "too long" },
	{ "long with hash", SMALL_PLAIN, { 0 },
	  { NULL, LONG_NAME FIFTY, RAW, 9, IMG_CBFS_ANYWHERE, 0, &sha256 }, IMG_E_USAGE,
	  "too long" },
	{ "empty", SMALL_PLAIN, { 0 }, { NULL, "new", RAW, 0, FIRST }, IMG_E_USAGE, "is empty" },
	{ "null", SMALL_PLAIN, { 0 }, { NULL, "new", IMG_CBFS_NULL, 9, FIRST }, IMG_E_USAGE, NULL },
	{ "align 0", SMALL_PLAIN, { 0 }, { NULL, "new", RAW, 9, IMG_CBFS_ALIGNED, 0, NULL },
	  IMG_E_USAGE, NULL },
	{ "md5", SMALL_PLAIN, { 0 }, { NULL, "new", RAW, 9, IMG_CBFS_ANYWHERE, 0, &md5 },
	  IMG_E_USAGE, "md5" },
	{ "other hash", SMALL_ANCHOR_IN_FILE, { 0 },
	  { NULL, "new", RAW, 9, IMG_CBFS_ANYWHERE, 0, &sha512 }, IMG_E_USAGE, "sha512" },
	{ "other hash in another area", SMALL_ANCHOR_IN_AREA, { 0 },
	  { "FW_MAIN_A", "new", RAW, 9, IMG_CBFS_ANYWHERE, 0, &sha1 }, IMG_E_USAGE, NULL },
	{ "large", SMALL_PLAIN, { 0 }, { NULL, "new", RAW, 0x9bc0, FIRST }, IMG_E_SPACE,
	  "needs 0x9bdc bytes, but the largest free space of this CBFS has 0x9bc0" },
	{ "largest and one", SMALL_PLAIN, { 0 }, { NULL, "new", RAW, 0x9bc0 - 27, FIRST },
	  IMG_E_SPACE, NULL },
	{ "occupied", SMALL_PLAIN, { 0 },
	  { NULL, "new", RAW, 9, IMG_CBFS_FIXED, 0x420, NULL }, IMG_E_SPACE, "not free" },
	{ "no room for its header", SMALL_PLAIN, { 0 },
	  { NULL, "new", RAW, 9, IMG_CBFS_FIXED, 0x440 + 27, NULL }, IMG_E_SPACE, NULL },
	{ "before the area", SMALL_PLAIN, { 0 },
	  { NULL, "new", RAW, 9, IMG_CBFS_FIXED, 0x100, NULL }, IMG_E_SPACE, NULL },
	{ "behind the area", SMALL_PLAIN, { 0 },
	  { NULL, "new", RAW, 9, IMG_CBFS_FIXED, 0xa000 - 8, NULL }, IMG_E_SPACE, NULL },
	{ "far away", SMALL_PLAIN, { 0 },
	  { NULL, "new", RAW, 9, IMG_CBFS_FIXED, UINT64_MAX - 3, NULL }, IMG_E_SPACE, NULL },
	{ "no such alignment", SMALL_PLAIN, { 0 },
	  { NULL, "new", RAW, 9, IMG_CBFS_ALIGNED, INT64_MAX, NULL }, IMG_E_SPACE, NULL },
	{ "metadata over 256 bytes", SMALL_PLAIN, { 0 },
	  { NULL, LONG_NAME FIFTY, RAW, 9, IMG_CBFS_FIXED, 0x1000 + 30, NULL }, IMG_E_SPACE,
	  "multiple of 64" },
	{ "no area", SMALL_PLAIN, { 0 }, { "NONE", "new", RAW, 9, FIRST }, IMG_E_ABSENT, "NONE" },
	{ "no CBFS", SMALL_PLAIN, { 0 }, { "FMAP", "new", RAW, 9, FIRST }, IMG_E_ABSENT,
	  "LARCHIVE" },
	{ "no FMAP", SMALL_PLAIN, { SMALL_FMAP, "-", 1 }, { NULL, "new", RAW, 9, FIRST },
	  IMG_E_ABSENT, "no FMAP" },
	{ "damaged", SMALL_PLAIN, { SMALL_CBFS + 64, "-", 1 }, { NULL, "new", RAW, 9, FIRST },
	  IMG_E_CORRUPT, NULL },
	{ "damaged file", SMALL_PLAIN, { SMALL_CBFS + 20, "\1", 1 }, { NULL, "new", RAW, 9, FIRST },
	  IMG_E_CORRUPT, NULL },
	{ "strange anchor", SMALL_ANCHOR_IN_FILE, { 0x9800 + SMALL_ANCHOR + 11, "\x7f", 1 },
	  { NULL, "new", RAW, 9, FIRST }, IMG_E_UNSUPPORTED, "127" },
	{ "cut anchor", SMALL_ANCHOR_IN_AREA,
	  { SMALL_FMAP + 56 + 42 * 3 + 4, "\x4b\1\0\0", 4 },	/* the area ends in it */
	  { NULL, "new", RAW, 9, FIRST }, IMG_E_BOUNDS, "cut off" },
	{ "removes none", SMALL_PLAIN, { 0 }, { NULL, "new", 0, 0, FIRST }, IMG_E_ABSENT, "new" },
	{ "removes Old", SMALL_PLAIN, { 0 }, { NULL, "Old", 0, 0, FIRST }, IMG_E_ABSENT, NULL },
	{ "removes free space", SMALL_PLAIN, { 0 }, { NULL, "", 0, 0, FIRST }, IMG_E_ABSENT, NULL },
	{ "removes from damage", SMALL_PLAIN, { SMALL_CBFS + 64, "-", 1 },
	  { NULL, "old", 0, 0, FIRST }, IMG_E_CORRUPT, NULL },
	{ "removes from damage elsewhere", SMALL_PLAIN, { SMALL_A + 128, "-", 1 },
	  { "FW_MAIN_A", "a", 0, 0, FIRST }, IMG_E_CORRUPT, NULL },
	{ "removes with a strange anchor", SMALL_ANCHOR_IN_FILE,
	  { 0x9800 + SMALL_ANCHOR + 11, "\0", 1 }, { NULL, "old", 0, 0, FIRST }, IMG_E_UNSUPPORTED,
	  NULL },
};

static void test_refusals(void **state)
{
	struct img_cbfs_new file;
	struct img *img, *before;
	struct img_error err;
	uint8_t bytes[0xa000];
	enum img_status st;
	size_t i;

	(void)state;
	memset(bytes, 'x', sizeof(bytes));
	for (i = 0; i < sizeof(refusals) / sizeof(refusals[0]); i++) {
		const struct refusal *r = &refusals[i];
		const struct step *s = &r->step;

		img = small_image(r->kind);
		add(img, NULL, "old", 10);
		add(img, "FW_MAIN_A", "a", 100);
		small_put(img, r->damage.at, r->damage.bytes, r->damage.size);
		assert_int_equal(img_copy(img_bytes(img), &before, NULL), IMG_OK);
		file = (struct img_cbfs_new){ .name = s->name, .type = s->type,
					      .data = img_view_of(bytes, s->size), .hash = s->hash,
					      .place = s->place, .where = s->where };
		memset(&err, 0, sizeof(err));
		st = s->type ? img_cbfs_add(img, s->area, &file, NULL, &err)
			     : img_cbfs_remove(img, s->area, s->name, &err);
		if (st != r->want || err.status != st ||
		    (r->says && !strstr(err.text, r->says)))
			fail_msg("%s: %s: %s", r->what, img_status_word(st), err.text);
		assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
		img_close(img);
		img_close(before);
	}
	/* Deleted is free space too, and 0 is no type for a new file. */
	img = small_image(SMALL_PLAIN);
	file = (struct img_cbfs_new){ .name = "new", .data = img_view_of("x", 1) };
	assert_int_equal(img_cbfs_add(img, NULL, &file, NULL, NULL), IMG_E_USAGE);
	img_close(img);
}

/* A new boot block whose anchor nobody understands is refused before anything changes. */
static void test_strange_boot_block(void **state)
{
	struct img *img = small_image(SMALL_PLAIN), *before = small_image(SMALL_PLAIN);
	uint8_t block[SMALL_BOOT_FILE];
	struct img_cbfs_new file = { .name = "bootblock", .type = IMG_CBFS_BOOTBLOCK };

	(void)state;
	small_boot_block(block, sizeof(block), IMG_SHA256);
	block[SMALL_ANCHOR + 11] = 99;
	file.data = img_view_of(block, sizeof(block));
	assert_int_equal(img_cbfs_add(img, NULL, &file, NULL, NULL), IMG_E_UNSUPPORTED);
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	img_close(img);
	img_close(before);
}

/* An area that takes in the FMAP: as free space it would be made 0xff. */
static void test_map_in_free_space(void **state)
{
	struct img_range area = { 0x180, SMALL_CBFS_SIZE };
	struct img_cbfs_new file = { .name = "new", .type = IMG_CBFS_RAW,
				     .data = img_view_of("new", 3) };
	struct img *img = small_image(SMALL_PLAIN), *before;
	struct img_error err;

	(void)state;
	small_must(img_cbfs_create(img, area, &err), &err);
	small_fmap(img, 3);
	small_area(img, 1, "COREBOOT", (uint32_t)area.start, (uint32_t)area.size);
	small_must(img_copy(img_bytes(img), &before, &err), &err);
	assert_int_equal(img_cbfs_add(img, NULL, &file, NULL, &err), IMG_E_CORRUPT);
	assert_int_equal(err.at, SMALL_FMAP);
	assert_int_equal(img_cbfs_remove(img, NULL, "new", &err), IMG_E_CORRUPT);
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	img_close(before);
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_refusals),
		cmocka_unit_test(test_strange_boot_block),
		cmocka_unit_test(test_map_in_free_space),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
