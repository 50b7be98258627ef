/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Which chip of a board the clip is on. Witnesses: its size; what it holds (a descriptor is on
 * the first chip, what the machine starts from on the last); whether that is what the image
 * has for one of them, or what a stored backup of one of them has. Who contradicts is named,
 * and nothing is guessed.
 */
#ifndef FLASH_CHECK_RECOGNISE_H
#define FLASH_CHECK_RECOGNISE_H

#include "tools/flash/job.h"

#define RECOGNISED_TEXT 512

struct recognised {
	bool sure;		/* it is chip index of the board */
	size_t index;
	unsigned possible;	/* else: bit N is set where chip N cannot be ruled out */
	char why[RECOGNISED_TEXT];	/* a sentence without its end: why it is, or what speaks
					 * against it */
};

/*
 * f has a board, and the image where there is one. IMG_E_REFUSED: it is none of the board's
 * chips; the sentence says what it looks like. Others as chip_read().
 */
enum img_status recognise(struct flash *f, const struct job *job, struct recognised *out,
			  struct img_error *err) IMG_CHECKED;

/* What a chip of another size than the board's may be, as " (...)"; "" where nothing is known. */
const char *recognise_size(const struct img_board *b, uint64_t size, char text[RECOGNISED_TEXT]);

#endif
