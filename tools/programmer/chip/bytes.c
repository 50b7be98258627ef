/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Chips that program single bytes, and words by AAI (SST25): AD with an even address and
 * two bytes, then AD with two bytes for each next word, until 04. While that goes on only
 * 05 may be sent besides. A word that is sent to a busy chip is lost and all that follow
 * land two bytes too low, so the pause after each is longer than the chip's longest time.
 */
#include "tools/programmer/chip/state.h"

#define WORDS_MAX 60		/* in a batch */

static const uint8_t wren = OP_WREN, wrdi = OP_WRDI, rdsr = OP_RDSR1;

static bool taken(const struct spi_chip *chip, uint8_t before, uint8_t after)
{
	return !chip_status_plausible(chip, before) || !chip_status_plausible(chip, after) ||
	       ((before & (SR1_WIP | SR1_WEL)) == SR1_WEL &&
		(after & (SR1_WIP | SR1_WEL)) != SR1_WEL);
}

static enum img_status program_one(struct spi_chip *chip, uint64_t at, uint8_t byte,
				   struct img_error *err)
{
	const struct chip_geometry *g = &chip->base.info.geometry;
	const bool changed = chip->base.changed;
	uint8_t frame[CHIP_HEADER_MAX + 1], before, after;
	const size_t header = chip_put_address(chip, frame, chip_program_opcode(chip), at);
	const struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { &rdsr, 1, &before, 1, 0 },
		{ frame, header + 1, NULL, 0, g->page_typical_us }, { &rdsr, 1, &after, 1, 0 },
	};
	enum img_status st;

	frame[header] = byte;
	chip->base.changed = chip->enabled = true;
	st = chip_run(chip, batch, 4, err);
	if (st == IMG_OK && !taken(chip, before, after)) {
		chip->base.changed = changed;
		return chip_fail_ignored(chip, "program", at, before, err);
	}
	if (st == IMG_OK)
		st = chip_wait(chip, "program", g->page_typical_us, g->page_max_us, at, err);
	return st;
}

static enum img_status program_singly(struct spi_chip *chip, uint64_t at, struct img_view bytes,
				      struct img_error *err)
{
	const size_t size = img_view_size(bytes);
	enum img_status st = IMG_OK;
	uint8_t byte;
	size_t i;

	for (i = 0; st == IMG_OK && i < size; i++) {
		st = img_view_copy(bytes, i, &byte, 1, err);
		if (st == IMG_OK && byte != 0xff)
			st = program_one(chip, at + i, byte, err);
	}
	return st;
}

/* One batch of words; first: with write enable and address before them. *ignored is set
 * when the chip took none of them. At the end of the chip the row ends by itself. */
static enum img_status send_words(struct spi_chip *chip, uint64_t at, struct img_view words,
				  bool first, bool *ignored, struct img_error *err)
{
	struct spi_transaction batch[2 * WORDS_MAX + 2] = { 0 };
	uint8_t frame[WORDS_MAX][6], before = SR1_WEL, status[WORDS_MAX];
	const size_t count = img_view_size(words) / 2;
	size_t i, n = 0, header;
	enum img_status st = IMG_OK;

	if (first) {
		batch[n++] = (struct spi_transaction){ &wren, 1, NULL, 0, 0 };
		batch[n++] = (struct spi_transaction){ &rdsr, 1, &before, 1, 0 };
	}
	for (i = 0; st == IMG_OK && i < count; i++) {
		header = i || !first ? 1 : chip_put_address(chip, frame[i], OP_AAI_WORD, at);
		frame[i][0] = OP_AAI_WORD;
		st = img_view_copy(words, 2 * i, frame[i] + header, 2, err);
		batch[n++] = (struct spi_transaction){ frame[i], header + 2, NULL, 0,
						       chip->base.info.geometry.page_typical_us };
		batch[n++] = (struct spi_transaction){ &rdsr, 1, &status[i], 1, 0 };
	}
	if (st == IMG_OK)
		st = chip_run(chip, batch, n, err);
	if (st != IMG_OK)
		return st;
	if (first && chip_status_plausible(chip, before) &&
	    (!(before & SR1_WEL) || (status[0] & (SR1_WEL | SR1_AAI)) == SR1_WEL)) {
		*ignored = true;
		return chip_fail_ignored(chip, "program", at, before, err);
	}
	for (i = 0; i < count; i++)
		if (!chip_status_plausible(chip, status[i]) || status[i] & SR1_WIP ||
		    (!(status[i] & SR1_AAI) && at + 2 * i + 2 < chip->base.info.geometry.size))
			return img_fail(err, IMG_E_IO, at + 2 * i,
					"the chip lost its place in a row of words (status %02X)",
					status[i]);
	return IMG_OK;
}

/* An even number of bytes at an even address. */
static enum img_status program_words(struct spi_chip *chip, uint64_t at, struct img_view bytes,
				     struct img_error *err)
{
	const size_t size = img_view_size(bytes);
	const struct chip_geometry *g = &chip->base.info.geometry;
	const bool changed = chip->base.changed;
	bool ignored = false;
	enum img_status st = IMG_OK, left;
	struct img_error later;
	size_t done, n;

	chip->base.changed = chip->enabled = true;
	for (done = 0; st == IMG_OK && done < size; done += n) {
		struct img_view part;

		n = size - done < 2 * WORDS_MAX ? size - done : 2 * WORDS_MAX;
		st = img_view_slice(bytes, done, n, &part, err);
		if (st == IMG_OK)
			st = send_words(chip, at + done, part, !done, &ignored, err);
	}
	if (ignored)
		chip->base.changed = changed;
	left = chip_command(chip, &wrdi, 1, NULL, 0, st == IMG_OK ? err : &later);
	if (st == IMG_OK)
		st = left;
	if (st == IMG_OK)
		st = chip_wait(chip, "program", g->page_typical_us, g->page_max_us, at, err);
	return st;
}

enum img_status chip_program_bytes(struct spi_chip *chip, uint64_t at, struct img_view bytes,
				   struct img_error *err)
{
	const size_t size = img_view_size(bytes), odd = at % 2 && size;
	const size_t words = (size - odd) & ~(size_t)1;
	struct img_view part;
	enum img_status st;

	if (chip->base.info.geometry.program == CHIP_PROGRAM_BYTE)
		return program_singly(chip, at, bytes, err);
	st = img_view_slice(bytes, 0, odd, &part, err);
	if (st == IMG_OK)
		st = program_singly(chip, at, part, err);
	if (st == IMG_OK)
		st = img_view_slice(bytes, odd, words, &part, err);
	if (st == IMG_OK && words)
		st = program_words(chip, at + odd, part, err);
	if (st == IMG_OK)
		st = img_view_slice(bytes, odd + words, size - odd - words, &part, err);
	if (st == IMG_OK)
		st = program_singly(chip, at + odd + words, part, err);
	return st;
}
