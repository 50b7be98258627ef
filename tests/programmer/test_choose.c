/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Of all ways to erase what has to be erased the plan has the quickest. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tests/programmer/plan_pair.h"

/* n sectors of one block, every other one, get new contents; all others hold, and keep, rest. */
static void erases(unsigned n, int rest, uint64_t erased)
{
	struct pair *p = blank();
	const struct chip_geometry g = geometry("W25Q40.V");
	struct plan plan;
	unsigned i;

	memset(p->old, rest, SIZE);
	memset(p->new, rest, SIZE);
	for (i = 0; i < n; i++) {
		memset(p->old + BLOCK + i * 2 * SECTOR, 0, SECTOR);
		fill(p->new + BLOCK + i * 2 * SECTOR, SECTOR);
	}
	plan = plan_of(p, &g);
	assert_int_equal(plan.erased, erased);
	apply(p, &plan, &g);
	check_verified(p, &plan);
	/* What is equal is left alone, but in a larger block. */
	assert_int_equal(p->touched[BLOCK / SECTOR + 1], erased > n * SECTOR);
	plan_free(&plan);
	free(p);
}

/*
 * 45 ms for each sector, 120 for 32K, 150 for the block, where what was right before has to
 * be programmed again, a page in 0.835 ms, and read back, a sector in 4.1 ms.
 */
static void test_usual_times(void **state)
{
	(void)state;
	erases(6, 0x00, 6 * SECTOR);	/* all of the rest would have to be put back */
	erases(7, 0x00, BLOCK);
	erases(3, 0xff, 3 * SECTOR);
	erases(4, 0xff, BLOCK / 2);
	erases(5, 0xff, BLOCK / 2 + SECTOR);
	erases(6, 0xff, BLOCK);
}

/* --- the least time ------------------------------------------------------------------ */

#define SMALL ((size_t)64 << 10)
#define SECTORS (SMALL / SECTOR)
#define BLOCKS_MAX 24

struct trial {
	struct chip_geometry g;
	uint64_t kept[SECTORS], erased[SECTORS];	/* us */
	bool raised[SECTORS];
	uint32_t covers[BLOCKS_MAX];	/* a bit for each sector */
	uint64_t us[BLOCKS_MAX];
	unsigned blocks;
};

/* Made from the rules as they are written, not with the functions of plan/. */
static void weigh(struct trial *t, const struct pair *p)
{
	size_t s, page;

	for (s = 0; s < SECTORS; s++) {
		const uint8_t *from = p->old + s * SECTOR, *to = p->new + s * SECTOR;

		t->kept[s] = memcmp(from, to, SECTOR) ? 4096 : 0;
		t->erased[s] = 4096;
		t->raised[s] = raised(p, s * SECTOR, SECTOR);
		for (page = 0; page < SECTOR; page += PAGE) {
			t->kept[s] += memcmp(from + page, to + page, PAGE) ? 835 : 0;
			t->erased[s] += memchr(to + page, 0xff, 1) &&
					!memcmp(to + page, to + page + 1, PAGE - 1) ? 0 : 835;
		}
	}
}

static uint64_t cost(const struct trial *t, uint32_t subset)
{
	uint32_t covered = 0;
	uint64_t us = 0;
	unsigned i;

	for (i = 0; i < t->blocks; i++)
		if (subset >> i & 1) {
			covered |= t->covers[i];
			us += t->us[i];
		}
	for (i = 0; i < SECTORS; i++) {
		if (!(covered >> i & 1) && t->raised[i])
			return UINT64_MAX;
		us += covered >> i & 1 ? t->erased[i] : t->kept[i];
	}
	return us;
}

/* The best of all sets of blocks, also of those that no sane plan would have. */
static uint64_t best(const struct trial *t)
{
	uint64_t least = UINT64_MAX, us;
	uint32_t subset;

	for (subset = 0; subset < (uint32_t)1 << t->blocks; subset++) {
		us = cost(t, subset);
		least = us < least ? us : least;
	}
	return least;
}

static void add_kind(struct trial *t, uint8_t opcode, uint32_t size, uint32_t typical_us)
{
	const uint32_t ones = size / SECTOR == 32 ? UINT32_MAX : ((uint32_t)1 << size / SECTOR) - 1;
	uint32_t at;

	t->g.erase[t->g.erase_count++] = (struct chip_erase_kind){
		.opcode = opcode, .size = size, .typical_us = typical_us, .max_us = 1000000,
	};
	for (at = 0; at < SMALL; at += size) {
		t->covers[t->blocks] = ones << at / SECTOR;
		t->us[t->blocks++] = typical_us;
	}
}

static struct trial trial_of(const uint32_t sizes[], const uint32_t times[], size_t count)
{
	struct trial t = { .g = geometry("W25Q40.V") };
	size_t i;

	t.g.size = SMALL;
	t.g.whole.opcode = 0;
	t.g.erase_count = 0;
	for (i = 0; i < count; i++)
		add_kind(&t, (uint8_t)(0x20 + i), sizes[i], times[i]);
	return t;
}

/* Sectors of all sorts, in a mixture that differs from round to round. */
static void mix(struct pair *p)
{
	const int much = rand() % 8 + 1;
	size_t s;

	for (s = 0; s < SECTORS; s++) {
		uint8_t *old = p->old + s * SECTOR, *new = p->new + s * SECTOR;

		memset(old, 0xff, SECTOR);
		if (rand() % 3)
			fill(old, (size_t)(rand() % 17) * PAGE);
		memcpy(new, old, SECTOR);
		if (rand() % 8 >= much)
			continue;
		if (rand() % 4)
			fill(new, (size_t)(rand() % 17) * PAGE);
		else
			memset(new + rand() % 2048, 0, 1024);
	}
}

static void check_least(struct trial *t, unsigned rounds)
{
	struct pair *p = blank();
	struct plan plan;

	while (rounds--) {
		mix(p);
		weigh(t, p);
		assert_int_equal(plan_make(img_view_of(p->old, SMALL), img_view_of(p->new, SMALL),
					   &t->g, NULL, &plan, NULL), IMG_OK);
		assert_int_equal(plan_expected_us(&plan, &t->g), best(t));
		plan_free(&plan);
	}
	free(p);
}

static void test_least_time(void **state)
{
	static const uint32_t real[] = { 4096, 32768, 65536 };
	static const uint32_t real_us[] = { 45000, 120000, 150000 };
	static const uint32_t tight_us[] = { 45000, 60000, 700000 };
	static const uint32_t powers[] = { 8192, 16384, 32768, 65536 };
	static const uint32_t powers_us[] = { 40000, 70000, 130000, 140000 };
	struct trial t;

	(void)state;
	srand(2);
	t = trial_of(real, real_us, 3);
	check_least(&t, 12);
	t = trial_of(real, tight_us, 3);
	check_least(&t, 12);
	t = trial_of(powers, powers_us, 4);
	check_least(&t, 200);
}

/* All of it by one command: only where it shall be blank, that is quicker, and no order asked. */
static void test_chip_erase(void **state)
{
	static const struct img_range boot = { SIZE - BLOCK, BLOCK };
	static const struct plan_request request = { .last = { &boot, 1 } };
	struct pair *p = blank();
	struct chip_geometry g = geometry("W25Q40.V");
	struct plan plan;

	(void)state;
	fill(p->old, SIZE);
	plan = plan_of(p, &g);
	assert_int_equal(plan.erased, SIZE);
	/* 1.2 s, not 1.25 */
	assert_int_equal(plan_erase_kind(&plan.step[0], &g)->opcode, 0xd8);
	plan_free(&plan);
	g.whole.typical_us = 1000000;
	plan = plan_of(p, &g);
	assert_int_equal(plan.step[0].erase, PLAN_ERASE_WHOLE);
	apply(p, &plan, &g);
	check_verified(p, &plan);
	plan_free(&plan);
	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), &g,
				   &request, &plan, NULL), IMG_OK);
	assert_int_not_equal(plan.step[0].erase, PLAN_ERASE_WHOLE);
	plan_free(&plan);
	p->new[5] = 0;
	plan = plan_of(p, &g);
	assert_int_not_equal(plan.step[0].erase, PLAN_ERASE_WHOLE);
	plan_free(&plan);
	free(p);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_usual_times),
		cmocka_unit_test(test_least_time),
		cmocka_unit_test(test_chip_erase),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
