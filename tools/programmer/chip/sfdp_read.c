/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/chip/state.h"

#include <string.h>

#define TABLE_MAX (255u * 4)		/* a length of words in one byte */
#define HEADERS_MAX (SFDP_TABLES_MAX * SFDP_HEADER)
#define PART ((size_t)128)		/* bytes read at once */

/* Twice, since there is no checksum. */
static enum img_status read_part(struct spi_chip *chip, uint32_t at, uint8_t *into, size_t size,
				 struct img_error *err)
{
	const uint8_t frame[5] = { OP_SFDP, (uint8_t)(at >> 16), (uint8_t)(at >> 8), (uint8_t)at };
	uint8_t again[PART];
	const struct spi_transaction batch[] = {
		{ frame, sizeof(frame), into, size, 0 }, { frame, sizeof(frame), again, size, 0 },
	};
	enum img_status st = chip_run(chip, batch, 2, err);

	if (st == IMG_OK && memcmp(into, again, size))
		st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			      "the chip's SFDP table does not read the same twice: check the "
			      "contacts and shorten the wires");
	return st;
}

static enum img_status read_space(struct spi_chip *chip, uint32_t at, uint8_t *into, size_t size,
				  struct img_error *err)
{
	const size_t most = chip_carried(chip->bus->most_in, PART);
	enum img_status st = IMG_OK;
	size_t done, n;

	for (done = 0; st == IMG_OK && done < size; done += n) {
		n = size - done < most ? size - done : most;
		st = read_part(chip, at + (uint32_t)done, into + done, n, err);
	}
	return st;
}

static enum img_status read_table(struct spi_chip *chip, struct img_view headers, unsigned id,
				  uint8_t buffer[TABLE_MAX], struct img_view *out,
				  struct img_error *err)
{
	struct sfdp_table table;
	enum img_status st = sfdp_find(headers, id, &table, err);

	if (st == IMG_OK)
		st = read_space(chip, table.at, buffer, table.size, err);
	if (st == IMG_OK)
		*out = img_view_of(buffer, table.size);
	return st;
}

static enum img_status read_tables(struct spi_chip *chip, size_t count, struct sfdp *out,
				   struct img_error *err)
{
	uint8_t raw[HEADERS_MAX] = { 0 }, table[TABLE_MAX];
	struct img_view headers = img_view_of(raw, count * SFDP_HEADER), view;
	struct img_error ignored;
	enum img_status st = read_space(chip, SFDP_HEADER, raw, count * SFDP_HEADER, err);

	if (st == IMG_OK)
		st = read_table(chip, headers, SFDP_BASIC, table, &view, err);
	if (st == IMG_OK)
		st = sfdp_decode_basic(view, out, err);
	if (st != IMG_OK)
		return st;
	st = read_table(chip, headers, SFDP_4BYTE, table, &view, &ignored);
	if (st == IMG_OK)
		st = sfdp_decode_4byte(view, out, &ignored);
	if (st != IMG_E_IO && st != IMG_E_TIMEOUT)
		return IMG_OK;		/* most chips have no such table */
	if (err)
		*err = ignored;
	return st;
}

enum img_status chip_read_sfdp(struct spi_chip *chip, struct sfdp *out, struct img_error *err)
{
	uint8_t head[SFDP_HEADER];
	size_t count;
	enum img_status st = read_space(chip, 0, head, sizeof(head), err);

	if (st == IMG_OK)
		st = sfdp_count(img_view_of(head, sizeof(head)), &count, err);
	if (st == IMG_OK)
		st = read_tables(chip, count, out, err);
	return st;
}
