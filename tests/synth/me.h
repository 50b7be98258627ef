/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Synthetic ME regions: tables, manifest and modules as the real ones have them, around bytes of
 * no meaning, signed with a key of our own.
 */
#ifndef TESTS_SYNTH_ME_H
#define TESTS_SYNTH_ME_H

#include <stdint.h>

#include "libimg/format/me.h"

enum {
	SYNTH_ME_SIZE = 0x20000,
	SYNTH_ME_FTPR = 0x4000,		/* where FTPR is; of generation 1 CODE */
	SYNTH_ME_FTPR_SIZE = 0x8000,
	SYNTH_ME_LLUT = 0x1000,		/* in FTPR; generation 2 */
	SYNTH_ME_MODULES = 0x290,	/* likewise: the headers, of 0x80 bytes */
	SYNTH_ME_DATA = 0x10000,	/* CSME: the data partition */
	SYNTH_ME_BOOT = 0x1000,		/* CSME: boot partition 1, with FTPR 0x1000 in it */
	SYNTH_ME_MANIFEST_3 = 0x100,	/* in FTPR; generation 3 and CSME */
};

void synth_me(enum img_me_generation generation, uint8_t out[SYNTH_ME_SIZE]);

/* Signs the manifest at that offset as it is now. */
void synth_me_sign(uint8_t *region, uint64_t manifest);

/* Makes the sum or CRC of the table of partitions at 0x10 right. */
void synth_me_sum(uint8_t *region, enum img_me_generation generation);

#endif
