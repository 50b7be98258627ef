/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/facts.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/core/image.h"
#include "libimg/edit/locate.h"
#include "libimg/edit/strip.h"
#include "tools/common/io.h"
#include "tools/release/manifest_board.h"

/* The file a chip gets: its part of the image, and 0xff where the chip is larger. */
static enum img_status hash_chip(struct img_view rom, const struct img_part *part,
				 struct img_digest *out, struct img_error *err)
{
	struct img_view views[2] = { 0 };
	struct img *rest = NULL;
	enum img_status st;
	size_t count = 1;

	st = img_view_slice(rom, part->range.start, part->range.size, &views[0], err);
	if (st == IMG_OK && part->chip_size > part->range.size) {
		st = img_new(part->chip_size - part->range.size, 0xff, &rest, err);
		if (st == IMG_OK)
			views[count++] = img_bytes(rest);
	}
	if (st == IMG_OK)
		st = img_digest_parts(IMG_SHA512, views, count, out, err);
	img_close(rest);
	return st;
}

static enum img_status take_pieces(struct img_view rom, const struct img_board *board,
				   struct release_facts *f, struct img_error *err)
{
	enum img_status st = IMG_OK;
	struct img_view bytes;
	size_t i;

	for (i = 0; st == IMG_OK && i < board->piece_count; i++) {
		struct release_piece_fact *fact = &f->piece_fact[f->piece_count];

		if (board->piece[i].place == IMG_PIECE_ELSEWHERE)
			continue;
		if (f->piece_count == RELEASE_PIECES_MAX)
			return img_fail(err, IMG_E_SPACE, IMG_NOWHERE, "over %d vendor pieces",
					RELEASE_PIECES_MAX);
		f->piece[f->piece_count++] = &board->piece[i];
		st = img_strip_range(rom, &board->piece[i], &fact->range, err);
		if (st == IMG_OK && !fact->range.size)
			st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "%s is not in it",
				      board->piece[i].file);
		if (st == IMG_OK)
			st = img_view_slice(rom, fact->range.start, fact->range.size, &bytes, err);
		if (st == IMG_OK)
			st = img_digest(IMG_SHA512, bytes, &fact->sha512, err);
	}
	return st;
}

enum img_status release_facts_renew(struct img_view rom, struct release_facts *f,
				    struct img_error *err)
{
	const struct img_part *first = &f->parts.part[0];
	struct img_range gbe;
	enum img_status st;
	size_t i;

	/* The first chip's part is how the image begins: its digest comes on the way. */
	if (first->chip_size == first->range.size)
		st = img_digest_and_prefix(IMG_SHA512, rom, first->range.size, &f->sha512,
					   &f->part_sha512[0], err);
	else
		st = img_digest(IMG_SHA512, rom, &f->sha512, err);
	f->has_gbe = img_locate_region(rom, "gbe", &gbe, NULL) == IMG_OK;
	if (st == IMG_OK && f->has_gbe)
		st = manifest_gbe_masked(rom, gbe, &f->gbe_masked, err);
	for (i = first->chip_size == first->range.size; st == IMG_OK && i < f->parts.count; i++)
		st = hash_chip(rom, &f->parts.part[i], &f->part_sha512[i], err);
	return st;
}

enum img_status release_facts_take(struct img_view rom, const struct img_board *board,
				   struct release_facts *out, struct img_error *err)
{
	enum img_status st;

	memset(out, 0, sizeof(*out));
	st = img_split_by_board(rom, board, 0, &out->parts, err);
	if (st == IMG_OK)
		st = take_pieces(rom, board, out, err);
	return st == IMG_OK ? release_facts_renew(rom, out, err) : st;
}

static enum img_status record_part(const struct release_facts *f, size_t i, const char *name,
				   struct manifest_image *entry, struct img_error *err)
{
	const struct img_part *part = &f->parts.part[i];
	char *stem = io_stem(name);
	char *file = stem ? io_format("%s.%s.rom", stem, part->chip) : NULL;
	enum img_status st;

	if (file)
		st = manifest_add_part(entry, part->chip, file,
				       (struct img_range){ part->range.start, part->chip_size },
				       &f->part_sha512[i], err);
	else
		st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	free(file);
	free(stem);
	return st;
}

static enum img_status record_piece(const struct release_facts *f, size_t i,
				    struct manifest_image *entry, struct img_error *err)
{
	char place[PIECE_PLACE_MAX];

	piece_place_format(f->piece[i], place);
	return manifest_add_piece(entry, f->piece[i]->file, place, f->piece_fact[i].range,
				  &f->piece_fact[i].sha512, err);
}

enum img_status release_facts_record(const struct release_facts *f, const char *name,
				     uint64_t size, struct manifest *m, struct img_error *err)
{
	struct manifest_image *entry;
	enum img_status st;
	size_t i;

	st = manifest_add_image(m, name, size, &f->sha512, &entry, err);
	if (st != IMG_OK)
		return st;
	entry->has_gbe_masked = f->has_gbe;
	entry->gbe_masked = f->gbe_masked;
	for (i = 0; st == IMG_OK && i < f->parts.count; i++)
		st = record_part(f, i, name, entry, err);
	for (i = 0; st == IMG_OK && i < f->piece_count; i++)
		st = record_piece(f, i, entry, err);
	return st;
}
