/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/rom/boards.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/board.h"
#include "tools/common/board_yaml.h"
#include "tools/common/hardware_report.h"
#include "tools/common/json.h"
#include "tools/common/options.h"
#include "tools/common/wrap.h"

enum { OPT_HARDWARE = OPT_OWN };

struct boards {
	struct diag diag;
	bool hardware;
	json_t *list;		/* with --json: all of them, printed at the end */
};

/* --- one board ---------------------------------------------------------------------------- */

static void print_board(const struct img_board *b)
{
	char rom[24], size[24], chips[96];
	size_t i;
	int used = 0;

	img_size_format(b->rom_size, rom);
	for (i = 0; i < b->chip_count; i++) {
		img_size_format(b->chip[i].size, size);
		used += snprintf(chips + used, sizeof(chips) - (size_t)used, "%s%s %s",
				 i ? " + " : "", b->chip[i].name, size);
	}
	if (b->chip[0].size > b->rom_size)
		snprintf(chips + used, sizeof(chips) - (size_t)used, " (%s end)",
			 b->place_low ? "low" : "high");
	printf("%-30s %4s  %-20s  %s", b->id, rom, chips, b->name);
	for (i = 0; i < b->piece_count; i++)
		printf("%s%s", i ? ", " : "; ", b->piece[i].file);
	putchar('\n');
}

static json_t *piece_json(const struct img_board_piece *p)
{
	static const char *const places[] = { "region", "cbfs", "separate" };
	json_t *o = json_pack("{s:s, s:s, s:s?, s:s?, s:b}", "file", p->file, "place",
			      places[p->place], "name", p->name, "type", p->type, "xip", p->xip);

	json_object_set_new(o, "at", p->fixed ? json_integer((json_int_t)p->address) : json_null());
	json_object_set_new(o, "update", p->update ? json_string(p->update) : json_null());
	json_object_set_new(o, "clean", p->clean ? json_string(p->clean) : json_null());
	json_object_set_new(o, "sha512", p->sha512 ? json_string(p->sha512) : json_null());
	return o;
}

static json_t *lists_json(const struct img_board *b)
{
	json_t *chips = json_array(), *densities = json_array(), *regions = json_array();
	json_t *vendor = json_array();
	size_t i;

	for (i = 0; i < b->chip_count; i++)
		json_array_append_new(chips, json_pack("{s:s, s:I}", "name", b->chip[i].name,
						       "size", (json_int_t)b->chip[i].size));
	for (i = 0; i < b->density_count; i++)
		json_array_append_new(densities, json_integer((json_int_t)b->density[i]));
	for (i = 0; i < b->region_count; i++)
		json_array_append_new(regions, json_pack("{s:s, s:I, s:I}", "name",
							 b->region[i].name, "start",
							 (json_int_t)b->region[i].range.start,
							 "size",
							 (json_int_t)b->region[i].range.size));
	for (i = 0; i < b->piece_count; i++)
		json_array_append_new(vendor, piece_json(&b->piece[i]));
	return json_pack("{s:o, s:o, s:o, s:o}", "chips", chips, "densities", densities,
			 "regions", regions, "vendor", vendor);
}

static json_t *board_json(const struct img_board *b)
{
	const char *place = b->place_low ? "low" : "high";
	json_t *o = json_pack("{s:s, s:s, s:I}", "id", b->id, "name", b->name, "rom_size",
			      (json_int_t)b->rom_size), *lists = lists_json(b);

	json_object_update(o, lists);
	json_decref(lists);
	json_object_set_new(o, "place", b->chip_count == 1 && b->rom_size < b->chip[0].size
					? json_string(place) : json_null());
	json_object_set_new(o, "identity", b->identity[0] ? json_pack("[s, s]", b->identity[0],
								      b->identity[1])
							  : json_null());
	json_object_set_new(o, "gbe_mac", b->gbe_mac ? json_string(b->gbe_mac) : json_null());
	json_object_set_new(o, "hardware", hardware_json(b->hardware));
	return o;
}

static int show(struct boards *all, const char *id_or_path)
{
	struct board_handle *handle;
	struct img_error err;

	if (board_find(id_or_path, &handle, &err) != IMG_OK)
		return diag_error(&all->diag, NULL, &err);
	board_announce(&all->diag, handle);
	if (all->list)
		json_array_append_new(all->list, board_json(board_info(handle)));
	else if (all->hardware)
		hardware_print(stdout, wrap_width(stdout), board_info(handle));
	else
		print_board(board_info(handle));
	board_close(handle);
	return EXIT_DONE;
}

/* --- all of them -------------------------------------------------------------------------- */

static int is_board_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);
	char id[BOARD_ID_MAX + 1];

	if (len < 6 || len - 5 > BOARD_ID_MAX || strcmp(entry->d_name + len - 5, ".yaml"))
		return 0;
	snprintf(id, sizeof(id), "%.*s", (int)len - 5, entry->d_name);
	return board_id_valid(id) && !board_compiled(id);
}

/* Boards that only the user has. */
static int show_own(struct boards *all)
{
	char *directory = board_user_directory(), id[BOARD_ID_MAX + 1];
	struct dirent **entries;
	int i, count, status = EXIT_DONE;

	if (!directory)
		return EXIT_DONE;
	count = scandir(directory, &entries, is_board_file, alphasort);
	free(directory);
	for (i = 0; i < count; i++) {
		snprintf(id, sizeof(id), "%.*s", (int)strlen(entries[i]->d_name) - 5,
			 entries[i]->d_name);
		if (status == EXIT_DONE)
			status = show(all, id);
		free(entries[i]);
	}
	if (count >= 0)
		free(entries);
	return status;
}

static int show_all(struct boards *all)
{
	int status = EXIT_DONE;
	size_t i;

	for (i = 0; i < board_table_count && status == EXIT_DONE; i++)
		status = show(all, board_table[i].id);
	return status == EXIT_DONE ? show_own(all) : status;
}

static int finish(struct boards *all)
{
	struct img_error err;
	json_t *list = all->list;

	if (list) {
		all->list = NULL;
		if (json_print(json_pack("{s:o}", "boards", list), &err) == IMG_OK)
			return EXIT_DONE;
	} else if (!fflush(stdout) && !ferror(stdout)) {
		return EXIT_DONE;
	} else {
		img_fail_errno(&err, errno, "cannot write standard output");
	}
	return diag_error(&all->diag, NULL, &err);
}

static bool take(void *ctx, int key, const char *arg)
{
	(void)arg;
	((struct boards *)ctx)->hardware |= key == OPT_HARDWARE;
	return true;
}

int boards_main(int argc, char **argv)
{
	static const struct option_row rows[] = {
		{ OPT_HARDWARE, "hardware", NULL, "the chips and what is known of reaching them" },
		OPTION_JSON, OPTIONS_COMMON,
	};
	static const struct option_table table = {
		.tool = "rom boards", .synopsis = "[--hardware] [--json] [BOARD|FILE.yaml]...",
		.rows = rows,
		.summary = "List the boards that -b knows, or the given ones: id, size of the\n"
			   "image, chips in image order, name, vendor files.",
	};
	struct boards all = { 0 };
	int i, status = options_parse(&table, argc, argv, take, &all, &all.diag, &i);

	if (status != OPTIONS_GO)
		return status;
	if (all.diag.json)
		all.list = json_array();
	status = EXIT_DONE;
	if (i == argc)
		status = show_all(&all);
	for (; i < argc && status == EXIT_DONE; i++)
		status = show(&all, argv[i]);
	if (status == EXIT_DONE)
		status = finish(&all);
	json_decref(all.list);
	return status;
}
