/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the name of a programmer to its bus: the table of the kinds of programmers. */
#ifndef PROGRAMMER_BUS_OPEN_H
#define PROGRAMMER_BUS_OPEN_H

#include <stdbool.h>

#include "tools/programmer/bus/spec.h"
#include "tools/programmer/bus/spi.h"

/* Is this one of the kinds that bus_open() knows? */
bool bus_is_kind(const char *name);

/*
 * expected_size is the size in bytes of the chip that the caller hopes for, 0: no idea.
 * Only a simulated chip that is to be made new and has no name asks for it.
 * Every kind takes cs=N, the chip select. *out is the caller's: (*out)->close(*out, err).
 * IMG_E_UNSUPPORTED: no such kind. IMG_E_USAGE: a parameter that the kind does not have, or
 * its value. Otherwise what the kind says.
 */
enum img_status bus_open(const struct bus_spec *spec, uint64_t expected_size,
			 struct spi_bus **out, struct img_error *err) IMG_CHECKED;

#endif
