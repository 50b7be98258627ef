/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One field of an ME region changed, thousands of times: tables, directories, manifest, modules.
 * Partitions and version are what their entries say, read here once more; sum and signature do not
 * pass over a change of what they are made of; modules lie in the partition.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/format/me_module.h"
#include "tests/libimg/fixture.h"
#include "tests/libimg/mutants.h"
#include "tests/synth/me.h"

static uint32_t le(struct img_view v, uint64_t at, uint8_t width)
{
	const struct structure_field f = { (uint32_t)at, width, false, "", 0 };

	return structure_get(v, &f);
}

static uint8_t sum(struct img_view v, uint64_t from, uint64_t to)
{
	uint8_t total = 0;

	for (; from < to; from++)
		total = (uint8_t)(total + le(v, from, 1));
	return total;
}

/* An entry of the table has its name in front; one of a BPDT its type. */
static bool entry_says(struct img_view v, const struct img_me_partition *p)
{
	bool named = img_view_has(v, p->at, img_view_of(p->tag, 4));
	uint64_t at = p->at + (named ? 8 : 4);

	return le(v, at, 4) == p->offset && le(v, at + 4, 4) == p->length;
}

static void check_table(struct img_view v, const struct img_me *me, const struct structure_field *f,
			const char *name)
{
	uint64_t t = me->table_at;
	bool short_sum = me->generation == IMG_ME_GEN_3 || !t;

	for (size_t i = 0; i < me->partition_count; i++)
		if (!entry_says(v, &me->partition[i]))
			mutants_fail(f, name, v, "a partition is not what its entry says");
	if (t != IMG_NOWHERE && me->table_version == 0x20 && me->generation != IMG_ME_IFWI &&
	    me->checksum_ok != !(short_sum ? sum(v, t, t + 0x20) : sum(v, 0, 0x30)))
		mutants_fail(f, name, v, "the sum is not what it is said to be");
}

static void check_modules(struct img_view v, const struct img_me *me,
			  const struct structure_field *f, const char *name)
{
	const struct img_me_partition *boot = &me->partition[me->boot];
	struct img_me_code code;

	if (img_me_code_read(v, me, &code, NULL) != IMG_OK)
		return;
	for (size_t i = 0; i < code.count; i++) {
		const struct img_me_module *m = &code.module[i];

		if (m->range.size && !img_range_holds(boot->range, m->range))
			mutants_fail(f, name, v, "a module outside of its partition");
		if (m->first_chunk + m->chunks > code.llut.count)
			mutants_fail(f, name, v, "a module of chunks that are none");
	}
	img_me_code_free(&code);
}

static void judge_me(struct img_view original, struct img_view mutant,
		     const struct structure_field *f, const char *name)
{
	struct img_me before, me;
	const struct img_me_manifest *m = &me.manifest;

	assert_int_equal(img_me_decode(original, &before, NULL), IMG_OK);
	if (img_me_decode(mutant, &me, NULL) != IMG_OK)
		return;
	check_table(mutant, &me, f, name);
	for (unsigned i = 0; i < 4; i++)
		if (m->version[i] != le(mutant, m->at + 0x24 + 2 * i, 2))
			mutants_fail(f, name, mutant, "another version");
	if (m->header_size != 4ull * le(mutant, m->at + 4, 4) ||
	    m->size != 4ull * le(mutant, m->at + 0x18, 4))
		mutants_fail(f, name, mutant, "another manifest");
	check_modules(mutant, &me, f, name);
	/* Header, key and signature, and all behind them: nothing of it can change alone. */
	if (f->at >= before.manifest.at && f->at < before.manifest.at + before.manifest.size &&
	    m->at == before.manifest.at && mutants_differ(original, mutant) &&
	    img_me_signature(original, &before, NULL) == IMG_OK &&
	    img_me_signature(mutant, &me, NULL) == IMG_OK)
		mutants_fail(f, name, mutant, "a change that the signature has not seen");
}

static const char *const of_me[] = { "$FPT", "$CPD", "$MN2", "$MAN", "$MME", "LLUT", "BPDT", NULL };

static void run(struct img *img, const char *name)
{
	static struct structure_field fields[STRUCTURE_FIELDS];
	struct img_me me;
	size_t count;

	mutants_of(img, name, of_me, judge_me);
	/* And of the manifest every byte that the signature is of, or makes it. */
	assert_int_equal(img_me_decode(img_bytes(img), &me, NULL), IMG_OK);
	count = mutants_add(fields, 0, (uint32_t)me.manifest.at, (uint32_t)me.manifest.size, 1,
			    "manifest");
	count = mutants_add(fields, count, 0, 0x30, 1, "head");
	mutants_run(img, name, fields, count, judge_me);
}

static void test_made(void **state)
{
	static uint8_t region[SYNTH_ME_SIZE];
	struct img *img;

	(void)state;
	for (unsigned g = IMG_ME_GEN_1; g <= IMG_ME_IFWI; g++) {
		synth_me(g, region);
		assert_int_equal(img_copy(img_view_of(region, sizeof(region)), &img, NULL),
				 IMG_OK);
		run(img, img_me_generation_word(g));
		img_close(img);
	}
}

static void test_real(void **state)
{
	static const char *const names[] = { "me/lumpy_me7.bin", "me/stout_me8.bin",
					     "me/purley_sps4_ignition.bin",
					     "me/ms7d25_csme16.bin" };

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct img *img = real_file(names[i]);

		if (img)
			run(img, names[i]);
		img_close(img);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_made), cmocka_unit_test(test_real),
	};

	return mutants_result(cmocka_run_group_tests(tests, NULL, NULL));
}
