/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ME regions, decoded and cleaned: what is planned leaves a region that starts, or nothing is. */
#include <stdlib.h>

#include "libimg/edit/me_clean.h"
#include "libimg/format/me_hash.h"
#include "tests/fuzz/fuzz.h"
#include "tests/synth/me.h"

enum { PARAMS = 2, SIGN = 0x80, SEED_SIZE = 0xff00 };

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	uint8_t *region = malloc(SYNTH_ME_SIZE);

	if (!region)
		abort();
	for (enum img_me_generation g = IMG_ME_GEN_1; g <= IMG_ME_IFWI; g++) {
		synth_me(g, region);
		for (uint8_t mode = 0; mode < 4; mode++) {
			const uint8_t params[PARAMS] = { mode, 0 };

			fuzz_add_with(add, ctx, params, PARAMS, img_view_of(region, SEED_SIZE));
		}
	}
	free(region);
}

static void check_partitions(const struct img_me *me, uint64_t size)
{
	fuzz_must(me->partition_count <= IMG_ME_PARTITIONS_MAX && me->boot < me->partition_count);
	fuzz_must(me->manifest.at <= size && me->manifest.size <= size - me->manifest.at);
	fuzz_must(me->manifest.header_size <= me->manifest.size);
	for (size_t i = 0; i < me->partition_count; i++) {
		const struct img_me_partition *p = &me->partition[i];

		fuzz_must(strlen(p->name) < IMG_ME_NAME);
		fuzz_must(p->is_cut == (p->range.size && img_range_end(p->range) > size));
	}
}

static void take(void *ctx, const struct img_error *why)
{
	size_t *said = ctx;

	fuzz_check_error(IMG_E_MISMATCH, why);
	++*said;
}

static void check_code(struct img_view region, const struct img_me *me)
{
	struct img_range boot = me->partition[me->boot].range;
	struct img_me_code code;
	struct img_error err;
	enum img_status st = img_me_code_read(region, me, &code, &err);
	size_t said = 0, checked = 0;

	fuzz_check_error(st, &err);
	if (st != IMG_OK)
		return;
	st = img_me_whole(region, &code, &err);
	fuzz_check_error(st, &err);
	fuzz_must(st == IMG_OK || st == IMG_E_BOUNDS);
	for (size_t i = 0; i < code.count; i++) {
		const struct img_me_module *m = &code.module[i];

		fuzz_must(!m->range.size || img_range_holds(boot, m->range));
		fuzz_must(m->first_chunk + m->chunks <= code.llut.count);
	}
	for (size_t i = 0; i < code.llut.count; i++)
		fuzz_must(!code.llut.chunk[i].size ||
			  img_range_holds(boot, code.llut.chunk[i]));
	st = img_me_check_modules(region, me, &code, take, &said, &checked, &err);
	fuzz_ok(st, &err);
	fuzz_must(said <= checked + 1);
	img_me_code_free(&code);
}

/* A signature of ours where there is one of that length, so that it does not hide the rest. */
static void sign(struct img *img)
{
	struct img_me me;

	if (img_me_decode(img_bytes(img), &me, NULL) == IMG_OK &&
	    me.manifest.modulus_size == 0x100 && me.manifest.header_size == 0x284)
		synth_me_sign(img_span_bytes(img_span(img)), me.manifest.at);
}

static void check_clean(struct img *img, const struct img_me_wish *wish)
{
	struct img *before = fuzz_copy(img_bytes(img));
	struct img_me_plan plan, again;
	struct img_error err;
	enum img_status st = img_me_plan(img_bytes(img), wish, &plan, &err);

	fuzz_check_error(st, &err);
	fuzz_must(img_view_equal(img_bytes(img), img_bytes(before)));
	if (st == IMG_OK) {
		fuzz_must(plan.needed <= img_size(img));
		fuzz_ok(img_me_clean(img_span(img), &plan, &err), &err);
		if (plan.action == IMG_ME_CLEAN) {
			fuzz_ok(img_me_plan(img_bytes(img), wish, &again, &err), &err);
			fuzz_must(again.needed == plan.needed);
			img_me_plan_free(&again);
		}
		img_me_plan_free(&plan);
	}
	img_close(before);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), region;
	struct img_reader r = img_reader_of(all, NULL);
	uint8_t mode = img_read_u8(&r);
	const struct img_me_wish wish = { .flags = mode & 3 };
	struct img_error err;
	struct img_me me;
	struct img *img;
	enum img_status st;

	(void)img_read_u8(&r);
	region = fuzz_rest(all, &r);
	img = fuzz_copy(region);
	if (!img)
		return 0;
	st = img_me_decode(region, &me, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK) {
		check_partitions(&me, img_view_size(region));
		st = img_me_signature(region, &me, &err);
		fuzz_check_error(st, &err);
		check_code(region, &me);
		if (mode & SIGN)
			sign(img);
		check_clean(img, &wish);
	}
	img_close(img);
	return 0;
}
