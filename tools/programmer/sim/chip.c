/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/sim/chip.h"

#include <stdlib.h>
#include <string.h>

#include "tools/programmer/sim/state.h"

/* As after power-up. */
static void power_up(struct sim_chip *sim)
{
	sim->busy = sim->wel = sim->asleep = sim->reset_armed = sim->volatile_armed = false;
	sim->blocked = sim->four = sim->aai = false;
	sim->segment = 0;
	sim->now = sim->kept;
	sim_lock_all(sim, sim->part->flags & CHIP_LOCKED);
	if (sim->part->flags & CHIP_LOCKED && sim->part->unlock != CHIP_UNLOCK_GLOBAL)
		sim->now.value[CHIP_REG_SR1] = sim->part->unlock_mask | sim->part->protect.bp;
}

static enum img_status make_tables(struct sim_chip *sim, struct img_error *err)
{
	uint8_t space[SIM_SFDP_SIZE];

	if (!(sim->part->flags & CHIP_SFDP))
		return IMG_OK;
	sim_make_sfdp(&sim->geometry, space);
	return sim_chip_set_sfdp(sim, img_view_of(space, sizeof(space)), err);
}

enum img_status sim_chip_new(const struct chip_part *part, uint32_t hertz, struct sim_chip **out,
			     struct img_error *err)
{
	struct sim_chip *sim = calloc(1, sizeof(*sim));
	enum img_status st = IMG_OK;

	if (sim) {
		sim->array = malloc(part->size);
		sim->written = calloc(part->size / 8, 1);
	}
	if (!sim || !sim->array || !sim->written) {
		sim_chip_free(sim);
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	memset(sim->array, 0xff, part->size);
	sim->part = part;
	sim->ns_per_byte = 8000000000u / hertz;
	chip_part_geometry(part, &sim->geometry);
	st = make_tables(sim, err);
	if (st != IMG_OK) {
		sim_chip_free(sim);
		return st;
	}
	power_up(sim);
	*out = sim;
	return IMG_OK;
}

void sim_chip_free(struct sim_chip *sim)
{
	if (!sim)
		return;
	free(sim->array);
	free(sim->written);
	free(sim->sfdp);
	free(sim);
}

enum img_status sim_chip_set_sfdp(struct sim_chip *sim, struct img_view space,
				  struct img_error *err)
{
	const size_t size = img_view_size(space);
	uint8_t *copy = malloc(size ? size : 1);

	if (!copy)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	free(sim->sfdp);
	sim->sfdp = copy;
	sim->sfdp_size = size;
	return img_view_copy(space, 0, copy, size, err);
}

void sim_settle(struct sim_chip *sim)
{
	if (!sim->busy || sim->blocked || sim->faults.wip_stuck || sim->ns < sim->busy_until)
		return;
	sim->busy = false;
	sim->wel &= sim->aai;
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

/* What the driver should not have sent. */
static void count_misuse(struct sim_chip *sim, uint8_t opcode)
{
	if (sim_reads_id(opcode))
		return;
	sim->counts.early += !sim->identified;
	sim->counts.outside += !sim_knows(sim, opcode);
}

void sim_chip_frame(struct sim_chip *sim, const struct spi_transaction *t)
{
	bool listens;
	size_t i = 0;

	if (t->nout || t->nin)
		sim->counts.frames++;
	listens = t->nout && powered(sim);
	sim->ns += t->nout * sim->ns_per_byte;
	sim_settle(sim);
	if (listens)
		count_misuse(sim, t->out[0]);
	listens = listens && sim_knows(sim, t->out[0]) && sim_listens(sim, t->out[0]);
	if (listens && sim_read_at_once(sim, t)) {
		sim->ns += t->nin * sim->ns_per_byte;
		i = t->nin;
	}
	for (; i < t->nin; i++) {
		sim->ns += sim->ns_per_byte;
		sim_settle(sim);
		t->in[i] = listens ? sim_answer(sim, t, t->nout + i) : 0xff;
	}
	if (listens)
		sim_execute(sim, t);
	sim->ns += (uint64_t)t->delay_us * 1000;
	sim_settle(sim);
}

void sim_chip_power_cycle(struct sim_chip *sim)
{
	power_up(sim);
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

void sim_chip_set_register(struct sim_chip *sim, enum chip_register which, uint8_t value)
{
	if (which == CHIP_REG_SR1)
		value &= (uint8_t)~(SR1_WIP | SR1_WEL);
	sim->now.value[which] = sim->kept.value[which] = value;
}

uint8_t sim_chip_register(const struct sim_chip *sim, enum chip_register which)
{
	const uint8_t value = sim_register(sim, which);

	return which == CHIP_REG_SR1 ? value & (uint8_t)~(SR1_WIP | SR1_WEL) : value;
}

void sim_chip_set_status(struct sim_chip *sim, uint8_t sr1)
{
	sim_chip_set_register(sim, CHIP_REG_SR1, sr1);
}

bool sim_chip_in_4byte(const struct sim_chip *sim)
{
	return sim->four;
}

uint8_t sim_chip_segment(const struct sim_chip *sim)
{
	return sim->segment;
}

struct sim_faults *sim_chip_faults(struct sim_chip *sim)
{
	return &sim->faults;
}

const struct sim_counts *sim_chip_counts(const struct sim_chip *sim)
{
	return &sim->counts;
}
