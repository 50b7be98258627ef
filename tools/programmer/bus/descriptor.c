/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/bus/descriptor.h"

#include <errno.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "tools/common/clock.h"

struct descriptor {
	struct wire wire;	/* first, so that one can be had from the other */
	int fd;
	bool drained;		/* the last read took all there was: ask before the next */
	void (*done)(void *ctx);
	void *ctx;
};

static struct descriptor *self(struct wire *wire)
{
	return (struct descriptor *)wire;
}

static uint64_t now_us(struct wire *wire)
{
	(void)wire;
	return clock_now_us();
}

static bool passes(int sys)
{
	return sys == EAGAIN || sys == EWOULDBLOCK || sys == EINTR;
}

static enum img_status fail_gone(int sys, struct img_error *err)
{
	if (!sys)
		return img_fail(err, IMG_E_IO, IMG_NOWHERE,
				"the programmer closed the connection: check its cable and power");
	return img_fail_errno(err, sys, "the programmer went away: check its cable and power");
}

static enum img_status move(struct descriptor *d, const uint8_t *out, size_t nout, size_t *written,
			    uint8_t *in, size_t room, size_t *got, bool readable,
			    struct img_error *err)
{
	ssize_t n;

	if (nout) {
		n = write(d->fd, out, nout);
		if (n < 0 && !passes(errno))
			return fail_gone(errno, err);
		*written = n > 0 ? (size_t)n : 0;
	}
	if (room) {
		n = read(d->fd, in, room);
		if (n < 0 && !passes(errno))
			return fail_gone(errno, err);
		/* A serial port may answer 0 when there is nothing; not after poll(). */
		if (!n && readable)
			return fail_gone(0, err);
		*got = n > 0 ? (size_t)n : 0;
		d->drained = *got < room;
	}
	return IMG_OK;
}

static enum img_status exchange(struct wire *wire, const uint8_t *out, size_t nout,
				size_t *written, uint8_t *in, size_t room, size_t *got,
				uint64_t deadline, struct img_error *err)
{
	struct descriptor *d = self(wire);
	struct pollfd p = { .fd = d->fd };
	enum img_status st = IMG_OK;
	uint64_t now, left;
	bool readable = false;

	*written = *got = 0;
	p.events = (short)((room ? POLLIN : 0) | (nout ? POLLOUT : 0));
	for (;;) {
		if (nout || !d->drained || readable)
			st = move(d, out, nout, written, in, room, got, readable, err);
		now = now_us(wire);
		if (st != IMG_OK || *written || *got || now >= deadline)
			return st;
		left = (deadline - now + 999) / 1000;
		p.revents = 0;
		if (poll(&p, 1, left > 60000 ? 60000 : (int)left) < 0 && errno != EINTR)
			return fail_gone(errno, err);
		if (p.revents & (POLLERR | POLLNVAL))
			return fail_gone(EIO, err);
		readable = p.revents & (POLLIN | POLLHUP);
	}
}

static void sleep_us(struct wire *wire, uint64_t us)
{
	clock_sleep_us(us);
	self(wire)->drained = false;	/* much may have come meanwhile */
}

static void close_wire(struct wire *wire)
{
	struct descriptor *d = self(wire);

	if (d->done)
		d->done(d->ctx);
	close(d->fd);
	free(d);
}

enum img_status descriptor_wire(int fd, void (*done)(void *ctx), void *ctx, struct wire **out,
				struct img_error *err)
{
	struct descriptor *d = calloc(1, sizeof(*d));

	if (!d) {
		close(fd);
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	d->wire = (struct wire){ .exchange = exchange, .sleep = sleep_us, .now_us = now_us,
				 .close = close_wire, .keeps_bytes = true };
	d->fd = fd;
	d->done = done;
	d->ctx = ctx;
	*out = &d->wire;
	return IMG_OK;
}
