/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/large.h"

#include <stdlib.h>
#include <sys/mman.h>

#define HUGE ((size_t)2 << 20)

void *img_large(size_t size)
{
	const size_t up = (size + HUGE - 1) / HUGE * HUGE;
	/* What is a little less than such pages takes all of the last; else that stays small. */
	const size_t taken = up - size <= size / 8 ? up : size / HUGE * HUGE;
	void *bytes;

	if (!taken)
		return malloc(size);
	if (posix_memalign(&bytes, HUGE, taken > size ? taken : size))
		return NULL;
	/* Without them it is slower, not wrong. */
	(void)madvise(bytes, taken, MADV_HUGEPAGE);
	return bytes;
}
