/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Boards by name. The files of layouts/ are compiled into board_table, so that every
 * program knows them; a file of the user's takes the place of one of them:
 *
 *	-b x230_12mb	$XDG_CONFIG_HOME/romwright/layouts/x230_12mb.yaml if it is there
 *			($HOME/.config where that is not set), else the compiled one
 *	-b ./my.yaml	an argument with a slash or ending in .yaml is a file
 *
 * Of the hardware that such a file names, hardware/ID.yaml beside it is read if it is there, else
 * the compiled one is taken.
 *
 * Under sudo the files of another user's configuration are not to be trusted with root's
 * rights: the first is passed over and board_announce() says so, the second is refused.
 */
#ifndef TOOLS_COMMON_BOARD_H
#define TOOLS_COMMON_BOARD_H

#include "libimg/core/board.h"
#include "libimg/core/error.h"
#include "tools/common/diag.h"

/* Sorted by id. */
extern const struct img_board board_table[];
extern const size_t board_table_count;

/* The compiled board of this id, or NULL. */
const struct img_board *board_compiled(const char *id);

/* Where the user's board files are; owned, NULL: nowhere. It need not exist. */
char *board_user_directory(void);

struct board_handle;

/*
 * *out is owned by the caller. The sentence of an error names the board or its file, so
 * that diag_error() needs no file name. IMG_E_ABSENT: no such board (the nearest names are
 * in the sentence) or a key that has to be there is not. IMG_E_IO: the file cannot be read.
 * IMG_E_REFUSED: a file under sudo. IMG_E_USAGE: the name cannot be a board's.
 * Otherwise what board_yaml_parse() found wrong with the file.
 */
enum img_status board_find(const char *id_or_path, struct board_handle **out,
			   struct img_error *err) IMG_CHECKED;

/* Borrowed: valid until board_close(). */
const struct img_board *board_info(const struct board_handle *b);

/* A note when the board or its hardware came from a file (path and SHA-256), or such a file was
 * passed over. */
void board_announce(const struct diag *d, const struct board_handle *b);

void board_close(struct board_handle *b);	/* NULL is fine */

#endif
