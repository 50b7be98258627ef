/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A part of an image, always start and size: never an inclusive end. */
#ifndef IMG_CORE_RANGE_H
#define IMG_CORE_RANGE_H

#include <stdbool.h>
#include <stdint.h>

struct img_range {
	uint64_t start;
	uint64_t size;		/* 0: not there */
};

/* The first byte behind the range. Formats read here hold at most 48-bit sums. */
static inline uint64_t img_range_end(struct img_range r)
{
	return r.start + r.size;
}

static inline bool img_range_overlap(struct img_range a, struct img_range b)
{
	return a.size && b.size && a.start < img_range_end(b) && b.start < img_range_end(a);
}

/* What lies in both; size 0 where nothing does. */
static inline struct img_range img_range_common(struct img_range a, struct img_range b)
{
	const uint64_t start = a.start > b.start ? a.start : b.start;
	const uint64_t end = img_range_end(a) < img_range_end(b) ? img_range_end(a)
								  : img_range_end(b);

	return (struct img_range){ start, end > start ? end - start : 0 };
}

/* For qsort() of ranges: by where they begin. */
static inline int img_range_by_start(const void *a, const void *b)
{
	const struct img_range *x = a, *y = b;

	return x->start < y->start ? -1 : x->start > y->start;
}

/* Does the whole of inner lie in outer? */
static inline bool img_range_holds(struct img_range outer, struct img_range inner)
{
	return inner.start >= outer.start && inner.size <= outer.size &&
	       inner.start - outer.start <= outer.size - inner.size;
}

/*
 * Reads a size or an offset as people write it: decimal, or hexadecimal with
 * 0x, then K, M or G for the powers of 1024. No sign, no space, nothing behind it.
 * Returns false and leaves *out alone when the text is anything else or does not
 * fit 63 bits.
 */
bool img_size_parse(const char *text, uint64_t *out);

/* Writes the shortest exact form ("8M", "96K", "100") into out. */
void img_size_format(uint64_t size, char out[24]);

/* log2 of a power of two; of anything else the next lower one. size is not 0. */
unsigned img_log2(uint64_t size);

#endif
