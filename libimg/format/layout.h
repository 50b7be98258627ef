/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Layouts as flashrom and flashprog read and write them: text, one area per line,
 *
 *	00021000:00bfffff bios
 *
 * first and last byte in hexadecimal (0x is allowed), counted from the start of the image,
 * then a name without blanks. Lines that are empty or start with # are accepted here but
 * never written: the two programs take a comment for a broken line.
 *
 * Source: flashrom layout.c, read_romlayout().
 */
#ifndef IMG_FORMAT_LAYOUT_H
#define IMG_FORMAT_LAYOUT_H

#include "libimg/core/range.h"
#include "libimg/core/view.h"

#define IMG_LAYOUT_AREAS 64
#define IMG_LAYOUT_NAME 64		/* with its NUL */
#define IMG_LAYOUT_SIZE_MAX 0x10000	/* bytes of text */

struct img_layout_area {
	char name[IMG_LAYOUT_NAME];
	struct img_range range;		/* size is never 0 */
};

struct img_layout {
	size_t count;
	struct img_layout_area area[IMG_LAYOUT_AREAS];	/* in the order of the text */
};

/*
 * Reads a layout. An area may lie within another, as parts of a chip and of a region do;
 * *out is written only on IMG_OK. Errors name the line.
 * IMG_E_CORRUPT: a line that is not BASE:LIMIT NAME, a last byte before the first, a name
 *	twice, two areas that overlap without one holding the other, no area at all.
 * IMG_E_SPACE: over IMG_LAYOUT_AREAS areas or IMG_LAYOUT_SIZE_MAX bytes.
 */
enum img_status img_layout_parse(struct img_view text, struct img_layout *out,
				 struct img_error *err) IMG_CHECKED;

/* Adds an area. IMG_E_SPACE: the layout is full or the name too long. */
enum img_status img_layout_add(struct img_layout *layout, const char *name,
			       struct img_range range, struct img_error *err) IMG_CHECKED;

/* Sorts by address; of areas that start together the larger comes first. */
void img_layout_sort(struct img_layout *layout);

/* One area as a line with its newline. */
#define IMG_LAYOUT_LINE (IMG_LAYOUT_NAME + 40)
void img_layout_line(const struct img_layout_area *area, char out[IMG_LAYOUT_LINE]);

#endif
