/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/input.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/core/image.h"
#include "tools/release/decoder.h"

enum { IN_SIZE = 64 << 10, OUT_SIZE = 256 << 10 };

struct input {
	int fd;
	bool ended;		/* the stream, as it should */
	uint64_t taken;		/* bytes read from the file so far */
	struct decoder decoder;
	struct decoder_io io;
	uint8_t in[IN_SIZE];
	uint8_t out[OUT_SIZE];
};

static const struct {
	const char *magic;
	size_t length;
	bool (*open)(struct decoder *out);
} kinds[] = {
	{ "\xfd" "7zXZ\0", 6, decoder_open_xz },
	{ "\x1f\x8b", 2, decoder_open_gzip },
	{ "\x28\xb5\x2f\xfd", 4, decoder_open_zstd },
	{ "", 0, decoder_open_plain },
};

static enum img_status refill(struct input *x, struct img_error *err)
{
	ssize_t n;

	do
		n = read(x->fd, x->in, sizeof(x->in));
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return img_fail_errno(err, errno, "cannot read");
	x->io.last = n == 0;
	x->taken += (uint64_t)n;
	x->io.in = x->in;
	x->io.in_left = (size_t)n;
	return IMG_OK;
}

static enum img_status open_decoder(struct input *x, struct img_error *err)
{
	size_t i = 0;

	while (x->io.in_left < kinds[i].length ||
	       memcmp(x->in, kinds[i].magic, kinds[i].length))
		i++;
	if (kinds[i].open(&x->decoder))
		return IMG_OK;
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory for the decoder");
}

enum img_status input_open(const char *path, struct input **out, struct img_error *err)
{
	struct input *x = calloc(1, sizeof(*x));
	enum img_status st = IMG_OK;

	if (!x)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	x->fd = STDIN_FILENO;
	if (strcmp(path, "-"))
		st = img_open_file(path, &x->fd, err);
	if (st == IMG_OK)
		st = refill(x, err);
	if (st == IMG_OK && x->io.last)
		st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "empty: there is no data");
	if (st == IMG_OK)
		st = open_decoder(x, err);
	if (st == IMG_OK)
		*out = x;
	else
		input_close(x);
	return st;
}

uint64_t input_at(const struct input *x)
{
	return x->taken - x->io.in_left;
}

static enum img_status explain(struct input *x, enum decoder_answer answer, struct img_error *err)
{
	uint64_t at = input_at(x);

	switch (answer) {
	case DECODER_TOO_LARGE:
		return img_fail(err, IMG_E_UNSUPPORTED, at,
				"needs a dictionary over 64 MiB to unpack, which no release has");
	case DECODER_NO_MEMORY:
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory for the decoder");
	case DECODER_CUT:
		return img_fail(err, IMG_E_CORRUPT, at,
				"the archive is cut off here; download it again");
	default:
		return img_fail(err, IMG_E_CORRUPT, at,
				"the archive is damaged here; download it again");
	}
}

/* Behind the stream's end there may be nothing: it would be published unseen. */
static enum img_status check_end(struct input *x, struct img_error *err)
{
	enum img_status st = IMG_OK;

	if (!x->io.in_left && !x->io.last)
		st = refill(x, err);
	if (st == IMG_OK && x->io.in_left)
		st = img_fail(err, IMG_E_CORRUPT, input_at(x),
			      "there are bytes behind the end of the archive");
	return st;
}

enum img_status input_read(struct input *x, struct img_view *out, struct img_error *err)
{
	enum decoder_answer answer;
	enum img_status st;

	x->io.out = x->out;
	x->io.out_left = sizeof(x->out);
	while (!x->ended && x->io.out_left) {
		if (!x->io.in_left && !x->io.last) {
			st = refill(x, err);
			if (st != IMG_OK)
				return st;
		}
		answer = x->decoder.step(x->decoder.state, &x->io);
		if (answer == DECODER_END)
			x->ended = true;
		else if (answer != DECODER_MORE)
			return explain(x, answer, err);
	}
	if (x->ended) {
		st = check_end(x, err);
		if (st != IMG_OK)
			return st;
	}
	*out = img_view_of(x->out, sizeof(x->out) - x->io.out_left);
	return IMG_OK;
}

void input_close(struct input *x)
{
	if (!x)
		return;
	if (x->decoder.close)
		x->decoder.close(x->decoder.state);
	if (x->fd > STDERR_FILENO)
		close(x->fd);
	free(x);
}
