/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A 25-series flash chip that does what a real one does with every CS# frame, in time of
 * its own: bytes on the bus and pauses advance its clock, nothing ever sleeps.
 *
 *	9F RDID   90 REMS   AB wake and RES   B9 power-down   5A SFDP (parts that have it)
 *	05 35 15  status, as often as it is clocked     01 31 11  status write
 *	06 04     write enable, disable                 66 99     reset (parts that have it)
 *	03 0B     read, wraps at the end of the chip
 *	02        program: clears bits only, wraps inside its page
 *	20 52 D8  erase as the part's table row says; 60, C7 all of it
 *
 * Erase and program need WEL; a frame that is not exactly opcode and address erases
 * nothing. While WIP is 1 everything but status reads is ignored; what is ignored leaves
 * no trace and answers FF. A protected block ignores erase and program, and WEL stays.
 * Protection is that of the Winbond parts (SR1 BP0-2, TB, SEC; SR2 CMP); on the others
 * the protection bits cannot be set here.
 */
#ifndef PROGRAMMER_SIM_CHIP_H
#define PROGRAMMER_SIM_CHIP_H

#include <stdbool.h>

#include "libimg/core/view.h"
#include "tools/programmer/bus/spi.h"
#include "tools/programmer/chip/part.h"

struct sim_chip;

/* What goes wrong. All zero: nothing. Frames and programs count from 1. */
struct sim_faults {
	uint8_t flip_read_mask;		/* bits that read wrong ... */
	uint64_t flip_read_at;		/* ... at this address ... */
	unsigned flip_read_count;	/* ... so many times; 0: for ever */
	unsigned lose_program;		/* this page program never arrives */
	unsigned flip_program;		/* this one gets the lowest bit of its first byte wrong */
	uint64_t power_lost_after;	/* so many frames; then all answers are FF */
	uint64_t link_lost_after;	/* so many frames; then run() fails */
	bool wip_stuck;			/* what has begun never ends */
	bool wel_dead;			/* write enable has no effect */
};

/* What has happened so far. */
struct sim_counts {
	uint64_t frames;
	uint64_t erases, programs;	/* executed */
	uint64_t raised;		/* programmed bytes that wanted a 1 where the array has 0 */
};

/* A blank chip of this part, clocked at hertz. *out is the caller's. */
enum img_status sim_chip_new(const struct chip_part *part, uint32_t hertz, struct sim_chip **out,
			     struct img_error *err) IMG_CHECKED;
void sim_chip_free(struct sim_chip *sim);	/* NULL is fine */

/* One CS# frame, or only the pause. */
void sim_chip_frame(struct sim_chip *sim, const struct spi_transaction *t);

/* Off and on again: the array and the status registers stay, everything else is as new.
 * Also ends the faults of power and link. */
void sim_chip_power_cycle(struct sim_chip *sim);

uint64_t sim_chip_now_us(const struct sim_chip *sim);

/* The array; borrowed. Whoever writes through it is not the bus and changes nothing else. */
struct img_span sim_chip_array(struct sim_chip *sim);
bool sim_chip_changed(const struct sim_chip *sim);	/* by erase or program, so far */

/* SR1, as from the factory or from an earlier life of the chip. */
void sim_chip_set_status(struct sim_chip *sim, uint8_t sr1);

/* Borrowed; may be changed at any time. */
struct sim_faults *sim_chip_faults(struct sim_chip *sim);
const struct sim_counts *sim_chip_counts(const struct sim_chip *sim);

#endif
