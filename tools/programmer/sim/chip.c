/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/sim/chip.h"

#include <stdlib.h>
#include <string.h>

#include "tools/programmer/sim/state.h"

enum img_status sim_chip_new(const struct chip_part *part, uint32_t hertz, struct sim_chip **out,
			     struct img_error *err)
{
	struct sim_chip *sim = calloc(1, sizeof(*sim));

	if (sim)
		sim->array = malloc(part->size);
	if (!sim || !sim->array) {
		free(sim);
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	memset(sim->array, 0xff, part->size);
	sim->part = part;
	sim->ns_per_byte = 8000000000u / hertz;
	chip_part_geometry(part, &sim->geometry);
	sim_make_sfdp(&sim->geometry, sim->sfdp);
	*out = sim;
	return IMG_OK;
}

void sim_chip_free(struct sim_chip *sim)
{
	if (!sim)
		return;
	free(sim->array);
	free(sim);
}

/* Ends what is due by now. */
static void settle(struct sim_chip *sim)
{
	if (!sim->busy || sim->faults.wip_stuck || sim->ns < sim->busy_until)
		return;
	sim->busy = false;
	sim->wel = false;
}

void sim_begin(struct sim_chip *sim, uint32_t us)
{
	sim->busy = true;
	sim->busy_until = sim->ns + (uint64_t)us * 1000;
}

static bool powered(const struct sim_chip *sim)
{
	return !sim->faults.power_lost_after || sim->counts.frames <= sim->faults.power_lost_after;
}

void sim_chip_frame(struct sim_chip *sim, const struct spi_transaction *t)
{
	bool listens;
	size_t i;

	if (t->nout || t->nin)
		sim->counts.frames++;
	sim->ns += t->nout * sim->ns_per_byte;
	settle(sim);
	listens = t->nout && powered(sim) && sim_listens(sim, t->out[0]);
	for (i = 0; i < t->nin; i++) {
		sim->ns += sim->ns_per_byte;
		settle(sim);
		t->in[i] = listens ? sim_answer(sim, t, t->nout + i) : 0xff;
	}
	if (listens)
		sim_execute(sim, t);
	sim->ns += (uint64_t)t->delay_us * 1000;
	settle(sim);
}

void sim_chip_power_cycle(struct sim_chip *sim)
{
	sim->busy = sim->wel = sim->asleep = sim->reset_armed = false;
	sim->faults.power_lost_after = 0;
	sim->faults.link_lost_after = 0;
}

uint64_t sim_chip_now_us(const struct sim_chip *sim)
{
	return sim->ns / 1000;
}

struct img_span sim_chip_array(struct sim_chip *sim)
{
	return img_span_of(sim->array, sim->part->size);
}

bool sim_chip_changed(const struct sim_chip *sim)
{
	return sim->changed;
}

void sim_chip_set_status(struct sim_chip *sim, uint8_t sr1)
{
	sim->sr[0] = sr1 & (uint8_t)~(SR1_WIP | SR1_WEL);
}

struct sim_faults *sim_chip_faults(struct sim_chip *sim)
{
	return &sim->faults;
}

const struct sim_counts *sim_chip_counts(const struct sim_chip *sim)
{
	return &sim->counts;
}
