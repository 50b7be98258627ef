/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/suggest.h"

#include <ctype.h>
#include <limits.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

enum { LEN_MAX = 64 };

struct suggest suggest_for(const char *typed)
{
	return (struct suggest){ .typed = typed, .best_ = UINT_MAX };
}

static unsigned least(unsigned a, unsigned b)
{
	return a < b ? a : b;
}

/* Letters to add, drop, change or swap with their neighbour; a and b have at most LEN_MAX. */
static unsigned distance(const char *a, const char *b)
{
	unsigned rows[3][LEN_MAX + 1], *before = rows[0], *above = rows[1], *row = rows[2], *spare;
	size_t i, j, na = strlen(a), nb = strlen(b);

	memset(rows, 0, sizeof(rows));
	for (j = 0; j <= nb; j++)
		above[j] = (unsigned)j;
	for (i = 1; i <= na; i++) {
		row[0] = (unsigned)i;
		for (j = 1; j <= nb; j++) {
			row[j] = least(above[j], row[j - 1]) + 1;
			row[j] = least(row[j], above[j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				row[j] = least(row[j], before[j - 2] + 1);
		}
		spare = before;
		before = above;
		above = row;
		row = spare;
	}
	return above[nb];
}

/* 0 is nearest, UINT_MAX not near at all. */
static unsigned rank(const char *typed, const char *name)
{
	size_t len = strlen(typed);
	unsigned d;

	if (!len || len > LEN_MAX || strlen(name) > LEN_MAX)
		return UINT_MAX;
	if (!strncmp(typed, name, len))
		return isalnum((unsigned char)name[len]) ? 1 : 0;
	d = distance(typed, name);
	return d <= (len < 3 ? 1 : len / 3) ? 1 + d : UINT_MAX;
}

void suggest_consider(struct suggest *s, const char *name)
{
	unsigned r = rank(s->typed, name);

	if (r == UINT_MAX || r > s->best_)
		return;
	if (r < s->best_)
		s->count_ = 0;
	s->best_ = r;
	if (s->count_ < SUGGEST_MAX)
		s->name_[s->count_++] = name;
}

void suggest_text(const struct suggest *s, char *out, size_t size)
{
	size_t i, used = 0;

	out[0] = 0;
	for (i = 0; i < s->count_ && used < size; i++) {
		bool last = i + 1 == s->count_;

		used += (size_t)snprintf(out + used, size - used, "%s%s%s",
					 !i ? "; did you mean " : last ? " or " : ", ",
					 s->name_[i], last ? "?" : "");
	}
}
