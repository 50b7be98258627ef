/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/io.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

const char *io_input_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard input";
}

const char *io_output_name(const char *path)
{
	return strcmp(path, "-") ? path : "standard output";
}

static enum img_status refuse_keyboard(const char *path, struct img_error *err)
{
	if (strcmp(path, "-") || !isatty(STDIN_FILENO))
		return IMG_OK;
	return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
			"is a terminal, which has no image; redirect it, or name a file");
}

enum img_status io_open_head(const char *path, uint64_t max, struct img **out, uint64_t *total,
			     struct img_error *err)
{
	enum img_status st = refuse_keyboard(path, err);

	return st == IMG_OK ? img_open_head(path, max, out, total, err) : st;
}

enum img_status io_open_lazily(const char *path, struct img **out, struct img_error *err)
{
	enum img_status st = refuse_keyboard(path, err);

	return st == IMG_OK ? img_open_lazily(path, out, err) : st;
}

enum img_status io_open(const char *path, struct img **out, struct img_error *err)
{
	uint64_t total;

	return io_open_head(path, IMG_SIZE_MAX, out, &total, err);
}

static enum img_status refuse_terminal(const char *path, struct img_error *err)
{
	if (strcmp(path, "-") || !isatty(STDOUT_FILENO))
		return IMG_OK;
	return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
			"is a terminal, which cannot take an image; redirect it");
}

/* What replaces something is synced first. */
static unsigned flags_of(bool force)
{
	return force ? IMG_SAVE_REPLACE | IMG_SAVE_SYNC : 0;
}

enum img_status io_begin(const char *path, bool force, struct img_save **out,
			 struct img_error *err)
{
	enum img_status st = refuse_terminal(path, err);

	return st == IMG_OK ? img_save_begin(path, flags_of(force), out, err) : st;
}

enum img_status io_check(const char *path, bool force, struct img_error *err)
{
	enum img_status st = refuse_terminal(path, err);

	return st == IMG_OK ? img_save_check(path, flags_of(force), err) : st;
}

enum img_status io_save(struct img_view bytes, const char *path, bool force,
			struct img_error *err)
{
	struct img_save *save;
	enum img_status st = io_begin(path, force, &save, err);

	if (st != IMG_OK)
		return st;
	st = img_save_write(save, bytes, err);
	if (st == IMG_OK)
		return img_save_commit(save, err);
	img_save_drop(save);
	return st;
}

enum img_status io_put(struct img_view bytes, const char *path, bool force, bool dry_run,
		       struct img_error *err)
{
	if (!dry_run)
		return io_save(bytes, path, force, err);
	return path ? io_check(path, force, err) : IMG_OK;
}

static enum img_status no_directory(struct img_error *err)
{
	return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE, "exists and is not a directory");
}

enum img_status io_make_directory(const char *path, struct img_error *err)
{
	struct stat info;

	if (!mkdir(path, 0777))
		return IMG_OK;
	if (errno != EEXIST)
		return img_fail_errno(err, errno, "cannot make the directory");
	return stat(path, &info) < 0 || !S_ISDIR(info.st_mode) ? no_directory(err) : IMG_OK;
}

enum img_status io_check_directory(const char *path, struct img_error *err)
{
	size_t len = strlen(path);
	enum img_status st;
	struct stat info;
	char *plain;

	if (!stat(path, &info))
		return S_ISDIR(info.st_mode) ? IMG_OK : no_directory(err);
	/* Without slashes at its end it is a name that can be made, or not, as that of a file. */
	while (len > 1 && path[len - 1] == '/')
		len--;
	plain = strndup(path, len);
	if (!plain)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = img_save_check(plain, 0, err);
	free(plain);
	return st;
}

char *io_stem(const char *path)
{
	const char *name = strrchr(path, '/');
	size_t len;

	if (!strcmp(path, "-"))
		return strdup("image");
	name = name ? name + 1 : path;
	len = strlen(name);
	if (len > 4 && (!strcmp(name + len - 4, ".rom") || !strcmp(name + len - 4, ".bin")))
		len -= 4;
	return strndup(name, len);
}

char *io_format(const char *fmt, ...)
{
	char *text;
	va_list ap;
	int n;

	va_start(ap, fmt);
	n = vasprintf(&text, fmt, ap);
	va_end(ap);
	return n < 0 ? NULL : text;
}
