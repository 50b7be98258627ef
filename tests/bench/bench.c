/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What a write costs over a simulated Pico, in virtual time, beside the least it can cost:
 *
 *	read	one pass		size / rate
 *	floor	read all once, erase, program, read back what was touched
 *
 * Exit status 1 when a figure is beyond its limit.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/programmer/bus/serprog.h"
#include "tools/programmer/run/run.h"
#include "tools/programmer/sim/bus.h"
#include "tools/programmer/sim/link.h"

#define PART "W25Q64BV"
#define SIZE ((size_t)8 << 20)
#define BLOCK 65536u
#define PAGE 256u
#define PAGES 19664u		/* that are not FF, of 32768: a realistic image */
#define BUSY_BLOCKS 81u		/* that hold them */

struct rig {
	struct sim_chip *chip;
	struct sim_link *link;
	struct spi_bus *bus;
	struct chip *flash;
};

struct figure {
	double seconds, floor;
	uint64_t writes;
	bool clean;		/* nothing that must never happen has happened */
};

static uint8_t *image, *other, *update;

/* A bench that cannot be set up has no figures. */
static void must(enum img_status st, const struct img_error *err)
{
	if (st == IMG_OK)
		return;
	fprintf(stderr, "bench: %s\n", err ? err->text : "out of memory");
	exit(2);
}

static bool is_busy(unsigned block)
{
	return block * BUSY_BLOCKS % 128 < BUSY_BLOCKS;
}

/* Contents that no compressor and no pattern would guess, but the same every time. */
static uint8_t noise(uint32_t *state)
{
	*state = *state * 1664525 + 1013904223;
	return (uint8_t)(*state >> 24);
}

static uint8_t *make_image(uint32_t seed)
{
	uint8_t *bytes = malloc(SIZE);
	unsigned left = PAGES, page, i;

	if (!bytes)
		must(IMG_E_NOMEM, NULL);
	memset(bytes, 0xff, SIZE);
	for (page = 0; page < SIZE / PAGE && left; page++) {
		if (!is_busy(page * PAGE / BLOCK) || page % 20 == 7)
			continue;
		for (i = 0; i < PAGE; i++)
			bytes[page * PAGE + i] = noise(&seed);
		left--;
	}
	return bytes;
}

static void make_images(void)
{
	unsigned block, changed = 0, i;
	uint32_t seed = 3;

	image = make_image(1);
	other = malloc(SIZE);
	update = malloc(SIZE);
	if (!other || !update)
		must(IMG_E_NOMEM, NULL);
	for (i = 0; i < SIZE; i++)
		other[i] = noise(&seed);
	memcpy(update, image, SIZE);
	for (block = 9; block < 128 && changed < 6; block += 20) {
		while (!is_busy(block))
			block++;
		for (i = 0; i < BLOCK; i++)
			update[block * BLOCK + i] ^= 0x5a;
		changed++;
	}
}

static struct rig connect_rig(const struct sim_link_model *model, const uint8_t *holds)
{
	static const struct serprog_options usual = { .hertz = 16000000 };
	struct rig r = { 0 };
	struct spi_bus *below;
	struct img_error err = { 0 };
	struct wire *wire;

	must(sim_chip_new(chip_part_by_name(PART), 16000000, &r.chip, &err), &err);
	if (holds)
		memcpy(img_span_bytes(sim_chip_array(r.chip)), holds, SIZE);
	must(sim_bus_new(r.chip, NULL, &below, &err), &err);
	must(sim_link_new(firmware_kind_by_name("pico"), model, below, &r.link, &err), &err);
	must(sim_link_connect(r.link, &wire, &err), &err);
	must(serprog_attach(wire, &usual, &r.bus, &err), &err);
	must(chip_open(r.bus, &r.flash, &err), &err);
	return r;
}

static void disconnect(struct rig *r)
{
	struct img_error err = { 0 };

	must(chip_close(r->flash, &err), &err);
	must(r->bus->close(r->bus, &err), &err);
}

/* Erase as the chip does it, programs with their bytes on the SPI bus, reading back. */
static double floor_of(const struct sim_link_model *m, const struct plan *plan, uint64_t pages,
		       const struct chip_geometry *g)
{
	const double page = g->page_typical_us + (PAGE + 4 + 3) * 8e6 / m->hertz;
	double us = (double)(SIZE + plan->verified) * 1e6 / m->bytes_per_s;
	size_t i;

	for (i = 0; i < plan->count; i++)
		if (plan->step[i].kind == PLAN_ERASE)
			us += g->erase[plan->step[i].erase].typical_us;
	return (us + (double)pages * page) / 1e6;
}

static struct figure measure_write(const struct sim_link_model *model, const uint8_t *holds,
				   unsigned passes)
{
	struct rig r = connect_rig(model, holds);
	const struct chip_geometry *g = &chip_info(r.flash)->geometry;
	const struct img_view want = img_view_of(image, SIZE);
	const struct run_hope hope = { .bytes = want };
	struct img_error err = { 0 };
	struct run_result result;
	struct plan plan = { 0 };
	struct figure f = { 0 };
	struct img *old;

	must(run_read(r.flash, passes, hope, NULL, &old, &err), &err);
	must(plan_make(img_bytes(old), want, g, NULL, &plan, &err), &err);
	must(run_plan(r.flash, &plan, img_bytes(old), want, true, NULL, &result, &err), &err);
	f.floor = floor_of(model, &plan, sim_chip_counts(r.chip)->programs - result.rewritten, g);
	f.clean = result.verified && !result.rewritten && !result.bad_reads &&
		  !sim_chip_counts(r.chip)->raised &&
		  img_view_equal(want, img_span_view(sim_chip_array(r.chip)));
	plan_free(&plan);
	img_close(old);
	disconnect(&r);
	f.seconds = (double)sim_link_now_us(r.link) / 1e6;
	f.writes = sim_link_counts(r.link)->writes;
	f.clean = f.clean && sim_link_counts(r.link)->most_unread <= 2048 &&
		  !sim_link_counts(r.link)->overflows && !sim_link_counts(r.link)->forgotten &&
		  !sim_link_firmware(r.link)->overruns && !sim_link_firmware(r.link)->refused;
	must(sim_link_free(r.link, &err), &err);
	return f;
}

static bool report(const char *what, struct figure f, double limit, double theirs)
{
	const bool good = f.clean && f.seconds <= limit * f.floor;

	printf("  %-26s %7.2f s  floor %6.2f  ratio %.3f (<= %.2f)  writes %6llu", what, f.seconds,
	       f.floor, f.seconds / f.floor, limit, (unsigned long long)f.writes);
	if (theirs > 0)
		printf("  flashprog %.1f", theirs);
	puts(good ? "" : f.clean ? "  TOO SLOW" : "  NOT CLEAN");
	return good;
}

static bool bench_link(const char *name, const struct sim_link_model *m, const double theirs[4])
{
	struct figure f;
	bool good;

	printf("%s\n", name);
	good = report("blank chip", measure_write(m, NULL, 1), 1.10, theirs[0]);
	good &= report("other content", measure_write(m, other, 1), 1.10, theirs[1]);
	good &= report("update, 6 of 128 blocks", measure_write(m, update, 1), 1.10,
		       theirs[2]);
	f = measure_write(m, image, 1);
	good &= report("same image, one pass read", f, 1.02, theirs[3]);
	return good;
}

int main(void)
{
	static const struct {
		const char *name;
		struct sim_link_model model;
		double flashprog[4];	/* measured on the same model, where it was */
	} links[] = {
		{ "1 ms, 1 MB/s", { 1000, 1000000, 5, 16000000 }, { 84.8, 113.4, 23.6, 8.64 } },
		{ "250 us, 1 MB/s", { 250, 1000000, 5, 16000000 }, { 51.2, 0, 0, 0 } },
		{ "250 us, 600 KB/s", { 250, 600000, 5, 16000000 }, { 66.5, 100.0, 0, 0 } },
		{ "4 ms, 1 MB/s", { 4000, 1000000, 5, 16000000 }, { 262.5, 0, 0, 0 } },
	};
	bool good = true;
	size_t i;

	make_images();
	puts("Write 8 MiB, 19664 of 32768 pages not FF, over serprog, in virtual time");
	for (i = 0; i < sizeof(links) / sizeof(links[0]); i++)
		good &= bench_link(links[i].name, &links[i].model, links[i].flashprog);
	free(image);
	free(other);
	free(update);
	return good ? 0 : 1;
}
