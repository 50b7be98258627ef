/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/synth/descriptor.h"

#include <string.h>

#include "libimg/core/bytes.h"

static const char *const region_names[] = { "fd", "bios", "me", "gbe", "pd", "devexp", "bios2",
					    "res7", "ec" };

enum { V1_REGIONS = 5, REGIONS = 16, STRAP_ME_DISABLE = 0x100 };

static int region_index(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(region_names) / sizeof(region_names[0]); i++)
		if (!strcmp(region_names[i], name))
			return (int)i;
	return -1;
}

static bool needs_version_2(const struct img_board *board)
{
	size_t i;

	for (i = 0; i < board->region_count; i++)
		if (region_index(board->region[i].name) >= V1_REGIONS)
			return true;
	return board->density[0] > (uint64_t)16 << 20;
}

static uint32_t density_code(uint64_t size)
{
	return size ? img_log2(size) - 19 : 0;	/* 512 KiB is 0 */
}

static void put_maps(uint8_t *d, bool v2, size_t components)
{
	uint32_t nc = (uint32_t)(components > 1) << 8;

	img_put_le32(d + 0x10, 0x0ff0a55a);
	img_put_le32(d + 0x14, (v2 ? 0x00040003 : 0x04040003) | nc);
	img_put_le32(d + 0x18, v2 ? 0x12100208 : 0x12100206);
	img_put_le32(d + 0x1c, v2 ? 0x00310130 : 0x00210120);
	img_put_le32(d + 0xefc, 0x000000df);
}

void synth_descriptor(const struct img_board *board, uint8_t out[SYNTH_DESCRIPTOR_SIZE])
{
	bool v2 = needs_version_2(board);
	uint32_t high = density_code(board->density_count > 1 ? board->density[1] : 0);
	size_t i;

	memset(out, 0xff, SYNTH_DESCRIPTOR_SIZE);
	put_maps(out, v2, board->density_count);
	img_put_le32(out + 0x30, (v2 ? 0x325c0000 : 0x49900000) |
				 density_code(board->density[0]) | high << (v2 ? 4 : 3));
	img_put_le32(out + 0x34, 0);
	img_put_le32(out + 0x38, 0);
	for (i = 0; i < (v2 ? REGIONS : V1_REGIONS); i++)
		img_put_le32(out + 0x40 + 4 * i, v2 ? 0x00007fff : 0x00001fff);
	for (i = 0; i < board->region_count; i++) {
		struct img_range r = board->region[i].range;
		int index = region_index(board->region[i].name);

		if (index >= 0)
			img_put_le32(out + 0x40 + 4 * index,
				     (uint32_t)((img_range_end(r) - 1) >> 12 << 16 |
						r.start >> 12));
	}
	for (i = 0; i < 3; i++)
		img_put_le32(out + (v2 ? 0x80 : 0x60) + 4 * i, v2 ? 0xffffff00 : 0xffff0000);
	memset(out + STRAP_ME_DISABLE, 0, 0x12 * 4);
	img_put_le32(out + STRAP_ME_DISABLE + (v2 ? 0 : 0x28), v2 ? 0x00010000 : 0x00000080);
	memset(out + 0x200, 0, 4);
}
