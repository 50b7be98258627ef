/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Fixtures are kept as text, so that a difference shows the byte and its comment:
 *
 *	# one sentence on what it is
 *	size 1000
 *	0010: 5a a5 f0 0f	# signature
 *
 * All numbers are hexadecimal. Bytes not given are ff.
 */
#ifndef TESTS_SYNTH_HEX_TEXT_H
#define TESTS_SYNTH_HEX_TEXT_H

#include "libimg/core/image.h"

/* IMG_E_IO: cannot be read. IMG_E_CORRUPT: a line that is none of the above. *out is owned. */
enum img_status hex_text_open(const char *path, struct img **out, struct img_error *err)
	IMG_CHECKED;

#endif
