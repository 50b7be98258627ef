/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The safety checks: one table for all programs. A check looks at an image and answers
 * pass, fail or not applicable; when it fails it says why in findings that carry its id,
 * the word that --allow= takes. There is no way to allow all of them at once.
 *
 * A false alarm is as bad as a miss: it teaches people to override. A check that cannot
 * know is not applicable.
 */
#ifndef IMG_CHECK_CHECK_H
#define IMG_CHECK_CHECK_H

#include "libimg/core/board.h"
#include "libimg/core/view.h"
#include "libimg/format/ifd.h"

enum img_severity {
	IMG_NOTE,		/* true, and good to know */
	IMG_WARNING,		/* unusual; may be meant so */
	IMG_ERROR,		/* a machine with this image does not start, or loses something */
};

struct img_finding {
	const char *id;		/* of its check, "region-overlap" */
	enum img_severity severity;
	uint64_t at;		/* offset in the image, or IMG_NOWHERE */
	char text[512];		/* one sentence with the values found; no newline */
};

/* Called once for each finding, which is borrowed for the call. */
typedef void img_finding_fn(void *ctx, const struct img_finding *finding);

/* What is known when the checks are run. */
struct img_check_input {
	struct img_view image;		/* from the first byte; may be only the head */
	uint64_t size;			/* of the whole image */
	const struct img_ifd *ifd;	/* its descriptor, or NULL */
	const struct img_board *board;	/* whose image it should be, or NULL */
};

struct img_check_result {
	unsigned passed, failed, not_applicable;	/* how many checks said so */
	unsigned errors, warnings, notes;		/* findings of those that failed */
};

/* Runs the whole table in its order and reports every finding. report may be NULL. */
struct img_check_result img_check_run(const struct img_check_input *in, img_finding_fn *report,
				      void *ctx);

/* "note", "warning", "error" */
const char *img_severity_word(enum img_severity severity);

#endif
