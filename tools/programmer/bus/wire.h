/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Bytes to a programmer and back: a socket, a serial port, or the simulated cable. Who
 * talks serprog over it sees no descriptor and no clock but this one.
 */
#ifndef PROGRAMMER_BUS_WIRE_H
#define PROGRAMMER_BUS_WIRE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "libimg/core/error.h"

struct wire {
	/*
	 * Writes what can be written now of out, and takes what is there of in. Returns as
	 * soon as anything was moved either way, or at deadline (of now_us()) with both counts
	 * 0, which is no error. What is given in one call goes out in as few packets as
	 * possible, and two calls never share a packet.
	 * IMG_E_IO: the other end is gone, or the program was interrupted.
	 */
	enum img_status (*exchange)(struct wire *wire, const uint8_t *out, size_t nout,
				    size_t *written, uint8_t *in, size_t room, size_t *got,
				    uint64_t deadline, struct img_error *err) IMG_CHECKED;
	void (*sleep)(struct wire *wire, uint64_t us);
	uint64_t (*now_us)(struct wire *wire);
	void (*close)(struct wire *wire);	/* frees it */

	bool keeps_bytes;	/* USB and TCP do not lose any; a UART may */
	uint32_t baud;		/* of a UART; 0: none */
};

#endif
