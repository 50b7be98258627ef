/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a chip so that one can rely on it, and carrying out a plan. */
#ifndef PROGRAMMER_RUN_RUN_H
#define PROGRAMMER_RUN_RUN_H

#include "libimg/core/image.h"
#include "tools/programmer/chip/chip.h"
#include "tools/programmer/plan/plan.h"

/*
 * Whoever looks on; each of the functions may be NULL.
 * begin: a phase ("reading", "reading again", "writing") begins, with its bytes.
 * block: what changes this block of the plan is about to begin; the blocks before it are
 * finished and, but for a write without verification, right.
 * step: so many bytes of the phase are done.
 * settled: passes of reading differed in so many 4 KiB sectors, which were read on until as many
 * readings in a row agreed; where says which. NULL: no such reading will do.
 */
struct run_watch {
	void (*begin)(void *ctx, const char *phase, uint64_t bytes);
	void (*block)(void *ctx, struct img_range block);
	void (*step)(void *ctx, uint64_t done);
	void (*settled)(void *ctx, uint64_t sectors, const char *where);
	void *ctx;
};

struct run_hope {		/* what the chip may hold already */
	struct img_view bytes;	/* empty: no idea */
	uint64_t at;
	/* Is this first reading of all of the chip known to be right? NULL: nobody knows. */
	bool (*known)(void *ctx, struct img_view contents);
	void *ctx;
};

/*
 * All of the chip, passes times; the passes have to agree. When the first pass is what was
 * hoped for, or known, it is confirmed by that and the others are left out. *out is the
 * caller's. IMG_E_CORRUPT: the passes differ, and watch->settled is not there, or sectors never
 * came the same so many times in a row; the sentence says which. Others as chip_read().
 */
enum img_status run_read(struct chip *chip, unsigned passes, struct run_hope hope,
			 const struct run_watch *watch, struct img **out,
			 struct img_error *err) IMG_CHECKED;

/* Does the chip hold exactly this, all of it? What reads otherwise is read twice more, and once was
 * wrong when those agree. IMG_E_MISMATCH: no. Others as chip_read(). */
enum img_status run_compare(struct chip *chip, struct img_view want, const struct run_watch *watch,
			    struct img_error *err) IMG_CHECKED;

/*
 * Does the chip hold these contents, as far as 64 spots tell, each of 256 bytes in another
 * part of the chip and where the contents are not blank? *agrees is false also when they
 * have another size than the chip. Errors as chip_read().
 */
enum img_status run_spot_check(struct chip *chip, struct img_view contents, bool *agrees,
			       struct img_error *err) IMG_CHECKED;

struct run_result {
	bool changed;		/* the chip was sent something that may have changed it */
	bool verified;		/* what was touched has been read back and is right */
	uint64_t done;		/* bytes of the plan that are finished and verified */
	unsigned bad_reads;	/* times that reading back was wrong and the chip right */
	unsigned rewritten;	/* programs that had to be done again */
};

/*
 * Takes the steps of plan in order; from is what the chip holds, to what it shall hold.
 * Block protection is lifted before the first of them (chip_unlock(); chip_close() puts it
 * back). After the first use of each erase command the block and its neighbours within
 * 256 KiB are read: it has to have erased what its entry says and nothing else. With verify
 * false the reading back of what was written is left out. What reads back wrong is read
 * again, and written again where it is wrong indeed. *result is valid after failure, too.
 * IMG_E_MISMATCH: it stays wrong, or reads differently each time, or an erase did
 * something else, or a byte to the programmer was lost and with it a page went astray: then
 * all of the chip is read at the end. Others as chip_unlock(), chip_erase().
 * Where another program does it (CHIP_PROGRAM_ANY), all is written, then all is read back, and
 * IMG_E_IO is also: that program said that it wrote, and nothing changed.
 */
enum img_status run_plan(struct chip *chip, const struct plan *plan, struct img_view from,
			 struct img_view to, bool verify, const struct run_watch *watch,
			 struct run_result *result, struct img_error *err) IMG_CHECKED;

#endif
