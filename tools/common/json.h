/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON out: one object on standard output, keys in the order they were set. */
#ifndef TOOLS_COMMON_JSON_H
#define TOOLS_COMMON_JSON_H

#include <jansson.h>

#include "libimg/core/error.h"
#include "libimg/core/range.h"

/* {"error":{"status":"WORD","at":N or null,"text":"…"}}; file adds "file". */
void json_print_error(const struct img_error *err, const char *file);

/* Prints and frees root. IMG_E_IO: standard output did not take all of it. */
enum img_status json_print(json_t *root, struct img_error *err) IMG_CHECKED;

/* Bytes that need not be UTF-8 (names out of an image): others become U+FFFD. */
json_t *json_text(const char *bytes);

#endif
