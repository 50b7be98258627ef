/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The plain way: one command, its answer; and how to get in step. */
#include <stdio.h>
#include <string.h>

#include "tools/programmer/bus/interrupt.h"
#include "tools/programmer/bus/serprog_state.h"

#define ANSWER_US 250000	/* to a NOP, also over a slow network */
#define HUSH_US 20000
#define HUSH_SHORT_US 5000	/* where an answer was understood */
#define HUSH_MOST_US 1000000
#define GATHER_RATE 2000000	/* bytes a second, which the quickest of USB devices do not reach */
#define GATHER_MOST_US 2000	/* does not fill the system's buffer */
#define GATHER_LEAST_US 200	/* less is not worth it */
#define DRAIN 960		/* FFs: more than any client's page, see SERPROG_WINDOW */

uint64_t serprog_patience(const struct serprog *s, uint64_t bytes)
{
	uint64_t us = SERPROG_SILENCE_US;

	if (s->hertz)
		us += bytes * 16000000 / s->hertz;
	if (s->wire->baud)
		us += bytes * 20000000 / s->wire->baud;
	return us;
}

enum img_status serprog_check_interrupt(struct serprog *s, struct img_error *err)
{
	enum img_status st = s->ending ? IMG_OK : interrupt_check(err);

	s->ending |= st != IMG_OK;
	return st;
}

enum img_status serprog_step(struct serprog *s, const uint8_t *out, size_t n, size_t *written,
			     uint64_t deadline, bool *moved, struct img_error *err)
{
	size_t got;
	enum img_status st;

	if (s->rx_first) {
		memmove(s->rx, s->rx + s->rx_first, s->rx_used - s->rx_first);
		s->rx_used -= s->rx_first;
		s->rx_first = 0;
	}
	st = s->wire->exchange(s->wire, out, n, written, s->rx + s->rx_used,
			       sizeof(s->rx) - s->rx_used, &got, deadline, err);
	s->dead |= st != IMG_OK;
	if (st != IMG_OK)
		return st;
	s->rx_used += got;
	*moved = *written || got;
	return IMG_OK;
}

void serprog_gather(struct serprog *s, size_t due, uint64_t pauses_us)
{
	/* What it has done already we do not know for a trip; what comes next is to be in time. */
	const uint64_t busy = pauses_us > s->trip_us ? (pauses_us - s->trip_us) / 2 : 0;
	const uint64_t wire = due * 1000000 / GATHER_RATE;
	uint64_t us = wire > busy ? wire : busy;

	us = us < GATHER_MOST_US ? us : GATHER_MOST_US;
	if (us >= GATHER_LEAST_US)
		s->wire->sleep(s->wire, us);
}

static enum img_status fail_silent(uint64_t us, struct img_error *err)
{
	return img_fail(err, IMG_E_TIMEOUT, IMG_NOWHERE,
			"the programmer has not answered for %llu ms: unplug it, plug it in again "
			"and repeat the command", (unsigned long long)us / 1000);
}

enum img_status serprog_write(struct serprog *s, const uint8_t *out, size_t n,
			      struct img_error *err)
{
	const uint64_t patience = serprog_patience(s, n);
	size_t done = 0, written;
	enum img_status st;
	bool moved;

	while (done < n) {
		st = serprog_step(s, out + done, n - done, &written,
				  s->wire->now_us(s->wire) + patience, &moved, err);
		if (st != IMG_OK)
			return st;
		if (!moved)
			return fail_silent(patience, err);
		done += written;
	}
	return IMG_OK;
}

enum img_status serprog_read(struct serprog *s, uint8_t *into, size_t n, uint64_t patience,
			     struct img_error *err)
{
	size_t part, none;
	enum img_status st;
	bool moved;

	for (;;) {
		part = s->rx_used - s->rx_first < n ? s->rx_used - s->rx_first : n;
		if (part) {		/* into may be NULL where n is 0 */
			memcpy(into, s->rx + s->rx_first, part);
			s->rx_first += part;
			into += part;
			n -= part;
		}
		if (!n)
			return IMG_OK;
		serprog_gather(s, n, 0);
		st = serprog_step(s, NULL, 0, &none, s->wire->now_us(s->wire) + patience, &moved,
				  err);
		if (st != IMG_OK)
			return st;
		if (!moved)
			return fail_silent(patience, err);
	}
}

enum img_status serprog_hush(struct serprog *s, uint64_t us, struct img_error *err)
{
	const uint64_t end = s->wire->now_us(s->wire) + HUSH_MOST_US;
	uint64_t now = 0;
	size_t none;
	enum img_status st;
	bool moved = true;

	while (moved && now < end) {
		now = s->wire->now_us(s->wire);
		s->rx_first = s->rx_used = 0;
		st = serprog_step(s, NULL, 0, &none, now + us, &moved, err);
		if (st != IMG_OK)
			return st;
	}
	s->rx_first = s->rx_used = 0;
	return IMG_OK;
}

/*
 * An idle programmer answers FF with NAK, or not at all. One that waits for the rest of a
 * frame takes it for data, which programs nothing; so it gets enough of them.
 */
static enum img_status drain(struct serprog *s, struct img_error *err)
{
	uint8_t ff[64], byte = 0;
	enum img_status st;
	size_t i;

	memset(ff, 0xff, sizeof(ff));
	st = serprog_hush(s, HUSH_US, err);
	if (st == IMG_OK)
		st = serprog_write(s, ff, 1, err);
	if (st == IMG_OK && serprog_read(s, &byte, 1, ANSWER_US, NULL) == IMG_OK && byte == SP_NAK)
		return serprog_hush(s, HUSH_SHORT_US, err);
	for (i = 0; st == IMG_OK && i < DRAIN; i += sizeof(ff))
		st = serprog_write(s, ff, sizeof(ff), err);
	if (st == IMG_OK)
		st = serprog_hush(s, ANSWER_US / 2, err);
	return st;
}

/* Does exactly this come back, and nothing behind it? */
static bool answers(struct serprog *s, uint8_t opcode, const uint8_t *want, size_t n)
{
	uint8_t is[2];

	return serprog_write(s, &opcode, 1, NULL) == IMG_OK &&
	       serprog_read(s, is, n, ANSWER_US, NULL) == IMG_OK && !memcmp(is, want, n) &&
	       s->rx_first == s->rx_used;
}

enum img_status serprog_sync(struct serprog *s, struct img_error *err)
{
	static const uint8_t ack[] = { SP_ACK }, nak_ack[] = { SP_NAK, SP_ACK };
	enum img_status st = drain(s, err);

	if (st != IMG_OK)
		return st;
	if (answers(s, SP_NOP, ack, 1) && answers(s, SP_SYNCNOP, nak_ack, 2))
		return IMG_OK;
	s->dead = true;
	return img_fail(err, IMG_E_TIMEOUT, IMG_NOWHERE,
			"nothing there answers as a serprog programmer does: is it the right "
			"port, and the right firmware? Unplug it, plug it in and try again");
}

enum img_status serprog_confused(struct serprog *s, int byte, struct img_error *err)
{
	char what[64] = "did not answer";

	s->stream = false;
	s->dead |= s->risky;
	if (byte >= 0)
		snprintf(what, sizeof(what), "answered %02X where 06 was due", (unsigned)byte);
	if (s->dead || serprog_sync(s, NULL) != IMG_OK)
		return img_fail(err, IMG_E_TIMEOUT, IMG_NOWHERE,
				"the programmer %s: unplug it, plug it in again and repeat the "
				"command", what);
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			"the programmer %s: a byte was lost on the way to it or back; check the "
			"cable and repeat the command", what);
}

static enum img_status take_ack(struct serprog *s, uint8_t opcode, uint64_t patience,
				struct img_error *err)
{
	uint8_t byte;
	enum img_status st = serprog_read(s, &byte, 1, patience, err);

	if (st != IMG_OK || byte == SP_ACK)
		return st;
	if (byte == SP_NAK && s->rx_first == s->rx_used)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the programmer refuses command %02X", opcode);
	return serprog_confused(s, byte, err);
}

enum img_status serprog_command(struct serprog *s, uint8_t opcode, const uint8_t *params,
				size_t nparams, uint8_t *answer, size_t n, struct img_error *err)
{
	const uint64_t patience = serprog_patience(s, nparams + n);
	enum img_status st = serprog_check_interrupt(s, err);

	if (st == IMG_OK)
		st = serprog_write(s, &opcode, 1, err);
	if (st == IMG_OK)
		st = serprog_write(s, params, nparams, err);
	if (st == IMG_OK)
		st = take_ack(s, opcode, patience, err);
	if (st == IMG_OK)
		st = serprog_read(s, answer, n, patience, err);
	if (st == IMG_OK && s->rx_first != s->rx_used)
		return serprog_confused(s, s->rx[s->rx_first], err);
	return st == IMG_E_TIMEOUT && s->ready ? serprog_confused(s, -1, err) : st;
}

void serprog_put_header(uint8_t header[SERPROG_HEADER], size_t nout, size_t nin)
{
	unsigned i;

	header[0] = SP_O_SPIOP;
	for (i = 0; i < 3; i++) {
		header[1 + i] = (uint8_t)(nout >> 8 * i);
		header[4 + i] = (uint8_t)(nin >> 8 * i);
	}
}
