/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/store/state.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <pwd.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "libimg/core/save.h"
#include "tools/common/io.h"
#include "tools/common/names.h"

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

/* --- whose files they are --------------------------------------------------------------- */

/* Of this thread alone, unlike seteuid(). */
static void enter(const struct state *s)
{
	if (!s->borrowed)
		return;
	setfsgid(s->gid);
	setfsuid(s->uid);
}

static void leave(const struct state *s)
{
	const int failed = errno;

	if (!s->borrowed)
		return;
	setfsuid(geteuid());
	setfsgid(getegid());
	errno = failed;
}

static enum img_status refuse_sudo(const char *uid, struct img_error *err)
{
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
			"under sudo backups belong to the user who called it, and user %.20s has "
			"no home directory; log in as root, or run without sudo (state-home)",
			uid);
}

/* The home of the user who called sudo; what the environment says may be anybody's. */
static enum img_status find_invoker(struct state *s, const char *uid, char **home,
				    struct img_error *err)
{
	char *end;
	const unsigned long n = strtoul(uid, &end, 10);
	const struct passwd *user;

	if (*uid < '0' || *uid > '9' || *end || n > INT32_MAX)
		return refuse_sudo(uid, err);
	names_prepare();
	user = getpwuid((uid_t)n);
	if (!user || !user->pw_dir || user->pw_dir[0] != '/' || access(user->pw_dir, F_OK))
		return refuse_sudo(uid, err);
	s->borrowed = true;
	s->uid = user->pw_uid;
	s->gid = user->pw_gid;
	*home = io_format("%s/.local/state", user->pw_dir);
	return *home ? IMG_OK : no_memory(err);
}

static enum img_status find_own(char **base, struct img_error *err)
{
	const char *state = getenv("XDG_STATE_HOME"), *home = getenv("HOME");

	if (state && state[0] == '/')
		*base = strdup(state);
	else if (home && home[0] == '/')
		*base = io_format("%s/.local/state", home);
	else
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"nothing says where backups are to be kept: set HOME or "
				"XDG_STATE_HOME");
	return *base ? IMG_OK : no_memory(err);
}

enum img_status state_find(struct state *s, struct img_error *err)
{
	const char *sudo = getenv("SUDO_UID");
	char *base = NULL;
	enum img_status st;

	if (s->root)
		return IMG_OK;
	st = sudo && !geteuid() && strcmp(sudo, "0") ? find_invoker(s, sudo, &base, err)
						     : find_own(&base, err);
	if (st != IMG_OK)
		return st;
	s->root = io_format("%s/romwright", base);
	free(base);
	return s->root ? IMG_OK : no_memory(err);
}

void state_free(struct state *s)
{
	free(s->root);
	*s = (struct state){ 0 };
}

char *state_path(const struct state *s, const char *folder, const char *name)
{
	return io_format("%s%s%s%s%s", s->root, folder ? "/" : "", folder ? folder : "",
			 name ? "/" : "", name ? name : "");
}

/* --- directories ------------------------------------------------------------------------ */

static enum img_status make_one(const char *path, struct img_error *err)
{
	struct stat info;

	if (!mkdir(path, 0700) || errno == EEXIST) {
		if (!stat(path, &info) && S_ISDIR(info.st_mode))
			return IMG_OK;
		errno = ENOTDIR;
	}
	return img_fail_errno(err, errno, "cannot make the directory %s", path);
}

static enum img_status make_path(char *path, struct img_error *err)
{
	enum img_status st = IMG_OK;
	char *slash;

	for (slash = strchr(path + 1, '/'); st == IMG_OK && slash; slash = strchr(slash + 1, '/')) {
		*slash = 0;
		st = make_one(path, err);
		*slash = '/';
	}
	return st == IMG_OK ? make_one(path, err) : st;
}

enum img_status state_make(const struct state *s, const char *folder, struct img_error *err)
{
	char *path = state_path(s, folder, NULL);
	enum img_status st;

	if (!path)
		return no_memory(err);
	enter(s);
	st = access(path, F_OK) ? make_path(path, err) : make_one(path, err);
	leave(s);
	free(path);
	return st;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static bool ends_with(const char *name, const char *end)
{
	const size_t n = strlen(name), m = strlen(end);

	return n > m && !strcmp(name + n - m, end);
}

static enum img_status list_names(DIR *dir, const char *end, char **list, size_t *count,
				  struct img_error *err)
{
	const struct dirent *entry;

	while (*count < STATE_LIST_MAX && (entry = readdir(dir))) {
		if (!ends_with(entry->d_name, end))
			continue;
		list[*count] = strdup(entry->d_name);
		if (!list[(*count)++])
			return no_memory(err);
	}
	qsort(list, *count, sizeof(*list), by_name);
	return IMG_OK;
}

enum img_status state_list(const struct state *s, const char *folder, const char *end,
			   char ***names, size_t *count, struct img_error *err)
{
	char *path = state_path(s, folder, NULL), **list = calloc(STATE_LIST_MAX, sizeof(*list));
	enum img_status st = IMG_OK;
	DIR *dir;

	*count = 0;
	*names = list;
	if (!path || !list) {
		free(path);
		return no_memory(err);
	}
	enter(s);
	dir = opendir(path);
	leave(s);
	if (dir) {
		st = list_names(dir, end, list, count, err);
		closedir(dir);
	} else if (errno != ENOENT) {
		st = img_fail_errno(err, errno, "cannot read the directory %s", path);
	}
	free(path);
	return st;
}

/* --- files ------------------------------------------------------------------------------ */

/* What is no regular file is not looked into: a FIFO would wait, a device never end. */
static enum img_status check_regular(const char *path, struct img_error *err)
{
	struct stat info;

	if (stat(path, &info) < 0)
		return errno == ENOENT ? img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
						  "there is no %s", path)
				       : img_fail_errno(err, errno, "cannot open %s", path);
	return S_ISREG(info.st_mode) ? IMG_OK : img_fail(err, IMG_E_IO, IMG_NOWHERE,
							 "%s is no regular file", path);
}

enum img_status state_read(const struct state *s, const char *path, uint64_t max,
			   struct img **out, struct img_error *err)
{
	uint64_t total = 0;
	enum img_status st;

	enter(s);
	st = check_regular(path, err);
	if (st == IMG_OK) {
		st = img_open_head(path, max, out, &total, err);
		if (st != IMG_OK)
			img_error_prefix(err, "%s", path);
	}
	leave(s);
	if (st != IMG_OK || total <= max)
		return st;
	img_close(*out);
	return img_fail(err, IMG_E_SPACE, IMG_NOWHERE, "%s has %llu bytes, which is too much", path,
			(unsigned long long)total);
}

enum img_status state_open(const struct state *s, const char *path, struct img **out,
			   struct img_error *err)
{
	enum img_status st;

	enter(s);
	st = check_regular(path, err);
	if (st == IMG_OK) {
		st = img_open_lazily(path, out, err);
		if (st != IMG_OK)
			img_error_prefix(err, "%s", path);
	}
	leave(s);
	return st;
}

/* As much as there is of so much; -1 and errno. */
static ssize_t read_piece(int fd, uint8_t *into, size_t size)
{
	size_t done = 0;
	ssize_t n;

	while (done < size) {
		n = read(fd, into + done, size - done);
		if (n < 0 && errno != EINTR)
			return -1;
		if (!n)
			break;
		done += n > 0 ? (size_t)n : 0;
	}
	return (ssize_t)done;
}

static enum img_status compare_file(int fd, const char *path, struct img_view contents,
				    bool *same, struct img_error *err)
{
	const size_t size = img_view_size(contents);
	uint8_t piece[65536];
	size_t at = 0;
	ssize_t n;

	do {
		n = read_piece(fd, piece, sizeof(piece));
		if (n < 0)
			return img_fail_errno(err, errno, "cannot read %s", path);
		*same = img_view_has(contents, at, img_view_of(piece, (size_t)n));
		at += (size_t)n;
	} while (*same && n);
	*same = *same && at == size;
	return IMG_OK;
}

enum img_status state_holds(const struct state *s, const char *path, struct img_view contents,
			    bool *same, struct img_error *err)
{
	enum img_status st;
	int fd = -1;

	*same = false;
	enter(s);
	st = check_regular(path, err);
	if (st == IMG_OK) {
		fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
		if (fd < 0)
			st = img_fail_errno(err, errno, "cannot open %s", path);
	}
	leave(s);
	if (st != IMG_OK)
		return st;
	st = compare_file(fd, path, contents, same, err);
	close(fd);
	return st;
}

enum img_status state_save(const struct state *s, const char *path, struct img_view bytes,
			   unsigned flags, struct img_error *err)
{
	enum img_status st;

	enter(s);
	st = img_save_view(bytes, path, flags | IMG_SAVE_SYNC, err);
	leave(s);
	if (st != IMG_OK)
		img_error_prefix(err, "%s", path);
	return st;
}

enum img_status state_open_log(const struct state *s, const char *path, int *out,
			       struct img_error *err)
{
	struct stat info;
	int failed;

	enter(s);
	*out = open(path, O_WRONLY | O_APPEND | O_CREAT | O_NONBLOCK | O_NOCTTY | O_CLOEXEC, 0600);
	leave(s);
	if (*out < 0)
		return img_fail_errno(err, errno, "cannot open %s", path);
	failed = fstat(*out, &info) < 0 ? errno : 0;
	if (!failed && S_ISREG(info.st_mode))
		return IMG_OK;
	close(*out);
	if (failed)
		return img_fail_errno(err, failed, "cannot open %s", path);
	return img_fail(err, IMG_E_IO, IMG_NOWHERE, "%s is no regular file", path);
}

enum img_status state_append(int fd, const char *text, struct img_error *err)
{
	const size_t size = strlen(text);
	const ssize_t n = write(fd, text, size);

	/* A line that is cut off is none to those who read it. */
	if (n >= 0 && (size_t)n != size)
		errno = ENOSPC;
	if (n < 0 || (size_t)n != size || fdatasync(fd))
		return img_fail_errno(err, errno, "cannot write");
	return IMG_OK;
}

enum img_status state_rename(const struct state *s, const char *path, const char *to,
			     struct img_error *err)
{
	int failed;

	enter(s);
	failed = renameat2(AT_FDCWD, path, AT_FDCWD, to, RENAME_NOREPLACE) < 0 ? errno : 0;
	leave(s);
	if (failed == EEXIST)
		return img_fail(err, IMG_E_EXISTS, IMG_NOWHERE, "%s exists", to);
	return failed ? img_fail_errno(err, failed, "cannot rename %s", path) : IMG_OK;
}

enum img_status state_remove(const struct state *s, const char *path, struct img_error *err)
{
	int failed;

	enter(s);
	failed = unlink(path) < 0 && errno != ENOENT ? errno : 0;
	leave(s);
	return failed ? img_fail_errno(err, failed, "cannot remove %s", path) : IMG_OK;
}

void state_date(char out[STATE_DATE])
{
	struct timespec now = { 0 };
	struct tm utc;
	size_t used;

	out[0] = 0;
	clock_gettime(CLOCK_REALTIME, &now);
	if (!gmtime_r(&now.tv_sec, &utc))
		return;
	used = strftime(out, STATE_DATE, "%Y-%m-%dT%H:%M:%S", &utc);
	snprintf(out + used, STATE_DATE - used, ".%03uZ",
		 (unsigned)(now.tv_nsec / 1000000) % 1000u);
}
