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
	g.size = SIZE;
	return g;
}

static struct plan plan_of(const struct pair *p, const struct chip_geometry *g)
{
	struct plan plan;

	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), g,
				   (struct img_range){ 0, SIZE }, &plan, NULL), IMG_OK);
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

		assert_true(img_range_end(s->range) <= SIZE && s->range.size);
		switch (s->kind) {
		case PLAN_ERASE:
			assert_int_equal(s->range.size, g->erase[s->erase].size);
			assert_int_equal(s->range.start % s->range.size, 0);
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

/* n sectors of one block get new contents. */
static struct plan sectors(struct pair *p, const struct chip_geometry *g, unsigned n)
{
	unsigned i;

	memset(p->old, 0, SIZE);
	memset(p->new, 0, SIZE);
	for (i = 0; i < n; i++)
		fill(p->new + BLOCK + i * 2 * SECTOR, SECTOR);
	return plan_of(p, g);
}

static void test_sectors_or_block(void **state)
{
	struct pair *p = blank();
	const struct chip_geometry g = geometry("W25Q40.V");
	struct plan plan = sectors(p, &g, 3);

	(void)state;
	assert_int_equal(plan.erased, 3 * SECTOR);
	assert_int_equal(plan.step[0].range.size, SECTOR);
	apply(p, &plan, &g);
	assert_int_equal(p->touched[BLOCK / SECTOR + 1], 0);	/* equal, so left alone */
	plan_free(&plan);
	plan = sectors(p, &g, 4);
	assert_int_equal(plan.step[0].kind, PLAN_ERASE);
	assert_int_equal(plan.erased, BLOCK);
	assert_int_equal(g.erase[plan.step[0].erase].opcode, 0xd8);
	assert_int_equal(plan.programmed, BLOCK);		/* all of it is put back */
	apply(p, &plan, &g);
	plan_free(&plan);
	free(p);
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
				   (struct img_range){ 0x12345, 1 }, &plan, NULL), IMG_OK);
	assert_int_equal(plan.erased, BLOCK);
	assert_int_equal(plan.step[0].restored, BLOCK - 1);
	apply(p, &plan, &g);
	plan_free(&plan);
	g.erase_count = 0;
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   (struct img_range){ 0, SIZE }, &plan, NULL), IMG_E_UNSUPPORTED);
	p->old[0x12345] = 3;			/* without an erase bits can still be cleared */
	plan = plan_of(p, &g);
	apply(p, &plan, &g);
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
				   all, &plan, NULL), IMG_E_USAGE);
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g, beyond,
				   &plan, NULL), IMG_E_USAGE);
	p->new[0x100] = 0;			/* not asked for */
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g, front,
				   &plan, NULL), IMG_E_USAGE);
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
		cmocka_unit_test(test_usage),
		cmocka_unit_test(test_random),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
