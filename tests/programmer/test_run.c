/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A write from identification to verification on a simulated chip, and what becomes of it
 * when something goes wrong. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/run/run.h"
#include "tools/programmer/sim/bus.h"

#define PART "W25Q40.V"
#define SIZE ((size_t)512 << 10)
#define MAX_US 2000000		/* no part of a job may wait longer than the chip's own maximum */

struct bench {
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;
	struct img *image;	/* what is to be written */
	struct run_result result;
	struct img_error err;
};

static void connect(struct bench *b)
{
	assert_int_equal(chip_open(b->bus, &b->chip, &b->err), IMG_OK);
}

/* A chip with old contents, and an image that differs in several ways in some places. */
static struct bench make(void)
{
	struct bench b = { 0 };
	struct img_span array;
	uint64_t at;

	assert_int_equal(sim_chip_new(chip_part_by_name(PART), 16000000, &b.sim, NULL), IMG_OK);
	assert_int_equal(sim_bus_new(b.sim, NULL, &b.bus, NULL), IMG_OK);
	array = sim_chip_array(b.sim);
	for (at = 0; at < SIZE; at += 7)
		assert_int_equal(img_span_fill(array, at, 1, (uint8_t)(at >> 3), NULL), IMG_OK);
	assert_int_equal(img_copy(img_span_view(array), &b.image, NULL), IMG_OK);
	for (at = 0x2000; at < 0x2900; at++)		/* one sector */
		assert_int_equal(img_span_fill(img_span(b.image), at, 1, (uint8_t)at, NULL),
				 IMG_OK);
	for (at = 0x30000; at < 0x39000; at++)		/* most of a block */
		assert_int_equal(img_span_fill(img_span(b.image), at, 1, (uint8_t)(at >> 2), NULL),
				 IMG_OK);
	assert_int_equal(img_span_fill(img_span(b.image), 0x70000, 0x1000, 0xff, NULL), IMG_OK);
	return b;
}

static void drop(struct bench *b)
{
	if (b->chip)
		assert_int_equal(chip_close(b->chip, NULL), IMG_OK);
	assert_int_equal(b->bus->close(b->bus, NULL), IMG_OK);
	img_close(b->image);
}

static enum img_status job(struct bench *b)
{
	const struct run_hope hope = { .bytes = img_bytes(b->image) };
	struct plan plan = { 0 };
	struct img *old = NULL;
	enum img_status st;

	b->result = (struct run_result){ 0 };
	st = run_read(b->chip, 2, hope, NULL, &old, &b->err);
	if (st == IMG_OK)
		st = plan_make(img_bytes(old), img_bytes(b->image), &chip_info(b->chip)->geometry,
			       NULL, &plan, &b->err);
	if (st == IMG_OK)
		st = run_plan(b->chip, &plan, img_bytes(old), img_bytes(b->image), true, NULL,
			      &b->result, &b->err);
	plan_free(&plan);
	img_close(old);
	return st;
}

static bool right(const struct bench *b)
{
	return img_view_equal(img_span_view(sim_chip_array(b->sim)), img_bytes(b->image));
}

static void test_write(void **state)
{
	struct bench b = make();
	uint64_t frames;

	(void)state;
	connect(&b);
	assert_int_equal(job(&b), IMG_OK);
	assert_true(b.result.changed && b.result.verified && right(&b));
	assert_int_equal(sim_chip_counts(b.sim)->raised, 0);
	assert_int_equal(sim_chip_counts(b.sim)->erases, 4);	/* 4K, 32K + 4K, 4K */
	/* Once more: the first pass is what was hoped for, and nothing else happens. */
	frames = sim_chip_counts(b.sim)->frames;
	assert_int_equal(job(&b), IMG_OK);
	assert_true(b.result.verified);
	assert_in_range(sim_chip_counts(b.sim)->frames - frames, 1, 2);
	drop(&b);
}

struct seen {
	unsigned count;
	struct img_range block[8];
};

static void see(void *ctx, struct img_range block)
{
	struct seen *s = ctx;

	assert_true(s->count < 8);
	s->block[s->count++] = block;
}

/* Who keeps a journal is told of each block before it is touched. */
static void test_blocks(void **state)
{
	static const struct img_range want[] = {
		{ 0x2000, 0x1000 }, { 0x70000, 0x1000 }, { 0x30000, 0x9000 } };
	static const struct img_range last = { 0x38000, 1 };
	const struct plan_request request = { .last = { &last, 1 } };
	struct seen seen = { 0 };
	const struct run_watch watch = { .block = see, .ctx = &seen };
	struct bench b = make();
	struct plan plan = { 0 };
	struct img *old = NULL;

	(void)state;
	connect(&b);
	assert_int_equal(run_read(b.chip, 1, (struct run_hope){ 0 }, NULL, &old, NULL), IMG_OK);
	assert_int_equal(plan_make(img_bytes(old), img_bytes(b.image), &chip_info(b.chip)->geometry,
				   &request, &plan, NULL), IMG_OK);
	assert_int_equal(run_plan(b.chip, &plan, img_bytes(old), img_bytes(b.image), true, &watch,
				  &b.result, NULL), IMG_OK);
	assert_int_equal(seen.count, 3);
	assert_memory_equal(seen.block, want, sizeof(want));
	plan_free(&plan);
	img_close(old);
	drop(&b);
}

/* The time a job takes is the chip's and the wire's: no rounds of waiting. */
static void test_time(void **state)
{
	struct bench b = make();
	uint64_t us, floor;

	(void)state;
	connect(&b);
	us = sim_chip_now_us(b.sim);
	assert_int_equal(job(&b), IMG_OK);
	us = sim_chip_now_us(b.sim) - us;
	/* two passes, three sectors, half a block, the pages, the reading back, and what proves
	 * the first erase of each kind; half a us a byte */
	floor = 2 * SIZE / 2 + 3 * 45000 + 120000 + sim_chip_counts(b.sim)->programs * 830 +
		(32768 + 3 * 4096) / 2 + 2 * 262144 / 2;
	assert_in_range(us, floor * 95 / 100, floor * 110 / 100);
	drop(&b);
}

static void test_unstable_read(void **state)
{
	struct bench b = make();

	(void)state;
	connect(&b);
	*sim_chip_faults(b.sim) = (struct sim_faults){ .flip_read_mask = 1, .flip_read_at = 0x4567,
						       .flip_read_count = 1 };
	assert_int_equal(job(&b), IMG_E_CORRUPT);
	assert_int_equal(b.err.at, 0x4567);
	assert_non_null(strstr(b.err.text, "0x00004000"));
	assert_false(b.result.changed || sim_chip_changed(b.sim));
	drop(&b);
}

struct told {
	unsigned count;
	uint64_t sectors;
	char where[200];
};

static void tell(void *ctx, uint64_t sectors, const char *where)
{
	struct told *t = ctx;

	t->count++;
	t->sectors = sectors;
	snprintf(t->where, sizeof(t->where), "%s", where);
}

/* Who only wants to know what is there gets sectors that agreed in the end, and is told. */
static void test_settled_read(void **state)
{
	struct told told = { 0 };
	const struct run_watch watch = { .settled = tell, .ctx = &told };
	struct bench b = make();
	struct img *old;
	struct img *was;

	(void)state;
	connect(&b);
	assert_int_equal(img_copy(img_span_view(sim_chip_array(b.sim)), &was, NULL), IMG_OK);
	*sim_chip_faults(b.sim) = (struct sim_faults){ .flip_read_mask = 1, .flip_read_at = 0x4567,
						       .flip_read_count = 1 };
	assert_int_equal(run_read(b.chip, 2, (struct run_hope){ 0 }, &watch, &old, &b.err), IMG_OK);
	assert_true(img_view_equal(img_bytes(old), img_bytes(was)));
	assert_int_equal(told.count, 1);
	assert_int_equal(told.sectors, 1);
	assert_string_equal(told.where, "0x00004000-0x00004fff");
	img_close(old);
	assert_int_equal(run_read(b.chip, 3, (struct run_hope){ 0 }, &watch, &old, &b.err), IMG_OK);
	assert_int_equal(told.count, 1);
	img_close(old);
	img_close(was);
	drop(&b);
}

static bool knows(void *ctx, struct img_view contents)
{
	unsigned *asked = ctx;

	assert_int_equal(img_view_size(contents), SIZE);
	return ++*asked == 1;
}

/* A first reading that somebody knows to be right needs no second. */
static void test_known_read(void **state)
{
	unsigned asked = 0;
	const struct run_hope hope = { .known = knows, .ctx = &asked };
	struct bench b = make();
	struct img *old;
	uint64_t us;

	(void)state;
	connect(&b);
	us = sim_chip_now_us(b.sim);
	assert_int_equal(run_read(b.chip, 2, hope, NULL, &old, NULL), IMG_OK);
	img_close(old);
	us = sim_chip_now_us(b.sim) - us;
	assert_int_equal(run_read(b.chip, 2, hope, NULL, &old, NULL), IMG_OK);
	img_close(old);
	assert_int_equal(asked, 2);
	assert_in_range(sim_chip_now_us(b.sim), 29 * us / 10, 31 * us / 10 + us);
	drop(&b);
}

/* A bit that reads wrong every time is found when what was written is read back. */
static void test_wrong_read(void **state)
{
	struct bench b = make();

	(void)state;
	connect(&b);
	*sim_chip_faults(b.sim) = (struct sim_faults){ .flip_read_mask = 1,
						       .flip_read_at = 0x2123 };
	assert_int_equal(job(&b), IMG_E_MISMATCH);
	assert_int_equal(b.err.at, 0x2123);
	assert_true(b.result.changed && !b.result.verified);
	drop(&b);
}

/* A reading that is wrong once is no reason to touch the chip. */
static void test_bad_read(void **state)
{
	struct bench b = make();
	struct plan plan;
	struct img *old;

	(void)state;
	assert_int_equal(img_span_fill(sim_chip_array(b.sim), 0, SIZE, 0xff, NULL), IMG_OK);
	connect(&b);
	assert_int_equal(run_read(b.chip, 1, (struct run_hope){ 0 }, NULL, &old, NULL), IMG_OK);
	assert_int_equal(plan_make(img_bytes(old), img_bytes(b.image), &chip_info(b.chip)->geometry,
				   NULL, &plan, NULL), IMG_OK);
	*sim_chip_faults(b.sim) = (struct sim_faults){ .flip_read_mask = 1, .flip_read_at = 0x2123,
						       .flip_read_count = 1 };
	assert_int_equal(run_plan(b.chip, &plan, img_bytes(old), img_bytes(b.image), true, NULL,
				  &b.result, NULL), IMG_OK);
	assert_true(b.result.verified && right(&b));
	assert_int_equal(b.result.bad_reads, 1);
	assert_int_equal(b.result.rewritten, 0);
	assert_int_equal(sim_chip_counts(b.sim)->programs, plan.programmed / 256);
	plan_free(&plan);
	img_close(old);
	drop(&b);
}

/* A bit that was written wrong needs its block once more. */
static void test_wrong_program(void **state)
{
	struct bench b = make();

	(void)state;
	connect(&b);
	sim_chip_faults(b.sim)->flip_program = 3;
	assert_int_equal(job(&b), IMG_OK);
	assert_true(b.result.verified && right(&b));
	assert_in_range(b.result.rewritten, 1, 20);
	assert_int_equal(sim_chip_counts(b.sim)->raised, 0);
	drop(&b);
}

/* A page that never arrives shows in the status behind it, and is sent again. */
static void test_lost_program(void **state)
{
	struct bench b = make();

	(void)state;
	connect(&b);
	sim_chip_faults(b.sim)->lose_program = 5;
	assert_int_equal(job(&b), IMG_OK);
	assert_true(b.result.verified && right(&b));
	drop(&b);
}

static void fails_untouched(struct bench *b, enum img_status want)
{
	const uint64_t us = sim_chip_now_us(b->sim);

	assert_int_equal(job(b), want);
	assert_false(b->result.changed || b->result.verified || sim_chip_changed(b->sim));
	assert_true(sim_chip_now_us(b->sim) - us < SIZE + MAX_US);
}

static void test_no_write_enable(void **state)
{
	struct bench b = make();

	(void)state;
	connect(&b);
	sim_chip_faults(b.sim)->wel_dead = true;
	fails_untouched(&b, IMG_E_IO);
	assert_non_null(strstr(b.err.text, "write enable"));
	drop(&b);
}

/* Protection that nothing holds is lifted for the job. */
static void test_protected(void **state)
{
	struct bench b = make();

	(void)state;
	sim_chip_set_status(b.sim, 0x1c);
	connect(&b);
	assert_true(chip_info(b.chip)->protected);
	assert_int_equal(job(&b), IMG_OK);
	assert_true(b.result.verified && right(&b));
	drop(&b);
}

/* A chip that takes no write enable, where no erase comes first. */
static void test_program_refused(void **state)
{
	struct bench b = make();

	(void)state;
	assert_int_equal(img_span_fill(sim_chip_array(b.sim), 0, SIZE, 0xff, NULL), IMG_OK);
	connect(&b);
	sim_chip_faults(b.sim)->wel_dead = true;
	fails_untouched(&b, IMG_E_IO);
	sim_chip_faults(b.sim)->wel_dead = false;
	assert_int_equal(job(&b), IMG_OK);
	assert_true(right(&b));
	drop(&b);
}

static void test_stuck(void **state)
{
	struct bench b = make();
	uint64_t us;

	(void)state;
	connect(&b);
	sim_chip_faults(b.sim)->wip_stuck = true;
	us = sim_chip_now_us(b.sim);
	assert_int_equal(job(&b), IMG_E_TIMEOUT);
	assert_true(b.result.changed && !b.result.verified);
	assert_true(sim_chip_now_us(b.sim) - us < SIZE + MAX_US);
	drop(&b);
}

/*
 * Power, or the programmer, is gone after any number of frames. The job ends by itself,
 * knows whether the chip was changed, and the same job once more completes it.
 */
static void cut(uint64_t after, bool power)
{
	struct bench b = make();
	uint64_t us;

	connect(&b);
	after += sim_chip_counts(b.sim)->frames;
	if (power)
		sim_chip_faults(b.sim)->power_lost_after = after;
	else
		sim_chip_faults(b.sim)->link_lost_after = after;
	us = sim_chip_now_us(b.sim);
	assert_int_not_equal(job(&b), IMG_OK);
	assert_false(b.result.verified);
	assert_true(b.result.changed || !sim_chip_changed(b.sim));
	assert_true(sim_chip_now_us(b.sim) - us < 4 * SIZE + MAX_US);
	sim_chip_power_cycle(b.sim);
	assert_int_equal(chip_close(b.chip, NULL), IMG_OK);
	connect(&b);
	assert_int_equal(job(&b), IMG_OK);
	assert_true(b.result.verified && right(&b));
	assert_int_equal(sim_chip_counts(b.sim)->raised, 0);
	drop(&b);
}

static void test_cut(void **state)
{
	struct bench b = make();
	uint64_t frames, at;

	(void)state;
	connect(&b);
	frames = sim_chip_counts(b.sim)->frames;
	assert_int_equal(job(&b), IMG_OK);
	frames = sim_chip_counts(b.sim)->frames - frames;
	drop(&b);
	assert_in_range(frames, 500, 3000);
	for (at = 17; at < frames; at += at < 40 ? 1 : 13) {
		cut(at, true);
		cut(at, false);
	}
}

/* Power fails between the passes: all FF is no chip that is blank. */
static void test_cut_while_reading(void **state)
{
	struct bench b = make();

	(void)state;
	connect(&b);
	sim_chip_faults(b.sim)->power_lost_after = sim_chip_counts(b.sim)->frames + 1;
	assert_int_equal(job(&b), IMG_E_IO);
	assert_non_null(strstr(b.err.text, "stopped answering"));
	assert_false(b.result.changed);
	drop(&b);
}

static void test_no_verify(void **state)
{
	struct bench b = make();
	struct plan plan;
	struct img *old;

	(void)state;
	connect(&b);
	assert_int_equal(run_read(b.chip, 1, (struct run_hope){ 0 }, NULL, &old, NULL), IMG_OK);
	assert_int_equal(plan_make(img_bytes(old), img_bytes(b.image), &chip_info(b.chip)->geometry,
				   NULL, &plan, NULL), IMG_OK);
	assert_int_equal(run_plan(b.chip, &plan, img_bytes(old), img_bytes(b.image), false, NULL,
				  &b.result, NULL),
			 IMG_OK);
	assert_true(b.result.changed && !b.result.verified && right(&b));
	plan_free(&plan);
	img_close(old);
	drop(&b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_write),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_time),
		cmocka_unit_test(test_unstable_read),
		cmocka_unit_test(test_settled_read),
		cmocka_unit_test(test_known_read),
		cmocka_unit_test(test_wrong_read),
		cmocka_unit_test(test_bad_read),
		cmocka_unit_test(test_wrong_program),
		cmocka_unit_test(test_lost_program),
		cmocka_unit_test(test_no_write_enable),
		cmocka_unit_test(test_protected),
		cmocka_unit_test(test_program_refused),
		cmocka_unit_test(test_stuck),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_cut_while_reading),
		cmocka_unit_test(test_no_verify),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
