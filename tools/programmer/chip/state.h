/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of chip/: what the files there share. */
#ifndef PROGRAMMER_CHIP_STATE_H
#define PROGRAMMER_CHIP_STATE_H

#include "tools/programmer/chip/chip.h"
#include "tools/programmer/chip/opcode.h"

#define CHIP_READ_FRAME ((size_t)64 << 10)	/* bytes of one read command */
#define CHIP_READ_BATCH 4			/* read commands in a batch */
#define CHIP_PROGRAM_BATCH 16			/* pages in a batch */

struct chip_page {		/* a page on its way to the chip */
	uint8_t frame[4 + CHIP_PAGE_MAX];
	size_t size;
	uint8_t before, after;	/* status between write enable and program, and behind */
	bool taken;
};

struct chip {
	struct spi_bus *bus;
	struct chip_info info;
	bool asleep;		/* it was found in deep power-down */
	bool enabled;		/* write enable has been sent */
	bool changed;
	uint8_t buffer[CHIP_READ_BATCH * CHIP_READ_FRAME];
	struct chip_page page[CHIP_PROGRAM_BATCH];
};

/* Fills vendor, name, id and geometry from the rows of this id; false: there are none. */
bool chip_identify(const uint8_t id[CHIP_ID_SIZE], struct chip_info *info);

/* Could this be the first status register of this chip? Only WIP and WEL change here. */
bool chip_status_plausible(const struct chip *chip, uint8_t status);

/* The sentence for a status that is none. */
enum img_status chip_fail_silent(uint8_t status, uint64_t at, struct img_error *err);

/*
 * Asks until WIP is 0, at intervals of a sixteenth of typical_us. at: for messages.
 * IMG_E_TIMEOUT: after max_us it still was 1. IMG_E_IO: the chip stopped answering.
 */
enum img_status chip_wait(struct chip *chip, uint32_t typical_us, uint32_t max_us, uint64_t at,
			  struct img_error *err) IMG_CHECKED;

void chip_put_address(uint8_t frame[4], uint8_t opcode, uint64_t at);

#endif
