/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --check with hash lists. Names are relative to the list, so a list can be moved with them. */
#include <dirent.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/check/check.h"
#include "tools/common/hashlist.h"
#include "tools/common/io.h"
#include "tools/verify-hash/verify.h"

char *directory_of(const char *path)
{
	const char *slash = strrchr(path, '/');

	if (!strcmp(path, "-") || !slash)
		return strdup("");
	return strndup(path, (size_t)(slash - path) + 1);
}

enum img_status hash_file(const char *path, enum img_digest_kind kind, struct img_digest *out,
			  struct img_error *err)
{
	struct img *img;
	enum img_status st = img_open(path, &img, err);

	if (st != IMG_OK)
		return st;
	st = img_digest(kind, img_bytes(img), out, err);
	img_close(img);
	return st;
}

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

bool stripped_instead(const char *dir, const char *name)
{
	const char *base = strrchr(name, '/') ? strrchr(name, '/') + 1 : name;
	char *where = io_format("%s%.*s.", dir, (int)(base - name), name);
	DIR *d = where ? opendir(where) : NULL;
	struct dirent *e;
	bool found = false;

	free(where);
	while (d && !found && (e = readdir(d))) {
		size_t len = strlen(e->d_name), tail = strlen(base);

		found = img_check_name_is_marked(e->d_name) && len > tail &&
			!strcmp(e->d_name + len - tail, base);
	}
	if (d)
		closedir(d);
	return found;
}

/* One list, as it is worked through. */
struct work {
	struct account *account;
	const char *list;	/* its name */
	char *dir;
	unsigned tried, stripped;
};

static void compare(struct work *w, const struct hashlist_entry *e, const char *path)
{
	char expected[IMG_DIGEST_HEX], found[IMG_DIGEST_HEX];
	struct img_digest digest;
	struct img_error err;

	if (hash_file(path, e->digest.kind, &digest, &err) != IMG_OK) {
		account_unread(w->account, e->name, &err, false);
		return;
	}
	if (img_digest_equal(&digest, &e->digest)) {
		account_good(w->account, e->name, &digest, NULL, false);
		return;
	}
	img_digest_hex(&e->digest, expected);
	img_digest_hex(&digest, found);
	img_fail(&err, IMG_E_MISMATCH, IMG_NOWHERE,
		 "%s differs: expected %s (line %u of the list), found %s",
		 img_digest_name(digest.kind), expected, e->line, found);
	account_bad(w->account, e->name, &digest, &e->digest, &err);
}

static void check_entry(struct work *w, const struct hashlist_entry *e)
{
	struct img_error err;
	char *path;

	if (!hashlist_name_stays(e->name)) {
		img_fail(&err, IMG_E_BOUNDS, IMG_NOWHERE,
			 "line %u names a file outside the list's directory", e->line);
		account_unread(w->account, e->name, &err, false);
		return;
	}
	path = io_format("%s%s", w->dir, e->name);
	if (!path) {
		no_memory(&err);
		account_unread(w->account, e->name, &err, false);
		return;
	}
	if (access(path, F_OK) == 0 || errno != ENOENT) {
		w->tried++;
		compare(w, e, path);
	} else if (!w->account->options->ignore_missing) {
		bool stripped = stripped_instead(w->dir, e->name);

		w->stripped += stripped;
		img_fail(&err, IMG_E_ABSENT, IMG_NOWHERE, "is not there; line %u of %s names it",
			 e->line, w->list);
		account_unread(w->account, e->name, &err, stripped);
	}
	free(path);
}

static void check_hashlist(struct work *w, const struct hashlist *list)
{
	struct img_error err;
	size_t i;

	for (i = 0; i < hashlist_count(list); i++)
		check_entry(w, hashlist_at(list, i));
	if (w->stripped) {
		img_fail(&err, IMG_E_ABSENT, IMG_NOWHERE,
			 "here are only the DO_NOT_FLASH_YET images of %u of its ROMs, without "
			 "their vendor files; the list is of the complete ROMs, so put the files "
			 "back with rom-inject, which checks it", w->stripped);
		account_trouble(w->account, w->list, &err);
	} else if (!w->tried && w->account->options->ignore_missing) {
		img_fail(&err, IMG_E_ABSENT, IMG_NOWHERE, "none of the files it names is here");
		account_trouble(w->account, w->list, &err);
	}
}

static enum img_status check_list(struct account *a, const char *path, struct img_error *err)
{
	struct work w = { .account = a, .list = io_input_name(path) };
	struct hashlist *list = NULL;
	struct manifest *m = NULL;
	struct img *text;
	enum img_status st = img_open(path, &text, err);

	if (st != IMG_OK)
		return st;
	w.dir = directory_of(path);
	if (!w.dir) {
		st = no_memory(err);
	} else if (manifest_recognise(img_bytes(text))) {
		st = manifest_parse(img_bytes(text), &m, err);
		if (st == IMG_OK)
			check_manifest_list(a, w.list, w.dir, m);
	} else {
		st = hashlist_parse(img_bytes(text), &list, err);
		if (st == IMG_OK)
			check_hashlist(&w, list);
	}
	manifest_free(m);
	hashlist_free(list);
	free(w.dir);
	img_close(text);
	return st;
}

int check_lists(const struct options *o, char **paths, int count)
{
	struct account a = account_begin(o);
	struct img_error err;
	int i;

	for (i = 0; i < count; i++)
		if (check_list(&a, paths[i], &err) != IMG_OK)
			account_trouble(&a, io_input_name(paths[i]), &err);
	return account_end(&a);
}
