/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/record.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/lines.h"

#define RECORDS "records.jsonl"
#define VERSION "COREBOOT_VERSION: "	/* a line of the file build_info in a CBFS */

/* What the image says that it was made from; "": nothing. */
static void note_release(struct img_view image, char out[RECORD_RELEASE])
{
	const struct img_view needle = img_view_of(VERSION, strlen(VERSION));
	struct img_view rest, line;
	struct lines lines;
	uint64_t at;

	if (!img_view_find(image, 0, needle, &at))
		return;
	at += strlen(VERSION);
	if (img_view_slice(image, at, img_view_size(image) - at, &rest, NULL) != IMG_OK)
		return;
	lines = lines_of(rest);
	if (!lines_next(&lines, &line) || !line_text(line, out, RECORD_RELEASE))
		out[0] = 0;
}

enum img_status record_note(struct flash *f)
{
	struct img_digest digest;
	enum img_status st;

	if (!f->image)
		return IMG_OK;
	st = img_digest(IMG_SHA512, img_bytes(f->image), &digest, &f->err);
	if (st == IMG_OK)
		img_digest_hex(&digest, f->noted.sha512);
	note_release(img_bytes(f->image), f->noted.release);
	return st;
}

static json_t *text_or_null(const char *text)
{
	return *text ? json_text(text) : json_null();
}

static json_t *record_of(const struct flash *f, const struct job *job)
{
	char date[STATE_DATE], now[IMG_DIGEST_HEX] = "";
	const bool write = f->options.operation == FLASH_WRITE;
	const char *what = f->options.backups ? "restore" : write ? "write" : "erase";

	state_date(date);
	if (backup_name(job->wanted, now, NULL) != IMG_OK)
		return NULL;
	return json_pack("{s:s, s:s, s:o, s:o, s:o, s:s, s:o, s:o, s:o, s:s, s:b, s:o}", "date",
			 date, "operation", what, "board",
			 f->board ? json_text(f->board->id) : json_null(), "chip",
			 json_text(job->name), "part",
			 json_sprintf("%s %s", job->info.vendor, job->info.name), "id",
			 job->safe.id, "file",
			 write ? json_text(io_input_name(f->options.file)) : json_null(), "sha512",
			 text_or_null(f->noted.sha512), "release",
			 text_or_null(f->noted.release), "chip_sha256", now, "verified",
			 (int)job->result.verified, "backup",
			 job->safe.stored ? json_string(job->safe.name) : json_null());
}

static enum img_status append(const struct state *s, const char *line, struct img_error *err)
{
	char *path = state_path(s, NULL, RECORDS);
	enum img_status st;
	int fd;

	if (!path)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = state_make(s, NULL, err);
	if (st == IMG_OK)
		st = state_open_log(s, path, &fd, err);
	if (st == IMG_OK) {
		st = state_append(fd, line, err);
		close(fd);
	}
	free(path);
	return st;
}

enum img_status record_add(const struct flash *f, const struct job *job, struct img_error *err)
{
	json_t *record = record_of(f, job);
	char *text = record ? json_dumps(record, JSON_COMPACT) : NULL;
	char *line = text ? io_format("%s\n", text) : NULL;
	enum img_status st = line ? append(&f->state, line, err)
				  : img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");

	if (st != IMG_OK)
		img_error_prefix(err, "the write is done, but not recorded");
	free(line);
	free(text);
	json_decref(record);
	return st;
}

static const char *text_of(const json_t *record, const char *key)
{
	const char *text = json_string_value(json_object_get(record, key));

	return text ? text : "";
}

static bool says(struct img_view line, const char *id, const char *chip_sha256)
{
	json_t *record = json_loadb((const char *)img_view_data(line), img_view_size(line), 0,
				    NULL);
	const bool yes = json_is_true(json_object_get(record, "verified")) &&
			 !strcmp(text_of(record, "id"), id) &&
			 !strcmp(text_of(record, "chip_sha256"), chip_sha256);

	json_decref(record);
	return yes;
}

bool record_knows(const struct state *s, const char *id, const char chip_sha256[IMG_DIGEST_HEX])
{
	const struct img_view needle = img_view_of(chip_sha256, strlen(chip_sha256));
	char *path = s->root ? state_path(s, NULL, RECORDS) : NULL;
	struct img *file = NULL;
	struct img_view line;
	struct lines lines;
	bool found = false;
	uint64_t at;

	if (path && state_read(s, path, RECORDS_MAX, &file, NULL) == IMG_OK) {
		lines = lines_of(img_bytes(file));
		while (!found && lines_next(&lines, &line))
			found = img_view_find(line, 0, needle, &at) && says(line, id, chip_sha256);
		img_close(file);
	}
	free(path);
	return found;
}
