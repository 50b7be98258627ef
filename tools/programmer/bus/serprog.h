/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The programmer "serprog": anything that talks that protocol (serprog_protocol.h), on a
 * serial port or a TCP connection.
 *
 *	dev=/dev/ttyACM0[:BAUD]	the port; auto: the one that is attached
 *	ip=HOST:PORT		instead of dev
 *	spispeed=HERTZ		the clock; the programmer takes the nearest it has
 *	cs=N			the chip select
 *	pipeline=yes|no		do commands follow each other without waiting? Without it that
 *				is tried out, but not with a baud rate
 *
 * Programmer and host are brought in step with FF, which programs nothing when a frame of
 * an earlier client swallows it. Until the programmer's map and name are known each command
 * waits for its answer, opcode and parameters in writes of their own. Then NOP, SYNCNOP,
 * Q_IFACE, NOP and a frame 9F go out in one write; only if exactly their answers come do
 * commands follow each other from then on, never more than 3 KiB (or Q_SERBUF) of them
 * unanswered and 2 KiB of answers unread. The first answer that makes no sense ends that
 * for good.
 */
#ifndef PROGRAMMER_BUS_SERPROG_H
#define PROGRAMMER_BUS_SERPROG_H

#include "tools/programmer/bus/spec.h"
#include "tools/programmer/bus/spi.h"
#include "tools/programmer/bus/wire.h"

enum serprog_pipeline { SERPROG_TRY, SERPROG_STREAM, SERPROG_PLAIN };

struct serprog_options {
	uint32_t hertz;		/* 0: as the programmer has it */
	enum serprog_pipeline pipeline;
};

/*
 * As bus_open(). IMG_E_USAGE: neither dev nor ip, or both. IMG_E_ABSENT: auto, and not
 * exactly one is attached. IMG_E_TIMEOUT: nobody there speaks serprog.
 * IMG_E_UNSUPPORTED: it has no SPI, or another version.
 */
enum img_status serprog_open(const struct bus_spec *spec, uint64_t expected_size,
			     struct spi_bus **out, struct img_error *err) IMG_CHECKED;

/* The same over a wire, which belongs to the bus from now on, also on failure. */
enum img_status serprog_attach(struct wire *wire, const struct serprog_options *options,
			       struct spi_bus **out, struct img_error *err) IMG_CHECKED;

#endif
