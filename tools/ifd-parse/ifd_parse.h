/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the parts of rom-ifd-parse know of the image, and one function for each output. */
#ifndef TOOLS_IFD_PARSE_IFD_PARSE_H
#define TOOLS_IFD_PARSE_IFD_PARSE_H

#include "libimg/check/check.h"
#include "tools/common/diag.h"
#include "tools/common/findings.h"
#include "tools/common/together.h"

struct subject {
	const char *name;		/* of the file, for people */
	struct img_view image;		/* as much of it as was read */
	uint64_t size;			/* of the file */
	struct img_ifd ifd;
	struct findings findings;
};

/* Both write standard output. IMG_E_IO: it did not take all of it. */
enum img_status print_text(const struct subject *s, bool verbose, struct img_error *err)
	IMG_CHECKED;
enum img_status print_json(const struct subject *s, struct img_error *err) IMG_CHECKED;
enum img_status print_layout(const struct subject *s, struct img_error *err) IMG_CHECKED;

struct extraction {
	const char *dir;		/* NULL: nothing is extracted */
	uint32_t regions;		/* mask of the regions */
	bool force, dry_run;
};

/*
 * Writes those of the regions that are used as DIR/NAME.bin: all of them or, on failure, none. A
 * region that is not wholly in the file is not written and has a finding of this id. t is the
 * caller's to end; it knows what an error is about.
 */
#define NOT_IN_FILE "region-not-in-file"
enum img_status extract(struct subject *s, const struct extraction *x, struct together *t,
			struct img_error *err) IMG_CHECKED;

#endif
