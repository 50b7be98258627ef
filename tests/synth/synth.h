/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Synthetic firmware for tests and the demonstration: the layout of a real board, filled
 * with bytes from a generator. Nobody's firmware, and of no use on a machine.
 */
#ifndef TESTS_SYNTH_SYNTH_H
#define TESTS_SYNTH_SYNTH_H

#include "libimg/core/board.h"
#include "libimg/core/image.h"

/*
 * An image of the board as a release has it, without vendor files: descriptor, GbE with the
 * board's MAC, FMAP, a CBFS with boot block and payload. variant ("seabios") changes the
 * payload. Same arguments, same bytes. *out is owned.
 */
enum img_status synth_image(const struct img_board *board, const char *variant, struct img **out,
			    struct img_error *err) IMG_CHECKED;

/*
 * A stand-in for the prepared file of a piece, of its kind and of about its size: what the
 * firmware or our programs look at in it is right. *out is owned.
 */
enum img_status synth_piece(const struct img_board *board, const struct img_board_piece *piece,
			    struct img **out, struct img_error *err) IMG_CHECKED;

/* Puts stand-ins for all vendor files into such an image, which then is whole. */
enum img_status synth_complete(const struct img_board *board, struct img *img,
			       struct img_error *err) IMG_CHECKED;

/* A region of the board's descriptor; size 0: it has none of that name. */
struct img_range synth_region(const struct img_board *board, const char *name);

/* An FMAP of 56 + 42 * count bytes; what is not set in it has to be 0 before. */
void synth_fmap(uint8_t *out, uint64_t image_size, const struct img_board_region *areas,
		size_t count);

/* A bank of the GbE region with that MAC, the signature in word 0x13 and a right checksum. */
#define SYNTH_GBE_BANK 0x1000
void synth_gbe_bank(const char *mac, uint8_t bank[SYNTH_GBE_BANK]);

/* size bytes that compress a little, made from the words of seed. */
void synth_bytes(const char *seed, uint8_t *out, size_t size);

#endif
