/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Something on the bus that answers anything: it is a chip or is not, in bounded time, and until
 * it is known nothing is sent that erases or programs.
 */
#include "tests/fuzz/fuzz.h"
#include "tools/programmer/chip/chip.h"

enum { FRAMES_MAX = 300000, ID = 8, FRAME_US = 50 };

struct hostile {
	struct spi_bus bus;	/* first, so that one can be had from the other */
	struct img_view id, sfdp, rest;
	uint64_t now, cursor;
	unsigned frames;
	bool known;		/* the chip is open: it may be changed */
};

static uint8_t byte_of(struct img_view v, uint64_t at)
{
	uint8_t b = 0xff;

	if (img_view_size(v))
		fuzz_must(img_view_copy(v, at % img_view_size(v), &b, 1, NULL) == IMG_OK);
	return b;
}

static bool changes(uint8_t opcode)
{
	static const uint8_t bad[] = { 0x02, 0x12, 0xad, 0xaf, 0x20, 0x21, 0x52, 0x5c, 0xd8, 0xdc,
				       0x60, 0xc7, 0xd7, 0xc4, 0x81, 0x62, 0x42, 0x44 };

	return memchr(bad, opcode, sizeof(bad));
}

static void answer(struct hostile *h, const struct spi_transaction *t)
{
	uint64_t at = 0;

	if (t->nout > 3)
		at = (uint64_t)t->out[1] << 16 | (uint64_t)t->out[2] << 8 | t->out[3];
	for (size_t i = 0; i < t->nin; i++) {
		if (t->nout && t->out[0] == 0x9f)
			t->in[i] = byte_of(h->id, i);
		else if (t->nout && t->out[0] == 0x5a)
			t->in[i] = byte_of(h->sfdp, at + i);
		else
			t->in[i] = byte_of(h->rest, h->cursor++);
	}
}

static enum img_status run(struct spi_bus *bus, const struct spi_transaction *batch, size_t n,
			   struct img_error *err)
{
	struct hostile *h = (struct hostile *)bus;

	(void)err;
	for (size_t i = 0; i < n; i++) {
		fuzz_must(++h->frames < FRAMES_MAX);
		fuzz_must(h->known || !batch[i].nout || !changes(batch[i].out[0]));
		answer(h, &batch[i]);
		h->now += FRAME_US + batch[i].delay_us + batch[i].nout + batch[i].nin;
	}
	return IMG_OK;
}

static uint64_t now_us(struct spi_bus *bus)
{
	return ((struct hostile *)bus)->now;
}

/* In front: how much is the table; the id; the table; what else is answered, again and again. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const uint8_t ids[][ID] = {
		{ 0xef, 0x40, 0x17, 0, 0, 0, 0, 0 }, { 0xc2, 0x20, 0x17 },
		{ 0x20, 0xba, 0x18, 0x10 },
		{ 0x01, 0x02, 0x19, 0x4d, 1, 0x80 }, { 0xbf, 0x26, 0x43 }, { 0xff, 0xff, 0xff },
		{ 0x1f, 0x47, 0x01 }, { 0xbf, 0x25, 0x8e }, { 0x9d, 0x60, 0x19 },
	};
	uint8_t front[1 + ID + 16 + 4];

	for (size_t i = 0; i < sizeof(ids) / sizeof(ids[0]); i++)
		for (uint8_t status = 0; status < 3; status++) {
			memset(front, status ? 0xff : 0, sizeof(front));
			front[0] = 16;
			memcpy(front + 1, ids[i], ID);
			memcpy(front + 1 + ID, "SFDP\5\1\0\xff\0\5\1\x10\x80\0\0\xff", 16);
			memset(front + 1 + ID + 16, status == 1 ? 0x1c : status == 2 ? 2 : 0, 4);
			add(ctx, img_view_of(front, sizeof(front)));
		}
}

static void use(struct chip *chip)
{
	const struct chip_info *info = chip_info(chip);
	static uint8_t buffer[600];
	struct img_error err;

	fuzz_must(info->geometry.size && !(info->geometry.size & (info->geometry.size - 1)));
	fuzz_must(info->geometry.size <= IMG_SIZE_MAX);
	fuzz_must(info->geometry.erase_count <= CHIP_ERASE_KINDS);
	fuzz_must(info->name[0] && memchr(info->name, 0, sizeof(info->name)));
	(void)chip_is_named(chip, "W25Q64BV");
	fuzz_check_error(chip_read(chip, 0x100, img_span_of(buffer, sizeof(buffer)), &err), &err);
	fuzz_must(chip_read(chip, info->geometry.size - 1, img_span_of(buffer, 2), &err) ==
		  IMG_E_BOUNDS);
	fuzz_check_error(chip_unlock(chip, &err), &err);
	fuzz_check_error(chip_program(chip, 0x80, img_view_of(buffer, sizeof(buffer)), &err), &err);
	if (info->geometry.erase_count)
		fuzz_check_error(chip_erase(chip, &info->geometry.erase[0], 0, &err), &err);
	fuzz_must(chip_program(chip, info->geometry.size, img_view_of(buffer, 1), &err) !=
		  IMG_OK);
	fuzz_check_error(chip_close(chip, &err), &err);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size);
	struct hostile h = { .bus = { .run = run, .now_us = now_us } };
	struct chip_options options = { 0 };
	struct img_error err;
	struct chip *chip = NULL;
	enum img_status st;
	size_t table;

	if (size < 1 + ID)
		return 0;
	table = data[0] % 0x80;
	options.keep_busy = data[0] & 0x80;
	if (table > size - 1 - ID)
		table = size - 1 - ID;
	fuzz_must(img_view_slice(all, 1, ID, &h.id, NULL) == IMG_OK);
	fuzz_must(img_view_slice(all, 1 + ID, table, &h.sfdp, NULL) == IMG_OK);
	fuzz_must(img_view_slice(all, 1 + ID + table, size - 1 - ID - table, &h.rest, NULL) ==
		  IMG_OK);
	st = chip_open_with(&h.bus, &options, &chip, &err);
	fuzz_check_error(st, &err);
	h.known = st == IMG_OK;
	if (st == IMG_OK)
		use(chip);
	return 0;
}
