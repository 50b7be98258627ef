/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-split: one file for each chip an image lives on, or for each of its regions. */
#include "tools/split/split.h"

#include <stdlib.h>
#include <string.h>

#include "tools/common/board.h"
#include "tools/common/findings.h"
#include "tools/common/io.h"
#include "tools/common/options.h"

enum { OPT_SIZES = OPT_OWN, OPT_CHIP, OPT_REGIONS, OPT_REGION, OPT_FSP };

static const struct option_row rows[] = {
	OPTION_BOARD,
	{ OPT_SIZES, "sizes", "LIST", "sizes of the chips in image order, as 8M,4M" },
	{ OPT_CHIP, "chip", "NAME", "only this chip's part; OUT is then a file or -" },
	{ OPT_REGIONS, "regions", NULL, "cut into the regions of the descriptor, not into chips" },
	{ 'l', "layout", "LAYOUT", "cut into the areas of this flashrom layout" },
	{ OPT_FSP, "fsp", NULL, "cut an Intel FSP into its components: fspt, fspm, fsps" },
	{ OPT_REGION, "region", "NAME", "only this region or area; OUT is then a file or -" },
	OPTION_OUTPUT("OUT", "the directory, made when missing, where the parts go"),
	OPTION_FORCE,
	OPTION_ALLOW,
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-split",
	.synopsis = "[-b BOARD | --sizes LIST] -o DIR IMAGE\n"
		    "[-b BOARD | --sizes LIST] --chip NAME -o FILE IMAGE\n"
		    "--regions | -l LAYOUT -o DIR IMAGE\n"
		    "[-l LAYOUT] --region NAME -o FILE IMAGE\n"
		    "--fsp -o DIR FSP\n"
		    "--fsp --region NAME -o FILE FSP",
	.summary = "Cut an image into one file for each chip, STEM.CHIP.rom, with a manifest,\n"
		   "STEM.manifest. Without -b and --sizes the descriptor says how large they are.\n"
		   "Or into one file for each region, STEM.REGION.bin.",
	.rows = rows,
};

static bool take_sizes(struct options *o, const char *arg)
{
	char *list = strdup(arg), *next = list, *item;
	bool good = list && !o->size_count;

	while (good && (item = strsep(&next, ",")))
		good = o->size_count < IMG_PARTS_MAX &&
		       img_size_parse(item, &o->size[o->size_count++]);
	free(list);
	if (!good)
		diag_usage(&o->diag, "--sizes %s is not a list like 8M,4M", arg);
	return good;
}

static bool take_only(struct options *o, int key, const char *arg)
{
	if (o->only) {
		diag_usage(&o->diag, "give one --chip or one --region");
		return false;
	}
	o->only = arg;
	o->regions |= key == OPT_REGION;
	o->chip = key == OPT_CHIP;
	return true;
}

static bool take(void *ctx, int key, const char *arg)
{
	struct options *o = ctx;

	switch (key) {
	case 'b':
		o->board = arg;
		return true;
	case OPT_SIZES:
		return take_sizes(o, arg);
	case OPT_CHIP:
	case OPT_REGION:
		return take_only(o, key, arg);
	case OPT_REGIONS:
		return o->regions = true;
	case 'l':
		o->layout = arg;
		return o->regions = true;
	case OPT_FSP:
		return o->regions = o->fsp = true;
	case OPT_ALLOW:
		return checks_allow(&o->checks, &o->diag, arg, NULL);
	case OPT_DRY_RUN:
		return o->dry_run = true;
	case 'f':
		return o->force = true;
	default:
		o->output = arg;
		return true;
	}
}

static bool is_standard(const char *path)
{
	return path && !strcmp(path, "-");
}

static int check_usage(const struct options *o, char **operands, int count)
{
	if (count != 1)
		return diag_usage(&o->diag, "give one image");
	if (o->board && o->size_count)
		return diag_usage(&o->diag, "give -b or --sizes, not both");
	if (o->regions && (o->board || o->size_count || o->chip))
		return diag_usage(&o->diag, "-b, --sizes and --chip are about chips, not regions");
	if (o->fsp && o->layout)
		return diag_usage(&o->diag, "an FSP has no layout: give --fsp or -l, not both");
	if (!o->output && !o->dry_run)
		return diag_usage(&o->diag, "give the %s with -o",
				  o->only ? "output" : "directory for the parts");
	if (is_standard(o->output) && !o->only)
		return diag_usage(&o->diag, "-o - takes one part: name it with %s",
				  o->regions ? "--region" : "--chip");
	if (is_standard(o->output) && o->diag.json && !o->dry_run)
		return diag_usage(&o->diag, "-o - and --json both want standard output");
	if (is_standard(o->layout) && is_standard(operands[0]))
		return diag_usage(&o->diag, "standard input can be read only once");
	return OPTIONS_GO;
}

/* Which part --chip or --region means; the number of parts when none. */
static size_t find_part(const struct job *job)
{
	size_t i;

	for (i = 0; i < job->count && strcmp(job->part[i].what, job->options->only); i++)
		;
	return i;
}

static int write_parts(const struct job *job, size_t only)
{
	const struct options *o = job->options;
	struct img_error err;
	struct together t;
	int status = EXIT_DONE;

	if (!o->output)
		return EXIT_DONE;
	if (o->only)
		return job_write_one(job, only, &err) == IMG_OK
			       ? EXIT_DONE : diag_error(&o->diag, io_output_name(o->output), &err);
	if (job_write(job, &t, &err) != IMG_OK)
		status = diag_error(&o->diag, t.file, &err);
	together_end(&t);
	return status;
}

static int carry_out(const struct job *job)
{
	const struct options *o = job->options;
	size_t only = o->only ? find_part(job) : 0, i;
	struct img_error err;
	int status;

	if (only == job->count)
		return diag_usage(&o->diag, "there is no %s %s; the first is called %s",
				  o->regions ? "region" : "chip", o->only, job->part[0].what);
	status = write_parts(job, only);
	if (status != EXIT_DONE)
		return status;
	for (i = 0; i < job->count && !o->only; i++)
		diag_detail(&o->diag, job->part[i].path, "%llu bytes for %s %s",
			    (unsigned long long)job->part[i].size, o->regions ? "region" : "chip",
			    job->part[i].what);
	if (!job->whole && !o->only)
		diag_note(&o->diag, NULL, "no manifest: the regions do not make up the image");
	if ((o->dry_run || o->diag.json) && job_print(job, &err) != IMG_OK)
		return diag_error(&o->diag, NULL, &err);
	return EXIT_DONE;
}

static int split(const struct options *o, const char *path, const struct img_board *board,
		 struct img_view image)
{
	/* What is cut into chips is about to be written to them; regions are for looking at. */
	const struct checks_subject s = { .name = path, .image = image, .board = board,
					  .scope = o->regions ? IMG_CHECK_FILE : 0 };
	struct job job = { .options = o, .image = image, .board = board ? board->id : NULL };
	struct findings found = { .count = 0 };
	const char *file = NULL;
	struct img_error err;
	int status;

	if (checks_find(&o->checks, &s, &found, &err) != IMG_OK ||
	    job_plan(&job, board, &file, &err) != IMG_OK ||
	    job_prepare(&job, path, &err) != IMG_OK) {
		status = diag_error(&o->diag, file ? file : io_input_name(path), &err);
	} else {
		status = carry_out(&job);
		if (status == EXIT_DONE)
			checks_say(&o->checks, &o->diag, path, &found);
	}
	findings_free(&found);
	job_free(&job);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = { .size_count = 0 };
	struct board_handle *board = NULL;
	struct img_error err;
	struct img *image;
	int first, status;

	status = options_parse(&table, argc, argv, take, &o, &o.diag, &first);
	if (status == OPTIONS_GO)
		status = check_usage(&o, argv + first, argc - first);
	if (status != OPTIONS_GO)
		return status;
	if (o.board) {
		if (board_find(o.board, &board, &err) != IMG_OK)
			return diag_error(&o.diag, NULL, &err);
		board_announce(&o.diag, board);
	}
	if (io_open(argv[first], &image, &err) != IMG_OK) {
		status = diag_error(&o.diag, io_input_name(argv[first]), &err);
	} else {
		status = split(&o, argv[first], board ? board_info(board) : NULL,
			       img_bytes(image));
		img_close(image);
	}
	board_close(board);
	return status;
}
