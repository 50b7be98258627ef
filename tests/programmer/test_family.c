/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A whole job on a chip of each family: protection lifted, written, verified, and all put
 * back as it was; also when power or programmer go away in the middle.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/run/run.h"
#include "tools/programmer/sim/bus.h"

struct bench {
	struct sim_chip *sim;
	struct spi_bus *bus;
	struct chip *chip;
	struct img *image;
	struct run_result result;
	struct img_error err;
};

static uint8_t noise(uint64_t at, unsigned seed)
{
	return (uint8_t)((at + seed) * 2654435761u >> 15);
}

static void scribble(uint8_t *bytes, uint64_t from, uint64_t to, unsigned seed)
{
	uint64_t at;

	for (at = from; at < to; at++)
		bytes[at] = noise(at, seed);
}

static void make_part(struct bench *b, const struct chip_part *part)
{
	uint8_t *array;

	*b = (struct bench){ 0 };
	assert_non_null(part);
	assert_int_equal(sim_chip_new(part, 50000000, &b->sim, NULL), IMG_OK);
	assert_int_equal(sim_bus_new(b->sim, NULL, &b->bus, NULL), IMG_OK);
	array = img_span_bytes(sim_chip_array(b->sim));
	memset(array, 0xff, part->size);
	scribble(array, 0, 0x50000 < part->size ? 0x50000 : part->size, 1);
	scribble(array, part->size - 0x20000, part->size, 2);
	assert_int_equal(img_copy(img_span_view(sim_chip_array(b->sim)), &b->image, NULL), IMG_OK);
}

/* Some sectors and pages at both ends, an odd byte, and a block that becomes blank. */
static void make(struct bench *b, const char *name)
{
	const struct chip_part *part = chip_part_by_name(name);
	uint8_t *bytes;

	make_part(b, part);
	bytes = img_span_bytes(img_span(b->image));
	scribble(bytes, 0x1003, 0x3101, 3);
	bytes[0x20001] = 0;
	scribble(bytes, part->size - 0x9000, part->size, 4);
	memset(bytes + part->size - 0x20000, 0xff, 0x10000);
}

static void let_go(struct bench *b)
{
	if (b->chip)
		assert_int_equal(chip_close(b->chip, NULL), IMG_OK);
	assert_int_equal(b->bus->close(b->bus, NULL), IMG_OK);
	img_close(b->image);
}

static enum img_status job(struct bench *b)
{
	const struct run_hope hope = { 0 };
	struct plan plan = { 0 };
	struct img *old = NULL;
	enum img_status st;

	b->result = (struct run_result){ 0 };
	st = run_read(b->chip, 1, hope, NULL, &old, &b->err);
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

static void no_misuse(const struct bench *b)
{
	const struct sim_counts *c = sim_chip_counts(b->sim);

	if (c->early + c->outside + c->raised + c->again)
		fail_msg("%s: early %llu, outside %llu, raised %llu, again %llu",
			 chip_info(b->chip)->name, (unsigned long long)c->early,
			 (unsigned long long)c->outside, (unsigned long long)c->raised,
			 (unsigned long long)c->again);
}

struct family {
	const char *name;
	uint8_t sr1, sr2;	/* protection that is set; 0: as after power-up */
};

static const struct family families[] = {
	{ "W25Q64BV", 0x00, 0x00 }, { "W25Q64BV", 0x2c, 0x02 }, { "W25Q64BV", 0x04, 0x42 },
	{ "W25Q64BV", 0x00, 0x40 }, { "W25Q128FV", 0x9c, 0x02 }, { "W25Q256FV", 0x3c, 0x02 },
	{ "MX25L6405", 0x3c, 0 }, { "MX25L6405D", 0x24, 0 }, { "MX25L6406E", 0xbc, 0 },
	{ "MX25L25635E", 0x3c, 0 }, { "MX25L12835F", 0x44, 0 }, { "N25Q064", 0x5c, 0 },
	{ "N25Q256..3E", 0x04, 0 }, { "MT25QL256", 0, 0 }, { "S25FL128S......0", 0x1c, 0x02 },
	{ "S25FL128S......1", 0x1c, 0 }, { "S25FL128P......1", 0x1c, 0 },
	{ "S25FL256S......0", 0x9c, 0 }, { "SST25VF032B", 0, 0 }, { "SST25VF040", 0, 0 },
	{ "SST26VF032B", 0, 0 }, { "SST26VF080A", 0, 0 }, { "AT25DF321", 0, 0 },
	{ "EN25B16T", 0x1c, 0 },
	{ "EN25P16", 0, 0 }, { "A25L40PU", 0, 0 }, { "AT25F4096", 0, 0 },
	{ "LE25FU406B", 0, 0 }, { "M25P20-old", 0, 0 }, { "GD25LQ256D", 0x1c, 0x02 },
	{ "GD25Q128C", 0x7c, 0x02 }, { "XM25QH256C", 0, 0 }, { "M45PE80", 0, 0 },
	{ "AT26DF041", 0, 0 },
};

static void set_protection(struct bench *b, const struct family *f)
{
	if (f->sr1)
		sim_chip_set_status(b->sim, f->sr1);
	if (f->sr2)
		sim_chip_set_register(b->sim, CHIP_REG_SR2, f->sr2);
}

struct state {
	uint8_t sr[3];
	bool four, start, end;
};

static struct state look(const struct bench *b)
{
	const uint64_t size = img_size(b->image);
	struct state s = { .four = sim_chip_in_4byte(b->sim) };
	unsigned i;

	for (i = 0; i < 3; i++)
		s.sr[i] = sim_chip_register(b->sim, CHIP_REG_SR1 + i);
	s.start = sim_chip_protects(b->sim, 0, 1);
	s.end = sim_chip_protects(b->sim, size - 1, 1);
	return s;
}

static void test_jobs(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(families) / sizeof(families[0]); i++) {
		struct state before, after;
		struct bench b;

		make(&b, families[i].name);
		set_protection(&b, &families[i]);
		before = look(&b);
		assert_int_equal(chip_open(b.bus, &b.chip, &b.err), IMG_OK);
		if (chip_info(b.chip)->protected != (before.start || before.end) &&
		    (!chip_info(b.chip)->protected || chip_info(b.chip)->range_known))
			fail_msg("%s %02X: protected or not?", families[i].name, families[i].sr1);
		if (job(&b) != IMG_OK)
			fail_msg("%s %02X: %s", families[i].name, families[i].sr1, b.err.text);
		assert_true(b.result.changed && b.result.verified && right(&b));
		no_misuse(&b);
		assert_int_equal(chip_close(b.chip, &b.err), IMG_OK);
		b.chip = NULL;
		after = look(&b);
		if (memcmp(&before, &after, sizeof(before)))
			fail_msg("%s %02X: left as %02X %02X %02X", families[i].name,
				 families[i].sr1, after.sr[0], after.sr[1], after.sr[2]);
		let_go(&b);
	}
}

/* Variants nobody can tell apart: all is erased, and all is written. */
static void test_whole(void **state)
{
	struct bench b;

	(void)state;
	make(&b, "A25L40PU");
	assert_int_equal(chip_open(b.bus, &b.chip, &b.err), IMG_OK);
	assert_int_equal(chip_info(b.chip)->geometry.erase_count, 0);
	assert_int_equal(job(&b), IMG_OK);
	assert_true(right(&b));
	assert_int_equal(sim_chip_counts(b.sim)->erases, 1);
	let_go(&b);
}

/* It reads, and verifies, and is not touched. */
static void test_read_only(void **state)
{
	struct bench b;

	(void)state;
	make(&b, "MX23L6454");
	assert_int_equal(chip_open(b.bus, &b.chip, &b.err), IMG_OK);
	assert_int_equal(job(&b), IMG_E_UNSUPPORTED);
	assert_non_null(strstr(b.err.text, "only be read"));
	assert_false(sim_chip_changed(b.sim));
	no_misuse(&b);
	let_go(&b);
}

static void test_held(void **state)
{
	static const struct { const char *name; uint8_t sr1, sr2; const char *says; } rows[] = {
		{ "W25Q64BV", 0x9c, 0x00, "WP#" }, { "MX25L6406E", 0xbc, 0, "WP#" },
		{ "N25Q064", 0x9c, 0, "WP#" }, { "AT25DF321", 0x80, 0, "WP#" },
		{ "W25Q64BV", 0x1c, 0x01, "SRL" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bench b;
		struct state before, after;

		make(&b, rows[i].name);
		sim_chip_set_status(b.sim, rows[i].sr1);
		sim_chip_set_register(b.sim, CHIP_REG_SR2, rows[i].sr2);
		sim_chip_faults(b.sim)->wp_low = i < 4;
		before = look(&b);
		assert_int_equal(chip_open(b.bus, &b.chip, &b.err), IMG_OK);
		assert_true(chip_info(b.chip)->protected);
		assert_int_equal(job(&b), IMG_E_IO);
		if (!strstr(b.err.text, rows[i].says))
			fail_msg("%s: %s", rows[i].name, b.err.text);
		assert_false(b.result.changed || sim_chip_changed(b.sim));
		assert_int_equal(chip_close(b.chip, &b.err), IMG_OK);
		b.chip = NULL;
		after = look(&b);
		assert_memory_equal(&before, &after, sizeof(before));
		let_go(&b);
	}
}

/* What a chip tells in its error flags is told, and none of them is left behind. */
static void test_error_flags(void **state)
{
	static const char *const names[] = { "N25Q064", "S25FL128S......0", "S25FL128L" };
	size_t i, k;

	(void)state;
	for (i = 0; i < 3; i++) {
		for (k = 0; k < 2; k++) {
			struct bench b;
			uint8_t page[16] = { 0 }, is[16];
			enum img_status st;

			make(&b, names[i]);
			sim_chip_set_status(b.sim, 0x04);	/* the top 64K or 256K */
			assert_int_equal(chip_open(b.bus, &b.chip, &b.err), IMG_OK);
			st = k ? chip_program(b.chip, img_size(b.image) - 256,
					      img_view_of(page, 16), &b.err)
			       : chip_erase(b.chip, &chip_info(b.chip)->geometry.erase[0],
					    img_size(b.image) - 65536, &b.err);
			assert_int_equal(st, IMG_E_IO);
			assert_non_null(strstr(b.err.text, "reports"));
			assert_false(sim_chip_changed(b.sim));
			/* It listens again, and the next one is not blamed. */
			assert_int_equal(chip_read(b.chip, 0, img_span_of(is, 16), NULL), IMG_OK);
			assert_int_equal(is[0], noise(0, 1));
			assert_int_equal(chip_erase(b.chip, &chip_info(b.chip)->geometry.erase[0],
						    0, &b.err), IMG_OK);
			no_misuse(&b);
			assert_int_equal(sim_chip_register(b.sim, CHIP_REG_FSR) & 0x32, 0);
			let_go(&b);
		}
	}
}

/* An erase command that takes more than its entry says is found out by its first use. */
static void test_proof(void **state)
{
	struct chip_part liar = *chip_part_by_name("W25Q40.V");
	struct bench b;

	(void)state;
	liar.erase[0].size = 65536;	/* 20 */
	liar.flags &= ~(unsigned)CHIP_SFDP;
	make_part(&b, &liar);
	img_span_bytes(img_span(b.image))[0x31234] |= 0xff;
	img_span_bytes(img_span(b.image))[0x31235] = 0xff;
	img_span_bytes(img_span(b.image))[0x31236] = 0xff;
	assert_int_equal(chip_open(b.bus, &b.chip, &b.err), IMG_OK);
	assert_int_equal(chip_info(b.chip)->geometry.erase[0].size, 4096);
	assert_int_equal(job(&b), IMG_E_MISMATCH);
	assert_in_range(b.err.at, 0x30000, 0x30010);
	assert_non_null(strstr(b.err.text, "also changed"));
	assert_true(b.result.changed && !b.result.verified);
	assert_int_equal(sim_chip_counts(b.sim)->erases, 1);
	assert_int_equal(sim_chip_counts(b.sim)->programs, 0);
	let_go(&b);
}

/* Gone after some frames; then once more with power. What is volatile is as after power-up,
 * what is not is as it was before. */
static void cut(const struct family *f, uint64_t after, bool power)
{
	struct bench b;
	struct state before, end;
	enum img_status st;

	make(&b, f->name);
	set_protection(&b, f);
	before = look(&b);
	assert_int_equal(chip_open(b.bus, &b.chip, &b.err), IMG_OK);
	after += sim_chip_counts(b.sim)->frames;
	if (power)
		sim_chip_faults(b.sim)->power_lost_after = after;
	else
		sim_chip_faults(b.sim)->link_lost_after = after;
	assert_int_not_equal(job(&b), IMG_OK);
	assert_false(b.result.verified);
	assert_true(b.result.changed || !sim_chip_changed(b.sim));
	if (power) {
		st = chip_close(b.chip, &b.err);
		assert_true(st == IMG_OK || strstr(b.err.text, "put back"));
		sim_chip_power_cycle(b.sim);
	} else {
		/* The programmer is there again when it is closed. */
		sim_chip_faults(b.sim)->link_lost_after = 0;
		assert_int_equal(chip_close(b.chip, &b.err), IMG_OK);
		end = look(&b);
		if (sim_chip_counts(b.sim)->frames == after)
			assert_memory_equal(&before, &end, sizeof(before));
		sim_chip_power_cycle(b.sim);
	}
	assert_int_equal(chip_open(b.bus, &b.chip, &b.err), IMG_OK);
	if (job(&b) != IMG_OK)
		fail_msg("%s after %llu frames: %s", f->name, (unsigned long long)after,
			 b.err.text);
	assert_true(right(&b));
	assert_int_equal(sim_chip_counts(b.sim)->raised, 0);
	let_go(&b);
}

static void test_cuts(void **state)
{
	static const struct family some[] = {
		{ "W25Q64BV", 0x2c, 0x02 }, { "MX25L6406E", 0x24, 0 }, { "N25Q064", 0x1c, 0 },
		{ "S25FL128S......0", 0x1c, 0 }, { "SST26VF032B", 0, 0 }, { "AT25DF321", 0, 0 },
		{ "W25Q256FV", 0x3c, 0 },
	};
	size_t i;
	uint64_t at;

	(void)state;
	for (i = 0; i < sizeof(some) / sizeof(some[0]); i++) {
		struct bench b;
		uint64_t frames;

		make(&b, some[i].name);
		set_protection(&b, &some[i]);
		assert_int_equal(chip_open(b.bus, &b.chip, &b.err), IMG_OK);
		frames = sim_chip_counts(b.sim)->frames;
		assert_int_equal(job(&b), IMG_OK);
		frames = sim_chip_counts(b.sim)->frames - frames;
		let_go(&b);
		for (at = 1; at < frames; at += at < 8 ? 7 : frames / 7) {
			cut(&some[i], at, true);
			cut(&some[i], at, false);
		}
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_jobs),
		cmocka_unit_test(test_whole),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_held),
		cmocka_unit_test(test_error_flags),
		cmocka_unit_test(test_proof),
		cmocka_unit_test(test_cuts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
