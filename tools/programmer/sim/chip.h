/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A 25-series flash chip that does what a real one does with every CS# frame, in time of
 * its own: bytes on the bus and pauses advance its clock, nothing ever sleeps. It is a row
 * of parts.tsv, whose columns are in brackets here:
 *
 *	9F RDID with the further bytes [ext], or what [probe] says; 90 REMS; AB wake and RES
 *	5A SFDP [sfdp]		B9 power-down, unless [bank-b9]		66 99 reset [reset]
 *	05 35 15 2B 07 70	registers [status, errors], as often as they are clocked
 *	01 31 11		status write [status], after 06 or 50 [wrsr]
 *	06 04			write enable, disable
 *	03 0B, 13 0C		read, wraps at the end of the chip
 *	02, 12			program: clears bits only, wraps inside its page; AD [aai]
 *	B7 E9, C5 C8, 17 16	4-byte mode, extended address register [addr4]
 *	erase as [erase] says; [whole] all of it
 *	30, 50			clear error flags [errors]
 *	98 72 42		SST26's block locks; 36 39 3C and the global (un)protect of Atmel
 *
 * Erase and program need WEL; a frame that is not exactly opcode and address erases
 * nothing. While WIP is 1 everything but status reads is ignored; what is ignored leaves
 * no trace and answers FF. A protected block ignores erase and program, and WEL stays; the
 * chips with [errors] say so there, and Spansion's stay busy until 30. Protection is what
 * [protect] and [unlock] say; where no rule is known for the range, the usual one.
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
	unsigned late_bits;		/* so many bits too late come all answers (bus) */
	bool wp_low;			/* the pin WP# */
	bool wip_stuck;			/* what has begun never ends */
	bool wel_dead;			/* write enable has no effect */
	bool three_bytes;		/* of an address only three bytes arrive */
};

/* What has happened so far. */
struct sim_counts {
	uint64_t frames;
	uint64_t erases, programs;	/* executed */
	uint64_t status_writes;
	/* Wrong use; a good driver leaves all of these 0. */
	uint64_t raised;	/* programmed bytes that wanted a 1 where the array has 0 */
	uint64_t early;		/* commands before the id was read, beyond what reads it */
	uint64_t outside;	/* commands that are not in the chip's entry */
	uint64_t again;		/* programs of bytes that had been programmed since their erase */
};

/* A blank chip of this part, clocked at hertz. *out is the caller's. */
enum img_status sim_chip_new(const struct chip_part *part, uint32_t hertz, struct sim_chip **out,
			     struct img_error *err) IMG_CHECKED;
void sim_chip_free(struct sim_chip *sim);	/* NULL is fine */

/* One CS# frame, or only the pause. */
void sim_chip_frame(struct sim_chip *sim, const struct spi_transaction *t);

/* Off and on again: the array and what is not volatile of the status registers stay,
 * everything else is as new. Also ends the faults of power and link. */
void sim_chip_power_cycle(struct sim_chip *sim);

uint64_t sim_chip_now_us(const struct sim_chip *sim);

/* The array; borrowed. Whoever writes through it is not the bus and changes nothing else. */
struct img_span sim_chip_array(struct sim_chip *sim);
bool sim_chip_changed(const struct sim_chip *sim);	/* by erase or program, so far */

/* A register, as from the factory or from an earlier life of the chip; and as it is now,
 * SR1 without WIP and WEL. */
void sim_chip_set_register(struct sim_chip *sim, enum chip_register which, uint8_t value);
uint8_t sim_chip_register(const struct sim_chip *sim, enum chip_register which);
void sim_chip_set_status(struct sim_chip *sim, uint8_t sr1);	/* CHIP_REG_SR1 */

/* Is it in 4-byte mode? The highest address byte that it adds in 3-byte mode. */
bool sim_chip_in_4byte(const struct sim_chip *sim);
uint8_t sim_chip_segment(const struct sim_chip *sim);

/* Is any byte of it protected? */
bool sim_chip_protects(const struct sim_chip *sim, uint64_t at, uint64_t size);

/* Another SFDP space than the one made from the part; copied. Parts without SFDP have it
 * from then on. */
enum img_status sim_chip_set_sfdp(struct sim_chip *sim, struct img_view space,
				  struct img_error *err) IMG_CHECKED;

/* Borrowed; may be changed at any time. */
struct sim_faults *sim_chip_faults(struct sim_chip *sim);
const struct sim_counts *sim_chip_counts(const struct sim_chip *sim);

#endif
