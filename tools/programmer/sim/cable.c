/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/sim/cable.h"

#include <stdlib.h>

#include "tools/programmer/bus/serprog.h"
#include "tools/programmer/sim/link.h"

#define RTT_MOST 10000000
#define RATE_LEAST 1000
#define RATE_MOST 1000000000

struct cable {
	struct spi_bus bus;	/* first, so that one can be had from the other */
	struct spi_bus *client;	/* its end */
	struct sim_link *link;
};

static struct cable *self(struct spi_bus *bus)
{
	return (struct cable *)bus;
}

static enum img_status run(struct spi_bus *bus, const struct spi_transaction *batch, size_t n,
			   struct img_error *err)
{
	return self(bus)->client->run(self(bus)->client, batch, n, err);
}

static enum img_status choose(struct spi_bus *bus, unsigned chip, struct img_error *err)
{
	return self(bus)->client->select(self(bus)->client, chip, err);
}

static uint64_t now_us(struct spi_bus *bus)
{
	return self(bus)->client->now_us(self(bus)->client);
}

static enum img_status close_bus(struct spi_bus *bus, struct img_error *err)
{
	struct cable *c = self(bus);
	enum img_status st = IMG_OK, below;

	if (c->client)
		st = c->client->close(c->client, err);
	below = sim_link_free(c->link, st == IMG_OK ? err : NULL);
	free(c);
	return st == IMG_OK ? below : st;
}

bool sim_cable_wanted(const struct bus_spec *spec)
{
	return bus_spec_get(spec, "firmware") || bus_spec_get(spec, "rtt") ||
	       bus_spec_get(spec, "rate");
}

static enum img_status take_model(const struct bus_spec *spec, struct sim_link_model *model,
				  const struct firmware_kind **kind, struct img_error *err)
{
	const char *name = bus_spec_get(spec, "firmware");
	enum img_status st = bus_spec_number(spec, "rtt", RTT_MOST, &model->rtt_us, err);

	if (st == IMG_OK)
		st = bus_spec_number(spec, "rate", RATE_MOST, &model->bytes_per_s, err);
	if (st == IMG_OK && model->bytes_per_s && model->bytes_per_s < RATE_LEAST)
		st = img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "rate=%lu: %d bytes a second at least",
			      (unsigned long)model->bytes_per_s, RATE_LEAST);
	*kind = firmware_kind_by_name(name ? name : "ideal");
	if (st == IMG_OK && !*kind)
		st = img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
			      "firmware=%s: expected ideal, pages, pico, pico-libreboot, "
			      "picoprog, vserprog or duino", name);
	return st;
}

static enum img_status attach(struct cable *c, const struct sim_link_model *model,
			      struct img_error *err)
{
	const struct serprog_options options = { .hertz = model->hertz };
	struct wire *wire;
	enum img_status st = sim_link_connect_in_time(c->link, &wire, err);

	if (st == IMG_OK)
		st = serprog_attach(wire, &options, &c->client, err);
	if (st != IMG_OK)
		return st;
	c->bus.most_out = c->client->most_out;
	c->bus.most_in = c->client->most_in;
	c->bus.about = c->client->about;
	return IMG_OK;
}

enum img_status sim_cable_new(const struct bus_spec *spec, uint32_t hertz, struct spi_bus *below,
			      struct spi_bus **out, struct img_error *err)
{
	struct sim_link_model model = { .command_us = sim_link_usual.command_us, .hertz = hertz };
	const struct firmware_kind *kind;
	struct cable *c = calloc(1, sizeof(*c));
	enum img_status st = c ? take_model(spec, &model, &kind, err)
			       : img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");

	if (st != IMG_OK) {
		free(c);
		/* The first failure is the one to tell. */
		if (below->close(below, NULL) != IMG_OK)
			return st;
		return st;
	}
	c->bus = (struct spi_bus){ .run = run, .select = choose, .now_us = now_us,
				   .close = close_bus };
	st = sim_link_new(kind, &model, below, &c->link, err);
	if (st != IMG_OK) {
		free(c);
		return st;
	}
	st = attach(c, &model, err);
	if (st == IMG_OK)
		*out = &c->bus;
	else if (close_bus(&c->bus, NULL) != IMG_OK)
		return st;
	return st;
}
