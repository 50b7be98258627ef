/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of run/: does an erase command do on this chip what its entry says? */
#ifndef PROGRAMMER_RUN_PROOF_H
#define PROGRAMMER_RUN_PROOF_H

#include "tools/programmer/run/run.h"

/*
 * After plan->step[done], an erase, has been taken: reads the block and what lies around
 * it, from the multiple of 256 KiB below to the one above, and compares with what the
 * steps so far made of from. An erase of all is read in whole.
 * IMG_E_MISMATCH: it differs.
 */
enum img_status run_prove_erase(struct chip *chip, const struct plan *plan, size_t done,
				struct img_view from, struct img_view to,
				struct img_error *err) IMG_CHECKED;

#endif
