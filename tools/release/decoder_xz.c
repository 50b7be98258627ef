/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <lzma.h>
#include <stdlib.h>

#include "tools/release/decoder.h"
#include "tools/release/input.h"

enum { OVERHEAD = 4 << 20 };	/* of the decoder, beside the dictionary */

static enum decoder_answer step(void *state, struct decoder_io *io)
{
	lzma_stream *lzma = state;
	lzma_ret ret;

	lzma->next_in = io->in;
	lzma->avail_in = io->in_left;
	lzma->next_out = io->out;
	lzma->avail_out = io->out_left;
	ret = lzma_code(lzma, io->last ? LZMA_FINISH : LZMA_RUN);
	io->in = lzma->next_in;
	io->in_left = lzma->avail_in;
	io->out = lzma->next_out;
	io->out_left = lzma->avail_out;
	switch (ret) {
	case LZMA_OK: return DECODER_MORE;
	case LZMA_STREAM_END: return DECODER_END;
	case LZMA_BUF_ERROR: return DECODER_CUT;
	case LZMA_MEMLIMIT_ERROR: return DECODER_TOO_LARGE;
	case LZMA_MEM_ERROR: return DECODER_NO_MEMORY;
	default: return DECODER_DAMAGED;
	}
}

static void close_xz(void *state)
{
	lzma_end(state);
	free(state);
}

bool decoder_open_xz(struct decoder *out)
{
	lzma_stream *lzma = calloc(1, sizeof(*lzma));

	if (!lzma)
		return false;
	if (lzma_stream_decoder(lzma, INPUT_DICTIONARY_MAX + OVERHEAD, 0) != LZMA_OK) {
		free(lzma);
		return false;
	}
	*out = (struct decoder){ lzma, step, close_xz };
	return true;
}
