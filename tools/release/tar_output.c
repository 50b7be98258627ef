/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/tar_output.h"

#include <archive.h>
#include <archive_entry.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/io.h"
#include "tools/common/progress.h"
#include "tools/release/xz_output.h"

struct tar_output {
	struct archive *tar;
	struct xz_output *xz;
	uint64_t mtime, written;
	struct progress progress;
	struct img_error error;		/* of the output below libarchive */
	enum img_status status;
};

static la_ssize_t pass_on(struct archive *tar, void *ctx, const void *bytes, size_t len)
{
	struct tar_output *t = ctx;

	t->status = xz_output_write(t->xz, img_view_of(bytes, len), &t->error);
	if (t->status == IMG_OK)
		return (la_ssize_t)len;
	archive_set_error(tar, EIO, "output failed");
	return -1;
}

static enum img_status complain(struct tar_output *t, struct img_error *err)
{
	const char *text = archive_error_string(t->tar);

	if (t->status == IMG_OK)
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "cannot write the tar archive: %s",
				text ? text : "no reason given");
	if (err)
		*err = t->error;
	return t->status;
}

static enum img_status put_header(struct tar_output *t, const char *path, bool directory,
				  uint64_t size, struct img_error *err)
{
	struct archive_entry *e = archive_entry_new();
	int r;

	if (!e)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	archive_entry_set_pathname(e, path);
	archive_entry_set_filetype(e, directory ? AE_IFDIR : AE_IFREG);
	archive_entry_set_perm(e, directory ? 0755 : 0644);
	archive_entry_set_size(e, (la_int64_t)size);
	archive_entry_set_mtime(e, (time_t)t->mtime, 0);
	archive_entry_set_uname(e, "root");
	archive_entry_set_gname(e, "root");
	r = archive_write_header(t->tar, e);
	archive_entry_free(e);
	return r == ARCHIVE_OK ? IMG_OK : complain(t, err);
}

static enum img_status put_bytes(struct tar_output *t, const void *bytes, size_t len,
				 struct img_error *err)
{
	if (archive_write_data(t->tar, bytes, len) != (la_ssize_t)len)
		return complain(t, err);
	t->written += len;
	progress_step(&t->progress, t->written);
	return IMG_OK;
}

static enum img_status put_spooled(struct tar_output *t, const struct sink_item *item,
				   struct img_error *err)
{
	uint8_t buffer[65536];
	enum img_status st = IMG_OK;
	uint64_t done = 0;
	ssize_t n;

	while (st == IMG_OK && done < item->size) {
		n = pread(item->spool, buffer, sizeof(buffer), (off_t)done);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0)
			return img_fail_errno(err, n ? errno : EIO, "cannot read a temporary file");
		st = put_bytes(t, buffer, (size_t)n, err);
		done += (uint64_t)n;
	}
	return st;
}

static enum img_status put_item(struct tar_output *t, const char *prefix,
				const struct sink_item *item, struct img_error *err)
{
	char *path = io_format("%s/%s", prefix, item->name);
	enum img_status st;

	if (!path)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = put_header(t, path, false, item->size, err);
	free(path);
	if (st != IMG_OK)
		return st;
	if (item->spool >= 0)
		return put_spooled(t, item, err);
	return put_bytes(t, img_view_data(img_bytes(item->content)), item->size, err);
}

static enum img_status put_all(struct tar_output *t, const char *prefix,
			       const struct sink_item *items, size_t count, struct img_error *err)
{
	enum img_status st;
	char *directory = io_format("%s/", prefix);
	size_t i;

	if (!directory)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = put_header(t, directory, true, 0, err);
	free(directory);
	for (i = 0; st == IMG_OK && i < count; i++)
		st = put_item(t, prefix, &items[i], err);
	if (st == IMG_OK && archive_write_close(t->tar) != ARCHIVE_OK)
		st = complain(t, err);
	return st;
}

enum img_status tar_output_write(struct img_save *save, const struct sink_request *request,
				 const struct sink_item *items, size_t count, uint64_t mtime,
				 struct img_error *err)
{
	struct tar_output t = { .mtime = mtime, .status = IMG_OK };
	uint64_t largest = 0, total = 0;
	enum img_status st;
	size_t i;

	for (i = 0; i < count; i++) {
		total += items[i].size;
		if (items[i].size > largest)
			largest = items[i].size;
	}
	t.progress = progress_begin(request->d, "packing", total);
	st = xz_output_open(save, largest, &t.xz, err);
	if (st != IMG_OK)
		return st;
	t.tar = archive_write_new();
	if (!t.tar)
		st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	else if (archive_write_set_format_gnutar(t.tar) != ARCHIVE_OK ||
		 archive_write_open(t.tar, &t, NULL, pass_on, NULL) != ARCHIVE_OK)
		st = complain(&t, err);
	else
		st = put_all(&t, request->prefix, items, count, err);
	if (st == IMG_OK)
		st = xz_output_finish(t.xz, err);
	progress_end(&t.progress);
	if (t.tar)
		archive_write_free(t.tar);
	xz_output_close(t.xz);
	return st;
}
