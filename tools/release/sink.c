/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/sink.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/io.h"
#include "tools/release/tar_output.h"

struct sink {
	struct sink_request request;
	bool made_directory, delivered;
	struct img_save *save;		/* SINK_ARCHIVE, SINK_FILE */
};

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

static enum img_status about(struct sink *s, enum img_status st, struct img_error *err)
{
	if (st != IMG_OK)
		img_error_prefix(err, "output %s", io_output_name(s->request.path));
	return st;
}

/* What a dry run can know before the first file. */
static enum img_status check_output(const struct sink_request *rq, struct img_error *err)
{
	if (rq->kind == SINK_DIRECTORY)
		return io_check_directory(rq->path, err);
	return rq->kind == SINK_NOWHERE ? IMG_OK : io_check(rq->path, rq->replace, err);
}

enum img_status sink_open(const struct sink_request *request, struct sink **out,
			  struct img_error *err)
{
	struct sink *s = calloc(1, sizeof(*s));
	enum img_status st = IMG_OK;

	if (!s)
		return no_memory(err);
	s->request = *request;
	if (request->dry_run) {
		st = check_output(request, err);
	} else if (request->kind == SINK_DIRECTORY) {
		s->made_directory = access(request->path, F_OK) != 0;
		st = io_make_directory(request->path, err);
	} else if (request->kind != SINK_NOWHERE) {
		st = io_begin(request->path, request->replace, &s->save, err);
	}
	if (st == IMG_OK) {
		*out = s;
		return IMG_OK;
	}
	st = about(s, st, err);
	s->made_directory = false;
	sink_close(s);
	return st;
}

static enum img_status put_named(struct sink *s, const struct img_view *parts, size_t count,
				 struct sink_item *item, struct img_error *err)
{
	char *path = io_format("%s/%s", s->request.path, item->name);
	enum img_status st;
	size_t i;

	if (!path)
		return no_memory(err);
	if (s->request.dry_run)
		st = access(s->request.path, F_OK) ? IMG_OK
						   : io_check(path, s->request.replace, err);
	else
		st = io_begin(path, s->request.replace, &item->save, err);
	for (i = 0; st == IMG_OK && item->save && i < count; i++)
		st = img_save_write(item->save, parts[i], err);
	if (st == IMG_OK && item->save)
		st = img_save_finish(item->save, err);
	if (st != IMG_OK)
		img_error_prefix(err, "output %s", path);
	free(path);
	return st;
}

static enum img_status keep(const struct img_view *parts, size_t count, struct sink_item *item,
			    struct img_error *err)
{
	uint64_t at = 0;
	enum img_status st;
	size_t i;

	st = img_new(item->size, 0, &item->content, err);
	for (i = 0; st == IMG_OK && i < count; at += img_view_size(parts[i++]))
		st = img_span_write(img_span(item->content), at, parts[i], err);
	return st;
}

/* Beside the output, where there is room for its like; never to be seen by name. */
static int open_spool(const char *beside)
{
	const char *slash = strrchr(beside, '/');
	char *directory = slash ? strndup(beside, (size_t)(slash - beside) + 1) : strdup(".");
	char *path = NULL;
	int fd = -1;

	if (directory)
		fd = open(directory, O_TMPFILE | O_RDWR | O_CLOEXEC, 0600);
	if (directory && fd < 0 && (errno == EOPNOTSUPP || errno == EISDIR || errno == ENOENT)) {
		path = io_format("%s/.XXXXXX.part", directory);
		fd = path ? mkostemps(path, 5, O_CLOEXEC) : -1;
		if (fd >= 0)
			unlink(path);
	}
	free(path);
	free(directory);
	return fd;
}

static enum img_status put_spooled(struct sink *s, const struct img_view *parts, size_t count,
				   struct sink_item *item, struct img_error *err)
{
	enum img_status st = IMG_OK;
	struct img_view left;
	ssize_t n;
	size_t i;

	item->spool = open_spool(s->request.path);
	if (item->spool < 0)
		return img_fail_errno(err, errno, "cannot make a temporary file");
	for (i = 0; i < count; i++) {
		left = parts[i];
		while (st == IMG_OK && img_view_size(left)) {
			n = write(item->spool, img_view_data(left), img_view_size(left));
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				return img_fail_errno(err, errno, "cannot write a temporary file");
			st = img_view_slice(left, (uint64_t)n, img_view_size(left) - (size_t)n,
					    &left, err);
		}
	}
	return st;
}

/* Lists and notes stay in memory: a temporary for each would be more trouble. */
enum { SMALL = 1 << 20 };

enum img_status sink_put(struct sink *s, const char *name, const struct img_view *parts,
			 size_t count, struct sink_item *out, struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i;

	*out = (struct sink_item){ .name = strdup(name), .spool = -1 };
	for (i = 0; i < count; i++)
		out->size += img_view_size(parts[i]);
	if (!out->name)
		st = no_memory(err);
	else if (s->request.kind == SINK_DIRECTORY)
		st = put_named(s, parts, count, out, err);
	else if (s->request.dry_run)
		st = IMG_OK;
	else if (s->request.kind == SINK_ARCHIVE && out->size > SMALL)
		st = about(s, put_spooled(s, parts, count, out, err), err);
	else if (s->request.kind != SINK_NOWHERE)
		st = keep(parts, count, out, err);
	if (st != IMG_OK)
		sink_item_drop(out);
	return st;
}

void sink_item_drop(struct sink_item *item)
{
	img_save_drop(item->save);
	img_close(item->content);
	if (item->spool >= 0)
		close(item->spool);
	free(item->name);
	*item = (struct sink_item){ .spool = -1 };
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct sink_item *)a)->name, ((const struct sink_item *)b)->name);
}

static enum img_status rename_all(struct sink *s, struct sink_item *items, size_t count,
				  struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < count; i++) {
		struct img_save *save = items[i].save;

		items[i].save = NULL;
		st = img_save_commit(save, err);
		if (st != IMG_OK)
			img_error_prefix(err, "output %s/%s", s->request.path, items[i].name);
	}
	return st;
}

static enum img_status finish_file(struct sink *s, struct img_error *err)
{
	struct img_save *save = s->save;

	s->save = NULL;
	return about(s, img_save_commit(save, err), err);
}

enum img_status sink_deliver(struct sink *s, struct sink_item *items, size_t count,
			     uint64_t mtime, struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i;

	qsort(items, count, sizeof(*items), by_name);
	switch (s->request.dry_run ? SINK_NOWHERE : s->request.kind) {
	case SINK_DIRECTORY:
		st = rename_all(s, items, count, err);
		break;
	case SINK_ARCHIVE:
		st = about(s, tar_output_write(s->save, &s->request, items, count, mtime, err),
			   err);
		if (st == IMG_OK)
			st = finish_file(s, err);
		break;
	case SINK_FILE:
		st = about(s, img_save_write(s->save, img_bytes(items[0].content), err), err);
		if (st == IMG_OK)
			st = finish_file(s, err);
		break;
	case SINK_NOWHERE:
		break;
	}
	s->delivered = st == IMG_OK;
	for (i = 0; i < count; i++)
		sink_item_drop(&items[i]);
	return st;
}

void sink_close(struct sink *s)
{
	if (!s)
		return;
	img_save_drop(s->save);
	if (s->made_directory && !s->delivered)
		rmdir(s->request.path);
	free(s);
}
