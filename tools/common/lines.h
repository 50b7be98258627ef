/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Text out of a file, line by line, each a view of its bytes. */
#ifndef TOOLS_COMMON_LINES_H
#define TOOLS_COMMON_LINES_H

#include "libimg/core/view.h"

struct lines {
	struct img_view text_;
	uint64_t at_;
	unsigned number;	/* of the line returned last; the first is 1 */
};

struct lines lines_of(struct img_view text);

/* The next line without its end (LF or CR LF; the last may have none). False: no more. */
bool lines_next(struct lines *l, struct img_view *line);

/* Does the line begin with word? Then *rest, if not NULL, is what follows. */
bool line_begins(struct img_view line, const char *word, struct img_view *rest);

/* Nothing but spaces and tabs? */
bool line_blank(struct img_view line);

/* The bytes and a NUL. False: they do not fit in size bytes, or one of them is NUL. */
bool line_text(struct img_view line, char *out, size_t size);

#endif
