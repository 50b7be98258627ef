/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * at-tty SCRIPT COMMAND [ARGUMENT]...
 *
 * Runs a command at a terminal of its own and plays the user: lines of SCRIPT are
 *
 *	expect TEXT	wait until TEXT was printed after what was expected before
 *	send TEXT	type it, and Enter
 *	key ^C		type a control character (^D: the end of the input)
 *	run COMMAND	a shell command of the test's: the clip is put elsewhere
 *
 * What the command printed goes to standard output, its exit status is that of this program;
 * 99: something expected never came. Nothing depends on how fast anything is: only silence of
 * PATIENCE seconds ends the wait.
 */
#include <errno.h>
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE 240	/* seconds, or what the variable of that name says */
#define ROOM ((size_t)1 << 20)

struct play {
	int fd;
	char *text;		/* all that was printed, and a NUL */
	size_t used, seen;	/* up to seen it has been expected */
	int closed;
};

static int patience(void)
{
	const char *text = getenv("PATIENCE");

	return text ? atoi(text) : PATIENCE;
}

/* More of what the command prints; 0: no more, or silence. */
static int listen_on(struct play *p)
{
	struct pollfd poll_one = { .fd = p->fd, .events = POLLIN };
	ssize_t n;

	if (p->closed || p->used + 1 >= ROOM || poll(&poll_one, 1, patience() * 1000) <= 0)
		return 0;
	n = read(p->fd, p->text + p->used, ROOM - 1 - p->used);
	if (n <= 0) {
		p->closed = 1;
		return 0;
	}
	p->used += (size_t)n;
	p->text[p->used] = 0;
	return 1;
}

static int expect(struct play *p, const char *text)
{
	const char *at;

	do {
		at = strstr(p->text + p->seen, text);
		if (at) {
			p->seen = (size_t)(at - p->text) + strlen(text);
			return 1;
		}
	} while (listen_on(p));
	fprintf(stderr, "at-tty: never came: %s\n", text);
	return 0;
}

static int type(const struct play *p, const char *text, size_t len)
{
	return write(p->fd, text, len) == (ssize_t)len;
}

static int play_line(struct play *p, char *line)
{
	char *rest = line + strcspn(line, " ");
	char control;

	if (!*line || *line == '#')
		return 1;
	if (*rest)
		*rest++ = 0;
	if (!strcmp(line, "expect"))
		return expect(p, rest);
	if (!strcmp(line, "send"))
		return type(p, rest, strlen(rest)) && type(p, "\n", 1);
	if (!strcmp(line, "run"))
		return system(rest) == 0;
	control = (char)(rest[1] & 0x1f);
	return !strcmp(line, "key") && type(p, &control, 1);
}

static int play_script(struct play *p, const char *path)
{
	FILE *script = fopen(path, "r");
	char line[1024];
	int good = script != NULL;

	while (good && fgets(line, sizeof(line), script)) {
		line[strcspn(line, "\n")] = 0;
		good = play_line(p, line);
	}
	if (script)
		fclose(script);
	return good;
}

int main(int argc, char **argv)
{
	struct play p = { .text = calloc(1, ROOM) };
	struct winsize size = { .ws_row = 50, .ws_col = 100 };
	int good, status = 0;
	pid_t pid;

	if (argc < 3 || !p.text)
		return 99;
	pid = forkpty(&p.fd, NULL, NULL, &size);
	if (pid < 0)
		return 99;
	if (!pid) {
		execvp(argv[2], argv + 2);
		_exit(127);
	}
	good = play_script(&p, argv[1]);
	while (good && listen_on(&p))
		;
	fwrite(p.text, 1, p.used, stdout);
	if (!good)
		kill(pid, SIGKILL);
	close(p.fd);
	waitpid(pid, &status, 0);
	free(p.text);
	return !good ? 99 : WIFEXITED(status) ? WEXITSTATUS(status) : 98;
}
