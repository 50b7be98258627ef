/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/say/advise.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define PLAIN "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_@%+=:,./-"

static void put_plain(FILE *to, const char *word)
{
	fputc('\'', to);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", to);
		else
			fputc(*word, to);
	fputc('\'', to);
}

/* A control byte cannot be shown as it is. */
static void put_escaped(FILE *to, const char *word)
{
	fputs("$'", to);
	for (; *word; word++) {
		const unsigned char c = (unsigned char)*word;

		if (iscntrl(c))
			fprintf(to, "\\x%02x", c);
		else
			fprintf(to, c == '\'' || c == '\\' ? "\\%c" : "%c", c);
	}
	fputc('\'', to);
}

static bool has_control(const char *word)
{
	for (; *word; word++)
		if (iscntrl((unsigned char)*word))
			return true;
	return false;
}

static void put_word(FILE *to, const char *word)
{
	if (has_control(word))
		put_escaped(to, word);
	else if (!*word || word[strspn(word, PLAIN)])
		put_plain(to, word);
	else
		fputs(word, to);
}

static void put_option(FILE *to, const char *option, const char *value)
{
	if (!value)
		return;
	fprintf(to, " %s ", option);
	put_word(to, value);
}

static void put_program(FILE *to)
{
	fputs(getenv("SUDO_UID") && !geteuid() ? "sudo rom-flash" : "rom-flash", to);
}

static bool from_stdin(const struct flash *f)
{
	return f->options.file && !strcmp(f->options.file, "-");
}

static void put_same(FILE *to, const struct flash *f, const struct job *job)
{
	int i;

	(void)job;
	fprintf(to, "%s; to go on where this stopped%s: ",
		f->job[0].running ? "do not reboot or power off" : "leave the machine off",
		from_stdin(f) ? ", with the same image on its standard input" : "");
	put_program(to);
	for (i = 1; i < f->argc; i++) {
		fputc(' ', to);
		put_word(to, f->argv[i]);
	}
}

static void put_restore(FILE *to, const struct flash *f, const struct job *job)
{
	char *path = backup_path(&f->state, job->safe.name);

	fprintf(to, "to go back to what was on %s: ", job->name);
	put_program(to);
	put_option(to, "restore", path ? path : job->safe.name);
	put_option(to, "-b", f->options.board);
	put_option(to, "-p", job->programmer);
	put_option(to, "-c", f->options.chip);
	free(path);
}

static void put_verify(FILE *to, const struct flash *f, const struct job *job)
{
	size_t i;

	(void)job;
	fputs("to verify what was written: ", to);
	put_program(to);
	put_option(to, "-b", f->options.board);
	for (i = 0; i < f->options.programmers; i++)
		put_option(to, "-p", f->options.programmer[i]);
	put_option(to, "-v", f->options.file);
}

static void say(const struct flash *f, const struct job *job,
		void (*put)(FILE *to, const struct flash *f, const struct job *job))
{
	char *text = NULL;
	size_t size;
	FILE *to = open_memstream(&text, &size);

	if (!to)
		return;
	put(to, f, job);
	if (!fclose(to))
		diag_note(&f->diag, NULL, "%s", text);
	free(text);
}

void advise_after_failure(const struct flash *f)
{
	size_t i;

	for (i = 0; i < f->jobs; i++)
		if (f->job[i].result.changed && !f->job[i].finished && f->job[i].safe.stored)
			say(f, &f->job[i], put_restore);
	say(f, NULL, put_same);
}

void advise_to_verify(const struct flash *f)
{
	if (f->options.operation == FLASH_WRITE && !f->options.backups)
		say(f, NULL, put_verify);
}
