/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-join: the parts of an image, in any order, back to one. */
#include "tools/join/join.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/common/board.h"
#include "tools/common/findings.h"
#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/options.h"

enum { OPT_IN_ORDER = OPT_OWN };

static const struct option_row rows[] = {
	OPTION_BOARD,
	{ OPT_IN_ORDER, "in-order", NULL, "the parts are in image order: look at nothing" },
	OPTION_OUTPUT("OUT", "the image; - is standard output"),
	OPTION_FORCE,
	OPTION_ALLOW,
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-join",
	.synopsis = "-o OUT PART... [MANIFEST]\n"
		    "-b BOARD -o OUT PART...\n"
		    "--in-order -o OUT PART...",
	.summary = "Put parts, given in any order, together to one image. Their order is that of\n"
		   "a manifest (given, or beside a part), of the board, or of what they hold.\n"
		   "With -b whole-chip dumps are cut to the board's image.",
	.rows = rows,
};

static bool take(void *ctx, int key, const char *arg)
{
	struct options *o = ctx;

	switch (key) {
	case 'b':
		o->board = arg;
		return true;
	case OPT_IN_ORDER:
		return o->in_order = true;
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

static int check_usage(const struct options *o, char **paths, int count)
{
	int i, streams = 0;

	if (count < 1)
		return diag_usage(&o->diag, "give the parts");
	if (o->board && o->in_order)
		return diag_usage(&o->diag, "give -b or --in-order, not both");
	if (!o->output && !o->dry_run)
		return diag_usage(&o->diag, "give the output with -o");
	if (o->output && !strcmp(o->output, "-") && o->diag.json && !o->dry_run)
		return diag_usage(&o->diag, "-o - and --json both want standard output");
	for (i = 0; i < count; i++)
		streams += !strcmp(paths[i], "-");
	if (streams > 1)
		return diag_usage(&o->diag, "standard input can be read only once");
	return OPTIONS_GO;
}

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

/* An operand that is a manifest is not a part. */
static enum img_status take_manifest(struct join *j, const char *path, struct img_view text,
				     struct img_error *err)
{
	if (j->manifest || j->options->board || j->options->in_order)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a manifest: give one, and then neither -b nor --in-order");
	j->manifest_path = strdup(path);
	return j->manifest_path ? manifest_parse(text, &j->manifest, err) : no_memory(err);
}

static enum img_status load_one(struct join *j, const char *path, struct img_error *err)
{
	struct img *img;
	enum img_status st = checks_name(&j->options->checks, path, err);

	if (st != IMG_OK)
		return st;
	st = io_open(path, &img, err);
	if (st != IMG_OK)
		return st;
	if (img_size(img) <= MANIFEST_SIZE_MAX && manifest_recognise(img_bytes(img))) {
		st = take_manifest(j, path, img_bytes(img), err);
		img_close(img);
		return st;
	}
	if (j->count == IMG_PARTS_MAX) {
		img_close(img);
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "more than %d parts",
				IMG_PARTS_MAX);
	}
	j->path[j->count] = path;
	j->img[j->count++] = img;
	return IMG_OK;
}

/* The same file under one name or two: surely a slip, also with --in-order. */
static enum img_status check_doubles(const struct join *j, struct join_error *e)
{
	struct stat a, b;
	size_t i, k;

	for (i = 0; i < j->count; i++)
		for (k = 0; k < i; k++) {
			if (!strcmp(j->path[i], "-") || !strcmp(j->path[k], "-") ||
			    stat(j->path[i], &a) < 0 || stat(j->path[k], &b) < 0 ||
			    !S_ISREG(a.st_mode) || a.st_dev != b.st_dev || a.st_ino != b.st_ino)
				continue;
			e->file = j->path[i];
			return img_fail(&e->error, IMG_E_REFUSED, IMG_NOWHERE,
					"is given twice (join-parts)");
		}
	return IMG_OK;
}

static enum img_status load(struct join *j, char **paths, int count, struct join_error *e)
{
	enum img_status st = IMG_OK;
	uint64_t total = 0;
	size_t k;
	int i;

	for (i = 0; i < count && st == IMG_OK; i++) {
		e->file = paths[i];
		st = load_one(j, paths[i], &e->error);
		for (k = 0, total = 0; k < j->count; k++)
			total += img_size(j->img[k]);
		if (st == IMG_OK && total > IMG_SIZE_MAX)
			st = img_fail(&e->error, IMG_E_SPACE, IMG_NOWHERE,
				      "with this the parts are over 128 MiB: not one image");
	}
	if (st != IMG_OK)
		return st;
	e->file = NULL;
	if (!j->count)
		return img_fail(&e->error, IMG_E_USAGE, IMG_NOWHERE, "no part was given");
	return check_doubles(j, e);
}

/* --- order --------------------------------------------------------------------------- */

/* Whole parts, one behind the other, in j->order. */
static void take_whole(struct join *j, const char *by)
{
	uint64_t at = 0;
	size_t i;

	j->by = by;
	j->parts.count = j->count;
	for (i = 0; i < j->count; i++) {
		uint64_t size = img_size(j->img[j->order[i]]);

		j->parts.part[i].range = (struct img_range){ at, size };
		j->parts.part[i].chip_size = size;
		at += size;
	}
}

static enum img_status order_parts(struct join *j, const struct img_board *board,
				   struct join_error *e)
{
	struct img_view views[IMG_PARTS_MAX];
	enum img_status st;
	size_t i;

	for (i = 0; i < j->count; i++) {
		views[i] = img_bytes(j->img[i]);
		j->order[i] = i;
	}
	if (j->options->in_order) {
		take_whole(j, "given");
		return IMG_OK;
	}
	if (board) {
		j->by = "board";
		return img_join_by_board(views, j->count, board, j->order, &j->parts, &e->error);
	}
	st = j->manifest ? join_by_given_manifest(j, e) : join_by_manifest_beside(j, e);
	if (st != IMG_E_ABSENT)
		return st;
	e->file = NULL;
	st = img_join_by_content(views, j->count, j->order, &e->error);
	if (st == IMG_OK)
		take_whole(j, "content");
	for (i = 0; i < j->count && st == IMG_OK; i++)
		if (j->of[i])
			diag_warning(&j->options->diag, io_input_name(j->path[i]),
				     "is a part of %s, but the others are not as its manifest "
				     "says: joined by content", j->of[i]);
	return st;
}

/* --- the image ----------------------------------------------------------------------- */

static enum img_status assemble(const struct join *j, struct img **out, struct img_error *err)
{
	const struct img_part *last = &j->parts.part[j->parts.count - 1];
	enum img_status st = img_new(img_range_end(last->range), 0xff, out, err);
	struct img_view bytes;
	size_t i;

	if (st != IMG_OK)
		return st;
	for (i = 0; i < j->parts.count && st == IMG_OK; i++) {
		struct img_range r = j->parts.part[i].range;

		st = img_view_slice(img_bytes(j->img[j->order[i]]), 0, r.size, &bytes, err);
		if (st == IMG_OK)
			st = img_span_write(img_span(*out), r.start, bytes, err);
	}
	if (st != IMG_OK)
		img_close(*out);
	return st;
}

/* The parts are as a manifest lists them: then their image is, too. */
static enum img_status check_listed(const struct join *j, struct img_view image,
				    struct img_error *err)
{
	char expected[IMG_DIGEST_HEX], found[IMG_DIGEST_HEX];
	struct img_digest digest;
	enum img_status st = img_digest(IMG_SHA512, image, &digest, err);

	if (st != IMG_OK || img_digest_equal(&digest, &j->listed->sha512))
		return st;
	img_digest_hex(&j->listed->sha512, expected);
	img_digest_hex(&digest, found);
	return img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE,
			"the parts are as listed, but not %s: expected sha512 %s, found %s",
			j->listed->name, expected, found);
}

static enum img_status check_result(const struct join *j, const struct img_board *board,
				    struct img_view image, struct findings *found,
				    struct img_error *err)
{
	const struct checks_subject s = { .image = image, .board = board };
	enum img_status st = j->listed ? check_listed(j, image, err) : IMG_OK;

	if (st == IMG_OK && !j->listed && !j->options->in_order)
		st = img_join_check(image, err);
	return st == IMG_OK ? checks_find(&j->options->checks, &s, found, err) : st;
}

static enum img_status print_json(const struct join *j, struct img_view image,
				  struct img_error *err)
{
	struct img_digest digest;
	char hex[IMG_DIGEST_HEX];
	json_t *parts = json_array();
	enum img_status st = img_digest(IMG_SHA512, image, &digest, err);
	size_t i;

	if (st != IMG_OK) {
		json_decref(parts);
		return st;
	}
	for (i = 0; i < j->parts.count; i++)
		json_array_append_new(parts, json_pack(
			"{s:o, s:I, s:I}", "file", json_text(j->path[j->order[i]]), "offset",
			(json_int_t)j->parts.part[i].range.start, "size",
			(json_int_t)j->parts.part[i].range.size));
	img_digest_hex(&digest, hex);
	return json_print(json_pack("{s:I, s:s, s:s, s:o, s:o}", "size",
				    (json_int_t)img_view_size(image), "sha512", hex, "order", j->by,
				    "manifest", j->manifest_path ? json_text(j->manifest_path)
								 : json_null(),
				    "parts", parts), err);
}

static int finish(const struct join *j, struct img_view image)
{
	const struct options *o = j->options;
	struct img_error err;
	size_t i;

	for (i = 0; i < j->parts.count; i++)
		diag_detail(&o->diag, io_input_name(j->path[j->order[i]]),
			    "0x%08llx-0x%08llx by %s",
			    (unsigned long long)j->parts.part[i].range.start,
			    (unsigned long long)img_range_end(j->parts.part[i].range) - 1, j->by);
	if (io_put(image, o->output, o->force, o->dry_run, &err) != IMG_OK)
		return diag_error(&o->diag, io_output_name(o->output), &err);
	if (o->diag.json && print_json(j, image, &err) != IMG_OK)
		return diag_error(&o->diag, NULL, &err);
	return EXIT_DONE;
}

static int join(struct join *j, char **paths, int count, const struct img_board *board)
{
	const struct options *o = j->options;
	struct join_error e = { .file = NULL };
	struct findings found = { .count = 0 };
	struct img *image;
	int status;

	if (load(j, paths, count, &e) != IMG_OK || order_parts(j, board, &e) != IMG_OK)
		return diag_error(&o->diag, e.file ? io_input_name(e.file) : NULL, &e.error);
	if (assemble(j, &image, &e.error) != IMG_OK)
		return diag_error(&o->diag, NULL, &e.error);
	if (check_result(j, board, img_bytes(image), &found, &e.error) != IMG_OK)
		status = diag_error(&o->diag, NULL, &e.error);
	else
		status = finish(j, img_bytes(image));
	if (status == EXIT_DONE)
		checks_say(&o->checks, &o->diag, NULL, &found);
	findings_free(&found);
	img_close(image);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = { .in_order = false };
	struct join j = { .options = &o };
	struct board_handle *board = NULL;
	struct img_error err;
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
	status = join(&j, argv + first, argc - first, board ? board_info(board) : NULL);
	while (j.count) {
		img_close(j.img[--j.count]);
		free(j.of[j.count]);
	}
	manifest_free(j.manifest);
	free(j.manifest_path);
	board_close(board);
	return status;
}
