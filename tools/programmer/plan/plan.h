/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a write will do, decided before anything is done: a list of steps in the order in
 * which they are taken. plan_make() is a pure function; run/ executes its result,
 * rom-flash --dry-run prints it.
 *
 * Contents are compared by sectors of 4 KiB; a sector that is equal is not touched, unless
 * it lies in a larger block that is erased. The smallest erase is used, and only where a
 * bit has to go from 0 to 1; a block of 64 KiB is erased as one where that takes less
 * time than its parts one by one, with the programming and reading back of what was right
 * before (from 5 sectors of 16 on where the others are blank, from 7 on where they are
 * full, with the usual times). Only
 * pages are programmed that differ after the erase, so never one that is all FF. Each
 * 64 KiB block (or more where the smallest erase takes more) is finished and verified
 * before the next is begun. A chip of which no erase is known to be safe but that of all
 * is erased as a whole. No step but an erase crosses a multiple of 64 KiB.
 *
 * Blocks come in ascending order, but for those that hold what the machine starts from
 * (struct plan_last): they come last, so that a chip whose write was cut short has them as they
 * were for as long as can be, and never the new ones over the old rest.
 */
#ifndef PROGRAMMER_PLAN_PLAN_H
#define PROGRAMMER_PLAN_PLAN_H

#include "libimg/core/range.h"
#include "libimg/core/view.h"
#include "tools/programmer/chip/geometry.h"

enum plan_kind {
	PLAN_ERASE,		/* one block */
	PLAN_PROGRAM,		/* pages, all of which need it */
	PLAN_VERIFY,		/* read back: sectors that were erased or programmed */
};

#define PLAN_ERASE_WHOLE CHIP_ERASE_KINDS

struct plan_step {
	enum plan_kind kind;
	struct img_range range;
	unsigned erase;		/* PLAN_ERASE: see plan_erase_kind() */
	uint64_t restored;	/* PLAN_ERASE: bytes outside the request, put back as they were */
};

struct plan {
	size_t count;		/* 0: the contents are there already */
	struct plan_step *step;
	uint64_t erased;	/* sums, in bytes */
	uint64_t programmed;
	uint64_t verified;
	size_t room_;
};

/* Blocks that one of these touches are finished after all others, in this order. */
#define PLAN_LAST 2

struct plan_last {
	size_t count;
	struct img_range range[PLAN_LAST];
};

/*
 * from: what the chip holds. to: what it is to hold, all of it; outside of request both
 * are equal. last: NULL: ascending. *out is the caller's: plan_free().
 * IMG_E_USAGE: the sizes are not the chip's, or they differ outside of request.
 * IMG_E_UNSUPPORTED: bits have to be set and the chip has no erase command that is known
 * to be safe, or it is read only.
 */
enum img_status plan_make(struct img_view from, struct img_view to,
			  const struct chip_geometry *g, struct img_range request,
			  const struct plan_last *last, struct plan *out, struct img_error *err)
	IMG_CHECKED;
void plan_free(struct plan *plan);

/*
 * What it takes to carry the plan out, in microseconds: the typical times of the chip, and
 * the bytes over a programmer at 16 MHz and 1 MB/s.
 */
uint64_t plan_expected_us(const struct plan *plan, const struct chip_geometry *g);

/* The command of a PLAN_ERASE: one of g->erase, or g->whole. */
const struct chip_erase_kind *plan_erase_kind(const struct plan_step *step,
					      const struct chip_geometry *g);

const char *plan_kind_word(enum plan_kind kind);	/* "erase", "program", "verify" */

#endif
