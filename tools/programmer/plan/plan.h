/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a write will do, decided before anything is done: a list of steps in the order in
 * which they are taken. plan_make() is a pure function; run/ executes its result,
 * rom-flash --dry-run prints it.
 *
 * Contents are compared by sectors of 4 KiB; a sector that is equal is not touched, unless
 * it lies in a block whose erase as a whole takes less time than its parts one by one.
 * Of all ways to erase what has to be erased, with every command of the chip, the plan
 * is the one that takes the least time, with the programming and reading back of what was
 * right before (choose.h). An erase is only used where a bit has to go from 0 to 1, and only
 * pages are programmed that differ after it, so never one that is all FF.
 *
 * Each 64 KiB (or more where an erase takes more) is finished and verified before the next
 * is begun, in ascending order, but for what the request wants to be last. All of the chip
 * is erased by one command where no other is known to be safe, and where it shall be blank,
 * nothing has to be last and that is quicker. No step but an erase crosses a multiple of 64 KiB.
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

struct plan_ranges {
	const struct img_range *range;
	size_t count;
};

struct plan_request {
	/* What may become different, ascending, without overlap; none: all of the chip. */
	struct plan_ranges change;
	/* Blocks that these touch come behind all others, in the order of this list: what the
	 * machine starts from, so that it never starts half of something. */
	struct plan_ranges last;
};

/*
 * from: what the chip holds. to: what it is to hold, all of it; outside of request->change
 * both are equal. request: NULL: all, in ascending order. *out is the caller's: plan_free().
 * IMG_E_USAGE: the sizes are not the chip's, or they differ outside of the request, or its
 * ranges are not as above.
 * IMG_E_UNSUPPORTED: bits have to be set and the chip has no erase command that is known
 * to be safe, or it is read only.
 */
enum img_status plan_make(struct img_view from, struct img_view to,
			  const struct chip_geometry *g, const struct plan_request *request,
			  struct plan *out, struct img_error *err) IMG_CHECKED;
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
