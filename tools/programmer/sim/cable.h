/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A simulated chip behind a simulated serprog programmer and its cable, in one process with who
 * uses it: the time that chip, firmware and cable need is set on the clock (common/clock.h), and
 * nobody waits for it.
 *
 *	firmware=NAME	of the programmer: ideal, pages, pico, pico-libreboot, picoprog,
 *			vserprog, duino
 *	rtt=US		microseconds there and back
 *	rate=BYTES	a second, each way
 *
 * Without any of them there is no cable and what is below is used as it is.
 */
#ifndef PROGRAMMER_SIM_CABLE_H
#define PROGRAMMER_SIM_CABLE_H

#include <stdbool.h>

#include "tools/programmer/bus/spec.h"
#include "tools/programmer/bus/spi.h"

/*
 * hertz: of the SPI bus. below belongs to *out from now on, also on failure. IMG_E_USAGE: a
 * parameter is wrong. Others as serprog_attach().
 */
enum img_status sim_cable_new(const struct bus_spec *spec, uint32_t hertz, struct spi_bus *below,
			      struct spi_bus **out, struct img_error *err) IMG_CHECKED;

/* Is one of the parameters given? */
bool sim_cable_wanted(const struct bus_spec *spec);

#endif
