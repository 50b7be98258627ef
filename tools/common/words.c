/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/words.h"

#include <stdio.h>

#define KIB 1024u
#define MIB (1024u * 1024u)

const char *words_size(uint64_t size, char text[WORDS_SIZE])
{
	const unsigned long long n = size;

	if (n && n % MIB == 0)
		snprintf(text, WORDS_SIZE, "%llu MiB", n / MIB);
	else if (n && n % KIB == 0)
		snprintf(text, WORDS_SIZE, "%llu KiB", n / KIB);
	else
		snprintf(text, WORDS_SIZE, "%llu bytes", n);
	return text;
}
