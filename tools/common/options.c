/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/options.h"

#include <errno.h>
#include <fcntl.h>
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { ROWS_MAX = 48 };

struct spelled {		/* the table as getopt_long wants it */
	char letters[2 * ROWS_MAX + 2];
	struct option words[ROWS_MAX + 1];
};

static void spell(const struct option_row *rows, struct spelled *out)
{
	size_t letters = 0, words = 0;

	memset(out, 0, sizeof(*out));
	out->letters[letters++] = ':';	/* we say what is missing, not getopt */
	for (; rows->key && words < ROWS_MAX; rows++) {
		if (rows->key < OPT_HELP) {
			out->letters[letters++] = (char)rows->key;
			if (rows->arg)
				out->letters[letters++] = ':';
		}
		if (rows->name)
			out->words[words++] = (struct option){
				rows->name, rows->arg ? required_argument : no_argument, NULL,
				rows->key };
	}
}

static void print_help(const struct option_table *t)
{
	const struct option_row *r;
	const char *line = t->synopsis, *end;
	char left[64];

	for (; line; line = *end ? end + 1 : NULL) {
		end = line + strcspn(line, "\n");
		printf("%s %s %.*s\n", line == t->synopsis ? "Usage:" : "      ", t->tool,
		       (int)(end - line), line);
	}
	printf("\n%s\n\nOptions:\n", t->summary);
	for (r = t->rows; r->key; r++) {
		int n = r->key < OPT_HELP ? snprintf(left, sizeof(left), "-%c", r->key)
					  : snprintf(left, sizeof(left), "   ");

		if (r->name)
			n += snprintf(left + n, sizeof(left) - (size_t)n, "%s--%s",
				      r->key < OPT_HELP ? ", " : " ", r->name);
		if (r->arg)
			snprintf(left + n, sizeof(left) - (size_t)n, " %s", r->arg);
		printf("  %-25s %s\n", left, r->help);
	}
	printf("\nExit status: 0 done or yes, 1 the answer is no, 2 trouble%s.\n",
	       strcmp(t->tool, "rom-flash") ? ""
					    : ",\n3 the chip was changed and is not verified");
}

static const struct option_row *row_of(const struct option_row *rows, int key)
{
	while (rows->key && rows->key != key)
		rows++;
	return rows;
}

/* What was asked for has been printed, if standard output took it. */
static int printed(const struct diag *d)
{
	struct img_error err;

	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_DONE;
	img_fail_errno(&err, errno, "cannot write");
	return diag_error(d, "standard output", &err);
}

/* The switches every program has. Returns false for the program's own options. */
static bool take_common(const struct option_table *t, const struct option_row *row, struct diag *d,
			int *status)
{
	const char *name = row->name && !row->arg ? row->name : "";

	if (!strcmp(name, "quiet")) {
		d->quiet = true;
	} else if (!strcmp(name, "verbose")) {
		d->verbose = true;
	} else if (!strcmp(name, "help")) {
		print_help(t);
		*status = printed(d);
	} else if (!strcmp(name, "version")) {
		printf("%s %s\n", t->tool, ROMWRIGHT_VERSION);
		*status = printed(d);
	} else {
		return false;
	}
	return true;
}

/* What getopt could not make sense of, in our words. */
static int complain(const struct diag *d, int what, char **argv)
{
	if (what == ':')
		return diag_usage(d, "%s needs an argument", argv[optind - 1]);
	if (optopt && optopt < OPT_HELP)
		return diag_usage(d, "unknown option -%c", optopt);
	return diag_usage(d, "unknown option %s", argv[optind - 1]);
}

/*
 * Is --json among the arguments, even behind one that is wrong? Until all are parsed an error
 * is to be reported in the way that was asked for.
 */
static bool asks_for_json(const struct option_row *rows, int argc, char **argv)
{
	int i;

	if (!row_of(rows, OPT_JSON)->key)
		return false;
	for (i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json"))
			return true;
	return false;
}

static void prepare_process(void)
{
	int fd;

	/*
	 * Where one of the three is closed, the next file opened would be in its place, and take
	 * what is said. What holds the place fails as it would.
	 */
	for (fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 &&
		    open("/dev/null", fd == STDIN_FILENO ? O_WRONLY : O_RDONLY) != fd)
			break;
	/* A reader that went away or a limit reached is a failed write, with its reason. */
	signal(SIGPIPE, SIG_IGN);
	signal(SIGXFSZ, SIG_IGN);
}

int options_parse(const struct option_table *table, int argc, char **argv, option_fn *take,
		  void *ctx, struct diag *d, int *first)
{
	struct spelled spelled;
	bool json = false;
	int key, status = OPTIONS_GO;

	prepare_process();
	d->tool = table->tool;
	d->json = asks_for_json(table->rows, argc, argv);
	spell(table->rows, &spelled);
	while (status == OPTIONS_GO &&
	       (key = getopt_long(argc, argv, spelled.letters, spelled.words, NULL)) != -1) {
		const struct option_row *row = row_of(table->rows, key);

		if (key == '?' || key == ':')
			status = complain(d, key, argv);
		else if (key == OPT_JSON)
			json = true;
		else if (!take_common(table, row, d, &status) && !take(ctx, key, optarg))
			status = EXIT_TROUBLE;
	}
	*first = optind;
	if (status == OPTIONS_GO)
		d->json = json;
	return status;
}
