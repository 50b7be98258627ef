/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of an .xz file, one buffer after the other. liblzma directly and not through
 * libarchive: only so a limit on the dictionary, the place of damage in the file, and
 * bytes behind the end are to be had.
 */
#ifndef TOOLS_RELEASE_XZ_INPUT_H
#define TOOLS_RELEASE_XZ_INPUT_H

#include "libimg/core/view.h"

/* xz -9 writes a dictionary of 64 MiB; nothing larger is needed or trusted. */
#define XZ_DICTIONARY_MAX ((uint64_t)64 << 20)

struct xz_input;

/* "-" is standard input. IMG_E_UNSUPPORTED: no .xz file. *out is owned. */
enum img_status xz_input_open(const char *path, struct xz_input **out, struct img_error *err)
	IMG_CHECKED;

/*
 * The next bytes, valid until the next call; an empty view at the end.
 * IMG_E_CORRUPT: cut off, damaged, or followed by something else; err->at is the offset in
 * the compressed file. IMG_E_UNSUPPORTED: needs a larger dictionary.
 */
enum img_status xz_input_read(struct xz_input *in, struct img_view *out, struct img_error *err)
	IMG_CHECKED;

void xz_input_close(struct xz_input *in);	/* NULL is fine */

#endif
