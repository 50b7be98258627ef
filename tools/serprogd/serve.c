/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/serprogd/serve.h"

#include <errno.h>
#include <poll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "tools/common/clock.h"
#include "tools/programmer/bus/interrupt.h"
#include "tools/programmer/bus/tcp.h"

#define LOOK_UP_NS 100000000u	/* so often a signal is looked for */

struct server {
	struct sim_link *link;
	unsigned speed;
	uint64_t begun;
	int client;
	uint8_t out[65536];
	size_t first, used;
};

static uint64_t link_ns(const struct server *s)
{
	return (clock_now_ns() - s->begun) * s->speed;
}

/* Sends what is due; false: the client is gone. */
static bool send_due(struct server *s)
{
	uint64_t now;
	ssize_t n;

	for (;;) {
		now = link_ns(s);
		if (s->first == s->used && sim_link_next_ns(s->link) <= now) {
			s->first = 0;
			s->used = sim_link_take(s->link, now, s->out, sizeof(s->out));
		}
		if (s->first == s->used)
			return true;
		n = send(s->client, s->out + s->first, s->used - s->first, MSG_NOSIGNAL);
		if (n <= 0)
			return n < 0 && (errno == EAGAIN || errno == EINTR);
		s->first += (size_t)n;
	}
}

static bool receive(struct server *s)
{
	uint8_t in[4096];
	const ssize_t n = recv(s->client, in, sizeof(in), 0);

	if (n <= 0)
		return n < 0 && (errno == EAGAIN || errno == EINTR);
	sim_link_feed(s->link, link_ns(s), in, (size_t)n);
	return true;
}

/* Until the next answer is due, the client writes, or somebody may have sent a signal. */
static enum img_status await(const struct server *s, struct pollfd *p, struct img_error *err)
{
	const uint64_t next = sim_link_next_ns(s->link), now = link_ns(s);
	uint64_t left = LOOK_UP_NS;
	struct timespec t = { 0 };

	if (s->client >= 0 && next != UINT64_MAX && s->first == s->used)
		left = next > now ? (next - now) / s->speed : 0;
	t.tv_nsec = (long)(left < LOOK_UP_NS ? left : LOOK_UP_NS);
	p->revents = 0;
	if (ppoll(p, 1, &t, NULL) < 0 && errno != EINTR)
		return img_fail_errno(err, errno, "cannot wait for clients");
	return IMG_OK;
}

static enum img_status serve_client(struct server *s, struct img_error *err)
{
	struct pollfd p = { .fd = s->client };
	enum img_status st = IMG_OK;
	bool there = true;

	sim_link_reset(s->link);
	s->first = s->used = 0;
	while (st == IMG_OK && there && !interrupt_pending()) {
		/* Who does not take its answers is not listened to. */
		p.events = s->first < s->used ? POLLOUT : POLLIN;
		st = await(s, &p, err);
		if (st == IMG_OK && p.revents & (POLLIN | POLLHUP | POLLERR))
			there = receive(s);
		there = there && !sim_link_is_closed(s->link) && send_due(s);
	}
	return st;
}

enum img_status serve(int listener, struct sim_link *link, unsigned speed, const struct diag *diag,
		      struct img_error *err)
{
	struct server s = { .link = link, .speed = speed, .begun = clock_now_ns(), .client = -1 };
	struct pollfd p = { .fd = listener, .events = POLLIN };
	enum img_status st = IMG_OK;

	while (st == IMG_OK && !interrupt_pending()) {
		st = await(&s, &p, err);
		if (st != IMG_OK || !(p.revents & POLLIN))
			continue;
		s.client = accept(listener, NULL, NULL);
		if (s.client < 0)
			continue;
		tcp_prepare(s.client);
		diag_detail(diag, NULL, "a client has come");
		st = serve_client(&s, err);
		close(s.client);
		s.client = -1;
		diag_detail(diag, NULL, "the client has gone");
	}
	close(listener);
	return st;
}
