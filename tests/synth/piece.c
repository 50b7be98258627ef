/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Stand-ins for prepared vendor files. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "tests/synth/fsp.h"
#include "tests/synth/me.h"
#include "tests/synth/module.h"
#include "tests/synth/synth.h"

enum {
	CLEANED_ME = 0x17000,
	MRC_SIZE = 190180,
	EC_SIZE = 0x7d04,
	OPTION_ROM_SIZE = 0xf000,
	OTHER_SIZE = 0xc123,
	THUNDERBOLT_SIZE = 0x100000,
	FSP_M_SIZE = 0x88000,
	FSP_S_SIZE = 0x2f000,
	PROGRAM_SIZE = 0x1fa84,
};

/* What tells an ME region from noise: $FPT with one partition, FTPR, and its manifest. */
static void make_me(uint8_t *me)
{
	uint8_t *manifest = me + 0x400;

	memset(me + 0x10, 0, 0x40);
	memcpy(me + 0x10, "$FPT\1\0\0\0\x20\x10\x30", 11);
	memcpy(me + 0x30, "FTPR\xff\xff\xff\xff", 8);
	img_put_le32(me + 0x38, 0x400);
	img_put_le32(me + 0x3c, 0x8000);
	/* Header and manifest, both in words of 32 bits; no modules; a key of 2048 bits. */
	img_put_le32(manifest + 0x04, 0x284 / 4);
	img_put_le32(manifest + 0x18, 0x400 / 4);
	memcpy(manifest + 0x1c, "$MN2\0\0\0", 8);
	img_put_le32(manifest + 0x78, 0x100 / 4);
	synth_me_sign(me, 0x400);
}

/* Length and sum of the data in front of them. */
static void make_ec(uint8_t *ec)
{
	uint16_t sum = 0;
	size_t i;

	for (i = 4; i < EC_SIZE; i++)
		sum = (uint16_t)(sum + ec[i]);
	img_put_le16(ec, EC_SIZE - 4);
	img_put_le16(ec + 2, sum);
}

static bool is(const struct img_board_piece *piece, const char *type)
{
	return piece->type && !strcmp(piece->type, type);
}

static bool is_ec(const struct img_board_piece *piece)
{
	return !strncmp(piece->file, "ecfw", 4);
}

static uint64_t size_of(const struct img_board *board, const struct img_board_piece *piece)
{
	uint64_t region = synth_region(board, piece->name ? piece->name : "").size;

	if (piece->place == IMG_PIECE_ELSEWHERE)
		return THUNDERBOLT_SIZE;
	if (piece->place == IMG_PIECE_CBFS)
		return is(piece, "mrc") ? MRC_SIZE : is(piece, "optionrom") ? OPTION_ROM_SIZE :
		       is_ec(piece) ? EC_SIZE : OTHER_SIZE;
	/* A cleaned ME is shorter than its region; 4 KiB of that stay blank at least. */
	if (!piece->clean || !strstr(piece->clean, "relocate"))
		return region;
	return region > CLEANED_ME + 0x1000 ? CLEANED_ME : region - 0x1000;
}

enum img_status synth_piece(const struct img_board *board, const struct img_board_piece *piece,
			    struct img **out, struct img_error *err)
{
	uint64_t size = size_of(board, piece);
	char seed[160];
	enum img_status st;
	uint8_t *bytes;

	snprintf(seed, sizeof(seed), "%s %s", board->id, piece->file);
	if (is(piece, "fsp"))
		return synth_fsp(piece->xip ? IMG_FSP_M : IMG_FSP_S, seed,
				 piece->xip ? FSP_M_SIZE : FSP_S_SIZE, out, err);
	if (is(piece, "stage"))
		return synth_module(seed, PROGRAM_SIZE, out, err);
	bytes = malloc(size);
	if (!bytes)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	synth_bytes(seed, bytes, size);
	if (piece->place == IMG_PIECE_REGION)
		make_me(bytes);
	if (is(piece, "optionrom"))
		memcpy(bytes, "\x55\xaa\x78", 3);
	if (is_ec(piece))
		make_ec(bytes);
	st = img_copy(img_view_of(bytes, size), out, err);
	free(bytes);
	return st;
}
