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

/*
 * A file without a name costs a descriptor until it gets one. Where so many are open, the
 * next temporaries have names and are closed when they are finished.
 */
enum { NAMELESS_MAX = 128 };

struct img_save {
	int fd;
	bool borrowed;		/* standard output, or another descriptor that was open before */
	bool nameless;		/* fd is a file without a name */
	bool finished;
	unsigned flags;
	char *path;
	char *part;		/* the name of the temporary, or NULL */
};

static void release(struct img_save *save)
{
	if (save->fd >= 0 && !save->borrowed)
		close(save->fd);
	free(save->part);
	free(save->path);
	free(save);
}

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

static char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	return slash ? strndup(path, (size_t)(slash - path) + 1) : strdup(".");
}

/* --- what a name stands for ------------------------------------------------------------ */

enum target {
	TARGET_OPEN,		/* a descriptor of this process */
	TARGET_DIRECT,		/* a device or a FIFO, written as it is */
	TARGET_FILE,		/* a file that is to appear or to be replaced */
};

/* The number N in PREFIXN, or -1. */
static int number_behind(const char *path, const char *prefix)
{
	size_t len = strlen(prefix);
	int n = 0;

	if (strncmp(path, prefix, len) || !path[len])
		return -1;
	for (path += len; *path >= '0' && *path <= '9' && n < 100000; path++)
		n = 10 * n + (*path - '0');
	return *path ? -1 : n;
}

/*
 * "-", /dev/stdout, /dev/fd/3 and links to them: a descriptor of this process, or -1. The
 * file behind it is the caller's, who may be appending to it: no name of ours to replace.
 */
static int own_descriptor(const char *path)
{
	char link[2][64];
	unsigned depth;
	ssize_t len;
	int fd;

	if (!strcmp(path, "-"))
		return STDOUT_FILENO;
	for (depth = 0; depth < 8; depth++) {
		fd = number_behind(path, "/dev/fd/");
		if (fd < 0)
			fd = number_behind(path, "/proc/self/fd/");
		if (fd >= 0)
			return fd;
		len = readlink(path, link[depth % 2], sizeof(link[0]) - 1);
		if (len <= 0)
			break;
		link[depth % 2][len] = 0;
		path = link[depth % 2];
	}
	return -1;
}

static enum img_status find_target(const char *path, unsigned flags, enum target *target, int *fd,
				   struct img_error *err)
{
	struct stat info;

	*fd = own_descriptor(path);
	*target = *fd >= 0 ? TARGET_OPEN : TARGET_FILE;
	if (*fd >= 0)
		return IMG_OK;
	if (stat(path, &info) < 0) {
		if (errno != ENOENT)
			return img_fail_errno(err, errno, "cannot create");
		/* A link that leads nowhere: the rename would replace the link. */
		if (lstat(path, &info) == 0)
			return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE,
					"is a symbolic link that leads nowhere; remove it first");
		return IMG_OK;
	}
	if (S_ISDIR(info.st_mode))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "is a directory; name a file");
	if (!S_ISREG(info.st_mode))
		*target = TARGET_DIRECT;
	else if (!(flags & IMG_SAVE_REPLACE))
		return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE, "exists; give -f to replace it");
	return IMG_OK;
}

enum img_status img_save_check(const char *path, unsigned flags, struct img_error *err)
{
	enum target target;
	char *dir;
	int fd, failed;
	enum img_status st = find_target(path, flags, &target, &fd, err);

	if (st != IMG_OK || target == TARGET_OPEN)
		return st;
	if (target == TARGET_DIRECT)
		return faccessat(AT_FDCWD, path, W_OK, AT_EACCESS) < 0
			       ? img_fail_errno(err, errno, "cannot open") : IMG_OK;
	dir = directory_of(path);
	if (!dir)
		return no_memory(err);
	failed = faccessat(AT_FDCWD, dir, W_OK | X_OK, AT_EACCESS) < 0 ? errno : 0;
	free(dir);
	return failed ? img_fail_errno(err, failed, "cannot create") : IMG_OK;
}

/* --- the temporary ---------------------------------------------------------------------- */

/* The way to give the file behind fd a name. */
static void name_of_descriptor(int fd, char out[32])
{
	snprintf(out, 32, "/proc/self/fd/%d", fd);
}

/* The next name to try for a temporary, beside the output: the rename stays on one disk. */
static enum img_status next_part(struct img_save *save, struct img_error *err)
{
	size_t room = strlen(save->path) + sizeof(".123456.part");
	unsigned salt;

	if (!save->part)
		save->part = malloc(room);
	if (!save->part)
		return no_memory(err);
	if (getrandom(&salt, sizeof(salt), 0) != sizeof(salt))
		return img_fail_errno(err, errno, "no random numbers for a temporary name");
	snprintf(save->part, room, "%s.%06x.part", save->path, salt & 0xffffff);
	return IMG_OK;
}

static enum img_status no_part(struct img_save *save, int sys, struct img_error *err)
{
	free(save->part);
	save->part = NULL;
	return img_fail_errno(err, sys, "cannot create");
}

static enum img_status open_part(struct img_save *save, struct img_error *err)
{
	enum img_status st;
	unsigned tries;

	for (tries = 0; tries < 100; tries++) {
		st = next_part(save, err);
		if (st != IMG_OK)
			return st;
		save->fd = open(save->part, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0666);
		if (save->fd >= 0)
			return IMG_OK;
		if (errno != EEXIST)
			break;
	}
	return no_part(save, errno, err);
}

/* Without a name nothing is left behind, however this ends; not every file system can. */
static enum img_status open_nameless(struct img_save *save, struct img_error *err)
{
	char *dir = directory_of(save->path), proc[32];

	if (!dir)
		return no_memory(err);
	save->fd = open(dir, O_WRONLY | O_TMPFILE | O_CLOEXEC, 0666);
	free(dir);
	if (save->fd < 0)
		return open_part(save, err);
	name_of_descriptor(save->fd, proc);
	save->nameless = save->fd < NAMELESS_MAX && access(proc, F_OK) == 0;
	if (save->nameless)
		return IMG_OK;
	close(save->fd);
	save->fd = -1;
	return open_part(save, err);
}

static enum img_status open_target(struct img_save *save, struct img_error *err)
{
	enum target target;
	enum img_status st = find_target(save->path, save->flags, &target, &save->fd, err);

	if (st != IMG_OK)
		return st;
	save->borrowed = target == TARGET_OPEN;
	if (target == TARGET_OPEN)
		return IMG_OK;
	if (target == TARGET_FILE)
		return open_nameless(save, err);
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
		return no_memory(err);
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

	if (save->finished || save->borrowed)
		return IMG_OK;
	if ((save->part || save->nameless) && (save->flags & IMG_SAVE_SYNC) && fsync(fd) < 0)
		return img_fail_errno(err, errno, "cannot write");
	/* Network file systems report a full disk only here; without a name it has to stay open. */
	if (save->nameless)
		fd = dup(fd);
	else
		save->fd = -1;
	if (fd < 0 || close(fd) < 0)
		return img_fail_errno(err, errno, "cannot write");
	save->finished = true;
	return IMG_OK;
}

static enum img_status meanwhile(struct img_error *err)
{
	return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE,
			"appeared meanwhile; give -f to replace it");
}

/* Its name at last; what is to be replaced needs another one for a moment. */
static enum img_status link_nameless(struct img_save *save, struct img_error *err)
{
	bool replace = save->flags & IMG_SAVE_REPLACE;
	enum img_status st = IMG_OK;
	char proc[32];
	unsigned tries;

	name_of_descriptor(save->fd, proc);
	for (tries = 0; tries < 100; tries++) {
		if (replace)
			st = next_part(save, err);
		if (st != IMG_OK)
			return st;
		if (!linkat(AT_FDCWD, proc, AT_FDCWD, replace ? save->part : save->path,
			    AT_SYMLINK_FOLLOW))
			return IMG_OK;
		if (errno != EEXIST)
			break;
		if (!replace)
			return meanwhile(err);
	}
	return no_part(save, errno, err);
}

static enum img_status rename_part(struct img_save *save, struct img_error *err)
{
	struct stat info;

	if (!(save->flags & IMG_SAVE_REPLACE)) {
		if (!renameat2(AT_FDCWD, save->part, AT_FDCWD, save->path, RENAME_NOREPLACE))
			return IMG_OK;
		if (errno == EEXIST)
			return meanwhile(err);
		if (errno != EINVAL && errno != ENOSYS)
			return img_fail_errno(err, errno, "cannot create");
		/* A file system without that promise: look, then rename. */
		if (lstat(save->path, &info) == 0)
			return meanwhile(err);
	}
	if (rename(save->part, save->path) < 0)
		return img_fail_errno(err, errno, "cannot create");
	return IMG_OK;
}

/* The new name itself has to survive a power cut, too. */
static enum img_status sync_directory(const char *path, struct img_error *err)
{
	char *dir = directory_of(path);
	int fd, failed;

	if (!dir)
		return no_memory(err);
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
	bool file = img_save_is_file(save);
	enum img_status st = img_save_finish(save, err);

	if (st == IMG_OK && save->nameless)
		st = link_nameless(save, err);
	if (st == IMG_OK && save->part) {
		st = rename_part(save, err);
		if (st == IMG_OK) {
			free(save->part);
			save->part = NULL;
		}
	}
	if (st == IMG_OK && file && (save->flags & IMG_SAVE_SYNC))
		st = sync_directory(save->path, err);
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

bool img_save_is_file(const struct img_save *save)
{
	return save->part || save->nameless;
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
