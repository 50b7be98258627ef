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

/* img_open(), which also refuses to wait for image bytes from a terminal. */
enum img_status io_open(const char *path, struct img **out, struct img_error *err) IMG_CHECKED;
enum img_status io_open_head(const char *path, uint64_t max, struct img **out, uint64_t *total,
			     struct img_error *err) IMG_CHECKED;
enum img_status io_open_lazily(const char *path, struct img **out, struct img_error *err)
	IMG_CHECKED;

/* img_save_begin(), which also refuses to put image bytes on a terminal. */
enum img_status io_begin(const char *path, bool force, struct img_save **out,
			 struct img_error *err) IMG_CHECKED;

/* One whole output; see io_begin(). */
enum img_status io_save(struct img_view bytes, const char *path, bool force,
			struct img_error *err) IMG_CHECKED;

/* The same, or in a dry run only whether it could be done; path NULL is then nothing to ask. */
enum img_status io_put(struct img_view bytes, const char *path, bool force, bool dry_run,
		       struct img_error *err) IMG_CHECKED;

/*
 * For a dry run: what io_begin() would say, and, where a directory for outputs is given,
 * io_make_directory() before it. Nothing is opened or made.
 */
enum img_status io_check(const char *path, bool force, struct img_error *err) IMG_CHECKED;
enum img_status io_check_directory(const char *path, struct img_error *err) IMG_CHECKED;

/* Makes the directory where it is missing (not its parents). */
enum img_status io_make_directory(const char *path, struct img_error *err) IMG_CHECKED;

/* "a/b/name.rom" -> "name": the last component without .rom or .bin; "image" for "-". Owned. */
char *io_stem(const char *path);

/* printf into new memory, owned; NULL: out of memory. */
char *io_format(const char *fmt, ...) IMG_PRINTF(1, 2);

#endif
