/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/rom.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/edit/strip.h"
#include "tools/common/io.h"
#include "tools/release/name.h"

static enum img_status put_vendor_files(struct rom *rom, struct img_error *err)
{
	const struct img_board *board = rom->plan->board;
	enum img_status st = IMG_OK;

	if (rom->stripped)
		st = vendor_files_insert(rom->plan->files, rom->img, err);
	if (st == IMG_OK)
		st = release_facts_take(img_bytes(rom->img), board, &rom->facts, err);
	if (st != IMG_OK)
		return st;
	rom->published = rom->facts.hashes.sha512;
	if (!rom->plan->want_sha1)
		return IMG_OK;
	return img_digest(IMG_SHA1, img_bytes(rom->img), &rom->published_sha1, err);
}

static enum img_status put_mac(struct rom *rom, struct img_error *err)
{
	const struct rom_plan *plan = rom->plan;
	struct img_gbe before, after;
	enum img_status st;
	bool known;

	rom->has_mac = rom->facts.hashes.has_gbe_masked;
	if (plan->mac->keep || !rom->has_mac)
		return IMG_OK;
	known = mac_read(img_bytes(rom->img), &before, NULL) == IMG_OK;
	st = mac_apply(plan->mac, rom->img, err);
	if (st == IMG_OK && known && !checks_allowed(plan->checks, MAC_CHANGE) &&
	    mac_read(img_bytes(rom->img), &after, NULL) == IMG_OK)
		st = mac_check_loss(plan->mac, plan->board, &before, &after, err);
	return st == IMG_OK ? release_facts_renew(img_bytes(rom->img), &rom->facts, err) : st;
}

/* What goes out is about to be written to chips. */
static enum img_status check(const struct rom *rom, struct img_error *err)
{
	const struct checks_subject s = { .image = img_bytes(rom->img),
					  .board = rom->plan->board };

	return checks_run(rom->plan->checks, NULL, &s, err);
}

static void end(struct rom *rom, enum img_status st)
{
	rom->status = st;
	/* Output errors name the output; the others are about this ROM. */
	if (st != IMG_OK && st != IMG_E_IO && st != IMG_E_EXISTS && !rom->plan->alone)
		img_error_prefix(&rom->err, "%s", rom->name);
	img_close(rom->img);
	rom->img = NULL;
}

void rom_inject(void *arg)
{
	struct rom *rom = arg;
	struct img_view bytes = img_bytes(rom->img);
	enum img_status st;

	st = put_vendor_files(rom, &rom->err);
	if (st == IMG_OK)
		st = put_mac(rom, &rom->err);
	if (st == IMG_OK)
		st = check(rom, &rom->err);
	if (st == IMG_OK)
		st = sink_put(rom->plan->sink, rom->name, &bytes, 1, &rom->item, &rom->err);
	end(rom, st);
}

/* What the pieces are now, to be looked for when they should be gone. */
struct taken {
	struct img *content[RELEASE_PIECES_MAX];
	struct img_view view[RELEASE_PIECES_MAX];
	struct img_board_piece piece[RELEASE_PIECES_MAX];
	size_t count;
};

static enum img_status copy_pieces(struct rom *rom, struct taken *t, struct img_error *err)
{
	const struct release_facts *f = &rom->facts;
	enum img_status st = IMG_OK;
	struct img_view bytes;

	for (t->count = 0; st == IMG_OK && t->count < f->piece_count; t->count++) {
		struct img_range r = f->piece_fact[t->count].range;

		st = img_view_slice(img_bytes(rom->img), r.start, r.size, &bytes, err);
		if (st == IMG_OK)
			st = img_copy(bytes, &t->content[t->count], err);
		if (st != IMG_OK)
			break;
		t->piece[t->count] = *f->piece[t->count];
		t->view[t->count] = img_bytes(t->content[t->count]);
	}
	return st;
}

static enum img_status take_out(struct rom *rom, struct img_error *err)
{
	struct taken t = { 0 };
	enum img_status st;
	size_t i;

	st = copy_pieces(rom, &t, err);
	for (i = 0; st == IMG_OK && i < t.count; i++)
		st = img_strip(rom->img, &t.piece[i], err);
	if (st == IMG_OK)
		st = img_strip_prove(img_bytes(rom->img), t.piece, t.count, t.view, err);
	for (i = 0; i < t.count; i++)
		img_close(t.content[i]);
	return st;
}

static enum img_status put_stripped(struct rom *rom, struct img_error *err)
{
	static const uint8_t pad = 0;
	struct img_view parts[] = { img_bytes(rom->img), img_view_of(&pad, 1) };
	char *name = io_format(RELEASE_PREFIX "%s", rom->name);
	enum img_status st;

	if (!name)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = sink_put(rom->plan->sink, name, parts, 2, &rom->item, err);
	free(name);
	return st;
}

void rom_strip(void *arg)
{
	struct rom *rom = arg;
	enum img_status st;

	st = release_facts_take(img_bytes(rom->img), rom->plan->board, &rom->facts, &rom->err);
	rom->published = rom->facts.hashes.sha512;
	if (st == IMG_OK)
		st = take_out(rom, &rom->err);
	if (st == IMG_OK)
		st = put_stripped(rom, &rom->err);
	end(rom, st);
}

void rom_close(struct rom *rom)
{
	img_close(rom->img);
	sink_item_drop(&rom->item);
	free(rom->name);
}
