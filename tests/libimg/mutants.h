/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Images of which one field is changed, thousands of times, for tests that say what has to be
 * true of each. Include after cmocka.h. MUTANTS sets how many there are of each (1000).
 */
#ifndef TESTS_LIBIMG_MUTANTS_H
#define TESTS_LIBIMG_MUTANTS_H

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/image.h"
#include "tests/synth/structure.h"

/* Fails the test when the answer to the mutant, of which f was changed, is wrong. */
typedef void mutants_judge_fn(struct img_view original, struct img_view mutant,
			      const struct structure_field *f, const char *name);

static unsigned mutants_seen;

static inline void mutants_run(struct img *img, const char *name,
			       const struct structure_field *fields, size_t count,
			       mutants_judge_fn *judge)
{
	const char *text = getenv("MUTANTS");
	unsigned rounds = text ? (unsigned)strtoul(text, NULL, 10) : 1000;
	uint64_t state = 0x9e3779b97f4a7c15u;
	struct img *original = NULL;

	assert_true(count > 0);
	assert_int_equal(img_copy(img_bytes(img), &original, NULL), IMG_OK);
	for (unsigned i = 0; i < rounds; i++) {
		size_t which = structure_random(&state) % count;
		uint32_t old = structure_get(img_bytes(img), &fields[which]);
		uint32_t new = structure_other(img_bytes(img), fields, count, which, &state);

		structure_put(img_span(img), &fields[which], new);
		judge(img_bytes(original), img_bytes(img), &fields[which], name);
		structure_put(img_span(img), &fields[which], old);
		mutants_seen++;
	}
	img_close(original);
}

/* The first bytes of it, every number of them that is less than all. */
static inline void mutants_cut(const struct img *img, const char *name, mutants_judge_fn *judge)
{
	struct img *cut = NULL;
	struct img_view v;

	for (uint32_t n = 1; n < img_size(img); n++) {
		const struct structure_field f = { 0, 4, false, "length", n };

		assert_int_equal(img_view_slice(img_bytes(img), 0, n, &v, NULL), IMG_OK);
		/* A copy of its own, so that a sanitizer sees the end. */
		assert_int_equal(img_copy(v, &cut, NULL), IMG_OK);
		judge(img_bytes(img), img_bytes(cut), &f, name);
		img_close(cut);
		mutants_seen++;
	}
}

/* Of the fields that are found by their magic words those of the structures in the list. */
static inline void mutants_of(struct img *img, const char *name, const char *const *structures,
			      mutants_judge_fn *judge)
{
	static struct structure_field fields[STRUCTURE_FIELDS];
	size_t found = structure_find(img_bytes(img), fields, STRUCTURE_FIELDS), count = 0;

	for (size_t i = 0; i < found; i++)
		for (const char *const *s = structures; *s; s++)
			if (!strcmp(fields[i].what, *s)) {
				fields[count++] = fields[i];
				break;
			}
	mutants_run(img, name, fields, count, judge);
}

/* Adds each byte of a range, or with a width of 2 or 4 each number, as a field. */
static inline size_t mutants_add(struct structure_field *fields, size_t count, uint32_t at,
				 uint32_t size, uint8_t width, const char *what)
{
	for (uint32_t i = 0; i + width <= size && count < STRUCTURE_FIELDS; i += width)
		fields[count++] = (struct structure_field){ at + i, width, false, what,
							    i / width };
	return count;
}

static inline bool mutants_differ(struct img_view a, struct img_view b)
{
	return !img_view_equal(a, b);
}

static inline int mutants_result(int failed)
{
	printf("# %u mutants\n", mutants_seen);
	return failed;
}

/* What every judge says. */
#define mutants_fail(f, name, mutant, why)							\
	fail_msg("%s: %s %u at 0x%x is 0x%x: %s", name, (f)->what, (f)->index, (f)->at,		\
		 structure_get(mutant, f), why)

#endif
