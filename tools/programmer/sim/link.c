/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/sim/link.h"

#include <stdlib.h>
#include <string.h>

#include "tools/common/clock.h"

#define PACKET 64		/* bytes of a full-speed USB packet, which arrives whole ... */
#define PACKET_NS 64000		/* ... and does not wait longer for more of them */
#define DEVICE_ROOM 4096	/* answers that wait in the device while the cable is busy */
#define HOST_ROOM 4096		/* answers that the client's system keeps for it */

const struct sim_link_model sim_link_usual = { 1000, 1000000, 5, 16000000 };

struct answer {
	uint64_t at;		/* ns, when it is at the client's */
	uint8_t byte;
};

struct sim_link {
	struct sim_link_model model;
	const struct firmware_kind *kind;
	struct firmware_host host;
	struct firmware *firmware;
	struct spi_bus *below;
	struct sim_link_faults faults;
	struct sim_link_counts counts;
	uint64_t frames;
	bool closed, failed;

	uint64_t now;		/* the client's, ns */
	uint64_t looked;	/* when the client was there the last time */
	uint64_t device;	/* until when the device has worked */
	uint64_t ahead;		/* of it the chip, since a frame was broken off */
	uint64_t arrived;	/* the last byte at the device */
	uint64_t departed;	/* the last byte from the device */
	uint64_t ns_per_byte, spi_ns;

	uint64_t *looked_at;	/* when it took the last kind->fifo bytes, as a ring */
	uint64_t taken;		/* bytes it took */

	struct answer *queue;
	size_t first, used, room;
};

struct sim_wire {
	struct wire wire;	/* first, so that one can be had from the other */
	struct sim_link *link;
	bool in_time;		/* now is what the caller's clock says, since: */
	uint64_t begun;
};

static void put_answer(struct sim_link *l, uint64_t at, uint8_t byte)
{
	struct answer *larger;

	if (l->used == l->room) {
		if (l->first > l->room / 2) {
			memmove(l->queue, l->queue + l->first,
				(l->used - l->first) * sizeof(*l->queue));
			l->used -= l->first;
			l->first = 0;
		} else {
			larger = realloc(l->queue, (l->room ? 2 * l->room : 4096) *
					 sizeof(*larger));
			if (!larger) {
				l->failed = true;
				return;
			}
			l->queue = larger;
			l->room = l->room ? 2 * l->room : 4096;
		}
	}
	l->queue[l->used++] = (struct answer){ at, byte };
}

/* A byte that is made at this moment begins its way when the cable is free. */
static void send_answer(struct sim_link *l, uint64_t made, uint8_t byte)
{
	l->counts.answered++;
	if (l->faults.silent_after && l->frames >= l->faults.silent_after)
		return;
	l->departed = (made > l->departed ? made : l->departed) + l->ns_per_byte;
	if (l->counts.answered == l->faults.lose_answer)
		return;
	put_answer(l, l->departed + (uint64_t)l->model.rtt_us * 500, byte);
}

/* With its buffer full the device waits for the cable. */
static void hold_back(struct sim_link *l)
{
	const uint64_t ahead = DEVICE_ROOM * l->ns_per_byte;

	if (l->departed > ahead && l->device < l->departed - ahead)
		l->device = l->departed - ahead;
}

static void answer(void *ctx, const uint8_t *bytes, size_t n)
{
	struct sim_link *l = ctx;
	size_t i;

	for (i = 0; i < n; i++)
		send_answer(l, l->device, bytes[i]);
	hold_back(l);
}

static void command(void *ctx)
{
	struct sim_link *l = ctx;

	l->device += (uint64_t)l->model.command_us * 1000;
}

/* The chip's own clock knows only the bytes it has seen. */
static bool let_chip_rest(struct sim_link *l)
{
	const uint64_t is = l->below->now_us(l->below), due = (l->device + l->ahead) / 1000;
	struct spi_transaction pause = { 0 };

	if (!l->model.hertz || is >= due)
		return true;
	pause.delay_us = due - is > UINT32_MAX ? UINT32_MAX : (uint32_t)(due - is);
	return l->below->run(l->below, &pause, 1, NULL) == IMG_OK;
}

static bool frame(void *ctx, const uint8_t *out, size_t nout, size_t nin)
{
	static const uint8_t ack = 0x06;
	struct sim_link *l = ctx;
	uint8_t *in = nin ? malloc(nin) : NULL;
	const struct spi_transaction t = { out, nout, in, nin, 0 };
	bool done = (in || !nin) && let_chip_rest(l) &&
		    l->below->run(l->below, &t, 1, NULL) == IMG_OK;
	size_t i;

	l->frames++;
	if (l->faults.closed_after && l->frames >= l->faults.closed_after)
		l->closed = true;
	if (done) {
		l->device += nout * l->spi_ns;
		send_answer(l, l->device, ack);
		for (i = 0; i < nin; i++)
			send_answer(l, l->device + (i + 1) * l->spi_ns, in[i]);
		l->device += nin * l->spi_ns;
		hold_back(l);
	}
	free(in);
	return done;
}

static void clock_spi(struct sim_link *l, uint32_t hertz)
{
	l->model.hertz = hertz;
	l->spi_ns = hertz ? 8000000000u / hertz : 0;
}

/* The chip of the simulation has a clock of its own, which is the fastest there is. */
static uint32_t set_clock(void *ctx, uint32_t hertz)
{
	struct sim_link *l = ctx;

	if (l->model.hertz && hertz < l->model.hertz)
		clock_spi(l, hertz);
	return l->model.hertz ? l->model.hertz : hertz;
}

static bool choose(void *ctx, unsigned chip)
{
	struct sim_link *l = ctx;

	return l->below->select(l->below, chip, NULL) == IMG_OK;
}

enum img_status sim_link_new(const struct firmware_kind *kind, const struct sim_link_model *model,
			     struct spi_bus *below, struct sim_link **out, struct img_error *err)
{
	struct sim_link *l = calloc(1, sizeof(*l));

	if (l) {
		l->model = *model;
		l->kind = kind;
		l->below = below;
		l->host = (struct firmware_host){ answer, frame, set_clock, choose, command, l };
		l->firmware = firmware_new(kind, &l->host);
		l->looked_at = calloc(kind->fifo, sizeof(*l->looked_at));
	}
	if (!l || !l->firmware || !l->looked_at) {
		if (below->close(below, NULL) != IMG_OK || !l)
			return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		firmware_free(l->firmware);
		free(l->looked_at);
		free(l);
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	l->ns_per_byte = model->bytes_per_s ? 1000000000u / model->bytes_per_s : 0;
	clock_spi(l, model->hertz);
	l->now = l->device = below->now_us(below) * 1000;
	*out = l;
	return IMG_OK;
}

enum img_status sim_link_free(struct sim_link *l, struct img_error *err)
{
	enum img_status st = l->below->close(l->below, err);

	firmware_free(l->firmware);
	free(l->looked_at);
	free(l->queue);
	free(l);
	return st;
}

/* When the byte can be taken; false: there was no room for it and it is lost. */
static bool arrive(struct sim_link *l, uint64_t now, uint64_t *at)
{
	const uint64_t way = (uint64_t)l->model.rtt_us * 500;
	const uint64_t room = l->looked_at[l->taken % l->kind->fifo];

	*at = (l->arrived > now + way ? l->arrived : now + way) + l->ns_per_byte;
	if (room > *at) {
		if (l->kind->no_flow_control)
			return false;
		*at = room;
	}
	l->arrived = *at;
	return true;
}

static bool cut_off(struct sim_link *l, size_t packet)
{
	if (!l->faults.cut_after || l->counts.sent + packet <= l->faults.cut_after)
		return false;
	return l->closed = true;
}

void sim_link_feed(struct sim_link *l, uint64_t now, const uint8_t *bytes, size_t n)
{
	uint64_t at;
	size_t i;

	l->now = now;
	l->counts.writes++;
	if (l->used - l->first > l->counts.most_unread)
		l->counts.most_unread = l->used - l->first;
	for (i = 0; i < n && !l->closed; i++) {
		if (i % PACKET == 0 && cut_off(l, n - i < PACKET ? n - i : PACKET))
			return;
		if (++l->counts.sent == l->faults.lose_sent)
			continue;
		if (!arrive(l, now, &at)) {
			l->counts.overflows++;
			continue;
		}
		if (at > l->device)
			l->device = at;
		firmware_take(l->firmware, bytes[i], i % PACKET == 0);
		l->looked_at[l->taken++ % l->kind->fifo] = l->device;
	}
}

/* What nobody reads stays in the client's system, and then in the device until that
 * loses its patience. */
static void forget(struct sim_link *l, uint64_t now)
{
	const uint64_t patience = (uint64_t)l->kind->forgets_us * 1000;
	size_t i, kept = l->first + HOST_ROOM;

	if (!patience || now - l->looked < patience || l->used <= kept)
		return;
	for (i = kept; i < l->used; i++) {
		if (l->queue[i].at + patience < now)
			l->counts.forgotten++;
		else
			l->queue[kept++] = l->queue[i];
	}
	l->used = kept;
}

size_t sim_link_take(struct sim_link *l, uint64_t now, uint8_t *into, size_t room)
{
	size_t n;

	l->now = now;
	for (n = 0; n < room && l->first < l->used && l->queue[l->first].at <= now; n++)
		into[n] = l->queue[l->first++].byte;
	if (l->first == l->used)
		l->first = l->used = 0;
	return n;
}

uint64_t sim_link_next_ns(const struct sim_link *l)
{
	uint64_t last;
	size_t i;

	if (l->first == l->used)
		return UINT64_MAX;
	last = l->queue[l->first].at + PACKET_NS;
	for (i = l->first + 1; i < l->used && i < l->first + PACKET && l->queue[i].at <= last; i++)
		;
	return l->queue[i - 1].at;
}

bool sim_link_is_closed(const struct sim_link *l)
{
	return l->closed || l->failed;
}

void sim_link_reset(struct sim_link *l)
{
	const uint64_t chip = l->below->now_us(l->below) * 1000;

	firmware_reset(l->firmware);
	if (chip > l->now)
		l->ahead = chip - l->now;
	l->device = l->arrived = l->departed = l->now;
	memset(l->looked_at, 0, l->kind->fifo * sizeof(*l->looked_at));
	l->first = l->used = 0;
	l->closed = false;
}

uint64_t sim_link_now_us(const struct sim_link *l)
{
	return l->now / 1000;
}

struct sim_link_faults *sim_link_faults(struct sim_link *l)
{
	return &l->faults;
}

const struct sim_link_counts *sim_link_counts(const struct sim_link *l)
{
	return &l->counts;
}

const struct firmware_counts *sim_link_firmware(const struct sim_link *l)
{
	return firmware_counts(l->firmware);
}

/* --- a client in virtual time ------------------------------------------------------- */

static struct sim_wire *self(struct wire *wire)
{
	return (struct sim_wire *)wire;
}

/* What has passed since the last call; what simulating takes does not pass. */
static struct sim_link *enter(const struct sim_wire *w)
{
	const uint64_t now = w->in_time ? clock_now_ns() - w->begun : 0;

	if (now > w->link->now)
		w->link->now = now;
	return w->link;
}

static void leave(const struct sim_wire *w)
{
	if (w->in_time)
		clock_set_ns(w->begun + w->link->now);
}

static enum img_status move(struct sim_link *l, const uint8_t *out, size_t nout, size_t *written,
			    uint8_t *in, size_t room, size_t *got, uint64_t deadline,
			    struct img_error *err)
{
	uint64_t next;

	*written = *got = 0;
	forget(l, l->now);
	l->looked = l->now;
	if (nout && !sim_link_is_closed(l)) {
		sim_link_feed(l, l->now, out, nout);
		*written = nout;
	}
	*got = sim_link_take(l, l->now, in, room);
	if (*written || *got)
		return IMG_OK;
	next = room ? sim_link_next_ns(l) : UINT64_MAX;
	if (next == UINT64_MAX && sim_link_is_closed(l))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE,
				"the programmer closed the connection: check its cable and power");
	if (next / 1000 >= deadline) {
		l->looked = l->now = deadline * 1000 > l->now ? deadline * 1000 : l->now;
		return IMG_OK;
	}
	*got = sim_link_take(l, next, in, room);
	l->looked = l->now;
	return IMG_OK;
}

static enum img_status exchange(struct wire *wire, const uint8_t *out, size_t nout,
				size_t *written, uint8_t *in, size_t room, size_t *got,
				uint64_t deadline, struct img_error *err)
{
	struct sim_link *l = enter(self(wire));
	const enum img_status st = move(l, out, nout, written, in, room, got, deadline, err);

	leave(self(wire));
	return st;
}

static void sleep_virtually(struct wire *wire, uint64_t us)
{
	enter(self(wire))->now += us * 1000;
	leave(self(wire));
}

static uint64_t wire_now_us(struct wire *wire)
{
	return enter(self(wire))->now / 1000;
}

static void close_wire(struct wire *wire)
{
	free(wire);
}

static enum img_status connect_client(struct sim_link *l, bool in_time, struct wire **out,
				      struct img_error *err)
{
	struct sim_wire *w = calloc(1, sizeof(*w));

	if (!w)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	w->wire = (struct wire){ .exchange = exchange, .sleep = sleep_virtually,
				 .now_us = wire_now_us, .close = close_wire,
				 .keeps_bytes = !l->kind->no_flow_control };
	w->link = l;
	w->in_time = in_time;
	w->begun = clock_now_ns() - l->now;
	l->closed = false;
	l->faults.cut_after = l->faults.closed_after = 0;
	*out = &w->wire;
	return IMG_OK;
}

enum img_status sim_link_connect(struct sim_link *l, struct wire **out, struct img_error *err)
{
	return connect_client(l, false, out, err);
}

enum img_status sim_link_connect_in_time(struct sim_link *l, struct wire **out,
					 struct img_error *err)
{
	return connect_client(l, true, out, err);
}
