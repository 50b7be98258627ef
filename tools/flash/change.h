/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What changes chips: -w and -E. */
#ifndef FLASH_CHANGE_H
#define FLASH_CHANGE_H

#include "tools/flash/job.h"

/*
 * Takes the stages of change.c in their order, each for all chips before the next one. Up to
 * the plan nothing is changed; with --dry-run that is all.
 */
enum img_status flash_change(struct flash *f) IMG_CHECKED;

#endif
