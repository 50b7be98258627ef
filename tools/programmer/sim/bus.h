/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A programmer with a simulated chip on it, or with nothing. */
#ifndef PROGRAMMER_SIM_BUS_H
#define PROGRAMMER_SIM_BUS_H

#include "tools/programmer/sim/chip.h"

/*
 * chip belongs to the bus from now on, also on failure; NULL: the clip is in the air, all
 * answers are FF. path: where close() puts the array as a whole when it has changed; NULL:
 * nowhere. One chip select, 0. *out is the caller's: (*out)->close(*out, err).
 */
enum img_status sim_bus_new(struct sim_chip *chip, const char *path, struct spi_bus **out,
			    struct img_error *err) IMG_CHECKED;

/*
 * Has close() write what the chip counted (struct sim_counts) to path, one JSON object of
 * numbers by their names there, and "us", the microseconds since sim_bus_new(); a file that exists
 * is replaced. bus is one of sim_bus_new().
 */
enum img_status sim_bus_count_to(struct spi_bus *bus, const char *path,
				 struct img_error *err) IMG_CHECKED;

#endif
