/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/gen/put.h"

#include <stdio.h>
#include <string.h>

void put_string(const char *text)
{
	if (!text) {
		fputs("NULL", stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c > 0x7e || strchr("\"\\?", c))
			printf("\\%03o", c);
		else
			putchar(c);
	}
	putchar('"');
}

void put_field(const char *name, const char *text)
{
	if (!text)
		return;
	printf(", .%s = ", name);
	put_string(text);
}
