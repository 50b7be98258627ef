/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Release images whose vendor files were removed carry two marks, so that nobody flashes
 * them: a name that begins with DO_NOT_FLASH_YET, and one byte too many at the end.
 * A program that would hide either mark refuses, with the check's id "stripped-image".
 */
#ifndef TOOLS_COMMON_STRIPPED_H
#define TOOLS_COMMON_STRIPPED_H

#include <stdbool.h>

#include "libimg/core/view.h"

#define STRIPPED_ID "stripped-image"
#define STRIPPED_MARK "DO_NOT_FLASH_YET"	/* all prefixes so far begin like this */

/* Does the last component of path begin with the mark? */
bool stripped_name(const char *path);

/*
 * IMG_E_REFUSED: the name has the mark, or the image is one byte, zero, longer than a
 * multiple of 4 KiB (no flash chip and no ROM image has such a size).
 */
enum img_status stripped_refuse(const char *path, struct img_view image, struct img_error *err)
	IMG_CHECKED;

/* The same for the name alone. */
enum img_status stripped_refuse_name(const char *path, struct img_error *err) IMG_CHECKED;

#endif
