/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an edit changed: register by register, before and after. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/common/json.h"
#include "tools/ifd-edit/ifd_edit.h"

static bool to_stderr(const struct options *o)
{
	return o->output && !strcmp(o->output, "-") && !o->dry_run;
}

/* The region an edit emptied, by the descriptor before it. */
static bool erased(const struct edit *e, struct img_view before, struct img_range *out)
{
	struct img_ifd ifd;
	unsigned region;

	if (e->key != OPT_ERASE || !img_ifd_region_find(e->text, &region) ||
	    img_ifd_decode(before, &ifd, NULL) != IMG_OK)
		return false;
	*out = ifd.region[region];
	return true;
}

static enum img_status print_text(const struct options *o, const struct img_ifd_changes *changes,
				  struct img_view before, struct img_error *err)
{
	FILE *to = to_stderr(o) ? stderr : stdout;
	struct img_range range;
	bool any = changes->count;

	for (size_t i = 0; i < changes->count; i++) {
		const struct img_ifd_change *c = &changes->change[i];

		fprintf(to, "0x%08x %-10s 0x%08x -> 0x%08x\n", (unsigned)c->at, c->name,
			(unsigned)c->before, (unsigned)c->after);
		if (c->before_text[0])
			fprintf(to, "  before: %s\n  after:  %s\n", c->before_text, c->after_text);
	}
	for (size_t i = 0; i < o->edits; i++) {
		if (!erased(&o->edit[i], before, &range))
			continue;
		any = true;
		fprintf(to, "0x%08llx region %s: %llu bytes -> all 0xff\n",
			(unsigned long long)range.start, o->edit[i].text,
			(unsigned long long)range.size);
	}
	if (!any)
		fputs("No change: the descriptor is like that already.\n", to);
	if (fflush(to) || ferror(to))
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}

static enum img_status print_json(const struct options *o, const struct img_ifd_changes *changes,
				  struct img_view before, struct img_error *err)
{
	json_t *list = json_array(), *regions = json_array();
	struct img_range range;

	for (size_t i = 0; i < changes->count; i++) {
		const struct img_ifd_change *c = &changes->change[i];

		json_array_append_new(list, json_pack("{s:I, s:s, s:I, s:I, s:s, s:s}",
			"at", (json_int_t)c->at, "register", c->name,
			"before", (json_int_t)c->before, "after", (json_int_t)c->after,
			"before_text", c->before_text, "after_text", c->after_text));
	}
	for (size_t i = 0; i < o->edits; i++) {
		if (erased(&o->edit[i], before, &range))
			json_array_append_new(regions, json_pack("{s:s, s:I, s:I}",
				"name", o->edit[i].text, "start", (json_int_t)range.start,
				"size", (json_int_t)range.size));
	}
	return json_print(json_pack("{s:o, s:o, s:b}", "changes", list, "erased", regions,
				    "written", !o->dry_run), err);
}

enum img_status report_changes(const struct options *o, struct img_view before,
			       struct img_view after, struct img_error *err)
{
	struct img_ifd_changes changes;
	enum img_status st = img_ifd_compare(before, after, &changes, err);

	if (st != IMG_OK)
		return st;
	if (o->diag.json)
		return print_json(o, &changes, before, err);
	if (o->diag.quiet)
		return IMG_OK;
	return print_text(o, &changes, before, err);
}

static bool has_edit(const struct options *o, int key)
{
	for (size_t i = 0; i < o->edits; i++) {
		if (o->edit[i].key == key)
			return true;
	}
	return false;
}

void report_warnings(const struct options *o, const char *path, struct img_view before,
		     struct img_view after)
{
	struct img_ifd was, is;

	if (img_ifd_decode(before, &was, NULL) != IMG_OK ||
	    img_ifd_decode(after, &is, NULL) != IMG_OK)
		return;
	if (has_edit(o, OPT_ME_DISABLE) && was.me_disable.confidence == IMG_IFD_REPORTED)
		diag_warning(&o->diag, path, "that the ME disable bit of %s is bit %u of "
			     "PCHSTRP%u is known from users' reports only",
			     img_ifd_generation_name(was.generation), was.me_disable.bit,
			     was.me_disable.strap);
	if (is.gpr0.write && was.region[IMG_IFD_ME].start != is.region[IMG_IFD_ME].start)
		diag_warning(&o->diag, path, "region me moved, but GPR0 protects what it did "
			     "before; give --gpr0=on behind --layout");
}
