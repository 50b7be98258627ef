/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/chip/chip.h"

#include <stdlib.h>
#include <string.h>

#include "tools/programmer/chip/state.h"

#define ID_READS 16		/* a loose contact seldom lies sixteen times alike */
#define WAKE_US 100		/* tRES1 is 3 to 35 us */
#define SILENT_READS 3		/* so many impossible answers in a row: it is gone */
#define POLL_MIN_US 20

static const uint8_t rdid = OP_RDID, rdsr = OP_RDSR1, wake = OP_WAKE, wrdi = OP_WRDI,
		     power_down = OP_POWER_DOWN;

static enum img_status run_one(struct spi_bus *bus, const uint8_t *op, uint8_t *in, size_t nin,
			       uint32_t delay_us, struct img_error *err)
{
	const struct spi_transaction t = { op, 1, in, nin, delay_us };

	return bus->run(bus, &t, 1, err);
}

/* All FF: nothing drives the line. All 00: something holds it. */
static bool silent(const uint8_t id[CHIP_ID_SIZE])
{
	static const uint8_t ones[CHIP_ID_SIZE] = { 0xff, 0xff, 0xff };
	static const uint8_t zeros[CHIP_ID_SIZE];

	return !memcmp(id, ones, CHIP_ID_SIZE) || !memcmp(id, zeros, CHIP_ID_SIZE);
}

static enum img_status read_id(struct spi_bus *bus, uint8_t id[CHIP_ID_SIZE],
			       struct img_error *err)
{
	struct spi_transaction batch[ID_READS];
	uint8_t answer[ID_READS][CHIP_ID_SIZE];
	enum img_status st;
	size_t i;

	for (i = 0; i < ID_READS; i++)
		batch[i] = (struct spi_transaction){ &rdid, 1, answer[i], CHIP_ID_SIZE, 0 };
	st = bus->run(bus, batch, ID_READS, err);
	if (st != IMG_OK)
		return st;
	for (i = 1; i < ID_READS; i++)
		if (memcmp(answer[i], answer[0], CHIP_ID_SIZE))
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"the chip's id reads %02X %02X %02X once and %02X %02X "
					"%02X then: check the contacts and shorten the wires",
					answer[0][0], answer[0][1], answer[0][2], answer[i][0],
					answer[i][1], answer[i][2]);
	memcpy(id, answer[0], CHIP_ID_SIZE);
	return IMG_OK;
}

/* Nothing said its id: is it busy, or asleep, or not there? */
static enum img_status rouse(struct chip *chip, uint8_t id[CHIP_ID_SIZE], struct img_error *err)
{
	uint8_t status;
	enum img_status st = run_one(chip->bus, &rdsr, &status, 1, 0, err);

	if (st != IMG_OK)
		return st;
	if (status != 0xff && status & SR1_WIP)
		return img_fail(err, IMG_E_TIMEOUT, IMG_NOWHERE,
				"the chip is busy (status %02X) with what somebody started before; "
				"try again in a minute", status);
	st = run_one(chip->bus, &wake, NULL, 0, WAKE_US, err);
	if (st == IMG_OK)
		st = read_id(chip->bus, id, err);
	if (st != IMG_OK)
		return st;
	if (silent(id))
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"no chip answers (its id reads %02X %02X %02X): check the clip, "
				"its direction, the power and the chip select", id[0], id[1],
				id[2]);
	chip->asleep = true;
	return IMG_OK;
}

static enum img_status find_out(struct chip *chip, struct img_error *err)
{
	uint8_t id[CHIP_ID_SIZE];
	enum img_status st = read_id(chip->bus, id, err);

	if (st == IMG_OK && silent(id))
		st = rouse(chip, id, err);
	if (st == IMG_OK && !chip_identify(id, &chip->info))
		st = img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			      "unknown chip: its id is %02X %02X %02X, which the table does not "
			      "have", id[0], id[1], id[2]);
	if (st == IMG_OK)
		st = run_one(chip->bus, &rdsr, &chip->info.status, 1, 0, err);
	return st;
}

enum img_status chip_open(struct spi_bus *bus, struct chip **out, struct img_error *err)
{
	struct chip *chip = calloc(1, sizeof(*chip));
	enum img_status st;

	if (!chip)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	chip->bus = bus;
	st = find_out(chip, err);
	if (st != IMG_OK) {
		free(chip);
		return st;
	}
	chip->info.protected = chip->info.status & chip->info.protect_mask;
	*out = chip;
	return IMG_OK;
}

enum img_status chip_close(struct chip *chip, struct img_error *err)
{
	enum img_status st = IMG_OK;

	if (chip->enabled)
		st = run_one(chip->bus, &wrdi, NULL, 0, 0, err);
	if (st == IMG_OK && chip->asleep)
		st = run_one(chip->bus, &power_down, NULL, 0, 0, err);
	free(chip);
	return st;
}

const struct chip_info *chip_info(const struct chip *chip)
{
	return &chip->info;
}

bool chip_changed(const struct chip *chip)
{
	return chip->changed;
}

bool chip_status_plausible(const struct chip *chip, uint8_t status)
{
	return !((status ^ chip->info.status) & ~(SR1_WIP | SR1_WEL) & 0xff);
}

enum img_status chip_fail_silent(uint8_t status, uint64_t at, struct img_error *err)
{
	return img_fail(err, IMG_E_IO, at,
			"the chip stopped answering (status %02X): did the clip slip or the power "
			"fail?", status);
}

enum img_status chip_wait(struct chip *chip, uint32_t typical_us, uint32_t max_us, uint64_t at,
			  struct img_error *err)
{
	const uint64_t start = chip->bus->now_us(chip->bus);
	const uint32_t pause = typical_us / 16 > POLL_MIN_US ? typical_us / 16 : POLL_MIN_US;
	uint8_t status;
	unsigned impossible = 0;
	bool late = false;
	enum img_status st;

	for (;;) {
		st = run_one(chip->bus, &rdsr, &status, 1, 0, err);
		if (st != IMG_OK)
			return st;
		impossible = chip_status_plausible(chip, status) ? 0 : impossible + 1;
		if (!impossible && !(status & SR1_WIP))
			return IMG_OK;
		if (impossible == SILENT_READS)
			return chip_fail_silent(status, at, err);
		if (late && !impossible)
			return img_fail(err, IMG_E_TIMEOUT, at,
					"the chip is still busy (status %02X) after %lu ms, the "
					"most it may take", status, (unsigned long)max_us / 1000);
		const struct spi_transaction rest = { .delay_us = pause };

		st = chip->bus->run(chip->bus, &rest, 1, err);
		if (st != IMG_OK)
			return st;
		/* Asked once more after the deadline: the host may have been away. */
		late = chip->bus->now_us(chip->bus) - start > max_us;
	}
}

void chip_put_address(uint8_t frame[4], uint8_t opcode, uint64_t at)
{
	frame[0] = opcode;
	frame[1] = (uint8_t)(at >> 16);
	frame[2] = (uint8_t)(at >> 8);
	frame[3] = (uint8_t)at;
}

/* One batch of reads into the buffer; *got bytes of it are filled. */
static enum img_status read_batch(struct chip *chip, uint64_t at, size_t len, size_t *got,
				  struct img_error *err)
{
	struct spi_transaction batch[CHIP_READ_BATCH];
	uint8_t frame[CHIP_READ_BATCH][4];
	size_t n = 0, done = 0;

	for (; n < CHIP_READ_BATCH && done < len; n++) {
		size_t part = len - done < CHIP_READ_FRAME ? len - done : CHIP_READ_FRAME;

		chip_put_address(frame[n], OP_READ, at + done);
		batch[n] = (struct spi_transaction){ frame[n], 4, chip->buffer + done, part, 0 };
		done += part;
	}
	*got = done;
	return chip->bus->run(chip->bus, batch, n, err);
}

enum img_status chip_read(struct chip *chip, uint64_t at, struct img_span into,
			  struct img_error *err)
{
	const size_t len = img_span_size(into);
	size_t done = 0, got;
	enum img_status st = IMG_OK;

	if (at > chip->info.geometry.size || len > chip->info.geometry.size - at)
		return img_fail(err, IMG_E_BOUNDS, at, "a read of %zu bytes leaves the chip", len);
	while (st == IMG_OK && done < len) {
		st = read_batch(chip, at + done, len - done, &got, err);
		if (st == IMG_OK)
			st = img_span_write(into, done, img_view_of(chip->buffer, got), err);
		done += got;
	}
	return st;
}
