/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/archive.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "tools/release/input.h"

enum { PADDING_MAX = 1 << 20 };		/* records have 10 KiB, or what was asked for */

struct release_archive {
	const char *board;
	struct input *input;
	struct archive *tar;
	struct archive_entry *entry;
	enum img_status input_status;	/* why input failed; libarchive only says that */
	struct img_error input_error;
	size_t count;
	char *seen[RELEASE_FILES_MAX];
};

static la_ssize_t feed(struct archive *tar, void *ctx, const void **out)
{
	struct release_archive *a = ctx;
	struct img_view bytes;

	a->input_status = input_read(a->input, &bytes, &a->input_error);
	if (a->input_status != IMG_OK) {
		archive_set_error(tar, EIO, "input failed");
		return -1;
	}
	*out = img_view_data(bytes);
	return (la_ssize_t)img_view_size(bytes);
}

/* What libarchive, or the input below it, has to complain about. */
static enum img_status complain(struct release_archive *a, struct img_error *err)
{
	const char *text = archive_error_string(a->tar);

	if (a->input_status != IMG_OK) {
		if (err)
			*err = a->input_error;
		return a->input_status;
	}
	return img_fail(err, IMG_E_CORRUPT, input_at(a->input), "the tar archive is damaged: %s",
			text ? text : "no reason given");
}

enum img_status release_archive_open(const char *path, const char *board,
				     struct release_archive **out, struct img_error *err)
{
	struct release_archive *a = calloc(1, sizeof(*a));
	enum img_status st;

	if (!a)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	a->board = board;
	st = input_open(path, &a->input, err);
	if (st == IMG_OK && !(a->tar = archive_read_new()))
		st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	if (st == IMG_OK && (archive_read_support_format_tar(a->tar) != ARCHIVE_OK ||
			     archive_read_open(a->tar, a, NULL, feed, NULL) != ARCHIVE_OK))
		st = complain(a, err);
	if (st == IMG_OK)
		*out = a;
	else
		release_archive_close(a);
	return st;
}

void release_archive_close(struct release_archive *a)
{
	size_t i;

	if (!a)
		return;
	if (a->tar)
		archive_read_free(a->tar);
	input_close(a->input);
	for (i = 0; i < a->count; i++)
		free(a->seen[i]);
	free(a);
}

static enum img_status foreign(struct img_error *err, const char *path, const char *what)
{
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			"member %.200s is %s; a release holds one board's plain files only",
			path, what);
}

static bool printable(const char *path)
{
	for (; *path; path++)
		if ((unsigned char)*path < 0x20 || *path == 0x7f)
			return false;
	return true;
}

/* Each name once: of two, nobody could say which one was meant. */
static enum img_status remember(struct release_archive *a, const char *path,
				struct img_error *err)
{
	size_t i;

	for (i = 0; i < a->count; i++)
		if (!strcmp(a->seen[i], path))
			return foreign(err, path, "there twice");
	if (a->count == RELEASE_FILES_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"over %d members; no release has so many", RELEASE_FILES_MAX);
	a->seen[a->count] = strdup(path);
	if (!a->seen[a->count])
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	a->count++;
	return IMG_OK;
}

/* bin, bin/BOARD, bin/BOARD/NAME. *name is the last of these, or NULL. */
static enum img_status check_path(struct release_archive *a, const char *path, bool directory,
				  const char **name, struct img_error *err)
{
	size_t n = strlen(a->board);
	const char *p = path;

	*name = NULL;
	if (strncmp(p, "bin", 3) || (p[3] && p[3] != '/'))
		return foreign(err, path, "not in bin/");
	p += 3 + (p[3] == '/');
	if (!*p)
		return directory ? IMG_OK : foreign(err, path, "not a directory");
	if (strncmp(p, a->board, n) || (p[n] && p[n] != '/'))
		return img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE,
				"member %.200s is not of board %s: this is another board's "
				"release, or it was renamed; give -b BOARD", path, a->board);
	p += n + (p[n] == '/');
	if (!*p)
		return directory ? IMG_OK : foreign(err, path, "not a directory");
	if (directory || strchr(p, '/'))
		return foreign(err, path, "in a directory below bin/BOARD/");
	if (!strcmp(p, ".") || !strcmp(p, ".."))
		return foreign(err, path, "no file name");
	*name = p;
	return IMG_OK;
}

static enum img_status check_member(struct release_archive *a, struct release_member *out,
				    struct img_error *err)
{
	const char *path = archive_entry_pathname(a->entry);
	bool directory = archive_entry_filetype(a->entry) == AE_IFDIR;
	char *plain;
	enum img_status st;

	if (!path || !printable(path))
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"a member's name is empty or has control characters");
	while (!strncmp(path, "./", 2))
		path += 2;
	if (!*path || !strcmp(path, "."))
		path = "bin";		/* "tar -c ." names its own directory */
	if (archive_entry_hardlink(a->entry) ||
	    (!directory && archive_entry_filetype(a->entry) != AE_IFREG))
		return foreign(err, path, "a link or a special file");
	st = check_path(a, path, directory, &out->name, err);
	if (st == IMG_OK && out->name)
		st = remember(a, path, err);
	if (st != IMG_OK || !out->name)
		return st;
	if (archive_entry_size(a->entry) < 0)
		return foreign(err, path, "of no known size");
	plain = a->seen[a->count - 1];
	out->name = plain + (out->name - path);
	out->size = (uint64_t)archive_entry_size(a->entry);
	return IMG_OK;
}

/* tar ends with blocks of zeros, up to its record; anything else there would go by unseen. */
static enum img_status check_rest(struct release_archive *a, struct img_error *err)
{
	uint64_t passed = 0;
	struct img_view rest;
	enum img_status st;

	do {
		st = input_read(a->input, &rest, err);
		if (st != IMG_OK)
			return st;
		if (!img_view_filled(rest, 0))
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"there are bytes behind the end of the tar archive");
		passed += img_view_size(rest);
		if (passed > PADDING_MAX)
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"over %d zero bytes behind the end of the tar archive",
					PADDING_MAX);
	} while (img_view_size(rest));
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "end of the archive");
}

enum img_status release_archive_next(struct release_archive *a, struct release_member *out,
				     struct img_error *err)
{
	unsigned directories = 0;
	enum img_status st;
	int r;

	do {
		r = archive_read_next_header(a->tar, &a->entry);
		if (r == ARCHIVE_EOF)
			return check_rest(a, err);
		if (r != ARCHIVE_OK)
			return complain(a, err);
		if (++directories > RELEASE_FILES_MAX)
			return img_fail(err, IMG_E_SPACE, IMG_NOWHERE, "over %d directories",
					RELEASE_FILES_MAX);
		st = check_member(a, out, err);
	} while (st == IMG_OK && !out->name);
	return st;
}

static enum img_status put_content(void *ctx, struct img_span whole, struct img_error *err)
{
	struct release_archive *a = ctx;
	size_t got = 0, size = img_span_size(whole);
	struct img_span rest;
	enum img_status st;
	la_ssize_t n;

	while (got < size) {
		st = img_span_slice(whole, got, size - got, &rest, err);
		if (st != IMG_OK)
			return st;
		n = archive_read_data(a->tar, img_span_bytes(rest), img_span_size(rest));
		if (n <= 0)
			return complain(a, err);
		got += (size_t)n;
	}
	return IMG_OK;
}

enum img_status release_archive_read(struct release_archive *a, uint64_t max, struct img **out,
				     struct img_error *err)
{
	uint64_t size = (uint64_t)archive_entry_size(a->entry);

	if (size > max)
		return img_fail(err, IMG_E_SPACE, max,
				"%llu bytes, where at most %llu are expected",
				(unsigned long long)size, (unsigned long long)max);
	if (!size)
		return img_fail(err, IMG_E_ABSENT, 0, "empty");
	return img_new_from(size, put_content, a, out, err);
}
