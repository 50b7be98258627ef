/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * From silence to a chip: id, further bytes, SFDP. Nothing is sent here that could change
 * a chip of another kind than the one expected.
 */
#include <stdio.h>
#include <string.h>

#include "tools/programmer/chip/state.h"

#define ID_READS 16		/* a loose contact seldom lies sixteen times alike */
#define ID_BYTES 3		/* which have to be stable */
#define WAKE_US 100		/* tRES1 is 3 to 35 us */

struct answer {
	enum chip_probe probe;
	uint8_t byte[CHIP_ID_READ];
	size_t size;		/* of it, what was the same every time */
};

/* All FF: nothing drives the line. All 00: something holds it. */
static bool silent(const uint8_t *id, size_t size)
{
	size_t i;

	for (i = 1; i < size && id[i] == id[0]; i++)
		;
	return i == size && (id[0] == 0xff || id[0] == 0x00);
}

/* Repeats a command; the leading bytes that stayed the same, at least min of them. */
static enum img_status repeat(struct spi_chip *chip, const uint8_t *frame, size_t nout, size_t min,
			      struct answer *out, struct img_error *err)
{
	struct spi_transaction batch[ID_READS];
	uint8_t answer[ID_READS][CHIP_ID_READ];
	enum img_status st;
	size_t i, k;

	for (i = 0; i < ID_READS; i++)
		batch[i] = (struct spi_transaction){ frame, nout, answer[i], CHIP_ID_READ, 0 };
	st = chip_run(chip, batch, ID_READS, err);
	if (st != IMG_OK)
		return st;
	memcpy(out->byte, answer[0], CHIP_ID_READ);
	out->size = CHIP_ID_READ;
	for (i = 1; i < ID_READS; i++) {
		for (k = 0; k < out->size && answer[i][k] == answer[0][k]; k++)
			;
		out->size = k;
		if (k < min)
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"the chip's id reads %02X %02X %02X once and %02X %02X "
					"%02X then: check the contacts, shorten the wires or lower "
					"the clock", answer[0][0], answer[0][1], answer[0][2],
					answer[i][0], answer[i][1], answer[i][2]);
	}
	return IMG_OK;
}

static enum img_status read_id(struct spi_chip *chip, struct answer *out, struct img_error *err)
{
	const uint8_t rdid = OP_RDID;

	out->probe = CHIP_PROBE_RDID;
	return repeat(chip, &rdid, 1, ID_BYTES, out, err);
}

static enum img_status fail_absent(const struct answer *a, struct img_error *err)
{
	if (a->byte[0])
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"no chip answers (its id reads FF FF FF, nothing drives the data "
				"line): check that the clip sits, its direction, the power and the "
				"chip select");
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			"no chip answers (its id reads 00 00 00, something holds the data line "
			"low): check the direction of the clip, the ground, and that the board "
			"does not draw the chip's power down");
}

/* The chips from before 9F; their commands are asked for in the order of what is harmless. */
static enum img_status ask_old_ways(struct spi_chip *chip, struct answer *out, bool *found,
				    struct img_error *err)
{
	static const struct { enum chip_probe probe; uint8_t frame[4]; size_t nout, id; } ways[] = {
		{ CHIP_PROBE_RES2, { OP_WAKE }, 4, 2 }, { CHIP_PROBE_RES1, { OP_WAKE }, 4, 1 },
		{ CHIP_PROBE_REMS, { OP_REMS }, 4, 2 },
		{ CHIP_PROBE_AT25F, { OP_RDID_AT25F }, 1, 2 },
	};
	enum img_status st = IMG_OK;
	size_t i;

	*found = false;
	for (i = 0; st == IMG_OK && !*found && i < sizeof(ways) / sizeof(ways[0]); i++) {
		out->probe = ways[i].probe;
		st = repeat(chip, ways[i].frame, ways[i].nout, 0, out, err);
		if (st != IMG_OK || out->size < 2 || silent(out->byte, 2))
			continue;
		/* A single byte is little: it has to be what follows, too. */
		if (ways[i].id == 1 && out->byte[0] != out->byte[1])
			continue;
		out->size = ways[i].id;
		chip_find_candidates(out->probe, out->byte, out->size, &chip->candidates);
		*found = chip->candidates.count;
	}
	return st;
}

/* Nothing said its id by 9F: is it busy, or asleep, or old, or not there? */
static enum img_status rouse(struct spi_chip *chip, struct answer *out, struct img_error *err)
{
	const uint8_t rdsr = OP_RDSR1, wake = OP_WAKE;
	const struct spi_transaction rise = { &wake, 1, NULL, 0, WAKE_US };
	struct answer first = *out;
	uint8_t status;
	bool found = false;
	enum img_status st = chip_command(chip, &rdsr, 1, &status, 1, err);

	if (st != IMG_OK)
		return st;
	if (status != 0xff && status & SR1_WIP)
		return img_fail(err, IMG_E_TIMEOUT, IMG_NOWHERE,
				"the chip is busy (status %02X) with what somebody started before, "
				"or holds an error of it: try again in a minute, then cut its "
				"power", status);
	st = chip_run(chip, &rise, 1, err);
	if (st == IMG_OK)
		st = read_id(chip, out, err);
	if (st == IMG_OK && !silent(out->byte, ID_BYTES)) {
		chip->asleep = true;
		return IMG_OK;
	}
	if (st == IMG_OK)
		st = ask_old_ways(chip, out, &found, err);
	return st == IMG_OK && !found ? fail_absent(&first, err) : st;
}

/* Of some ids AB tells which variant it is. */
static enum img_status ask_variant(struct spi_chip *chip, struct img_error *err)
{
	const uint8_t frame[4] = { OP_WAKE };
	uint8_t res;
	enum img_status st;

	if (!chip->candidates.count || !chip->candidates.part[0]->ext_by_res)
		return IMG_OK;
	st = chip_command(chip, frame, sizeof(frame), &res, 1, err);
	if (st != IMG_OK)
		return st;
	chip_narrow_by_res(&chip->candidates, res);
	if (chip->candidates.count == 1)
		chip->base.info.ext[0] = res;
	return IMG_OK;
}

static void note_id(struct spi_chip *chip, const struct answer *a)
{
	struct chip_info *info = &chip->base.info;
	const struct chip_part *part = chip->candidates.count ? chip->candidates.part[0] : NULL;
	size_t i;

	info->id_size = part ? part->id_size : ID_BYTES;
	memcpy(info->id, a->byte, info->id_size);
	for (i = 0; part && !part->ext_by_res && i < part->ext_size; i++)
		info->ext[i] = a->byte[info->id_size + i];
}

/* Chips of two sizes under one id, the id against SFDP, or either against the user. */
static enum img_status check_size(struct spi_chip *chip, const struct sfdp *s,
				  const struct chip_options *options, struct img_error *err)
{
	const uint64_t asked = options ? options->size : 0;
	const struct chip_candidates *c = &chip->candidates;
	uint64_t low = s ? s->size : c->part[0]->size, high = low;
	bool fits = !asked || asked == low;
	size_t i;

	for (i = 0; i < c->count; i++) {
		low = c->part[i]->size < low ? c->part[i]->size : low;
		high = c->part[i]->size > high ? c->part[i]->size : high;
		fits |= asked == c->part[i]->size;
	}
	if (!fits)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"--size says %llu bytes, the chip itself %llu (chip-size)",
				(unsigned long long)asked, (unsigned long long)low);
	if (!asked && low != high && !s)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"chips of %llu and of %llu bytes have this id: look at what is "
				"printed on it, and give --size (chip-size)",
				(unsigned long long)low, (unsigned long long)high);
	if (!asked && low != high)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"the chip's id and its own table contradict each other: %llu or "
				"%llu bytes? Look at what is printed on it, and give --size "
				"(chip-size)", (unsigned long long)low, (unsigned long long)high);
	return IMG_OK;
}

static enum img_status settle(struct spi_chip *chip, const struct answer *a,
			      const struct chip_options *options, const struct sfdp *s,
			      struct img_error *err)
{
	enum img_status st;

	if (s)
		chip_narrow_by_sfdp(&chip->candidates, s);
	st = check_size(chip, s, options, err);
	if (st != IMG_OK)
		return st;
	note_id(chip, a);
	chip_merge(chip, s);
	if (options && options->size) {
		chip->base.info.geometry.size = options->size;
		chip->base.info.geometry.whole.size = (uint32_t)options->size;
	}
	chip->base.info.keeps_busy = chip->traits.flags & CHIP_MX ||
				     (options && options->keep_busy);
	return IMG_OK;
}

/* Neither table nor chip knows the id. why: what was wrong with the chip's own table. */
static enum img_status fail_unknown(const struct answer *a, const char *why,
				    struct img_error *err)
{
	int by;
	const struct chip_part *part = chip_shifted_id(a->byte, a->size, &by);

	if (!part)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"unknown chip: its id is %02X %02X %02X, which the table does not "
				"have, and it does not describe itself (%s)", a->byte[0],
				a->byte[1], a->byte[2], why);
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			"the chip's id reads %02X %02X %02X, which is %02X %02X %02X (%s %s) %d "
			"bit%s too %s: the wire is at fault, not the chip; lower the clock, "
			"shorten the wires, look at CLK and GND (id-shifted)", a->byte[0],
			a->byte[1], a->byte[2], part->id[0], part->id[1], part->id[2],
			part->vendor, part->name, by < 0 ? -by : by, by == 1 || by == -1 ? "" : "s",
			by > 0 ? "late" : "early");
}

enum img_status chip_identify(struct spi_chip *chip, const struct chip_options *options,
			      struct img_error *err)
{
	struct answer a;
	struct sfdp sfdp;
	struct img_error why = { .text = "" };
	bool described = false;
	enum img_status st = read_id(chip, &a, err);

	if (st == IMG_OK && silent(a.byte, ID_BYTES))
		st = rouse(chip, &a, err);
	if (st != IMG_OK)
		return st;
	if (a.probe == CHIP_PROBE_RDID) {
		chip_find_candidates(a.probe, a.byte, a.size, &chip->candidates);
		st = chip_read_sfdp(chip, &sfdp, &why);
		described = st == IMG_OK;
	}
	if (st == IMG_E_IO || st == IMG_E_TIMEOUT) {
		if (err)
			*err = why;
		return st;
	}
	if (!chip->candidates.count && !described)
		return fail_unknown(&a, why.text, err);
	st = ask_variant(chip, err);
	return st == IMG_OK ? settle(chip, &a, options, described ? &sfdp : NULL, err) : st;
}

bool spi_chip_is_named(const struct chip *base, const char *name)
{
	const struct spi_chip *chip = (const struct spi_chip *)base;
	size_t i;

	for (i = 0; i < chip->candidates.count; i++)
		if (chip_part_is_named(chip->candidates.part[i], name))
			return true;
	return !strcmp(name, chip->base.info.name);
}
