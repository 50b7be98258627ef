/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-map: a picture of an image, in the terminal or as a drawing. */
#include <errno.h>
#include <langinfo.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/board.h"
#include "tools/common/io.h"
#include "tools/common/options.h"
#include "tools/common/wrap.h"
#include "tools/map/map.h"

enum { OPT_SVG = OPT_OWN, OPT_DIFF, OPT_COLOR };

static const struct option_row rows[] = {
	OPTION_BOARD,
	{ OPT_SVG, "svg", NULL, "a drawing instead of letters" },
	{ OPT_DIFF, "diff", NULL, "what writing the second image over the first changes" },
	{ OPT_COLOR, "color", "auto|always|never", "when to use colours" },
	OPTION_OUTPUT("FILE", "where the drawing goes; - is standard output"),
	OPTION_FORCE,
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-map",
	.synopsis = "[-b BOARD] [--json] IMAGE\n[-b BOARD] --svg -o FILE IMAGE\n"
		    "[-b BOARD] [--json] [--svg -o FILE] --diff IMAGE IMAGE",
	.summary = "Show what is where in an image: chips, regions, FMAP areas, CBFS files, ME\n"
		   "partitions, free and erased space, and what the checks find.",
	.rows = rows,
};

enum color { COLOR_AUTO, COLOR_ALWAYS, COLOR_NEVER };

struct options {
	struct diag diag;
	const char *board, *output;
	bool svg, diff, force;
	enum color color;
};

static bool take_color(struct options *o, const char *arg)
{
	static const char *const words[] = { "auto", "always", "never" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (!strcmp(arg, words[i])) {
			o->color = (enum color)i;
			return true;
		}
	}
	diag_usage(&o->diag, "--color is auto, always or never, not %s", arg);
	return false;
}

static bool take(void *ctx, int key, const char *arg)
{
	struct options *o = ctx;

	switch (key) {
	case 'b': o->board = arg; return true;
	case 'o': o->output = arg; return true;
	case 'f': return o->force = true;
	case OPT_SVG: return o->svg = true;
	case OPT_DIFF: return o->diff = true;
	default: return take_color(o, arg);
	}
}

static int check_usage(const struct options *o, int count, char **operand)
{
	if (count != (o->diff ? 2 : 1))
		return diag_usage(&o->diag, o->diff ? "--diff needs two images: what is there, and "
						      "what would be written"
						    : "give one image");
	if (o->diff && !strcmp(operand[0], "-") && !strcmp(operand[1], "-"))
		return diag_usage(&o->diag, "only one of the images can be standard input");
	if (o->svg != (o->output != NULL))
		return diag_usage(&o->diag, o->svg ? "give the drawing a file with -o"
						   : "-o is for a drawing (--svg)");
	if (o->svg && o->diag.json && !strcmp(o->output, "-"))
		return diag_usage(&o->diag, "-o - and --json both want standard output");
	return OPTIONS_GO;
}

/* --- output ----------------------------------------------------------------------------- */

static struct map_style style_of(const struct options *o)
{
	const char *term = getenv("TERM"), *no = getenv("NO_COLOR");
	bool plain = (no && *no) || !term || !*term || !strcmp(term, "dumb") ||
		     !isatty(STDOUT_FILENO);

	setlocale(LC_CTYPE, "");
	return (struct map_style){
		.width = wrap_width(stdout),
		.color = o->color == COLOR_ALWAYS || (o->color == COLOR_AUTO && !plain),
		.unicode = !strcmp(nl_langinfo(CODESET), "UTF-8"),
	};
}

static enum img_status draw(const struct options *o, const struct map *map,
			    const struct map_title *title, struct img_error *err)
{
	size_t size;
	char *text;
	enum img_status st = map_draw(map, title, &text, &size, err);

	if (st != IMG_OK)
		return st;
	st = io_save(img_view_of(text, size), o->output, o->force, err);
	free(text);
	return st;
}

static enum img_status print(const struct options *o, const struct map *map,
			     const struct map_title *title, const struct map_style *style,
			     struct img_error *err)
{
	enum img_status st;

	if (o->diag.json)
		return json_print(map_json(map), err);
	if (o->svg)
		return IMG_OK;
	st = map_print(stdout, map, title, style, err);
	if (st == IMG_OK && (fflush(stdout) || ferror(stdout)))
		st = img_fail_errno(err, errno, "cannot write standard output");
	return st;
}

/* --- the program ------------------------------------------------------------------------ */

struct inputs {
	struct img *image, *before;	/* owned; before NULL: nothing to compare with */
	const char *path, *before_path;
	struct board_handle *board;	/* owned, or NULL */
};

static int open_inputs(const struct options *o, char **operand, struct inputs *in)
{
	struct img_error err;

	if (o->board) {
		if (board_find(o->board, &in->board, &err) != IMG_OK)
			return diag_error(&o->diag, NULL, &err);
		board_announce(&o->diag, in->board);
	}
	in->path = operand[o->diff];
	if (o->diff) {
		in->before_path = operand[0];
		if (io_open(in->before_path, &in->before, &err) != IMG_OK)
			return diag_error(&o->diag, io_input_name(in->before_path), &err);
	}
	if (io_open(in->path, &in->image, &err) != IMG_OK)
		return diag_error(&o->diag, io_input_name(in->path), &err);
	if (!in->before || img_size(in->before) == img_size(in->image))
		return OPTIONS_GO;
	img_fail(&err, IMG_E_MISMATCH, IMG_NOWHERE,
		 "has %llu bytes, and %s has %llu: one cannot be written over the other",
		 (unsigned long long)img_size(in->image), io_input_name(in->before_path),
		 (unsigned long long)img_size(in->before));
	return diag_error(&o->diag, io_input_name(in->path), &err);
}

static int run(const struct options *o, const struct inputs *in)
{
	struct map_style style = style_of(o);
	const struct map_title title = {
		.name = io_input_name(in->path),
		.before = in->before ? io_input_name(in->before_path) : NULL,
	};
	unsigned depths = o->svg || o->diag.json ? MAP_AREA_DEPTHS : map_text_depths(style.width);
	struct img_error err;
	struct map map;
	enum img_status st;

	if (map_build(img_bytes(in->image), in->board ? board_info(in->board) : NULL, depths,
		      &map, &err) != IMG_OK)
		return diag_error(&o->diag, title.name, &err);
	if (in->before)
		map_compare(&map, img_bytes(in->before), img_bytes(in->image));
	st = o->svg ? draw(o, &map, &title, &err) : IMG_OK;
	if (st != IMG_OK) {
		map_free(&map);
		return diag_error(&o->diag, io_output_name(o->output), &err);
	}
	st = print(o, &map, &title, &style, &err);
	map_free(&map);
	return st == IMG_OK ? EXIT_DONE : diag_error(&o->diag, NULL, &err);
}

int main(int argc, char **argv)
{
	struct options o = { .output = NULL };
	struct inputs in = { .image = NULL };
	int first, status;

	status = options_parse(&table, argc, argv, take, &o, &o.diag, &first);
	if (status == OPTIONS_GO)
		status = check_usage(&o, argc - first, argv + first);
	if (status != OPTIONS_GO)
		return status;
	status = open_inputs(&o, argv + first, &in);
	if (status == OPTIONS_GO)
		status = run(&o, &in);
	img_close(in.image);
	img_close(in.before);
	board_close(in.board);
	return status;
}
