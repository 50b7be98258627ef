/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/board.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/core/digest.h"
#include "libimg/core/image.h"
#include "tools/common/board_yaml.h"
#include "tools/common/hardware_yaml.h"
#include "tools/common/io.h"
#include "tools/common/strict_yaml.h"
#include "tools/common/suggest.h"

struct board_handle {
	const struct img_board *info;	/* compiled, or &record.board */
	char *path;			/* of the file used, or NULL */
	char *ignored;			/* of a file passed over under sudo, or NULL */
	char sha256[IMG_DIGEST_HEX];
	struct board_record record;
	char *hardware_path;		/* of the hardware file beside it, or NULL */
	char hardware_sha256[IMG_DIGEST_HEX];
	struct hardware_record *hardware;
};

static int by_id(const void *id, const void *board)
{
	return strcmp(id, ((const struct img_board *)board)->id);
}

const struct img_board *board_compiled(const char *id)
{
	return bsearch(id, board_table, board_table_count, sizeof(board_table[0]), by_id);
}

const struct img_hardware *hardware_compiled(const char *id)
{
	size_t i;

	for (i = 0; i < hardware_table_count; i++)
		if (!strcmp(hardware_table[i].id, id))
			return &hardware_table[i];
	return NULL;
}

static bool under_sudo(void)
{
	return getenv("SUDO_UID") != NULL;
}

static bool is_path(const char *text)
{
	size_t len = strlen(text);

	return strchr(text, '/') || (len > 5 && !strcmp(text + len - 5, ".yaml"));
}

char *board_user_directory(void)
{
	const char *config = getenv("XDG_CONFIG_HOME"), *home = getenv("HOME");

	/* The XDG specification: a relative path is to be ignored. */
	if (config && config[0] == '/')
		return io_format("%s/romwright/layouts", config);
	if (home && home[0] == '/')
		return io_format("%s/.config/romwright/layouts", home);
	return NULL;
}

/* Where the user's file for this id would be; owned, NULL: nowhere (or out of memory). */
static char *user_path(const char *id)
{
	char *directory = board_user_directory();
	char *path = directory ? io_format("%s/%s.yaml", directory, id) : NULL;

	free(directory);
	return path;
}

/* A pipe or a device could go on for ever, and is nothing to take a board from. */
static enum img_status open_file(const char *path, struct img **out, struct img_error *err)
{
	struct stat info;
	uint64_t total;

	if (stat(path, &info) < 0)
		return img_fail_errno(err, errno, "cannot open");
	if (!S_ISREG(info.st_mode))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "is no regular file");
	return img_open_head(path, BOARD_FILE_MAX + 1, out, &total, err);
}

/* The file's text, owned, and its SHA-256. */
static enum img_status read_file(const char *path, struct img **out, char sha256[IMG_DIGEST_HEX],
				 struct img_error *err)
{
	struct img_digest digest;
	enum img_status st = open_file(path, out, err);

	if (st != IMG_OK)
		return st;
	st = img_digest(IMG_SHA256, img_bytes(*out), &digest, err);
	if (st == IMG_OK)
		img_digest_hex(&digest, sha256);
	else
		img_close(*out);
	return st;
}

/* Of a board file in DIR that of DIR/hardware/, where there is one. Owned, NULL: nowhere. */
static char *hardware_beside(const char *board, const char *id)
{
	const char *slash = strrchr(board, '/');
	const int directory = slash ? (int)(slash - board) + 1 : 0;
	char *path = io_format("%.*shardware/%s.yaml", directory, board, id);

	if (!path || !access(path, F_OK))
		return path;
	free(path);
	return NULL;
}

static enum img_status load_hardware(struct board_handle *b, struct img_error *err)
{
	const char *id = b->record.hardware;
	struct img *file;
	enum img_status st = read_file(b->hardware_path, &file, b->hardware_sha256, err);

	if (st == IMG_OK) {
		b->hardware = calloc(1, sizeof(*b->hardware));
		st = b->hardware ? hardware_yaml_parse(img_bytes(file), id, b->hardware, err)
				 : img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		img_close(file);
	}
	if (st == IMG_OK)
		b->record.board.hardware = &b->hardware->hardware;
	else
		img_error_prefix(err, "its hardware file %s", b->hardware_path);
	return st;
}

static enum img_status find_hardware(struct board_handle *b, struct img_error *err)
{
	struct board_record *r = &b->record;

	if (!r->hardware)
		return IMG_OK;
	if (board_id_valid(r->hardware))
		b->hardware_path = hardware_beside(b->path, r->hardware);
	if (b->hardware_path)
		return load_hardware(b, err);
	r->board.hardware = hardware_compiled(r->hardware);
	if (r->board.hardware)
		return IMG_OK;
	return yaml_in_fail(err, IMG_E_ABSENT, r->hardware_line,
			    "unknown hardware \"%s\"; \"rom boards --hardware\" shows what there "
			    "is, and hardware/%s.yaml beside this file would be read", r->hardware,
			    r->hardware);
}

static enum img_status load(struct board_handle *b, struct img_error *err)
{
	const char *slash = strrchr(b->path, '/'), *name = slash ? slash + 1 : b->path;
	size_t len = strlen(name);
	char id[BOARD_ID_MAX + 2];
	struct img *file;
	enum img_status st = read_file(b->path, &file, b->sha256, err);

	if (st != IMG_OK)
		return st;
	if (len > 5 && !strcmp(name + len - 5, ".yaml"))
		len -= 5;
	snprintf(id, sizeof(id), "%.*s", (int)len, name);
	st = board_yaml_parse(img_bytes(file), id, &b->record, err);
	img_close(file);
	if (st == IMG_OK)
		st = find_hardware(b, err);
	if (st == IMG_OK)
		b->info = &b->record.board;
	return st;
}

static enum img_status unknown(const char *id, const char *ignored, struct img_error *err)
{
	struct suggest near = suggest_for(id);
	char hint[256];
	size_t i;

	for (i = 0; i < board_table_count; i++)
		suggest_consider(&near, board_table[i].id);
	suggest_text(&near, hint, sizeof(hint));
	if (ignored)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"unknown board %s; %s is not read under sudo", id, ignored);
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "unknown board %s%s", id,
			hint[0] ? hint : "; \"rom boards\" lists them");
}

/* An id: the user's file if there is one, else the compiled board. */
static enum img_status find_id(struct board_handle *b, const char *id, struct img_error *err)
{
	char *path = user_path(id);

	if (path && !access(path, F_OK)) {
		if (!under_sudo()) {
			b->path = path;
			return load(b, err);
		}
		b->ignored = path;
	} else {
		free(path);
	}
	b->info = board_compiled(id);
	return b->info ? IMG_OK : unknown(id, b->ignored, err);
}

static enum img_status find_path(struct board_handle *b, const char *path, struct img_error *err)
{
	if (under_sudo())
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"sudo-board-file: a board file is not read under sudo; log in as "
				"root, or run without sudo");
	b->path = strdup(path);
	if (!b->path)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	return load(b, err);
}

enum img_status board_find(const char *id_or_path, struct board_handle **out,
			   struct img_error *err)
{
	struct board_handle *b = calloc(1, sizeof(*b));
	enum img_status st;

	if (!b)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	if (is_path(id_or_path)) {
		st = find_path(b, id_or_path, err);
		if (st != IMG_OK)
			img_error_prefix(err, "%s", id_or_path);
	} else if (board_id_valid(id_or_path)) {
		st = find_id(b, id_or_path, err);
		if (st != IMG_OK && b->path)
			img_error_prefix(err, "%s", b->path);
	} else {
		st = img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
			      "\"%.80s\" is no name of a board; \"rom boards\" lists them",
			      id_or_path);
	}
	if (st == IMG_OK)
		*out = b;
	else
		board_close(b);
	return st;
}

const struct img_board *board_info(const struct board_handle *b)
{
	return b->info;
}

void board_announce(const struct diag *d, const struct board_handle *b)
{
	if (b->path)
		diag_note(d, b->path, "this board file is used, SHA-256 %s", b->sha256);
	if (b->hardware_path)
		diag_note(d, b->hardware_path, "this hardware file is used, SHA-256 %s",
			  b->hardware_sha256);
	if (b->ignored)
		diag_note(d, b->ignored, "this board file is ignored under sudo");
}

void board_close(struct board_handle *b)
{
	if (!b)
		return;
	free(b->path);
	free(b->ignored);
	free(b->hardware_path);
	free(b->hardware);
	free(b);
}
