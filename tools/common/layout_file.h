/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A layout file, in flashrom's syntax (libimg/format/layout.h). */
#ifndef TOOLS_COMMON_LAYOUT_FILE_H
#define TOOLS_COMMON_LAYOUT_FILE_H

#include "libimg/format/layout.h"

/* "-" is standard input. Errors of img_open_head() and img_layout_parse(). */
enum img_status layout_file_read(const char *path, struct img_layout *out, struct img_error *err)
	IMG_CHECKED;

#endif
