/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Operands and outputs of programs: "-", terminals, names derived from names. */
#ifndef TOOLS_COMMON_IO_H
#define TOOLS_COMMON_IO_H

#include <stdbool.h>

#include "libimg/core/image.h"
#include "libimg/core/save.h"

/* What to call an operand in messages: "standard input" for "-". */
const char *io_input_name(const char *path);
const char *io_output_name(const char *path);

/* img_save_begin(), which also refuses to put image bytes on a terminal. */
enum img_status io_begin(const char *path, bool force, struct img_save **out,
			 struct img_error *err) IMG_CHECKED;

/* One whole output; see io_begin(). */
enum img_status io_save(struct img_view bytes, const char *path, bool force,
			struct img_error *err) IMG_CHECKED;

/* Makes the directory where it is missing (not its parents). */
enum img_status io_make_directory(const char *path, struct img_error *err) IMG_CHECKED;

/* "a/b/name.rom" -> "name": the last component without .rom or .bin; "image" for "-". Owned. */
char *io_stem(const char *path);

/* printf into new memory, owned; NULL: out of memory. */
char *io_format(const char *fmt, ...) IMG_PRINTF(1, 2);

#endif
