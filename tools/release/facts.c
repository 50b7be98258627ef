/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/facts.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/edit/split.h"
#include "libimg/edit/strip.h"
#include "tools/common/io.h"
#include "tools/release/manifest_board.h"

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
	return image_hashes_take(rom, false, f->part, f->part_count, &f->hashes, err);
}

static enum img_status take_parts(struct img_view rom, const struct img_board *board,
				  struct release_facts *f, struct img_error *err)
{
	struct img_parts parts;
	enum img_status st = img_split_by_board(rom, board, &parts, err);
	size_t i;

	if (st != IMG_OK)
		return st;
	f->part_count = parts.count;
	for (i = 0; i < parts.count; i++) {
		const struct img_part *p = &parts.part[i];

		memcpy(f->chip[i], p->chip, sizeof(f->chip[i]));
		f->part[i] = (struct image_part_hashes){ .range = p->range,
							 .size = p->chip_size };
	}
	return IMG_OK;
}

enum img_status release_facts_take(struct img_view rom, const struct img_board *board,
				   struct release_facts *out, struct img_error *err)
{
	enum img_status st;

	memset(out, 0, sizeof(*out));
	st = take_parts(rom, board, out, err);
	if (st == IMG_OK)
		st = take_pieces(rom, board, out, err);
	return st == IMG_OK ? release_facts_renew(rom, out, err) : st;
}

static enum img_status record_part(const struct release_facts *f, size_t i, const char *name,
				   struct manifest_image *entry, struct img_error *err)
{
	const struct image_part_hashes *part = &f->part[i];
	char *stem = io_stem(name);
	char *file = stem ? io_format("%s.%s.rom", stem, f->chip[i]) : NULL;
	enum img_status st;

	if (file)
		st = manifest_add_part(entry, f->chip[i], file,
				       (struct img_range){ part->range.start, part->size },
				       &part->sha512,
				       part->has_gbe_masked ? &part->gbe_masked : NULL, err);
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

	st = manifest_add_image(m, name, size, &f->hashes.sha512, &entry, err);
	if (st != IMG_OK)
		return st;
	entry->has_gbe_masked = f->hashes.has_gbe_masked;
	entry->gbe_masked = f->hashes.gbe_masked;
	for (i = 0; st == IMG_OK && i < f->part_count; i++)
		st = record_part(f, i, name, entry, err);
	for (i = 0; st == IMG_OK && i < f->piece_count; i++)
		st = record_piece(f, i, entry, err);
	return st;
}
