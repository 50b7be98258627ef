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

enum img_status io_begin(const char *path, bool force, struct img_save **out,
			 struct img_error *err)
{
	if (!strcmp(path, "-") && isatty(STDOUT_FILENO))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"is a terminal, which cannot take an image; redirect it");
	return img_save_begin(path, force ? IMG_SAVE_REPLACE | IMG_SAVE_SYNC : 0, out, err);
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

enum img_status io_make_directory(const char *path, struct img_error *err)
{
	struct stat info;

	if (!mkdir(path, 0777))
		return IMG_OK;
	if (errno != EEXIST)
		return img_fail_errno(err, errno, "cannot make the directory");
	if (stat(path, &info) < 0 || !S_ISDIR(info.st_mode))
		return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE,
				"exists and is not a directory");
	return IMG_OK;
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
