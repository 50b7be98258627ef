/* SPDX-License-Identifier: GPL-3.0-or-later */
/* TCP, from both ends. Addresses are HOST:PORT; a host with colons stands in brackets. */
#ifndef PROGRAMMER_BUS_TCP_H
#define PROGRAMMER_BUS_TCP_H

#include "tools/programmer/bus/wire.h"

#define TCP_ADDRESS_MAX 320

/* Connects within 5 s. IMG_E_USAGE: no address. IMG_E_IO, IMG_E_TIMEOUT: nobody there. */
enum img_status tcp_open(const char *address, struct wire **out,
			 struct img_error *err) IMG_CHECKED;

/*
 * Listens; port 0 takes a free one. *fd is the caller's and non-blocking, at is where it
 * listens, as an address.
 */
enum img_status tcp_listen(const char *address, int *fd, char at[TCP_ADDRESS_MAX],
			   struct img_error *err) IMG_CHECKED;

/* Sends what is written at once, as one packet where it fits; and does not block. */
void tcp_prepare(int fd);

#endif
