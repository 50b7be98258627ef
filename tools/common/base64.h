/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Base64 as RFC 4648, section 4, has it, strictly: each text of bytes has one form only. */
#ifndef TOOLS_COMMON_BASE64_H
#define TOOLS_COMMON_BASE64_H

#include "libimg/core/view.h"

/*
 * All of text into the first bytes of out; *size says how many. False, with out changed or not:
 * a byte that is none of the 64 (also a space or a line end), a length that is no multiple
 * of 4, "=" elsewhere than at the end, bits set that belong to no byte, or no room in out.
 */
bool base64_decode(struct img_view text, struct img_span out, size_t *size);

#endif
