/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Board files: romwright-board(5) describes the format. Nothing is guessed: an unknown,
 * doubled or missing key, anchors, aliases, tags and a second document are errors.
 */
#ifndef TOOLS_COMMON_BOARD_YAML_H
#define TOOLS_COMMON_BOARD_YAML_H

#include "libimg/core/board.h"
#include "libimg/core/view.h"

#define BOARD_FILE_MAX ((size_t)256 << 10)	/* bytes in a board file */
#define BOARD_PIECES_MAX 16
#define BOARD_TEXT_MAX 8192			/* bytes in all its strings, NULs included */
#define BOARD_ID_MAX 64

/* A board that owns what it points to. It does not move: board points into the record. */
struct board_record {
	struct img_board board;
	const char *hardware;	/* id, and the line that names it; board.hardware is not set */
	unsigned hardware_line;
	struct img_board_piece piece_[BOARD_PIECES_MAX];
	char id_[BOARD_ID_MAX + 1];
	char text_[BOARD_TEXT_MAX];
};

/* 1 to BOARD_ID_MAX of a-z A-Z 0-9 _ - . and not beginning with a dash or a dot. */
bool board_id_valid(const char *id);

/*
 * Decodes yaml, the text of a board file, into *out; *out is of use only after IMG_OK.
 * Sentences begin with "line N: ".
 * IMG_E_CORRUPT: not YAML, or a value that cannot be or contradicts another (doubled keys,
 * regions that overlap, chips that do not add up). IMG_E_UNSUPPORTED: an unknown key or word,
 * anchors, aliases, tags. IMG_E_ABSENT: a key is missing, or the file is empty.
 * IMG_E_BOUNDS: a region or address outside the image. IMG_E_SPACE: more than the limits above.
 */
enum img_status board_yaml_parse(struct img_view yaml, const char *id, struct board_record *out,
				 struct img_error *err) IMG_CHECKED;

#endif
