/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For tests of plan/: old and new contents of a small chip, and what a plan makes of them.
 * Included behind cmocka.h. */
#ifndef TESTS_PROGRAMMER_PLAN_PAIR_H
#define TESTS_PROGRAMMER_PLAN_PAIR_H

#include <stdlib.h>
#include <string.h>

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

static inline struct chip_geometry geometry(const char *name)
{
	struct chip_geometry g;

	chip_part_geometry(chip_part_by_name(name), &g);
	g.size = g.whole.size = SIZE;
	return g;
}

static inline struct plan plan_of(const struct pair *p, const struct chip_geometry *g)
{
	struct plan plan;

	assert_int_equal(plan_make(img_view_of(p->old, SIZE), img_view_of(p->new, SIZE), g,
				   NULL, &plan, NULL), IMG_OK);
	return plan;
}

/* What a chip does with the steps; every page that is programmed may only clear bits. */
static inline void apply(struct pair *p, const struct plan *plan, const struct chip_geometry *g)
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
static inline void check_verified(const struct pair *p, const struct plan *plan)
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

static inline struct pair *blank(void)
{
	struct pair *p = malloc(sizeof(*p));

	assert_non_null(p);
	memset(p, 0xff, sizeof(*p));
	return p;
}

static inline void fill(uint8_t *at, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		at[i] = (uint8_t)(rand() >> 7);
}

static inline unsigned raised(const struct pair *p, size_t at, size_t n)
{
	size_t i;

	for (i = at; i < at + n; i++)
		if (p->new[i] & ~p->old[i])
			return 1;
	return 0;
}

#endif
