/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a chip looks as the journal of a write says, by a model interrupted at every step. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libimg/core/save.h"
#include "tests/synth/synth.h"
#include "tools/flash/store/journal.h"

#define ROOT "test_journal_explains"
#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"

static const struct state state = { .root = (char *)ROOT };

static void must(enum img_status st, const struct img_error *err)
{
	if (st != IMG_OK)
		fail_msg("%s: %s", img_status_word(st), err->text);
}

static int clean(void **ctx)
{
	(void)ctx;
	unlink(ROOT "/file");
	rmdir(ROOT);
	return 0;
}

/* A chip of 16 pages in 8 blocks, of which a plan changes four, not in their order. */
enum { PAGE = 256, BLOCK = 2 * PAGE, BLOCKS = 8, SIZE = BLOCKS * BLOCK, CHANGED = 4 };

struct model {
	uint8_t original[SIZE], wanted[SIZE], now[SIZE];
	struct img *image;		/* original */
	struct img_range block[CHANGED];
	struct journal j;
};

static void make(struct model *m)
{
	static const size_t order[CHANGED] = { 5, 1, 2, 7 };
	struct img_error err;
	size_t i;

	synth_bytes("what was there", m->original, SIZE);
	memset(m->original + 2 * BLOCK, 0xff, PAGE);
	memcpy(m->wanted, m->original, SIZE);
	for (i = 0; i < CHANGED; i++) {
		m->block[i] = (struct img_range){ order[i] * BLOCK, BLOCK };
		synth_bytes("what shall be", m->wanted + order[i] * BLOCK, BLOCK);
	}
	must(img_copy(img_view_of(m->original, SIZE), &m->image, &err), &err);
	m->j = (struct journal){ .original = HASH, .block = m->block };
}

/* Whatever is behind the first count lines is done, and of the last line nothing. */
static uint8_t *announce(struct model *m, size_t count)
{
	size_t i;

	memcpy(m->now, m->original, SIZE);
	for (i = 0; i + 1 < count; i++)
		memcpy(m->now + m->block[i].start, m->wanted + m->block[i].start, BLOCK);
	m->j.count = count;
	return m->now + m->block[count - 1].start;
}

static bool explained(const struct model *m)
{
	return journal_explains(&m->j, m->image, img_view_of(m->wanted, SIZE),
				img_view_of(m->now, SIZE));
}

/* A page that was erased half turned some of its bits to 1. */
static void erase_page(uint8_t *page, bool half)
{
	size_t i;

	for (i = 0; i < PAGE; i++)
		page[i] = (uint8_t)(half ? page[i] | (0x55u << (i & 1)) : 0xffu);
}

/* One that was programmed half has some of its bytes, and of one of them some of the bits. */
static void program_page(uint8_t *page, const uint8_t *wanted, size_t bytes)
{
	memcpy(page, wanted, bytes);
	if (bytes < PAGE)
		page[bytes] = wanted[bytes] | 0x0f;
}

static void assert_explained(const struct model *m, const char *when, size_t at)
{
	if (!explained(m))
		fail_msg("block %zu of the plan, %s (%zu), is not explained", m->j.count, when, at);
}

static void interrupt_erase(struct model *m, size_t count)
{
	uint8_t *block = announce(m, count);
	size_t page;

	assert_explained(m, "before it is begun", 0);
	for (page = 0; page < BLOCK / PAGE; page++) {
		erase_page(block + page * PAGE, true);
		assert_explained(m, "within the erase", page);
		erase_page(block + page * PAGE, false);
		assert_explained(m, "after a page of the erase", page);
	}
}

static void interrupt_program(struct model *m, size_t count)
{
	uint8_t *block = announce(m, count);
	const uint8_t *wanted = m->wanted + m->block[count - 1].start;
	size_t page, bytes;

	memset(block, 0xff, BLOCK);
	for (page = 0; page < BLOCK / PAGE; page++)
		for (bytes = 0; bytes <= PAGE; bytes++) {
			program_page(block + page * PAGE, wanted + page * PAGE, bytes);
			assert_explained(m, "within a page", page * PAGE + bytes);
		}
	assert_memory_equal(block, wanted, BLOCK);
}

static void test_interrupted(void **ctx)
{
	struct model m;
	size_t count;

	(void)ctx;
	make(&m);
	for (count = 1; count <= CHANGED; count++) {
		interrupt_erase(&m, count);
		interrupt_program(&m, count);
	}
	img_close(m.image);
}

/* Any other byte is not as the journal says, but within the last block. */
static void test_wrong_byte(void **ctx)
{
	struct model m;
	size_t count, at, start;

	(void)ctx;
	make(&m);
	for (count = 1; count <= CHANGED; count++) {
		announce(&m, count);
		start = m.block[count - 1].start;
		for (at = 0; at < SIZE; at++) {
			if (at >= start && at < start + BLOCK)
				continue;
			m.now[at] ^= 0x10;
			if (explained(&m))
				fail_msg("block %zu of the plan, wrong byte at %zu", count, at);
			m.now[at] ^= 0x10;
		}
		assert_true(explained(&m));
	}
	img_close(m.image);
}

/* What an erase leaves that nobody foresees is believed only where a finished block proves it. */
static void test_proof(void **ctx)
{
	struct model m;
	size_t at;

	(void)ctx;
	make(&m);
	for (at = 0; at < BLOCK; at++) {
		uint8_t *block = announce(&m, 1);

		/* Neither of both can be made of it. */
		if (!m.original[m.block[0].start + at] || !m.wanted[m.block[0].start + at])
			continue;
		block[at] = 0;
		assert_false(explained(&m));
	}
	memset(announce(&m, 2), 0, BLOCK);
	assert_true(explained(&m));
	/* A finished block that was as it should be before proves nothing. */
	memcpy(m.wanted + m.block[0].start, m.original + m.block[0].start, BLOCK);
	memset(announce(&m, 2), 0, BLOCK);
	assert_false(explained(&m));
	img_close(m.image);
}

/* One that failed, and was taken up by smaller ones. */
static void test_again(void **ctx)
{
	struct img_range lines[] = { { 0, BLOCK }, { BLOCK, 2 * BLOCK }, { BLOCK, PAGE },
				     { BLOCK + PAGE, PAGE }, { 2 * BLOCK, PAGE } };
	struct model m;
	size_t at;

	(void)ctx;
	make(&m);
	memcpy(m.wanted, m.original, SIZE);
	synth_bytes("again", m.wanted, 3 * BLOCK);
	memcpy(m.now, m.wanted, SIZE);
	m.j.block = lines;
	m.j.count = 5;
	/* What comes next of the one that failed may be anything, if only it is named. */
	memset(m.now + 2 * BLOCK, 0, BLOCK);
	assert_true(explained(&m));
	for (at = 0; at < 2 * BLOCK; at++) {
		m.now[at] ^= 1;
		assert_false(explained(&m));
		m.now[at] ^= 1;
	}
	img_close(m.image);
}

static void test_odd(void **ctx)
{
	struct img_range beyond = { SIZE - PAGE, 2 * PAGE };
	struct model m;

	(void)ctx;
	make(&m);
	announce(&m, 2);
	m.j.count = 0;
	assert_false(explained(&m));
	m.j.count = 2;
	assert_true(explained(&m));
	assert_false(journal_explains(&m.j, m.image, img_view_of(m.wanted, SIZE - BLOCK),
				      img_view_of(m.now, SIZE - BLOCK)));
	m.block[1] = beyond;
	assert_false(explained(&m));
	m.block[0] = beyond;
	assert_false(explained(&m));
	m.j.count = 1;
	assert_false(explained(&m));
	img_close(m.image);
}

/* A single byte between two blocks. */
static void test_gap(void **ctx)
{
	struct img_range lines[] = { { 0, BLOCK - 1 }, { BLOCK, SIZE - BLOCK } };
	struct model m;

	(void)ctx;
	make(&m);
	memcpy(m.now, m.original, SIZE);
	m.j.block = lines;
	m.j.count = 2;
	memset(m.now + BLOCK, 0xff, SIZE - BLOCK);
	assert_true(explained(&m));
	m.now[BLOCK - 1] ^= 1;
	assert_false(explained(&m));
	img_close(m.image);
}

/* A backup is read piece by piece; a block, and what is between blocks, may be many. */
enum { PIECES = 5 * 65536 };

struct large {
	uint8_t original[PIECES], wanted[PIECES], now[PIECES];
	struct img *lazy;		/* original */
	struct img_range block[2];
	struct journal j;
};

static struct large *make_large(void)
{
	struct large *l = calloc(1, sizeof(*l));
	struct img_error err;

	assert_non_null(l);
	synth_bytes("pieces", l->original, PIECES);
	memcpy(l->wanted, l->original, PIECES);
	memcpy(l->now, l->original, PIECES);
	l->block[0] = (struct img_range){ 65536, 131072 };
	l->block[1] = (struct img_range){ 0, 256 };
	l->j = (struct journal){ .count = 2, .block = l->block };
	must(state_make(&state, NULL, &err), &err);
	must(state_save(&state, ROOT "/file", img_view_of(l->original, PIECES),
			IMG_SAVE_REPLACE, &err), &err);
	must(img_open_lazily(ROOT "/file", &l->lazy, &err), &err);
	return l;
}

static bool large_explained(const struct large *l)
{
	return journal_explains(&l->j, l->lazy, img_view_of(l->wanted, PIECES),
				img_view_of(l->now, PIECES));
}

static void test_pieces(void **ctx)
{
	static const size_t wrong[] = { 256, 65535, 65536, 131071, 131072, 196607, 196608, 262143,
					262144, PIECES - 1 };
	struct large *l = make_large();
	size_t i;

	(void)ctx;
	assert_true(large_explained(l));
	for (i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		l->now[wrong[i]] ^= 1;
		assert_false(large_explained(l));
		l->now[wrong[i]] ^= 1;
	}
	/* Nothing is proved, until the block's last byte does. */
	memset(l->now, 0, 256);
	assert_false(large_explained(l));
	l->wanted[196607] ^= 1;
	assert_false(large_explained(l));
	l->now[196607] ^= 1;
	assert_true(large_explained(l));
	/* What lies between is told from what does not, far behind the start of a block as well. */
	memcpy(l->now, l->original, PIECES);
	l->j.count = 1;
	l->now[131072] = 0;
	assert_false(large_explained(l));
	l->now[131072] = 0xff;
	assert_true(large_explained(l));
	img_close(l->lazy);
	free(l);
}

/* A backup that changes while it is read is none. */
static void test_unread(void **ctx)
{
	struct large *l = make_large();

	(void)ctx;
	l->wanted[65536] ^= 1;
	l->now[65536] ^= 1;
	assert_true(large_explained(l));
	assert_int_equal(truncate(ROOT "/file", PIECES - 1), 0);
	assert_false(large_explained(l));
	/* Nor where the blocks are all of the chip, so that nothing else is held against it. */
	l->block[0] = (struct img_range){ 256, PIECES - 256 };
	assert_false(large_explained(l));
	img_close(l->lazy);
	free(l);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_interrupted),
		cmocka_unit_test(test_wrong_byte),
		cmocka_unit_test(test_proof),
		cmocka_unit_test(test_again),
		cmocka_unit_test(test_odd),
		cmocka_unit_test(test_gap),
		cmocka_unit_test(test_pieces),
		cmocka_unit_test(test_unread),
	};

	return cmocka_run_group_tests(tests, clean, clean);
}
