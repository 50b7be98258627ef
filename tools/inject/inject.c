/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-inject: vendor files into the ROMs of a release, proved by hash. */
#include <stdio.h>
#include <stdlib.h>

#include "tools/common/board.h"
#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/options.h"
#include "tools/release/inject.h"
#include "tools/release/name.h"

enum { OPT_VENDOR = OPT_OWN };

static const struct option_row rows[] = {
	{ OPT_VENDOR, "vendor", "DIR", "the prepared vendor files (me.bin, mrc.bin, ...)" },
	OPTION_OUTPUT("DIR", "where the ROMs go; made when missing"),
	OPTION_BOARD,
	OPTION_FORCE,
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON
};

static const struct option_table table = {
	.tool = "rom-inject",
	.synopsis = "[-b BOARD] --vendor DIR -o OUTDIR RELEASE.tar.xz",
	.summary = "Put the vendor files back into the ROM images of a release. Every image is\n"
		   "proved by the release's own list of hashes before it appears.",
	.rows = rows,
};

struct settings {
	const char *board, *vendor, *output;
	bool replace, dry_run;
};

static bool take(void *ctx, int key, const char *arg)
{
	struct settings *s = ctx;

	switch (key) {
	case OPT_VENDOR: s->vendor = arg; break;
	case OPT_DRY_RUN: s->dry_run = true; break;
	case 'b': s->board = arg; break;
	case 'f': s->replace = true; break;
	case 'o': s->output = arg; break;
	}
	return true;
}

/* By -b, else by the archive's name. */
static enum img_status find_board(const struct settings *s, const char *archive,
				  struct board_handle **out, struct img_error *err)
{
	enum img_status st;
	char *id;

	if (s->board)
		return board_find(s->board, out, err);
	st = release_name_board(archive, &id, err);
	if (st != IMG_OK)
		return st;
	st = board_find(id, out, err);
	free(id);
	return st;
}

static enum img_status print_json(const struct inject_request *rq, const struct inject_result *r,
				  struct img_error *err)
{
	json_t *roms = json_array();
	char hex[IMG_DIGEST_HEX];
	size_t i;

	for (i = 0; i < r->count; i++) {
		img_digest_hex(&r->rom[i].sha512, hex);
		json_array_append_new(roms, json_pack("{s:o, s:I, s:s}", "name",
						      json_text(r->rom[i].name), "size",
						      (json_int_t)r->rom[i].size, "sha512", hex));
	}
	return json_print(json_pack("{s:s, s:b, s:o}", "board", rq->board->id, "injected",
				    r->was_stripped, "roms", roms), err);
}

static enum img_status report(const struct inject_request *rq, const struct inject_result *r,
			      const struct diag *d, struct img_error *err)
{
	if (!r->was_stripped)
		diag_note(d, rq->archive, "its ROMs have their vendor files already (there is no "
			  "vendorhashes); they were copied as they are");
	if (d->json)
		return print_json(rq, r, err);
	diag_note(d, NULL, "%s%zu ROM images for %s in %s%s", rq->dry_run ? "would write " : "",
		  r->count, rq->board->id, rq->out_directory,
		  r->was_stripped ? ", each as vendorhashes says" : "");
	return IMG_OK;
}

static int run(const struct settings *s, const char *archive, const struct diag *d)
{
	struct inject_request rq = { .archive = archive, .vendor_directory = s->vendor,
				     .out_directory = s->output, .replace = s->replace,
				     .dry_run = s->dry_run };
	struct inject_result result;
	struct board_handle *board;
	struct img_error err;
	enum img_status st;

	st = find_board(s, archive, &board, &err);
	if (st != IMG_OK)
		return diag_error(d, s->board ? NULL : io_input_name(archive), &err);
	board_announce(d, board);
	rq.board = board_info(board);
	st = inject_archive(&rq, d, &result, &err);
	if (st == IMG_OK) {
		st = report(&rq, &result, d, &err);
		inject_result_free(&result);
	}
	board_close(board);
	return st == IMG_OK ? EXIT_DONE : diag_error(d, io_input_name(archive), &err);
}

int main(int argc, char **argv)
{
	struct settings s = { 0 };
	struct diag d = { 0 };
	int first, status;

	status = options_parse(&table, argc, argv, take, &s, &d, &first);
	if (status != OPTIONS_GO)
		return status;
	if (argc - first != 1)
		return diag_usage(&d, "one release archive is needed, not %d", argc - first);
	if (!s.vendor)
		return diag_usage(&d, "where are the vendor files? --vendor DIR is missing");
	if (!s.output)
		return diag_usage(&d, "where should the ROMs go? -o DIR is missing");
	return run(&s, argv[first], &d);
}
