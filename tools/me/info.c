/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "libimg/check/me_region.h"
#include "tools/common/findings.h"
#include "tools/me/me.h"

/* What is collected before anything is printed. */
struct answer {
	struct img_view region;
	struct img_me me;
	bool has_modules;
	struct img_me_code code;
	enum img_status signature;	/* IMG_E_UNSUPPORTED: cannot be told */
	struct findings findings;
	enum img_status kept;		/* of adding to them, with its error */
	struct img_error *err;
	unsigned errors;
};

static void collect(void *ctx, const struct img_finding *f)
{
	struct answer *a = ctx;

	if (f->severity == IMG_ERROR)
		a->errors++;
	if (a->kept == IMG_OK)
		a->kept = findings_add(&a->findings, f, a->err);
}

static enum img_status examine(struct answer *a, struct img_error *err)
{
	enum img_status st = img_me_decode(a->region, &a->me, err);

	if (st != IMG_OK)
		return st;
	a->signature = img_me_signature(a->region, &a->me, err);
	if (a->signature != IMG_OK && a->signature != IMG_E_MISMATCH &&
	    a->signature != IMG_E_UNSUPPORTED)
		return a->signature;
	/* Why there is none is a finding. */
	st = img_me_code_read(a->region, &a->me, &a->code, err);
	a->has_modules = st == IMG_OK;
	if (st == IMG_E_NOMEM)
		return st;
	a->err = err;
	st = img_check_me_region(a->region, &a->me, collect, a, err);
	return st == IMG_OK ? a->kept : st;
}

static void print_findings(const struct findings *findings)
{
	for (size_t i = 0; i < findings->count; i++) {
		const struct img_finding *f = &findings->list[i];

		if (f->at != IMG_NOWHERE)
			printf("0x%08llx ", (unsigned long long)f->at);
		printf("%s: ", img_severity_word(f->severity));
		diag_text(f->text, stdout);
		printf(" (%s)\n", f->id);
	}
}

static enum img_status print_text(const struct answer *a, uint64_t at, struct img_error *err)
{
	print_head(stdout, &a->me, at, img_view_size(a->region));
	if (a->signature == IMG_E_UNSUPPORTED)
		printf("0x%08llx the signature cannot be checked\n",
		       (unsigned long long)(at + a->me.manifest.at));
	else
		printf("0x%08llx the signature of FTPR is %s\n",
		       (unsigned long long)(at + a->me.manifest.at),
		       a->signature == IMG_OK ? "valid" : "NOT valid");
	puts("partitions (offset, bytes, name):");
	for (size_t i = 0; i < a->me.partition_count; i++)
		print_partition(stdout, &a->me.partition[i], at, NULL);
	if (a->has_modules)
		puts("modules of FTPR (with ! those it needs to start):");
	for (size_t i = 0; a->has_modules && i < a->code.count; i++)
		print_module(stdout, &a->code.module[i], &a->code.llut, at,
			     a->code.module[i].is_essential ? "!" : NULL);
	print_findings(&a->findings);
	if (fflush(stdout) || ferror(stdout))
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}

static enum img_status print_json(const struct answer *a, struct img_range region,
				  struct img_error *err)
{
	json_t *root = head_json(&a->me, region), *list = json_array();

	json_object_set_new(root, "signature_ok", a->signature == IMG_E_UNSUPPORTED ? json_null()
			    : json_boolean(a->signature == IMG_OK));
	for (size_t i = 0; i < a->me.partition_count; i++)
		json_array_append_new(list, partition_json(&a->me.partition[i]));
	json_object_set_new(root, "partitions", list);
	list = json_array();
	for (size_t i = 0; a->has_modules && i < a->code.count; i++)
		json_array_append_new(list, module_json(&a->code.module[i]));
	json_object_set_new(root, "modules", list);
	json_object_set_new(root, "findings", findings_json(&a->findings));
	return json_print(root, err);
}

int show(const struct options *o, const struct subject *s)
{
	struct answer a = { .errors = 0 };
	struct img_error err;
	enum img_status st;
	int status;

	st = img_view_slice(img_bytes(s->image), s->region.start, s->region.size, &a.region, &err);
	if (st == IMG_OK)
		st = examine(&a, &err);
	if (st != IMG_OK) {
		status = diag_error(&o->diag, s->name, &err);
	} else {
		if (s->is_update)
			diag_note(&o->diag, s->name, "an update image, without table of "
				  "partitions; shown is the region it stands for");
		st = o->diag.json ? print_json(&a, s->region, &err)
				  : print_text(&a, s->region.start, &err);
		status = st != IMG_OK ? diag_error(&o->diag, NULL, &err)
				      : a.errors ? EXIT_NO : EXIT_DONE;
	}
	if (a.has_modules)
		img_me_code_free(&a.code);
	findings_free(&a.findings);
	return status;
}
