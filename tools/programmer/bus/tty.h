/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Serial ports: USB programmers, and UARTs with a baud rate. */
#ifndef PROGRAMMER_BUS_TTY_H
#define PROGRAMMER_BUS_TTY_H

#include "tools/programmer/bus/wire.h"

/*
 * PATH, PATH:BAUD, or "auto". Waits up to 5 s for a port that is not there (yet): a
 * programmer that was just plugged in or reset. DTR goes on and RTS off in one step, and
 * neither changes after that: some boards take a pulse for a reset.
 * IMG_E_ABSENT: auto, and there is none or there are several. IMG_E_IO: the system's
 * reason; where it is the right to use the port, the sentence says which group has it.
 */
enum img_status tty_open(const char *device, struct wire **out, struct img_error *err) IMG_CHECKED;

struct tty_port {
	char path[64];		/* "" where it is no serial port */
	char what[192];		/* what it says of itself; or what to do with it */
	uint16_t vendor, product;	/* USB ids */
};

/* The USB serial ports that are attached, and Picos that wait for a firmware. *out is the
 * caller's: free(). */
enum img_status tty_list(struct tty_port **out, size_t *count, struct img_error *err) IMG_CHECKED;

#endif
