/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/image.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "libimg/core/large.h"

struct img {
	size_t size;
	uint8_t *bytes;
	int fd;			/* of a file that is read as needed, else -1 */
	struct timespec changed;	/* when that file was changed last */
};

static enum img_status no_room(size_t size, struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory for %zu bytes", size);
}

static enum img_status make(size_t size, bool whole, struct img **out, struct img_error *err)
{
	struct img *img = malloc(sizeof(*img));

	if (img) {
		img->size = size;
		img->fd = -1;
		/* Zeros that nobody looks at take neither time nor memory. */
		img->bytes = whole ? img_large(size) : calloc(1, size);
		if (img->bytes) {
			*out = img;
			return IMG_OK;
		}
		free(img);
	}
	return no_room(size, err);
}

void img_close(struct img *img)
{
	if (!img)
		return;
	if (img->fd >= 0)
		close(img->fd);
	free(img->bytes);
	free(img);
}

struct img_view img_bytes(const struct img *img)
{
	return img_view_of(img->bytes, img->size);
}

struct img_span img_span(struct img *img)
{
	return img_span_of(img->bytes, img->size);
}

uint64_t img_size(const struct img *img)
{
	return img->size;
}

enum img_status img_new_from(uint64_t size, img_put_fn *put, void *ctx, struct img **out,
			     struct img_error *err)
{
	struct img *img;
	enum img_status st;

	if (!size || size > IMG_SIZE_MAX)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"an image has 1 to %llu bytes, not %llu",
				(unsigned long long)IMG_SIZE_MAX, (unsigned long long)size);
	st = make((size_t)size, true, &img, err);
	if (st != IMG_OK)
		return st;
	st = put(ctx, img_span(img), err);
	if (st == IMG_OK)
		*out = img;
	else
		img_close(img);
	return st;
}

static enum img_status put_fill(void *ctx, struct img_span whole, struct img_error *err)
{
	const uint8_t *fill = ctx;

	return img_span_fill(whole, 0, img_span_size(whole), *fill, err);
}

enum img_status img_new(uint64_t size, uint8_t fill, struct img **out, struct img_error *err)
{
	return img_new_from(size, put_fill, &fill, out, err);
}

static enum img_status put_view(void *ctx, struct img_span whole, struct img_error *err)
{
	const struct img_view *v = ctx;

	return img_span_write(whole, 0, *v, err);
}

enum img_status img_copy(struct img_view v, struct img **out, struct img_error *err)
{
	return img_new_from(img_view_size(v), put_view, &v, out, err);
}

enum img_status img_cut(struct img *img, uint64_t size, struct img_error *err)
{
	if (!size || size > img->size || img->fd >= 0)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"%zu bytes cannot be cut to %llu", img->size,
				(unsigned long long)size);
	img->size = (size_t)size;
	return IMG_OK;
}

/* Where the descriptor stands, for read_full(). */
#define HERE (-1)

/* Reads until the end of the file or until buf is full. */
static enum img_status read_full(int fd, off_t at, uint8_t *buf, size_t len, size_t *got,
				 struct img_error *err)
{
	size_t n = 0;
	ssize_t r;

	while (n < len) {
		r = at == HERE ? read(fd, buf + n, len - n)
			       : pread(fd, buf + n, len - n, at + (off_t)n);
		if (r < 0 && errno == EINTR)
			continue;
		if (r < 0)
			return img_fail_errno(err, errno, "cannot read");
		if (!r)
			break;
		n += (size_t)r;
	}
	*got = n;
	return IMG_OK;
}

static enum img_status too_big(struct img_error *err)
{
	return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
			"over 128 MiB, which is larger than any flash chip: not a ROM image");
}

/* Counts what a stream holds beyond what was kept. */
static enum img_status count_rest(int fd, uint64_t *total, struct img_error *err)
{
	uint8_t sink[65536];
	enum img_status st;
	size_t got;

	do {
		st = read_full(fd, HERE, sink, sizeof(sink), &got, err);
		if (st != IMG_OK)
			return st;
		*total += got;
		if (*total > IMG_SIZE_MAX)
			return too_big(err);
	} while (got == sizeof(sink));
	return IMG_OK;
}

static bool same_time(struct timespec a, struct timespec b)
{
	return a.tv_sec == b.tv_sec && a.tv_nsec == b.tv_nsec;
}

static enum img_status was_changed(struct img_error *err)
{
	return img_fail(err, IMG_E_IO, IMG_NOWHERE,
			"the file was changed while it was read; try again");
}

/* A regular file tells its length beforehand, and has to stay as it is. */
static enum img_status read_file(int fd, const struct stat *before, uint64_t max, struct img **out,
				 struct img_error *err)
{
	uint64_t size = (uint64_t)before->st_size;
	size_t want = (size_t)(size < max ? size : max), got;
	enum img_status st;
	struct stat after;
	struct img *img;

	st = make(want, true, &img, err);
	if (st != IMG_OK)
		return st;
	st = read_full(fd, HERE, img->bytes, want, &got, err);
	if (st == IMG_OK && fstat(fd, &after) < 0)
		st = img_fail_errno(err, errno, "cannot read");
	if (st == IMG_OK && (got != want || after.st_size != before->st_size ||
			     !same_time(after.st_mtim, before->st_mtim)))
		st = was_changed(err);
	if (st == IMG_OK)
		*out = img;
	else
		img_close(img);
	return st;
}

/* A pipe: grow as it comes, up to max, then only count. */
static enum img_status read_stream(int fd, uint64_t max, struct img **out, uint64_t *total,
				   struct img_error *err)
{
	size_t room = (size_t)(max < 65536 ? max : 65536), used = 0, got;
	struct img *img;
	enum img_status st;
	uint8_t *larger;

	st = make(room, true, &img, err);
	if (st != IMG_OK)
		return st;
	for (;;) {
		st = read_full(fd, HERE, img->bytes + used, room - used, &got, err);
		if (st != IMG_OK)
			goto fail;
		used += got;
		if (used < room || room == max)
			break;
		room = (size_t)(room * 2 > max ? max : room * 2);
		larger = realloc(img->bytes, room);
		if (!larger) {
			st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
			goto fail;
		}
		img->bytes = larger;
	}
	img->size = used;
	*total = used;
	if (used == max)
		st = count_rest(fd, total, err);
	if (st == IMG_OK && !used)
		st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "empty: there is no data");
	if (st != IMG_OK)
		goto fail;
	*out = img;
	return IMG_OK;
fail:
	img_close(img);
	return st;
}

static enum img_status read_any(int fd, uint64_t max, struct img **out, uint64_t *total,
				struct img_error *err)
{
	struct stat info;

	if (fstat(fd, &info) < 0)
		return img_fail_errno(err, errno, "cannot read");
	if (S_ISDIR(info.st_mode))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "is a directory, not an image file");
	if (!S_ISREG(info.st_mode) || lseek(fd, 0, SEEK_CUR) != 0)
		return read_stream(fd, max, out, total, err);
	*total = (uint64_t)info.st_size;
	/* Files of /proc and /sys say 0 and have content all the same. */
	if (!*total)
		return read_stream(fd, max, out, total, err);
	if (*total > IMG_SIZE_MAX)
		return too_big(err);
	return read_file(fd, &info, max, out, err);
}

/*
 * Is the FIFO, opened without waiting, open for writing? Only then a read would wait, and so
 * would tee(), which unlike a read takes nothing out.
 */
static bool has_writer(int fd, int spare)
{
	return tee(fd, spare, 1, SPLICE_F_NONBLOCK) < 0 && errno == EAGAIN;
}

static enum img_status wait_for_writer(int fd, struct img_error *err)
{
	struct pollfd fifo = { .fd = fd, .events = POLLIN };
	int spare[2], tries, n = 0;

	if (pipe2(spare, O_CLOEXEC) < 0)
		return img_fail_errno(err, errno, "cannot read");
	/* Data, or a writer that has come and gone, end the poll; one that is silent does not. */
	for (tries = 0; tries < IMG_FIFO_SECONDS * 20 && !n && !has_writer(fd, spare[1]); tries++)
		n = poll(&fifo, 1, 50);
	close(spare[0]);
	close(spare[1]);
	if (tries < IMG_FIFO_SECONDS * 20)
		return IMG_OK;
	return img_fail(err, IMG_E_TIMEOUT, IMG_NOWHERE,
			"a FIFO that nobody opened for writing in %d seconds; start the writer "
			"first, or use a pipe", IMG_FIFO_SECONDS);
}

enum img_status img_open_file(const char *path, int *out, struct img_error *err)
{
	enum img_status st = IMG_OK;
	struct stat info;
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return img_fail_errno(err, errno, "cannot open");
	if (fstat(fd, &info) < 0)
		st = img_fail_errno(err, errno, "cannot read");
	if (st == IMG_OK && S_ISFIFO(info.st_mode))
		st = wait_for_writer(fd, err);
	if (st == IMG_OK && fcntl(fd, F_SETFL, 0) < 0)
		st = img_fail_errno(err, errno, "cannot read");
	if (st == IMG_OK)
		*out = fd;
	else
		close(fd);
	return st;
}

enum img_status img_open_head(const char *path, uint64_t max, struct img **out, uint64_t *total,
			      struct img_error *err)
{
	enum img_status st;
	int fd;

	if (!strcmp(path, "-"))
		return read_any(STDIN_FILENO, max, out, total, err);
	st = img_open_file(path, &fd, err);
	if (st != IMG_OK)
		return st;
	st = read_any(fd, max, out, total, err);
	close(fd);
	return st;
}

/* The descriptor belongs to the image now, or is closed. */
static enum img_status begin_lazily(int fd, struct img **out, struct img_error *err)
{
	enum img_status st = IMG_OK;
	struct stat info;
	uint64_t total;

	if (fstat(fd, &info) < 0)
		st = img_fail_errno(err, errno, "cannot read");
	else if (!S_ISREG(info.st_mode) || !info.st_size ||
		 (uint64_t)info.st_size > IMG_SIZE_MAX)
		st = read_any(fd, IMG_SIZE_MAX, out, &total, err);
	else
		st = make((size_t)info.st_size, false, out, err);
	if (st == IMG_OK && S_ISREG(info.st_mode) && info.st_size) {
		(*out)->fd = fd;
		(*out)->changed = info.st_mtim;
		return st;
	}
	close(fd);
	return st;
}

enum img_status img_open_lazily(const char *path, struct img **out, struct img_error *err)
{
	enum img_status st;
	int fd;

	if (!strcmp(path, "-"))
		return img_open(path, out, err);
	st = img_open_file(path, &fd, err);
	return st == IMG_OK ? begin_lazily(fd, out, err) : st;
}

/* Reads from the file that stands behind the image, which has to be the one that was opened. */
static enum img_status reread(const struct img *img, uint64_t off, uint8_t *to, size_t len,
			      struct img_error *err)
{
	enum img_status st;
	struct stat now;
	size_t got;

	st = read_full(img->fd, (off_t)off, to, len, &got, err);
	if (st == IMG_OK && fstat(img->fd, &now) < 0)
		st = img_fail_errno(err, errno, "cannot read");
	if (st == IMG_OK && (got != len || (size_t)now.st_size != img->size ||
			     !same_time(now.st_mtim, img->changed)))
		st = was_changed(err);
	return st;
}

enum img_status img_load(struct img *img, uint64_t off, uint64_t len, struct img_error *err)
{
	struct img_view there;
	enum img_status st = img_view_slice(img_bytes(img), off, len, &there, err);

	if (st != IMG_OK || img->fd < 0)
		return st;
	return reread(img, off, img->bytes + off, (size_t)len, err);
}

enum img_status img_load_all(struct img *img, struct img_error *err)
{
	enum img_status st;
	uint8_t *bytes;

	if (img->fd < 0)
		return IMG_OK;
	bytes = img_large(img->size);
	if (!bytes)
		return no_room(img->size, err);
	st = reread(img, 0, bytes, img->size, err);
	if (st != IMG_OK) {
		free(bytes);
		return st;
	}
	free(img->bytes);
	close(img->fd);
	img->bytes = bytes;
	img->fd = -1;
	return IMG_OK;
}

enum img_status img_peek(const struct img *img, uint64_t off, struct img_span into,
			 struct img_error *err)
{
	struct img_view there;
	enum img_status st = img_view_slice(img_bytes(img), off, img_span_size(into), &there, err);

	if (st != IMG_OK)
		return st;
	if (img->fd < 0)
		return img_span_write(into, 0, there, err);
	return reread(img, off, img_span_bytes(into), img_span_size(into), err);
}

static enum img_status put_peeked(void *ctx, struct img_span whole, struct img_error *err)
{
	const struct img *const *from = ctx;

	return img_peek(*from, 0, whole, err);
}

enum img_status img_duplicate(const struct img *img, struct img **out, struct img_error *err)
{
	return img_new_from(img->size, put_peeked, &img, out, err);
}

enum img_status img_open(const char *path, struct img **out, struct img_error *err)
{
	uint64_t total;

	return img_open_head(path, IMG_SIZE_MAX, out, &total, err);
}
