/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compile-boards layouts/x230_12mb.yaml ... > boards.c
 *
 * A program of the build: board files into the table of tools/common/board.h, sorted by id.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/image.h"
#include "tools/common/board_yaml.h"

static void put_string(const char *text)
{
	if (!text) {
		fputs("NULL", stdout);
		return;
	}
	putchar('"');
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c < 0x20 || c > 0x7e || strchr("\"\\?", c))
			printf("\\%03o", c);
		else
			putchar(c);
	}
	putchar('"');
}

static void put_field(const char *name, const char *text)
{
	if (!text)
		return;
	printf(", .%s = ", name);
	put_string(text);
}

static void put_pieces(const struct img_board *b, size_t number)
{
	static const char *const places[] = {
		"IMG_PIECE_REGION", "IMG_PIECE_CBFS", "IMG_PIECE_ELSEWHERE",
	};
	const struct img_board_piece *p;

	if (!b->piece_count)
		return;
	printf("static const struct img_board_piece pieces_%zu[] = {\n", number);
	for (p = b->piece; p < b->piece + b->piece_count; p++) {
		printf("\t{ .place = %s", places[p->place]);
		put_field("file", p->file);
		put_field("name", p->name);
		put_field("type", p->type);
		if (p->fixed)
			printf(", .fixed = true, .address = 0x%llx",
			       (unsigned long long)p->address);
		if (p->xip)
			fputs(", .xip = true", stdout);
		put_field("sha512", p->sha512);
		put_field("update", p->update);
		put_field("clean", p->clean);
		puts(" },");
	}
	puts("};\n");
}

static void put_board(const struct img_board *b, size_t number)
{
	size_t i;

	fputs("\t{ .id = ", stdout);
	put_string(b->id);
	put_field("name", b->name);
	printf(", .rom_size = 0x%llx, .place_low = %d,\n", (unsigned long long)b->rom_size,
	       b->place_low);
	printf("\t  .chip_count = %zu, .chip = {", b->chip_count);
	for (i = 0; i < b->chip_count; i++) {
		fputs(" { ", stdout);
		put_string(b->chip[i].name);
		printf(", 0x%llx },", (unsigned long long)b->chip[i].size);
	}
	printf(" },\n\t  .density_count = %zu, .density = { 0x%llx, 0x%llx },\n", b->density_count,
	       (unsigned long long)b->density[0], (unsigned long long)b->density[1]);
	printf("\t  .region_count = %zu, .region = {", b->region_count);
	for (i = 0; i < b->region_count; i++) {
		fputs(" { ", stdout);
		put_string(b->region[i].name);
		printf(", { 0x%llx, 0x%llx } },", (unsigned long long)b->region[i].range.start,
		       (unsigned long long)b->region[i].range.size);
	}
	fputs(" },\n\t  .identity = { ", stdout);
	put_string(b->identity[0]);
	fputs(", ", stdout);
	put_string(b->identity[1]);
	fputs(" }", stdout);
	put_field("gbe_mac", b->gbe_mac);
	if (b->piece_count)
		printf(", .piece_count = %zu, .piece = pieces_%zu", b->piece_count, number);
	puts(" },");
}

static enum img_status read_board(const char *path, struct board_record *out,
				  struct img_error *err)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t len = strlen(name);
	char id[BOARD_ID_MAX + 8];
	struct img *file;
	enum img_status st;

	if (len >= sizeof(id) || len < 6 || strcmp(name + len - 5, ".yaml"))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "is not named ID.yaml");
	snprintf(id, sizeof(id), "%.*s", (int)len - 5, name);
	st = img_open(path, &file, err);
	if (st != IMG_OK)
		return st;
	st = board_yaml_parse(img_bytes(file), id, out, err);
	img_close(file);
	return st;
}

static int by_id(const void *a, const void *b)
{
	const struct img_board *const *x = a, *const *y = b;

	return strcmp((*x)->id, (*y)->id);
}

static void put_table(const struct img_board *const *boards, size_t count)
{
	size_t i;

	puts("/* Made by compile-boards from layouts/. */\n#include \"tools/common/board.h\"\n");
	for (i = 0; i < count; i++)
		put_pieces(boards[i], i);
	puts("const struct img_board board_table[] = {");
	for (i = 0; i < count; i++)
		put_board(boards[i], i);
	printf("};\n\nconst size_t board_table_count = %zu;\n", count);
}

int main(int argc, char **argv)
{
	size_t i, count = argc > 1 ? (size_t)argc - 1 : 0;
	struct board_record *records = calloc(count + 1, sizeof(*records));
	const struct img_board **boards = calloc(count + 1, sizeof(*boards));
	struct img_error err = { 0 };
	int status = 2;

	if (!records || !boards)
		goto out;
	for (i = 0; i < count; i++) {
		if (read_board(argv[i + 1], &records[i], &err) != IMG_OK) {
			fprintf(stderr, "%s: %s\n", argv[i + 1], err.text);
			goto out;
		}
		boards[i] = &records[i].board;
	}
	qsort(boards, count, sizeof(*boards), by_id);
	put_table(boards, count);
	status = fflush(stdout) || ferror(stdout) ? 2 : 0;
out:
	free(boards);
	free(records);
	return status;
}
