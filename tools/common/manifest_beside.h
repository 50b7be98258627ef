/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Manifests that lie in the directory of a file: what rom-split and rom-inject put there. */
#ifndef TOOLS_COMMON_MANIFEST_BESIDE_H
#define TOOLS_COMMON_MANIFEST_BESIDE_H

#include <stdbool.h>

#include "tools/common/manifest.h"

#define MANIFESTS_BESIDE_MAX 1024	/* looked at in one directory */

/* "a/b/name.rom" -> "a/b/", "name.rom" -> "". Owned; NULL: out of memory. */
char *manifest_directory(const char *path);

/* Gets one manifest, which it owns, and its path, which it does not. True: no more of them. */
typedef bool manifest_beside_fn(void *ctx, const char *path, struct manifest *m);

/*
 * Every *.manifest of the directory, as manifest_directory() gives it, by name. Somebody else's
 * files may have such names, too: what is no manifest of ours, or cannot be read, is passed over.
 */
void manifest_each_in(const char *directory, manifest_beside_fn *take, void *ctx);

#endif
