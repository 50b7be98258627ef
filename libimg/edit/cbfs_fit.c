/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_fit.h"

#include "libimg/edit/locate.h"

enum {
	VERSION = 0x0100,
	MICROCODE_HEADER = 48,
	SWAP_UNIT = 64 << 10,
	TABLES = 1 + IMG_FIT_SWAPS,
};

static uint64_t swap_of(unsigned table)
{
	return table ? (uint64_t)SWAP_UNIT << (table - 1) : 0;
}

/* Both pointers may lead to one table. */
static bool is_first_again(struct img_view image, const struct img_fit *fit)
{
	struct img_fit first;

	return fit->swap && img_fit_decode(image, 0, &first, NULL) == IMG_OK &&
	       first.at == fit->at;
}

enum img_status img_fit_next(struct img_view image, unsigned *cursor, struct img_fit *out,
			     struct img_error *err)
{
	enum img_status st;

	while (*cursor < TABLES) {
		st = img_fit_decode(image, swap_of((*cursor)++), out, err);
		if (st == IMG_E_ABSENT || (st == IMG_OK && is_first_again(image, out)))
			continue;
		return st;
	}
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "no FIT in this image");
}

enum img_fit_state img_fit_look(struct img_view image, const struct img_fit_entry *entry,
				uint64_t *where)
{
	struct img_view there, header;

	*where = IMG_NOWHERE;
	if (!img_fit_offset(img_view_size(image), entry->address, where))
		return IMG_FIT_OUTSIDE;
	if (entry->type != IMG_FIT_MICROCODE)
		return IMG_FIT_GOOD;
	if (img_view_slice(image, *where, img_view_size(image) - *where, &there, NULL) != IMG_OK)
		return IMG_FIT_OUTSIDE;
	if (img_fit_microcode(there))
		return IMG_FIT_GOOD;
	if (img_view_slice(there, 0, MICROCODE_HEADER, &header, NULL) == IMG_OK &&
	    img_view_filled(header, 0xff))
		return IMG_FIT_EMPTY;
	return IMG_FIT_NO_MICROCODE;
}

static bool holds(struct img_range range, uint64_t at)
{
	return img_range_holds(range, (struct img_range){ at, 1 });
}

static bool points_into(struct img_view image, const struct img_fit_entry *e,
			struct img_range range)
{
	uint64_t at;

	return e->type != IMG_FIT_UNUSED &&
	       img_fit_offset(img_view_size(image), e->address, &at) && holds(range, at);
}

/* It was read from there, so that it can be written there. */
static void store(struct img *image, struct img_fit *fit)
{
	(void)!img_fit_store(img_span(image), fit, NULL);
}

void img_fit_forget(struct img *image, struct img_range gone)
{
	struct img_fit fit;
	unsigned cursor = 0;
	enum img_status st;

	while ((st = img_fit_next(img_bytes(image), &cursor, &fit, NULL)) != IMG_E_ABSENT) {
		bool changed = false;

		if (st != IMG_OK || !fit.sum_ok || holds(gone, fit.at))
			continue;
		for (size_t i = 0; i < fit.count; i++) {
			if (!points_into(img_bytes(image), &fit.entry[i], gone))
				continue;
			fit.entry[i] = (struct img_fit_entry){ .version = fit.entry[i].version,
							       .type = IMG_FIT_UNUSED };
			changed = true;
		}
		if (changed)
			store(image, &fit);
	}
}

/* The next update in data at or after *at, which moves behind it. False: no more. */
static bool next_update(struct img_view image, struct img_range data, uint64_t *at,
			struct img_range *out)
{
	struct img_view rest;
	uint64_t size;

	if (*at >= img_range_end(data) ||
	    img_view_slice(image, *at, img_range_end(data) - *at, &rest, NULL) != IMG_OK)
		return false;
	size = img_fit_microcode(rest);
	*out = (struct img_range){ *at, size };
	*at += size;
	return size;
}

static bool is_named(struct img_view image, const struct img_fit *fit, struct img_range update)
{
	for (size_t i = 0; i < fit->count; i++)
		if (points_into(image, &fit->entry[i], (struct img_range){ update.start, 1 }))
			return true;
	return false;
}

static struct img_fit_entry *unused_entry(struct img_fit *fit)
{
	for (size_t i = 0; i < fit->count; i++)
		if (fit->entry[i].type == IMG_FIT_UNUSED)
			return &fit->entry[i];
	return NULL;
}

static bool announce_in(struct img_view image, struct img_fit *fit, struct img_range data)
{
	struct img_fit_entry *free_one;
	uint64_t at = data.start;
	struct img_range update;
	bool changed = false;
	uint32_t address;

	while (next_update(image, data, &at, &update)) {
		free_one = unused_entry(fit);
		if (!free_one || is_named(image, fit, update) ||
		    img_locate_mapped(img_view_size(image), update.start, &address, NULL) != IMG_OK)
			continue;
		*free_one = (struct img_fit_entry){ .address = address, .version = VERSION,
						    .type = IMG_FIT_MICROCODE };
		changed = true;
	}
	return changed;
}

void img_fit_announce(struct img *image, struct img_range data)
{
	struct img_fit fit;
	unsigned cursor = 0;
	enum img_status st;

	while ((st = img_fit_next(img_bytes(image), &cursor, &fit, NULL)) != IMG_E_ABSENT)
		if (st == IMG_OK && fit.sum_ok && announce_in(img_bytes(image), &fit, data))
			store(image, &fit);
}

unsigned img_fit_missing(struct img_view image, struct img_range data)
{
	unsigned cursor = 0, missing, most = 0;
	struct img_range update;
	struct img_fit fit;
	enum img_status st;
	uint64_t at;

	while ((st = img_fit_next(image, &cursor, &fit, NULL)) != IMG_E_ABSENT) {
		missing = 0;
		for (at = data.start; st == IMG_OK && next_update(image, data, &at, &update);)
			missing += !is_named(image, &fit, update);
		most = missing > most ? missing : most;
	}
	return most;
}
