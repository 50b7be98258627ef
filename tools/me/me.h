/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of rom-me. */
#ifndef TOOLS_ME_ME_H
#define TOOLS_ME_ME_H

#include "libimg/edit/me_clean.h"
#include "tools/common/checks.h"
#include "tools/common/json.h"
#include "tools/common/options.h"

struct options {
	struct diag diag;
	struct img_me_wish wish;
	bool truncate, isolate;
	bool disable, disable_only;	/* the bit in the descriptor; and nothing else */
	const char *output, *me_output, *descriptor_output;
	struct checks checks;
	bool force, dry_run;
};

/* What the operand turned out to be. */
struct subject {
	const char *path, *name;	/* as given; for people */
	struct img *image;		/* owned; of an update the region that it stands for */
	struct img_range region;	/* in image */
	bool is_whole;			/* an image, whose descriptor says where the region is */
	bool is_update;
};

/* Both return the exit status, and have reported what is wrong. */
int show(const struct options *o, const struct subject *s);
int clean(const struct options *o, const struct subject *s);

/* --- what both say ---------------------------------------------------------------------- */

/* "ME 8.0.20.1513, generation 2, ...": one line, and what is said with --json of every region. */
void print_head(FILE *to, const struct img_me *me, uint64_t at, uint64_t size);
json_t *head_json(const struct img_me *me, struct img_range region);

/* One line; what: "removed" and so on, or NULL. */
void print_partition(FILE *to, const struct img_me_partition *p, uint64_t at, const char *what);
void print_module(FILE *to, const struct img_me_module *m, const struct img_me_llut *llut,
		  uint64_t at, const char *what);
json_t *partition_json(const struct img_me_partition *p);
json_t *module_json(const struct img_me_module *m);

#endif
