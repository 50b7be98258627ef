/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One way to unpack a stream. input.c does the reading and words the complaints. */
#ifndef TOOLS_RELEASE_DECODER_H
#define TOOLS_RELEASE_DECODER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum decoder_answer {
	DECODER_MORE,		/* went on */
	DECODER_END,		/* the stream ended as it should */
	DECODER_CUT,		/* it ended too early */
	DECODER_DAMAGED,
	DECODER_TOO_LARGE,	/* needs more than INPUT_DICTIONARY_MAX */
	DECODER_NO_MEMORY,
};

struct decoder_io {		/* a step moves these on */
	const uint8_t *in;
	size_t in_left;
	uint8_t *out;
	size_t out_left;
	bool last;		/* no input follows what is here */
};

struct decoder {
	void *state;
	enum decoder_answer (*step)(void *state, struct decoder_io *io);
	void (*close)(void *state);
};

/* false: out of memory. */
bool decoder_open_xz(struct decoder *out);
bool decoder_open_gzip(struct decoder *out);
bool decoder_open_zstd(struct decoder *out);
bool decoder_open_plain(struct decoder *out);

#endif
