/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Manifests: written and read back, and every rule broken once. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/common/manifest.h"

static struct img_digest digest_of(const char *text)
{
	struct img_digest d;

	assert_int_equal(img_digest(IMG_SHA512, img_view_of(text, strlen(text)), &d, NULL), IMG_OK);
	return d;
}

/* Two images, the second with everything a manifest can say. */
static struct manifest *example(void)
{
	struct img_digest d = digest_of("abc"), masked = digest_of("ab\xff");
	struct manifest_image *image;
	struct manifest *m;

	assert_int_equal(manifest_new("x230_12mb", &m, NULL), IMG_OK);
	assert_int_equal(manifest_add_image(m, "y.rom", 300, &d, &image, NULL), IMG_OK);
	assert_int_equal(manifest_add_part(image, "bottom", "y.bottom.rom",
					   (struct img_range){ 0, 200 }, &d, &masked, NULL),
			 IMG_OK);
	assert_int_equal(manifest_add_part(image, "top", "y.top.rom",
					   (struct img_range){ 200, 200 }, &d, NULL, NULL), IMG_OK);
	assert_int_equal(manifest_add_piece(image, "me.bin", "region me",
					    (struct img_range){ 10, 290 }, &d, NULL), IMG_OK);
	image->has_gbe_masked = true;
	image->gbe_masked = digest_of("");
	assert_int_equal(manifest_add_image(m, "x.rom", 1, &d, &image, NULL), IMG_OK);
	return m;
}

static void print(struct manifest *m, char **text)
{
	assert_int_equal(manifest_print(m, text, NULL), IMG_OK);
}

static void test_round_trip(void **state)
{
	struct manifest *m = example(), *back;
	char *text, *again;
	struct img_error err;

	(void)state;
	print(m, &text);
	assert_true(manifest_recognise(img_view_of(text, strlen(text))));
	if (manifest_parse(img_view_of(text, strlen(text)), &back, &err) != IMG_OK)
		fail_msg("%s", err.text);
	assert_string_equal(back->board, "x230_12mb");
	assert_int_equal(back->image_count, 2);
	assert_string_equal(back->image[0].name, "x.rom");	/* sorted */
	assert_false(back->image[0].has_gbe_masked);
	assert_int_equal(back->image[1].size, 300);
	assert_true(back->image[1].has_gbe_masked);
	assert_int_equal(back->image[1].part_count, 2);
	assert_true(back->image[1].part[0].has_gbe_masked);
	assert_true(img_digest_equal(&back->image[1].part[0].gbe_masked,
				     &m->image[1].part[0].gbe_masked));
	assert_false(back->image[1].part[1].has_gbe_masked);
	assert_string_equal(back->image[1].part[1].chip, "top");
	assert_string_equal(back->image[1].part[1].name, "y.top.rom");
	assert_int_equal(back->image[1].part[1].offset, 200);
	assert_int_equal(back->image[1].part[1].size, 200);
	assert_string_equal(back->image[1].piece[0].place, "region me");
	assert_true(img_digest_equal(&back->image[1].piece[0].sha512,
				     &m->image[1].piece[0].sha512));
	print(back, &again);
	assert_string_equal(again, text);
	free(again);
	free(text);
	manifest_free(back);
	manifest_free(m);
}

/* The example with the first occurrence of one text replaced by another. */
static void check_damage(const char *from, const char *to, enum img_status status,
			 const char *words)
{
	struct manifest *m = example(), *out = m;
	char *text, *at, *changed;
	struct img_error err;
	size_t size;

	print(m, &text);
	at = strstr(text, from);
	assert_non_null(at);
	size = strlen(text) + strlen(to) + 1;
	changed = calloc(1, size);
	memcpy(changed, text, (size_t)(at - text));
	strcat(changed, to);
	strcat(changed, at + strlen(from));
	if (manifest_parse(img_view_of(changed, strlen(changed)), &out, &err) != status)
		fail_msg("%s -> %s: not refused as it should be: %s", from, to, err.text);
	if (!strstr(err.text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, err.text);
	assert_ptr_equal(out, m);
	free(changed);
	free(text);
	manifest_free(m);
}

static void test_damage(void **state)
{
	(void)state;
	check_damage("\"romwright_manifest\": 1", "\"romwright_manifest\": 2", IMG_E_UNSUPPORTED,
		     "version 2");
	check_damage("romwright_manifest", "something", IMG_E_ABSENT, "not a manifest");
	check_damage("\"romwright_manifest\": 1", "\"romwright_manifest\": \"1\"", IMG_E_ABSENT,
		     "not a manifest");
	check_damage("\"board\"", "\"bored\"", IMG_E_UNSUPPORTED, "bored");
	check_damage("\"x230_12mb\"", "7", IMG_E_CORRUPT, "board");
	check_damage("\"images\"", "\"board\"", IMG_E_CORRUPT, "line");	/* a key twice */
	check_damage("\"x.rom\"", "\"a/b\"", IMG_E_CORRUPT, "name");
	check_damage("\"x.rom\"", "\"..\"", IMG_E_CORRUPT, "name");
	check_damage("\"x.rom\"", "\"\"", IMG_E_CORRUPT, "name");
	check_damage("\"x.rom\"", "\"a\\nb\"", IMG_E_CORRUPT, "name");
	check_damage("\"x.rom\"", "\"a\\u0000b\"", IMG_E_CORRUPT, "line");
	check_damage("\"x.rom\"", "\"\xff\"", IMG_E_CORRUPT, "line");
	check_damage("\"x.rom\"", "null", IMG_E_CORRUPT, "name");
	check_damage("\"x.rom\"", "\"y.rom\"", IMG_E_CORRUPT, "twice");
	check_damage("\"x.rom\"", "\"z.rom\"", IMG_E_CORRUPT, "sorted");
	check_damage("\"size\": 1,", "\"size\": 0,", IMG_E_CORRUPT, "size");
	check_damage("\"size\": 1,", "\"size\": -1,", IMG_E_CORRUPT, "size");
	check_damage("\"size\": 1,", "\"size\": 134217729,", IMG_E_CORRUPT, "size");
	check_damage("\"size\": 1,", "\"size\": 1e1,", IMG_E_CORRUPT, "size");
	check_damage("\"size\": 1,", "\"size\": 99999999999999999999,", IMG_E_CORRUPT, "line");
	check_damage("\"size\": 1,", "", IMG_E_CORRUPT, "size");
	check_damage("\"ddaf35a1", "\"xdaf35a1", IMG_E_CORRUPT, "sha512");
	check_damage("\"ddaf35a1", "\"daf35a1", IMG_E_CORRUPT, "sha512");
	check_damage("\"cf83e135", "\"cf83e13", IMG_E_CORRUPT, "gbe_masked_sha512");
	check_damage("\"offset\": 0", "\"offset\": 1", IMG_E_CORRUPT, "one behind the other");
	check_damage("\"offset\": 200", "\"offset\": 199", IMG_E_CORRUPT, "one behind the other");
	check_damage("\"size\": 300", "\"size\": 401", IMG_E_CORRUPT, "whole");
	check_damage("\"size\": 300", "\"size\": 200", IMG_E_CORRUPT, "leaves");
	check_damage("\"size\": 290", "\"size\": 291", IMG_E_CORRUPT, "leaves");
	check_damage("y.top.rom", "y.bottom.rom", IMG_E_CORRUPT, "one name");
	check_damage("\"top\"", "\"bottom\"", IMG_E_CORRUPT, "one name");
	check_damage("\"parts\": [", "\"parts\": [7,", IMG_E_CORRUPT, "object");
	check_damage("\"pieces\": [", "\"pieces\": 7, \"p\": [", IMG_E_UNSUPPORTED, "\"p\"");
	check_damage("}\n", "}\n}", IMG_E_CORRUPT, "line");
}

/* Cut off anywhere it is not read, and nothing is read behind the end. */
static void test_truncated(void **state)
{
	struct manifest *m = example(), *out;
	char *text, *copy;
	size_t len, i;

	(void)state;
	print(m, &text);
	len = strlen(text) - 1;		/* the last newline is not needed */
	for (i = 0; i < len; i++) {
		copy = malloc(i + 1);
		memcpy(copy, text, i);
		assert_int_not_equal(manifest_parse(img_view_of(copy, i), &out, NULL), IMG_OK);
		free(copy);
	}
	free(text);
	manifest_free(m);
}

static void test_limits(void **state)
{
	size_t size = MANIFEST_SIZE_MAX + 1, i;
	struct img_digest d = digest_of("abc");
	struct manifest_image *image;
	struct manifest *m;
	char *text = malloc(size), name[MANIFEST_NAME_MAX + 2];

	(void)state;
	memset(text, ' ', size);
	assert_int_equal(manifest_parse(img_view_of(text, size), &m, NULL), IMG_E_SPACE);
	memset(text, '[', size - 1);
	assert_int_equal(manifest_parse(img_view_of(text, size - 1), &m, NULL), IMG_E_CORRUPT);
	free(text);

	assert_int_equal(manifest_new(NULL, &m, NULL), IMG_OK);
	memset(name, 'a', sizeof(name));
	name[MANIFEST_NAME_MAX + 1] = 0;
	assert_int_equal(manifest_add_image(m, name, 1, &d, &image, NULL), IMG_E_USAGE);
	name[MANIFEST_NAME_MAX] = 0;
	assert_int_equal(manifest_add_image(m, name, 100, &d, &image, NULL), IMG_OK);
	assert_int_equal(manifest_add_part(image, "a", "b/c", (struct img_range){ 0, 100 }, &d,
					   NULL, NULL), IMG_E_USAGE);
	for (i = 0; i < MANIFEST_PARTS_MAX; i++)
		assert_int_equal(manifest_add_piece(image, "a", "b", (struct img_range){ 0, 1 }, &d,
						    NULL), IMG_OK);
	assert_int_equal(manifest_add_piece(image, "a", "b", (struct img_range){ 0, 1 }, &d, NULL),
			 IMG_E_SPACE);
	assert_int_equal(manifest_add_part(image, "a", "b", (struct img_range){ 1, 100 }, &d, NULL,
					   NULL),
			 IMG_OK);
	assert_int_equal(manifest_print(m, &text, NULL), IMG_E_CORRUPT);
	manifest_free(m);
	assert_int_equal(manifest_new("", &m, NULL), IMG_E_USAGE);
}

static void test_recognise(void **state)
{
	(void)state;
	assert_true(manifest_recognise(img_view_of(" \n{", 3)));
	assert_false(manifest_recognise(img_view_of("0123  x", 7)));
	assert_false(manifest_recognise(img_view_of("\0{", 2)));
	assert_false(manifest_recognise(img_view_of("  ", 2)));
	assert_false(manifest_recognise(img_view_of("", 0)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_round_trip), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_truncated), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_recognise),
	};

	return cmocka_run_group_tests_name("manifest", tests, NULL, NULL);
}
