/* SPDX-License-Identifier: GPL-3.0-or-later */
/* FSP components that can be relocated, with generated contents. */
#ifndef TESTS_SYNTH_FSP_H
#define TESTS_SYNTH_FSP_H

#include "libimg/core/image.h"
#include "libimg/format/fsp.h"

/*
 * Two firmware volumes with an information header, a patch table with words counted from both
 * ends, TE, PE32 and PE32+ images with relocations, and a filler. size: a multiple
 * of 0x1000, from 0x8000 on. Same arguments, same bytes. *out is owned.
 */
enum img_status synth_fsp(enum img_fsp_kind kind, const char *seed, size_t size, struct img **out,
			  struct img_error *err) IMG_CHECKED;

#endif
