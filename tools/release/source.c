/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/source.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/release/archive.h"
#include "tools/release/files.h"
#include "tools/release/name.h"

struct release_source {
	struct release_archive *archive;	/* one of the two */
	struct release_files *files;
};

/* By its first bytes: a download may have lost its name. */
static bool looks_packed(const char *path)
{
	static const struct { size_t at, size; const char *bytes; } marks[] = {
		{ 0, 6, "\xfd" "7zXZ\0" }, { 0, 2, "\x1f\x8b" }, { 0, 4, "\x28\xb5\x2f\xfd" },
		{ 257, 5, "ustar" },
	};
	struct img_view head, mark;
	struct img *img;
	uint64_t total;
	bool found = false;
	size_t i;

	if (img_open_head(path, 512, &img, &total, NULL) != IMG_OK)
		return false;
	head = img_bytes(img);
	for (i = 0; !found && i < sizeof(marks) / sizeof(marks[0]); i++)
		found = img_view_slice(head, marks[i].at, marks[i].size, &mark, NULL) == IMG_OK &&
			img_view_equal(mark, img_view_of(marks[i].bytes, marks[i].size));
	img_close(img);
	return found;
}

enum release_kind release_kind_of(const char *const *paths, size_t count)
{
	struct stat info = { 0 };

	if (count > 1 || !strcmp(paths[0], "-"))
		return RELEASE_ROMS;
	if (!stat(paths[0], &info) && S_ISDIR(info.st_mode))
		return RELEASE_DIRECTORY;
	if (release_name_is_archive(paths[0]))
		return RELEASE_ARCHIVE;
	return S_ISREG(info.st_mode) && looks_packed(paths[0]) ? RELEASE_ARCHIVE : RELEASE_ROMS;
}

enum img_status release_source_open(enum release_kind kind, const char *const *paths, size_t count,
				    const char *board, struct release_source **out,
				    struct img_error *err)
{
	struct release_source *s = calloc(1, sizeof(*s));
	enum img_status st;

	if (!s)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	switch (kind) {
	case RELEASE_ARCHIVE:
		st = release_archive_open(paths[0], board, &s->archive, err);
		break;
	case RELEASE_DIRECTORY:
		st = release_files_scan(paths[0], board, &s->files, err);
		break;
	default:
		st = release_files_list(paths, count, &s->files, err);
	}
	if (st == IMG_OK)
		*out = s;
	else
		release_source_close(s);
	return st;
}

enum img_status release_source_next(struct release_source *s, struct release_member *out,
				    struct img_error *err)
{
	return s->archive ? release_archive_next(s->archive, out, err)
			  : release_files_next(s->files, out, err);
}

enum img_status release_source_read(struct release_source *s, uint64_t max, struct img **out,
				    struct img_error *err)
{
	return s->archive ? release_archive_read(s->archive, max, out, err)
			  : release_files_read(s->files, max, out, err);
}

void release_source_close(struct release_source *s)
{
	if (!s)
		return;
	release_archive_close(s->archive);
	release_files_close(s->files);
	free(s);
}
