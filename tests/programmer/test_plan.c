/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan: applied by the rules of NOR flash it gives the new contents, and touches only
 * what it has to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/chip/part.h"
#include "tools/programmer/plan/plan.h"

#define SIZE ((size_t)512 << 10)
#define SECTOR 4096u
#define BLOCK 65536u
#define PAGE 256u

struct pair {
	uint8_t old[SIZE], new[SIZE], chip[SIZE];
	uint8_t touched[SIZE / SECTOR];
};

static struct chip_geometry geometry(const char *name)
{
	struct chip_geometry g;

	chip_part_geometry(chip_part_by_name(name), &g);
	g.size = g.whole.size = SIZE;
	return g;
}

static struct plan plan_of(const struct pair *p, const struct chip_geometry *g)
{
	struct plan plan;

	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), g,
				   (struct img_range){ 0, SIZE }, NULL, &plan, NULL), IMG_OK);
	return plan;
}

/* What a chip does with the steps; every page that is programmed may only clear bits. */
static void apply(struct pair *p, const struct plan *plan, const struct chip_geometry *g)
{
	size_t i, k;

	memcpy(p->chip, p->old, SIZE);
	memset(p->touched, 0, sizeof(p->touched));
	for (i = 0; i < plan->count; i++) {
		const struct plan_step *s = &plan->step[i];
		uint8_t *at = p->chip + s->range.start;
		struct img_range block;

		assert_true(img_range_end(s->range) <= SIZE && s->range.size);
		switch (s->kind) {
		case PLAN_ERASE:
			block = chip_block_at(plan_erase_kind(s, g), s->range.start);
			assert_memory_equal(&s->range, &block, sizeof(block));
			memset(at, 0xff, s->range.size);
			break;
		case PLAN_PROGRAM:
			assert_int_equal(s->range.start % PAGE, 0);
			assert_int_equal(s->range.size % PAGE, 0);
			for (k = 0; k < s->range.size; k++) {
				const uint8_t want = p->new[s->range.start + k];

				assert_int_equal(want & ~at[k], 0);
				at[k] &= want;
			}
			break;
		case PLAN_VERIFY:
			assert_memory_equal(at, p->new + s->range.start, s->range.size);
			continue;
		}
		for (k = s->range.start / SECTOR; k * SECTOR < img_range_end(s->range); k++)
			p->touched[k] = 1;
	}
	assert_memory_equal(p->chip, p->new, SIZE);
}

/* Everything touched is verified afterwards, and nothing else. */
static void check_verified(const struct pair *p, const struct plan *plan)
{
	uint8_t verified[SIZE / SECTOR] = { 0 };
	size_t i, k;

	for (i = 0; i < plan->count; i++) {
		const struct plan_step *s = &plan->step[i];

		for (k = s->range.start / SECTOR; k * SECTOR < img_range_end(s->range); k++)
			verified[k] = s->kind == PLAN_VERIFY;
	}
	assert_memory_equal(verified, p->touched, sizeof(verified));
}

static struct pair *blank(void)
{
	struct pair *p = malloc(sizeof(*p));

	assert_non_null(p);
	memset(p, 0xff, sizeof(*p));
	return p;
}

static void fill(uint8_t *at, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		at[i] = (uint8_t)(rand() >> 7);
}

static void test_equal(void **state)
{
	struct pair *p = blank();
	const struct chip_geometry g = geometry("W25Q40.V");
	struct plan plan;

	(void)state;
	fill(p->old, SIZE);
	memcpy(p->new, p->old, SIZE);
	plan = plan_of(p, &g);
	assert_int_equal(plan.count, 0);
	plan_free(&plan);
	free(p);
}

static void test_blank_needs_no_erase(void **state)
{
	struct pair *p = blank();
	const struct chip_geometry g = geometry("W25Q40.V");
	struct plan plan;

	(void)state;
	fill(p->new + 0x1000, 0x300);
	memset(p->new + 0x1100, 0xff, 0x100);
	plan = plan_of(p, &g);
	assert_int_equal(plan.erased, 0);
	assert_int_equal(plan.programmed, 0x200);	/* the blank page between is not */
	assert_int_equal(plan.verified, 0x1000);
	apply(p, &plan, &g);
	plan_free(&plan);
	free(p);
}

static void test_clearing_needs_no_erase(void **state)
{
	struct pair *p = blank();
	const struct chip_geometry g = geometry("W25Q40.V");
	struct plan plan;

	(void)state;
	fill(p->old, SIZE);
	memcpy(p->new, p->old, SIZE);
	p->old[0x5123] = 0xf0;
	p->new[0x5123] = 0x30;
	plan = plan_of(p, &g);
	assert_int_equal(plan.count, 2);
	assert_int_equal(plan.step[0].kind, PLAN_PROGRAM);
	assert_int_equal(plan.step[0].range.start, 0x5100);
	assert_int_equal(plan.step[0].range.size, 0x100);
	apply(p, &plan, &g);
	plan_free(&plan);
	free(p);
}

/* n sectors of one block get new contents; all others hold, and keep, rest. */
static struct plan sectors(struct pair *p, const struct chip_geometry *g, unsigned n, int rest)
{
	unsigned i;

	memset(p->old, rest, SIZE);
	memset(p->new, rest, SIZE);
	for (i = 0; i < n; i++) {
		memset(p->old + BLOCK + i * 2 * SECTOR, 0, SECTOR);
		fill(p->new + BLOCK + i * 2 * SECTOR, SECTOR);
	}
	return plan_of(p, g);
}

/*
 * 45 ms for each sector against 150 ms for the block, where what was right before has to be
 * programmed again, a page in 0.835 ms, and read back, a sector in 4.1 ms.
 */
static void sectors_or_block(int rest, unsigned most, uint64_t programmed)
{
	struct pair *p = blank();
	const struct chip_geometry g = geometry("W25Q40.V");
	struct plan plan = sectors(p, &g, most, rest);

	assert_int_equal(plan.erased, most * SECTOR);
	assert_int_equal(plan.step[0].range.size, SECTOR);
	apply(p, &plan, &g);
	assert_int_equal(p->touched[BLOCK / SECTOR + 1], 0);	/* equal, so left alone */
	plan_free(&plan);
	plan = sectors(p, &g, most + 1, rest);
	assert_int_equal(plan.step[0].kind, PLAN_ERASE);
	assert_int_equal(plan.erased, BLOCK);
	assert_int_equal(g.erase[plan.step[0].erase].opcode, 0xd8);
	assert_int_equal(plan.programmed, programmed);
	assert_int_equal(plan_expected_us(&plan, &g),
			 150000 + programmed / 256 * 835 + BLOCK * 1000 / 1000);
	apply(p, &plan, &g);
	plan_free(&plan);
	free(p);
}

static void test_sectors_or_block(void **state)
{
	(void)state;
	sectors_or_block(0x00, 6, BLOCK);		/* all of it is put back */
	sectors_or_block(0xff, 4, 5 * SECTOR);
}

static void test_large_erase_only(void **state)
{
	struct pair *p = blank();
	struct chip_geometry g = geometry("MX25L6405");
	struct plan plan;

	(void)state;
	memset(p->old, 0, SIZE);
	memset(p->new, 0, SIZE);
	p->new[0x12345] = 1;
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   (struct img_range){ 0x12345, 1 }, NULL, &plan, NULL), IMG_OK);
	assert_int_equal(plan.erased, BLOCK);
	assert_int_equal(plan.step[0].restored, BLOCK - 1);
	apply(p, &plan, &g);
	plan_free(&plan);
	g.erase_count = 0;
	g.whole.opcode = 0;
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   (struct img_range){ 0, SIZE }, NULL, &plan, NULL),
			 IMG_E_UNSUPPORTED);
	p->old[0x12345] = 3;			/* without an erase bits can still be cleared */
	plan = plan_of(p, &g);
	apply(p, &plan, &g);
	plan_free(&plan);
	free(p);
}

/* Blocks of other sizes than a sector and 64K: by address, of 256K, and of all. */
static void test_other_blocks(void **state)
{
	static const char *const names[] = {
		"A25L80P", "EN25B40T", "SST26VF032B", "S25FL128S......1", "LE25FW808",
	};
	struct pair *p = blank();
	size_t i, k, round;

	(void)state;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		for (round = 0; round < 20; round++) {
			struct chip_geometry g = geometry(names[i]);
			struct plan plan;
			uint64_t erased;

			fill(p->old, SIZE);
			memcpy(p->new, p->old, SIZE);
			for (k = 0; k < round; k++)
				p->new[(size_t)rand() % SIZE] = (uint8_t)rand();
			plan = plan_of(p, &g);
			apply(p, &plan, &g);
			check_verified(p, &plan);
			erased = plan.erased;
			plan_free(&plan);
			if (!erased)
				continue;
			g.erase_count = 0;	/* as where candidates agree on nothing */
			plan = plan_of(p, &g);
			assert_int_equal(plan.step[0].erase, PLAN_ERASE_WHOLE);
			apply(p, &plan, &g);
			check_verified(p, &plan);
			plan_free(&plan);
		}
	}
	free(p);
}

/* The smallest block that does it, and one large instead of several small ones. */
static void test_boot_blocks(void **state)
{
	struct pair *p = blank();
	struct chip_geometry g = geometry("A25L80P");
	struct plan plan;

	(void)state;
	memset(p->old, 0, SIZE);
	memset(p->new, 0, SIZE);
	p->new[0x1004] = 1;
	p->new[0x2004] = 1;
	p->new[0x9004] = 1;
	p->new[0x31004] = 1;
	plan = plan_of(p, &g);
	assert_int_equal(plan.erased, 0x1000 + 0x2000 + 0x8000 + 0x10000);
	apply(p, &plan, &g);
	plan_free(&plan);
	free(p);
}

static void test_read_only(void **state)
{
	struct pair *p = blank();
	struct chip_geometry g = geometry("W25Q40.V");
	struct plan plan;

	(void)state;
	g.program = CHIP_PROGRAM_NONE;
	plan = plan_of(p, &g);
	assert_int_equal(plan.count, 0);
	p->new[5] = 0;
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   (struct img_range){ 0, SIZE }, NULL, &plan, NULL),
			 IMG_E_UNSUPPORTED);
	free(p);
}

/* The blocks of the steps, in the order in which they are finished. */
static size_t blocks_of(const struct plan *plan, uint64_t at[], size_t room)
{
	size_t i, n = 0;

	for (i = 0; i < plan->count; i++) {
		const uint64_t block = plan->step[i].range.start / BLOCK * BLOCK;

		if (n && at[n - 1] == block)
			continue;
		assert_true(n < room);
		at[n++] = block;
	}
	return n;
}

/* What the machine starts from comes last; what is equal does not come at all. */
static void test_last(void **state)
{
	static const uint64_t order[] = { BLOCK, 3 * BLOCK, 7 * BLOCK, 0 };
	const struct plan_last last = { 2, { { SIZE - 16, 16 }, { 0, SECTOR } } };
	const struct chip_geometry g = geometry("W25Q40.V");
	struct pair *p = blank();
	uint64_t at[8];
	struct plan plan;
	size_t n;

	(void)state;
	for (n = 0; n < 4; n++)
		memset(p->new + order[n], (int)n, 3 * SECTOR);
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   (struct img_range){ 0, SIZE }, &last, &plan, NULL), IMG_OK);
	n = blocks_of(&plan, at, 8);
	assert_int_equal(n, 4);
	assert_memory_equal(at, order, sizeof(order));
	apply(p, &plan, &g);
	assert_memory_equal(p->chip, p->new, SIZE);
	plan_free(&plan);
	memcpy(p->new + 7 * BLOCK, p->old + 7 * BLOCK, BLOCK);
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   (struct img_range){ 0, SIZE }, &last, &plan, NULL), IMG_OK);
	n = blocks_of(&plan, at, 8);
	assert_int_equal(n, 3);
	assert_int_equal(at[2], 0);
	plan_free(&plan);
	free(p);
}

static void test_usage(void **state)
{
	struct pair *p = blank();
	const struct chip_geometry g = geometry("W25Q40.V");
	const struct img_range all = { 0, SIZE }, beyond = { SIZE, 1 }, front = { 0, 0x100 };
	struct plan plan;

	(void)state;
	assert_int_equal(plan_make(img_view_of(p->old, SIZE - 1), img_view_of(p->new, SIZE), &g,
				   all, NULL, &plan, NULL), IMG_E_USAGE);
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g, beyond,
				   NULL, &plan, NULL), IMG_E_USAGE);
	p->new[0x100] = 0;			/* not asked for */
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g, front,
				   NULL, &plan, NULL), IMG_E_USAGE);
	free(p);
}

/* Contents as they come: random runs of random kinds of difference. */
static void scramble(struct pair *p)
{
	int runs = rand() % 40;

	fill(p->old, SIZE);
	memcpy(p->new, p->old, SIZE);
	while (runs--) {
		size_t at = (size_t)rand() % SIZE, n = (size_t)rand() % 20000 + 1, i;
		int kind = rand() % 4;

		n = n < SIZE - at ? n : SIZE - at;
		for (i = at; i < at + n; i++) {
			if (kind == 0)
				p->old[i] = 0xff;
			else if (kind == 1)
				p->new[i] = 0xff;
			else if (kind == 2)
				p->new[i] = p->old[i] & (uint8_t)rand();
			else
				p->new[i] = (uint8_t)rand();
		}
	}
}

static unsigned raised(const struct pair *p, size_t at, size_t n)
{
	size_t i;

	for (i = at; i < at + n; i++)
		if (p->new[i] & ~p->old[i])
			return 1;
	return 0;
}

/* Equal sectors are touched only in blocks of which four or more must be erased. */
static void check_untouched(const struct pair *p)
{
	size_t block, s;

	for (block = 0; block < SIZE; block += BLOCK) {
		unsigned needed = 0;

		for (s = block; s < block + BLOCK; s += SECTOR)
			needed += raised(p, s, SECTOR);
		for (s = block; s < block + BLOCK && needed < 4; s += SECTOR)
			if (!memcmp(p->old + s, p->new + s, SECTOR))
				assert_int_equal(p->touched[s / SECTOR], 0);
	}
}

static void test_random(void **state)
{
	static const char *const names[] = { "W25Q40.V", "MX25L6406E", "MX25L6405D", "MX25L6405" };
	struct pair *p = blank();
	unsigned round;

	(void)state;
	srand(1);
	for (round = 0; round < 60; round++) {
		const struct chip_geometry g = geometry(names[round % 4]);
		struct plan plan;

		scramble(p);
		plan = plan_of(p, &g);
		apply(p, &plan, &g);
		check_verified(p, &plan);
		if (round % 4 != 3)
			check_untouched(p);
		plan_free(&plan);
	}
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_blank_needs_no_erase),
		cmocka_unit_test(test_clearing_needs_no_erase),
		cmocka_unit_test(test_sectors_or_block),
		cmocka_unit_test(test_large_erase_only),
		cmocka_unit_test(test_other_blocks),
		cmocka_unit_test(test_boot_blocks),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
