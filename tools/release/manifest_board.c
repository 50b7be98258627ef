/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/manifest_board.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/io.h"
#include "tools/common/manifest.h"
#include "tools/release/facts.h"

struct manifest_board {
	struct img_board board;		/* points into the manifest and the texts */
	struct manifest *manifest;
	struct img_board_piece piece[RELEASE_PIECES_MAX];
	char *text[RELEASE_PIECES_MAX];	/* places, cut into words */
};

void piece_place_format(const struct img_board_piece *piece, char out[PIECE_PLACE_MAX])
{
	char at[32] = "";

	if (piece->fixed)
		snprintf(at, sizeof(at), ",at=0x%llx", (unsigned long long)piece->address);
	if (piece->place == IMG_PIECE_REGION)
		snprintf(out, PIECE_PLACE_MAX, "region %s", piece->name);
	else
		snprintf(out, PIECE_PLACE_MAX, "cbfs %s,type=%s%s%s", piece->name, piece->type, at,
			 piece->xip ? ",xip" : "");
}

/* Cuts text into the piece it describes. Names may have commas: they end at ",type=". */
static bool parse_place(char *text, struct img_board_piece *piece)
{
	char *word, *next;

	if (!strncmp(text, "region ", 7)) {
		piece->place = IMG_PIECE_REGION;
		piece->name = text + 7;
		return *piece->name;
	}
	word = strstr(text, ",type=");
	if (strncmp(text, "cbfs ", 5) || !word || word == text + 5)
		return false;
	piece->place = IMG_PIECE_CBFS;
	piece->name = text + 5;
	piece->type = word + 6;
	*word = 0;
	for (word = strchr(word + 1, ','); word; word = next) {
		*word++ = 0;
		next = strchr(word, ',');
		if (next)
			*next = 0;
		if (!strcmp(word, "xip"))
			piece->xip = true;
		else if (strncmp(word, "at=", 3) || !img_size_parse(word + 3, &piece->address))
			return false;
		else
			piece->fixed = true;
		if (next)
			*next = ',';
	}
	return true;
}

static enum img_status take_pieces(struct manifest_board *b, const struct manifest_image *image,
				   struct img_error *err)
{
	size_t i;

	if (!image->piece_count || image->piece_count > RELEASE_PIECES_MAX)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"its manifest does not say which vendor files there are");
	for (i = 0; i < image->piece_count; i++) {
		b->text[i] = strdup(image->piece[i].place);
		if (!b->text[i])
			return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		b->piece[i].file = image->piece[i].name;
		if (!parse_place(b->text[i], &b->piece[i]))
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"its manifest has a place that cannot be understood: %.80s",
					image->piece[i].place);
	}
	b->board.piece = b->piece;
	b->board.piece_count = image->piece_count;
	return IMG_OK;
}

static enum img_status make(struct manifest_board *b, struct img_error *err)
{
	const struct manifest_image *image = b->manifest->image;
	size_t i;

	if (!b->manifest->image_count || !b->manifest->board ||
	    image->part_count > IMG_BOARD_CHIPS)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "its manifest names no board");
	b->board.id = b->manifest->board;
	b->board.name = b->manifest->board;
	b->board.rom_size = image->size;
	b->board.place_low = true;
	b->board.chip_count = image->part_count;
	for (i = 0; i < image->part_count; i++)
		b->board.chip[i] = (struct img_board_chip){ image->part[i].chip,
							    image->part[i].size };
	return take_pieces(b, image, err);
}

static enum img_status find(struct release_source *source, const char *name, struct img **out,
			    struct img_error *err)
{
	struct release_member m;
	enum img_status st;

	while ((st = release_source_next(source, &m, err)) == IMG_OK)
		if (!strcmp(m.name, name))
			return release_source_read(source, MANIFEST_SIZE_MAX, out, err);
	return st;
}

enum img_status manifest_board_find(enum release_kind kind, const char *const *paths, size_t count,
				    const char *board, struct manifest_board **out,
				    struct img_error *err)
{
	struct manifest_board *b = calloc(1, sizeof(*b));
	char *name = io_format("%s.manifest", board);
	struct release_source *source = NULL;
	struct img *text = NULL;
	enum img_status st = IMG_OK;

	if (!b || !name)
		st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	if (st == IMG_OK)
		st = release_source_open(kind, paths, count, board, &source, err);
	if (st == IMG_OK)
		st = find(source, name, &text, err);
	if (st == IMG_OK)
		st = manifest_parse(img_bytes(text), &b->manifest, err);
	if (st == IMG_OK)
		st = make(b, err);
	img_close(text);
	release_source_close(source);
	free(name);
	if (st == IMG_OK)
		*out = b;
	else
		manifest_board_close(b);
	return st;
}

const struct img_board *manifest_board_info(const struct manifest_board *b)
{
	return &b->board;
}

void manifest_board_close(struct manifest_board *b)
{
	size_t i;

	if (!b)
		return;
	for (i = 0; i < RELEASE_PIECES_MAX; i++)
		free(b->text[i]);
	manifest_free(b->manifest);
	free(b);
}
