/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/bytes.h"
#include "libimg/edit/cbfs_pack.h"
#include "tests/fuzz/fuzz.h"
#include "tests/synth/descriptor.h"
#include "tests/synth/module.h"
#include "tests/synth/synth.h"

enum { GBE = 0x1000, ME = 0x3000, FMAP = 0x4000, BOOT_BLOCK = 0x400, ANCHOR = 0x80 };

static const struct img_board board = {
	.id = "small", .name = "Small", .rom_size = FUZZ_SMALL_SIZE, .density_count = 1,
	.density = { 0x80000 }, .region_count = 4,
	.region = { { "fd", { 0, 0x1000 } }, { "gbe", { GBE, 0x2000 } }, { "me", { ME, 0x1000 } },
		    { "bios", { FMAP, FUZZ_SMALL_SIZE - FMAP } } },
};

static void put(struct img *img, uint64_t at, const void *bytes, size_t size)
{
	struct img_error err;

	fuzz_ok(img_span_write(img_span(img), at, img_view_of(bytes, size), &err), &err);
}

static void put_tables(struct img *img)
{
	static const struct img_board_region areas[] = {
		{ "SI_DESC", { 0, 0x1000 } }, { "SI_GBE", { GBE, 0x2000 } },
		{ "SI_ME", { ME, 0x1000 } }, { "SI_BIOS", { FMAP, FUZZ_SMALL_SIZE - FMAP } },
		{ "FMAP", { FMAP, FUZZ_SMALL_CBFS - FMAP } },
		{ "COREBOOT", { FUZZ_SMALL_CBFS, FUZZ_SMALL_SIZE - FUZZ_SMALL_CBFS } },
	};
	uint8_t descriptor[SYNTH_DESCRIPTOR_SIZE], bank[SYNTH_GBE_BANK];
	uint8_t map[56 + 42 * 6] = { 0 };

	synth_descriptor(&board, descriptor);
	put(img, 0, descriptor, sizeof(descriptor));
	synth_gbe_bank("00:de:ad:c0:ff:ee", bank);
	put(img, GBE, bank, sizeof(bank));
	put(img, GBE + sizeof(bank), bank, sizeof(bank));
	synth_fmap(map, FUZZ_SMALL_SIZE, areas, 6);
	put(img, FMAP, map, sizeof(map));
}

/* A table with two partitions, as far as this goes without any code. */
static void put_me(struct img *img)
{
	uint8_t fpt[0x60] = "$FPT\2\0\0\0\x20\x10\x20";

	memcpy(fpt + 0x20, "FTPR", 4);
	img_put_le32(fpt + 0x28, 0x400);
	img_put_le32(fpt + 0x2c, 0x400);
	memcpy(fpt + 0x40, "FITC", 4);
	img_put_le32(fpt + 0x48, 0x800);
	img_put_le32(fpt + 0x4c, 0x200);
	put(img, ME + 0x10, fpt, sizeof(fpt));
}

static void add(struct img *img, struct img_cbfs_new file, const struct img_cbfs_packing *how)
{
	struct img_cbfs_packed packed = { .data = NULL };
	struct img_error err;

	if (how)
		fuzz_ok(img_cbfs_pack(&file, how, &packed, &err), &err);
	fuzz_ok(img_cbfs_add(img, NULL, &file, NULL, &err), &err);
	img_cbfs_packed_free(&packed);
}

static void add_boot_block(struct img *img)
{
	uint8_t bytes[BOOT_BLOCK];

	synth_bytes("boot block", bytes, sizeof(bytes));
	memset(bytes + ANCHOR, 0, 12 + 64);
	memcpy(bytes + ANCHOR, "\xadMdtHsh\x15", 8);
	bytes[ANCHOR + 11] = img_cbfs_hash_number(IMG_SHA256);
	memcpy(bytes + BOOT_BLOCK - 16, "\xe9\xed\xfb\0\0\0\0\0\0\0\0\0\0\0\0", 16);
	add(img, (struct img_cbfs_new){ .name = "bootblock", .type = IMG_CBFS_BOOTBLOCK,
					.data = img_view_of(bytes, sizeof(bytes)),
					.place = IMG_CBFS_FIXED,
					.where = FUZZ_SMALL_SIZE - BOOT_BLOCK }, NULL);
}

static void add_files(struct img *img)
{
	uint8_t plain[700];
	struct img_error err;
	struct img *elf;
	struct img_cbfs_new raw = { .name = "etc/raw", .type = IMG_CBFS_RAW,
				    .place = IMG_CBFS_ANYWHERE };
	struct img_cbfs_new program = { .place = IMG_CBFS_ANYWHERE };

	synth_bytes("raw", plain, sizeof(plain));
	raw.data = img_view_of(plain, sizeof(plain));
	add(img, raw, NULL);
	for (uint32_t c = IMG_COMPRESSION_LZMA; c <= IMG_COMPRESSION_ZSTD; c++) {
		raw.name = img_compression_word(c);
		add(img, raw, &(struct img_cbfs_packing){ .compression = c });
	}
	fuzz_ok(synth_module("small", 0x1000, &elf, &err), &err);
	program.name = "fallback/payload";
	program.type = IMG_CBFS_PAYLOAD;
	program.data = img_bytes(elf);
	add(img, program, &(struct img_cbfs_packing){ .compression = IMG_COMPRESSION_LZMA });
	program.name = "fallback/ramstage";
	program.type = IMG_CBFS_STAGE;
	add(img, program, &(struct img_cbfs_packing){ .compression = IMG_COMPRESSION_LZMA });
	img_close(elf);
}

struct img *fuzz_small_image(void)
{
	struct img_error err;
	struct img *img;

	fuzz_ok(img_new(FUZZ_SMALL_SIZE, 0xff, &img, &err), &err);
	put_tables(img);
	put_me(img);
	fuzz_ok(img_cbfs_create(img, (struct img_range){ FUZZ_SMALL_CBFS, FUZZ_SMALL_SIZE -
							 FUZZ_SMALL_CBFS }, &err), &err);
	add_boot_block(img);
	add_files(img);
	return img;
}
