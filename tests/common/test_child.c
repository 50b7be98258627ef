/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other programs: what they are given and what comes back, also when they do not end. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <fcntl.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/common/child.h"

static struct child_result result;
static struct img_error error;

static enum img_status shell(const char *script, const int *fds, size_t count)
{
	const char *const argv[] = { "sh", "-c", script, NULL };

	return child_run(&(struct child){ .argv = argv, .fds = fds, .fd_count = count,
					  .seconds = 1 }, &result, &error);
}

static void test_output(void **state)
{
	(void)state;
	assert_int_equal(shell("echo out; echo err >&2; cat; exit 7", NULL, 0), IMG_OK);
	assert_int_equal(result.status, 7);
	assert_string_equal(result.out, "out\n");
	assert_string_equal(result.err, "err\n");
}

/* Given in an order that dup2() one after the other would get wrong. */
static void test_descriptors(void **state)
{
	int zero = open("/dev/zero", O_RDONLY | O_CLOEXEC);
	int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	int fds[2] = { null, zero };

	(void)state;
	assert_true(zero >= 0 && null >= 0);
	assert_int_equal(shell("readlink /proc/self/fd/0 /proc/self/fd/3 /proc/self/fd/4", fds, 2),
			 IMG_OK);
	assert_string_equal(result.out, "/dev/null\n/dev/null\n/dev/zero\n");
	/* and no copy of them that was made on the way */
	assert_int_equal(shell("ls -l /proc/self/fd | grep -c /dev/zero", fds, 2), IMG_OK);
	assert_string_equal(result.out, "1\n");
	close(zero);
	close(null);
}

static bool never(void *ctx)
{
	++*(int *)ctx;
	return false;
}

/* One at work is not stopped for what it says, and is asked before it is killed. */
static void test_working(void **state)
{
	const char *const much[] = { "sh", "-c", "echo first; yes x | head -c 200000; echo last",
				     NULL };
	const char *const polite[] = { "sh", "-c",
				       "trap 'echo bye; exit 3' TERM; echo on; sleep 9 & wait",
				       NULL };
	struct child c = { .argv = much, .seconds = 60, .working = true };
	int asked = 0;

	(void)state;
	assert_int_equal(child_run(&c, &result, &error), IMG_OK);
	assert_int_equal(strlen(result.out), CHILD_OUTPUT_MAX);
	assert_memory_equal(result.out, "first\nx\n", 8);
	assert_string_equal(result.out + CHILD_OUTPUT_MAX - 7, "x\nlast\n");
	c.argv = polite;
	c.seconds = 1;
	assert_int_equal(child_run(&c, &result, &error), IMG_E_TIMEOUT);
	assert_string_equal(result.out, "on\n");
	c.go_on = never;
	c.ctx = &asked;
	c.seconds = 60;
	assert_int_equal(child_run(&c, &result, &error), IMG_E_IO);
	assert_string_equal(error.text, "sh was stopped");
	assert_int_equal(asked, 1);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);
}

/* We ignore SIGPIPE; a program that inherits that would not end with its reader. */
static void test_signals(void **state)
{
	(void)state;
	signal(SIGPIPE, SIG_IGN);
	assert_int_equal(shell("yes | head -n 1; kill -PIPE $$; echo alive", NULL, 0), IMG_E_IO);
	assert_non_null(strstr(error.text, "sh was ended by signal 13"));
	signal(SIGPIPE, SIG_DFL);
}

static void check_late(const char *script)
{
	time_t before = time(NULL);

	assert_int_equal(shell(script, NULL, 0), IMG_E_TIMEOUT);
	assert_string_equal(error.text, "sh did not end in 1 seconds");
	assert_true(time(NULL) - before < 10);
	assert_int_equal(waitpid(-1, NULL, WNOHANG), -1);	/* no child is left */
}

static void test_late(void **state)
{
	(void)state;
	check_late("exec sleep 30");
	check_late("exec sleep 30 >/dev/null 2>&1");	/* its outputs are closed at once */
	check_late("trap '' TERM; while :; do :; done");
	check_late("while :; do echo; sleep .1; done");
}

static void test_too_much(void **state)
{
	(void)state;
	assert_int_equal(shell("exec yes", NULL, 0), IMG_E_SPACE);
	assert_int_equal(shell("exec yes >&2", NULL, 0), IMG_E_SPACE);
	assert_int_equal(shell("head -c 32768 /dev/zero | tr '\\0' x", NULL, 0), IMG_OK);
	assert_int_equal(strlen(result.out), CHILD_OUTPUT_MAX);
}

static void test_missing(void **state)
{
	const char *const none[] = { "romwright-no-such-program", NULL };
	const char *const directory[] = { "/", NULL };

	(void)state;
	assert_int_equal(child_run(&(struct child){ .argv = none, .seconds = 1 }, &result, &error),
			 IMG_E_ABSENT);
	assert_string_equal(error.text, "romwright-no-such-program is not installed");
	assert_int_equal(child_run(&(struct child){ .argv = directory, .seconds = 1 }, &result,
				   &error), IMG_E_IO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_output), cmocka_unit_test(test_descriptors),
		cmocka_unit_test(test_working),
		cmocka_unit_test(test_signals), cmocka_unit_test(test_late),
		cmocka_unit_test(test_too_much), cmocka_unit_test(test_missing),
	};

	return cmocka_run_group_tests_name("child", tests, NULL, NULL);
}
