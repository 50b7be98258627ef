/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payloads: read, made into ELF files, and made of them again. */
#include "libimg/format/elf.h"
#include "libimg/format/payload.h"
#include "tests/fuzz/fuzz.h"
#include "tests/synth/module.h"

enum { SIZE_MAX_OUT = 8 << 20 };

/* In front: what to do, compression. */
void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	struct img_error err;
	struct img *elf, *payload;
	bool kept;

	fuzz_ok(synth_module("payload", 0x1000, &elf, &err), &err);
	for (uint8_t c = 0; c < 4; c++) {
		const uint8_t from_elf[] = { 1, c }, from_flat[] = { 2, c }, read[] = { 0, c };

		fuzz_add_with(add, ctx, from_elf, 2, img_bytes(elf));
		fuzz_add_with(add, ctx, from_flat, 2, img_view_of("flat program", 12));
		fuzz_ok(img_payload_from_elf(img_bytes(elf), c, &payload, &kept, &err), &err);
		fuzz_add_with(add, ctx, read, 2, img_bytes(payload));
		img_close(payload);
	}
	img_close(elf);
}

/* Would it take so much memory that it is only slow? */
static bool too_large(struct img_view payload)
{
	struct img_payload_segment s;
	uint64_t sum = 0;

	for (uint32_t i = 0; img_payload_segment(payload, i, &s, NULL) == IMG_OK; i++)
		sum += s.memory_size;
	return sum > SIZE_MAX_OUT;
}

static void read_payload(struct img_view payload)
{
	struct img_payload_segment s;
	struct img_error err;
	struct img *elf = NULL, *again = NULL;
	enum img_status st;
	bool kept;

	for (uint32_t i = 0; i <= IMG_PAYLOAD_SEGMENTS_MAX; i++) {
		st = img_payload_segment(payload, i, &s, &err);
		fuzz_check_error(st, &err);
		if (st != IMG_OK)
			break;
		if (s.kind == IMG_PAYLOAD_ENTRY || s.kind == IMG_PAYLOAD_BSS)
			continue;
		fuzz_must(s.offset <= img_view_size(payload) &&
			  s.size <= img_view_size(payload) - s.offset);
	}
	if (too_large(payload))
		return;
	st = img_payload_to_elf(payload, &elf, &err);
	fuzz_check_error(st, &err);
	if (st != IMG_OK)
		return;
	/* What we wrote we can read: it is an ELF file, and a payload where it has segments. */
	st = img_payload_from_elf(img_bytes(elf), 0, &again, &kept, &err);
	fuzz_check_error(st, &err);
	fuzz_must(st == IMG_OK || st == IMG_E_CORRUPT);
	if (st == IMG_OK)
		img_close(again);
	img_close(elf);
}

static void check_made(struct img *payload, bool kept, uint32_t compression)
{
	struct img_error err;
	struct img *elf = NULL;

	fuzz_must(!kept || compression);
	if (!too_large(img_bytes(payload))) {
		fuzz_ok(img_payload_to_elf(img_bytes(payload), &elf, &err), &err);
		img_close(elf);
	}
	img_close(payload);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), rest;
	struct img_reader r = img_reader_of(all, NULL);
	unsigned what = img_read_u8(&r) % 3;
	uint32_t compression = img_read_u8(&r) % 5;
	struct img *payload = NULL;
	struct img_error err;
	enum img_status st;
	bool kept;

	rest = fuzz_rest(all, &r);
	if (what == 0) {
		read_payload(rest);
		return 0;
	}
	if (what == 1)
		st = img_payload_from_elf(rest, compression, &payload, &kept, &err);
	else
		st = img_payload_from_flat(rest, 0x100000, 0x100000 + size / 3, compression,
					   &payload, &kept, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_made(payload, kept, compression);
	return 0;
}
