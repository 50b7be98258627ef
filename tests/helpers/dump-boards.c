/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The compiled boards, one per line, in the notation of the tables of facts:
 * id, rom_size, chips, densities, regions, gbe_mac, placement, sha512, identity, place,
 * names of the chips, prepared files. "-": none.
 */
#include <stdio.h>

#include "tools/common/board.h"

static void put_sizes(const uint64_t *size, size_t count)
{
	char text[24];
	size_t i;

	putchar('\t');
	for (i = 0; i < count; i++) {
		img_size_format(size[i], text);
		printf("%s%s", i ? "+" : "", text);
	}
	if (!count)
		putchar('-');
}

static void put_regions(const struct img_board *b)
{
	size_t i;

	putchar('\t');
	for (i = 0; i < b->region_count; i++)
		printf("%s%s:0x%llx-0x%llx", i ? "," : "", b->region[i].name,
		       (unsigned long long)b->region[i].range.start,
		       (unsigned long long)img_range_end(b->region[i].range) - 1);
	if (!b->region_count)
		putchar('-');
}

static void put_place(const struct img_board_piece *p)
{
	char at[24] = "-";

	if (p->fixed)
		snprintf(at, sizeof(at), "0x%llx", (unsigned long long)p->address);
	if (p->place == IMG_PIECE_REGION)
		printf("ifd|%s|region|-", p->name);
	else if (p->place == IMG_PIECE_CBFS)
		printf("cbfs|%s|%s|%s", p->name, p->type, p->xip ? "xip" : at);
	else
		fputs("separate-chip|-|-|-", stdout);
}

static void put_pieces(const struct img_board *b)
{
	size_t i;

	putchar('\t');
	for (i = 0; i < b->piece_count; i++) {
		fputs(i ? ";" : "", stdout);
		put_place(&b->piece[i]);
	}
	fputs(b->piece_count ? "\t" : "-\t-", stdout);
	for (i = 0; i < b->piece_count; i++)
		printf("%s%s", i ? ";" : "", b->piece[i].sha512 ? b->piece[i].sha512 : "-");
}

int main(void)
{
	const struct img_board *b;
	uint64_t chips[IMG_BOARD_CHIPS];
	size_t i;

	for (b = board_table; b < board_table + board_table_count; b++) {
		for (i = 0; i < b->chip_count; i++)
			chips[i] = b->chip[i].size;
		printf("%s\t%llu", b->id, (unsigned long long)b->rom_size);
		put_sizes(chips, b->chip_count);
		put_sizes(b->density, b->density_count);
		put_regions(b);
		printf("\t%s", b->gbe_mac ? b->gbe_mac : "-");
		put_pieces(b);
		printf("\t%s %s", b->identity[0], b->identity[1]);
		printf("\t%s\t", b->place_low ? "low" : "-");
		for (i = 0; i < b->chip_count; i++)
			printf("%s%s", i ? "+" : "", b->chip[i].name);
		putchar('\t');
		for (i = 0; i < b->piece_count; i++)
			printf("%s%s", i ? ";" : "", b->piece[i].file);
		puts(b->piece_count ? "" : "-");
	}
	return 0;
}
