/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/chip/chip.h"

#include <stdlib.h>
#include <string.h>

#include "tools/programmer/chip/state.h"

#define SILENT_READS 3		/* so many impossible answers in a row: it is gone */
#define POLL_MIN_US 20
#define SEGMENT ((uint64_t)16 << 20)

static const uint8_t rdsr = OP_RDSR1, wrdi = OP_WRDI, power_down = OP_POWER_DOWN;
static const uint8_t dummy_read[] = { OP_READ, 0, 0, 0 };

enum img_status chip_run(struct spi_chip *chip, const struct spi_transaction *batch, size_t n,
			 struct img_error *err)
{
	size_t i, k = 0;

	if (!chip->base.info.keeps_busy)
		return chip->bus->run(chip->bus, batch, n, err);
	for (i = 0; i < n; i++) {
		if (batch[i].nout)
			chip->wide[k++] = (struct spi_transaction){
				dummy_read, sizeof(dummy_read), chip->dummy,
				chip_carried(chip->bus->most_in, CHIP_DUMMY), 0,
			};
		chip->wide[k++] = batch[i];
	}
	return chip->bus->run(chip->bus, chip->wide, k, err);
}

size_t chip_carried(size_t most, size_t want)
{
	return most && most < want ? most : want;
}

enum img_status chip_command(struct spi_chip *chip, const uint8_t *out, size_t nout, uint8_t *in,
			     size_t nin, struct img_error *err)
{
	const struct spi_transaction t = { out, nout, in, nin, 0 };

	return chip_run(chip, &t, 1, err);
}

/* Flags that a predecessor left would be taken for ours. */
static enum img_status clear_old_errors(struct spi_chip *chip, struct img_error *err)
{
	const char *word;
	uint8_t status;
	enum img_status st = chip_command(chip, &rdsr, 1, &status, 1, err);

	return st == IMG_OK ? chip_take_errors(chip, status, &word, err) : st;
}

static enum img_status find_out(struct spi_chip *chip, const struct chip_options *options,
				struct img_error *err)
{
	enum img_status st = chip_identify(chip, options, err);

	if (st == IMG_OK)
		st = clear_old_errors(chip, err);
	if (st == IMG_OK)
		st = chip_look_at_protection(chip, err);
	if (st == IMG_OK)
		st = chip_choose_addressing(chip, err);
	if (st == IMG_OK)
		st = chip_enter_addressing(chip, err);
	return st;
}

static enum img_status close_chip(struct chip *base, struct img_error *err);
static enum img_status read_chip(struct chip *base, uint64_t at, struct img_span into,
				 struct img_error *err);

static uint64_t now_us(const struct chip *base)
{
	const struct spi_chip *chip = (const struct spi_chip *)base;

	return chip->bus->now_us(chip->bus);
}

static const struct chip_driver spi_driver = {
	.close = close_chip,
	.read = read_chip,
	.unlock = spi_chip_unlock,
	.erase = spi_chip_erase,
	.program_more = spi_chip_program_more,
	.program_end = spi_chip_program_end,
	.set_pace = spi_chip_set_pace,
	.now_us = now_us,
	.is_named = spi_chip_is_named,
};

struct spi_chip *spi_chip_of(struct chip *base)
{
	return (struct spi_chip *)base;
}

enum img_status chip_open_with(struct spi_bus *bus, const struct chip_options *options,
			       struct chip **out, struct img_error *err)
{
	struct spi_chip *chip = calloc(1, sizeof(*chip));
	enum img_status st;

	if (!chip)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	chip->base.driver = &spi_driver;
	chip->bus = bus;
	chip->pace = CHIP_PROGRAM_BATCH;
	st = find_out(chip, options, err);
	if (st == IMG_OK) {
		chip->page_us = chip->base.info.geometry.page_typical_us;
		*out = &chip->base;
		return IMG_OK;
	}
	/* The first failure is the one to tell. */
	if (close_chip(&chip->base, NULL) != IMG_OK)
		return st;
	return st;
}

enum img_status chip_open(struct spi_bus *bus, struct chip **out, struct img_error *err)
{
	return chip_open_with(bus, NULL, out, err);
}

static enum img_status disable_writes(struct spi_chip *chip, struct img_error *err)
{
	return chip->enabled ? chip_command(chip, &wrdi, 1, NULL, 0, err) : IMG_OK;
}

static enum img_status sleep_again(struct spi_chip *chip, struct img_error *err)
{
	if (!chip->asleep || chip->traits.flags & CHIP_BANK_B9)
		return IMG_OK;
	return chip_command(chip, &power_down, 1, NULL, 0, err);
}

/*
 * After a failure something may still be under way, a row of words not ended, or an error
 * flag block the chip, and it would not hear what follows. Whether this helped shows there.
 */
static void come_to_rest(struct spi_chip *chip)
{
	const struct chip_geometry *g = &chip->base.info.geometry;
	uint32_t max_us = g->page_max_us;
	struct img_error ignored;
	size_t i;

	if (!chip->enabled || chip->gave_up)
		return;
	for (i = 0; i < g->erase_count; i++)
		max_us = g->erase[i].max_us > max_us ? g->erase[i].max_us : max_us;
	chip->settling = true;
	if (disable_writes(chip, &ignored) == IMG_OK &&
	    chip_wait(chip, "last command", g->page_typical_us, max_us, IMG_NOWHERE, &ignored) !=
		    IMG_OK)
		chip->gave_up = true;
	chip->settling = false;
}

static enum img_status close_chip(struct chip *base, struct img_error *err)
{
	struct spi_chip *chip = spi_chip_of(base);
	static enum img_status (*const steps[])(struct spi_chip *, struct img_error *) = {
		chip_leave_addressing, chip_relock, disable_writes, sleep_again,
	};
	enum img_status first = IMG_OK, st;
	struct img_error later;
	size_t i;

	come_to_rest(chip);
	for (i = 0; i < sizeof(steps) / sizeof(steps[0]); i++) {
		st = steps[i](chip, first == IMG_OK ? err : &later);
		first = first == IMG_OK ? st : first;
	}
	free(chip);
	return first;
}

bool chip_status_plausible(const struct spi_chip *chip, uint8_t status)
{
	const uint8_t changing = SR1_WIP | SR1_WEL | chip->traits.odd_bits;

	if (status == 0xff)
		return false;
	return chip->settling || !((status ^ chip->sr1) & ~changing & 0xff);
}

static enum img_status fail_silent(uint8_t status, uint64_t at, struct img_error *err)
{
	return img_fail(err, IMG_E_IO, at,
			"the chip stopped answering (status %02X): did the clip slip or the power "
			"fail?", status);
}

/* It is ready, or blocked by an error of its own. */
static enum img_status finish_wait(struct spi_chip *chip, const char *what, uint8_t status,
				   uint64_t at, struct img_error *err)
{
	const char *word;
	enum img_status st = chip_take_errors(chip, status, &word, err);

	if (st == IMG_OK && word)
		st = img_fail(err, IMG_E_IO, at, "the chip reports %s after the %s", word, what);
	return st;
}

enum img_status chip_wait(struct spi_chip *chip, const char *what, uint32_t typical_us,
			  uint32_t max_us, uint64_t at, struct img_error *err)
{
	const uint64_t start = chip->bus->now_us(chip->bus);
	const uint32_t pause = typical_us / 16 > POLL_MIN_US ? typical_us / 16 : POLL_MIN_US;
	struct spi_transaction rest = { 0 };
	uint64_t asked;
	uint8_t status;
	unsigned impossible = 0;
	bool late = false;
	enum img_status st;

	for (;;) {
		asked = chip->bus->now_us(chip->bus);
		st = chip_command(chip, &rdsr, 1, &status, 1, err);
		if (st != IMG_OK)
			return st;
		asked = chip->bus->now_us(chip->bus) - asked;
		impossible = chip_status_plausible(chip, status) ? 0 : impossible + 1;
		if (!impossible && (!(status & SR1_WIP) || chip_shows_error(chip, status)))
			return finish_wait(chip, what, status, at, err);
		if (impossible == SILENT_READS)
			return fail_silent(status, at, err);
		if (late && !impossible) {
			chip->gave_up = true;
			return img_fail(err, IMG_E_TIMEOUT, at,
					"the chip is still busy (status %02X) after %lu ms, the "
					"most it may take", status, (unsigned long)max_us / 1000);
		}
		/* On a slow link the asking is most of the pause. */
		rest.delay_us = asked + POLL_MIN_US < pause ? pause - (uint32_t)asked : POLL_MIN_US;
		st = chip_run(chip, &rest, 1, err);
		if (st != IMG_OK)
			return st;
		/* Asked once more after the deadline: the host may have been away. */
		late = chip->bus->now_us(chip->bus) - start > max_us;
	}
}

/* One batch of reads, none of which crosses a multiple of 16 MiB; *got bytes of into are
 * filled. */
static enum img_status read_batch(struct spi_chip *chip, uint64_t at, struct img_span into,
				  size_t *got, struct img_error *err)
{
	const size_t limit = chip->bus->most_in, room = (size_t)(SEGMENT - at % SEGMENT);
	const size_t most = limit && limit < CHIP_READ_FRAME ? limit : CHIP_READ_FRAME;
	struct spi_transaction batch[CHIP_READ_BATCH];
	uint8_t frame[CHIP_READ_BATCH][CHIP_HEADER_MAX];
	size_t n = 0, done = 0, len = img_span_size(into);
	enum img_status st = chip_reach(chip, at, err);

	if (len > room)
		len = room;
	if (len > CHIP_READ_FRAME)
		len = CHIP_READ_FRAME;
	for (; st == IMG_OK && n < CHIP_READ_BATCH && done < len; n++) {
		size_t part = len - done < most ? len - done : most;
		size_t header = chip_put_address(chip, frame[n], chip_read_opcode(chip), at + done);
		struct img_span to;

		st = img_span_slice(into, done, part, &to, err);
		if (st == IMG_OK)
			batch[n] = (struct spi_transaction){ frame[n], header, img_span_bytes(to),
							     part, 0 };
		done += part;
	}
	*got = done;
	return st == IMG_OK ? chip_run(chip, batch, n, err) : st;
}

/* A chip without power, or a clip that slipped, reads as blank: ask for its status then. */
static enum img_status check_blank(struct spi_chip *chip, uint64_t at, struct img_span read,
				   struct img_error *err)
{
	uint8_t status = 0;
	enum img_status st;

	if (!img_view_filled(img_span_view(read), 0xff))
		return IMG_OK;
	st = chip_command(chip, &rdsr, 1, &status, 1, err);
	return st == IMG_OK && !chip_status_plausible(chip, status) ? fail_silent(status, at, err)
								     : st;
}

static enum img_status read_chip(struct chip *base, uint64_t at, struct img_span into,
				 struct img_error *err)
{
	struct spi_chip *chip = spi_chip_of(base);
	const size_t len = img_span_size(into);
	size_t done = 0, got = 0;
	enum img_status st = IMG_OK;
	struct img_span rest;

	for (; st == IMG_OK && done < len; done += got) {
		st = img_span_slice(into, done, len - done, &rest, err);
		if (st == IMG_OK)
			st = read_batch(chip, at + done, rest, &got, err);
		if (st == IMG_OK)
			st = img_span_slice(into, done, got, &rest, err);
		if (st == IMG_OK)
			st = check_blank(chip, at + done, rest, err);
	}
	return st;
}
