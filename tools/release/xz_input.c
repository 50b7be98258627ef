/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/xz_input.h"

#include <errno.h>
#include <fcntl.h>
#include <lzma.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { IN_SIZE = 64 << 10, OUT_SIZE = 256 << 10, DECODER_OVERHEAD = 4 << 20 };

struct xz_input {
	int fd;
	bool file_ended, stream_ended;
	uint64_t taken;		/* bytes read from the file so far */
	lzma_stream lzma;
	uint8_t in[IN_SIZE];
	uint8_t out[OUT_SIZE];
};

static enum img_status refill(struct xz_input *x, struct img_error *err)
{
	ssize_t n;

	do
		n = read(x->fd, x->in, sizeof(x->in));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return img_fail_errno(err, errno, "cannot read");
	x->file_ended = n == 0;
	x->taken += (uint64_t)n;
	x->lzma.next_in = x->in;
	x->lzma.avail_in = (size_t)n;
	return IMG_OK;
}

enum img_status xz_input_open(const char *path, struct xz_input **out, struct img_error *err)
{
	static const uint8_t magic[6] = { 0xfd, '7', 'z', 'X', 'Z', 0 };
	struct xz_input *x = calloc(1, sizeof(*x));
	enum img_status st;

	if (!x)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	x->fd = strcmp(path, "-") ? open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY) : STDIN_FILENO;
	if (x->fd < 0)
		st = img_fail_errno(err, errno, "cannot open");
	else
		st = refill(x, err);
	if (st == IMG_OK && (x->lzma.avail_in < sizeof(magic) ||
			     memcmp(x->in, magic, sizeof(magic))))
		st = img_fail(err, IMG_E_UNSUPPORTED, 0,
			      "no .tar.xz archive: it does not begin with fd 37 7a 58 5a 00");
	if (st == IMG_OK && lzma_stream_decoder(&x->lzma, XZ_DICTIONARY_MAX + DECODER_OVERHEAD,
						0) != LZMA_OK)
		st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory for the xz decoder");
	if (st == IMG_OK)
		*out = x;
	else
		xz_input_close(x);
	return st;
}

static enum img_status explain(struct xz_input *x, lzma_ret ret, struct img_error *err)
{
	uint64_t at = x->taken - x->lzma.avail_in;

	switch (ret) {
	case LZMA_MEMLIMIT_ERROR:
		return img_fail(err, IMG_E_UNSUPPORTED, at,
				"needs an xz dictionary over 64 MiB, which no release has");
	case LZMA_MEM_ERROR:
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory for the xz decoder");
	case LZMA_BUF_ERROR:
		return img_fail(err, IMG_E_CORRUPT, at,
				"the archive is cut off here; download it again");
	case LZMA_OPTIONS_ERROR:
		return img_fail(err, IMG_E_UNSUPPORTED, at,
				"xz options that this liblzma does not know");
	default:
		return img_fail(err, IMG_E_CORRUPT, at,
				"the archive is damaged here; download it again");
	}
}

/* Behind the stream's end there may be nothing: it would be published unseen. */
static enum img_status check_end(struct xz_input *x, struct img_error *err)
{
	enum img_status st = IMG_OK;

	if (!x->lzma.avail_in)
		st = refill(x, err);
	if (st == IMG_OK && x->lzma.avail_in)
		st = img_fail(err, IMG_E_CORRUPT, x->taken - x->lzma.avail_in,
			      "there are bytes behind the end of the archive");
	return st;
}

enum img_status xz_input_read(struct xz_input *x, struct img_view *out, struct img_error *err)
{
	lzma_ret ret = LZMA_OK;
	enum img_status st;

	x->lzma.next_out = x->out;
	x->lzma.avail_out = sizeof(x->out);
	while (!x->stream_ended && x->lzma.avail_out) {
		if (!x->lzma.avail_in && !x->file_ended) {
			st = refill(x, err);
			if (st != IMG_OK)
				return st;
		}
		ret = lzma_code(&x->lzma, x->file_ended ? LZMA_FINISH : LZMA_RUN);
		if (ret == LZMA_STREAM_END)
			x->stream_ended = true;
		else if (ret != LZMA_OK)
			return explain(x, ret, err);
	}
	if (x->stream_ended) {
		st = check_end(x, err);
		if (st != IMG_OK)
			return st;
	}
	*out = img_view_of(x->out, sizeof(x->out) - x->lzma.avail_out);
	return IMG_OK;
}

void xz_input_close(struct xz_input *x)
{
	if (!x)
		return;
	lzma_end(&x->lzma);
	if (x->fd > STDERR_FILENO)
		close(x->fd);
	free(x);
}
