/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/files.h"

#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/common/io.h"

struct release_files {
	size_t count, at;	/* at: the next one */
	char **path;
};

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

static const char *name_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strcmp(path, "-") ? slash ? slash + 1 : path : "image.rom";
}

static enum img_status add(struct release_files *f, char *path, struct img_error *err)
{
	char **larger = realloc(f->path, (f->count + 1) * sizeof(*larger));

	if (larger)
		f->path = larger;
	if (!larger || !path) {
		free(path);
		return no_memory(err);
	}
	larger[f->count++] = path;
	return IMG_OK;
}

void release_files_close(struct release_files *f)
{
	if (!f)
		return;
	while (f->count)
		free(f->path[--f->count]);
	free(f->path);
	free(f);
}

/* A directory listing is somebody's directory: links and devices in it are not followed. */
static enum img_status add_entry(struct release_files *f, const char *directory,
				 const char *name, struct img_error *err)
{
	char *path = io_format("%s/%s", directory, name);
	struct stat info;

	if (!path)
		return no_memory(err);
	if (f->count == RELEASE_FILES_MAX) {
		free(path);
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"over %d files; no release has so many", RELEASE_FILES_MAX);
	}
	if (lstat(path, &info) < 0) {
		enum img_status st = img_fail_errno(err, errno, "%s: cannot look at it", name);

		free(path);
		return st;
	}
	if (S_ISREG(info.st_mode))
		return add(f, path, err);
	free(path);
	if (S_ISDIR(info.st_mode))
		return IMG_OK;
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			"%.200s is a link or a special file; a release holds plain files only",
			name);
}

static enum img_status scan(struct release_files *f, const char *directory, struct img_error *err)
{
	struct dirent **entry;
	enum img_status st = IMG_OK;
	int i, n = scandir(directory, &entry, NULL, alphasort);

	if (n < 0)
		return img_fail_errno(err, errno, "cannot read the directory");
	for (i = 0; i < n; i++) {
		if (st == IMG_OK && strcmp(entry[i]->d_name, ".") && strcmp(entry[i]->d_name, ".."))
			st = add_entry(f, directory, entry[i]->d_name, err);
		free(entry[i]);
	}
	free(entry);
	return st;
}

enum img_status release_files_scan(const char *directory, const char *board,
				   struct release_files **out, struct img_error *err)
{
	struct release_files *f = calloc(1, sizeof(*f));
	char *inner = io_format("%s/bin/%s", directory, board);
	struct stat info;
	enum img_status st;

	if (!f || !inner)
		st = no_memory(err);
	else
		st = scan(f, !stat(inner, &info) && S_ISDIR(info.st_mode) ? inner : directory, err);
	free(inner);
	if (st == IMG_OK)
		*out = f;
	else
		release_files_close(f);
	return st;
}

enum img_status release_files_list(const char *const *paths, size_t count,
				   struct release_files **out, struct img_error *err)
{
	struct release_files *f = calloc(1, sizeof(*f));
	enum img_status st = f ? IMG_OK : no_memory(err);
	size_t i, k;

	for (i = 0; st == IMG_OK && i < count; i++) {
		for (k = 0; st == IMG_OK && k < i; k++)
			if (!strcmp(name_of(paths[i]), name_of(paths[k])))
				st = img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
					      "two of the files are called %s; their outputs would "
					      "be the same", name_of(paths[i]));
		if (st == IMG_OK)
			st = add(f, strdup(paths[i]), err);
	}
	if (st == IMG_OK)
		*out = f;
	else
		release_files_close(f);
	return st;
}

enum img_status release_files_next(struct release_files *f, struct release_member *out,
				   struct img_error *err)
{
	struct stat info;
	const char *path;

	if (f->at == f->count)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "no more files");
	path = f->path[f->at++];
	out->name = name_of(path);
	out->size = RELEASE_SIZE_UNKNOWN;
	if (!strcmp(path, "-"))
		return IMG_OK;
	if (stat(path, &info) < 0)
		return img_fail_errno(err, errno, "%s: cannot open", path);
	if (S_ISREG(info.st_mode))
		out->size = (uint64_t)info.st_size;
	return IMG_OK;
}

enum img_status release_files_read(struct release_files *f, uint64_t max, struct img **out,
				   struct img_error *err)
{
	const char *path = f->path[f->at - 1];
	enum img_status st;

	st = img_open(path, out, err);
	if (st == IMG_OK && img_size(*out) > max) {
		st = img_fail(err, IMG_E_SPACE, max, "%llu bytes, where at most %llu are expected",
			      (unsigned long long)img_size(*out), (unsigned long long)max);
		img_close(*out);
	}
	if (st != IMG_OK)
		img_error_prefix(err, "%s", io_input_name(path));
	return st;
}
