/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "tools/common/json.h"

/* File names and archive members are somebody else's text: no control byte gets through. */
static void put_clean(const char *text, FILE *to)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c == 0x7f)
			fprintf(to, "\\x%02x", c);
		else
			fputc(c, to);
	}
}

static void put_prefix(const struct diag *d, const char *file, uint64_t at)
{
	fflush(stdout);
	fprintf(stderr, "%s: ", d->tool);
	if (file) {
		put_clean(file, stderr);
		fputs(": ", stderr);
	}
	if (at != IMG_NOWHERE)
		fprintf(stderr, "0x%08llx: ", (unsigned long long)at);
}

int diag_error(const struct diag *d, const char *file, const struct img_error *err)
{
	put_prefix(d, file, err->at);
	put_clean(err->text, stderr);
	fputc('\n', stderr);
	if (d->json)
		json_print_error(err, file);
	return err->status == IMG_E_REFUSED || err->status == IMG_E_MISMATCH ? EXIT_NO
									     : EXIT_TROUBLE;
}

int diag_usage(const struct diag *d, const char *fmt, ...)
{
	struct img_error err = { .status = IMG_E_USAGE, .at = IMG_NOWHERE };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(err.text, sizeof(err.text), fmt, ap);
	va_end(ap);
	put_prefix(d, NULL, IMG_NOWHERE);
	put_clean(err.text, stderr);
	fprintf(stderr, "; see %s --help\n", d->tool);
	if (d->json)
		json_print_error(&err, NULL);
	return EXIT_TROUBLE;
}

static void say(const struct diag *d, const char *file, const char *kind, const char *fmt,
		va_list ap)
{
	char *text;

	put_prefix(d, file, IMG_NOWHERE);
	fputs(kind, stderr);
	/* Of any length: a command to be copied is of no use in part. */
	if (vasprintf(&text, fmt, ap) >= 0) {
		put_clean(text, stderr);
		free(text);
	}
	fputc('\n', stderr);
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

void diag_detail(const struct diag *d, const char *file, const char *fmt, ...)
{
	va_list ap;

	if (!d->verbose)
		return;
	va_start(ap, fmt);
	say(d, file, "", fmt, ap);
	va_end(ap);
}
