/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What is to be said of one ME region that can be decoded: the same for programs that look at a
 * region and for the table of checks. Each finding has the id of the rule it breaks:
 *
 *	me-signature	error: the manifest of FTPR is not what its key signed
 *	me-incomplete	error: what the ME needs to start is cut off or blank, or its list of
 *			modules contradicts itself
 *	me-module	error: a module of FTPR is not what the manifest says (of the first ten);
 *			warning where no real ME of that version was measured: all but ME 7 and
 *			8, SPS 4 and CSME 16
 *	me-checksum	warning: the sum of a table is wrong: of partitions, of the layout, of a
 *			boot partition or of a directory
 *	me-partition	warning: a partition ends behind the end of the region. (Of FTPR alone in
 *			the table it is a note: cleaning and truncating leaves that.)
 *	me-key		warning: an unknown key, on ME 11 and before, where all are known
 */
#ifndef IMG_CHECK_ME_REGION_H
#define IMG_CHECK_ME_REGION_H

#include "libimg/check/check.h"
#include "libimg/format/me.h"

/* me is of region. IMG_E_NOMEM. */
enum img_status img_check_me_region(struct img_view region, const struct img_me *me,
				    img_finding_fn *report, void *ctx, struct img_error *err)
	IMG_CHECKED;

#endif
