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

#define LEARN_PAGES 16	/* fewer tell nothing */
#define PROGRAM_ROUNDS 3	/* without a single page taken, before giving up */
#define SEGMENT ((uint64_t)16 << 20)

static const uint8_t wren = OP_WREN, rdsr = OP_RDSR1;

/* What the two looks say of a command. */
enum outcome {
	TAKEN,
	IGNORED,
	UNKNOWN,		/* the chip does not answer */
};

static enum outcome judge(const struct spi_chip *chip, uint8_t before, uint8_t after)
{
	if (!chip_status_plausible(chip, before) || !chip_status_plausible(chip, after))
		return UNKNOWN;
	if ((before & (SR1_WIP | SR1_WEL)) != SR1_WEL)
		return IGNORED;
	return (after & (SR1_WIP | SR1_WEL)) == SR1_WEL ? IGNORED : TAKEN;
}

enum img_status chip_fail_ignored(struct spi_chip *chip, const char *what, uint64_t at,
				  uint8_t before, struct img_error *err)
{
	const char *word;
	enum img_status st = chip_take_errors(chip, before, &word, err);

	if (st != IMG_OK)
		return st;
	if (word)
		return img_fail(err, IMG_E_IO, at, "the chip reports %s instead of the %s", word,
				what);
	if (before & SR1_WIP)
		return img_fail(err, IMG_E_TIMEOUT, at, "the chip stays busy (status %02X)",
				before);
	if (!(before & SR1_WEL))
		return img_fail(err, IMG_E_IO, at,
				"the chip does not take a write enable (status %02X): check that "
				"WP# and HOLD# are high", before);
	if (chip->base.info.protected && !chip->lifted)
		return img_fail(err, IMG_E_IO, at,
				"the chip ignored the %s command: block protection is set (status "
				"%02X)", what, before);
	return img_fail(err, IMG_E_IO, at, "the chip ignored the %s command (status %02X)", what,
			before);
}

/* Opcode and address; the erase of all has no address. *size: of the frame; 0: no block
 * of this kind begins there. */
static void put_erase(const struct spi_chip *chip, const struct chip_erase_kind *kind, uint64_t at,
		      uint8_t frame[CHIP_HEADER_MAX], size_t *size)
{
	const struct chip_geometry *g = &chip->base.info.geometry;

	*size = 0;
	if (at >= g->size)
		return;
	if (kind->opcode == g->whole.opcode && kind->size == g->size) {
		frame[0] = kind->opcode;
		*size = at ? 0 : 1;
	} else if (chip_block_at(kind, at).start == at && chip_block_at(kind, at).size) {
		*size = chip_put_address(chip, frame, kind->opcode, at);
	}
}

enum img_status spi_chip_erase(struct chip *base, const struct chip_erase_kind *kind, uint64_t at,
			       struct img_error *err)
{
	struct spi_chip *chip = spi_chip_of(base);
	const bool changed = chip->base.changed;
	uint8_t frame[CHIP_HEADER_MAX], before, after;
	struct spi_transaction batch[] = {
		{ &wren, 1, NULL, 0, 0 }, { &rdsr, 1, &before, 1, 0 },
		{ frame, 0, NULL, 0, 0 }, { &rdsr, 1, &after, 1, 0 },
	};
	enum img_status st;

	put_erase(chip, kind, at, frame, &batch[2].nout);
	if (!batch[2].nout)
		return img_fail(err, IMG_E_BOUNDS, at, "no block of command %02X begins here",
				kind->opcode);
	st = chip_reach(chip, at, err);
	if (st != IMG_OK)
		return st;
	chip->base.changed = chip->enabled = true;
	st = chip_run(chip, batch, 4, err);
	if (st != IMG_OK)
		return st;
	switch (judge(chip, before, after)) {
	case IGNORED:
		chip->base.changed = changed;
		return chip_fail_ignored(chip, "erase", at, before, err);
	case UNKNOWN:
	case TAKEN:
		break;
	}
	return chip_wait(chip, "erase", kind->typical_us, kind->max_us, at, err);
}

/* The next page to be sent; *used is how many of bytes it takes. */
static enum img_status load_page(struct spi_chip *chip, uint64_t at, struct img_view bytes,
				 size_t *used, struct img_error *err)
{
	const size_t most = chip->bus->most_out;
	const size_t carried = chip_carried(most ? most - CHIP_HEADER_MAX : 0, CHIP_PAGE_MAX);
	const uint32_t page = chip->base.info.geometry.page;
	const size_t size = img_view_size(bytes), room = page - (size_t)(at % page);
	struct chip_page *p = &chip->page[chip->loaded];
	size_t part = size < room ? size : room;
	enum img_status st;

	part = part < carried ? part : carried;
	p->header = chip_put_address(chip, p->frame, chip_program_opcode(chip), at);
	st = img_view_copy(bytes, 0, p->frame + p->header, part, err);
	p->size = part;
	p->at = at;
	p->taken = false;
	chip->loaded += st == IMG_OK;
	*used = part;
	return st;
}

/*
 * How long to let the chip alone with a page is in no table for the chip at hand. Shorter
 * by steps until it is too short, which costs a few pages that are sent again; then the
 * last that was enough, corrected once for each batch.
 */
static void learn(struct spi_chip *chip, size_t pages, size_t late, size_t lost)
{
	const uint32_t most = chip->base.info.geometry.page_max_us;
	uint32_t us = chip->page_us;

	if (pages < LEARN_PAGES)
		return;
	if (!late && !chip->learned)
		us -= us / 16;
	if (late && !chip->learned)
		us += us / 15;
	else if (lost * 16 > pages)
		us += us / 16;
	else if (late)
		us += us / 128;
	chip->learned |= late;
	chip->page_us = us < most ? us : most;
}

/* Sends the pages that were not taken yet, all in one batch; *taken is how many were. */
static enum img_status send_pages(struct spi_chip *chip, size_t count, size_t *taken,
				  struct chip_page **ignored, struct img_error *err)
{
	struct spi_transaction *batch = chip->batch;
	size_t i, n = 0, late = 0, lost = 0;
	enum img_status st;

	for (i = 0; i < count; i++) {
		struct chip_page *p = &chip->page[i];

		if (p->taken)
			continue;
		batch[n++] = (struct spi_transaction){ &wren, 1, NULL, 0, 0 };
		batch[n++] = (struct spi_transaction){ &rdsr, 1, &p->before, 1, 0 };
		batch[n++] = (struct spi_transaction){ p->frame, p->header + p->size, NULL, 0,
						       chip->page_us };
		batch[n++] = (struct spi_transaction){ &rdsr, 1, &p->after, 1, 0 };
	}
	st = chip_run(chip, batch, n, err);
	*taken = 0;
	*ignored = NULL;
	for (i = 0; st == IMG_OK && i < count; i++) {
		struct chip_page *p = &chip->page[i];

		if (p->taken)
			continue;
		p->taken = judge(chip, p->before, p->after) != IGNORED;
		late += (p->before | p->after) & SR1_WIP;
		*taken += p->taken;
		lost += !p->taken;
		if (!p->taken && !*ignored)
			*ignored = p;
	}
	if (st == IMG_OK)
		learn(chip, n / 4, late, lost);
	return st;
}

/* Has the last look seen the end of it already, with nothing more to ask? */
static bool at_rest(const struct spi_chip *chip, size_t count)
{
	const uint8_t after = chip->page[count - 1].after;

	return chip->traits.errors == CHIP_ERRORS_NONE && chip_status_plausible(chip, after) &&
	       !(after & SR1_WIP);
}

static enum img_status program_batch(struct spi_chip *chip, size_t count, uint64_t at,
				     struct img_error *err)
{
	const struct chip_geometry *g = &chip->base.info.geometry;
	struct chip_page *ignored;
	unsigned vain = 0;
	size_t taken;
	enum img_status st;

	for (;;) {
		const bool changed = chip->base.changed;

		chip->base.changed = chip->enabled = true;
		st = send_pages(chip, count, &taken, &ignored, err);
		if (st != IMG_OK)
			return st;
		if (!taken)
			chip->base.changed = changed;
		vain = taken ? 0 : vain + 1;
		if (ignored && vain == PROGRAM_ROUNDS)
			return chip_fail_ignored(chip, "program", ignored->at, ignored->before,
						 err);
		if (!at_rest(chip, count))
			st = chip_wait(chip, "program", g->page_typical_us, g->page_max_us, at,
				       err);
		if (st != IMG_OK || !ignored)
			return st;
	}
}

/* All that is loaded, which lies between two multiples of 16 MiB. */
static enum img_status send_loaded(struct spi_chip *chip, struct img_error *err)
{
	const size_t count = chip->loaded;
	enum img_status st;

	chip->loaded = 0;
	if (!count)
		return IMG_OK;
	st = chip_reach(chip, chip->page[0].at, err);
	if (st == IMG_OK)
		st = program_batch(chip, count, chip->page[0].at, err);
	return st;
}

static enum img_status program_pages(struct spi_chip *chip, uint64_t at, struct img_view bytes,
				     struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t used = 0;

	while (st == IMG_OK && img_view_size(bytes)) {
		if (chip->loaded >= chip->pace || chip->loaded == CHIP_PROGRAM_BATCH ||
		    (chip->loaded && chip->page[0].at / SEGMENT != at / SEGMENT))
			st = send_loaded(chip, err);
		if (st == IMG_OK)
			st = load_page(chip, at, bytes, &used, err);
		if (st == IMG_OK)
			st = img_view_slice(bytes, used, img_view_size(bytes) - used, &bytes, err);
		at += used;
	}
	if (st != IMG_OK)
		chip->loaded = 0;
	return st;
}

/* As much as lies before the next multiple of 16 MiB. */
static enum img_status program_segment(struct spi_chip *chip, uint64_t at, struct img_view bytes,
				       struct img_error *err)
{
	enum img_status st = chip_reach(chip, at, err);

	return st == IMG_OK ? chip_program_bytes(chip, at, bytes, err) : st;
}

void spi_chip_set_pace(struct chip *base, unsigned pages)
{
	spi_chip_of(base)->pace = pages;
}

enum img_status spi_chip_program_more(struct chip *base, uint64_t at, struct img_view bytes,
				      struct img_error *err)
{
	struct spi_chip *chip = spi_chip_of(base);
	const size_t len = img_view_size(bytes);
	enum img_status st = IMG_OK;
	struct img_view part;
	size_t done = 0;

	if (chip->base.info.geometry.program == CHIP_PROGRAM_PAGE)
		return program_pages(chip, at, bytes, err);
	while (st == IMG_OK && done < len) {
		const uint64_t room = SEGMENT - (at + done) % SEGMENT;
		const size_t n = len - done < room ? len - done : (size_t)room;

		st = img_view_slice(bytes, done, n, &part, err);
		if (st == IMG_OK)
			st = program_segment(chip, at + done, part, err);
		done += n;
	}
	return st;
}

enum img_status spi_chip_program_end(struct chip *base, struct img_error *err)
{
	return send_loaded(spi_chip_of(base), err);
}
