/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-inject: what was typed, and what is made of it. */
#ifndef TOOLS_INJECT_INJECT_H
#define TOOLS_INJECT_INJECT_H

#include <stddef.h>

#include "tools/common/checks.h"
#include "tools/common/diag.h"

#define EXPLICIT_MAX 16

struct settings {
	const char *board, *vendor, *output, *mac, *gbe_from, *only, *key, *signature;
	const char *const *input;
	size_t input_count;
	struct checks checks;
	bool strip, repack, replace, dry_run;
	unsigned jobs;			/* 0: as many as there are cores */

	size_t piece_count;		/* --region and --cbfs, in the order given */
	struct piece_option {
		bool region;
		const char *text;	/* NAME=FILE[,type=TYPE][,at=ADDRESS][,xip] */
	} piece[EXPLICIT_MAX];
};

/* Each returns the exit status and has reported what went wrong. */
int inject_release(const struct settings *s, const struct diag *d);
int inject_explicit(const struct settings *s, const struct diag *d);

#endif
