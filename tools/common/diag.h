/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one voice of all programs: "tool: file: 0x00500000: sentence" on standard error,
 * and with --json the error as one object on standard output beside it.
 */
#ifndef TOOLS_COMMON_DIAG_H
#define TOOLS_COMMON_DIAG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

#include "libimg/core/error.h"

/* Exit statuses, the same in every program. */
enum {
	EXIT_DONE = 0,		/* done, or the answer is yes */
	EXIT_NO = 1,		/* the answer is no, or a safety rule refused */
	EXIT_TROUBLE = 2,	/* could not be tried or finished */
	EXIT_UNVERIFIED = 3,	/* rom-flash: hardware was changed and is not verified */
};

/* Lives in main(); options fill it. */
struct diag {
	const char *tool;	/* "rom-split" */
	bool json;
	bool quiet;		/* notes are not printed; errors always are */
	bool verbose;
	FILE *log;		/* gets all that is said, details too; NULL: nobody does */
};

/*
 * How many bytes the character at the start of text has, which is not empty; 0: it is none, or one
 * that a terminal would obey. Names out of files go through this wherever they are shown.
 */
size_t diag_printable(const char *text);

/*
 * The text, with \\x1b for an escape: file names and archive members are somebody else's text.
 * Returns how many characters that were.
 */
size_t diag_text(const char *text, FILE *to);

/* The same of its first bytes, which end between two characters. to may be NULL: only counted. */
size_t diag_text_part(const char *text, size_t size, FILE *to);

/*
 * Reports err about file (NULL: none) and returns the exit status for it:
 * EXIT_NO for IMG_E_REFUSED and IMG_E_MISMATCH, else EXIT_TROUBLE.
 */
int diag_error(const struct diag *d, const char *file, const struct img_error *err);

/* A mistake on the command line: the sentence, where to look, EXIT_TROUBLE. */
int diag_usage(const struct diag *d, const char *fmt, ...) IMG_PRINTF(2, 3);

/* Something to know that changes nothing; not with -q. */
void diag_warning(const struct diag *d, const char *file, const char *fmt, ...) IMG_PRINTF(3, 4);
void diag_note(const struct diag *d, const char *file, const char *fmt, ...) IMG_PRINTF(3, 4);

/* What is being done now; only with -v. */
void diag_detail(const struct diag *d, const char *file, const char *fmt, ...) IMG_PRINTF(3, 4);

#endif
