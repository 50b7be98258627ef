/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/ask.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <termios.h>
#include <unistd.h>

#include "tools/programmer/bus/interrupt.h"

/* The terminal to read from; *own: it was opened for that. -1: none. */
static int open_terminal(bool *own)
{
	*own = !isatty(STDIN_FILENO);
	return *own ? open("/dev/tty", O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
}

static void close_terminal(int fd, bool own)
{
	if (own && fd >= 0)
		close(fd);
}

bool ask_possible(void)
{
	bool own, found;
	int fd;

	if (!isatty(STDERR_FILENO))
		return false;
	fd = open_terminal(&own);
	found = fd >= 0;
	close_terminal(fd, own);
	return found;
}

/* The terminal gives whole lines; what is longer than the answer is forgotten. */
static bool read_line(int fd, char *answer, size_t size)
{
	size_t used = 0;
	ssize_t n;
	char c;

	for (;;) {
		n = read(fd, &c, 1);
		if (n < 0 && errno == EINTR && !interrupt_pending())
			continue;
		if (n <= 0)
			return false;
		if (c == '\n')
			break;
		if (used + 1 < size)
			answer[used++] = c;
	}
	answer[used] = 0;
	return true;
}

bool ask_line(const char *question, char *answer, size_t size)
{
	bool own, done = false;
	const int fd = open_terminal(&own);

	*answer = 0;
	if (fd >= 0 && !interrupt_pending()) {
		tcflush(fd, TCIFLUSH);
		fputs(question, stderr);
		fflush(stderr);
		done = read_line(fd, answer, size);
		if (!done)
			fputc('\n', stderr);
	}
	close_terminal(fd, own);
	return done;
}
