/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A program as an ELF file with its relocations, from which a module can be made. */
#ifndef TESTS_SYNTH_MODULE_H
#define TESTS_SYNTH_MODULE_H

#include "libimg/core/image.h"

/*
 * Sections as cbfstool writes them when it extracts a module: .shstrtab, .strtab, .symtab,
 * .program, .empty, .rel.program. size: of the program in the file, from 0x1000 on. Of
 * its relocations some are distances, some of symbols that do not move, and they are not
 * sorted. Same arguments, same bytes. *out is owned.
 */
enum img_status synth_module(const char *seed, size_t size, struct img **out,
			     struct img_error *err) IMG_CHECKED;

#endif
