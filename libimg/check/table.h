/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions of the table, and what they report with. */
#ifndef IMG_CHECK_TABLE_H
#define IMG_CHECK_TABLE_H

#include "libimg/check/check.h"

struct img_check_report;

/* A finding of the check that is running. */
void img_check_say(struct img_check_report *r, uint64_t at, const char *fmt, ...)
	IMG_PRINTF(3, 4);

/*
 * false: this cannot be asked of this image (not applicable). true: it was asked, and failed
 * if there was a finding.
 */
typedef bool img_check_fn(const struct img_check_input *in, struct img_check_report *r);

/* check_ifd.c: what the descriptor says of itself, of the flash and of the image. */
img_check_fn img_check_descriptor_region;
img_check_fn img_check_generation;
img_check_fn img_check_component_count;
img_check_fn img_check_component_density;
img_check_fn img_check_reserved_clock;
img_check_fn img_check_vscc_table;
img_check_fn img_check_zero_region;
img_check_fn img_check_region_overlap;
img_check_fn img_check_region_outside;
img_check_fn img_check_pd_outside;
img_check_fn img_check_image_part;
img_check_fn img_check_image_truncated;
img_check_fn img_check_image_size;
img_check_fn img_check_masters_version;
img_check_fn img_check_regions_locked;

#endif
