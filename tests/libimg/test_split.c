/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Splitting and joining: every board there and back, and what does not belong together. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/image.h"
#include "libimg/edit/split.h"
#include "tests/synth/synth.h"
#include "tools/common/board.h"

#define MIB ((uint64_t)1 << 20)

static const struct img_board *board(const char *id)
{
	const struct img_board *b = board_compiled(id);

	assert_non_null(b);
	return b;
}

static struct img *synth(const char *id)
{
	struct img_error err;
	struct img *img = NULL;

	if (synth_image(board(id), "seabios", &img, &err) != IMG_OK)
		fail_msg("%s: %s", id, err.text);
	return img;
}

static struct img_view slice(struct img_view v, uint64_t start, uint64_t size)
{
	struct img_view out = v;

	assert_int_equal(img_view_slice(v, start, size, &out, NULL), IMG_OK);
	return out;
}

static void put(struct img *img, uint64_t at, const char *bytes, size_t size)
{
	assert_int_equal(img_span_write(img_span(img), at, img_view_of(bytes, size), NULL), IMG_OK);
}

static void assert_said(const struct img_error *err, const char *words)
{
	if (!strstr(err->text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, err->text);
}

static void test_x230(void **state)
{
	struct img *img = synth("x230_12mb");
	struct img_parts parts;

	(void)state;
	assert_int_equal(img_split_by_board(img_bytes(img), board("x230_12mb"), &parts, NULL),
			 IMG_OK);
	assert_int_equal(parts.count, 2);
	assert_string_equal(parts.part[0].chip, "bottom");
	assert_int_equal(parts.part[0].range.start, 0);
	assert_int_equal(parts.part[0].range.size, 8 * MIB);
	assert_string_equal(parts.part[1].chip, "top");
	assert_int_equal(parts.part[1].range.start, 8 * MIB);
	assert_int_equal(parts.part[1].range.size, 4 * MIB);
	assert_int_equal(parts.part[1].chip_size, 4 * MIB);
	assert_int_equal(img_split_by_descriptor(img_bytes(img), &parts, NULL), IMG_OK);
	assert_int_equal(parts.count, 2);
	assert_string_equal(parts.part[1].chip, "chip2");
	assert_int_equal(parts.part[1].range.size, 4 * MIB);
	img_close(img);
}

/* Each board's image on its chips, whole-chip dumps of which give the image again. */
static void check_board(const struct img_board *b)
{
	struct img_view whole[IMG_PARTS_MAX];
	struct img *chip[IMG_PARTS_MAX], *img;
	size_t order[IMG_PARTS_MAX], i;
	struct img_parts parts, back;
	struct img_error err;
	uint64_t at = 0;

	if (synth_image(b, "seabios", &img, &err) != IMG_OK ||
	    img_split_by_board(img_bytes(img), b, &parts, &err) != IMG_OK)
		fail_msg("%s: %s", b->id, err.text);
	assert_int_equal(parts.count, b->chip_count);
	for (i = 0; i < parts.count; i++) {
		assert_int_equal(parts.part[i].range.start, at);
		assert_int_equal(parts.part[i].chip_size, b->chip[i].size);
		assert_string_equal(parts.part[i].chip, b->chip[i].name);
		at += parts.part[i].range.size;
		assert_int_equal(img_new(parts.part[i].chip_size, 0xff, &chip[i], NULL), IMG_OK);
		assert_int_equal(img_span_write(img_span(chip[i]), 0,
						slice(img_bytes(img), parts.part[i].range.start,
						      parts.part[i].range.size), NULL), IMG_OK);
		whole[parts.count - 1 - i] = img_bytes(chip[i]);	/* the wrong way round */
	}
	assert_int_equal(at, b->rom_size);
	if (img_join_by_board(whole, parts.count, b, order, &back, &err) != IMG_OK)
		fail_msg("%s: %s", b->id, err.text);
	for (i = 0; i < parts.count; i++) {
		assert_int_equal(order[i], parts.count - 1 - i);
		assert_int_equal(back.part[i].range.start, parts.part[i].range.start);
		assert_int_equal(back.part[i].range.size, parts.part[i].range.size);
		img_close(chip[i]);
	}
	if (img_join_check(img_bytes(img), &err) != IMG_OK)
		fail_msg("%s: %s", b->id, err.text);
	img_close(img);
}

static void test_every_board(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < board_table_count; i++)
		check_board(&board_table[i]);
}

static void test_small_image(void **state)
{
	struct img *img = synth("hp820g2_12mb");
	struct img_parts parts;
	struct img_error err;

	(void)state;
	assert_int_equal(img_split_by_board(img_bytes(img), board("hp820g2_12mb"), &parts, NULL),
			 IMG_OK);
	assert_int_equal(parts.count, 1);
	assert_int_equal(parts.part[0].range.size, 12 * MIB);
	assert_int_equal(parts.part[0].chip_size, 16 * MIB);
	/* Its descriptor speaks of 16 MiB: then somebody has to say where the image goes. */
	assert_int_equal(img_split_by_descriptor(img_bytes(img), &parts, &err), IMG_E_BOUNDS);
	assert_said(&err, "12582912");
	img_close(img);
}

static void test_wrong_size(void **state)
{
	const struct img_board *b = board("x230_12mb");
	struct img *img = synth("x230_12mb"), *longer;
	struct img_parts parts;
	struct img_error err;

	(void)state;
	assert_int_equal(img_new(b->rom_size + 2, 0, &longer, NULL), IMG_OK);
	assert_int_equal(img_span_write(img_span(longer), 0, img_bytes(img), NULL), IMG_OK);
	assert_int_equal(img_split_by_board(slice(img_bytes(longer), 0, b->rom_size + 1), b,
					    &parts, &err), IMG_E_REFUSED);
	assert_said(&err, "rom-inject");
	assert_said(&err, "(stripped-image)");
	assert_int_equal(img_split_by_descriptor(slice(img_bytes(longer), 0, b->rom_size + 1),
						 &parts, &err), IMG_E_REFUSED);
	assert_int_equal(img_split_by_board(img_bytes(longer), b, &parts, &err), IMG_E_SPACE);
	assert_said(&err, "12582914 bytes long, not the 12582912");
	assert_int_equal(img_split_by_board(slice(img_bytes(img), 0, b->rom_size - 1), b, &parts,
					    &err), IMG_E_BOUNDS);
	assert_int_equal(img_split_by_board(slice(img_bytes(img), 0, 8 * MIB), b, &parts, &err),
			 IMG_E_BOUNDS);
	img_close(longer);
	img_close(img);
}

static void test_bad_board(void **state)
{
	struct img *img = synth("x230_12mb");
	struct img_board b = *board("x230_12mb");
	struct img_parts parts;
	struct img_error err;

	(void)state;
	b.chip[1].size /= 2;
	assert_int_equal(img_split_by_board(img_bytes(img), &b, &parts, &err), IMG_E_USAGE);
	img_close(img);
}

static void test_sizes(void **state)
{
	const uint64_t good[] = { 2 * MIB, 4 * MIB }, none[] = { 6 * MIB, 0 };
	struct img_parts parts, before;
	struct img_error err;

	(void)state;
	assert_int_equal(img_split_by_sizes(6 * MIB, good, 2, &parts, NULL), IMG_OK);
	assert_string_equal(parts.part[0].chip, "chip1");
	assert_int_equal(parts.part[1].range.start, 2 * MIB);
	before = parts;
	assert_int_equal(img_split_by_sizes(6 * MIB + 2, good, 2, &parts, &err), IMG_E_SPACE);
	assert_int_equal(img_split_by_sizes(6 * MIB - 1, good, 2, &parts, &err), IMG_E_BOUNDS);
	assert_int_equal(img_split_by_sizes(6 * MIB + 1, good, 2, &parts, &err), IMG_E_REFUSED);
	assert_int_equal(img_split_by_sizes(6 * MIB, none, 2, &parts, &err), IMG_E_USAGE);
	assert_int_equal(img_split_by_sizes(6 * MIB, good, 0, &parts, &err), IMG_E_USAGE);
	assert_memory_equal(&parts, &before, sizeof(parts));
}

/* Joins the two views and expects a refusal with these words. */
static void refuse(struct img_view a, struct img_view b, const char *words)
{
	struct img_view parts[] = { a, b };
	size_t order[IMG_PARTS_MAX];
	struct img_error err;

	assert_int_equal(img_join_by_content(parts, 2, order, &err), IMG_E_REFUSED);
	assert_said(&err, words);
}

static void test_join(void **state)
{
	struct img *img = synth("x230_12mb"), *padded;
	struct img_view all = img_bytes(img), bottom = slice(all, 0, 8 * MIB);
	struct img_view top = slice(all, 8 * MIB, 4 * MIB), swapped[] = { top, bottom };
	size_t order[IMG_PARTS_MAX];
	struct img_error err;

	(void)state;
	assert_int_equal(img_join_by_content(swapped, 2, order, &err), IMG_OK);
	assert_int_equal(order[0], 1);
	assert_int_equal(order[1], 0);
	refuse(top, top, "no part begins with a flash descriptor");
	refuse(bottom, bottom, "parts 1 and 2 as given both begin");
	refuse(bottom, slice(top, 0, 2 * MIB), "chip 2 has 4194304 bytes, but its part has 20");
	refuse(slice(bottom, 0, 4 * MIB), top, "chip 1 has 8388608 bytes, but its part has 41");
	assert_int_equal(img_join_by_content(&bottom, 1, order, &err), IMG_E_REFUSED);
	assert_said(&err, "for 2 chips, but 1 part was given");

	/* dd of a stripped release image: the second part keeps the byte too many */
	assert_int_equal(img_new(4 * MIB + 1, 0, &padded, NULL), IMG_OK);
	assert_int_equal(img_span_write(img_span(padded), 0, top, NULL), IMG_OK);
	refuse(img_bytes(padded), bottom, "(stripped-image)");
	img_close(padded);
	img_close(img);
}

static void test_join_by_board(void **state)
{
	struct img *img = synth("x230_12mb");
	struct img_view all = img_bytes(img), parts[2];
	const struct img_board *b = board("x230_12mb");
	size_t order[IMG_PARTS_MAX];
	struct img_parts shares;
	struct img_error err;

	(void)state;
	parts[0] = slice(all, 8 * MIB, 4 * MIB);
	parts[1] = slice(all, 0, 8 * MIB - 1);
	assert_int_equal(img_join_by_board(parts, 2, b, order, &shares, &err), IMG_E_REFUSED);
	assert_said(&err, "chip bottom of board x230_12mb has 8388608 bytes, but its part has 83");
	assert_int_equal(img_join_by_board(parts, 1, b, order, &shares, &err), IMG_E_REFUSED);
	assert_said(&err, "has 2 chips, but 1 part was given");
	img_close(img);
}

static void test_join_check(void **state)
{
	struct img *img = synth("x230_12mb");
	struct img_error err;

	(void)state;
	assert_int_equal(img_join_check(img_bytes(img), &err), IMG_OK);
	assert_int_equal(img_join_check(slice(img_bytes(img), 0, 8 * MIB), &err), IMG_E_REFUSED);
	assert_said(&err, "a part is missing");
	put(img, 12 * MIB - 16, "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	assert_int_equal(img_join_check(img_bytes(img), &err), IMG_E_REFUSED);
	assert_said(&err, "nothing where the processor starts");
	assert_int_equal(err.at, 12 * MIB - 16);
	put(img, 12 * MIB - 1, "\1", 1);
	assert_int_equal(img_join_check(img_bytes(img), &err), IMG_OK);
	put(img, 0x10, "\0", 1);	/* no descriptor: nothing to look at */
	assert_int_equal(img_join_check(slice(img_bytes(img), 0, 8 * MIB), &err), IMG_OK);
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_x230), cmocka_unit_test(test_every_board),
		cmocka_unit_test(test_small_image), cmocka_unit_test(test_wrong_size),
		cmocka_unit_test(test_bad_board), cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_join), cmocka_unit_test(test_join_by_board),
		cmocka_unit_test(test_join_check),
	};

	return cmocka_run_group_tests_name("split", tests, NULL, NULL);
}
