/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * compile-boards layouts/x230_12mb.yaml ... layouts/hardware/x230.yaml ... > boards.c
 *
 * A program of the build: board files into the table of tools/common/board.h, hardware files
 * into that of tools/common/hardware_yaml.h, boards sorted by id.
 */
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/image.h"
#include "tools/common/board_yaml.h"
#include "tools/common/gen/put.h"
#include "tools/common/hardware_yaml.h"

struct tables {
	struct board_record *board;
	struct hardware_record *hardware;
	size_t boards, hardwares;
};

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

static void put_board(const struct img_board *b, size_t number, size_t hardware)
{
	size_t i;

	fputs("\t{ .id = ", stdout);
	put_string(b->id);
	put_field("name", b->name);
	if (hardware != SIZE_MAX)
		printf(", .hardware = &hardware_table[%zu]", hardware);
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
	printf(", .alias_count = %zu, .alias = {", b->alias_count);
	for (i = 0; i < b->alias_count; i++) {
		putchar(' ');
		put_string(b->alias[i]);
		putchar(',');
	}
	fputs(" }", stdout);
	put_field("gbe_mac", b->gbe_mac);
	if (b->piece_count)
		printf(", .piece_count = %zu, .piece = pieces_%zu", b->piece_count, number);
	puts(" },");
}

/* The id in a path: its last component without .yaml. */
static enum img_status take_id(const char *path, char *id, size_t size, struct img_error *err)
{
	const char *slash = strrchr(path, '/'), *name = slash ? slash + 1 : path;
	size_t len = strlen(name);

	if (len >= size || len < 6 || strcmp(name + len - 5, ".yaml"))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "is not named ID.yaml");
	snprintf(id, size, "%.*s", (int)len - 5, name);
	return IMG_OK;
}

static enum img_status take_file(struct tables *t, const char *path, struct img_error *err)
{
	char id[BOARD_ID_MAX + 8];
	struct img *file;
	enum img_status st = take_id(path, id, sizeof(id), err);

	if (st == IMG_OK)
		st = img_open(path, &file, err);
	if (st != IMG_OK)
		return st;
	if (strstr(path, "/hardware/"))
		st = hardware_yaml_parse(img_bytes(file), id, &t->hardware[t->hardwares++], err);
	else
		st = board_yaml_parse(img_bytes(file), id, &t->board[t->boards++], err);
	img_close(file);
	return st;
}

/* The paths come sorted, but a name that is the beginning of another does not. */
static int board_order(const void *a, const void *b)
{
	const struct board_record *const *x = a, *const *y = b;

	return strcmp((*x)->id_, (*y)->id_);
}

/* *out is SIZE_MAX where the board names none. */
static bool hardware_number(const struct tables *t, const struct board_record *b, size_t *out)
{
	size_t i;

	*out = SIZE_MAX;
	if (!b->hardware)
		return true;
	for (i = 0; i < t->hardwares; i++)
		if (!strcmp(t->hardware[i].id_, b->hardware))
			*out = i;
	if (*out == SIZE_MAX)
		fprintf(stderr, "%s.yaml: line %u: unknown hardware \"%s\"\n", b->id_,
			b->hardware_line, b->hardware);
	return *out != SIZE_MAX;
}

static bool put_tables(const struct tables *t, const struct board_record *const *boards)
{
	size_t i, hardware;

	puts("/* Made by compile-boards from layouts/. */\n#include \"tools/common/board.h\"\n"
	     "#include \"tools/common/hardware_yaml.h\"\n");
	puts("const struct img_hardware hardware_table[] = {");
	for (i = 0; i < t->hardwares; i++)
		put_hardware(&t->hardware[i].hardware);
	printf("};\n\nconst size_t hardware_table_count = %zu;\n\n", t->hardwares);
	for (i = 0; i < t->boards; i++)
		put_pieces(&boards[i]->board, i);
	puts("const struct img_board board_table[] = {");
	for (i = 0; i < t->boards; i++) {
		if (!hardware_number(t, boards[i], &hardware))
			return false;
		put_board(&boards[i]->board, i, hardware);
	}
	printf("};\n\nconst size_t board_table_count = %zu;\n", t->boards);
	return !fflush(stdout) && !ferror(stdout);
}

int main(int argc, char **argv)
{
	const size_t count = argc > 1 ? (size_t)argc - 1 : 0;
	struct tables t = { calloc(count + 1, sizeof(*t.board)),
			    calloc(count + 1, sizeof(*t.hardware)), 0, 0 };
	const struct board_record **boards = calloc(count + 1, sizeof(*boards));
	struct img_error err = { 0 };
	int status = 2;
	size_t i;

	if (!t.board || !t.hardware || !boards)
		goto out;
	for (i = 0; i < count; i++)
		if (take_file(&t, argv[i + 1], &err) != IMG_OK) {
			fprintf(stderr, "%s: %s\n", argv[i + 1], err.text);
			goto out;
		}
	for (i = 0; i < t.boards; i++)
		boards[i] = &t.board[i];
	qsort(boards, t.boards, sizeof(*boards), board_order);
	status = put_tables(&t, boards) ? 0 : 2;
out:
	free(boards);
	free(t.board);
	free(t.hardware);
	return status;
}
