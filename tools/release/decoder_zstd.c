/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <zstd.h>
#include <zstd_errors.h>

#include "tools/release/decoder.h"

enum { WINDOW_LOG_MAX = 26 };	/* INPUT_DICTIONARY_MAX */

static enum decoder_answer step(void *state, struct decoder_io *io)
{
	ZSTD_inBuffer in = { io->in, io->in_left, 0 };
	ZSTD_outBuffer out = { io->out, io->out_left, 0 };
	size_t ret = ZSTD_decompressStream(state, &out, &in);

	io->in += in.pos;
	io->in_left -= in.pos;
	io->out += out.pos;
	io->out_left -= out.pos;
	if (!ZSTD_isError(ret)) {
		if (!ret)
			return DECODER_END;
		return io->last && !io->in_left && io->out_left ? DECODER_CUT : DECODER_MORE;
	}
	switch (ZSTD_getErrorCode(ret)) {
	case ZSTD_error_frameParameter_windowTooLarge: return DECODER_TOO_LARGE;
	case ZSTD_error_memory_allocation: return DECODER_NO_MEMORY;
	default: return DECODER_DAMAGED;
	}
}

static void close_zstd(void *state)
{
	ZSTD_freeDStream(state);
}

bool decoder_open_zstd(struct decoder *out)
{
	ZSTD_DStream *z = ZSTD_createDStream();

	if (!z)
		return false;
	ZSTD_DCtx_setParameter(z, ZSTD_d_windowLogMax, WINDOW_LOG_MAX);
	*out = (struct decoder){ z, step, close_zstd };
	return true;
}
