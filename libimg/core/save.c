/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/save.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

struct img_save {
	int fd;
	unsigned flags;
	char *path;
	char *part;		/* the temporary; NULL where the name is written directly */
};

static void release(struct img_save *save)
{
	if (save->fd >= 0 && save->fd != STDOUT_FILENO)
		close(save->fd);
	free(save->part);
	free(save->path);
	free(save);
}

/* Beside the name, so that the rename stays on one file system. */
static enum img_status open_part(struct img_save *save, struct img_error *err)
{
	size_t room = strlen(save->path) + sizeof(".123456.part");
	unsigned tries, salt;

	save->part = malloc(room);
	if (!save->part)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	for (tries = 0; tries < 100; tries++) {
		if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
			return img_fail_errno(err, errno, "no random numbers for a temporary name");
		snprintf(save->part, room, "%s.%06x.part", save->path, salt & 0xffffff);
		save->fd = open(save->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (save->fd >= 0)
			return IMG_OK;
		if (errno != EEXIST)
			break;
	}
	return img_fail_errno(err, errno, "cannot create");
}

static enum img_status open_target(struct img_save *save, struct img_error *err)
{
	struct stat info;

	if (!strcmp(save->path, "-")) {
		save->fd = STDOUT_FILENO;
		return IMG_OK;
	}
	if (stat(save->path, &info) < 0) {
		if (errno != ENOENT)
			return img_fail_errno(err, errno, "cannot create");
		/* A link that leads nowhere: the rename would replace the link. */
		if (lstat(save->path, &info) == 0)
			return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE,
					"is a symbolic link that leads nowhere; remove it first");
		return open_part(save, err);
	}
	if (S_ISDIR(info.st_mode))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "is a directory; name a file");
	if (S_ISREG(info.st_mode)) {
		if (!(save->flags & IMG_SAVE_REPLACE))
			return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE,
					"exists; give -f to replace it");
		return open_part(save, err);
	}
	save->fd = open(save->path, O_WRONLY | O_CLOEXEC | O_NOCTTY);
	return save->fd >= 0 ? IMG_OK : img_fail_errno(err, errno, "cannot open");
}

enum img_status img_save_begin(const char *path, unsigned flags, struct img_save **out,
			       struct img_error *err)
{
	struct img_save *save = calloc(1, sizeof(*save));
	enum img_status st;

	if (save)
		save->path = strdup(path);
	if (!save || !save->path) {
		free(save);
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	save->fd = -1;
	save->flags = flags;
	st = open_target(save, err);
	if (st == IMG_OK)
		*out = save;
	else
		release(save);
	return st;
}

enum img_status img_save_write(struct img_save *save, struct img_view bytes,
			       struct img_error *err)
{
	enum img_status st = IMG_OK;
	ssize_t n;

	while (st == IMG_OK && img_view_size(bytes)) {
		n = write(save->fd, img_view_data(bytes), img_view_size(bytes));
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			return img_fail_errno(err, errno, "cannot write");
		st = img_view_slice(bytes, (uint64_t)n, img_view_size(bytes) - (size_t)n, &bytes,
				    err);
	}
	return st;
}

enum img_status img_save_finish(struct img_save *save, struct img_error *err)
{
	int fd = save->fd;

	if (fd < 0 || fd == STDOUT_FILENO)
		return IMG_OK;
	if (save->part && (save->flags & IMG_SAVE_SYNC) && fsync(fd) < 0)
		return img_fail_errno(err, errno, "cannot write");
	/* Network file systems report a full disk only here. */
	save->fd = -1;
	if (close(fd) < 0)
		return img_fail_errno(err, errno, "cannot write");
	return IMG_OK;
}

static enum img_status rename_part(struct img_save *save, struct img_error *err)
{
	struct stat info;

	if (!(save->flags & IMG_SAVE_REPLACE)) {
		if (!renameat2(AT_FDCWD, save->part, AT_FDCWD, save->path, RENAME_NOREPLACE))
			return IMG_OK;
		if (errno == EEXIST)
			return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE,
					"appeared meanwhile; give -f to replace it");
		if (errno != EINVAL && errno != ENOSYS)
			return img_fail_errno(err, errno, "cannot create");
		/* A file system without that promise: look, then rename. */
		if (lstat(save->path, &info) == 0)
			return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE,
					"appeared meanwhile; give -f to replace it");
	}
	if (rename(save->part, save->path) < 0)
		return img_fail_errno(err, errno, "cannot create");
	return IMG_OK;
}

/* The new name itself has to survive a power cut, too. */
static enum img_status sync_directory(const char *path, struct img_error *err)
{
	const char *slash = strrchr(path, '/');
	char *dir = slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
	int fd, failed;

	if (!dir)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	free(dir);
	if (fd < 0)
		return img_fail_errno(err, errno, "cannot sync its directory");
	failed = fsync(fd) < 0 && errno != EINVAL ? errno : 0;
	close(fd);
	return failed ? img_fail_errno(err, failed, "cannot sync its directory") : IMG_OK;
}

enum img_status img_save_commit(struct img_save *save, struct img_error *err)
{
	enum img_status st = img_save_finish(save, err);

	if (st == IMG_OK && save->part) {
		st = rename_part(save, err);
		if (st == IMG_OK) {
			free(save->part);
			save->part = NULL;
			if (save->flags & IMG_SAVE_SYNC)
				st = sync_directory(save->path, err);
		}
	}
	img_save_drop(save);
	return st;
}

void img_save_drop(struct img_save *save)
{
	if (!save)
		return;
	if (save->part)
		unlink(save->part);
	release(save);
}

const char *img_save_path(const struct img_save *save)
{
	return save->path;
}

enum img_status img_save_view(struct img_view bytes, const char *path, unsigned flags,
			      struct img_error *err)
{
	struct img_save *save;
	enum img_status st;

	st = img_save_begin(path, flags, &save, err);
	if (st != IMG_OK)
		return st;
	st = img_save_write(save, bytes, err);
	if (st != IMG_OK) {
		img_save_drop(save);
		return st;
	}
	return img_save_commit(save, err);
}
