/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What the manifest says of one complete ROM. Taken from the bytes alone, so that it is the
 * same whether the vendor files were just put in or are about to be taken out.
 */
#ifndef TOOLS_RELEASE_FACTS_H
#define TOOLS_RELEASE_FACTS_H

#include "libimg/core/board.h"
#include "tools/common/image_hashes.h"
#include "tools/common/manifest.h"

/* More pieces than any board has. */
#define RELEASE_PIECES_MAX 16

struct release_piece_fact {
	struct img_range range;		/* of a region all of it, of a CBFS file its data */
	struct img_digest sha512;
};

struct release_facts {
	struct image_hashes hashes;
	size_t part_count;		/* one for each chip, in image order */
	char chip[IMG_BOARD_CHIPS][32];
	struct image_part_hashes part[IMG_BOARD_CHIPS];
	size_t piece_count;		/* of the board's pieces that go into the image */
	const struct img_board_piece *piece[RELEASE_PIECES_MAX];
	struct release_piece_fact piece_fact[RELEASE_PIECES_MAX];
};

/*
 * IMG_E_REFUSED: the ROM is not the board's. IMG_E_ABSENT: one of the pieces is not in it.
 * May be called from several threads at once.
 */
enum img_status release_facts_take(struct img_view rom, const struct img_board *board,
				   struct release_facts *out, struct img_error *err) IMG_CHECKED;

/* Takes the digests once more after something outside the pieces was changed. */
enum img_status release_facts_renew(struct img_view rom, struct release_facts *facts,
				    struct img_error *err) IMG_CHECKED;

/* Adds the ROM to m under this name. */
enum img_status release_facts_record(const struct release_facts *facts, const char *name,
				     uint64_t size, struct manifest *m, struct img_error *err)
	IMG_CHECKED;

#endif
