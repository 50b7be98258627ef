/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a chip so that one can rely on it, and carrying out a plan. */
#ifndef PROGRAMMER_RUN_RUN_H
#define PROGRAMMER_RUN_RUN_H

#include "libimg/core/image.h"
#include "tools/programmer/chip/chip.h"
#include "tools/programmer/plan/plan.h"

/* Told when a phase ("reading", "reading again", "writing") begins, with its bytes. */
struct run_watch {
	void (*begin)(void *ctx, const char *phase, uint64_t bytes);
	void *ctx;
};

struct run_hope {		/* what the chip may hold already */
	struct img_view bytes;	/* empty: no idea */
	uint64_t at;
};

/*
 * All of the chip, passes times; the passes have to agree. When the first pass is what was
 * hoped for, it is confirmed by that and the others are left out. *out is the caller's.
 * IMG_E_CORRUPT: the passes differ; the sentence says in which 4 KiB sectors. Others as
 * chip_read().
 */
enum img_status run_read(struct chip *chip, unsigned passes, struct run_hope hope,
			 const struct run_watch *watch, struct img **out,
			 struct img_error *err) IMG_CHECKED;

struct run_result {
	bool changed;		/* the chip was sent something that may have changed it */
	bool verified;		/* what was touched has been read back and is right */
	uint64_t done;		/* bytes of the plan that are finished and verified */
};

/*
 * Takes the steps of plan in order; to is what the chip shall hold. With verify false the
 * reading back is left out. *result is valid after failure, too.
 * IMG_E_MISMATCH: what was read back differs. Others as chip_erase().
 */
enum img_status run_plan(struct chip *chip, const struct plan *plan, struct img_view to,
			 bool verify, const struct run_watch *watch, struct run_result *result,
			 struct img_error *err) IMG_CHECKED;

#endif
