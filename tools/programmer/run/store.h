/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of run/: a plan for a chip that another program writes (CHIP_PROGRAM_ANY). */
#ifndef PROGRAMMER_RUN_STORE_H
#define PROGRAMMER_RUN_STORE_H

#include "tools/programmer/run/run.h"

/*
 * Programs in as few runs as keep the plan's order, then reads all of the chip and compares it
 * with to, also outside of what was written: what the program says of itself decides nothing.
 * After a failure it is read, too, to tell what became of it, unless the program did not end
 * or somebody insists on an end. The first signal does not interrupt, the second does.
 * Parameters and errors as run_plan(); IMG_E_IO also: it says that it wrote, and nothing
 * changed.
 */
enum img_status run_store(struct chip *chip, const struct plan *plan, struct img_view from,
			  struct img_view to, bool verify, const struct run_watch *watch,
			  struct run_result *result, struct img_error *err) IMG_CHECKED;

#endif
