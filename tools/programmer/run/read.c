/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/doubt.h"
#include "tools/programmer/run/run.h"
#include "tools/programmer/run/steady.h"
#include "tools/programmer/run/stride.h"

static void begin(const struct run_watch *watch, const char *phase, uint64_t bytes)
{
	if (watch && watch->begin)
		watch->begin(watch->ctx, phase, bytes);
}

static enum img_status compare(struct img_view a, struct img_view b, uint64_t at,
			       struct doubt *d, struct img_error *err)
{
	enum img_status st = IMG_OK;
	uint64_t off;

	for (off = 0; st == IMG_OK && off < img_view_size(a); off += DOUBT_SECTOR) {
		struct img_view x, y;

		st = img_view_slice(a, off, DOUBT_SECTOR, &x, err);
		if (st == IMG_OK)
			st = img_view_slice(b, off, DOUBT_SECTOR, &y, err);
		if (st == IMG_OK && !img_view_equal(x, y))
			doubt_add(d, at + off, at + off + img_view_difference(x, y));
	}
	return st;
}

static enum img_status read_first(struct chip *chip, struct img_span into,
				  const struct run_watch *watch, struct img_error *err)
{
	const uint64_t size = img_span_size(into);
	struct stride stride = stride_begin(chip, watch);
	enum img_status st = IMG_OK;
	uint64_t at, n;

	for (at = 0; st == IMG_OK && at < size; at += n) {
		struct img_span part;

		n = stride_next(&stride, size - at);
		st = img_span_slice(into, at, n, &part, err);
		if (st == IMG_OK)
			st = steady_read(chip, at, part, err);
		stride_done(&stride, n);
	}
	return st;
}

/* Another pass, held against the first; what it reads is compared and forgotten. */
static enum img_status confirm(struct chip *chip, struct img_view first, struct img *chunk,
			       const struct run_watch *watch, struct doubt *d,
			       struct img_error *err)
{
	const uint64_t size = img_view_size(first);
	struct stride stride = stride_begin(chip, watch);
	enum img_status st = IMG_OK;
	uint64_t at, n;

	for (at = 0; st == IMG_OK && at < size; at += n) {
		struct img_span into;
		struct img_view was;

		n = stride_next(&stride, size - at);
		st = img_span_slice(img_span(chunk), 0, n, &into, err);
		if (st == IMG_OK)
			st = steady_read(chip, at, into, err);
		if (st == IMG_OK)
			st = img_view_slice(first, at, n, &was, err);
		if (st == IMG_OK)
			st = compare(was, img_span_view(into), at, d, err);
		stride_done(&stride, n);
	}
	return st;
}

static enum img_status confirm_all(struct chip *chip, unsigned passes, struct img *first,
				   const struct run_watch *watch, struct img_error *err)
{
	struct img *chunk = NULL;
	struct doubt d;
	enum img_status st = doubt_new(img_size(first), &d, err);
	unsigned pass;

	for (pass = 2; st == IMG_OK && pass <= passes && !d.count; pass++) {
		if (!chunk)
			st = img_new(STRIDE_MOST, 0, &chunk, err);
		begin(watch, "reading again", img_size(first));
		if (st == IMG_OK)
			st = confirm(chip, img_bytes(first), chunk, watch, &d, err);
	}
	if (st == IMG_OK && d.count)
		st = doubt_settle(&d, chip, passes, watch, first, err);
	img_close(chunk);
	doubt_free(&d);
	return st;
}

static bool is_hoped(struct img_view contents, struct run_hope hope)
{
	struct img_view there;

	if (hope.known && hope.known(hope.ctx, contents))
		return true;
	if (!img_view_size(hope.bytes) ||
	    img_view_slice(contents, hope.at, img_view_size(hope.bytes), &there, NULL) != IMG_OK)
		return false;
	return img_view_equal(there, hope.bytes);
}

enum img_status run_read(struct chip *chip, unsigned passes, struct run_hope hope,
			 const struct run_watch *watch, struct img **out, struct img_error *err)
{
	const uint64_t size = chip_info(chip)->geometry.size;
	struct img *first;
	enum img_status st = img_new(size, 0, &first, err);

	if (st != IMG_OK)
		return st;
	begin(watch, "reading", size);
	st = read_first(chip, img_span(first), watch, err);
	if (st == IMG_OK && !is_hoped(img_bytes(first), hope))
		st = confirm_all(chip, passes, first, watch, err);
	if (st == IMG_OK)
		*out = first;
	else
		img_close(first);
	return st;
}

#define AGAIN 2		/* readings that have to agree before one that differed is forgotten */

/* A reading that differs may be the wire's fault and not the chip's. */
static enum img_status compare_again(struct chip *chip, uint64_t at, struct img_view want,
				     struct img_span is, struct img_error *err)
{
	const size_t first = img_view_difference(want, img_span_view(is));
	enum img_status st = IMG_OK;
	unsigned i;

	for (i = 0; st == IMG_OK && i < AGAIN; i++) {
		st = steady_read(chip, at, is, err);
		if (st == IMG_OK && !img_view_equal(want, img_span_view(is)))
			return img_fail(err, IMG_E_MISMATCH, at + first,
					"what was not to be written is not as it was before");
	}
	return st;
}

enum img_status run_compare(struct chip *chip, struct img_view want, const struct run_watch *watch,
			    struct img_error *err)
{
	struct stride stride = stride_begin(chip, watch);
	struct img *chunk = NULL;
	uint64_t at, n, size = img_view_size(want);
	struct img_span into;
	struct img_view part;
	enum img_status st = img_new(STRIDE_MOST, 0, &chunk, err);

	begin(watch, "comparing", size);
	for (at = 0; st == IMG_OK && at < size; at += n) {
		n = stride_next(&stride, size - at);
		st = img_span_slice(img_span(chunk), 0, n, &into, err);
		if (st == IMG_OK)
			st = steady_read(chip, at, into, err);
		if (st == IMG_OK)
			st = img_view_slice(want, at, n, &part, err);
		if (st == IMG_OK && !img_view_equal(part, img_span_view(into)))
			st = compare_again(chip, at, part, into, err);
		stride_done(&stride, n);
	}
	img_close(chunk);
	return st;
}
