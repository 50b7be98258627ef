/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Board files. */
#include "tests/fuzz/fuzz.h"
#include "tools/common/board_yaml.h"

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const char small[] = "name: A\nrom_size: 4M\nchips: [{name: chip1, size: 4M}]\n"
		"densities: [4M]\nregions: {fd: 0-0xfff, gbe: 0x1000-0x2fff}\n"
		"vendor:\n  - {file: me.bin, region: gbe}\n"
		"  - {file: a, cbfs: a, type: raw, at: 0xfffa0000}\n";

	add(ctx, img_view_of(small, sizeof(small) - 1));
	add(ctx, img_view_of("name: &a [*a]\n", 14));
	fuzz_add_files(add, ctx, NULL, 0, "/layouts", 4000);
}

static void check_board(const struct img_board *b)
{
	uint64_t sum = 0;

	fuzz_must(b->name && *b->name && b->rom_size && b->rom_size <= IMG_SIZE_MAX);
	fuzz_must(b->chip_count >= 1 && b->chip_count <= IMG_BOARD_CHIPS);
	fuzz_must(b->region_count <= IMG_BOARD_REGIONS && b->piece_count <= BOARD_PIECES_MAX);
	for (size_t i = 0; i < b->chip_count; i++)
		sum += b->chip[i].size;
	fuzz_must(sum >= b->rom_size);
	for (size_t i = 0; i < b->region_count; i++)
		for (size_t k = 0; k < i; k++)
			fuzz_must(!img_range_overlap(b->region[i].range, b->region[k].range));
	for (size_t i = 0; i < b->piece_count; i++)
		fuzz_must(b->piece[i].file && *b->piece[i].file &&
			  !strchr(b->piece[i].file, '/'));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	static struct board_record record;
	struct img_error err;
	enum img_status st = board_yaml_parse(img_view_of(data, size), "fuzz", &record, &err);

	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_board(&record.board);
	return 0;
}
