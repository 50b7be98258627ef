/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/child.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "tools/common/clock.h"

/* Above all that the program gets, so that no dup2() in it overwrites one still needed. */
enum { FD_FIRST = 3, FD_MAX = 8, FD_ABOVE = FD_FIRST + FD_MAX };

#define ASK_MS 200	/* how often go_on() is asked */
#define KEPT (CHILD_OUTPUT_MAX / 2)	/* of the beginning, and of the end */

/* A running program and the reading ends of its outputs. */
struct running {
	const char *name;
	bool group;		/* it leads one */
	pid_t pid;		/* 0: has been waited for */
	int fd[2];		/* -1: ended */
	int raw;		/* of waitpid() */
	uint64_t deadline;	/* milliseconds of the monotonic clock */
};

static void close_both(int fd[2])
{
	int i;

	for (i = 0; i < 2; i++) {
		if (fd[i] >= 0)
			close(fd[i]);
		fd[i] = -1;
	}
}

/* Signals that we ignore would stay ignored in it, and then it would not die of a closed pipe. */
static int set_attributes(posix_spawnattr_t *attr, bool group)
{
	const int flags = POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK;
	sigset_t all, none;

	sigfillset(&all);
	sigemptyset(&none);
	posix_spawnattr_setsigdefault(attr, &all);
	posix_spawnattr_setsigmask(attr, &none);
	posix_spawnattr_setpgroup(attr, 0);
	return posix_spawnattr_setflags(attr, (short)(flags | (group ? POSIX_SPAWN_SETPGROUP : 0)));
}

/* errno's number, or 0. above: our descriptors for it, all of them FD_ABOVE or higher. */
static int spawn(const struct child *c, const int *above, int out, int errors, pid_t *pid)
{
	posix_spawn_file_actions_t actions;
	posix_spawnattr_t attr;
	size_t i;
	int e = posix_spawn_file_actions_init(&actions);

	if (e)
		return e;
	e = posix_spawnattr_init(&attr);
	if (!e) {
		e = set_attributes(&attr, c->working);
		if (!e)
			e = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0);
		if (!e)
			e = posix_spawn_file_actions_adddup2(&actions, out, 1);
		if (!e)
			e = posix_spawn_file_actions_adddup2(&actions, errors, 2);
		for (i = 0; i < c->fd_count && !e; i++)
			e = posix_spawn_file_actions_adddup2(&actions, above[i], FD_FIRST + (int)i);
		if (!e)
			e = posix_spawnp(pid, c->argv[0], &actions, &attr,
					 (char *const *)c->argv, environ);
		posix_spawnattr_destroy(&attr);
	}
	posix_spawn_file_actions_destroy(&actions);
	return e;
}

/* A pipe with both ends out of the way; only its reader is left to us after the start. */
static int high_pipe(int ends[2])
{
	int low[2], i, e = 0;

	ends[0] = ends[1] = -1;
	if (pipe2(low, O_CLOEXEC) < 0)
		return errno;
	for (i = 0; i < 2 && !e; i++) {
		ends[i] = fcntl(low[i], F_DUPFD_CLOEXEC, FD_ABOVE);
		e = ends[i] < 0 ? errno : 0;
	}
	close_both(low);
	if (e)
		close_both(ends);
	return e;
}

static int start(const struct child *c, struct running *r)
{
	int above[FD_MAX], out[2] = { -1, -1 }, errors[2] = { -1, -1 }, e = 0;
	size_t i, n = 0;

	if (c->fd_count > FD_MAX)
		return EINVAL;
	while (n < c->fd_count && !e) {
		above[n] = fcntl(c->fds[n], F_DUPFD_CLOEXEC, FD_ABOVE);
		if (above[n] < 0)
			e = errno;
		else
			n++;
	}
	if (!e)
		e = high_pipe(out);
	if (!e)
		e = high_pipe(errors);
	if (!e)
		e = spawn(c, above, out[1], errors[1], &r->pid);
	if (!e) {
		r->fd[0] = out[0];
		r->fd[1] = errors[0];
		out[0] = errors[0] = -1;
	}
	close_both(out);
	close_both(errors);
	for (i = 0; i < n; i++)
		close(above[i]);
	return e;
}

static enum img_status too_long(const struct running *r, const struct child *c,
				struct img_error *err)
{
	return img_fail(err, IMG_E_TIMEOUT, IMG_NOWHERE, "%s did not end in %u seconds", r->name,
			c->seconds);
}

/* Milliseconds to wait now; 0: its time is over. */
static int left(const struct running *r, const struct child *c)
{
	uint64_t t = clock_now_ms(), ms = t < r->deadline ? r->deadline - t : 0;

	if (c->go_on && ms > ASK_MS)
		return ASK_MS;
	return ms < INT_MAX ? (int)ms : INT_MAX;
}

/* Has somebody lost patience? */
static enum img_status may_run(const struct child *c, const struct running *r,
			       struct img_error *err)
{
	if (c->go_on && !c->go_on(c->ctx))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "%s was stopped", r->name);
	return clock_now_ms() < r->deadline ? IMG_OK : too_long(r, c, err);
}

/* Puts n more bytes behind the text. In the middle there is a gap once it is too long. */
static void keep(char *text, size_t *used, const char *more, size_t n)
{
	size_t gone = *used + n > CHILD_OUTPUT_MAX ? *used + n - CHILD_OUTPUT_MAX : 0;

	if (gone) {
		memmove(text + KEPT, text + KEPT + gone, *used - KEPT - gone);
		*used -= gone;
	}
	memcpy(text + *used, more, n);
	*used += n;
	text[*used] = 0;
}

/* More of one output; at its end the descriptor goes. */
static enum img_status take(const struct child *c, struct running *r, int i, char *text,
			    size_t *used, struct img_error *err)
{
	char more[4096];
	ssize_t n = read(r->fd[i], more, sizeof(more));

	if (n < 0)
		return errno == EINTR ? IMG_OK
				      : img_fail_errno(err, errno, "cannot hear %s", r->name);
	if (!n) {
		close(r->fd[i]);
		r->fd[i] = -1;
	}
	if (!c->working && *used + (size_t)n > CHILD_OUTPUT_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE, "%s says more than %d bytes",
				r->name, CHILD_OUTPUT_MAX);
	keep(text, used, more, (size_t)n);
	return IMG_OK;
}

static enum img_status listen_to(const struct child *c, struct running *r, struct child_result *out,
				 struct img_error *err)
{
	char *text[2] = { out->out, out->err };
	size_t used[2] = { 0, 0 };
	enum img_status st = IMG_OK;
	int i, n;

	out->out[0] = out->err[0] = 0;
	while (st == IMG_OK && (r->fd[0] >= 0 || r->fd[1] >= 0)) {
		struct pollfd ask[2] = { { r->fd[0], POLLIN, 0 }, { r->fd[1], POLLIN, 0 } };

		n = poll(ask, 2, left(r, c));
		if (n < 0 && errno != EINTR)
			st = img_fail_errno(err, errno, "cannot hear %s", r->name);
		else
			st = may_run(c, r, err);
		for (i = 0; i < 2 && n > 0 && st == IMG_OK; i++)
			if (ask[i].revents)
				st = take(c, r, i, text[i], &used[i], err);
	}
	return st;
}

/* It has closed its outputs, and so should end now. */
static enum img_status wait_for(const struct child *c, struct running *r, struct img_error *err)
{
	const struct timespec pause = { 0, 1000000 };
	enum img_status st;
	pid_t pid;

	for (;;) {
		pid = waitpid(r->pid, &r->raw, WNOHANG);
		if (pid == r->pid) {
			r->pid = 0;
			return IMG_OK;
		}
		if (pid < 0 && errno != EINTR) {
			r->pid = 0;
			return img_fail_errno(err, errno, "cannot wait for %s", c->argv[0]);
		}
		st = may_run(c, r, err);
		if (st != IMG_OK)
			return st;
		nanosleep(&pause, NULL);
	}
}

/* Time to put down what it has in hand; its outputs stay open, or it would die of them. */
static bool ends_when_asked(struct running *r)
{
	const struct timespec pause = { 0, 20000000 };
	const uint64_t until = clock_now_ms() + CHILD_GRACE * 1000;

	kill(-r->pid, SIGTERM);
	while (clock_now_ms() < until) {
		if (waitpid(r->pid, NULL, WNOHANG) == r->pid)
			return true;
		nanosleep(&pause, NULL);
	}
	return false;
}

static void stop(struct running *r)
{
	const bool gone = r->pid && r->group && ends_when_asked(r);

	close_both(r->fd);
	if (!r->pid)
		return;
	/* What it started may still be there. */
	kill(r->group ? -r->pid : r->pid, SIGKILL);
	while (!gone && waitpid(r->pid, NULL, 0) < 0 && errno == EINTR)
		;
}

enum img_status child_run(const struct child *c, struct child_result *out, struct img_error *err)
{
	struct running r = { .name = c->argv[0], .group = c->working, .fd = { -1, -1 } };
	enum img_status st;
	int e = start(c, &r);

	if (e == ENOENT)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "%s is not installed", r.name);
	if (e)
		return img_fail_errno(err, e, "cannot start %s", r.name);
	r.deadline = clock_now_ms() + (uint64_t)c->seconds * 1000;
	st = listen_to(c, &r, out, err);
	if (st == IMG_OK)
		st = wait_for(c, &r, err);
	stop(&r);
	if (st != IMG_OK)
		return st;
	if (WIFSIGNALED(r.raw))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "%s was ended by signal %d", r.name,
				WTERMSIG(r.raw));
	out->status = WEXITSTATUS(r.raw);
	return IMG_OK;
}
