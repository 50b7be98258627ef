/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom COMMAND runs rom-COMMAND, like git: the one beside this program, else one in PATH. */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/io.h"
#include "tools/common/options.h"
#include "tools/common/suggest.h"
#include "tools/rom/boards.h"

static const struct command {
	const char *name, *summary;
} commands[] = {
	{ "split", "cut an image into one file per chip or region" },
	{ "join", "put parts together to an image" },
	{ "pad", "make an image larger or smaller" },
	{ "verify-hash", "make and check hash lists, compare dumps" },
	{ "ifd-parse", "show a flash descriptor, take its regions out" },
	{ "ifd-edit", "change a flash descriptor" },
	{ "cbfs", "list, extract, add and remove files in a CBFS" },
	{ "me", "show and clean Intel ME firmware" },
	{ "gbe", "show and change the MAC address" },
	{ "fetch", "get vendor files for a board" },
	{ "inject", "put vendor files into a release, or take them out" },
	{ "check", "run every safety check on an image" },
	{ "map", "draw a picture of an image" },
	{ "flash", "read and write flash chips" },
	{ "serprogd", "serve a programmer on the network" },
};

#define COMMANDS (sizeof(commands) / sizeof(commands[0]))

/* The directory this program is in, with its slash; owned, NULL: not known. */
static char *own_directory(void)
{
	char path[4096], *slash;
	ssize_t len = readlink("/proc/self/exe", path, sizeof(path) - 1);

	if (len < 0)
		return NULL;
	path[len] = 0;
	slash = strrchr(path, '/');
	return slash ? strndup(path, (size_t)(slash - path) + 1) : NULL;
}

/* The program beside this one; owned, NULL: there is none. */
static char *program_beside(const char *name)
{
	char *directory = own_directory();
	char *path = directory ? io_format("%srom-%s", directory, name) : NULL;

	free(directory);
	if (path && !access(path, X_OK))
		return path;
	free(path);
	return NULL;
}

static bool in_search_path(const char *name)
{
	const char *at = getenv("PATH"), *end;
	bool found = false;
	char *path;

	for (; at && !found; at = *end ? end + 1 : NULL) {
		end = at + strcspn(at, ":");
		path = io_format("%.*s/rom-%s", (int)(end - at), at, name);
		found = path && !access(path, X_OK);
		free(path);
	}
	return found;
}

static bool is_there(const char *name)
{
	char *path = program_beside(name);
	bool found = path || in_search_path(name);

	free(path);
	return found;
}

static int unknown(const struct diag *d, const char *name)
{
	struct suggest near = suggest_for(name);
	char hint[128];
	size_t i;

	for (i = 0; i < COMMANDS; i++)
		if (is_there(commands[i].name))
			suggest_consider(&near, commands[i].name);
	suggest_consider(&near, "boards");
	suggest_consider(&near, "help");
	suggest_text(&near, hint, sizeof(hint));
	return diag_usage(d, "unknown command %.80s%s", name, hint);
}

/* Becomes rom-NAME; argv is its argument list. Returns only when that failed. */
static int run(const struct diag *d, const char *name, char **argv)
{
	char *path = program_beside(name);
	struct img_error err;
	int saved;

	argv[0] = io_format("rom-%s", name);
	if (!argv[0]) {
		free(path);
		img_fail(&err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		return diag_error(d, NULL, &err);
	}
	if (path)
		execv(path, argv);
	else
		execvp(argv[0], argv);
	saved = errno;
	free(path);
	free(argv[0]);
	if (saved == ENOENT)
		return unknown(d, name);
	img_fail_errno(&err, saved, "cannot run rom-%s", name);
	return diag_error(d, NULL, &err);
}

/* Becomes man with the installed page of the command; returns when there is no page or no man. */
static void show_manual(const char *page)
{
	char *directory = own_directory();
	char *path = directory ? io_format("%s../share/man/man1/%s.1", directory, page) : NULL;

	if (path && !access(path, R_OK))
		execlp("man", "man", path, (char *)NULL);
	free(path);
	free(directory);
}

static int printed(const struct diag *d)
{
	struct img_error err;

	if (!fflush(stdout) && !ferror(stdout))
		return EXIT_DONE;
	img_fail_errno(&err, errno, "cannot write");
	return diag_error(d, "standard output", &err);
}

static int list(const struct diag *d)
{
	size_t i;

	signal(SIGPIPE, SIG_IGN);	/* a reader that went away is a failed write */
	puts("Usage: rom COMMAND [ARGUMENT]...\n"
	     "       rom boards [--hardware] [--json] [BOARD|FILE.yaml]...\n"
	     "       rom help [COMMAND]\n\n"
	     "Tools for boot-ROM images with an Intel flash descriptor and CBFS.\n\nCommands:");
	for (i = 0; i < COMMANDS; i++)
		if (is_there(commands[i].name))
			printf("  %-14s %s\n", commands[i].name, commands[i].summary);
	puts("  boards         list the boards that -b knows\n"
	     "  help COMMAND   show the manual page of a command, or its --help\n\n"
	     "Exit status: 2 for an unknown command, else that of the command.");
	return printed(d);
}

static int help(const struct diag *d, const char *name)
{
	char word[] = "--help", *argv[] = { NULL, word, NULL };
	char *page;

	if (!strcmp(name, "rom") || !strcmp(name, "help")) {
		show_manual("rom");
		return list(d);
	}
	if (!strcmp(name, "boards"))
		return boards_main(2, (char *[]){ argv[1], argv[1], NULL });
	page = io_format("rom-%s", name);
	if (page && is_there(name))
		show_manual(page);
	free(page);
	return run(d, name, argv);
}

static bool asks_for_json(int argc, char **argv)
{
	for (int i = 1; i < argc && strcmp(argv[i], "--"); i++)
		if (!strcmp(argv[i], "--json"))
			return true;
	return false;
}

int main(int argc, char **argv)
{
	const struct diag d = { .tool = "rom", .json = asks_for_json(argc, argv) };
	const char *command = argc > 1 ? argv[1] : NULL;

	if (!command)
		return diag_usage(&d, "which command?");
	if (!strcmp(command, "--help") || (!strcmp(command, "help") && argc == 2))
		return list(&d);
	if (!strcmp(command, "--version")) {
		printf("rom %s\n", ROMWRIGHT_VERSION);
		return printed(&d);
	}
	if (command[0] == '-')
		return diag_usage(&d, "unknown option %s", command);
	if (!strcmp(command, "boards"))
		return boards_main(argc - 1, argv + 1);
	if (strchr(command, '/') || !*command)
		return unknown(&d, command);
	if (!strcmp(command, "help"))
		return strchr(argv[2], '/') ? unknown(&d, argv[2]) : help(&d, argv[2]);
	return run(&d, command, argv + 1);
}
