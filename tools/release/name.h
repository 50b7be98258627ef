/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The names of the release protocol, as Libreboot's build system makes them:
 *
 *	archive		PROJECT-VERSION_BOARD.tar.xz; the board is everything after the
 *			first underscore, so a version has none
 *	in it		bin/BOARD/NAME.rom and a few small files
 *	stripped ROM	the prefix below, NAME.rom, and one zero byte at the end
 */
#ifndef TOOLS_RELEASE_NAME_H
#define TOOLS_RELEASE_NAME_H

#include <stdbool.h>

#include "libimg/core/error.h"

#define RELEASE_PREFIX \
	"DO_NOT_FLASH_YET._FIRST,_INJECT_FILES_VIA_INSTRUCTIONS_ON_LIBREBOOT.ORG_"

/*
 * The board of an archive's name; *board is owned. IMG_E_ABSENT: the name does not tell.
 * IMG_E_UNSUPPORTED: sources, or a single ROM packed like a release.
 */
enum img_status release_name_board(const char *path, char **board, struct img_error *err)
	IMG_CHECKED;

/* Does a file of bin/BOARD/ hold a ROM? */
bool release_name_is_rom(const char *name);

/* Has it the prefix? *final is the name without it, borrowed from name. */
bool release_name_is_stripped(const char *name, const char **final);

#endif
