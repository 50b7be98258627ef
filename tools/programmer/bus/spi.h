/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one door to hardware. A transport (a serprog device, spidev, the simulated chip)
 * fills in these functions; everything above it is the same for all of them, and tests
 * link it with the simulated chip alone.
 */
#ifndef PROGRAMMER_BUS_SPI_H
#define PROGRAMMER_BUS_SPI_H

#include <stddef.h>
#include <stdint.h>

#include "libimg/core/error.h"

/*
 * One CS# frame: CS# falls, out is clocked out, then in is clocked in, CS# rises. After
 * that CS# stays high for at least delay_us. A transaction without any byte leaves CS#
 * alone and is only the pause. The buffers are the caller's until run() returns.
 */
struct spi_transaction {
	const uint8_t *out;
	size_t nout;
	uint8_t *in;
	size_t nin;
	uint32_t delay_us;
};

struct spi_bus {
	/*
	 * Runs a batch. A transport may send all of it ahead of the first answer, but the chip
	 * sees the frames in this order, and nothing of the batch is under way when run()
	 * returns. So an erase, a status write or a mode command belongs into a batch of its
	 * own with its write enable and a look or two at the status: a batch that small goes
	 * out in one piece, and no lost byte can make another command of it.
	 * On failure a prefix of the batch may have been executed, up to all of it: who sent
	 * an erase or a program has to take the chip for changed. The in buffers then hold
	 * nothing of use. IMG_E_IO: the programmer refused or went away. IMG_E_TIMEOUT: it
	 * did not answer. IMG_E_CORRUPT: the answers made no sense, but programmer and host
	 * are in step again; what may be done twice can be tried again. A missing chip is no
	 * failure: its answers are all FF or all 00.
	 */
	enum img_status (*run)(struct spi_bus *bus, const struct spi_transaction *batch, size_t n,
			       struct img_error *err) IMG_CHECKED;

	/* Which chip select the following batches use; 0 at first. IMG_E_UNSUPPORTED: not
	 * one of this programmer's. */
	enum img_status (*select)(struct spi_bus *bus, unsigned chip,
				  struct img_error *err) IMG_CHECKED;

	/* Microseconds since some moment: the clock that goes with delay_us, so that the
	 * deadlines above this line are real on hardware and take no time in a simulation. */
	uint64_t (*now_us)(struct spi_bus *bus);

	/* Releases the pins and frees the bus, also on failure. IMG_E_IO: the programmer (or
	 * the simulated chip's file) could not be left as it should be. */
	enum img_status (*close)(struct spi_bus *bus, struct img_error *err) IMG_CHECKED;

	size_t most_out, most_in;	/* bytes of a frame that it can carry; 0: any number */
	const char *about;		/* what it says of itself, for people; NULL: nothing */
};

#endif
