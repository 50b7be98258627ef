/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the values of a board file have to do with each other: the second half of its parser. */
#ifndef TOOLS_COMMON_BOARD_RULES_H
#define TOOLS_COMMON_BOARD_RULES_H

#include "tools/common/board_yaml.h"

enum board_key { BOARD_NAME, BOARD_HARDWARE, BOARD_ROM_SIZE, BOARD_CHIPS, BOARD_DENSITIES,
		 BOARD_PLACE, BOARD_REGIONS, BOARD_IDENTITY, BOARD_ALIASES, BOARD_GBE_MAC,
		 BOARD_VENDOR, BOARD_KEYS };

enum piece_key { PIECE_FILE, PIECE_REGION, PIECE_CBFS, PIECE_CHIP, PIECE_TYPE, PIECE_AT,
		 PIECE_XIP, PIECE_UPDATE, PIECE_CLEAN, PIECE_SHA512, PIECE_KEYS };

/* Where things are in the file; 0: not there. */
struct board_lines {
	unsigned key[BOARD_KEYS];
	unsigned region[IMG_BOARD_REGIONS];
	unsigned piece[BOARD_PIECES_MAX];
	unsigned piece_key[BOARD_PIECES_MAX][PIECE_KEYS];
};

/* See board_yaml_parse() for the statuses. */
enum img_status board_rules_check(const struct img_board *b, const struct board_lines *lines,
				  struct img_error *err) IMG_CHECKED;

#endif
