/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A file appears whole under its name, or not at all. Runs in a directory of its own. */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libimg/core/image.h"
#include "libimg/core/save.h"

static struct img_view text(const char *words)
{
	return img_view_of(words, strlen(words));
}

/* What is in the directory: so many files, and no temporary among them. */
static void assert_files(const char *dir, unsigned want)
{
	DIR *d = opendir(dir);
	struct dirent *e;
	unsigned n = 0;

	assert_non_null(d);
	while ((e = readdir(d)) != NULL) {
		if (!strcmp(e->d_name, ".") || !strcmp(e->d_name, ".."))
			continue;
		if (strstr(e->d_name, ".part"))
			fail_msg("%s was left behind", e->d_name);
		n++;
	}
	closedir(d);
	assert_int_equal(n, want);
}

static void assert_content(const char *path, const char *want)
{
	struct img *img;

	assert_int_equal(img_open(path, &img, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), text(want)));
	img_close(img);
}

static int setup(void **state)
{
	(void)state;
	return mkdir("save", 0777) < 0 || chdir("save") < 0;
}

static int teardown(void **state)
{
	static const char *const leftovers[] = { "a", "b", "c", "fifo", "link", "full", "sub/x" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(leftovers) / sizeof(leftovers[0]); i++)
		unlink(leftovers[i]);
	rmdir("sub");
	assert_files(".", 0);
	return chdir("..") < 0 || rmdir("save") < 0;
}

static void test_two_phases(void **state)
{
	struct img_save *first, *second;

	(void)state;
	assert_int_equal(img_save_begin("a", 0, &first, NULL), IMG_OK);
	assert_int_equal(img_save_begin("b", IMG_SAVE_SYNC, &second, NULL), IMG_OK);
	assert_string_equal(img_save_path(first), "a");
	assert_int_equal(img_save_write(first, text("one "), NULL), IMG_OK);
	assert_int_equal(img_save_write(second, text("other"), NULL), IMG_OK);
	assert_int_equal(img_save_write(first, text("two"), NULL), IMG_OK);
	assert_int_equal(img_save_finish(first, NULL), IMG_OK);
	assert_int_equal(img_save_finish(second, NULL), IMG_OK);
	assert_int_equal(access("a", F_OK), -1);
	assert_int_equal(access("b", F_OK), -1);
	assert_int_equal(img_save_commit(first, NULL), IMG_OK);
	assert_int_equal(access("b", F_OK), -1);
	assert_int_equal(img_save_commit(second, NULL), IMG_OK);
	assert_content("a", "one two");
	assert_content("b", "other");
	assert_files(".", 2);
}

static void test_drop(void **state)
{
	struct img_save *save;

	(void)state;
	assert_int_equal(img_save_begin("a", 0, &save, NULL), IMG_OK);
	img_save_drop(save);
	assert_int_equal(img_save_begin("a", 0, &save, NULL), IMG_OK);
	assert_int_equal(img_save_write(save, text("gone"), NULL), IMG_OK);
	assert_int_equal(img_save_finish(save, NULL), IMG_OK);
	img_save_drop(save);
	img_save_drop(NULL);
	assert_files(".", 0);
}

static void test_permissions(void **state)
{
	mode_t mask = umask(027);
	struct stat info;

	(void)state;
	assert_int_equal(img_save_view(text("x"), "a", 0, NULL), IMG_OK);
	umask(mask);
	assert_int_equal(stat("a", &info), 0);
	assert_int_equal(info.st_mode & 07777, 0640);
}

static void test_no_clobber(void **state)
{
	struct img_save *save = NULL;
	struct img_error err;

	(void)state;
	assert_int_equal(img_save_view(text("old"), "a", 0, NULL), IMG_OK);
	assert_int_equal(img_save_begin("a", 0, &save, &err), IMG_E_EXISTS);
	assert_null(save);
	assert_int_equal(err.status, IMG_E_EXISTS);
	assert_string_equal(err.text, "exists; give -f to replace it");
	assert_int_equal(img_save_view(text("new"), "a", IMG_SAVE_SYNC, NULL), IMG_E_EXISTS);
	assert_content("a", "old");
	assert_int_equal(img_save_view(text("new"), "a", IMG_SAVE_REPLACE, NULL), IMG_OK);
	assert_content("a", "new");
	assert_int_equal(img_save_view(text("newer"), "a", IMG_SAVE_REPLACE | IMG_SAVE_SYNC, NULL),
			 IMG_OK);
	assert_content("a", "newer");
	assert_files(".", 1);
}

/* What is replaced stays until the last moment. */
static void test_replace_is_whole(void **state)
{
	struct img_save *save;

	(void)state;
	assert_int_equal(img_save_view(text("old"), "a", 0, NULL), IMG_OK);
	assert_int_equal(img_save_begin("a", IMG_SAVE_REPLACE, &save, NULL), IMG_OK);
	assert_int_equal(img_save_write(save, text("new"), NULL), IMG_OK);
	assert_int_equal(img_save_finish(save, NULL), IMG_OK);
	assert_content("a", "old");
	img_save_drop(save);
	assert_content("a", "old");
	assert_files(".", 1);
}

static void test_appears_meanwhile(void **state)
{
	struct img_error err;
	struct img_save *save;

	(void)state;
	assert_int_equal(img_save_begin("a", 0, &save, NULL), IMG_OK);
	assert_int_equal(img_save_write(save, text("mine"), NULL), IMG_OK);
	assert_int_equal(img_save_view(text("theirs"), "a", 0, NULL), IMG_OK);
	assert_int_equal(img_save_commit(save, &err), IMG_E_EXISTS);
	assert_string_equal(err.text, "appeared meanwhile; give -f to replace it");
	assert_content("a", "theirs");
	assert_files(".", 1);
}

/* The directory goes away, or the name becomes a directory: an error, and no trace. */
static void test_commit_fails(void **state)
{
	struct img_error err;
	struct img_save *save;

	(void)state;
	assert_int_equal(img_save_begin("a", IMG_SAVE_REPLACE, &save, NULL), IMG_OK);
	assert_int_equal(mkdir("a", 0777), 0);
	assert_int_equal(img_save_commit(save, &err), IMG_E_IO);
	assert_int_equal(err.sys, EISDIR);
	assert_int_equal(rmdir("a"), 0);
	assert_files(".", 0);
}

static void assert_refused(const char *path, unsigned flags, enum img_status status, int sys)
{
	struct img_error err = { .status = IMG_OK };
	struct img_save *save = NULL;

	assert_int_equal(img_save_begin(path, flags, &save, &err), status);
	assert_null(save);
	assert_int_equal(err.status, status);
	assert_int_equal(err.sys, sys);
}

static void test_bad_names(void **state)
{
	char name[300];

	(void)state;
	assert_refused("none/a", 0, IMG_E_IO, ENOENT);
	assert_refused("none/a", IMG_SAVE_REPLACE, IMG_E_IO, ENOENT);
	assert_refused(".", IMG_SAVE_REPLACE, IMG_E_IO, 0);
	assert_int_equal(symlink("nowhere", "link"), 0);
	assert_refused("link", IMG_SAVE_REPLACE, IMG_E_EXISTS, 0);
	assert_int_equal(img_save_view(text("x"), "a", 0, NULL), IMG_OK);
	assert_refused("a/b", 0, IMG_E_IO, ENOTDIR);
	memset(name, 'n', sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	assert_refused(name, 0, IMG_E_IO, ENAMETOOLONG);
	assert_int_equal(img_save_view(text("x"), "", 0, NULL), IMG_E_IO);
	assert_files(".", 2);
}

static void test_subdirectory(void **state)
{
	(void)state;
	assert_int_equal(mkdir("sub", 0777), 0);
	assert_int_equal(img_save_view(text("x"), "sub/x", IMG_SAVE_SYNC, NULL), IMG_OK);
	assert_content("sub/x", "x");
	assert_files("sub", 1);
}

/* A device is written, never renamed over. */
static void test_device(void **state)
{
	struct img_error err;
	struct stat info;

	(void)state;
	assert_int_equal(symlink("/dev/full", "full"), 0);
	assert_int_equal(img_save_view(text("x"), "full", IMG_SAVE_REPLACE, &err), IMG_E_IO);
	assert_int_equal(err.sys, ENOSPC);
	assert_int_equal(lstat("full", &info), 0);
	assert_true(S_ISLNK(info.st_mode));
	assert_int_equal(stat("/dev/full", &info), 0);
	assert_true(S_ISCHR(info.st_mode));
	assert_int_equal(img_save_view(text("x"), "/dev/null", IMG_SAVE_SYNC, NULL), IMG_OK);
	assert_files(".", 1);
}

static void test_fifo(void **state)
{
	struct stat info;
	char got[16];
	int fd;

	(void)state;
	assert_int_equal(mkfifo("fifo", 0666), 0);
	fd = open("fifo", O_RDWR);
	assert_true(fd >= 0);
	assert_int_equal(img_save_view(text("through"), "fifo", 0, NULL), IMG_OK);
	assert_int_equal(read(fd, got, sizeof(got)), 7);
	assert_memory_equal(got, "through", 7);
	close(fd);
	assert_int_equal(stat("fifo", &info), 0);
	assert_true(S_ISFIFO(info.st_mode));
	assert_files(".", 1);
}

/* Runs f in a child of its own, because it changes limits or standard output. */
static void in_child(int (*f)(void))
{
	pid_t pid = fork();
	int status;

	assert_true(pid >= 0);
	if (!pid)
		_exit(f());
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_true(WIFEXITED(status));
	assert_int_equal(WEXITSTATUS(status), 0);
}

static int limited(void)
{
	static const struct rlimit limit = { 5, 5 };
	struct img_error err;
	struct img_save *save;

	signal(SIGXFSZ, SIG_IGN);
	if (setrlimit(RLIMIT_FSIZE, &limit) < 0)
		return 1;
	if (img_save_begin("a", 0, &save, NULL) != IMG_OK)
		return 2;
	if (img_save_write(save, text("1234"), NULL) != IMG_OK)
		return 3;
	if (img_save_write(save, text("5678"), &err) != IMG_E_IO || err.sys != EFBIG)
		return 4;
	img_save_drop(save);
	return img_save_view(text("123456"), "a", 0, &err) == IMG_E_IO && err.sys == EFBIG ? 0 : 5;
}

static void test_file_size_limit(void **state)
{
	(void)state;
	in_child(limited);
	assert_files(".", 0);
}

static int to_stdout(void)
{
	int fd = open("a", O_WRONLY | O_CREAT, 0666);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0)
		return 1;
	return img_save_view(text("said"), "-", 0, NULL) == IMG_OK ? 0 : 2;
}

static int to_closed_pipe(void)
{
	struct img_error err;
	int ends[2];

	signal(SIGPIPE, SIG_IGN);
	if (pipe(ends) < 0 || dup2(ends[1], STDOUT_FILENO) < 0)
		return 1;
	close(ends[0]);
	return img_save_view(text("x"), "-", 0, &err) == IMG_E_IO && err.sys == EPIPE ? 0 : 2;
}

/* The file behind /dev/stdout is not ours to replace, and what is in it stays. */
static int to_dev_stdout(void)
{
	int fd = open("a", O_WRONLY | O_APPEND);

	if (fd < 0 || dup2(fd, STDOUT_FILENO) < 0 || symlink("/dev/stdout", "link") < 0)
		return 1;
	if (img_save_view(text(" once"), "/dev/stdout", IMG_SAVE_REPLACE, NULL) != IMG_OK)
		return 2;
	if (img_save_view(text(" more"), "link", 0, NULL) != IMG_OK)
		return 3;
	return img_save_check("/dev/fd/1", 0, NULL) == IMG_OK ? 0 : 4;
}

static void test_dev_stdout(void **state)
{
	struct img_error err;

	(void)state;
	assert_int_equal(img_save_view(text("said"), "a", 0, NULL), IMG_OK);
	in_child(to_dev_stdout);
	assert_content("a", "said once more");
	assert_int_equal(img_save_view(text("x"), "/dev/fd/99", 0, &err), IMG_E_IO);
	assert_int_equal(err.sys, EBADF);
	assert_files(".", 2);
}

/* A process that dies leaves nothing; only a file system without O_TMPFILE cannot do that. */
static int die_half_way(void)
{
	struct img_save *save;

	if (img_save_begin("a", IMG_SAVE_REPLACE, &save, NULL) != IMG_OK ||
	    img_save_write(save, text("half"), NULL) != IMG_OK)
		return 1;
	_exit(0);
}

static void test_killed(void **state)
{
	int fd = open(".", O_WRONLY | O_TMPFILE, 0666);

	(void)state;
	if (fd < 0)
		skip();
	close(fd);
	assert_int_equal(img_save_view(text("old"), "a", 0, NULL), IMG_OK);
	in_child(die_half_way);
	assert_content("a", "old");
	assert_files(".", 1);
}

/* Beyond so many open outputs temporaries have names and are closed when finished. */
static void test_many(void **state)
{
	enum { MANY = 300 };
	struct img_save *save[MANY];
	char name[16];
	int i;

	(void)state;
	assert_int_equal(mkdir("sub", 0777), 0);
	for (i = 0; i < MANY; i++) {
		snprintf(name, sizeof(name), "sub/%d", i);
		assert_int_equal(img_save_begin(name, 0, &save[i], NULL), IMG_OK);
		assert_int_equal(img_save_write(save[i], text(name), NULL), IMG_OK);
		assert_int_equal(img_save_finish(save[i], NULL), IMG_OK);
	}
	i = open(".", O_RDONLY);
	assert_true(i >= 0 && i < MANY / 2);
	close(i);
	for (i = 0; i < MANY; i += 2)
		assert_int_equal(img_save_commit(save[i], NULL), IMG_OK);
	for (i = 1; i < MANY; i += 2)
		img_save_drop(save[i]);
	assert_files("sub", MANY / 2);
	for (i = 0; i < MANY; i += 2) {
		snprintf(name, sizeof(name), "sub/%d", i);
		assert_content(name, name);
		unlink(name);
	}
}

/* What begin would say, without a trace. */
static void test_check(void **state)
{
	struct img_error err;

	(void)state;
	assert_int_equal(img_save_check("a", 0, NULL), IMG_OK);
	assert_int_equal(img_save_check("-", 0, NULL), IMG_OK);
	assert_int_equal(img_save_check("/dev/null", 0, NULL), IMG_OK);
	assert_int_equal(img_save_check("none/a", 0, &err), IMG_E_IO);
	assert_int_equal(err.sys, ENOENT);
	assert_int_equal(img_save_check(".", IMG_SAVE_REPLACE, NULL), IMG_E_IO);
	assert_files(".", 0);
	assert_int_equal(img_save_view(text("x"), "a", 0, NULL), IMG_OK);
	assert_int_equal(img_save_check("a", 0, &err), IMG_E_EXISTS);
	assert_string_equal(err.text, "exists; give -f to replace it");
	assert_int_equal(img_save_check("a", IMG_SAVE_REPLACE, NULL), IMG_OK);
	assert_content("a", "x");
	assert_files(".", 1);
}

static void test_standard_output(void **state)
{
	(void)state;
	in_child(to_stdout);
	assert_content("a", "said");
	in_child(to_closed_pipe);
	assert_files(".", 1);
}

int main(void)
{
#define UNIT(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		UNIT(test_two_phases), UNIT(test_drop), UNIT(test_permissions),
		UNIT(test_no_clobber), UNIT(test_replace_is_whole), UNIT(test_appears_meanwhile),
		UNIT(test_commit_fails), UNIT(test_bad_names), UNIT(test_subdirectory),
		UNIT(test_device), UNIT(test_fifo), UNIT(test_file_size_limit),
		UNIT(test_standard_output), UNIT(test_dev_stdout), UNIT(test_killed),
		UNIT(test_many), UNIT(test_check),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
