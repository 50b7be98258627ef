/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/range.h"

#include <stdio.h>
#include <string.h>

static const char units[] = "KMG";

static int digit_value(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return 99;
}

bool img_size_parse(const char *text, uint64_t *out)
{
	unsigned base = 10, shift = 0;
	uint64_t value = 0;
	const char *p = text, *unit;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X')) {
		base = 16;
		p += 2;
	}
	if (digit_value(*p) >= (int)base)
		return false;
	for (; digit_value(*p) < (int)base; p++) {
		unsigned digit = (unsigned)digit_value(*p);

		if (value > ((uint64_t)INT64_MAX - digit) / base)
			return false;
		value = value * base + digit;
	}
	if (*p && (unit = strchr(units, *p & ~0x20)) && *unit) {
		shift = 10 * (unsigned)(unit - units + 1);
		p++;
	}
	if (*p || value > (uint64_t)INT64_MAX >> shift)
		return false;
	*out = value << shift;
	return true;
}

void img_size_format(uint64_t size, char out[24])
{
	unsigned u = 0;

	while (u < 3 && size && size % 1024 == 0) {
		size /= 1024;
		u++;
	}
	snprintf(out, 24, u ? "%llu%c" : "%llu", (unsigned long long)size, u ? units[u - 1] : 0);
}

unsigned img_log2(uint64_t size)
{
	unsigned n = 0;

	while (size >>= 1)
		n++;
	return n;
}
