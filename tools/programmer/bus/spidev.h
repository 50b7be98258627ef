/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The programmer "linux_spi": an SPI bus of this machine, through the kernel's spidev.
 *
 *	dev=/dev/spidevX.Y	the node; it names the chip select, too
 *	spispeed=KHZ		the clock in kHz (2000)
 *
 * A batch is as few ioctls as the limits allow: SPI_IOC_MESSAGE takes 511 transfers, and
 * the bytes of all tx and of all rx buffers, each rounded up to 128, may not be more than
 * the module's bufsiz (4096 unless the user raised it). cs_change raises CS# between two
 * transfers; on the last one it would keep it low, so it is not set there.
 */
#ifndef PROGRAMMER_BUS_SPIDEV_H
#define PROGRAMMER_BUS_SPIDEV_H

#include "tools/programmer/bus/spec.h"
#include "tools/programmer/bus/spi.h"

/* As bus_open(). IMG_E_USAGE: no dev. IMG_E_IO: the system's reason; where it is the right
 * to use the node, the sentence says which group has it. */
enum img_status spidev_open(const struct bus_spec *spec, uint64_t expected_size,
			    struct spi_bus **out, struct img_error *err) IMG_CHECKED;

#endif
