/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory of many megabytes. */
#ifndef IMG_CORE_LARGE_H
#define IMG_CORE_LARGE_H

#include <stddef.h>

/*
 * size bytes of no value, for free(); NULL: out of memory. From about 2 MiB on in huge pages where
 * the system lends them: reading 12 MiB into 3072 pages of 4 KiB takes the kernel longer than
 * copying the bytes, and looking up a table of 32 MiB here and there misses the processor's own.
 */
void *img_large(size_t size);

#endif
