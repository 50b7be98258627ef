/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "tools/release/decoder.h"

static enum decoder_answer step(void *state, struct decoder_io *io)
{
	size_t n = io->in_left < io->out_left ? io->in_left : io->out_left;

	(void)state;
	if (n)
		memcpy(io->out, io->in, n);
	io->in += n;
	io->in_left -= n;
	io->out += n;
	io->out_left -= n;
	return io->last && !io->in_left ? DECODER_END : DECODER_MORE;
}

static void close_plain(void *state)
{
	(void)state;
}

bool decoder_open_plain(struct decoder *out)
{
	*out = (struct decoder){ NULL, step, close_plain };
	return true;
}
