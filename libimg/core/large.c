/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/large.h"

#include <stdlib.h>
#include <sys/mman.h>

void *img_large(size_t size)
{
	const size_t huge = (size_t)2 << 20;
	void *bytes;

	if (size < 2 * huge)
		return malloc(size);
	if (posix_memalign(&bytes, huge, size))
		return NULL;
	/* Without them it is slower, not wrong. */
	(void)madvise(bytes, size / huge * huge, MADV_HUGEPAGE);
	return bytes;
}
