/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The programmer "dummy": a simulated chip whose contents are a file.
 *
 *	emulate=NAME	the part, as rom-flash --list-chips names it; SFDP is one that no
 *			table has and that describes itself, of 8 MiB, or of the size of
 *			its file (64 KiB to 16 MiB)
 *	image=FILE	its contents; read now, replaced at close() when they were changed;
 *			a file that is missing is a blank chip
 *	spispeed=HERTZ	the clock, 16M where it is not given
 *	spi_status=N	the status register 1 the chip starts with
 *	hwwp=yes	the pin WP# is low
 *	stats=FILE	what the chip counted, as JSON, written at close(); see sim/bus.h
 *	power_lost_after=N	its power fails after N commands
 *	late_bits=N	its answers come N bits too late
 *	fault=NAME@N	what goes wrong; see sim/fault.h
 *	firmware=NAME, rtt=US, rate=BYTES	a programmer and its cable; see sim/cable.h
 *	clip=FILE	what the clip is on is in FILE, which is read now: the parameters above in
 *			one line; an empty or missing file is a clip on nothing
 *
 * Without emulate the file's size tells the part; without a file either, expected_size
 * does. With neither there is no chip at all.
 */
#ifndef PROGRAMMER_SIM_DUMMY_H
#define PROGRAMMER_SIM_DUMMY_H

#include "tools/programmer/bus/spec.h"
#include "tools/programmer/bus/spi.h"

/*
 * As bus_open(). IMG_E_USAGE: no such part, or nothing tells which. IMG_E_SPACE: the file
 * has another size than the part. IMG_E_IO: the file cannot be read.
 */
enum img_status dummy_open(const struct bus_spec *spec, uint64_t expected_size,
			   struct spi_bus **out, struct img_error *err) IMG_CHECKED;

#endif
