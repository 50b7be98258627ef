/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Images in memory, and every kind of file one may be asked to read. */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#include "libimg/core/image.h"

static struct img *const untouched = (struct img *)8;

static void put(const char *path, const void *bytes, size_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, bytes, size), (ssize_t)size);
	close(fd);
}

static void put_sparse(const char *path, uint64_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0666);

	assert_true(fd >= 0);
	assert_int_equal(ftruncate(fd, (off_t)size), 0);
	close(fd);
}

static void assert_no_image(const char *path, enum img_status status, int sys)
{
	struct img_error err = { .status = IMG_OK };
	struct img *img = untouched;

	assert_int_equal(img_open(path, &img, &err), status);
	assert_int_equal(err.status, status);
	assert_int_equal(err.sys, sys);
	assert_ptr_equal(img, untouched);
}

static void test_new(void **state)
{
	struct img *img = untouched;

	(void)state;
	assert_int_equal(img_new(0, 0, &img, NULL), IMG_E_USAGE);
	assert_int_equal(img_new(IMG_SIZE_MAX + 1, 0, &img, NULL), IMG_E_USAGE);
	assert_int_equal(img_copy(img_view_of(NULL, 0), &img, NULL), IMG_E_USAGE);
	assert_ptr_equal(img, untouched);
	assert_int_equal(img_new(3, 0xab, &img, NULL), IMG_OK);
	assert_int_equal(img_size(img), 3);
	assert_true(img_view_filled(img_bytes(img), 0xab));
	img_close(img);
	img_close(NULL);
}

/* A copy is its own: the original may change or go. */
static void test_copy(void **state)
{
	char original[] = "abc";
	struct img *img;

	(void)state;
	assert_int_equal(img_copy(img_view_of(original, 3), &img, NULL), IMG_OK);
	original[0] = 'x';
	assert_true(img_view_equal(img_bytes(img), img_view_of("abc", 3)));
	assert_int_equal(img_span_write(img_span(img), 2, img_view_of("C", 1), NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_view_of("abC", 3)));
	img_close(img);
}

static enum img_status put_two(void *ctx, struct img_span whole, struct img_error *err)
{
	return img_span_write(whole, 0, img_view_of(ctx, 2), err);
}

static enum img_status put_nothing(void *ctx, struct img_span whole, struct img_error *err)
{
	(void)ctx;
	return img_fail(err, IMG_E_CORRUPT, img_span_size(whole), "no more");
}

static void test_from(void **state)
{
	char bytes[] = "ab";
	struct img *img = untouched;

	(void)state;
	assert_int_equal(img_new_from(0, put_two, bytes, &img, NULL), IMG_E_USAGE);
	assert_int_equal(img_new_from(1, put_two, bytes, &img, NULL), IMG_E_BOUNDS);
	assert_int_equal(img_new_from(2, put_nothing, NULL, &img, NULL), IMG_E_CORRUPT);
	assert_ptr_equal(img, untouched);
	assert_int_equal(img_new_from(2, put_two, bytes, &img, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_view_of("ab", 2)));
	img_close(img);
}

static void test_cut(void **state)
{
	struct img *img;

	(void)state;
	assert_int_equal(img_copy(img_view_of("abc", 3), &img, NULL), IMG_OK);
	assert_int_equal(img_cut(img, 4, NULL), IMG_E_USAGE);
	assert_int_equal(img_cut(img, 0, NULL), IMG_E_USAGE);
	assert_int_equal(img_size(img), 3);
	assert_int_equal(img_cut(img, 2, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_view_of("ab", 2)));
	img_close(img);
	put("file", "abc", 3);
	assert_int_equal(img_open_lazily("file", &img, NULL), IMG_OK);
	assert_int_equal(img_cut(img, 2, NULL), IMG_E_USAGE);
	img_close(img);
	unlink("file");
}

static void test_file(void **state)
{
	struct img *img;

	(void)state;
	put("file", "image", 5);
	assert_int_equal(img_open("file", &img, NULL), IMG_OK);
	/* What was read stays, whatever happens to the file. */
	put("file", "other, longer", 13);
	assert_true(img_view_equal(img_bytes(img), img_view_of("image", 5)));
	img_close(img);
	unlink("file");
}

/* They are what is in the file, and not kept where the image does not have them yet. */
static void assert_peek(const struct img *img, bool kept)
{
	uint8_t bytes[3];

	assert_int_equal(img_peek(img, 4, img_span_of(bytes, 3), NULL), IMG_OK);
	assert_memory_equal(bytes, "efg", 3);
	assert_int_equal(img_view_has(img_bytes(img), 4, img_view_of("efg", 3)), kept);
	assert_int_equal(img_peek(img, 6, img_span_of(bytes, 3), NULL), IMG_E_BOUNDS);
}

static void test_duplicate(void **state)
{
	const struct img_view all = img_view_of("abcdefgh", 8);
	struct img *img, *twin;

	(void)state;
	put("file", "abcdefgh", 8);
	assert_int_equal(img_open_lazily("file", &img, NULL), IMG_OK);
	assert_int_equal(img_duplicate(img, &twin, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(twin), all));
	assert_false(img_view_equal(img_bytes(img), all));
	img_close(img);
	assert_int_equal(img_duplicate(twin, &img, NULL), IMG_OK);
	img_close(twin);
	assert_true(img_view_equal(img_bytes(img), all));
	img_close(img);
	assert_int_equal(img_open_lazily("file", &img, NULL), IMG_OK);
	put("file", "short", 5);
	assert_int_equal(img_duplicate(img, &twin, NULL), IMG_E_IO);
	img_close(img);
	unlink("file");
}

static void test_lazily(void **state)
{
	struct img_error err;
	uint8_t byte;
	struct img *img;

	(void)state;
	put("file", "abcdefgh", 8);
	assert_int_equal(img_open_lazily("file", &img, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_view_of("\0\0\0\0\0\0\0\0", 8)));
	assert_int_equal(img_load(img, 3, 2, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_view_of("\0\0\0de\0\0\0", 8)));
	assert_peek(img, false);
	assert_int_equal(img_load(img, 8, 0, NULL), IMG_OK);
	assert_int_equal(img_load(img, 8, 1, NULL), IMG_E_BOUNDS);
	assert_int_equal(img_load(img, UINT64_MAX, 2, NULL), IMG_E_BOUNDS);
	assert_int_equal(img_load(img, 0, 8, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_view_of("abcdefgh", 8)));
	assert_peek(img, true);
	put("file", "short", 5);
	assert_int_equal(img_peek(img, 0, img_span_of(&byte, 1), NULL), IMG_E_IO);
	assert_int_equal(img_load(img, 0, 8, &err), IMG_E_IO);
	assert_non_null(strstr(err.text, "changed while it was read"));
	img_close(img);
	/* What was read as a whole has it all. */
	assert_int_equal(img_open("file", &img, NULL), IMG_OK);
	assert_int_equal(img_load(img, 0, 5, NULL), IMG_OK);
	assert_int_equal(img_load(img, 0, 6, NULL), IMG_E_BOUNDS);
	img_close(img);
	put("file", "", 0);
	assert_int_equal(img_open_lazily("file", &img, NULL), IMG_E_ABSENT);
	put_sparse("file", IMG_SIZE_MAX + 1);
	assert_int_equal(img_open_lazily("file", &img, NULL), IMG_E_SPACE);
	unlink("file");
	assert_int_equal(img_open_lazily("file", &img, NULL), IMG_E_IO);
	assert_int_equal(img_open_lazily(".", &img, NULL), IMG_E_IO);
}

static void test_load_all(void **state)
{
	const struct img_view all = img_view_of("abcdefgh", 8);
	struct img *img;

	(void)state;
	put("file", "abcdefgh", 8);
	assert_int_equal(img_open_lazily("file", &img, NULL), IMG_OK);
	assert_int_equal(img_load_all(img, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), all));
	/* and has nothing to do with the file any more */
	put("file", "other", 5);
	assert_int_equal(img_load_all(img, NULL), IMG_OK);
	assert_int_equal(img_load(img, 0, 8, NULL), IMG_OK);
	assert_int_equal(img_cut(img, 8, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), all));
	img_close(img);
	assert_int_equal(img_open_lazily("file", &img, NULL), IMG_OK);
	put("file", "short", 6);
	assert_int_equal(img_load_all(img, NULL), IMG_E_IO);
	assert_int_equal(img_size(img), 5);
	img_close(img);
	unlink("file");
}

static void test_no_file(void **state)
{
	(void)state;
	assert_no_image("none", IMG_E_IO, ENOENT);
	assert_no_image("", IMG_E_IO, ENOENT);
	assert_no_image(".", IMG_E_IO, 0);
	put("empty", "", 0);
	assert_no_image("empty", IMG_E_ABSENT, 0);
	assert_no_image("/dev/null", IMG_E_ABSENT, 0);
	assert_no_image("empty/x", IMG_E_IO, ENOTDIR);
	unlink("empty");
}

static void test_sizes(void **state)
{
	struct img *img;

	(void)state;
	put_sparse("large", IMG_SIZE_MAX + 1);
	assert_no_image("large", IMG_E_SPACE, 0);
	put_sparse("large", (uint64_t)1 << 40);
	assert_no_image("large", IMG_E_SPACE, 0);
	put_sparse("large", IMG_SIZE_MAX);
	assert_int_equal(img_open("large", &img, NULL), IMG_OK);
	assert_true(img_size(img) == IMG_SIZE_MAX);
	img_close(img);
	unlink("large");
	/* A stream that does not end. */
	assert_no_image("/dev/zero", IMG_E_SPACE, 0);
}

/* Files of /proc say that they are empty, and are not. */
static void test_proc(void **state)
{
	struct stat info;
	struct img *img;

	(void)state;
	if (stat("/proc/self/status", &info) < 0 || info.st_size)
		skip();
	assert_int_equal(img_open("/proc/self/status", &img, NULL), IMG_OK);
	assert_memory_equal(img_view_data(img_bytes(img)), "Name:", 5);
	img_close(img);
}

static void test_head(void **state)
{
	struct img *img = untouched;
	uint64_t total = 77;

	(void)state;
	put("file", "0123456789", 10);
	assert_int_equal(img_open_head("file", 4, &img, &total, NULL), IMG_OK);
	assert_int_equal(total, 10);
	assert_true(img_view_equal(img_bytes(img), img_view_of("0123", 4)));
	img_close(img);
	assert_int_equal(img_open_head("file", 10, &img, &total, NULL), IMG_OK);
	assert_int_equal(img_size(img), 10);
	img_close(img);
	assert_int_equal(img_open_head("file", 16384, &img, &total, NULL), IMG_OK);
	assert_int_equal(img_size(img), 10);
	assert_int_equal(total, 10);
	img_close(img);
	put_sparse("file", IMG_SIZE_MAX + 1);
	assert_int_equal(img_open_head("file", 4, &img, &total, NULL), IMG_E_SPACE);
	unlink("file");
}

/* Feeds standard input from a pipe with size bytes 0, 1, 2, ... in pieces, then runs f. */
static void with_input(size_t size, size_t piece, int (*f)(size_t size))
{
	int ends[2], keep = dup(STDIN_FILENO), status, result;
	pid_t pid;

	assert_int_equal(pipe(ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		uint8_t *bytes = malloc(size + 1);
		size_t i, n;

		close(ends[0]);
		for (i = 0; i < size; i++)
			bytes[i] = (uint8_t)(i * 7 + i / 256);
		for (i = 0; i < size; i += n) {
			n = size - i < piece ? size - i : piece;
			if (write(ends[1], bytes + i, n) != (ssize_t)n)
				_exit(1);
		}
		_exit(0);
	}
	close(ends[1]);
	dup2(ends[0], STDIN_FILENO);
	close(ends[0]);
	result = f(size);
	dup2(keep, STDIN_FILENO);
	close(keep);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	assert_int_equal(result, 0);
}

static bool is_pattern(struct img_view v)
{
	const uint8_t *bytes = img_view_data(v);
	size_t i;

	for (i = 0; i < img_view_size(v); i++)
		if (bytes[i] != (uint8_t)(i * 7 + i / 256))
			return false;
	return true;
}

static int whole(size_t size)
{
	struct img *img;
	int bad;

	if (img_open("-", &img, NULL) != IMG_OK)
		return 1;
	bad = img_size(img) != size || !is_pattern(img_bytes(img));
	img_close(img);
	return bad ? 2 : 0;
}

static int head_of_1000(size_t size)
{
	uint64_t total = 0;
	struct img *img;
	int bad;

	if (img_open_head("-", 1000, &img, &total, NULL) != IMG_OK)
		return 1;
	bad = total != size || img_size(img) != (size < 1000 ? size : 1000) ||
	      !is_pattern(img_bytes(img));
	img_close(img);
	return bad ? 2 : 0;
}

static int nothing(size_t size)
{
	struct img *img = untouched;

	(void)size;
	return img_open("-", &img, NULL) == IMG_E_ABSENT && img == untouched ? 0 : 1;
}

static void test_pipe(void **state)
{
	static const size_t sizes[] = { 1, 2, 999, 1000, 1001, 65535, 65536, 65537, 131072,
					300000 };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(sizes) / sizeof(sizes[0]); i++) {
		with_input(sizes[i], 4096, whole);
		with_input(sizes[i], 70001, whole);
		with_input(sizes[i], 4096, head_of_1000);
	}
	with_input(5, 1, whole);
	with_input(0, 1, nothing);
}

/* Standard input is a file that somebody has read a part of: the rest counts. */
static void test_input_in_the_middle(void **state)
{
	int keep = dup(STDIN_FILENO), fd;
	struct img *img;

	(void)state;
	put("file", "0123456789", 10);
	fd = open("file", O_RDONLY);
	assert_true(fd >= 0);
	assert_int_equal(lseek(fd, 4, SEEK_SET), 4);
	dup2(fd, STDIN_FILENO);
	close(fd);
	assert_int_equal(img_open("-", &img, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_view_of("456789", 6)));
	img_close(img);
	dup2(keep, STDIN_FILENO);
	close(keep);
	unlink("file");
}

enum { LONG = 1 << 22, SHORT = 1 << 21 };

/* Somebody else changes the file's length all the time: whole, or refused; never a mix. */
static void test_changes_while_read(void **state)
{
	unsigned refused = 0, strange = 0, i;
	struct img_error err;
	struct img *img;
	pid_t parent = getpid(), pid;

	(void)state;
	put_sparse("file", LONG);
	pid = fork();
	assert_true(pid >= 0);
	if (!pid) {
		int fd = open("file", O_WRONLY);

		for (i = 0; fd >= 0 && getppid() == parent; i++)
			if (ftruncate(fd, i % 2 ? LONG : SHORT) < 0)
				break;
		_exit(1);
	}
	for (i = 0; i < 2000 && refused < 20; i++) {
		if (img_open("file", &img, &err) != IMG_OK) {
			strange += !strstr(err.text, "changed");
			refused++;
			continue;
		}
		strange += img_size(img) != LONG && img_size(img) != SHORT;
		img_close(img);
	}
	kill(pid, SIGKILL);
	assert_int_equal(waitpid(pid, NULL, 0), pid);
	unlink("file");
	assert_int_equal(strange, 0);
	assert_true(refused > 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_new),
		cmocka_unit_test(test_copy),
		cmocka_unit_test(test_from),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_file),
		cmocka_unit_test(test_duplicate),
		cmocka_unit_test(test_lazily),
		cmocka_unit_test(test_load_all),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_proc),
		cmocka_unit_test(test_head),
		cmocka_unit_test(test_pipe),
		cmocka_unit_test(test_input_in_the_middle),
		cmocka_unit_test(test_changes_while_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
