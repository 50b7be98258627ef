/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "tools/programmer/run/run.h"
#include "tools/programmer/run/steady.h"

#define CHUNK ((uint64_t)256 << 10)	/* of a further pass, which is compared and forgotten */
#define SECTOR ((uint64_t)4096)
#define NAMED_SECTORS 4

struct unstable {
	uint64_t count;
	uint64_t first;
	char named[96];
	size_t used;
};

static void begin(const struct run_watch *watch, const char *phase, uint64_t bytes)
{
	if (watch && watch->begin)
		watch->begin(watch->ctx, phase, bytes);
}

static void note_sector(struct unstable *u, uint64_t sector, uint64_t at)
{
	if (!u->count)
		u->first = at;
	if (u->count++ < NAMED_SECTORS)
		u->used += (size_t)snprintf(u->named + u->used, sizeof(u->named) - u->used,
					    "%s0x%llx", u->used ? ", " : "",
					    (unsigned long long)sector);
}

static enum img_status compare(struct img_view a, struct img_view b, uint64_t at,
			       struct unstable *u, struct img_error *err)
{
	enum img_status st = IMG_OK;
	uint64_t off;

	for (off = 0; st == IMG_OK && off < img_view_size(a); off += SECTOR) {
		struct img_view x, y;

		st = img_view_slice(a, off, SECTOR, &x, err);
		if (st == IMG_OK)
			st = img_view_slice(b, off, SECTOR, &y, err);
		if (st == IMG_OK && !img_view_equal(x, y))
			note_sector(u, at + off, at + off + img_view_difference(x, y));
	}
	return st;
}

/* Another pass, held against the first. */
static enum img_status confirm(struct chip *chip, struct img_view first, struct img *chunk,
			       struct unstable *u, struct img_error *err)
{
	const uint64_t size = img_view_size(first);
	enum img_status st = IMG_OK;
	uint64_t at, n;

	for (at = 0; st == IMG_OK && at < size; at += n) {
		struct img_span into;
		struct img_view was;

		n = size - at < img_size(chunk) ? size - at : img_size(chunk);
		st = img_span_slice(img_span(chunk), 0, n, &into, err);
		if (st == IMG_OK)
			st = steady_read(chip, at, into, err);
		if (st == IMG_OK)
			st = img_view_slice(first, at, n, &was, err);
		if (st == IMG_OK)
			st = compare(was, img_span_view(into), at, u, err);
	}
	return st;
}

static enum img_status fail_unstable(const struct unstable *u, unsigned pass,
				     struct img_error *err)
{
	return img_fail(err, IMG_E_CORRUPT, u->first,
			"reading is unstable: pass %u differs from pass 1 in %llu of the 4 KiB "
			"sectors (%s%s); check the contacts, shorten the wires or lower the clock",
			pass, (unsigned long long)u->count, u->named,
			u->count > NAMED_SECTORS ? ", ..." : "");
}

static enum img_status confirm_all(struct chip *chip, unsigned passes, struct img_view first,
				   const struct run_watch *watch, struct img_error *err)
{
	struct unstable u = { 0 };
	struct img *chunk = NULL;
	enum img_status st = IMG_OK;
	unsigned pass;

	for (pass = 2; st == IMG_OK && pass <= passes; pass++) {
		if (!chunk)
			st = img_new(CHUNK, 0, &chunk, err);
		begin(watch, "reading again", img_view_size(first));
		if (st == IMG_OK)
			st = confirm(chip, first, chunk, &u, err);
		if (st == IMG_OK && u.count)
			st = fail_unstable(&u, pass, err);
	}
	img_close(chunk);
	return st;
}

static bool is_hoped(struct img_view contents, struct run_hope hope)
{
	struct img_view there;

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
	st = steady_read(chip, 0, img_span(first), err);
	if (st == IMG_OK && !is_hoped(img_bytes(first), hope))
		st = confirm_all(chip, passes, img_bytes(first), watch, err);
	if (st == IMG_OK)
		*out = first;
	else
		img_close(first);
	return st;
}
