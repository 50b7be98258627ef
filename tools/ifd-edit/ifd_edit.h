/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between main.c, which reads the command line, and report.c, which says what was done. */
#ifndef TOOLS_IFD_EDIT_IFD_EDIT_H
#define TOOLS_IFD_EDIT_IFD_EDIT_H

#include "libimg/edit/ifd_edit.h"
#include "tools/common/checks.h"
#include "tools/common/options.h"

enum {
	OPT_LOCK = OPT_OWN,
	OPT_UNLOCK,
	OPT_ME_DISABLE,
	OPT_EM100,
	OPT_ERASE,
	OPT_DENSITY,
	OPT_SPI_FREQ,
	OPT_LAYOUT,
	OPT_STRAP,
	OPT_GPR0,
};

#define EDITS_MAX 32

struct edit {
	int key;		/* OPT_LOCK and so on */
	const char *text;	/* --erase: the region; --layout: the file */
	bool on;		/* --me-disable, --gpr0 */
	unsigned number;	/* --spi-freq: MHz; --strap: which */
	uint32_t value;		/* --strap */
	uint64_t size[IMG_IFD_COMPONENTS];	/* --density */
	size_t count;
};

struct options {
	struct diag diag;
	struct edit edit[EDITS_MAX];	/* in the order of the command line */
	size_t edits;
	const char *output;
	unsigned allow;			/* of img_ifd_edit_check() */
	struct checks checks;
	bool force, dry_run;
};

/*
 * What is different: as text on standard output, or on standard error where the image goes to
 * standard output; or as JSON. IMG_E_IO: standard output did not take it.
 */
enum img_status report_changes(const struct options *o, struct img_view before,
			       struct img_view after, struct img_error *err) IMG_CHECKED;

/* What to know of the edits although they can be done. */
void report_warnings(const struct options *o, const char *path, struct img_view before,
		     struct img_view after);

#endif
