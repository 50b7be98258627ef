/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-ifd-parse: what the flash descriptor of an image says. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/image.h"
#include "tools/common/io.h"
#include "tools/common/options.h"
#include "tools/ifd-parse/ifd_parse.h"

enum { OPT_LAYOUT = OPT_OWN, OPT_EXTRACT, OPT_REGION };

static const struct option_row rows[] = {
	OPTION_JSON,
	{ OPT_LAYOUT, "layout", NULL, "the used regions, as flashrom's -l takes them" },
	{ OPT_EXTRACT, "extract", "DIR", "write the used regions as DIR/fd.bin, bios.bin, ..." },
	{ OPT_REGION, "region", "NAME", "extract this region only" },
	OPTION_FORCE,
	OPTION_DRY_RUN,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-ifd-parse",
	.synopsis = "[-v] IMAGE\n"
		    "--json IMAGE\n"
		    "--layout IMAGE\n"
		    "--extract DIR [--region NAME] [-f] [--dry-run] [--json] IMAGE",
	.summary = "Show the Intel flash descriptor at the start of an image, of a chip's part of\n"
		   "one, or of a file that is only the descriptor. - is standard input.\n"
		   "Where a finding is an error, all is shown and the exit status is 1.",
	.rows = rows,
};

struct options {
	struct diag diag;
	bool layout;
	struct extraction extract;	/* regions 0: all */
};

static bool take(void *ctx, int key, const char *arg)
{
	struct options *o = ctx;
	unsigned region;

	switch (key) {
	case OPT_LAYOUT:
		return o->layout = true;
	case OPT_EXTRACT:
		o->extract.dir = arg;
		return true;
	case OPT_REGION:
		if (!img_ifd_region_find(arg, &region)) {
			diag_usage(&o->diag, "no region is called %s; names are fd, bios, me, gbe, "
					     "pd, devexp, ec, ...", arg);
			return false;
		}
		o->extract.regions |= 1u << region;
		return true;
	case OPT_DRY_RUN:
		return o->extract.dry_run = true;
	default:
		return o->extract.force = true;
	}
}

static int check_usage(const struct options *o, int operands)
{
	const struct extraction *x = &o->extract;

	if (operands != 1)
		return diag_usage(&o->diag, "give one image");
	if (o->layout && (o->diag.json || x->dir))
		return diag_usage(&o->diag, "--layout stands alone");
	if (!x->dir && (x->regions || x->force || x->dry_run))
		return diag_usage(&o->diag, "%s goes with --extract",
				  x->regions ? "--region" : x->force ? "-f" : "--dry-run");
	return OPTIONS_GO;
}

/* A named region that is not used is a mistake of the caller's, not an empty file. */
static enum img_status check_regions(const struct subject *s, uint32_t mask,
				     struct img_error *err)
{
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		if (mask >> i & 1 && !s->ifd.region[i].size)
			return img_fail(err, IMG_E_ABSENT, s->ifd.region_at + 4 * i,
					"this descriptor has no region %s",
					img_ifd_region_name(i));
	}
	return IMG_OK;
}

static enum img_status examine(struct subject *s, struct img_error *err)
{
	struct img_check_input in = { .image = s->image, .size = s->size, .ifd = &s->ifd };
	enum img_status st = img_ifd_decode(s->image, &s->ifd, err);

	return st == IMG_OK ? findings_collect(&s->findings, img_check_run_descriptor, &in, NULL,
					       err) : st;
}

/* With an output that has no place for findings, those of weight go to standard error. */
static void warn(const struct options *o, const struct subject *s)
{
	for (size_t i = 0; i < s->findings.count; i++) {
		const struct img_finding *f = &s->findings.list[i];

		if (f->severity != IMG_NOTE && strcmp(f->id, NOT_IN_FILE))
			diag_warning(&o->diag, s->name, "%s (%s)", f->text, f->id);
	}
}

/* What was asked for and could not be written: an error even with -q, and the answer is no. */
static int report_missing(const struct options *o, const struct subject *s)
{
	struct diag d = o->diag;
	struct img_error err = { .status = IMG_E_MISMATCH };
	int status = EXIT_DONE;

	d.json = false;		/* the object on standard output has it as a finding */
	for (size_t i = 0; i < s->findings.count; i++) {
		const struct img_finding *f = &s->findings.list[i];

		if (strcmp(f->id, NOT_IN_FILE))
			continue;
		err.at = f->at;
		memcpy(err.text, f->text, sizeof(f->text));
		status = diag_error(&d, s->name, &err);
	}
	return status;
}

/* Whether a descriptor that was shown is at odds with itself or with the file. */
static bool is_bad(const struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].severity == IMG_ERROR)
			return true;
	return false;
}

/* The regions into files; the exit status when that failed, reported already. */
static int take_out(const struct options *o, struct subject *s)
{
	struct extraction x = o->extract;
	int status = OPTIONS_GO;
	struct img_error err;
	struct together t;

	if (check_regions(s, x.regions, &err) != IMG_OK)
		return diag_error(&o->diag, s->name, &err);
	if (!x.regions)
		x.regions = UINT32_MAX;
	if (extract(s, &x, &t, &err) != IMG_OK)
		status = diag_error(&o->diag, t.file, &err);
	else if (x.dry_run && !o->diag.json)
		for (size_t i = 0; i < t.count; i++)
			puts(t.member[i].path);
	together_end(&t);
	return status;
}

static int answer(const struct options *o, struct subject *s)
{
	enum img_status st = IMG_OK;
	struct img_error err;
	bool shows = !o->layout && !o->extract.dir;
	int status = o->extract.dir ? take_out(o, s) : OPTIONS_GO;

	if (status != OPTIONS_GO)
		return status;
	if (o->diag.json)
		st = print_json(s, &err);
	else if (shows)
		st = print_text(s, o->diag.verbose, &err);
	else
		warn(o, s);
	if (o->layout)
		st = print_layout(s, &err);
	else if (o->extract.dry_run && (fflush(stdout) || ferror(stdout)))
		st = img_fail_errno(&err, errno, "cannot write standard output");
	if (st != IMG_OK)
		return diag_error(&o->diag, NULL, &err);
	return shows && is_bad(&s->findings) ? EXIT_NO : report_missing(o, s);
}

int main(int argc, char **argv)
{
	struct options o = { .layout = false };
	struct subject s = { .name = NULL };
	struct img_error err;
	struct img *img = NULL;
	enum img_status st;
	int first, status = options_parse(&table, argc, argv, take, &o, &o.diag, &first);

	if (status == OPTIONS_GO)
		status = check_usage(&o, argc - first);
	if (status != OPTIONS_GO)
		return status;
	s.name = io_input_name(argv[first]);
	st = io_open_head(argv[first], o.extract.dir ? IMG_SIZE_MAX : IMG_IFD_HEAD, &img, &s.size,
			   &err);
	if (st == IMG_OK) {
		s.image = img_bytes(img);
		st = examine(&s, &err);
	} else {
		img = NULL;
	}
	status = st == IMG_OK ? answer(&o, &s) : diag_error(&o.diag, s.name, &err);
	findings_free(&s.findings);
	img_close(img);
	return status;
}
