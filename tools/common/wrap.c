/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/wrap.h"

#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "tools/common/diag.h"

#define LEAST 40
#define MOST 100
#define USUAL 80
#define LABEL 12	/* columns of a label, with the space after it */

unsigned wrap_width(FILE *to)
{
	const char *text = getenv("COLUMNS");
	struct winsize size = { 0 };
	unsigned long width = USUAL;

	if (text && *text >= '0' && *text <= '9')
		width = strtoul(text, NULL, 10);
	else if (isatty(fileno(to)) && !ioctl(fileno(to), TIOCGWINSZ, &size) && size.ws_col)
		width = size.ws_col;
	return width < LEAST ? LEAST : width > MOST ? MOST : (unsigned)width;
}

/* Words from text, which may be out of an image, behind what stands in the line already, which is
 * at column used. */
static void flow(FILE *to, unsigned width, unsigned indent, unsigned used, const char *text)
{
	const unsigned begin = used;
	size_t len;

	for (;; text += len) {
		text += strspn(text, " ");
		len = strcspn(text, " ");
		if (!len)
			break;
		if (used > indent && used > begin &&
		    used + 1 + diag_text_part(text, len, NULL) > width) {
			fprintf(to, "\n%*s", (int)indent, "");
			used = indent;
		} else if (used > begin) {
			fputc(' ', to);
			used++;
		}
		used += (unsigned)diag_text_part(text, len, to);
	}
	fputc('\n', to);
}

void wrap_print(FILE *to, unsigned width, const char *label, const char *text)
{
	const unsigned long len = strlen(label);

	fprintf(to, "  %-*s", LABEL, label);
	if (len >= LABEL)
		fputc(' ', to);
	flow(to, width, LABEL + 2, len >= LABEL ? (unsigned)len + 3 : LABEL + 2, text);
}

void wrap_list(FILE *to, unsigned width, const char *label, const char *const *text, size_t count)
{
	size_t i;

	if (count == 1)
		wrap_print(to, width, label, text[0]);
	for (i = 0; count > 1 && i < count; i++) {
		fprintf(to, "  %-*s- ", LABEL, i ? "" : label);
		flow(to, width, LABEL + 4, LABEL + 4, text[i]);
	}
}

void wrap_lines(FILE *to, unsigned width, unsigned indent, const char *first, const char *text)
{
	fprintf(to, "%*s%s", (int)indent, "", first);
	flow(to, width, indent + (unsigned)strlen(first), indent + (unsigned)strlen(first), text);
}
