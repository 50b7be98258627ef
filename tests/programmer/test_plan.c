/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plan: applied by the rules of NOR flash it gives the new contents, and touches only
 * what it has to. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/programmer/plan_pair.h"

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

static void test_large_erase_only(void **state)
{
	const struct img_range one = { 0x12345, 1 };
	const struct plan_request request = { .change = { &one, 1 } };
	struct pair *p = blank();
	struct chip_geometry g = geometry("MX25L6405");
	struct plan plan;

	(void)state;
	memset(p->old, 0, SIZE);
	memset(p->new, 0, SIZE);
	p->new[0x12345] = 1;
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   &request, &plan, NULL), IMG_OK);
	assert_int_equal(plan.erased, BLOCK);
	assert_int_equal(plan.step[0].restored, BLOCK - 1);
	apply(p, &plan, &g);
	plan_free(&plan);
	g.erase_count = 0;
	g.whole.opcode = 0;
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   NULL, &plan, NULL), IMG_E_UNSUPPORTED);
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

/* Between what was asked for bytes are put back, and counted. */
static void test_several_ranges(void **state)
{
	static const struct img_range ranges[] = { { 0x1000, 0x800 }, { 0x1c00, 0x100 } };
	const struct plan_request request = { .change = { ranges, 2 } };
	struct pair *p = blank();
	const struct chip_geometry g = geometry("W25Q40.V");
	struct plan plan;

	(void)state;
	memset(p->old, 0x55, SIZE);
	memset(p->new, 0x55, SIZE);
	p->new[0x1000] = p->new[0x1cff] = 0xff;
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   &request, &plan, NULL), IMG_OK);
	assert_int_equal(plan.erased, 0x1000);
	assert_int_equal(plan.step[0].restored, 0x1000 - 0x900);
	apply(p, &plan, &g);
	plan_free(&plan);
	free(p);
}

/* Every block has something to do; the order in which they are done. */
static void check_order(const struct chip_geometry *g, const struct plan_request *request,
			const uint64_t *blocks, size_t count)
{
	struct pair *p = blank();
	struct plan plan;
	size_t i, k = 0;

	memset(p->old, 0, SIZE);
	fill(p->new, SIZE);
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), g,
				   request, &plan, NULL), IMG_OK);
	for (i = 0; i < plan.count; i++) {
		const struct plan_step *s = &plan.step[i];

		if (s->kind == PLAN_VERIFY && (k < count ? s->range.start == blocks[k] : false))
			k++;
	}
	assert_int_equal(k, count);
	apply(p, &plan, g);
	check_verified(p, &plan);
	plan_free(&plan);
	free(p);
}

static void test_last_of_all(void **state)
{
	static const struct img_range last[] = { { 0x7fff0, 16 }, { 0, 4096 } };
	static const struct img_range wide[] = { { 0x8000, 0x10000 } };
	static const struct plan_request request = { .last = { last, 2 } };
	static const struct plan_request straddling = { .last = { wide, 1 } };
	static const uint64_t usual[] = { 0x10000, 0x20000, 0x30000, 0x40000, 0x50000, 0x60000,
					  0x70000, 0 };
	static const uint64_t two[] = { 0x20000, 0x70000, 0, 0x10000 };
	static const uint64_t large[] = { 0x40000, 0 };
	struct chip_geometry g = geometry("W25Q40.V");

	(void)state;
	check_order(&g, &request, usual, 8);
	check_order(&g, &straddling, two, 4);
	/* Blocks of 256K stay whole: the second comes first, because the first has both. */
	g = geometry("S25FL128S......1");
	check_order(&g, &request, large, 2);
	g.erase_count = 0;		/* all is erased at once, but not written in any order */
	check_order(&g, &request, usual, 8);
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
				   NULL, &plan, NULL),
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
	static const struct img_range last[] = { { SIZE - 16, 16 }, { 0, SECTOR } };
	const struct plan_request request = { .last = { last, 2 } };
	const struct chip_geometry g = geometry("W25Q40.V");
	struct pair *p = blank();
	uint64_t at[8];
	struct plan plan;
	size_t n;

	(void)state;
	for (n = 0; n < 4; n++)
		memset(p->new + order[n], (int)n, 3 * SECTOR);
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   &request, &plan, NULL), IMG_OK);
	n = blocks_of(&plan, at, 8);
	assert_int_equal(n, 4);
	assert_memory_equal(at, order, sizeof(order));
	apply(p, &plan, &g);
	assert_memory_equal(p->chip, p->new, SIZE);
	plan_free(&plan);
	memcpy(p->new + 7 * BLOCK, p->old + 7 * BLOCK, BLOCK);
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   &request, &plan, NULL), IMG_OK);
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
	static const struct img_range beyond = { SIZE, 1 }, front = { 0, 0x100 };
	static const struct img_range twice[] = { { 0x1000, 0x1000 }, { 0x1800, 0x1000 } };
	static const struct img_range back[] = { { 0x1000, 0x1000 }, { 0, 0x1000 } };
	static const struct plan_request requests[] = {
		{ .change = { &beyond, 1 } }, { .last = { &beyond, 1 } },
		{ .change = { twice, 2 } }, { .change = { back, 2 } },
		{ .change = { &front, 1 } },	/* not all that differs was asked for */
	};
	struct plan plan;
	size_t i;

	(void)state;
	assert_int_equal(plan_make(img_view_of(p->old, SIZE - 1), img_view_of(p->new, SIZE), &g,
				   NULL, &plan, NULL), IMG_E_USAGE);
	p->new[0x100] = 0;
	for (i = 0; i < sizeof(requests) / sizeof(requests[0]); i++)
		assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
					   &requests[i], &plan, NULL), IMG_E_USAGE);
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

/* Equal sectors are touched only in blocks of which three or more must be erased. */
static void check_untouched(const struct pair *p)
{
	size_t block, s;

	for (block = 0; block < SIZE; block += BLOCK) {
		unsigned needed = 0;

		for (s = block; s < block + BLOCK; s += SECTOR)
			needed += raised(p, s, SECTOR);
		for (s = block; s < block + BLOCK && needed < 3; s += SECTOR)
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
		cmocka_unit_test(test_large_erase_only),
		cmocka_unit_test(test_other_blocks),
		cmocka_unit_test(test_boot_blocks),
		cmocka_unit_test(test_several_ranges),
		cmocka_unit_test(test_last),
		cmocka_unit_test(test_last_of_all),
		cmocka_unit_test(test_read_only),
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
