/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Keeps the FIT right when files come and go: it holds addresses of microcode, and the
 * processor looks there before anything else runs. Of images without a FIT nothing changes.
 */
#ifndef IMG_EDIT_CBFS_FIT_H
#define IMG_EDIT_CBFS_FIT_H

#include "libimg/core/image.h"
#include "libimg/core/range.h"
#include "libimg/format/fit.h"

/*
 * Steps through the tables of an image, that of the first boot block and those for top swap:
 * start with *cursor 0. IMG_E_ABSENT: no more. Others: this one is damaged, see img_fit_decode().
 */
enum img_status img_fit_next(struct img_view image, unsigned *cursor, struct img_fit *out,
			     struct img_error *err) IMG_CHECKED;

/*
 * Before what is in gone is removed: entries that point there become unused. Their places stay
 * for what comes next. Damaged tables, and those in gone themselves, are left alone.
 */
void img_fit_forget(struct img *image, struct img_range gone);

/* After microcode was stored in data: its updates get the unused entries. */
void img_fit_announce(struct img *image, struct img_range data);

/* How many updates in data some table of the image does not name; 0 also without a table. */
unsigned img_fit_missing(struct img_view image, struct img_range data);

enum img_fit_state {
	IMG_FIT_GOOD,
	IMG_FIT_EMPTY,			/* microcode: only ff there, which is passed over */
	IMG_FIT_OUTSIDE,		/* the address is not in the image */
	IMG_FIT_NO_MICROCODE,		/* something else is there */
};

/* What is where the entry points to. *where is the place in the image, unless outside. */
enum img_fit_state img_fit_look(struct img_view image, const struct img_fit_entry *entry,
				uint64_t *where);

#endif
