/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/bus/serprog.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "tools/programmer/bus/serprog_state.h"
#include "tools/programmer/bus/tcp.h"
#include "tools/programmer/bus/tty.h"

static struct serprog *self(struct spi_bus *bus)
{
	return (struct serprog *)bus;
}

static enum img_status run_one(struct serprog *s, const struct spi_transaction *t,
			       struct img_error *err)
{
	uint8_t header[SERPROG_HEADER + SERPROG_FRAME_MAX];
	enum img_status st = IMG_OK;

	if (t->nout || t->nin) {
		serprog_put_header(header, t->nout, t->nin);
		if (t->nout)
			memcpy(header + SERPROG_HEADER, t->out, t->nout);
		st = serprog_command(s, SP_O_SPIOP, header + 1, SERPROG_HEADER - 1 + t->nout,
				     t->in, t->nin, err);
	}
	if (st == IMG_OK && t->delay_us)
		s->wire->sleep(s->wire, t->delay_us);
	return st;
}

/* What FFs at its end turn into nothing worse: reads, programs, write enable. */
static bool is_harmless(uint8_t opcode)
{
	static const uint8_t harmless[] = { 0x02, 0x03, 0x04, 0x05, 0x06, 0x0b, 0x0c, 0x12, 0x13,
					    0x15, 0x35, 0x5a, 0x70, 0x90, 0x9f, 0xab };

	return memchr(harmless, opcode, sizeof(harmless));
}

static enum img_status run(struct spi_bus *bus, const struct spi_transaction *batch, size_t n,
			   struct img_error *err)
{
	struct serprog *s = self(bus);
	enum img_status st = IMG_OK;
	size_t i;

	s->risky = false;
	for (i = 0; i < n; i++)
		s->risky |= batch[i].nout && !is_harmless(*batch[i].out);
	for (i = 0; i < n; i++)
		if (batch[i].nout > bus->most_out || batch[i].nin > bus->most_in)
			return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
					"a frame of %zu bytes there and %zu back is more than this "
					"programmer takes", batch[i].nout, batch[i].nin);
	if (s->dead)
		return img_fail(err, IMG_E_IO, IMG_NOWHERE,
				"the programmer does not answer any more: unplug it, plug it in "
				"again and repeat the command");
	if (s->stream)
		return serprog_run_stream(s, batch, n, err);
	for (i = 0; st == IMG_OK && i < n; i++)
		st = run_one(s, &batch[i], err);
	if (st == IMG_E_UNSUPPORTED && err)
		err->status = IMG_E_IO;
	return st == IMG_E_UNSUPPORTED ? IMG_E_IO : st;
}

static enum img_status choose(struct spi_bus *bus, unsigned chip, struct img_error *err)
{
	struct serprog *s = self(bus);
	const uint8_t number = (uint8_t)chip;
	enum img_status st;

	if (chip == s->chip)
		return IMG_OK;
	if (!serprog_offers(s, SP_S_SPI_CS))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"this programmer has one chip select, 0: leave cs=%u out", chip);
	st = serprog_command(s, SP_S_SPI_CS, &number, 1, NULL, 0, err);
	if (st == IMG_E_TIMEOUT || st == IMG_E_CORRUPT)
		return img_fail(err, IMG_E_TIMEOUT, IMG_NOWHERE,
				"the programmer does not answer to the choice of chip select %u, a "
				"known fault of some firmwares: wire the chip to chip select 0 and "
				"leave cs= out, or update the firmware", chip);
	if (st == IMG_OK)
		s->chip = chip;
	return st;
}

static uint64_t now_us(struct spi_bus *bus)
{
	struct serprog *s = self(bus);

	return s->wire->now_us(s->wire);
}

static enum img_status set_pins(struct serprog *s, bool drive, struct img_error *err)
{
	const uint8_t state = drive;
	enum img_status st;

	if (!serprog_offers(s, SP_S_PIN_STATE))
		return IMG_OK;
	st = serprog_command(s, SP_S_PIN_STATE, &state, 1, NULL, 0, err);
	s->driving = drive || st != IMG_OK;
	return st;
}

static enum img_status close_bus(struct spi_bus *bus, struct img_error *err)
{
	struct serprog *s = self(bus);
	enum img_status st = IMG_OK;

	s->ending = true;
	if (s->driving && !s->dead)
		st = set_pins(s, false, err);
	if (st == IMG_E_CORRUPT)
		st = set_pins(s, false, err);
	if (st != IMG_OK || (s->driving && s->dead))
		st = img_fail(err, IMG_E_IO, IMG_NOWHERE,
			      "the programmer could not be told to let go of its pins: unplug it "
			      "before you touch the clip");
	s->wire->close(s->wire);
	free(s);
	return st;
}

static enum img_status ask(struct serprog *s, uint8_t opcode, uint8_t *answer, size_t n,
			   struct img_error *err)
{
	memset(answer, 0, n);
	if (opcode > SP_Q_CMDMAP && !serprog_offers(s, opcode))
		return IMG_OK;
	return serprog_command(s, opcode, NULL, 0, answer, n, err);
}

/* Length limits are 24 bits; 0 stands for 2^24. */
static enum img_status ask_limit(struct serprog *s, uint8_t opcode, size_t usual, size_t *limit,
				 struct img_error *err)
{
	uint8_t answer[4] = { 0 };
	enum img_status st = ask(s, opcode, answer, 3, err);

	*limit = usual;
	if (st == IMG_OK && serprog_offers(s, opcode)) {
		*limit = img_get_le32(answer);
		if (!*limit || *limit > SP_LENGTH_MAX)
			*limit = SP_LENGTH_MAX;
	}
	return st;
}

static enum img_status check_kind(struct serprog *s, struct img_error *err)
{
	const uint8_t spi = SP_BUS_SPI;
	uint8_t answer[2];
	enum img_status st = ask(s, SP_Q_IFACE, answer, 2, err);

	if (st == IMG_OK && img_get_le16(answer) != 1)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the programmer speaks version %u of serprog, not 1",
				img_get_le16(answer));
	if (st == IMG_OK)
		st = ask(s, SP_Q_CMDMAP, s->map, sizeof(s->map), err);
	if (st == IMG_OK)
		st = ask(s, SP_Q_BUSTYPE, answer, 1, err);
	if (st == IMG_OK && (!serprog_offers(s, SP_O_SPIOP) ||
			     (serprog_offers(s, SP_Q_BUSTYPE) && !(answer[0] & SP_BUS_SPI))))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"this programmer has no SPI bus");
	if (st == IMG_OK && serprog_offers(s, SP_S_BUSTYPE))
		st = serprog_command(s, SP_S_BUSTYPE, &spi, 1, NULL, 0, err);
	return st;
}

static enum img_status ask_limits(struct serprog *s, struct img_error *err)
{
	struct spi_bus *bus = &s->bus;
	uint8_t answer[2];
	enum img_status st = ask(s, SP_Q_SERBUF, answer, 2, err);

	if (st == IMG_OK && serprog_offers(s, SP_Q_SERBUF))
		s->window = img_get_le16(answer);
	if (st == IMG_OK)
		st = ask_limit(s, SP_Q_WRNMAXLEN, SERPROG_FRAME_MAX, &bus->most_out, err);
	if (st == IMG_OK)
		st = ask_limit(s, SP_Q_RDNMAXLEN, SP_LENGTH_MAX, &bus->most_in, err);
	if (bus->most_out > SERPROG_FRAME_MAX)
		bus->most_out = SERPROG_FRAME_MAX;
	/* Where flow control does not work, a command has to fit as a whole. */
	if (s->window < 0xffff && s->window > SERPROG_HEADER + 8 &&
	    bus->most_out > s->window - SERPROG_HEADER)
		bus->most_out = s->window - SERPROG_HEADER;
	return st;
}

static enum img_status set_clock(struct serprog *s, uint32_t hertz, struct img_error *err)
{
	uint8_t wish[4], real[4];
	enum img_status st;

	if (!hertz)
		return IMG_OK;
	if (!serprog_offers(s, SP_S_SPI_FREQ))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the clock of this programmer cannot be set: leave spispeed= out");
	img_put_le32(wish, hertz);
	st = serprog_command(s, SP_S_SPI_FREQ, wish, 4, real, 4, err);
	if (st == IMG_OK)
		s->hertz = img_get_le32(real);
	return st;
}

static void describe(struct serprog *s, const uint8_t name[SP_NAME_SIZE])
{
	char shown[SP_NAME_SIZE + 1] = "", clock[48] = "";
	size_t i;

	for (i = 0; i < SP_NAME_SIZE && name[i]; i++)
		shown[i] = isprint(name[i]) ? (char)name[i] : '?';
	if (s->hertz)
		snprintf(clock, sizeof(clock), ", SPI clock %u.%03u MHz", s->hertz / 1000000,
			 s->hertz / 1000 % 1000);
	snprintf(s->about, sizeof(s->about), "%s%s, %s", *shown ? shown : "nameless", clock,
		 s->stream ? "commands follow each other" : "one command at a time");
	s->bus.about = s->about;
}

static enum img_status decide(struct serprog *s, enum serprog_pipeline wish,
			      struct img_error *err)
{
	const bool room = s->window > SERPROG_HEADER + 8;

	if (s->window > SERPROG_WINDOW)
		s->window = SERPROG_WINDOW;
	if (wish == SERPROG_STREAM && !room)
		s->window = SERPROG_HEADER + s->bus.most_out;
	s->stream = wish == SERPROG_STREAM;
	if (wish == SERPROG_TRY && room && s->wire->keeps_bytes && !s->wire->baud)
		return serprog_try_stream(s, err);
	return IMG_OK;
}

static enum img_status get_ready(struct serprog *s, const struct serprog_options *o,
				 struct img_error *err)
{
	uint8_t name[SP_NAME_SIZE];
	enum img_status st = serprog_sync(s, err);

	if (st == IMG_OK)
		st = check_kind(s, err);
	if (st == IMG_OK)
		st = ask(s, SP_Q_PGMNAME, name, sizeof(name), err);
	if (st == IMG_OK)
		st = ask_limits(s, err);
	if (st == IMG_OK)
		st = set_pins(s, true, err);
	if (st == IMG_OK)
		st = set_clock(s, o->hertz, err);
	if (st == IMG_OK)
		st = decide(s, o->pipeline, err);
	if (st == IMG_OK)
		describe(s, name);
	s->ready = true;
	return st;
}

enum img_status serprog_attach(struct wire *wire, const struct serprog_options *options,
			       struct spi_bus **out, struct img_error *err)
{
	struct serprog *s = calloc(1, sizeof(*s));
	enum img_status st;

	if (!s) {
		wire->close(wire);
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	s->bus = (struct spi_bus){ .run = run, .select = choose, .now_us = now_us,
				   .close = close_bus };
	s->wire = wire;
	st = get_ready(s, options, err);
	if (st == IMG_OK)
		*out = &s->bus;
	else if (close_bus(&s->bus, NULL) != IMG_OK)
		return st;
	return st;
}

static enum img_status take_options(const struct bus_spec *spec, struct serprog_options *o,
				    struct img_error *err)
{
	const char *wish = bus_spec_get(spec, "pipeline");

	*o = (struct serprog_options){ .pipeline = SERPROG_TRY };
	if (wish && strcmp(wish, "yes") && strcmp(wish, "no"))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"pipeline=%s for programmer serprog: expected yes or no", wish);
	if (wish)
		o->pipeline = *wish == 'y' ? SERPROG_STREAM : SERPROG_PLAIN;
	return bus_spec_get(spec, "spispeed") ? bus_spec_hertz(spec, "spispeed", &o->hertz, err)
					      : IMG_OK;
}

enum img_status serprog_open(const struct bus_spec *spec, uint64_t expected_size,
			     struct spi_bus **out, struct img_error *err)
{
	const char *dev = bus_spec_get(spec, "dev"), *ip = bus_spec_get(spec, "ip");
	struct serprog_options o;
	struct wire *wire;
	enum img_status st = take_options(spec, &o, err);

	(void)expected_size;
	if (st != IMG_OK)
		return st;
	if (!dev == !ip)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"programmer serprog needs dev=PORT or ip=HOST:PORT; rom-flash "
				"--list names what is attached");
	st = dev ? tty_open(dev, &wire, err) : tcp_open(ip, &wire, err);
	if (st == IMG_OK)
		st = serprog_attach(wire, &o, out, err);
	return st;
}
