/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/together.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/common/io.h"

enum img_status together_begin(struct together *t, const char *dir, bool force, bool dry_run,
			       struct img_error *err)
{
	struct stat info;

	*t = (struct together){ .dir = dir, .file = dir, .force = force, .dry_run = dry_run };
	t->there = stat(dir, &info) == 0;
	return dry_run ? io_check_directory(dir, err) : io_make_directory(dir, err);
}

static struct together_member *grow(struct together *t, const char *path)
{
	struct together_member *more = realloc(t->member, (t->count + 1) * sizeof(*more));
	struct together_member *one;

	if (!more)
		return NULL;
	t->member = more;
	one = &more[t->count];
	*one = (struct together_member){ .path = strdup(path) };
	if (!one->path)
		return NULL;
	t->count++;
	return one;
}

enum img_status together_add(struct together *t, const char *path, const struct img_view *views,
			     size_t count, struct img_error *err)
{
	struct together_member *one = grow(t, path);
	enum img_status st;
	size_t i;

	if (!one)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	t->file = one->path;
	if (t->dry_run)
		return t->there ? io_check(path, t->force, err) : IMG_OK;
	st = io_begin(path, t->force, &one->save, err);
	for (i = 0; i < count && st == IMG_OK; i++)
		st = img_save_write(one->save, views[i], err);
	return st == IMG_OK ? img_save_finish(one->save, err) : st;
}

enum img_status together_commit(struct together *t, struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i, named;

	for (named = 0; named < t->count && st == IMG_OK && !t->dry_run; named++) {
		t->file = t->member[named].path;
		st = img_save_commit(t->member[named].save, err);
		t->member[named].save = NULL;
	}
	for (i = 0; st != IMG_OK && !t->force && i + 1 < named; i++)
		unlink(t->member[i].path);
	t->done = st == IMG_OK;
	return st;
}

void together_end(struct together *t)
{
	size_t i;

	for (i = 0; i < t->count; i++) {
		img_save_drop(t->member[i].save);
		free(t->member[i].path);
	}
	free(t->member);
	if (!t->done && !t->there && !t->dry_run)
		rmdir(t->dir);
}
