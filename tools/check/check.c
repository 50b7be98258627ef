/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-check: every safety check on an image, and what they found. */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "tools/common/board.h"
#include "tools/common/findings.h"
#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/options.h"

enum { OPT_LIST = OPT_OWN };

static const struct option_row rows[] = {
	OPTION_BOARD,
	OPTION_ALLOW,
	{ OPT_LIST, "list", NULL, "print the checks there are" },
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-check",
	.synopsis = "[-b BOARD] [--allow CHECK-ID] [--json] IMAGE\n--list [--json]",
	.summary = "Look for everything that is known to have bricked machines or lost data, and\n"
		   "print what was found. With a board, also for what that board needs.",
	.rows = rows,
};

struct options {
	struct diag diag;
	const char *board;
	struct checks checks;
	bool list;
};

static bool take(void *ctx, int key, const char *arg)
{
	struct options *o = ctx;

	switch (key) {
	case 'b':
		o->board = arg;
		return true;
	case OPT_ALLOW:
		return checks_allow(&o->checks, &o->diag, arg, NULL);
	default:
		return o->list = true;
	}
}

static enum img_status flush(struct img_error *err)
{
	if (!fflush(stdout) && !ferror(stdout))
		return IMG_OK;
	return img_fail_errno(err, errno, "cannot write standard output");
}

/* --- the checks there are ----------------------------------------------------------------- */

static enum img_status list_json(struct img_error *err)
{
	json_t *list = json_array();
	struct img_check_row row;

	for (size_t i = 0; img_check_row(i, &row); i++)
		json_array_append_new(list, json_pack("{s:s, s:s, s:s}", "id", row.id, "severity",
						      img_severity_word(row.severity), "about",
						      row.about));
	return json_print(json_pack("{s:o}", "checks", list), err);
}

static int list(const struct options *o)
{
	struct img_check_row row;
	struct img_error err;
	enum img_status st;

	if (o->diag.json) {
		st = list_json(&err);
	} else {
		for (size_t i = 0; img_check_row(i, &row); i++)
			printf("%-19s %-8s %s\n", row.id, img_severity_word(row.severity),
			       row.about);
		st = flush(&err);
	}
	return st == IMG_OK ? EXIT_DONE : diag_error(&o->diag, NULL, &err);
}

/* --- one image ---------------------------------------------------------------------------- */

static bool is_bad(const struct options *o, const struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		if (f->list[i].severity == IMG_ERROR && !checks_allowed(&o->checks, f->list[i].id))
			return true;
	return false;
}

static enum img_status print_json(const struct findings *f, const struct img_check_result *sum,
				  struct img_error *err)
{
	return json_print(json_pack("{s:o, s:{s:i, s:i, s:i}}", "findings", findings_json(f),
				    "checks", "passed", (int)sum->passed, "failed",
				    (int)sum->failed, "not_applicable", (int)sum->not_applicable),
			  err);
}

static void print_finding(const struct options *o, const struct img_finding *f)
{
	printf("%s: ", img_severity_word(f->severity));
	if (f->at != IMG_NOWHERE)
		printf("0x%08llx: ", (unsigned long long)f->at);
	diag_text(f->text, stdout);
	printf(" (%s%s)\n", f->id, checks_allowed(&o->checks, f->id) ? ", allowed" : "");
}

/* The worst first, and each kind in the order of the table. */
static enum img_status print_text(const struct options *o, const struct findings *f,
				  const struct img_check_result *sum, struct img_error *err)
{
	for (int severity = IMG_ERROR; severity >= IMG_NOTE; severity--)
		for (size_t i = 0; i < f->count; i++)
			if (f->list[i].severity == (enum img_severity)severity &&
			    (severity == IMG_ERROR || !o->diag.quiet))
				print_finding(o, &f->list[i]);
	if (!o->diag.quiet)
		printf("%u checks passed, %u failed, %u not applicable\n", sum->passed,
		       sum->failed, sum->not_applicable);
	return flush(err);
}

static int check(const struct options *o, const struct checks_subject *s)
{
	struct findings found = { .count = 0 };
	struct img_check_result sum;
	struct img_error err;
	enum img_status st = findings_of(s, &found, &sum, &err);
	int status;

	if (st == IMG_OK)
		st = o->diag.json ? print_json(&found, &sum, &err)
				  : print_text(o, &found, &sum, &err);
	status = st != IMG_OK ? diag_error(&o->diag, NULL, &err)
			      : is_bad(o, &found) ? EXIT_NO : EXIT_DONE;
	findings_free(&found);
	return status;
}

static int open_and_check(const struct options *o, const char *path)
{
	struct checks_subject s = { .name = path };
	struct board_handle *board = NULL;
	struct img_error err;
	struct img *image;
	int status;

	if (o->board) {
		if (board_find(o->board, &board, &err) != IMG_OK)
			return diag_error(&o->diag, NULL, &err);
		board_announce(&o->diag, board);
		s.board = board_info(board);
	}
	if (io_open(path, &image, &err) != IMG_OK) {
		status = diag_error(&o->diag, io_input_name(path), &err);
	} else {
		s.image = img_bytes(image);
		status = check(o, &s);
		img_close(image);
	}
	board_close(board);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = { .list = false };
	int first, status;

	status = options_parse(&table, argc, argv, take, &o, &o.diag, &first);
	if (status != OPTIONS_GO)
		return status;
	if (o.list)
		return first == argc ? list(&o)
				     : diag_usage(&o.diag, "--list goes without an image");
	if (argc - first != 1)
		return diag_usage(&o.diag, "give one image");
	return open_and_check(&o, argv[first]);
}
