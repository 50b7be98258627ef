/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Taking vendor pieces out: every board there and back, and the proof that they are gone. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/insert.h"
#include "libimg/edit/kbc1126_check.h"
#include "libimg/edit/leftover.h"
#include "libimg/edit/strip.h"
#include "tests/synth/synth.h"
#include "tools/common/board.h"

enum { PIECES_MAX = 8 };

static void must(enum img_status st, const char *who, const struct img_error *err)
{
	if (st != IMG_OK)
		fail_msg("%s: %s: %s", who, img_status_word(st), err->text);
}

static const struct img_board *board_of(const char *id)
{
	const struct img_board *b = board_compiled(id);

	assert_non_null(b);
	return b;
}

static struct img *base_image(const struct img_board *board)
{
	struct img_error err;
	struct img *img = NULL;

	must(synth_image(board, "seabios", &img, &err), board->id, &err);
	return img;
}

static void insert_all(struct img *img, const struct img_board *board)
{
	struct img_error err;
	struct img *file;
	size_t i;

	for (i = 0; i < board->piece_count; i++) {
		if (board->piece[i].place == IMG_PIECE_ELSEWHERE)
			continue;
		must(synth_piece(board, &board->piece[i], &file, &err), board->id, &err);
		must(img_insert(img, &board->piece[i], img_bytes(file), NULL, &err), board->id,
		     &err);
		img_close(file);
	}
}

static void strip_all(struct img *img, const struct img_board *board)
{
	struct img_error err;
	size_t i;

	for (i = 0; i < board->piece_count; i++)
		if (board->piece[i].place != IMG_PIECE_ELSEWHERE)
			must(img_strip(img, &board->piece[i], &err), board->id, &err);
}

/* The bytes of each piece in a complete image. */
static void contents_of(const struct img *img, const struct img_board *board,
			struct img_view out[PIECES_MAX])
{
	struct img_range range;
	struct img_error err;
	size_t i;

	assert_in_range(board->piece_count, 0, PIECES_MAX);
	for (i = 0; i < board->piece_count; i++) {
		must(img_strip_range(img_bytes(img), &board->piece[i], &range, &err), board->id,
		     &err);
		must(img_view_slice(img_bytes(img), range.start, range.size, &out[i], &err),
		     board->id, &err);
	}
}

static void assert_states(const struct img *img, const struct img_board *board,
			  enum img_strip_state expected)
{
	enum img_strip_state state[PIECES_MAX];
	struct img_error err;
	size_t i;

	must(img_strip_states(img_bytes(img), board->piece, board->piece_count, state, &err),
	     board->id, &err);
	for (i = 0; i < board->piece_count; i++)
		assert_int_equal(state[i], board->piece[i].place == IMG_PIECE_ELSEWHERE ?
				 IMG_STRIP_ELSEWHERE : expected);
}

static enum img_status prove(const struct img *img, const struct img_board *board,
			     const struct img_view *contents, struct img_error *err)
{
	return img_strip_prove(img_bytes(img), board->piece, board->piece_count, contents, err);
}

static void check_board(const struct img_board *board)
{
	struct img *base = base_image(board), *img = base_image(board), *complete;
	struct img_view contents[PIECES_MAX];
	struct img_error err;
	enum img_status st;

	insert_all(img, board);
	assert_states(img, board, IMG_STRIP_PRESENT);
	st = img_kbc1126_check(img_bytes(img), &err);
	if (st != IMG_E_ABSENT)
		must(st, board->id, &err);
	assert_int_equal(img_copy(img_bytes(img), &complete, NULL), IMG_OK);
	contents_of(complete, board, contents);
	assert_int_equal(prove(img, board, contents, &err), IMG_E_REFUSED);

	strip_all(img, board);
	assert_states(img, board, IMG_STRIP_BLANK);
	if (!img_view_equal(img_bytes(img), img_bytes(base)))
		fail_msg("%s: stripped differs at 0x%zx", board->id,
			 img_view_difference(img_bytes(img), img_bytes(base)));
	must(prove(img, board, contents, &err), board->id, &err);

	insert_all(img, board);
	if (!img_view_equal(img_bytes(img), img_bytes(complete)))
		fail_msg("%s: inserted again differs at 0x%zx", board->id,
			 img_view_difference(img_bytes(img), img_bytes(complete)));
	img_close(base);
	img_close(img);
	img_close(complete);
}

static void test_every_board(void **state)
{
	size_t i, checked = 0;

	(void)state;
	for (i = 0; i < board_table_count; i++) {
		if (!board_table[i].piece_count)
			continue;
		check_board(&board_table[i]);
		checked++;
	}
	assert_in_range(checked, 60, board_table_count);
}

static void test_no_such_piece(void **state)
{
	static const struct {
		struct img_board_piece piece;
		enum img_status expected;
	} cases[] = {
		{ { .file = "e", .place = IMG_PIECE_REGION, .name = "ec" }, IMG_E_ABSENT },
		{ { .file = "m", .place = IMG_PIECE_CBFS, .name = "mrc.bin" }, IMG_E_ABSENT },
		{ { .file = "t", .place = IMG_PIECE_ELSEWHERE }, IMG_E_UNSUPPORTED },
	};
	const struct img_board *board = board_of("x230_12mb");
	struct img *img = base_image(board), *before = base_image(board);
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(img_strip(img, &cases[i].piece, NULL), cases[i].expected);
		assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	}
	assert_int_equal(img_strip_prove(img_bytes(img), &cases[0].piece, 1, NULL, NULL),
			 IMG_E_ABSENT);
	img_close(img);
	img_close(before);
}

static void assert_refused(const struct img *img, const struct img_board *board,
			   const struct img_view *contents, uint64_t at, const char *text)
{
	struct img_error err = { 0 };

	assert_int_equal(prove(img, board, contents, &err), IMG_E_REFUSED);
	assert_string_equal(err.text, text);
	assert_int_equal(err.at, at);
}

static void put(struct img *img, uint64_t at, struct img_view bytes)
{
	assert_int_equal(img_span_write(img_span(img), at, bytes, NULL), IMG_OK);
}

/* What a strip that only looks done leaves behind. */
static void test_left_over(void **state)
{
	const struct img_board *board = board_of("t440pmrc_12mb");
	struct img *complete = base_image(board), *img = base_image(board);
	enum img_strip_state states[PIECES_MAX];
	struct img_view contents[PIECES_MAX], part;

	(void)state;
	insert_all(complete, board);
	contents_of(complete, board, contents);
	assert_string_equal(board->piece[0].file, "mrc.bin");
	assert_string_equal(board->piece[1].file, "me.bin");

	/* One byte in the region's tail, behind the piece. */
	put(img, 0x1afff, img_view_of("", 1));
	assert_refused(img, board, NULL, 0x1afff,
		       "region me must be all 0xff, but is not from here on (vendor-region)");
	assert_int_equal(img_strip_states(img_bytes(img), board->piece, 2, states, NULL), IMG_OK);
	assert_int_equal(states[0], IMG_STRIP_BLANK);
	assert_int_equal(states[1], IMG_STRIP_PARTLY);
	put(img, 0x1afff, img_view_of("\xff", 1));

	/* Bytes of it in free space, at odd places on both sides. */
	assert_int_equal(prove(img, board, contents, NULL), IMG_OK);
	assert_int_equal(img_view_slice(contents[0], 0x1235, 64, &part, NULL), IMG_OK);
	put(img, 0xb00007, part);
	assert_refused(img, board, contents, 0xb00007,
		       "64 bytes here are those of mrc.bin from 0x1235 of it on (vendor-bytes)");
	assert_int_equal(prove(img, board, NULL, NULL), IMG_OK);
	put(img, 0xb00020, img_view_of("\x5a\xa5", 2));
	assert_int_equal(prove(img, board, contents, NULL), IMG_OK);

	strip_all(complete, board);
	insert_all(complete, board);
	assert_int_equal(img_strip(complete, &board->piece[1], NULL), IMG_OK);
	assert_refused(complete, board, NULL, 0xba0000,
		       "the CBFS still has a file mrc.bin (vendor-file)");
	img_close(complete);
	img_close(img);
}

static enum img_status leftover(const uint8_t *image, size_t image_size, const uint8_t *file,
				size_t size, struct img_leftover *out)
{
	struct img_view files[2] = { img_view_of("", 0), img_view_of(file, size) };

	return img_leftover_find(img_view_of(image, image_size), files, 2, out, NULL);
}

/* Runs at every place and of every length around the limit. */
static void test_runs(void **state)
{
	uint8_t image[512], file[256];
	struct img_leftover l;
	size_t at, from, size;

	(void)state;
	synth_bytes("a file", file, sizeof(file));
	for (at = 0; at < 300; at += 13) {
		for (from = 0; from < 100; from += 7) {
			for (size = 62; size <= 66; size++) {
				memset(image, 0xff, sizeof(image));
				memcpy(image + at, file + from, size);
				image[at + size] = (uint8_t)~file[from + size];
				if (at && from)
					image[at - 1] = (uint8_t)~file[from - 1];
				if (size < 64) {
					assert_int_equal(leftover(image, sizeof(image), file, 256,
								  &l), IMG_E_ABSENT);
					continue;
				}
				assert_int_equal(leftover(image, sizeof(image), file, 256, &l),
						 IMG_OK);
				assert_int_equal(l.at, at);
				assert_int_equal(l.file, 1);
				assert_int_equal(l.file_at, from);
				assert_int_equal(l.size, size);
			}
		}
	}
}

/* A table of few values may be anybody's; so may be erased flash. */
static void test_values(void **state)
{
	uint8_t image[256], file[128];
	struct img_leftover l;
	size_t i, values;

	(void)state;
	for (values = 1; values <= 12; values++) {
		for (i = 0; i < sizeof(file); i++)
			file[i] = (uint8_t)(i % values);
		memset(image, 0xff, sizeof(image));
		memcpy(image + 100, file, 64);
		assert_int_equal(leftover(image, sizeof(image), file, 64, &l),
				 values > 8 ? IMG_OK : IMG_E_ABSENT);
	}
	memset(file, 0xff, sizeof(file));
	assert_int_equal(leftover(image, sizeof(image), file, sizeof(file), &l), IMG_E_ABSENT);
	assert_int_equal(leftover(image, 63, image, 63, &l), IMG_E_ABSENT);
	assert_int_equal(leftover(image, 0, image, sizeof(image), &l), IMG_E_ABSENT);
}

/* More places that look alike than are looked up at a time. */
static void test_many(void **state)
{
	size_t size = 0x900000, half = size / 2, i;
	uint8_t *image = malloc(size), file[192];
	struct img_leftover l;

	(void)state;
	assert_non_null(image);
	synth_bytes("noise", image, size);
	synth_bytes("a file", file, sizeof(file));
	for (i = half; i + sizeof(file) <= size; i += sizeof(file))
		memcpy(image + i, file, sizeof(file));
	assert_int_equal(leftover(image, size, file, sizeof(file), &l), IMG_OK);
	assert_int_equal(l.at, half);
	assert_int_equal(l.size, sizeof(file));
	free(image);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_board), cmocka_unit_test(test_no_such_piece),
		cmocka_unit_test(test_left_over), cmocka_unit_test(test_runs),
		cmocka_unit_test(test_values), cmocka_unit_test(test_many),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
