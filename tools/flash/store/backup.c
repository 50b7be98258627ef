/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/store/backup.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/save.h"
#include "libimg/edit/holds.h"
#include "tools/common/io.h"
#include "tools/common/json.h"

#define FACTS_MAX 65536
#define PREFIX_LEAST 8
#define HEX_DIGITS "0123456789abcdef"
#define NAME_DIGITS 64		/* of SHA-256 */

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

const char *backup_why_text(enum backup_why why)
{
	static const char *const texts[] = {
		[BACKUP_PASSES] = "several passes of reading agree",
		[BACKUP_STORED] = "it was stored before",
		[BACKUP_IMAGE] = "it is the image itself",
		[BACKUP_JOURNAL] = "an interrupted write explains it",
		[BACKUP_FILE] = "spots agree with the file given",
		[BACKUP_RECORD] = "it was written and verified before",
	};

	return texts[why];
}

enum img_status backup_name(struct img_view contents, char name[IMG_DIGEST_HEX],
			    struct img_error *err)
{
	struct img_digest digest;
	enum img_status st = img_digest(IMG_SHA256, contents, &digest, err);

	if (st == IMG_OK)
		img_digest_hex(&digest, name);
	return st;
}

static char *path_of(const struct state *s, const char *name, const char *end)
{
	char file[IMG_DIGEST_HEX + 8];

	snprintf(file, sizeof(file), "%s%s", name, end);
	return state_path(s, BACKUP_FOLDER, file);
}

char *backup_path(const struct state *s, const char *name)
{
	return path_of(s, name, ".bin");
}

/* IMG_E_MISMATCH: there is something else. */
static enum img_status look(const struct state *s, const char *path, struct img_view contents,
			    struct img_error *err)
{
	bool same;
	enum img_status st = state_holds(s, path, contents, &same, err);

	if (st == IMG_OK && !same)
		st = img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE,
			      "%s does not hold what its name says", path);
	return st;
}

bool backup_is_stored(const struct state *s, const char *name, struct img_view contents)
{
	char *path = s->root ? backup_path(s, name) : NULL;
	const bool stored = path && look(s, path, contents, NULL) == IMG_OK;

	free(path);
	return stored;
}

static enum img_status check(const char *path, const char *name, struct img_view contents,
			     struct img_error *err)
{
	char found[IMG_DIGEST_HEX];
	enum img_status st = backup_name(contents, found, err);

	if (st == IMG_OK && strcmp(found, name))
		st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			      "%s is damaged: it does not hold what its name says", path);
	return st;
}

enum img_status backup_load(const struct state *s, const char *name, struct img **out,
			    struct img_error *err)
{
	char *path = backup_path(s, name);
	enum img_status st;

	if (!path)
		return no_memory(err);
	st = state_read(s, path, IMG_SIZE_MAX, out, err);
	if (st == IMG_OK) {
		st = check(path, name, img_bytes(*out), err);
		if (st != IMG_OK)
			img_close(*out);
	}
	free(path);
	return st;
}

enum img_status backup_open(const struct state *s, const char *name, struct img **out,
			    struct img_error *err)
{
	char *path = backup_path(s, name);
	struct img *whole;
	enum img_status st;

	if (!path)
		return no_memory(err);
	st = state_open(s, path, out, err);
	if (st == IMG_OK) {
		st = img_duplicate(*out, &whole, err);
		if (st == IMG_OK) {
			st = check(path, name, img_bytes(whole), err);
			img_close(whole);
		}
		if (st != IMG_OK)
			img_close(*out);
	}
	free(path);
	return st;
}

/* Damaged, or somebody else's: it may still be wanted. */
static enum img_status move_aside(const struct state *s, const char *path, char **aside,
				  struct img_error *err)
{
	enum img_status st = IMG_E_EXISTS;
	unsigned i;

	for (i = 1; st == IMG_E_EXISTS && i < 100; i++) {
		free(*aside);
		*aside = io_format("%s.damaged%u", path, i);
		st = *aside ? state_rename(s, path, *aside, err) : no_memory(err);
	}
	return st;
}

static enum img_status store_contents(const struct state *s, const char *name,
				      struct img_view contents, char **aside,
				      struct img_error *err)
{
	char *path = backup_path(s, name);
	enum img_status st;

	if (!path)
		return no_memory(err);
	st = look(s, path, contents, err);
	if (st == IMG_E_MISMATCH)
		st = move_aside(s, path, aside, err);
	else if (st == IMG_E_ABSENT)
		st = IMG_OK;
	else if (st == IMG_OK)
		goto out;
	if (st == IMG_OK)
		st = state_save(s, path, contents, 0, err);
	/* Another run was quicker, and stored the same. */
	if (st == IMG_E_EXISTS)
		st = look(s, path, contents, err);
out:
	free(path);
	return st;
}

static json_t *warnings_of(const struct findings *f)
{
	json_t *ids = json_array();
	size_t i;

	for (i = 0; i < f->count; i++)
		if (f->list[i].severity == IMG_WARNING)
			json_array_append_new(ids, json_string(f->list[i].id));
	return ids;
}

static json_t *facts_of(const char *name, struct img_view contents,
			const struct backup_about *about)
{
	struct img_holds holds;
	char text[IMG_HOLDS_TEXT], date[STATE_DATE];

	img_holds_find(contents, &holds);
	img_holds_text(&holds, text);
	state_date(date);
	return json_pack("{s:i, s:s, s:o, s:o, s:o, s:s, s:I, s:s, s:s, s:s, s:o, s:s*}",
			 "romwright_backup", 1, "date", date, "board",
			 about->board ? json_text(about->board) : json_null(), "chip",
			 json_text(about->chip), "part",
			 json_sprintf("%s %s", about->vendor, about->part), "id", about->id,
			 "size", (json_int_t)img_view_size(contents), "sha256", name, "confirmed",
			 backup_why_text(about->why), "holds", text, "findings",
			 warnings_of(about->findings), "closed", about->closed);
}

static enum img_status store_facts(const struct state *s, const char *name,
				   struct img_view contents, const struct backup_about *about,
				   struct img_error *err)
{
	json_t *facts = facts_of(name, contents, about);
	char *text = facts ? json_dumps(facts, JSON_COMPACT) : NULL, *path = NULL;
	enum img_status st = IMG_E_NOMEM;

	if (text)
		path = path_of(s, name, ".json");
	if (path)
		st = state_save(s, path, img_view_of(text, strlen(text)), 0, err);
	else
		st = no_memory(err);
	free(path);
	free(text);
	json_decref(facts);
	return st == IMG_E_EXISTS ? IMG_OK : st;
}

enum img_status backup_store(const struct state *s, const char *name, struct img_view contents,
			     const struct backup_about *about, char **aside,
			     struct img_error *err)
{
	enum img_status st = state_make(s, BACKUP_FOLDER, err);

	*aside = NULL;
	if (st == IMG_OK)
		st = store_contents(s, name, contents, aside, err);
	if (st == IMG_OK)
		st = store_facts(s, name, contents, about, err);
	return st;
}

enum img_status backup_remove(const struct state *s, const char *name, struct img_error *err)
{
	char *contents = backup_path(s, name), *facts = path_of(s, name, ".json");
	enum img_status st = contents && facts ? state_remove(s, contents, err) : no_memory(err);

	if (st == IMG_OK)
		st = state_remove(s, facts, err);
	free(contents);
	free(facts);
	return st;
}

json_t *backup_facts(const struct state *s, const char *name)
{
	char *path = path_of(s, name, ".json");
	struct img *file;
	json_t *facts = NULL;

	if (path && state_read(s, path, FACTS_MAX, &file, NULL) == IMG_OK) {
		const struct img_view text = img_bytes(file);

		facts = json_loadb((const char *)img_view_data(text), img_view_size(text),
				   JSON_REJECT_DUPLICATES, NULL);
		img_close(file);
	}
	free(path);
	if (json_is_object(facts))
		return facts;
	json_decref(facts);
	return NULL;
}

bool backup_is_name(const char *text)
{
	return strspn(text, HEX_DIGITS) == NAME_DIGITS && !text[NAME_DIGITS];
}

enum img_status backup_list(const struct state *s, char ***names, size_t *count,
			    struct img_error *err)
{
	enum img_status st = state_list(s, BACKUP_FOLDER, ".bin", names, count, err);
	size_t i, kept = 0;

	for (i = 0; st == IMG_OK && i < *count; i++) {
		char *name = (*names)[i];

		name[strlen(name) - strlen(".bin")] = 0;
		if (backup_is_name(name))
			(*names)[kept++] = name;
		else
			free(name);
	}
	if (st == IMG_OK)
		*count = kept;
	return st;
}

void backup_list_free(char **names, size_t count)
{
	size_t i;

	for (i = 0; names && i < count; i++)
		free(names[i]);
	free(names);
}

enum img_status backup_by_prefix(const struct state *s, const char *prefix,
				 char name[IMG_DIGEST_HEX], struct img_error *err)
{
	const size_t digits = strspn(prefix, HEX_DIGITS);
	size_t i, count, found = 0;
	enum img_status st;
	char **names;

	if (prefix[digits] || digits < PREFIX_LEAST || digits > NAME_DIGITS)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"%.80s is no file, nor the first digits (%d to %d) of a backup's "
				"hash", prefix, PREFIX_LEAST, NAME_DIGITS);
	st = backup_list(s, &names, &count, err);
	for (i = 0; st == IMG_OK && i < count; i++) {
		if (strncmp(names[i], prefix, digits))
			continue;
		snprintf(name, IMG_DIGEST_HEX, "%s", names[i]);
		found++;
	}
	backup_list_free(names, count);
	if (st != IMG_OK || found == 1)
		return st;
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "%s backup's hash begins with %s; "
			"\"rom-flash backups\" lists them", found ? "more than one" : "no", prefix);
}
