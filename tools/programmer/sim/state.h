/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of sim/: the state of a simulated chip and the parts of its logic. */
#ifndef PROGRAMMER_SIM_STATE_H
#define PROGRAMMER_SIM_STATE_H

#include "tools/programmer/chip/opcode.h"
#include "tools/programmer/chip/protect.h"
#include "tools/programmer/sim/chip.h"

#define SIM_SFDP_SIZE 52
#define SIM_PAGE_MAX 512
#define SIM_LOCKS 32			/* bytes of SST26's block-protection register */
#define SIM_SECTORS 2048		/* of 64 KiB */

struct sim_chip {
	const struct chip_part *part;
	struct chip_geometry geometry;
	uint64_t ns, ns_per_byte;
	bool busy;
	uint64_t busy_until;	/* ns */
	bool wel;
	bool asleep;		/* deep power-down */
	bool reset_armed;	/* the last frame was 66 */
	bool volatile_armed;	/* the last frame was 50 */
	bool blocked;		/* Spansion: busy with an error until 30 */
	bool four;		/* 4-byte mode */
	uint8_t segment;	/* extended address or bank register */
	bool aai;
	uint32_t aai_at;
	struct chip_registers now, kept;	/* kept: not volatile */
	uint8_t locks[SIM_LOCKS];
	bool sector_locked[SIM_SECTORS];
	uint8_t *sfdp;		/* NULL: none */
	size_t sfdp_size;
	uint8_t *array;
	uint8_t *written;	/* a bit for each byte programmed since its erase */
	bool identified;	/* its id was read */
	bool changed;
	uint64_t programs_sent;	/* for the faults that count them */
	struct sim_faults faults;
	struct sim_counts counts;
};

/* What the chip puts on the line at byte position of the frame, the opcode being 0. */
uint8_t sim_answer(struct sim_chip *sim, const struct spi_transaction *t, size_t position);

/* The same for all of a read of the array, where nothing changes meanwhile; false: it is
 * none, or something may. */
bool sim_read_at_once(struct sim_chip *sim, const struct spi_transaction *t);

/* What it does when CS# rises. */
void sim_execute(struct sim_chip *sim, const struct spi_transaction *t);

/* --- entry.c --- */
/* Is this opcode in the chip's entry? One that only reads an id may be sent to any. */
bool sim_knows(const struct sim_chip *sim, uint8_t opcode);
bool sim_reads_id(uint8_t opcode);

/* Does the chip listen to this opcode, which it knows, in the state it is in? */
bool sim_listens(const struct sim_chip *sim, uint8_t opcode);

/* Address bytes behind this opcode, and the address in the array. */
size_t sim_address_bytes(const struct sim_chip *sim, uint8_t opcode);
uint32_t sim_address(const struct sim_chip *sim, const struct spi_transaction *t);

/* With WIP, WEL, error flags and the mode of this moment. */
uint8_t sim_register(const struct sim_chip *sim, enum chip_register which);

void sim_begin(struct sim_chip *sim, uint32_t us);	/* WIP rises for so long */
void sim_settle(struct sim_chip *sim);			/* ends what is due by now */

/* --- program.c, protect.c --- */
void sim_program(struct sim_chip *sim, const struct spi_transaction *t);
void sim_program_word(struct sim_chip *sim, const struct spi_transaction *t);
void sim_forget_written(struct sim_chip *sim, uint32_t at, uint32_t size);

/* The commands of sector locks; false: it was none of them. */
bool sim_lock_command(struct sim_chip *sim, const struct spi_transaction *t);
bool sim_write_sectors(struct sim_chip *sim, uint8_t value);
void sim_lock_all(struct sim_chip *sim, bool lock);

/* A refused erase or program, in the registers of chips that tell. */
void sim_refuse(struct sim_chip *sim, bool erase, bool protected);

/* The JESD216 tables of a part: header, one parameter header, nine words at 10h. */
void sim_make_sfdp(const struct chip_geometry *g, uint8_t out[SIM_SFDP_SIZE]);

#endif
