/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * An .xz file as releases need it: one block, so that the same payload in every ROM is found
 * again, and a dictionary that reaches over a whole ROM. Settings chosen by measuring
 * releases: 16 MiB or the next power of two over the largest member, match finder HC3, nice
 * length 273; as small as xz -9e on such archives at a fourth of its time and memory.
 */
#ifndef TOOLS_RELEASE_XZ_OUTPUT_H
#define TOOLS_RELEASE_XZ_OUTPUT_H

#include "libimg/core/save.h"

struct xz_output;

/* largest: bytes of the largest member. save is borrowed; *out is owned. */
enum img_status xz_output_open(struct img_save *save, uint64_t largest, struct xz_output **out,
			       struct img_error *err) IMG_CHECKED;
enum img_status xz_output_write(struct xz_output *x, struct img_view bytes, struct img_error *err)
	IMG_CHECKED;
enum img_status xz_output_finish(struct xz_output *x, struct img_error *err) IMG_CHECKED;
void xz_output_close(struct xz_output *x);	/* NULL is fine */

#endif
