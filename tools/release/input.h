/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The bytes of a packed file, one buffer after the other: .xz, .gz, .zst by their first bytes,
 * anything else as it is. The decoders are called directly and not through libarchive: only so a
 * limit on the dictionary, the place of damage in the file, and bytes behind the end are
 * to be had.
 */
#ifndef TOOLS_RELEASE_INPUT_H
#define TOOLS_RELEASE_INPUT_H

#include "libimg/core/view.h"

/* xz -9 writes a dictionary of 64 MiB; nothing larger is needed or trusted. */
#define INPUT_DICTIONARY_MAX ((uint64_t)64 << 20)

struct input;

/* "-" is standard input. *out is owned. IMG_E_IO, IMG_E_NOMEM. */
enum img_status input_open(const char *path, struct input **out, struct img_error *err)
	IMG_CHECKED;

/*
 * The next bytes, valid until the next call; an empty view at the end.
 * IMG_E_CORRUPT: cut off, damaged, or followed by something else; err->at is the offset in
 * the packed file. IMG_E_UNSUPPORTED: needs a larger dictionary.
 */
enum img_status input_read(struct input *in, struct img_view *out, struct img_error *err)
	IMG_CHECKED;

/* How many bytes of the packed file have been used so far. */
uint64_t input_at(const struct input *in);

void input_close(struct input *in);	/* NULL is fine */

#endif
