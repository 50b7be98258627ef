/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Options as a table beside main(): parsing, --help and --version come from it.
 *
 *	static const struct option_row rows[] = {
 *		OPTION_BOARD, OPTION_OUTPUT("DIR", "where the parts go"), OPTION_FORCE,
 *		{ OPT_SIZES, "sizes", "LIST", "chip sizes in image order, as 8M,4M" },
 *		OPTIONS_COMMON,
 *	};
 *	static const struct option_table table = {
 *		.tool = "rom-split", .synopsis = "[-b BOARD] -o DIR IMAGE",
 *		.summary = "Cut an image into one file per chip.", .rows = rows,
 *	};
 */
#ifndef TOOLS_COMMON_OPTIONS_H
#define TOOLS_COMMON_OPTIONS_H

#include "tools/common/diag.h"

#define ROMWRIGHT_VERSION "0.1"

struct option_row {
	int key;		/* the short letter, or 256 and up where there is none */
	const char *name;	/* long name, or NULL */
	const char *arg;	/* name of the argument, or NULL for a switch */
	const char *help;	/* one line */
};

/* Keys of options that have no letter and mean the same everywhere. */
enum {
	OPT_HELP = 256,
	OPT_VERSION,
	OPT_JSON,
	OPT_DRY_RUN,
	OPT_ALLOW,
	OPT_OWN,		/* a program's own keys start here */
};

#define OPTION_BOARD { 'b', "board", "BOARD", "the board, as in release names (x230_12mb)" }
#define OPTION_OUTPUT(arg, what) { 'o', "output", arg, what }
#define OPTION_FORCE { 'f', "force", NULL, "replace an output that exists" }
#define OPTION_JSON { OPT_JSON, "json", NULL, "the result, or the error, as one JSON object" }
#define OPTION_DRY_RUN { OPT_DRY_RUN, "dry-run", NULL, "check everything, write nothing" }
#define OPTIONS_COMMON \
	{ 'q', "quiet", NULL, "no notes; errors are still printed" }, \
	{ 'v', "verbose", NULL, "say what is being done" }, \
	{ OPT_HELP, "help", NULL, "print this and exit" }, \
	{ OPT_VERSION, "version", NULL, "print the version and exit" }, \
	{ 0 }

struct option_table {
	const char *tool;
	const char *synopsis;	/* what follows the program's name; lines split by \n */
	const char *summary;	/* one sentence, or a short paragraph */
	const struct option_row *rows;	/* ends with key 0 */
};

/*
 * Takes one option of a program: its key and argument (NULL for a switch). Returns false
 * after a diag_usage() of its own when the argument will not do.
 */
typedef bool option_fn(void *ctx, int key, const char *arg);

enum { OPTIONS_GO = -1 };

/*
 * Parses argv by the table; -q, -v, --json, --help and --version are dealt with here
 * and the first three stored in d. Every other option goes to take(). Options may follow
 * operands; "--" ends them. Returns OPTIONS_GO and the operands (moved to the end of argv,
 * *first is the index of the first), or the exit status when there is nothing more to do.
 * Also prepares the process: a closed pipe or a file-size limit is an error, not a signal.
 */
int options_parse(const struct option_table *table, int argc, char **argv, option_fn *take,
		  void *ctx, struct diag *d, int *first);

#endif
