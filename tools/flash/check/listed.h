/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manifest beside the file of -w, which is looked at unasked. */
#ifndef FLASH_CHECK_LISTED_H
#define FLASH_CHECK_LISTED_H

#include "tools/flash/job.h"

/*
 * Before any chip is asked anything. A file that a manifest in its directory names has to be
 * what one of these says, but for its GbE region, and a part has to go on the chip it was cut
 * for. Nothing is said of a file that none names, or of standard input. IMG_E_REFUSED:
 * manifest-mismatch, chip-role.
 */
enum img_status flash_listed(struct flash *f) IMG_CHECKED;

#endif
