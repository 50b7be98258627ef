/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/board_yaml.h"

#include <stdio.h>
#include <string.h>

#include "tools/common/board_rules.h"
#include "tools/common/strict_yaml.h"

#define COUNT(array) (sizeof(array) / sizeof((array)[0]))

/* What is being filled: every take function below gets it as ctx. */
struct filling {
	struct img_board *board;
	struct img_board_piece *piece;	/* the list of them */
	const char **hardware;
	struct board_lines lines;
	size_t identities;
};

static struct img_board_piece *current(void *ctx)
{
	struct filling *f = ctx;

	return &f->piece[f->board->piece_count];
}

/* --- vendor pieces ------------------------------------------------------------------------ */

static enum img_status piece_file(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 64, &current(ctx)->file);
}

static enum img_status piece_region(struct yaml_in *in, const char *key, void *ctx)
{
	current(ctx)->place = IMG_PIECE_REGION;
	return yaml_in_keep(in, key, 16, &current(ctx)->name);
}

static enum img_status piece_cbfs(struct yaml_in *in, const char *key, void *ctx)
{
	current(ctx)->place = IMG_PIECE_CBFS;
	return yaml_in_keep(in, key, 128, &current(ctx)->name);
}

static enum img_status piece_chip(struct yaml_in *in, const char *key, void *ctx)
{
	static const char *const words[] = { "separate" };
	size_t word;

	current(ctx)->place = IMG_PIECE_ELSEWHERE;
	return yaml_in_word(in, key, words, COUNT(words), &word);
}

static enum img_status piece_type(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 32, &current(ctx)->type);
}

static enum img_status piece_at(struct yaml_in *in, const char *key, void *ctx)
{
	current(ctx)->fixed = true;
	return yaml_in_size(in, key, &current(ctx)->address);
}

static enum img_status piece_xip(struct yaml_in *in, const char *key, void *ctx)
{
	static const char *const words[] = { "false", "true" };
	size_t word = 0;
	enum img_status st = yaml_in_word(in, key, words, COUNT(words), &word);

	current(ctx)->xip = word == 1;
	return st;
}

static enum img_status piece_update(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 64, &current(ctx)->update);
}

static enum img_status piece_clean(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 96, &current(ctx)->clean);
}

static enum img_status piece_sha512(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 128, &current(ctx)->sha512);
}

static enum img_status take_piece(struct yaml_in *in, const char *key, void *ctx)
{
	static const struct yaml_key keys[PIECE_KEYS] = {
		[PIECE_FILE] = { "file", piece_file },
		[PIECE_REGION] = { "region", piece_region },
		[PIECE_CBFS] = { "cbfs", piece_cbfs },
		[PIECE_CHIP] = { "chip", piece_chip },
		[PIECE_TYPE] = { "type", piece_type },
		[PIECE_AT] = { "at", piece_at },
		[PIECE_XIP] = { "xip", piece_xip },
		[PIECE_UPDATE] = { "update", piece_update },
		[PIECE_CLEAN] = { "clean", piece_clean },
		[PIECE_SHA512] = { "sha512", piece_sha512 },
	};
	struct filling *f = ctx;
	size_t i = f->board->piece_count;

	f->lines.piece[i] = yaml_in_line(in);
	return yaml_in_mapping(in, key, keys, PIECE_KEYS, f->lines.piece_key[i], f);
}

/* --- the board ---------------------------------------------------------------------------- */

static enum img_status board_name(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 128, &((struct filling *)ctx)->board->name);
}

static enum img_status board_hardware(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, BOARD_ID_MAX, ((struct filling *)ctx)->hardware);
}

static enum img_status board_rom_size(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_size(in, key, &((struct filling *)ctx)->board->rom_size);
}

static enum img_status chip_name(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 16, &((struct img_board_chip *)ctx)->name);
}

static enum img_status chip_size(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_size(in, key, &((struct img_board_chip *)ctx)->size);
}

static enum img_status take_chip(struct yaml_in *in, const char *key, void *ctx)
{
	static const struct yaml_key keys[] = { { "name", chip_name }, { "size", chip_size } };
	struct img_board *b = ((struct filling *)ctx)->board;
	unsigned line = yaml_in_line(in), seen[COUNT(keys)] = { 0 };
	enum img_status st = yaml_in_mapping(in, key, keys, COUNT(keys), seen,
					     &b->chip[b->chip_count]);

	if (st == IMG_OK && (!seen[0] || !seen[1]))
		return yaml_in_fail(in->err, IMG_E_ABSENT, line,
				    "a chip needs both name and size");
	return st;
}

static enum img_status board_chips(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_board *b = ((struct filling *)ctx)->board;

	return yaml_in_list(in, key, IMG_BOARD_CHIPS, &b->chip_count, take_chip, ctx);
}

static enum img_status take_density(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_board *b = ((struct filling *)ctx)->board;

	return yaml_in_size(in, key, &b->density[b->density_count]);
}

static enum img_status board_densities(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_board *b = ((struct filling *)ctx)->board;

	return yaml_in_list(in, key, IMG_BOARD_CHIPS, &b->density_count, take_density, ctx);
}

static enum img_status board_place(struct yaml_in *in, const char *key, void *ctx)
{
	static const char *const words[] = { "low", "high" };
	size_t word = 0;
	enum img_status st = yaml_in_word(in, key, words, COUNT(words), &word);

	((struct filling *)ctx)->board->place_low = word == 0;
	return st;
}

/* "0x3000-0x1afff": both ends belong to the region. */
static enum img_status take_range(struct yaml_in *in, const char *name, struct img_range *out)
{
	const char *text = yaml_in_scalar(in, name, 48), *dash;
	uint64_t first, last;
	char copy[49];

	if (!text)
		return IMG_E_CORRUPT;
	dash = strchr(text, '-');
	snprintf(copy, sizeof(copy), "%.*s", dash ? (int)(dash - text) : 0, text);
	if (!dash || !img_size_parse(copy, &first) || !img_size_parse(dash + 1, &last) ||
	    last < first || first % 4096 || last % 4096 != 4095)
		return yaml_in_fail(in->err, IMG_E_CORRUPT, yaml_in_line(in),
				    "%s: \"%s\" is no range of 4 KiB blocks (write "
				    "0x1000-0x2fff)", name, text);
	*out = (struct img_range){ first, last + 1 - first };
	return IMG_OK;
}

static enum img_status take_region(struct yaml_in *in, const char *key, void *ctx)
{
	struct filling *f = ctx;
	struct img_board *b = f->board;
	struct img_board_region *r = &b->region[b->region_count];
	enum img_status st;

	if (b->region_count == IMG_BOARD_REGIONS)
		return yaml_in_fail(in->err, IMG_E_SPACE, yaml_in_line(in), "%s: more than %d",
				    key, IMG_BOARD_REGIONS);
	f->lines.region[b->region_count++] = yaml_in_line(in);
	st = yaml_in_keep(in, "the name of a region", 16, &r->name);
	if (st == IMG_OK)
		st = yaml_in_next(in);
	return st == IMG_OK ? take_range(in, r->name, &r->range) : st;
}

static enum img_status board_regions(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_names(in, key, take_region, ctx);
}

static enum img_status take_identity(struct yaml_in *in, const char *key, void *ctx)
{
	struct filling *f = ctx;

	return yaml_in_keep(in, key, 64, &f->board->identity[f->identities]);
}

static enum img_status board_identity(struct yaml_in *in, const char *key, void *ctx)
{
	struct filling *f = ctx;

	return yaml_in_list(in, key, 2, &f->identities, take_identity, f);
}

static enum img_status take_alias(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_board *b = ((struct filling *)ctx)->board;

	return yaml_in_keep(in, key, 64, &b->alias[b->alias_count]);
}

static enum img_status board_aliases(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_board *b = ((struct filling *)ctx)->board;

	return yaml_in_list(in, key, IMG_BOARD_ALIASES, &b->alias_count, take_alias, ctx);
}

static enum img_status board_gbe_mac(struct yaml_in *in, const char *key, void *ctx)
{
	return yaml_in_keep(in, key, 17, &((struct filling *)ctx)->board->gbe_mac);
}

static enum img_status board_vendor(struct yaml_in *in, const char *key, void *ctx)
{
	struct img_board *b = ((struct filling *)ctx)->board;

	return yaml_in_list(in, key, BOARD_PIECES_MAX, &b->piece_count, take_piece, ctx);
}

/* --- the file ----------------------------------------------------------------------------- */

bool board_id_valid(const char *id)
{
	static const char letters[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789_-.";
	size_t len = strspn(id, letters);

	return len && len <= BOARD_ID_MAX && !id[len] && id[0] != '-' && id[0] != '.';
}

static enum img_status parse(struct yaml_in *in, struct filling *f)
{
	static const struct yaml_key keys[BOARD_KEYS] = {
		[BOARD_NAME] = { "name", board_name },
		[BOARD_HARDWARE] = { "hardware", board_hardware },
		[BOARD_ROM_SIZE] = { "rom_size", board_rom_size },
		[BOARD_CHIPS] = { "chips", board_chips },
		[BOARD_DENSITIES] = { "densities", board_densities },
		[BOARD_PLACE] = { "place", board_place },
		[BOARD_REGIONS] = { "regions", board_regions },
		[BOARD_IDENTITY] = { "identity", board_identity },
		[BOARD_ALIASES] = { "aliases", board_aliases },
		[BOARD_GBE_MAC] = { "gbe_mac", board_gbe_mac },
		[BOARD_VENDOR] = { "vendor", board_vendor },
	};
	enum img_status st = yaml_in_document(in, "the board file", keys, BOARD_KEYS,
					      f->lines.key, f);

	return st == IMG_OK ? board_rules_check(f->board, &f->lines, in->err) : st;
}

enum img_status board_yaml_parse(struct img_view yaml, const char *id, struct board_record *out,
				 struct img_error *err)
{
	struct filling f = { .board = &out->board, .piece = out->piece_,
			     .hardware = &out->hardware };
	struct yaml_in in;
	enum img_status st;

	memset(out, 0, sizeof(*out));
	if (!board_id_valid(id))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"the name of a board file is the board's id: 1 to %d letters, "
				"digits, \"_\", \"-\" and \".\"", BOARD_ID_MAX);
	if (img_view_size(yaml) > BOARD_FILE_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"over %zu KiB, which is too large for a board file",
				BOARD_FILE_MAX >> 10);
	snprintf(out->id_, sizeof(out->id_), "%s", id);
	st = yaml_in_open(&in, yaml, out->text_, sizeof(out->text_), err);
	if (st != IMG_OK)
		return st;
	out->board.id = out->id_;
	out->board.piece = out->piece_;
	st = parse(&in, &f);
	out->hardware_line = f.lines.key[BOARD_HARDWARE];
	yaml_in_close(&in);
	return st;
}
