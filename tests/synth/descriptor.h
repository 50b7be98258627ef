/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A flash descriptor with a board's regions and densities. */
#ifndef TESTS_SYNTH_DESCRIPTOR_H
#define TESTS_SYNTH_DESCRIPTOR_H

#include "libimg/core/board.h"

#define SYNTH_DESCRIPTOR_SIZE 0x1000

/* Version 1 as on 6 and 7 series, version 2 (100 series) where a region needs it. */
void synth_descriptor(const struct img_board *board, uint8_t out[SYNTH_DESCRIPTOR_SIZE]);

#endif
