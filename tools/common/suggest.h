/* SPDX-License-Identifier: GPL-3.0-or-later */
/* "Did you mean …?": which of the known names are near to what was typed. */
#ifndef TOOLS_COMMON_SUGGEST_H
#define TOOLS_COMMON_SUGGEST_H

#include <stddef.h>

#define SUGGEST_MAX 3

struct suggest {
	const char *typed;
	unsigned best_;
	size_t count_;
	const char *name_[SUGGEST_MAX];
};

struct suggest suggest_for(const char *typed);

/*
 * Looks at one known name; names are borrowed. Near are names that begin with what was
 * typed (best where a new word follows: x230 -> x230_12mb), then those that differ in at
 * most a third of its letters, two neighbours changed places counting as one.
 */
void suggest_consider(struct suggest *s, const char *name);

/* "; did you mean x230_12mb or x230_16mb?", or "" when nothing is near. */
void suggest_text(const struct suggest *s, char *out, size_t size);

#endif
