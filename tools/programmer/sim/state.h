/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of sim/: the state of a simulated chip and the parts of its logic. */
#ifndef PROGRAMMER_SIM_STATE_H
#define PROGRAMMER_SIM_STATE_H

#include "tools/programmer/chip/opcode.h"
#include "tools/programmer/sim/chip.h"

#define SIM_SFDP_SIZE 52
#define SIM_REGISTERS 3

struct sim_chip {
	const struct chip_part *part;
	struct chip_geometry geometry;
	uint64_t ns, ns_per_byte;
	bool busy;
	uint64_t busy_until;	/* ns */
	bool wel;
	bool asleep;		/* deep power-down */
	bool reset_armed;	/* the last frame was 66 */
	uint8_t sr[SIM_REGISTERS];
	uint8_t sfdp[SIM_SFDP_SIZE];
	uint8_t *array;
	bool changed;
	uint64_t programs_sent;	/* for the faults that count them */
	struct sim_faults faults;
	struct sim_counts counts;
};

/* What the chip puts on the line at byte position of the frame, the opcode being 0. */
uint8_t sim_answer(struct sim_chip *sim, const struct spi_transaction *t, size_t position);

/* What it does when CS# rises. */
void sim_execute(struct sim_chip *sim, const struct spi_transaction *t);

/* Does the chip listen to this opcode at all, in the state it is in? */
bool sim_listens(const struct sim_chip *sim, uint8_t opcode);

/* SR1 with WIP and WEL of this moment, SR2, SR3. */
uint8_t sim_register(const struct sim_chip *sim, unsigned n);

void sim_begin(struct sim_chip *sim, uint32_t us);	/* WIP rises for so long */

/* Is any byte of it protected? */
bool sim_protected(const struct sim_chip *sim, uint64_t at, uint64_t size);

/* The JESD216 tables of a part: header, one parameter header, nine words at 10h. */
void sim_make_sfdp(const struct chip_geometry *g, uint8_t out[SIM_SFDP_SIZE]);

#endif
