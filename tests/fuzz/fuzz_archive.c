/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Release archives unpacked: nothing gets past but one board's files. */
#include <archive.h>
#include <archive_entry.h>
#include <stdio.h>
#include <sys/mman.h>
#include <unistd.h>

#include "tests/fuzz/fuzz.h"
#include "tools/release/name.h"
#include "tools/release/source.h"

enum { PACKED_MAX = 64 << 10, MEMBER_MAX = 1 << 20 };

static void add_member(struct archive *a, const char *path, unsigned type, size_t size)
{
	static const char zeros[2000];
	struct archive_entry *e = archive_entry_new();

	archive_entry_set_pathname(e, path);
	archive_entry_set_filetype(e, type);
	archive_entry_set_perm(e, 0644);
	archive_entry_set_size(e, (la_int64_t)size);
	if (type == AE_IFLNK)
		archive_entry_set_symlink(e, "../x");
	fuzz_must(archive_write_header(a, e) == ARCHIVE_OK);
	fuzz_must(archive_write_data(a, zeros, size) == (la_ssize_t)size);
	archive_entry_free(e);
}

static void add_archive(fuzz_add_fn *add, void *ctx, int (*filter)(struct archive *),
			const char *path, unsigned type)
{
	static uint8_t room[PACKED_MAX];
	struct archive *a = archive_write_new();
	size_t used = 0;

	fuzz_must(filter(a) == ARCHIVE_OK && archive_write_set_format_ustar(a) == ARCHIVE_OK);
	archive_write_set_bytes_in_last_block(a, 1);
	fuzz_must(archive_write_open_memory(a, room, sizeof(room), &used) == ARCHIVE_OK);
	add_member(a, "bin/small/a.rom", AE_IFREG, 700);
	add_member(a, path, type, type == AE_IFREG ? 100 : 0);
	fuzz_must(archive_write_close(a) == ARCHIVE_OK);
	archive_write_free(a);
	add(ctx, img_view_of(room, used));
}

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static int (*const filters[])(struct archive *) = {
		archive_write_add_filter_none, archive_write_add_filter_xz,
		archive_write_add_filter_gzip, archive_write_add_filter_zstd };

	for (size_t i = 0; i < sizeof(filters) / sizeof(filters[0]); i++)
		add_archive(add, ctx, filters[i], "bin/small/vendorhashes", AE_IFREG);
	add_archive(add, ctx, filters[0], "bin/small/link", AE_IFLNK);
	add_archive(add, ctx, filters[0], "bin/other/a", AE_IFREG);
	add_archive(add, ctx, filters[0], "bin/small/../a", AE_IFREG);
	add_archive(add, ctx, filters[0], "bin/small/dir/", AE_IFDIR);
}

static void check_name(const char *name)
{
	fuzz_must(*name && !strchr(name, '/') && strcmp(name, ".") && strcmp(name, ".."));
	for (; *name; name++)
		fuzz_must((unsigned char)*name >= 0x20 && *name != 0x7f);
}

static void unpack(const char *path)
{
	struct release_source *s = NULL;
	struct release_member member;
	struct img_error err;
	struct img *img;
	enum img_status st;
	unsigned count = 0;

	st = release_source_open(RELEASE_ARCHIVE, &path, 1, "small", &s, &err);
	fuzz_check_error(st, &err);
	while (st == IMG_OK) {
		st = release_source_next(s, &member, &err);
		fuzz_check_error(st, &err);
		if (st != IMG_OK)
			break;
		fuzz_must(++count <= RELEASE_FILES_MAX);
		check_name(member.name);
		if (count % 3 == 0)
			continue;	/* passed over */
		st = release_source_read(s, MEMBER_MAX, &img, &err);
		fuzz_check_error(st, &err);
		if (st == IMG_OK) {
			fuzz_must(img_size(img) <= MEMBER_MAX);
			img_close(img);
		} else if (st == IMG_E_ABSENT || st == IMG_E_SPACE) {
			st = IMG_OK;
		}
	}
	release_source_close(s);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct release_name name = { NULL, NULL, NULL };
	int fd = memfd_create("archive", 0);
	char *text = fuzz_text(img_view_of(data, size)), path[64];
	struct img_error err;
	enum img_status st = release_name_parse(text, &name, &err);

	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		release_name_close(&name);
	free(text);
	fuzz_must(fd >= 0 && write(fd, data, size) == (ssize_t)size);
	snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
	unpack(path);
	close(fd);
	return 0;
}
