/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What can be one machine's own, by the names that --keep and the board files have for it:
 *
 *	gbe, pd, ...		a region of the flash descriptor
 *	fmap:AREA, or AREA	an area of the FMAP
 *	cbfs:FILE		the data of a file in the CBFS that firmware boots from
 *
 * Contents are those of one chip from where the firmware begins; descriptor, FMAP or CBFS have to
 * be on the same chip as what they lead to.
 */
#ifndef FLASH_UNIQUE_H
#define FLASH_UNIQUE_H

#include "libimg/core/image.h"
#include "libimg/core/range.h"
#include "libimg/format/cbfs.h"

enum unique_kind { UNIQUE_REGION, UNIQUE_AREA, UNIQUE_FILE };

struct unique {
	enum unique_kind kind;
	struct img_range range;		/* in the contents */
	struct img_view bytes;		/* borrowed from them */
	struct img_cbfs_file file;	/* of UNIQUE_FILE, borrowed likewise */
};

/* False: these contents have no such thing. */
bool unique_find(struct img_view contents, const char *name, struct unique *out);

/* Is there a place for it: the region, the area, or any CBFS? */
bool unique_has_place(struct img_view contents, const char *name);

/* Nothing but FF, or nothing but 00, is nobody's. */
bool unique_is_blank(const struct unique *u);

/* The same bytes; of files, and the same type. */
bool unique_same(const struct unique *a, const struct unique *b);

/*
 * What is left of it when the contents are gone: enough to tell whether another is the same.
 * unique_mark(): errors of img_digest(); what is not there is marked as that.
 */
struct unique_mark {
	bool found, blank;
	enum unique_kind kind;
	uint32_t type;			/* of UNIQUE_FILE */
	struct img_digest digest;
};
enum img_status unique_mark(struct img_view contents, const char *name, struct unique_mark *out,
			    struct img_error *err) IMG_CHECKED;
bool unique_is_marked(const struct unique *u, const struct unique_mark *mark);

/* Makes a file borrow from a copy, which is the caller's, for when the contents are changed. */
enum img_status unique_hold_file(struct unique *u, struct img **out, struct img_error *err)
	IMG_CHECKED;

/* Where a region or an area goes in these contents. Errors as unique_put(). */
enum img_status unique_place(const struct unique *u, const char *name, struct img_view contents,
			     struct img_range *out, struct img_error *err) IMG_CHECKED;

/*
 * Puts it into contents that have a place for it: a region or an area over theirs, byte for byte.
 * A file goes where the one of that name was, else where it was itself, else where there is room.
 * IMG_E_ABSENT: they have no place for it. IMG_E_SPACE: another size than the region or the area
 * has, or no room in the CBFS; the sentence has the sizes. Else the errors of img_cbfs_add();
 * contents may be half changed then.
 */
enum img_status unique_put(const struct unique *u, const char *name, struct img *contents,
			   struct img_error *err) IMG_CHECKED;

#endif
