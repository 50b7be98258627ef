/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * --allow=ID of rom-flash. One rule: an id can be allowed where something else can be done
 * then, and that is what is done. Where nothing can (what is too large for its place does not fit
 * there), the id has no override, and who asks for one is told what to do instead.
 */
#ifndef FLASH_CHECK_ALLOW_H
#define FLASH_CHECK_ALLOW_H

#include "tools/flash/job.h"

/* Takes one --allow. False after a diag_usage(). */
bool flash_allow(struct flash *f, const char *id);

/* Was this check's id given with --allow? */
bool flash_allowed(const struct flash *f, const char *id);

/* What a check of this id found: IMG_E_REFUSED in job->err, or a warning where it was allowed. */
enum img_status flash_refuse(const struct flash *f, struct job *job, const char *id,
			     const char *text) IMG_CHECKED;

#endif
