/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the manifest of a release says of one finished ROM. */
#ifndef TOOLS_RELEASE_DESCRIBE_H
#define TOOLS_RELEASE_DESCRIBE_H

#include "tools/common/manifest.h"
#include "tools/release/vendor_files.h"

/*
 * Adds the ROM to m: size, hash, the hash with the GbE region masked, what each chip of the
 * board gets, and the pieces with the places they went to (NULL: none were inserted).
 * IMG_E_REFUSED: the ROM is not the board's; see img_split_by_board().
 */
enum img_status release_describe(struct manifest *m, const struct img_board *board,
				 const char *name, struct img_view rom,
				 const struct img_digest *sha512, const struct vendor_files *files,
				 const struct img_range *places, struct img_error *err) IMG_CHECKED;

#endif
