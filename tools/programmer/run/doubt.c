/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/run/doubt.h"

#include <stdio.h>
#include <stdlib.h>

#include "tools/programmer/run/steady.h"

#define READINGS_MORE 16	/* of one sector, beyond those that have to agree */
#define NAMED_RANGES 12

enum img_status doubt_new(uint64_t size, struct doubt *out, struct img_error *err)
{
	*out = (struct doubt){ .sectors = (size + DOUBT_SECTOR - 1) / DOUBT_SECTOR };
	out->sector = calloc(out->sectors, sizeof(*out->sector));
	return out->sector ? IMG_OK : img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

void doubt_free(struct doubt *d)
{
	free(d->sector);
	d->sector = NULL;
}

void doubt_add(struct doubt *d, uint64_t at, uint64_t where)
{
	bool *sector = &d->sector[at / DOUBT_SECTOR];

	if (!d->count || where < d->first)
		d->first = where;
	d->count += !*sector;
	*sector = true;
}

/* "0x00004000-0x00005fff, 0x00010000-0x00010fff, ..." */
static void name_ranges(const struct doubt *d, char *out, size_t room)
{
	size_t used = 0, named = 0;
	uint64_t i, end;

	for (i = 0; i < d->sectors; i = end) {
		for (end = i; end < d->sectors && d->sector[end]; end++)
			;
		if (end == i) {
			end++;
			continue;
		}
		if (named++ == NAMED_RANGES) {
			snprintf(out + used, room - used, ", ...");
			return;
		}
		used += (size_t)snprintf(out + used, room - used, "%s0x%08llx-0x%08llx",
					 used ? ", " : "", (unsigned long long)(i * DOUBT_SECTOR),
					 (unsigned long long)(end * DOUBT_SECTOR - 1));
	}
}

static enum img_status fail(const struct doubt *d, struct img_error *err)
{
	char where[32 * (NAMED_RANGES + 1)];

	name_ranges(d, where, sizeof(where));
	return img_fail(err, IMG_E_CORRUPT, d->first,
			"reading is unstable: passes differ in %llu of %llu sectors of 4 KiB (%s); "
			"check the contacts, shorten the wires or lower the clock",
			(unsigned long long)d->count, (unsigned long long)d->sectors, where);
}

/* *settled: so many readings in a row were the same, and that is in into. */
static enum img_status settle_one(struct chip *chip, uint64_t at, unsigned agree,
				  struct img_span into, bool *settled, struct img_error *err)
{
	uint8_t again[DOUBT_SECTOR];
	const struct img_span last = img_span_of(again, img_span_size(into));
	unsigned same = 1, readings;
	enum img_status st = steady_read(chip, at, into, err);

	for (readings = 1; st == IMG_OK && same < agree && readings < agree + READINGS_MORE;
	     readings++) {
		st = steady_read(chip, at, last, err);
		if (st != IMG_OK)
			break;
		same = img_view_equal(img_span_view(into), img_span_view(last)) ? same + 1 : 1;
		st = img_span_write(into, 0, img_span_view(last), err);
	}
	*settled = same >= agree;
	return st;
}

enum img_status doubt_settle(const struct doubt *d, struct chip *chip, unsigned agree,
			     const struct run_watch *watch, struct img *contents,
			     struct img_error *err)
{
	const uint64_t size = img_size(contents);
	char where[32 * (NAMED_RANGES + 1)];
	struct doubt left;
	enum img_status st;
	uint64_t i;

	/* Where a sector takes as long as all of it, there would be no end to it. */
	if (!watch || !watch->settled || chip_info(chip)->at_once)
		return fail(d, err);
	st = doubt_new(size, &left, err);
	for (i = 0; st == IMG_OK && i < d->sectors; i++) {
		const uint64_t at = i * DOUBT_SECTOR;
		struct img_span into;
		bool settled = true;

		if (!d->sector[i])
			continue;
		st = img_span_slice(img_span(contents), at,
				    size - at < DOUBT_SECTOR ? size - at : DOUBT_SECTOR, &into,
				    err);
		if (st == IMG_OK)
			st = settle_one(chip, at, agree, into, &settled, err);
		if (!settled)
			doubt_add(&left, at, at);
	}
	if (st == IMG_OK && left.count)
		st = fail(&left, err);
	doubt_free(&left);
	if (st != IMG_OK)
		return st;
	name_ranges(d, where, sizeof(where));
	watch->settled(watch->ctx, d->count, where);
	return IMG_OK;
}
