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

struct release_name {		/* owned */
	char *project, *version, *board;
};

/* Does the name end like a release archive's? */
bool release_name_is_archive(const char *path);

/*
 * Takes the name of an archive apart. *out is owned: release_name_close().
 * IMG_E_ABSENT: the name does not tell the board (project and version may be missing).
 * IMG_E_UNSUPPORTED: sources, or a single ROM packed like a release.
 */
enum img_status release_name_parse(const char *path, struct release_name *out,
				   struct img_error *err) IMG_CHECKED;

/*
 * The board of an unpacked release: the one directory in DIR/bin.
 * IMG_E_ABSENT: there is none, or more than one.
 */
enum img_status release_directory_board(const char *directory, struct release_name *out,
					struct img_error *err) IMG_CHECKED;

void release_name_close(struct release_name *name);

/* Does a file of bin/BOARD/ hold a ROM? */
bool release_name_is_rom(const char *name);

/* Has it the prefix? *final is the name without it, borrowed from name. */
bool release_name_is_stripped(const char *name, const char **final);

#endif
