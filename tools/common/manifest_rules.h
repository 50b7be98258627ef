/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the writer and the reader of manifests demand alike. For manifest*.c only. */
#ifndef TOOLS_COMMON_MANIFEST_RULES_H
#define TOOLS_COMMON_MANIFEST_RULES_H

#include "tools/common/manifest.h"

/* 1 to 255 bytes of UTF-8 without a control byte. */
bool manifest_text_good(const char *text);

/* Such a text that is one component of a path. */
bool manifest_name_good(const char *name);

/* IMG_E_CORRUPT: sizes, order or doubles are against the rules of manifest.h. */
enum img_status manifest_check(const struct manifest *m, struct img_error *err) IMG_CHECKED;

#endif
