/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A part of an image is right only where what is around it has the same places for everything:
 * the regions of the descriptor, and the areas of the FMAP.
 */
#ifndef FLASH_CHECK_MAPS_H
#define FLASH_CHECK_MAPS_H

#include "tools/flash/job.h"

/*
 * For -w with -i, once the contents of the chips are known: are both tables on the chips those
 * of the image? What is on no chip in hand the image tells. A table that neither has is none to
 * compare; nor is one that is written whole: the descriptor, and the FMAP with the region it
 * lies in (without a descriptor the image). An FMAP that only one has matters where that region
 * is written to. Not asked: restore. IMG_E_REFUSED, the first entry named: descriptor-differs,
 * fmap-differs.
 */
enum img_status flash_maps_check(struct flash *f) IMG_CHECKED;

#endif
