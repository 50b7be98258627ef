/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom boards: the boards that -b knows, or the given ones. */
#ifndef TOOLS_ROM_BOARDS_H
#define TOOLS_ROM_BOARDS_H

/* The exit status; argv[0] is "boards". */
int boards_main(int argc, char **argv);

#endif
