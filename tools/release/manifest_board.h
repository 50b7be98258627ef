/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A board that only its release knows: the manifest packed into it says which pieces there
 * are, where they go, and how large the chips are. So a release can be completed by a
 * romwright that is older than the board.
 */
#ifndef TOOLS_RELEASE_MANIFEST_BOARD_H
#define TOOLS_RELEASE_MANIFEST_BOARD_H

#include "libimg/core/board.h"
#include "tools/release/source.h"

/* Room for the place of a piece as text. */
#define PIECE_PLACE_MAX 256

struct manifest_board;

/*
 * Reads the source once to find BOARD.manifest. IMG_E_ABSENT: it has none, or one without
 * pieces. IMG_E_CORRUPT: a place in it cannot be understood. Others as manifest_parse() and
 * release_source_next(). *out is owned.
 */
enum img_status manifest_board_find(enum release_kind kind, const char *const *paths, size_t count,
				    const char *board, struct manifest_board **out,
				    struct img_error *err) IMG_CHECKED;

/* Borrowed: valid until manifest_board_close(). */
const struct img_board *manifest_board_info(const struct manifest_board *b);
void manifest_board_close(struct manifest_board *b);	/* NULL is fine */

/* A piece's "place" in a manifest: "region me", "cbfs mrc.bin,type=mrc,at=0xfffa0000[,xip]". */
void piece_place_format(const struct img_board_piece *piece, char out[PIECE_PLACE_MAX]);

#endif
