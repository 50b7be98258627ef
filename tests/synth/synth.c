/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/synth/synth.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/cbfs_edit.h"
#include "libimg/edit/insert.h"
#include "tests/synth/descriptor.h"

enum {
	FMAP_SIZE = 0x1000,
	MRC_CACHE_SIZE = 0x10000,
	BOOT_BLOCK_SIZE = 0x4000,
	ROOM_FOR_EXTRAS = 0x400000,	/* areas smaller than this have no MRC cache */
};

void synth_bytes(const char *seed, uint8_t *out, size_t size)
{
	uint64_t x = 0x9e3779b97f4a7c15u;
	size_t i;

	for (; *seed; seed++)
		x = (x ^ (unsigned char)*seed) * 0x100000001b3u;
	for (i = 0; i < size; i++) {
		x ^= x << 13;
		x ^= x >> 7;
		x ^= x << 17;
		/* Firmware is neither noise nor text: some of it repeats. */
		out[i] = i % 64 < 40 ? (uint8_t)(x >> 32) : (uint8_t)(i / 64);
	}
}

void synth_fmap(uint8_t *out, uint64_t image_size, const struct img_board_region *areas,
		size_t count)
{
	size_t i;

	memcpy(out, "__FMAP__\1\1", 10);
	img_put_le32(out + 10, (uint32_t)(0x100000000u - image_size));
	img_put_le32(out + 18, (uint32_t)image_size);
	memcpy(out + 22, "FLASH", 5);
	img_put_le16(out + 54, (uint16_t)count);
	for (i = 0; i < count; i++) {
		uint8_t *p = out + 56 + 42 * i;

		img_put_le32(p, (uint32_t)areas[i].range.start);
		img_put_le32(p + 4, (uint32_t)areas[i].range.size);
		snprintf((char *)p + 8, 32, "%s", areas[i].name);
	}
}

struct img_range synth_region(const struct img_board *board, const char *name)
{
	size_t i;

	for (i = 0; i < board->region_count; i++)
		if (!strcmp(board->region[i].name, name))
			return board->region[i].range;
	return (struct img_range){ 0, 0 };
}

static size_t region_areas(const struct img_board *board, struct img_board_region *out)
{
	static const char *const pairs[][2] = { { "fd", "SI_DESC" }, { "gbe", "SI_GBE" },
						{ "me", "SI_ME" }, { "bios", "SI_BIOS" } };
	size_t i, n = 0;

	for (i = 0; i < sizeof(pairs) / sizeof(pairs[0]); i++) {
		struct img_range r = synth_region(board, pairs[i][0]);

		if (r.size)
			out[n++] = (struct img_board_region){ pairs[i][1], r };
	}
	return n;
}

/* Boards with a KBC1126 tell it where its firmware is, 0x100 bytes below the end. */
static void put_ec_pointers(const struct img_board *board, uint8_t *out)
{
	size_t i;

	for (i = 0; i < board->piece_count; i++) {
		const struct img_board_piece *p = &board->piece[i];
		uint8_t *b = out + (!strcmp(p->file, "ecfw1.bin") ? 0 : 4);

		if (strncmp(p->file, "ecfw", 4))
			continue;
		b[0] = (uint8_t)(p->address >> 16);
		b[1] = (uint8_t)(p->address >> 8);
		b[2] = (uint8_t)~b[0];
		b[3] = (uint8_t)~b[1];
	}
}

/* The mainboard's name as coreboot's id section has it; block is the end of the image. */
static void put_identity(const struct img_board *board, uint8_t block[BOOT_BLOCK_SIZE])
{
	const char *const text[] = { "synthetic", board->identity[0], board->identity[1] };
	size_t at = BOOT_BLOCK_SIZE - 0x80 - 16, i;

	if (!board->identity[1])
		return;
	img_put_le32(block + at + 12, (uint32_t)board->rom_size);
	for (i = 3; i--;) {
		uint8_t *word = block + BOOT_BLOCK_SIZE - 0x80 - 16 + 4 * i;

		at -= strlen(text[i]) + 1;
		memcpy(block + at, text[i], strlen(text[i]) + 1);
		img_put_le32(word, (uint32_t)(BOOT_BLOCK_SIZE - at));
	}
}

static enum img_status add_boot_block(struct img *img, const struct img_board *board, uint64_t at,
				      struct img_error *err)
{
	uint8_t bytes[BOOT_BLOCK_SIZE];
	struct img_cbfs_new file = { .name = "bootblock", .type = IMG_CBFS_BOOTBLOCK,
				     .data = img_view_of(bytes, sizeof(bytes)),
				     .place = IMG_CBFS_FIXED, .where = at };

	synth_bytes(board->id, bytes, sizeof(bytes));
	put_ec_pointers(board, bytes + sizeof(bytes) - 0x100);
	put_identity(board, bytes);
	/* The reset vector: a near jump, and zeros. */
	memcpy(bytes + sizeof(bytes) - 16, "\xe9\xed\xbf\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	return img_cbfs_add(img, NULL, &file, NULL, err);
}

static enum img_status add_file(struct img *img, const char *name, size_t size, const char *seed,
				struct img_error *err)
{
	struct img_cbfs_new file = { .name = name, .type = IMG_CBFS_RAW,
				     .place = IMG_CBFS_ANYWHERE };
	uint8_t *bytes = malloc(size);
	enum img_status st;

	if (!bytes)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	synth_bytes(seed, bytes, size);
	file.data = img_view_of(bytes, size);
	st = img_cbfs_add(img, NULL, &file, NULL, err);
	free(bytes);
	return st;
}

static enum img_status fill_cbfs(struct img *img, const struct img_board *board,
				 const char *variant, struct img_range cbfs, struct img_error *err)
{
	size_t unit = cbfs.size > 0x200000 ? 0x10000 : 0x4000;
	char seed[128];
	enum img_status st;

	snprintf(seed, sizeof(seed), "payload %s", variant);
	st = img_cbfs_create(img, cbfs, err);
	if (st == IMG_OK)
		st = add_boot_block(img, board, img_range_end(cbfs) - BOOT_BLOCK_SIZE, err);
	if (st == IMG_OK)
		st = add_file(img, "fallback/romstage", unit + 0x123, board->id, err);
	if (st == IMG_OK)
		st = add_file(img, "fallback/ramstage", unit + 0x77, variant, err);
	if (st == IMG_OK)
		st = add_file(img, "config", 5105, board->name, err);
	if (st == IMG_OK)
		st = add_file(img, "fallback/payload", 4 * unit + 6, seed, err);
	if (st == IMG_OK)
		st = add_file(img, "etc/ps2-keyboard-spinup", 8, seed, err);
	return st;
}

static enum img_status fill_bios(struct img *img, const struct img_board *board,
				 const char *variant, struct img_error *err)
{
	struct img_range bios = synth_region(board, "bios"), cbfs;
	uint8_t table[FMAP_SIZE];
	struct img_board_region areas[8];
	size_t n = region_areas(board, areas);
	enum img_status st;

	if (!bios.size)
		bios = (struct img_range){ 0, board->rom_size };
	cbfs = bios;
	if (bios.size > ROOM_FOR_EXTRAS) {
		areas[n++] = (struct img_board_region){ "RW_MRC_CACHE",
							{ cbfs.start, MRC_CACHE_SIZE } };
		cbfs.start += MRC_CACHE_SIZE;
	}
	areas[n++] = (struct img_board_region){ "FMAP", { cbfs.start, FMAP_SIZE } };
	cbfs.start += FMAP_SIZE;
	cbfs.size = img_range_end(bios) - cbfs.start;
	areas[n++] = (struct img_board_region){ "COREBOOT", cbfs };

	memset(table, 0xff, sizeof(table));
	memset(table, 0, 56 + 42 * n);
	synth_fmap(table, board->rom_size, areas, n);
	st = img_span_write(img_span(img), cbfs.start - FMAP_SIZE,
			    img_view_of(table, sizeof(table)), err);
	return st == IMG_OK ? fill_cbfs(img, board, variant, cbfs, err) : st;
}

void synth_gbe_bank(const char *mac, uint8_t bank[SYNTH_GBE_BANK])
{
	unsigned m[6] = { 0 }, i;
	uint16_t sum = 0;

	memset(bank, 0xff, SYNTH_GBE_BANK);
	if (sscanf(mac, "%x:%x:%x:%x:%x:%x", m, m + 1, m + 2, m + 3, m + 4, m + 5) != 6)
		memset(m, 0, sizeof(m));
	for (i = 0; i < 6; i++)
		bank[i] = (uint8_t)m[i];
	img_put_le16(bank + 2 * 0x0d, 0x1502);
	img_put_le16(bank + 2 * 0x13, 0xa505);
	for (i = 0; i < 0x3f; i++)
		sum = (uint16_t)(sum + img_get_le16(bank + 2 * i));
	img_put_le16(bank + 2 * 0x3f, (uint16_t)(0xbaba - sum));
}

static enum img_status fill_gbe(struct img *img, const struct img_board *board,
				struct img_error *err)
{
	struct img_range gbe = synth_region(board, "gbe");
	enum img_status st = IMG_OK;
	uint8_t bank[SYNTH_GBE_BANK];
	unsigned i;

	if (gbe.size < 2 * sizeof(bank))
		return IMG_OK;
	synth_gbe_bank(board->gbe_mac ? board->gbe_mac : "00:de:ad:c0:ff:ee", bank);
	for (i = 0; st == IMG_OK && i < 2; i++)
		st = img_span_write(img_span(img), gbe.start + i * (gbe.size / 2),
				    img_view_of(bank, sizeof(bank)), err);
	return st;
}

enum img_status synth_image(const struct img_board *board, const char *variant, struct img **out,
			    struct img_error *err)
{
	uint8_t descriptor[SYNTH_DESCRIPTOR_SIZE];
	struct img *img;
	enum img_status st;

	st = img_new(board->rom_size, 0xff, &img, err);
	if (st != IMG_OK)
		return st;
	if (board->region_count) {
		synth_descriptor(board, descriptor);
		st = img_span_write(img_span(img), 0,
				    img_view_of(descriptor, sizeof(descriptor)), err);
	}
	if (st == IMG_OK)
		st = fill_gbe(img, board, err);
	if (st == IMG_OK)
		st = fill_bios(img, board, variant, err);
	if (st == IMG_OK)
		*out = img;
	else
		img_close(img);
	return st;
}

enum img_status synth_complete(const struct img_board *board, struct img *img,
			       struct img_error *err)
{
	enum img_status st = IMG_OK;
	struct img *piece;
	size_t i;

	for (i = 0; st == IMG_OK && i < board->piece_count; i++) {
		if (board->piece[i].place == IMG_PIECE_ELSEWHERE)
			continue;
		st = synth_piece(board, &board->piece[i], &piece, err);
		if (st != IMG_OK)
			break;
		st = img_insert(img, &board->piece[i], img_bytes(piece), NULL, err);
		img_close(piece);
	}
	return st;
}
