/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/sim/bus.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/save.h"
#include "tools/common/clock.h"

struct sim_bus {
	struct spi_bus bus;	/* first, so that one can be had from the other */
	struct sim_chip *chip;
	char *path, *counts;	/* files; NULL: none */
	uint64_t air_us;	/* the clock of a bus without chip */
	uint64_t begun_us;	/* by the clock of who uses it */
};

static struct sim_bus *self(struct spi_bus *bus)
{
	return (struct sim_bus *)bus;
}

static bool link_lost(const struct sim_bus *sim)
{
	const uint64_t after = sim_chip_faults(sim->chip)->link_lost_after;

	return after && sim_chip_counts(sim->chip)->frames >= after;
}

/* What a clock that is too fast does: each bit is taken for the one after it. */
static void come_late(uint8_t *in, size_t n, unsigned late)
{
	size_t i;

	for (; late; late--)
		for (i = n; i-- > 0;)
			in[i] = (uint8_t)(in[i] >> 1 | (i ? in[i - 1] & 1u : 1u) << 7);
}

static enum img_status run(struct spi_bus *bus, const struct spi_transaction *batch, size_t n,
			   struct img_error *err)
{
	struct sim_bus *sim = self(bus);
	size_t i;

	for (i = 0; i < n; i++) {
		if (!sim->chip) {
			if (batch[i].nin)
				memset(batch[i].in, 0xff, batch[i].nin);
			sim->air_us += batch[i].nout + batch[i].nin + batch[i].delay_us;
		} else if (link_lost(sim)) {
			return img_fail(err, IMG_E_IO, IMG_NOWHERE, "the programmer went away");
		} else {
			sim_chip_frame(sim->chip, &batch[i]);
			come_late(batch[i].in, batch[i].nin,
				  sim_chip_faults(sim->chip)->late_bits);
		}
	}
	return IMG_OK;
}

static enum img_status choose(struct spi_bus *bus, unsigned chip, struct img_error *err)
{
	(void)bus;
	if (chip)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the simulated programmer has one chip select, 0, and no %u", chip);
	return IMG_OK;
}

static uint64_t now_us(struct spi_bus *bus)
{
	const struct sim_bus *sim = self(bus);

	return sim->chip ? sim_chip_now_us(sim->chip) : sim->air_us;
}

static enum img_status save(struct sim_bus *sim, struct img_error *err)
{
	enum img_status st;

	if (!sim->path || !sim->chip || !sim_chip_changed(sim->chip))
		return IMG_OK;
	st = img_save_view(img_span_view(sim_chip_array(sim->chip)), sim->path, IMG_SAVE_REPLACE,
			   err);
	if (st != IMG_OK)
		img_error_prefix(err, "the simulated chip's file %s", sim->path);
	return st;
}

static enum img_status save_counts(const struct sim_bus *sim, struct img_error *err)
{
	const struct sim_counts none = { 0 };
	const struct sim_counts *c = sim->chip ? sim_chip_counts(sim->chip) : &none;
	char text[512];
	int n;

	if (!sim->counts)
		return IMG_OK;
	n = snprintf(text, sizeof(text),
		     "{\"us\":%" PRIu64 ",\"frames\":%" PRIu64 ",\"erases\":%" PRIu64
		     ",\"programs\":%" PRIu64 ",\"status_writes\":%" PRIu64 ",\"raised\":%" PRIu64
		     ",\"early\":%" PRIu64 ",\"outside\":%" PRIu64 ",\"again\":%" PRIu64 "}\n",
		     clock_now_us() - sim->begun_us, c->frames, c->erases, c->programs,
		     c->status_writes, c->raised, c->early, c->outside, c->again);
	return img_save_view(img_view_of(text, (size_t)n), sim->counts, IMG_SAVE_REPLACE, err);
}

static enum img_status close_bus(struct spi_bus *bus, struct img_error *err)
{
	struct sim_bus *sim = self(bus);
	enum img_status st = save(sim, err);

	if (st == IMG_OK)
		st = save_counts(sim, err);
	sim_chip_free(sim->chip);
	free(sim->counts);
	free(sim->path);
	free(sim);
	return st;
}

enum img_status sim_bus_new(struct sim_chip *chip, const char *path, struct spi_bus **out,
			    struct img_error *err)
{
	struct sim_bus *sim = calloc(1, sizeof(*sim));

	if (sim && path)
		sim->path = strdup(path);
	if (!sim || (path && !sim->path)) {
		sim_chip_free(chip);
		free(sim);
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	sim->bus = (struct spi_bus){ .run = run, .select = choose, .now_us = now_us,
				     .close = close_bus };
	sim->chip = chip;
	sim->begun_us = clock_now_us();
	*out = &sim->bus;
	return IMG_OK;
}

enum img_status sim_bus_count_to(struct spi_bus *bus, const char *path, struct img_error *err)
{
	struct sim_bus *sim = self(bus);

	free(sim->counts);
	sim->counts = strdup(path);
	return sim->counts ? IMG_OK : img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}
