/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Work on parts of the image: -l, --ifd or --fmap say which parts there are, -i which of them
 * are meant. Parts are ranges of the whole image; a chip has of each what lies on it.
 */
#ifndef FLASH_REGIONS_H
#define FLASH_REGIONS_H

#include "tools/flash/job.h"

/*
 * Finds the parts of -i, once, as soon as it can: those of -l at once, those of the descriptor
 * and the FMAP when of every chip in hand the contents are known (job->safe.original, else
 * job->old); where a chip is not in hand the image tells. For -w the files of -i NAME:FILE are
 * put into the image. Nothing to do without -i.
 * IMG_E_USAGE: no such part, or it is given twice. IMG_E_REFUSED: a part leaves the image, or
 * its file has another size. Others as the formats say.
 */
enum img_status flash_find_regions(struct flash *f) IMG_CHECKED;

/* The image as the chips hold it, or held it before a write that is gone on with; what is on
 * none of them is that of the file, or FF. *out is owned. Of every chip the one or the other
 * has to be at hand. */
enum img_status flash_gather(struct flash *f, struct img **out) IMG_CHECKED;

/* How much of region i lies on the job's chip, and where there; size 0: nothing. */
struct img_range flash_region_on_chip(const struct flash *f, const struct job *job, size_t i);

/* All that lies on the chip, ascending, what touches joined; returns how many. Without -i the
 * part of the image that goes on this chip. */
size_t flash_changes(const struct flash *f, const struct job *job,
		     struct img_range out[FLASH_REGIONS]);

/* What was read, with 00 where it was not asked for, as the peers do it. */
enum img_status flash_blank_rest(const struct flash *f, struct job *job,
				 struct img_error *err) IMG_CHECKED;

/* After -r: each region that has a file, into it. */
enum img_status flash_save_regions(struct flash *f) IMG_CHECKED;

#endif
