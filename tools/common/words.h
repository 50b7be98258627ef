/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers in words that people use. */
#ifndef TOOLS_COMMON_WORDS_H
#define TOOLS_COMMON_WORDS_H

#include <stdint.h>

#define WORDS_SIZE 32

/* "8 MiB", "512 KiB", "70000 bytes"; returns text. */
const char *words_size(uint64_t size, char text[WORDS_SIZE]);

#endif
