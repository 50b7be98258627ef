/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Faults of the bench as users write them: NAME, or NAME@N where it happens at the Nth. */
#ifndef PROGRAMMER_SIM_FAULT_H
#define PROGRAMMER_SIM_FAULT_H

#include "tools/programmer/sim/chip.h"
#include "tools/programmer/sim/link.h"

/*
 * Of a chip:
 *	stuck		what has begun never ends
 *	no-wel		write enable has no effect
 *	wrap16		of an address only three bytes arrive: above 16 MiB it begins again
 *	read@ADDRESS	its lowest bit reads wrong, always; read-once@ADDRESS: the first time
 *	program@N	the Nth program gets a bit wrong
 *	lost@N		the Nth program never arrives
 *	power@N		the chip's power fails after N commands
 *	unplugged@N	the programmer goes away after N commands
 * IMG_E_USAGE: anything else.
 */
enum img_status sim_fault_of_chip(const char *text, struct sim_faults *out,
				  struct img_error *err) IMG_CHECKED;

/*
 * Of a programmer and its cable:
 *	lost-byte@N	the Nth byte to it never arrives; lost-answer@N: from it
 *	silent@N	it answers nothing after N commands to the chip
 *	closed@N	the connection is closed after N of them
 */
enum img_status sim_fault_of_link(const char *text, struct sim_link_faults *out,
				  struct img_error *err) IMG_CHECKED;

#endif
