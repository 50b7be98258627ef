/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Erase and program. Each command goes out between two looks at the status register:
 *
 *	WREN, RDSR (before), the command, RDSR (after)
 *
 * before shows whether the chip will take the command (WIP 0, WEL 1), after whether it
 * did (it did not when WIP is 0 and WEL still 1). So a lost or refused command is known
 * without reading the array. An erase goes out with its WREN in a batch of its own and
 * nothing unanswered before it: a half-sent one that later bytes complete would erase the
 * wrong block.
 */
#include "tools/programmer/chip/state.h"

#define PROGRAM_ROUNDS 3	/* without a single page taken, before giving up */

static const uint8_t wren = OP_WREN, rdsr = OP_RDSR1;

/* What the two looks say of a command. */
enum outcome {
	TAKEN,
	IGNORED,
	UNKNOWN,		/* the chip does not answer */
};

static enum outcome judge(const struct chip *chip, uint8_t before, uint8_t after)
{
	if (!chip_status_plausible(chip, before) || !chip_status_plausible(chip, after))
		return UNKNOWN;
	if ((before & (SR1_WIP | SR1_WEL)) != SR1_WEL)
		return IGNORED;
	return (after & (SR1_WIP | SR1_WEL)) == SR1_WEL ? IGNORED : TAKEN;
}

static enum img_status fail_ignored(const struct chip *chip, const char *what, uint64_t at,
				    uint8_t before, struct img_error *err)
{
	if (before & SR1_WIP)
		return img_fail(err, IMG_E_TIMEOUT, at, "the chip stays busy (status %02X)",
				before);
	if (!(before & SR1_WEL))
		return img_fail(err, IMG_E_IO, at,
				"the chip does not take a write enable (status %02X): check that "
				"WP# and HOLD# are high", before);
	if (chip->info.protected)
		return img_fail(err, IMG_E_IO, at,
				"the chip ignored the %s command: block protection is set (status "
				"%02X)", what, before);
	return img_fail(err, IMG_E_IO, at, "the chip ignored the %s command (status %02X)", what,
			before);
}

enum img_status chip_erase(struct chip *chip, const struct chip_erase_kind *kind, uint64_t at,
			   struct img_error *err)
{
	const bool changed = chip->changed;
	uint8_t frame[4], before, after;
	const struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { &rdsr, 1, &before, 1, 0 },
		{ frame, 4, NULL, 0, 0 }, { &rdsr, 1, &after, 1, 0 },
	};
	enum img_status st;

	if (at % kind->size || at >= chip->info.geometry.size)
		return img_fail(err, IMG_E_BOUNDS, at, "no block of %lu bytes begins here",
				(unsigned long)kind->size);
	chip_put_address(frame, kind->opcode, at);
	chip->changed = chip->enabled = true;
	st = chip->bus->run(chip->bus, batch, 4, err);
	if (st != IMG_OK)
		return st;
	switch (judge(chip, before, after)) {
	case IGNORED:
		chip->changed = changed;
		return fail_ignored(chip, "erase", at, before, err);
	case UNKNOWN:
	case TAKEN:
		break;
	}
	return chip_wait(chip, kind->typical_us, kind->max_us, at, err);
}

/* Up to a batch of pages: *count of them, which hold the first *used bytes. */
static enum img_status load_pages(struct chip *chip, uint64_t at, struct img_view bytes,
				  size_t *count, size_t *used, struct img_error *err)
{
	const uint32_t page = chip->info.geometry.page;
	const size_t size = img_view_size(bytes);
	enum img_status st = IMG_OK;
	size_t n = 0, done = 0;

	for (; st == IMG_OK && n < CHIP_PROGRAM_BATCH && done < size; n++) {
		struct chip_page *p = &chip->page[n];
		size_t room = page - (size_t)((at + done) % page);
		size_t part = size - done < room ? size - done : room;

		chip_put_address(p->frame, OP_PROGRAM, at + done);
		st = img_view_copy(bytes, done, p->frame + 4, part, err);
		p->size = part;
		p->taken = false;
		done += part;
	}
	*count = n;
	*used = done;
	return st;
}

/* Sends the pages that were not taken yet, all in one batch; *taken is how many were. */
static enum img_status send_pages(struct chip *chip, size_t count, size_t *taken,
				  struct chip_page **ignored, struct img_error *err)
{
	const struct chip_geometry *g = &chip->info.geometry;
	struct spi_transaction batch[4 * CHIP_PROGRAM_BATCH] = { 0 };
	enum img_status st;
	size_t i, n = 0;

	for (i = 0; i < count; i++) {
		struct chip_page *p = &chip->page[i];

		if (p->taken)
			continue;
		batch[n++] = (struct spi_transaction){ &wren, 1, NULL, 0, 0 };
		batch[n++] = (struct spi_transaction){ &rdsr, 1, &p->before, 1, 0 };
		batch[n++] = (struct spi_transaction){ p->frame, 4 + p->size, NULL, 0,
						       g->page_typical_us };
		batch[n++] = (struct spi_transaction){ &rdsr, 1, &p->after, 1, 0 };
	}
	st = chip->bus->run(chip->bus, batch, n, err);
	*taken = 0;
	*ignored = NULL;
	for (i = 0; st == IMG_OK && i < count; i++) {
		struct chip_page *p = &chip->page[i];

		if (p->taken)
			continue;
		p->taken = judge(chip, p->before, p->after) != IGNORED;
		*taken += p->taken;
		if (!p->taken && !*ignored)
			*ignored = p;
	}
	return st;
}

static uint64_t page_address(const struct chip_page *p)
{
	return (uint64_t)p->frame[1] << 16 | (uint64_t)p->frame[2] << 8 | p->frame[3];
}

static enum img_status program_batch(struct chip *chip, size_t count, uint64_t at,
				     struct img_error *err)
{
	const struct chip_geometry *g = &chip->info.geometry;
	struct chip_page *ignored;
	unsigned vain = 0;
	size_t taken;
	enum img_status st;

	for (;;) {
		const bool changed = chip->changed;

		chip->changed = chip->enabled = true;
		st = send_pages(chip, count, &taken, &ignored, err);
		if (st != IMG_OK)
			return st;
		if (!taken)
			chip->changed = changed;
		vain = taken ? 0 : vain + 1;
		if (ignored && vain == PROGRAM_ROUNDS)
			return fail_ignored(chip, "program", page_address(ignored),
					    ignored->before, err);
		st = chip_wait(chip, g->page_typical_us, g->page_max_us, at, err);
		if (st != IMG_OK || !ignored)
			return st;
	}
}

enum img_status chip_program(struct chip *chip, uint64_t at, struct img_view bytes,
			     struct img_error *err)
{
	const uint64_t size = chip->info.geometry.size;
	enum img_status st = IMG_OK;
	size_t count, used;

	if (at > size || img_view_size(bytes) > size - at)
		return img_fail(err, IMG_E_BOUNDS, at, "a write of %zu bytes leaves the chip",
				img_view_size(bytes));
	while (st == IMG_OK && img_view_size(bytes)) {
		st = load_pages(chip, at, bytes, &count, &used, err);
		if (st == IMG_OK)
			st = program_batch(chip, count, at, err);
		if (st == IMG_OK)
			st = img_view_slice(bytes, used, img_view_size(bytes) - used, &bytes, err);
		at += used;
	}
	return st;
}
