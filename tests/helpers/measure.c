/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * measure FILE COMMAND...	runs it and adds a line to FILE: the microseconds it took, the KiB
 *				that the largest of its processes had in memory, and the
 *				microseconds of processor time
 *
 * Exit status: the command's; 126 when a signal ended it, 127 when it could not be run.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static long long now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (long long)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static long long us_of(struct timeval t)
{
	return (long long)t.tv_sec * 1000000 + t.tv_usec;
}

int main(int argc, char **argv)
{
	struct rusage usage;
	long long start;
	int status;
	FILE *to;
	pid_t pid;

	to = argc < 3 ? NULL : fopen(argv[1], "ae");
	if (!to) {
		fputs("usage: measure FILE COMMAND...\n", stderr);
		return 127;
	}
	start = now();
	pid = fork();
	if (!pid) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	if (pid < 0)
		return 127;
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			return 127;
	fprintf(to, "%lld %ld %lld\n", now() - start, usage.ru_maxrss,
		us_of(usage.ru_utime) + us_of(usage.ru_stime));
	if (fclose(to))
		return 127;
	return WIFEXITED(status) ? WEXITSTATUS(status) : 126;
}
