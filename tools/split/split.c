/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-split: one file for each chip an image lives on. */
#include "tools/split/split.h"

#include <stdlib.h>
#include <string.h>

#include "tools/common/board.h"
#include "tools/common/io.h"
#include "tools/common/options.h"
#include "tools/common/stripped.h"

enum { OPT_SIZES = OPT_OWN, OPT_CHIP };

static const struct option_row rows[] = {
	OPTION_BOARD,
	{ OPT_SIZES, "sizes", "LIST", "sizes of the chips in image order, as 8M,4M" },
	{ OPT_CHIP, "chip", "NAME", "only this chip's part; OUT is then a file or -" },
	OPTION_OUTPUT("OUT", "the directory, made when missing, where the parts go"),
	OPTION_FORCE,
	{ OPT_ALLOW, "allow", "CHECK-ID", "board-densities or board-regions may differ" },
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-split",
	.synopsis = "[-b BOARD | --sizes LIST] -o DIR IMAGE\n"
		    "[-b BOARD | --sizes LIST] --chip NAME -o FILE IMAGE",
	.summary = "Cut an image into one file for each chip, STEM.CHIP.rom, with a manifest,\n"
		   "STEM.manifest. Without -b and --sizes the descriptor says how large they are.",
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

static bool take_allow(struct options *o, const char *arg)
{
	if (!strcmp(arg, "board-densities"))
		return o->allow |= IMG_ALLOW_DENSITIES;
	if (!strcmp(arg, "board-regions"))
		return o->allow |= IMG_ALLOW_REGIONS;
	diag_usage(&o->diag, "no check that may be passed over here is called %s", arg);
	return false;
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
		o->chip = arg;
		return true;
	case OPT_ALLOW:
		return take_allow(o, arg);
	case OPT_DRY_RUN:
		return o->dry_run = true;
	case 'f':
		return o->force = true;
	default:
		o->output = arg;
		return true;
	}
}

static int check_usage(const struct options *o, int operands)
{
	if (operands != 1)
		return diag_usage(&o->diag, "give one image");
	if (o->board && o->size_count)
		return diag_usage(&o->diag, "give -b or --sizes, not both");
	if (!o->output && !o->dry_run)
		return diag_usage(&o->diag, "give the %s with -o",
				  o->chip ? "output" : "directory for the parts");
	if (o->output && !strcmp(o->output, "-") && !o->chip)
		return diag_usage(&o->diag, "-o - takes one part: name it with --chip");
	if (o->output && !strcmp(o->output, "-") && o->diag.json && !o->dry_run)
		return diag_usage(&o->diag, "-o - and --json both want standard output");
	return OPTIONS_GO;
}

static enum img_status plan(const struct options *o, const struct img_board *board,
			    struct img_view image, struct img_parts *out, struct img_error *err)
{
	enum img_status st;

	if (board)
		return img_split_by_board(image, board, o->allow, out, err);
	if (o->size_count)
		return img_split_by_sizes(img_view_size(image), o->size, o->size_count, out, err);
	st = img_split_by_descriptor(image, out, err);
	if (st == IMG_E_ABSENT || st == IMG_E_CORRUPT)
		img_error_prefix(err, "the sizes of the chips are not known, give -b or --sizes: ");
	return st;
}

/* Which part --chip means; the number of parts when none. */
static size_t find_chip(const struct options *o, const struct img_parts *parts)
{
	size_t i;

	for (i = 0; i < parts->count && strcmp(parts->part[i].chip, o->chip); i++)
		;
	return i;
}

static int carry_out(struct job *job)
{
	const struct options *o = job->options;
	size_t chip = o->chip ? find_chip(o, &job->parts) : 0, i;
	const char *file = o->output;
	struct img_error err;
	enum img_status st = IMG_OK;

	if (chip == job->parts.count)
		return diag_usage(&o->diag, "there is no chip %s; the first is called %s", o->chip,
				  job->parts.part[0].chip);
	if (!o->dry_run)
		st = o->chip ? job_write_one(job, chip, o->output, &err)
			     : job_write(job, &file, &err);
	if (st != IMG_OK)
		return diag_error(&o->diag, io_output_name(file), &err);
	for (i = 0; i < job->parts.count && !o->chip; i++)
		diag_detail(&o->diag, job->path[i], "%llu bytes for chip %s",
			    (unsigned long long)job->parts.part[i].chip_size,
			    job->parts.part[i].chip);
	if ((o->dry_run || o->diag.json) && job_print(job, &err) != IMG_OK)
		return diag_error(&o->diag, NULL, &err);
	return EXIT_DONE;
}

static int split(const struct options *o, const char *path, const struct img_board *board,
		 struct img_view image)
{
	struct job job = { .options = o, .image = image, .board = board ? board->id : NULL };
	struct img_error err;
	int status;

	if (stripped_refuse_name(path, &err) != IMG_OK ||
	    plan(o, board, image, &job.parts, &err) != IMG_OK ||
	    job_prepare(&job, path, &err) != IMG_OK)
		status = diag_error(&o->diag, io_input_name(path), &err);
	else
		status = carry_out(&job);
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
		status = check_usage(&o, argc - first);
	if (status != OPTIONS_GO)
		return status;
	if (o.board) {
		if (board_find(o.board, &board, &err) != IMG_OK)
			return diag_error(&o.diag, NULL, &err);
		board_announce(&o.diag, board);
	}
	if (img_open(argv[first], &image, &err) != IMG_OK) {
		status = diag_error(&o.diag, io_input_name(argv[first]), &err);
	} else {
		status = split(&o, argv[first], board ? board_info(board) : NULL,
			       img_bytes(image));
		img_close(image);
	}
	board_close(board);
	return status;
}
