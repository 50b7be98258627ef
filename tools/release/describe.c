/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/describe.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/edit/locate.h"
#include "libimg/edit/split.h"
#include "tools/common/io.h"

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

static enum img_status describe_parts(struct manifest_image *entry, const struct img_parts *parts,
				      struct img_view rom, struct img_error *err)
{
	char *stem = io_stem(entry->name), *name;
	enum img_status st = IMG_OK;
	struct img_digest digest;
	size_t i;

	for (i = 0; st == IMG_OK && stem && i < parts->count; i++) {
		const struct img_part *part = &parts->part[i];

		st = hash_chip(rom, part, &digest, err);
		if (st != IMG_OK)
			break;
		name = io_format("%s.%s.rom", stem, part->chip);
		if (!name)
			st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		else
			st = manifest_add_part(entry, part->chip, name,
					       (struct img_range){ part->range.start,
								   part->chip_size },
					       &digest, err);
		free(name);
	}
	if (!stem)
		st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	free(stem);
	return st;
}

static enum img_status describe_pieces(struct manifest_image *entry,
				       const struct vendor_files *files,
				       const struct img_range *places, struct img_error *err)
{
	enum img_status st = IMG_OK;
	char *place;
	size_t i;

	for (i = 0; st == IMG_OK && i < files->count; i++) {
		const struct img_board_piece *piece = files->file[i].piece;

		place = io_format("%s %s", piece->place == IMG_PIECE_REGION ? "region" : "cbfs",
				  piece->name);
		if (!place)
			return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		st = manifest_add_piece(entry, piece->file, place, places[i],
					&files->file[i].sha512, err);
		free(place);
	}
	return st;
}

enum img_status release_describe(struct manifest *m, const struct img_board *board,
				 const char *name, struct img_view rom,
				 const struct img_digest *sha512, const struct vendor_files *files,
				 const struct img_range *places, struct img_error *err)
{
	struct manifest_image *entry;
	struct img_parts parts;
	struct img_range gbe;
	enum img_status st;

	st = img_split_by_board(rom, board, 0, &parts, err);
	if (st == IMG_OK)
		st = manifest_add_image(m, name, img_view_size(rom), sha512, &entry, err);
	if (st != IMG_OK)
		return st;
	if (img_locate_region(rom, "gbe", &gbe, NULL) == IMG_OK) {
		st = manifest_gbe_masked(rom, gbe, &entry->gbe_masked, err);
		entry->has_gbe_masked = st == IMG_OK;
	}
	if (st == IMG_OK)
		st = describe_parts(entry, &parts, rom, err);
	if (st == IMG_OK && places)
		st = describe_pieces(entry, files, places, err);
	return st;
}
