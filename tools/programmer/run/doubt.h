/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of run/: sectors that did not read the same in every pass. */
#ifndef PROGRAMMER_RUN_DOUBT_H
#define PROGRAMMER_RUN_DOUBT_H

#include "tools/programmer/run/run.h"

#define DOUBT_SECTOR ((uint64_t)4096)

struct doubt {
	uint64_t sectors;	/* of the chip */
	bool *sector;		/* owned; is this one in doubt? */
	uint64_t count;		/* of those that are */
	uint64_t first;		/* the first byte that differed */
};

enum img_status doubt_new(uint64_t size, struct doubt *out, struct img_error *err) IMG_CHECKED;
void doubt_free(struct doubt *d);

/* The sector at at, because of the byte at where. */
void doubt_add(struct doubt *d, uint64_t at, uint64_t where);

/*
 * Reads each of them until so many readings in a row agree, and puts that in contents; tells
 * watch->settled. IMG_E_CORRUPT: some never do, or nobody wants such contents.
 */
enum img_status doubt_settle(const struct doubt *d, struct chip *chip, unsigned agree,
			     const struct run_watch *watch, struct img *contents,
			     struct img_error *err) IMG_CHECKED;

#endif
