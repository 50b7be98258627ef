/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Commands that follow each other without waiting. Two cursors walk over the same batch:
 * one where the next command is made, one where the next answer belongs. A pause between
 * two frames is made of something the programmer is busy with for so long: NOPs where
 * those take it a known time, else a status read of so many bytes, which every 25-series
 * chip answers at any time.
 */
#include <string.h>

#include "tools/programmer/bus/interrupt.h"
#include "tools/programmer/bus/serprog_state.h"

#define FILL_MOST_US 20000	/* a longer pause is slept */
#define NOP_PROBE 1024
#define NOP_NS_LEAST 1500	/* a quicker one costs the wire more than a status read */
#define PROBE_US 200000
#define STATUS 0x05

enum kind { DONE, FRAME, NOPS, STATUS_READ, SLEEP };

struct part {
	enum kind kind;
	const struct spi_transaction *t;
	size_t count;		/* NOPs, or bytes of status */
	size_t out, in;		/* on the wire */
	uint32_t us;		/* that it lasts at least */
};

struct cursor {
	size_t i;
	bool pause;		/* the frame is past, its pause is next */
};

struct stream {
	struct serprog *s;
	const struct spi_transaction *batch;
	size_t n;
	struct cursor send, receive;
	struct part due;	/* of receive; kind DONE: has to be looked up */
	size_t taken;		/* bytes of its answer */
	size_t unanswered, unread;	/* bytes of commands; of answers */
	uint64_t pauses_us;	/* of the commands without an answer */
	uint8_t tx[SERPROG_HEADER + 2 * SERPROG_FRAME_MAX];
	size_t tx_first, tx_used;
};

static struct part pause_part(const struct serprog *s, const struct spi_transaction *t)
{
	struct part p = { .kind = SLEEP, .t = t, .us = t->delay_us };
	const uint64_t us = t->delay_us;

	if (us > FILL_MOST_US)
		return p;
	if (s->nop_ns) {
		p.count = (size_t)((us * 1000 + s->nop_ns - 1) / s->nop_ns);
		p.kind = p.count <= SERPROG_UNREAD ? NOPS : SLEEP;
		p.out = p.in = p.count;
	} else if (s->hertz) {
		p.count = (size_t)(us * s->hertz / 8000000 + 1);
		p.kind = p.count < SERPROG_UNREAD ? STATUS_READ : SLEEP;
		p.out = SERPROG_HEADER + 1;
		p.in = 1 + p.count;
	}
	if (p.kind == SLEEP)
		p.out = p.in = 0;
	return p;
}

static struct part look(const struct stream *q, struct cursor *c)
{
	struct part p = { .kind = DONE };

	for (; c->i < q->n; c->i++, c->pause = false) {
		const struct spi_transaction *t = &q->batch[c->i];

		if (!c->pause && (t->nout || t->nin)) {
			p = (struct part){ FRAME, t, 0, SERPROG_HEADER + t->nout, 1 + t->nin, 0 };
			return p;
		}
		c->pause = true;
		if (t->delay_us)
			return pause_part(q->s, t);
	}
	return p;
}

static void pass(struct cursor *c)
{
	if (c->pause)
		c->i++;
	c->pause = !c->pause;
}

static void put(struct stream *q, const struct part *p)
{
	uint8_t *at = q->tx + q->tx_used;

	switch (p->kind) {
	case FRAME:
		serprog_put_header(at, p->t->nout, p->t->nin);
		if (p->t->nout)
			memcpy(at + SERPROG_HEADER, p->t->out, p->t->nout);
		break;
	case NOPS:
		memset(at, SP_NOP, p->count);
		break;
	case STATUS_READ:
		serprog_put_header(at, 1, p->count);
		at[SERPROG_HEADER] = STATUS;
		break;
	case SLEEP:
	case DONE:
		return;
	}
	q->tx_used += p->out;
	q->unanswered += p->out;
	q->unread += p->in;
	q->pauses_us += p->us;
}

static bool may_send(const struct stream *q, const struct part *p)
{
	if (p->kind == DONE)
		return false;
	if (!q->unread)
		return true;
	return p->kind != SLEEP && q->unread + p->in <= SERPROG_UNREAD &&
	       q->unanswered + p->out <= q->s->window && q->tx_used + p->out <= sizeof(q->tx);
}

/* Makes as many commands as may be on the way. After an interrupt there are no more. */
static void fill(struct stream *q)
{
	struct part p;

	if (q->tx_first == q->tx_used)
		q->tx_first = q->tx_used = 0;
	if (!q->s->ending && interrupt_pending())
		q->send.i = q->n;
	for (p = look(q, &q->send); may_send(q, &p); p = look(q, &q->send)) {
		if (p.kind == SLEEP)
			q->s->wire->sleep(q->s->wire, p.t->delay_us);
		put(q, &p);
		pass(&q->send);
	}
}

/* The next byte, or bytes, of the answer that is due. */
static enum img_status take(struct stream *q, struct img_error *err)
{
	struct serprog *s = q->s;
	const size_t have = s->rx_used - s->rx_first;
	const uint8_t *from = s->rx + s->rx_first;
	const struct part *p = &q->due;
	size_t part = 1;

	if ((p->kind == NOPS || !q->taken) && *from != SP_ACK)
		return serprog_confused(s, *from, err);
	if (p->kind != NOPS && q->taken) {
		part = p->in - q->taken < have ? p->in - q->taken : have;
		if (p->kind == FRAME)
			memcpy(p->t->in + q->taken - 1, from, part);
	}
	s->rx_first += part;
	q->taken += part;
	q->unread -= part;
	return IMG_OK;
}

static enum img_status take_answers(struct stream *q, struct img_error *err)
{
	struct serprog *s = q->s;
	enum img_status st = IMG_OK;

	while (st == IMG_OK && s->rx_first < s->rx_used) {
		if (!q->unread)
			return serprog_confused(s, s->rx[s->rx_first], err);
		if (q->due.kind == DONE)
			q->due = look(q, &q->receive);
		if (q->due.kind == SLEEP) {
			pass(&q->receive);
			q->due.kind = DONE;
			continue;
		}
		st = take(q, err);
		if (st == IMG_OK && q->taken == q->due.in) {
			q->unanswered -= q->due.out;
			q->pauses_us -= q->due.us;
			q->taken = 0;
			q->due.kind = DONE;
			pass(&q->receive);
		}
	}
	return st;
}

/* With all sent that may be: when that was just now, or when there is nothing more to send, the
 * answers may gather. */
static void gather(const struct stream *q, bool sent)
{
	const bool last = q->send.i == q->n || q->unread > SERPROG_UNREAD;

	if (sent || last)
		serprog_gather(q->s, last ? q->unread : 0, q->pauses_us);
}

enum img_status serprog_run_stream(struct serprog *s, const struct spi_transaction *batch,
				   size_t n, struct img_error *err)
{
	struct stream q = { .s = s, .batch = batch, .n = n };
	enum img_status st = IMG_OK;
	uint64_t patience;
	size_t written;
	bool moved;

	for (fill(&q); st == IMG_OK && q.unread; fill(&q)) {
		patience = serprog_patience(s, q.unread + q.unanswered);
		st = serprog_step(s, q.tx + q.tx_first, q.tx_used - q.tx_first, &written,
				  s->wire->now_us(s->wire) + patience, &moved, err);
		if (st != IMG_OK)
			return st;
		q.tx_first += written;
		st = moved ? take_answers(&q, err) : serprog_confused(s, -1, err);
		if (st == IMG_OK && q.tx_first == q.tx_used)
			gather(&q, written);
	}
	return st == IMG_OK ? serprog_check_interrupt(s, err) : st;
}

/* How long a NOP keeps the programmer busy: the time between the answers to many. And how long
 * the first of them takes there and back. */
static enum img_status time_nops(struct serprog *s, struct img_error *err)
{
	const size_t n = s->window < NOP_PROBE ? s->window : NOP_PROBE;
	uint8_t nops[NOP_PROBE] = { SP_NOP }, ack[NOP_PROBE];
	const uint64_t begun = s->wire->now_us(s->wire);
	uint64_t first, ns;
	enum img_status st;

	st = serprog_write(s, nops, n, err);
	if (st == IMG_OK)
		st = serprog_read(s, ack, 1, SERPROG_SILENCE_US, err);
	first = s->wire->now_us(s->wire);
	s->trip_us = first - begun;
	if (st == IMG_OK)
		st = serprog_read(s, ack, n - 1, SERPROG_SILENCE_US, err);
	if (st != IMG_OK)
		return st;
	ns = (s->wire->now_us(s->wire) - first) * 1000 / (n - 1);
	s->nop_ns = ns < NOP_NS_LEAST || ns > UINT32_MAX ? 0 : (uint32_t)ns;
	return IMG_OK;
}

enum img_status serprog_try_stream(struct serprog *s, struct img_error *err)
{
	static const uint8_t ask[] = { SP_NOP, SP_SYNCNOP, SP_Q_IFACE, SP_NOP, SP_O_SPIOP,
				       1, 0, 0, 3, 0, 0, 0x9f };
	static const uint8_t want[] = { SP_ACK, SP_NAK, SP_ACK, SP_ACK, 1, 0, SP_ACK, SP_ACK };
	uint8_t is[sizeof(want) + 3];
	enum img_status st = serprog_write(s, ask, sizeof(ask), err);

	if (st != IMG_OK)
		return st;
	if (serprog_read(s, is, sizeof(is), PROBE_US, NULL) != IMG_OK ||
	    memcmp(is, want, sizeof(want)) || s->rx_first != s->rx_used)
		return serprog_sync(s, err);
	s->stream = true;
	return time_nops(s, err);
}
