/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/backups.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/check/check.h"
#include "tools/common/io.h"
#include "tools/common/json.h"

struct entry {
	char name[IMG_DIGEST_HEX];
	json_t *facts;		/* NULL: nothing is known of it */
	bool remove;
};

struct list {
	struct entry *entry;	/* oldest first */
	size_t count;
};

static const char *fact(const struct entry *e, const char *key)
{
	const char *text = e->facts ? json_string_value(json_object_get(e->facts, key)) : NULL;

	return text ? text : "-";
}

static int by_date(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	const int order = strcmp(fact(x, "date"), fact(y, "date"));

	return order ? order : strcmp(x->name, y->name);
}

static void free_list(struct list *l)
{
	size_t i;

	for (i = 0; i < l->count; i++)
		json_decref(l->entry[i].facts);
	free(l->entry);
}

static enum img_status load(struct flash *f, struct list *l)
{
	char **names;
	size_t i, count;
	enum img_status st = backup_list(&f->state, &names, &count, &f->err);

	l->entry = st == IMG_OK ? calloc(count + 1, sizeof(*l->entry)) : NULL;
	if (st == IMG_OK && !l->entry)
		st = img_fail(&f->err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	for (i = 0; st == IMG_OK && i < count; i++) {
		struct entry *e = &l->entry[l->count++];

		snprintf(e->name, sizeof(e->name), "%s", names[i]);
		e->facts = backup_facts(&f->state, names[i]);
	}
	backup_list_free(names, count);
	if (l->count)
		qsort(l->entry, l->count, sizeof(*l->entry), by_date);
	return st;
}

/* --- which may go ----------------------------------------------------------------------- */

static bool same_chip(const struct entry *a, const struct entry *b)
{
	return !strcmp(fact(a, "board"), fact(b, "board")) &&
	       !strcmp(fact(a, "chip"), fact(b, "chip")) && !strcmp(fact(a, "id"), fact(b, "id"));
}

/* The oldest is what the machine came with. */
static bool may_go(const struct flash *f, const struct list *l, size_t which)
{
	const struct entry *e = &l->entry[which];
	size_t i, older = 0, newer = 0;

	if (!e->facts)
		return false;
	for (i = 0; i < l->count; i++) {
		if (i == which || !l->entry[i].facts || !same_chip(e, &l->entry[i]))
			continue;
		older += i < which;
		newer += i > which;
	}
	return older && newer >= f->options.keep_newest &&
	       !journal_needs(&f->state, e->name);
}

static enum img_status prune(struct flash *f, struct list *l)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; i < l->count; i++)
		l->entry[i].remove = may_go(f, l, i);
	for (i = 0; st == IMG_OK && i < l->count && !f->options.dry_run; i++)
		if (l->entry[i].remove)
			st = backup_remove(&f->state, l->entry[i].name, &f->err);
	return st;
}

/* --- printing --------------------------------------------------------------------------- */

static json_t *entry_json(const struct flash *f, const struct entry *e)
{
	json_t *o = e->facts ? json_deep_copy(e->facts) : json_pack("{s:s}", "sha256", e->name);
	char *path = backup_path(&f->state, e->name);

	if (o && path)
		json_object_set_new(o, "file", json_text(path));
	if (o && f->options.prune)
		json_object_set_new(o, "removed", json_boolean(e->remove));
	free(path);
	return o;
}

static enum img_status print_json(struct flash *f, const struct list *l)
{
	char *directory = state_path(&f->state, BACKUP_FOLDER, NULL);
	json_t *backups = json_array(), *root;
	size_t i;

	for (i = 0; i < l->count; i++)
		json_array_append_new(backups, entry_json(f, &l->entry[i]));
	root = json_pack("{s:o, s:o}", "directory", json_text(directory ? directory : ""),
			 "backups", backups);
	free(directory);
	return json_print(root, &f->err);
}

/* " (me-blank)": what would stop it as an image; owned, NULL: nothing. */
static char *warnings(const struct entry *e)
{
	const json_t *ids = e->facts ? json_object_get(e->facts, "findings") : NULL;
	char *text = NULL, *more;
	size_t i;

	for (i = 0; i < json_array_size(ids); i++) {
		const char *said = json_string_value(json_array_get(ids, i));
		const char *id = said ? img_check_id(said) : NULL;

		more = io_format("%s%s%s", text ? text : " (", text ? ", " : "", id ? id : "?");
		free(text);
		text = more;
	}
	more = text ? io_format("%s)", text) : NULL;
	free(text);
	return more;
}

static enum img_status print_text(struct flash *f, const struct list *l)
{
	const char *removed = f->options.dry_run ? "would be removed: " : "removed: ";
	char *directory = state_path(&f->state, BACKUP_FOLDER, NULL);
	size_t i;

	if (!l->count)
		puts("no backup has been made yet");
	else
		printf("in %s, oldest first:\n", directory ? directory : BACKUP_FOLDER);
	free(directory);
	for (i = 0; i < l->count; i++) {
		const struct entry *e = &l->entry[i];
		json_t *size = e->facts ? json_object_get(e->facts, "size") : NULL;
		char text[24] = "-", *why = warnings(e);

		if (json_is_integer(size) && json_integer_value(size) > 0)
			img_size_format((uint64_t)json_integer_value(size), text);
		printf("%s%.12s  %s  %6s  %s %s  %s: %s%s\n", e->remove ? removed : "", e->name,
		       fact(e, "date"), text, fact(e, "board"), fact(e, "chip"), fact(e, "part"),
		       fact(e, "holds"), why ? why : "");
		free(why);
	}
	if (fflush(stdout) || ferror(stdout))
		return img_fail_errno(&f->err, errno, "cannot write standard output");
	return IMG_OK;
}

enum img_status backups_print(struct flash *f)
{
	struct list l = { 0 };
	enum img_status st = state_find(&f->state, &f->err);

	if (st == IMG_OK)
		st = load(f, &l);
	if (st == IMG_OK && f->options.prune)
		st = prune(f, &l);
	if (st == IMG_OK)
		st = f->diag.json ? print_json(f, &l) : print_text(f, &l);
	free_list(&l);
	return st;
}
