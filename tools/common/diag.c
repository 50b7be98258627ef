/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/diag.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

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

void diag_text(const char *text, FILE *to)
{
	while (*text) {
		size_t n = diag_printable(text);

		if (n)
			fwrite(text, 1, n, to);
		else
			fprintf(to, "\\x%02x", (unsigned char)*text);
		text += n ? n : 1;
	}
}

static void put_prefix(const struct diag *d, const char *file, uint64_t at)
{
	fflush(stdout);
	fprintf(stderr, "%s: ", d->tool);
	if (file) {
		diag_text(file, stderr);
		fputs(": ", stderr);
	}
	if (at != IMG_NOWHERE)
		fprintf(stderr, "0x%08llx: ", (unsigned long long)at);
}

int diag_error(const struct diag *d, const char *file, const struct img_error *err)
{
	put_prefix(d, file, err->at);
	diag_text(err->text, stderr);
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
	diag_text(err.text, stderr);
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
		diag_text(text, stderr);
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
