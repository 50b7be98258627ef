/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one gate to the bytes. Everything that came from a file, an archive or a
 * chip is reached through a view or a span, which know their length; only view.c
 * computes pointers from offsets, and it checks first.
 */
#ifndef IMG_CORE_VIEW_H
#define IMG_CORE_VIEW_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/core/error.h"

/* Bytes to read, borrowed: valid as long as their owner. Passed by value. */
struct img_view {
	const uint8_t *base_;
	size_t size_;
	uint64_t origin_;	/* where the first byte is in the image, for messages */
};

/* Bytes to change, borrowed likewise. */
struct img_span {
	uint8_t *base_;
	size_t size_;
	uint64_t origin_;
};

struct img_view img_view_of(const void *bytes, size_t size);
struct img_span img_span_of(void *bytes, size_t size);
struct img_view img_span_view(struct img_span s);

size_t img_view_size(struct img_view v);
size_t img_span_size(struct img_span s);
uint64_t img_view_origin(struct img_view v);

/* The first of img_view_size() bytes, for a call that takes pointer and length. */
const uint8_t *img_view_data(struct img_view v);

/* The same of a span, for a call that fills a buffer of img_span_size() bytes. */
uint8_t *img_span_bytes(struct img_span s);

/*
 * [off, off + len) of v. IMG_E_BOUNDS when that leaves v; *out is written only
 * on IMG_OK. off counts from the start of v, errors name the image offset.
 */
enum img_status img_view_slice(struct img_view v, uint64_t off, uint64_t len,
			       struct img_view *out, struct img_error *err) IMG_CHECKED;
enum img_status img_span_slice(struct img_span s, uint64_t off, uint64_t len,
			       struct img_span *out, struct img_error *err) IMG_CHECKED;

/* Copies len bytes from off out of v. IMG_E_BOUNDS: they are not all there. */
enum img_status img_view_copy(struct img_view v, uint64_t off, void *out, size_t len,
			      struct img_error *err) IMG_CHECKED;

/* Puts the bytes of src at off of s. IMG_E_BOUNDS: they do not fit, nothing changed. */
enum img_status img_span_write(struct img_span s, uint64_t off, struct img_view src,
			       struct img_error *err) IMG_CHECKED;
enum img_status img_span_fill(struct img_span s, uint64_t off, uint64_t len, uint8_t byte,
			      struct img_error *err) IMG_CHECKED;

/* Same length and same bytes? */
bool img_view_equal(struct img_view a, struct img_view b);

/* Do these bytes stand at at of v? */
bool img_view_has(struct img_view v, uint64_t at, struct img_view what);

/* Is every byte of v this one? True for an empty view. */
bool img_view_filled(struct img_view v, uint8_t byte);

/* Can to be made of from by turning bits from 1 to 0 alone, as flash is programmed? Views of
 * different lengths cannot. */
bool img_view_only_clears(struct img_view from, struct img_view to);

/* The offset of the first byte that differs; the shorter length where none does. */
size_t img_view_difference(struct img_view a, struct img_view b);

/* First place at or after from where needle begins in v; false: nowhere, or it is empty. */
bool img_view_find(struct img_view v, uint64_t from, struct img_view needle, uint64_t *at);

/* The same for a word of 8 bytes, of which only places from, from + step, ... are looked at. */
bool img_view_find_step(struct img_view v, uint64_t from, uint64_t step, const char word[8],
			uint64_t *at);

#endif
