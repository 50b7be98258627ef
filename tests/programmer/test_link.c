/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Whole jobs over the simulated cable: whatever is lost, cut or silent, a job ends by
 * itself, knows whether the chip was changed, and the same job once more completes it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/bus/serprog.h"
#include "tools/programmer/run/run.h"
#include "tools/programmer/sim/bus.h"
#include "tools/programmer/sim/link.h"

#define PART "W25Q40.V"
#define SIZE ((size_t)512 << 10)
#define CHIP_MAX_US 2000000	/* the longest this chip may be busy with a block */
#define MORE_US 2000000

struct bench {
	struct sim_chip *chip;
	struct sim_link *link;
	struct img *image;
	struct run_result result;
	struct img_error err;
};

static void fill(uint8_t *bytes, size_t at, size_t n, unsigned seed)
{
	size_t i;

	for (i = 0; i < n; i++)
		bytes[at + i] = (uint8_t)((i + seed) * 2654435761u >> 24);
}

/* Two blocks with little to do, so that there are not too many places to fail at. */
static struct bench make(const char *firmware)
{
	struct bench b = { 0 };
	struct spi_bus *below;
	uint8_t *array;

	assert_int_equal(sim_chip_new(chip_part_by_name(PART), 16000000, &b.chip, NULL), IMG_OK);
	assert_int_equal(sim_bus_new(b.chip, NULL, &below, NULL), IMG_OK);
	assert_int_equal(sim_link_new(firmware_kind_by_name(firmware), &sim_link_usual, below,
				      &b.link, NULL), IMG_OK);
	array = img_span_bytes(sim_chip_array(b.chip));
	fill(array, 0x3000, 0x1000, 1);
	fill(array, 0x21000, 0x2000, 2);
	assert_int_equal(img_copy(img_span_view(sim_chip_array(b.chip)), &b.image, NULL), IMG_OK);
	array = img_span_bytes(img_span(b.image));
	fill(array, 0x3100, 0x400, 3);
	fill(array, 0x21800, 0x900, 4);
	fill(array, 0x41000, 0x300, 5);
	return b;
}

static void drop(struct bench *b)
{
	img_close(b->image);
	assert_int_equal(sim_link_free(b->link, NULL), IMG_OK);
}

static bool right(const struct bench *b)
{
	return img_view_equal(img_span_view(sim_chip_array(b->chip)), img_bytes(b->image));
}

static enum img_status write_image(struct bench *b, struct chip *chip)
{
	const struct img_view want = img_bytes(b->image);
	struct plan plan = { 0 };
	struct img *old = NULL;
	enum img_status st = run_read(chip, 1, (struct run_hope){ .bytes = want }, NULL, &old,
				      &b->err);

	if (st == IMG_OK)
		st = plan_make(img_bytes(old), want, &chip_info(chip)->geometry,
			       NULL, &plan, &b->err);
	if (st == IMG_OK)
		st = run_plan(chip, &plan, img_bytes(old), want, true, NULL, &b->result, &b->err);
	plan_free(&plan);
	img_close(old);
	return st;
}

/* A process from its start to its end: connects, writes, lets go. */
static enum img_status job(struct bench *b, enum serprog_pipeline pipeline)
{
	const struct serprog_options o = { .pipeline = pipeline };
	struct wire *wire;
	struct spi_bus *bus;
	struct chip *chip = NULL;
	enum img_status st, closed = IMG_OK;

	b->result = (struct run_result){ 0 };
	b->err = (struct img_error){ 0 };
	assert_int_equal(sim_link_connect(b->link, &wire, NULL), IMG_OK);
	st = serprog_attach(wire, &o, &bus, &b->err);
	if (st != IMG_OK)
		return st;
	st = chip_open(bus, &chip, &b->err);
	if (st == IMG_OK)
		st = write_image(b, chip);
	if (chip)
		closed = chip_close(chip, NULL);
	if (bus->close(bus, NULL) != IMG_OK || closed != IMG_OK)
		return st == IMG_OK ? IMG_E_IO : st;
	return st;
}

static void heal(struct bench *b)
{
	struct sim_link_faults *f = sim_link_faults(b->link);

	/* What was lost stays lost; it counts from the beginning. */
	*f = (struct sim_link_faults){ .lose_sent = f->lose_sent };
	sim_chip_power_cycle(b->chip);
}

/* After whatever has happened: told in words, in time, and once more makes it good. */
static void check(struct bench *b, enum img_status st, uint64_t us, uint64_t good_us)
{
	assert_true(us < good_us + CHIP_MAX_US + MORE_US);
	if (st == IMG_OK)
		assert_true(b->result.verified && right(b));
	else
		assert_true(strlen(b->err.text) > 10);
	assert_true(b->result.changed || !sim_chip_changed(b->chip) || st == IMG_OK);
	heal(b);
	st = job(b, SERPROG_TRY);
	/* A byte that was lost in the lengths of a frame lets the programmer wait for ever. */
	if (st != IMG_OK) {
		assert_non_null(strcasestr(b->err.text, "unplug it"));
		assert_false(b->result.changed);
		sim_link_reset(b->link);
		st = job(b, SERPROG_TRY);
	}
	assert_int_equal(st, IMG_OK);
	assert_true(b->result.verified && right(b));
	assert_int_equal(sim_chip_counts(b->chip)->raised, 0);
	/* What a firmware makes of lengths that lost a byte is in nobody's hand. */
	if (!sim_link_faults(b->link)->lose_sent)
		assert_int_equal(sim_link_firmware(b->link)->overruns, 0);
}

struct good {
	uint64_t us, sent, answered, frames;
};

/* What the bench counts, and must never happen. */
static void nothing_wrong(const struct bench *b)
{
	const struct sim_counts *c = sim_chip_counts(b->chip);
	const struct sim_link_counts *l = sim_link_counts(b->link);
	const struct firmware_counts *f = sim_link_firmware(b->link);

	assert_int_equal(c->raised + c->early + c->outside + c->again, 0);
	assert_int_equal(l->overflows + l->forgotten, 0);
	assert_int_equal(f->overruns + f->refused, 0);
	/* Whether commands may follow each other is tried once: a packet firmware loses that. */
	assert_true(f->lost <= 11);
	assert_true(l->most_unread <= 2048);
	assert_false(f->driving);
}

static struct good go_well(const char *firmware)
{
	struct bench b = make(firmware);
	struct good g;

	assert_int_equal(job(&b, SERPROG_TRY), IMG_OK);
	assert_true(b.result.verified && right(&b) && !b.result.rewritten && !b.result.bad_reads);
	nothing_wrong(&b);
	g = (struct good){ sim_link_now_us(b.link), sim_link_counts(b.link)->sent,
			   sim_link_counts(b.link)->answered, sim_chip_counts(b.chip)->frames };
	drop(&b);
	return g;
}

static void test_firmwares(void **state)
{
	static const char *const names[] = { "ideal", "pico", "pico-libreboot", "picoprog",
					     "vserprog", "duino" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		go_well(names[i]);
}

/* The chip's power fails after every frame of the job. */
static void test_power(void **state)
{
	const struct good g = go_well("pico");
	uint64_t after, us;

	(void)state;
	for (after = 1; after < g.frames; after++) {
		struct bench b = make("pico");
		enum img_status st;

		sim_chip_faults(b.chip)->power_lost_after = after;
		st = job(&b, SERPROG_TRY);
		us = sim_link_now_us(b.link);
		/* Only the last frames, after all is verified, do not matter. */
		assert_true(st != IMG_OK || after + 8 > g.frames);
		check(&b, st, us, g.us);
		drop(&b);
	}
}

enum fault { CLOSED, SILENT, LOST_SENT, LOST_ANSWER, CUT };

static void fail_with(enum fault fault, uint64_t at, const struct good *g, const char *firmware)
{
	struct bench b = make(firmware);
	struct sim_link_faults f = { 0 };
	struct wire *wire;
	enum img_status st;

	switch (fault) {
	case CLOSED: f.closed_after = at; break;
	case SILENT: f.silent_after = at; break;
	case LOST_SENT: f.lose_sent = at; break;
	case LOST_ANSWER: f.lose_answer = at; break;
	case CUT: f.cut_after = at; break;
	}
	/* job() connects once more, which ends a cut, so this one is set behind that. */
	if (fault == CUT || fault == CLOSED) {
		const struct serprog_options o = { .pipeline = SERPROG_TRY };
		struct spi_bus *bus;
		struct chip *chip = NULL;

		assert_int_equal(sim_link_connect(b.link, &wire, NULL), IMG_OK);
		*sim_link_faults(b.link) = f;
		st = serprog_attach(wire, &o, &bus, &b.err);
		if (st == IMG_OK) {
			st = chip_open(bus, &chip, &b.err);
			if (st == IMG_OK)
				st = write_image(&b, chip);
			if (chip && chip_close(chip, NULL) != IMG_OK && st == IMG_OK)
				st = img_fail(&b.err, IMG_E_IO, IMG_NOWHERE, "at the end, closing");
			if (bus->close(bus, NULL) != IMG_OK && st == IMG_OK)
				st = img_fail(&b.err, IMG_E_IO, IMG_NOWHERE, "at the end, closing");
		}
	} else {
		*sim_link_faults(b.link) = f;
		st = job(&b, SERPROG_TRY);
		if (st != IMG_OK && !*b.err.text)
			st = img_fail(&b.err, IMG_E_IO, IMG_NOWHERE, "at the end, closing");
	}
	check(&b, st, sim_link_now_us(b.link), g->us);
	drop(&b);
}

static void test_closed(void **state)
{
	const struct good g = go_well("pico");
	uint64_t at;

	(void)state;
	for (at = 1; at < g.frames; at += 7)
		fail_with(CLOSED, at, &g, "pico");
}

static void test_silent(void **state)
{
	const struct good g = go_well("pico");
	uint64_t at;

	(void)state;
	for (at = 1; at < g.frames; at += 7)
		fail_with(SILENT, at, &g, "pico");
}

static void test_lost_bytes(void **state)
{
	const struct good g = go_well("pico"), plain = go_well("picoprog");
	uint64_t at;

	(void)state;
	for (at = 1; at < g.sent; at += 307)
		fail_with(LOST_SENT, at, &g, "pico");
	for (at = 1; at < g.answered; at += 1 + at / 8)
		fail_with(LOST_ANSWER, at, &g, "pico");
	for (at = 1; at < plain.answered; at += 1 + at / 8)
		fail_with(LOST_ANSWER, at, &plain, "picoprog");
}

static void test_cut(void **state)
{
	const struct good g = go_well("pico");
	uint64_t at;

	(void)state;
	for (at = 1; at < g.sent; at += 211)
		fail_with(CUT, at, &g, "pico");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_firmwares),
		cmocka_unit_test(test_power),
		cmocka_unit_test(test_closed),
		cmocka_unit_test(test_silent),
		cmocka_unit_test(test_lost_bytes),
		cmocka_unit_test(test_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
