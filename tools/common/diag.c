/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/json.h"

/*
 * Terminals take not only bytes below 0x20 for commands but also 0x80 to 0x9f, as they are or, in
 * UTF-8, behind 0xc2.
 */
size_t diag_printable(const char *text)
{
	const unsigned char *s = (const unsigned char *)text;
	size_t n = s[0] < 0x80 ? 1 : s[0] >= 0xf0 ? 4 : s[0] >= 0xe0 ? 3 : 2, i;

	if (s[0] < 0x20 || s[0] == 0x7f || (s[0] >= 0x80 && s[0] < 0xc2) || s[0] > 0xf4)
		return 0;
	for (i = 1; i < n; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	return s[0] == 0xc2 && s[1] < 0xa0 ? 0 : n;
}

size_t diag_text_part(const char *text, size_t size, FILE *to)
{
	const char *const end = text + size;
	size_t columns = 0, n;

	for (; text < end; text += n ? n : 1) {
		n = diag_printable(text);
		columns += n ? 1 : 4;
		if (to && n)
			fwrite(text, 1, n, to);
		else if (to)
			fprintf(to, "\\x%02x", (unsigned char)*text);
	}
	return columns;
}

size_t diag_text(const char *text, FILE *to)
{
	return diag_text_part(text, strlen(text), to);
}

static void put_prefix(const struct diag *d, FILE *to, const char *file, uint64_t at)
{
	fprintf(to, "%s: ", d->tool);
	if (file) {
		diag_text(file, to);
		fputs(": ", to);
	}
	if (at != IMG_NOWHERE)
		fprintf(to, "0x%08llx: ", (unsigned long long)at);
}

/* One line, to who is there to read it; no other thread writes into it. */
static void put_line(const struct diag *d, const char *file, uint64_t at, const char *kind,
		     const char *text, const char *more)
{
	FILE *const to[] = { stderr, d->log };
	size_t i;

	fflush(stdout);
	for (i = 0; i < 2 && to[i]; i++) {
		flockfile(to[i]);
		put_prefix(d, to[i], file, at);
		fputs(kind, to[i]);
		diag_text(text, to[i]);
		fprintf(to[i], "%s\n", more);
		funlockfile(to[i]);
	}
}

int diag_error(const struct diag *d, const char *file, const struct img_error *err)
{
	put_line(d, file, err->at, "", err->text, "");
	if (d->json)
		json_print_error(err, file);
	return err->status == IMG_E_REFUSED || err->status == IMG_E_MISMATCH ? EXIT_NO
									     : EXIT_TROUBLE;
}

int diag_usage(const struct diag *d, const char *fmt, ...)
{
	struct img_error err = { .status = IMG_E_USAGE, .at = IMG_NOWHERE };
	char more[64];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err.text, sizeof(err.text), fmt, ap);
	va_end(ap);
	snprintf(more, sizeof(more), "; see %s --help", d->tool);
	put_line(d, NULL, IMG_NOWHERE, "", err.text, more);
	if (d->json)
		json_print_error(&err, NULL);
	return EXIT_TROUBLE;
}

static void say(const struct diag *d, const char *file, const char *kind, const char *fmt,
		va_list ap)
{
	char *text;

	/* Of any length: a command to be copied is of no use in part. */
	if (vasprintf(&text, fmt, ap) < 0)
		return;
	put_line(d, file, IMG_NOWHERE, kind, text, "");
	free(text);
}

void diag_warning(const struct diag *d, const char *file, const char *fmt, ...)
{
	va_list ap;

	if (d->quiet)
		return;
	va_start(ap, fmt);
	say(d, file, "warning: ", fmt, ap);
	va_end(ap);
}

void diag_note(const struct diag *d, const char *file, const char *fmt, ...)
{
	va_list ap;

	if (d->quiet)
		return;
	va_start(ap, fmt);
	say(d, file, "note: ", fmt, ap);
	va_end(ap);
}

static void say_to_log(const struct diag *d, const char *file, const char *fmt, va_list ap)
{
	char text[1024];

	vsnprintf(text, sizeof(text), fmt, ap);
	flockfile(d->log);
	put_prefix(d, d->log, file, IMG_NOWHERE);
	diag_text(text, d->log);
	fputc('\n', d->log);
	funlockfile(d->log);
}

void diag_detail(const struct diag *d, const char *file, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	if (d->verbose)
		say(d, file, "", fmt, ap);
	else if (d->log)
		say_to_log(d, file, fmt, ap);
	va_end(ap);
}
