/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A wire that is a file descriptor: a socket, a serial port, a pseudo terminal. */
#ifndef PROGRAMMER_BUS_DESCRIPTOR_H
#define PROGRAMMER_BUS_DESCRIPTOR_H

#include "tools/programmer/bus/wire.h"

/*
 * Takes fd, which has to be non-blocking, also on failure; before it is closed, done(ctx)
 * is called, if there is one. *out is the caller's: (*out)->close().
 */
enum img_status descriptor_wire(int fd, void (*done)(void *ctx), void *ctx, struct wire **out,
				struct img_error *err) IMG_CHECKED;

#endif
