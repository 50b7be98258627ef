/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A chip that another program reads and writes: flashprog, or where that is not installed
 * flashrom. It is how every programmer works that is not ours, and the machine's own flash
 * ("internal"), where the chips of a board are one.
 *
 * The program gets the programmer as the user wrote it, and anonymous files in memory for
 * contents and layouts, so that nothing is left behind. Its word is never taken for what the
 * chip holds: run/ reads back and compares. chip_read() of all, and chip_program_more() up to
 * chip_program_end(), are each one run of it.
 */
#ifndef PROGRAMMER_EXTERNAL_CHIP_H
#define PROGRAMMER_EXTERNAL_CHIP_H

#include "tools/programmer/bus/spec.h"
#include "tools/programmer/chip/chip.h"
#include "tools/programmer/external/machine.h"

struct external_options {
	const char *chip;	/* -c: which of several that fit; NULL: not said */
	unsigned seconds;	/* that one run may take; 0: by the chip's size */
	const char *root;	/* see machine.h; NULL: of the machine itself */
	/* Told what cannot wait for the end; NULL: nobody is. */
	void (*say)(void *ctx, const char *sentence);
	void *ctx;
};

/* Is this programmer the machine's own flash? */
bool external_is_own(const char *kind);

/* What is known besides the chip; also when external_open() found none. */
struct external_state {
	char program[16];	/* "flashprog" */
	bool own;
	struct machine machine;	/* where own is set ... */
	struct machine_verdict verdict;	/* ... and what follows */
};

/*
 * Asks the program for the chip. spec and options have to live as long as the chip; *out is the
 * caller's: chip_close(). guard[] of its info has the regions that the chipset closes.
 * IMG_E_UNSUPPORTED: the programmer is not known to the program either, or there is no
 * program. IMG_E_ABSENT: no chip. IMG_E_USAGE: several chips fit, or none is called -c so.
 * IMG_E_REFUSED: some regions are closed, and it does not say which (closed-regions).
 * IMG_E_IO, IMG_E_TIMEOUT: the program failed.
 */
enum img_status external_open(const struct bus_spec *spec, const struct external_options *options,
			      struct external_state *state, struct chip **out,
			      struct img_error *err) IMG_CHECKED;

#endif
