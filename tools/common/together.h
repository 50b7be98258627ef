/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Several files in one directory that appear together or not at all: each is written up to its
 * last byte before the first gets its name.
 *
 *	struct together t;
 *	st = together_begin(&t, dir, force, dry_run, &err);
 *	st = together_add(&t, path, views, 2, &err);	for each, when the one before went well
 *	st = together_commit(&t, &err);
 *	if (st != IMG_OK)
 *		diag_error(d, t.file, &err);
 *	together_end(&t);				in every case
 */
#ifndef TOOLS_COMMON_TOGETHER_H
#define TOOLS_COMMON_TOGETHER_H

#include "libimg/core/save.h"

struct together_member {
	char *path;
	struct img_save *save;	/* NULL: has its name */
};

struct together {
	const char *dir;	/* borrowed */
	const char *file;	/* what an error is about: the directory or the path of a file */
	bool force, dry_run;
	bool there, done;	/* the directory was there; all have their names */
	size_t count;
	struct together_member *member;
};

/*
 * Makes the directory where it is missing; dir is borrowed until the end. In a dry run nothing
 * is made or written, but what can be known to fail does.
 */
enum img_status together_begin(struct together *t, const char *dir, bool force, bool dry_run,
			       struct img_error *err) IMG_CHECKED;

/* One more file: the bytes of the views one behind the other. */
enum img_status together_add(struct together *t, const char *path, const struct img_view *views,
			     size_t count, struct img_error *err) IMG_CHECKED;

/*
 * Gives the files their names. Where that fails for one, those that have theirs already go
 * again, unless they may have replaced something.
 */
enum img_status together_commit(struct together *t, struct img_error *err) IMG_CHECKED;

/* Drops what has no name, and the directory if it was made for nothing. */
void together_end(struct together *t);

#endif
