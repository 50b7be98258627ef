/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/check/me_region.h"

#include <stdarg.h>
#include <stdio.h>

#include "libimg/format/me_hash.h"

enum { WRONG_MAX = 10 };	/* what is said of one region */

struct report {
	struct img_view region;
	img_finding_fn *report;
	void *ctx;
};

/* at counts from the start of the region. */
static void say(const struct report *r, const char *id, enum img_severity severity, uint64_t at,
		const char *fmt, ...) IMG_PRINTF(5, 6);

static void say(const struct report *r, const char *id, enum img_severity severity, uint64_t at,
		const char *fmt, ...)
{
	struct img_finding f = { .id = id, .severity = severity,
				 .at = img_view_origin(r->region) + at };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f.text, sizeof(f.text), fmt, ap);
	va_end(ap);
	r->report(r->ctx, &f);
}

static void say_why(const struct report *r, const char *id, enum img_severity severity,
		    const struct img_error *err)
{
	struct img_finding f = { .id = id, .severity = severity, .at = err->at };

	snprintf(f.text, sizeof(f.text), "%.*s", (int)sizeof(f.text) - 1, err->text);
	r->report(r->ctx, &f);
}

struct wrong {
	const struct report *r;
	enum img_severity severity;
	unsigned count;
};

/* That a hash is made so is measured on real MEs of these; what is like them may differ, and a
 * false alarm would cost a good ME. */
static enum img_severity module_severity(const struct img_me *me)
{
	const unsigned major = me->manifest.version[0];
	const bool measured = me->family == IMG_ME_FAMILY_SPS
				      ? me->generation == IMG_ME_GEN_3
				      : me->family == IMG_ME_FAMILY_ME &&
						(major == 7 || major == 8 || major == 16);

	return measured ? IMG_ERROR : IMG_WARNING;
}

static void wrong_module(void *ctx, const struct img_error *why)
{
	struct wrong *w = ctx;

	if (w->count++ < WRONG_MAX)
		say_why(w->r, "me-module", w->severity, why);
}

static enum img_status check_code(const struct report *r, const struct img_me *me,
				  struct img_error *err)
{
	struct wrong w = { r, module_severity(me), 0 };
	struct img_me_code code;
	struct img_error why;
	enum img_status st = img_me_code_read(r->region, me, &code, &why);

	if (st == IMG_E_NOMEM) {
		*err = why;
		return st;
	}
	if (st != IMG_OK) {
		if (st != IMG_E_ABSENT)
			say_why(r, "me-incomplete", IMG_ERROR, &why);
		return IMG_OK;
	}
	if (img_me_whole(r->region, &code, &why) != IMG_OK)
		say_why(r, "me-incomplete", IMG_ERROR, &why);
	st = img_me_check_modules(r->region, me, &code, wrong_module, &w, NULL, err);
	img_me_code_free(&code);
	return st;
}

static void check_tables(const struct report *r, const struct img_me *me)
{
	if (!me->checksum_ok)
		say(r, "me-checksum", IMG_WARNING, me->table_at,
		    "the checksum of the ME's table of partitions is wrong");
	if (!me->layout_ok)
		say(r, "me-checksum", IMG_WARNING, 0x10,
		    "the checksum of the ME's layout table is wrong");
	if (me->wrong_at != IMG_NOWHERE)
		say(r, "me-checksum", IMG_WARNING, me->wrong_at,
		    "the checksum of a table of the ME's boot partitions (BPDT or $CPD) is wrong");
}

static void check_partitions(const struct report *r, const struct img_me *me)
{
	for (size_t i = 0; i < me->partition_count; i++) {
		const struct img_me_partition *p = &me->partition[i];
		bool cleaned = i == me->boot && me->partition_count == 1;

		if (p->is_cut)
			say(r, "me-partition", cleaned ? IMG_NOTE : IMG_WARNING, p->at,
			    cleaned ? "partition %s goes on to 0x%llx of the region, which ends at "
				      "0x%zx: it was cleaned and truncated"
				    : "partition %s goes on to 0x%llx of the region, which ends at "
				      "0x%zx",
			    p->name, (unsigned long long)img_range_end(p->range),
			    img_view_size(r->region));
	}
}

enum img_status img_check_me_region(struct img_view region, const struct img_me *me,
				    img_finding_fn *report, void *ctx, struct img_error *err)
{
	const struct report r = { region, report, ctx };
	struct img_error why;
	enum img_status st = img_me_signature(region, me, &why);

	if (st == IMG_E_MISMATCH)
		say_why(&r, "me-signature", IMG_ERROR, &why);
	else if (st != IMG_OK && st != IMG_E_UNSUPPORTED)
		goto failed;
	st = check_code(&r, me, &why);
	if (st != IMG_OK)
		goto failed;
	check_tables(&r, me);
	check_partitions(&r, me);
	if (!me->key_known && me->generation != IMG_ME_IFWI)
		say(&r, "me-key", IMG_WARNING, me->manifest.at + 0x80,
		    "the key of the ME's manifest (MD5 %s) is none of those known of %s %u",
		    me->key_md5[0] ? me->key_md5 : "not available",
		    img_me_family_name(me->family), me->manifest.version[0]);
	return IMG_OK;
failed:
	if (err)
		*err = why;
	return st;
}
