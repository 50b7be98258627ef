/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between the files of ifd_edit.h. */
#ifndef IMG_EDIT_IFD_EDIT_INTERNAL_H
#define IMG_EDIT_IFD_EDIT_INTERNAL_H

#include "libimg/core/bytes.h"
#include "libimg/edit/ifd_edit.h"

/* One register; at counts from the start of the image. */
static inline enum img_status img_ifd_put(struct img_span image, uint64_t at, uint32_t value,
					  struct img_error *err)
{
	uint8_t b[4];

	img_put_le32(b, value);
	return img_span_write(image, at, img_view_of(b, sizeof(b)), err);
}

/* bits high..low of reg replaced by value */
static inline uint32_t img_ifd_with(uint32_t reg, unsigned high, unsigned low, uint32_t value)
{
	uint32_t mask = (uint32_t)((((uint64_t)2 << (high - low)) - 1) << low);

	return (reg & ~mask) | (value << low & mask);
}

#endif
