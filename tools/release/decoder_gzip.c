/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <limits.h>
#include <stdlib.h>
#include <zlib.h>

#include "tools/release/decoder.h"

enum { GZIP_ONLY = 16 };	/* added to the window bits: a gzip header and trailer */

static uInt at_most(size_t n)
{
	return n < UINT_MAX ? (uInt)n : UINT_MAX;
}

static enum decoder_answer step(void *state, struct decoder_io *io)
{
	z_stream *z = state;
	uInt in = at_most(io->in_left), out = at_most(io->out_left);
	int ret;

	z->next_in = (z_const Bytef *)io->in;
	z->avail_in = in;
	z->next_out = io->out;
	z->avail_out = out;
	ret = inflate(z, Z_NO_FLUSH);
	io->in = z->next_in;
	io->in_left -= in - z->avail_in;
	io->out = z->next_out;
	io->out_left -= out - z->avail_out;
	switch (ret) {
	case Z_OK: return DECODER_MORE;
	case Z_STREAM_END: return DECODER_END;
	case Z_BUF_ERROR: return io->last ? DECODER_CUT : DECODER_MORE;
	case Z_MEM_ERROR: return DECODER_NO_MEMORY;
	default: return DECODER_DAMAGED;
	}
}

static void close_gzip(void *state)
{
	inflateEnd(state);
	free(state);
}

bool decoder_open_gzip(struct decoder *out)
{
	z_stream *z = calloc(1, sizeof(*z));

	if (!z)
		return false;
	if (inflateInit2(z, MAX_WBITS + GZIP_ONLY) != Z_OK) {
		free(z);
		return false;
	}
	*out = (struct decoder){ z, step, close_gzip };
	return true;
}
