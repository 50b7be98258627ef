/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The table of libimg/check as programs use it: run it, refuse at the first error, say the
 * rest, and honour --allow=ID. What was allowed is remembered nowhere: it is asked again at the
 * next call.
 *
 *	struct options { struct diag diag; struct checks checks; ... };
 *
 *	static const struct option_row rows[] = { ..., OPTION_ALLOW, ... };
 *
 *	case OPT_ALLOW:		(in take())
 *		return checks_allow(&o->checks, &o->diag, arg, own);
 *
 *	struct checks_subject s = { .name = path, .image = img_bytes(image), .board = board };
 *
 *	if (checks_run(&o->checks, &o->diag, &s, &err) != IMG_OK)
 *		return diag_error(&o->diag, io_input_name(path), &err);	(exit status 1)
 *
 * Checks of a program's own (an id that is not in the table) go the same way: own names them,
 * checks_allowed() asks.
 */
#ifndef TOOLS_COMMON_CHECKS_H
#define TOOLS_COMMON_CHECKS_H

#include "libimg/check/check.h"
#include "tools/common/diag.h"

#define CHECKS_ALLOW_MAX 32

/* Lives in main(), begins as zeros; options fill it. */
struct checks {
	size_t count;
	const char *allow[CHECKS_ALLOW_MAX];
};

#define OPTION_ALLOW { OPT_ALLOW, "allow", "CHECK-ID", "go on although that check says no" }

/*
 * Takes the argument of one --allow: an id of the table, or of own (ends with NULL; NULL: the
 * program has none). arg has to stay. False after a diag_usage(): there is no such check.
 */
bool checks_allow(struct checks *c, const struct diag *d, const char *arg,
		  const char *const *own);

/* Was this id given with --allow? */
bool checks_allowed(const struct checks *c, const char *id);

struct checks_subject {
	const char *name;		/* path of the file; NULL: there is none */
	struct img_view image;
	const struct img_board *board;	/* of -b, or NULL */
	bool is_part;			/* one chip's share of an image is welcome, too */
	unsigned scope;			/* 0: all checks; else of libimg/check/check.h */
	const struct img_range *meant;	/* what the user has just put there ... */
	size_t meant_count;		/* ... where an error is only a warning */
};

struct findings;

/*
 * Runs the checks and keeps what they find; findings_free() in every case. IMG_E_REFUSED: one
 * found an error that was not allowed. The sentence is that of the first one, with its id in
 * parentheses, and says how many more there are. Nothing is printed.
 */
enum img_status checks_find(const struct checks *c, const struct checks_subject *s,
			    struct findings *out, struct img_error *err) IMG_CHECKED;

/*
 * What a program that went on has to say: warnings, and errors that were allowed, as warnings;
 * notes with -v. Said late, so that a refusal of something else remains one sentence.
 */
void checks_say(const struct checks *c, const struct diag *d, const char *name,
		const struct findings *f);

/* Both at once. d NULL: nothing is printed (a worker of several). */
enum img_status checks_run(const struct checks *c, const struct diag *d,
			   const struct checks_subject *s, struct img_error *err) IMG_CHECKED;

/* The same for the mark in a file's name alone, where content does not matter. */
enum img_status checks_name(const struct checks *c, const char *path, struct img_error *err)
	IMG_CHECKED;

#endif
