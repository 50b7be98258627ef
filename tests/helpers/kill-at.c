/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * kill-at SIGNAL call N COMMAND...	kills it at the N-th stop: each of its system calls has
 *					two, before and after the kernel did the work
 * kill-at SIGNAL usec N COMMAND...	kills it N microseconds after it began
 * kill-at 0 call 0 COMMAND...		prints how many stops there are
 * kill-at nameless DIRECTORY		can there be files without a name?
 *
 * Exit status 0: it was killed (or: yes). 1: it had ended by itself, with status 0 (or: no). 3: it
 * ended with another status. 77: processes cannot be traced here. 2: anything else.
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ptrace.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { KILLED = 0, ENDED = 1, TROUBLE = 2, FAILED = 3, UNTRACEABLE = 77 };

static int ended(int status)
{
	if (WIFSIGNALED(status))
		return KILLED;
	return WEXITSTATUS(status) ? FAILED : ENDED;
}

static int has_nameless(const char *directory)
{
	return open(directory, O_WRONLY | O_TMPFILE, 0600) < 0 ? ENDED : KILLED;
}

static int at_call(pid_t pid, int sig, long n)
{
	int status, pass = 0;
	long stops = 0;

	if (waitpid(pid, &status, 0) != pid || !WIFSTOPPED(status))
		return WIFEXITED(status) ? WEXITSTATUS(status) : TROUBLE;
	ptrace(PTRACE_SETOPTIONS, pid, NULL, (void *)(long)PTRACE_O_TRACESYSGOOD);
	while (!n || stops < n) {
		if (ptrace(PTRACE_SYSCALL, pid, NULL, (void *)(long)pass) < 0)
			return TROUBLE;
		if (waitpid(pid, &status, 0) != pid)
			return TROUBLE;
		if (!WIFSTOPPED(status)) {
			if (!n)
				printf("%ld\n", stops);
			return ended(status);
		}
		pass = 0;
		if (WSTOPSIG(status) == (SIGTRAP | 0x80))
			stops++;
		else if (WSTOPSIG(status) != SIGTRAP)
			pass = WSTOPSIG(status);
	}
	kill(pid, sig);
	ptrace(PTRACE_DETACH, pid, NULL, (void *)(long)sig);
	return waitpid(pid, &status, 0) == pid ? ended(status) : TROUBLE;
}

static int after(pid_t pid, int sig, long usec)
{
	struct timespec wait = { usec / 1000000, usec % 1000000 * 1000 };
	int status;

	while (nanosleep(&wait, &wait) < 0 && errno == EINTR)
		;
	kill(pid, sig);
	return waitpid(pid, &status, 0) == pid ? ended(status) : TROUBLE;
}

int main(int argc, char **argv)
{
	int sig, traced;
	long n;
	pid_t pid;

	if (argc == 3 && !strcmp(argv[1], "nameless"))
		return has_nameless(argv[2]);
	if (argc < 5)
		return TROUBLE;
	sig = atoi(argv[1]);
	traced = !strcmp(argv[2], "call");
	n = atol(argv[3]);
	pid = fork();
	if (!pid) {
		if (traced && ptrace(PTRACE_TRACEME, 0, NULL, NULL) < 0)
			_exit(UNTRACEABLE);
		execvp(argv[4], argv + 4);
		_exit(TROUBLE);
	}
	if (pid < 0)
		return TROUBLE;
	return traced ? at_call(pid, sig, n) : after(pid, sig, n);
}
