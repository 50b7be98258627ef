/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The exact commands that come next, to be copied from the screen. */
#ifndef FLASH_SAY_ADVISE_H
#define FLASH_SAY_ADVISE_H

#include "tools/flash/job.h"

/* A chip was changed and is not finished: how to go on, and how to go back. */
void advise_after_failure(const struct flash *f);

/* What was written has not been read back (-n): how to find out. */
void advise_to_verify(const struct flash *f);

#endif
