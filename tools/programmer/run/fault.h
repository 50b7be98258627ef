/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What kind of wrong: the pattern of a difference tells which wire to look at. */
#ifndef PROGRAMMER_RUN_FAULT_H
#define PROGRAMMER_RUN_FAULT_H

#include "libimg/core/view.h"

/*
 * Of two views of the same length that differ: a half sentence that names the fault and
 * what to do about it. Never NULL; where there is no pattern it speaks of contacts.
 */
const char *run_fault(struct img_view want, struct img_view is);

#endif
