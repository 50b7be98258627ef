/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between ifd.c, which reads the tables, and ifd_generation.c, which knows the chipsets. */
#ifndef IMG_FORMAT_IFD_INTERNAL_H
#define IMG_FORMAT_IFD_INTERNAL_H

#include "libimg/format/ifd.h"

/* bits high..low of a register, as data sheets write them */
static inline unsigned img_ifd_bits(uint32_t reg, unsigned high, unsigned low)
{
	uint32_t mask = (uint32_t)(((uint64_t)2 << (high - low)) - 1);

	return reg >> low & mask;
}

/* By version, flmap[] and flumap1. */
enum img_ifd_generation img_ifd_guess(const struct img_ifd *ifd);

bool img_ifd_has_extended_masters(enum img_ifd_generation generation);
/* 3 or 4 bits of FLCOMP per chip */
unsigned img_ifd_density_width(enum img_ifd_generation generation);

/* Fill what the generation gives the decoded straps and FLCOMP a meaning for. */
void img_ifd_read_clocks(struct img_ifd *ifd);
void img_ifd_read_straps(struct img_ifd *ifd);

#endif
