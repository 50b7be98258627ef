/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ME regions read and cleaned: what was planned can be done, what starts the ME stays, and cleaning
 * what is clean changes nothing. The input is changes of a synthetic region, signed anew, so that
 * more than the signature is looked at.
 */
#include "libimg/core/bytes.h"
#include "libimg/edit/me_clean.h"
#include "tests/fuzz/fuzz.h"
#include "tests/synth/me.h"
#include "tests/synth/structure.h"

enum { SIGN = 0x80, SUM = 0x40, ANYWHERE = 0x8000, CHANGES_MAX = 16 };

const unsigned fuzz_cost = 20;	/* signatures */

/* Generation and signing, wish, lists, le16 size to cut to / 2; then le16 field, le32 value. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	for (uint8_t generation = 0; generation < 4; generation++)
		for (uint8_t wish = 0; wish < 6; wish++) {
			const uint8_t params[] = { generation | SIGN | SUM, wish, wish, 0, 0, wish,
						   0, 0x10, 0, 0, 0, 9, 0, 0xff, 0xff, 0, 0 };

			add(ctx, img_view_of(params, 5));
			add(ctx, img_view_of(params, sizeof(params)));
		}
}

static void change(struct img_reader *r, uint8_t *region)
{
	static struct structure_field fields[STRUCTURE_FIELDS];
	struct img_view v = img_view_of(region, SYNTH_ME_SIZE);
	size_t count = structure_find(v, fields, STRUCTURE_FIELDS);

	for (unsigned i = 0; i < CHANGES_MAX; i++) {
		uint32_t which = img_read_le16(r), value = img_read_le32(r);
		struct structure_field any = { (which & 0x7fff) * 4, 4, false, "word", 0 };

		if (img_read_status(r) != IMG_OK)
			return;
		structure_put(img_span_of(region, SYNTH_ME_SIZE),
			      which & ANYWHERE ? &any : &fields[which % count], value);
	}
}

/* As far as there is something to sign. */
static void sign(uint8_t *region)
{
	struct img_me me;
	uint64_t end;

	if (img_me_decode(img_view_of(region, SYNTH_ME_SIZE), &me, NULL) != IMG_OK)
		return;
	end = me.manifest.at + (me.manifest.size > 0x400 ? me.manifest.size : 0x400);
	if (end <= SYNTH_ME_SIZE && me.manifest.header_size <= me.manifest.size)
		synth_me_sign(region, me.manifest.at);
}

static void check_decoded(struct img_view region, const struct img_me *me)
{
	char text[24];

	fuzz_must(me->partition_count <= IMG_ME_PARTITIONS_MAX);
	fuzz_must(me->boot < me->partition_count);
	fuzz_must(me->manifest.at + me->manifest.size <= img_view_size(region));
	for (size_t i = 0; i < me->partition_count; i++) {
		const struct img_me_partition *p = &me->partition[i];

		fuzz_must(memchr(p->name, 0, sizeof(p->name)));
		fuzz_must(!p->range.size || p->is_cut ==
			  (img_range_end(p->range) > img_view_size(region)));
	}
	img_me_version_text(me, text);
	fuzz_must(img_me_generation_word(me->generation) && img_me_family_name(me->family));
}

/* What an essential module holds is where it was, or went with FTPR. */
static void check_essential(const struct img_me_plan *plan, struct img_view before,
			    struct img_view after)
{
	uint64_t from = plan->me.partition[plan->me.boot].range.start;

	for (size_t i = 0; plan->has_modules && i < plan->code.count; i++) {
		const struct img_me_module *m = &plan->code.module[i];
		struct img_view a, b;

		if (!m->is_essential || !m->range.size ||
		    img_view_slice(before, m->range.start, m->range.size, &a, NULL) != IMG_OK)
			continue;
		fuzz_must(img_view_slice(after, m->range.start - from + plan->boot_to,
					 m->range.size, &b, NULL) == IMG_OK);
		fuzz_must(img_view_equal(a, b));
	}
}

/* Cut off, it is the start of what it is otherwise. */
static void cut(struct img_view region, struct img_me_wish wish, struct img_view cleaned)
{
	struct img *img = fuzz_copy(region);
	struct img_me_plan plan;
	struct img_view a, b;
	struct img_error err;

	wish.flags |= IMG_ME_TRUNCATE;
	fuzz_ok(img_me_plan(region, &wish, &plan, &err), &err);
	fuzz_ok(img_me_clean(img_span(img), &plan, &err), &err);
	fuzz_must(plan.result == plan.needed);
	fuzz_ok(img_view_slice(img_bytes(img), 0, plan.result, &a, &err), &err);
	fuzz_ok(img_view_slice(cleaned, 0, plan.result, &b, &err), &err);
	fuzz_must(img_view_equal(a, b));
	img_me_plan_free(&plan);
	img_close(img);
}

static void carry_out(struct img_view region, const struct img_me_wish *wish,
		      const struct img_me_plan *plan)
{
	struct img *img = fuzz_copy(region), *first;
	struct img_me_plan again;
	struct img_error err;

	fuzz_must(plan->needed <= img_view_size(region));
	for (size_t i = 0; i < plan->count; i++)
		fuzz_must(img_range_end(plan->step[i].range) <= img_view_size(region));
	fuzz_ok(img_me_clean(img_span(img), plan, &err), &err);
	if (plan->action == IMG_ME_NOTHING)
		fuzz_must(img_view_equal(img_bytes(img), region));
	if (plan->action == IMG_ME_WIPE)
		fuzz_must(img_me_blank(img_bytes(img)));
	if (plan->action == IMG_ME_CLEAN) {
		check_essential(plan, region, img_bytes(img));
		cut(region, *wish, img_bytes(img));
		first = fuzz_copy(img_bytes(img));
		fuzz_ok(img_me_plan(img_bytes(img), wish, &again, &err), &err);
		fuzz_ok(img_me_clean(img_span(img), &again, &err), &err);
		fuzz_must(img_view_equal(img_bytes(first), img_bytes(img)));
		img_me_plan_free(&again);
		img_close(first);
	}
	img_close(img);
}

static void clean(struct img_view region, const struct img_me_wish *wish)
{
	struct img_me_plan plan;
	struct img *update = NULL;
	struct img_error err;
	struct img_me me;
	enum img_status st = img_me_decode(region, &me, &err);

	fuzz_check_error(st, &err);
	if (st == IMG_OK) {
		check_decoded(region, &me);
		fuzz_check_error(img_me_signature(region, &me, &err), &err);
	}
	st = img_me_plan(region, wish, &plan, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK) {
		carry_out(region, wish, &plan);
		img_me_plan_free(&plan);
	}
	st = img_me_from_update(region, &update, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		img_close(update);
}

/* Making and signing one takes its time. */
static const uint8_t *base(enum img_me_generation generation)
{
	static uint8_t bases[IMG_ME_IFWI + 1][SYNTH_ME_SIZE];
	static bool made[IMG_ME_IFWI + 1];

	if (!made[generation])
		synth_me(generation, bases[generation]);
	made[generation] = true;
	return bases[generation];
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static const char *const lists[] = { NULL, NULL, "EFFS", "MFS,NFTP", "FTPR", "" };
	static uint8_t region[SYNTH_ME_SIZE];
	struct img_reader r = img_reader_of(img_view_of(data, size), NULL);
	unsigned kind = img_read_u8(&r), flags = img_read_u8(&r), list = img_read_u8(&r);
	size_t cut = img_read_le16(&r) * 2u;
	struct img_me_wish wish = { .flags = flags & (IMG_ME_KEEP_MODULES | IMG_ME_RELOCATE) };
	struct img_view v;

	wish.keep = flags & 4 ? NULL : lists[list % 6];
	wish.remove = flags & 4 ? lists[list % 6] : NULL;
	memcpy(region, base(IMG_ME_GEN_1 + kind % 4), SYNTH_ME_SIZE);
	change(&r, region);
	if (kind & SIGN)
		sign(region);
	if (kind & SUM && kind % 4 < 3)
		synth_me_sum(region, IMG_ME_GEN_1 + kind % 4);
	v = img_view_of(region, cut ? cut : SYNTH_ME_SIZE);
	clean(v, &wish);
	/* The partition alone, as update files hold it. */
	if (flags & 8 && img_view_slice(v, SYNTH_ME_FTPR, SYNTH_ME_FTPR_SIZE, &v, NULL) == IMG_OK)
		clean(v, &wish);
	return 0;
}
