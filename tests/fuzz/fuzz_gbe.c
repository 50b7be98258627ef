/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GbE regions, read and edited; sums are added up here once more. */
#include "libimg/core/bytes.h"
#include "libimg/format/gbe.h"
#include "tests/fuzz/fuzz.h"

enum { SET_MAC, SWAP, COPY, SET_CHECKSUM, EDITS, PARAMS = 8 };

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	for (uint8_t kind = 0; kind < EDITS; kind++) {
		const uint8_t params[PARAMS] = { kind, 1, 0x00, 0xde, 0xad, 0xc0, 0xff, 0xee };

		fuzz_add_fixture(add, ctx, params, PARAMS, "good-gbe");
		fuzz_add_fixture(add, ctx, params, PARAMS, "good-gbe-one-bank");
		fuzz_add_fixture(add, ctx, params, PARAMS, "bad-gbe-checksum");
		fuzz_add_fixture(add, ctx, params, PARAMS, "unsupported-gbe-size");
		fuzz_add_files(add, ctx, params, PARAMS, "gbe", 0x4000);
	}
}

static void check_decoded(struct img_view region, const struct img_gbe *gbe)
{
	struct img_reader r = img_reader_of(region, NULL);

	fuzz_must(gbe->bank_size * 2 == img_view_size(region));
	for (unsigned b = 0; b < IMG_GBE_BANKS; b++) {
		const struct img_gbe_bank *bank = &gbe->bank[b];
		uint16_t sum = 0, word;
		bool blank = true;

		fuzz_must(bank->at == b * gbe->bank_size);
		img_read_seek(&r, bank->at);
		for (unsigned i = 0; i < 64; i++) {
			word = img_read_le16(&r);
			sum = (uint16_t)(sum + word);
			blank = blank && word == 0xffff;
			if (i < 3)
				fuzz_must(img_get_le16(bank->mac + 2 * i) == word);
			if (i == 0x13)
				fuzz_must(bank->signature_ok == ((word & 0xc000) == 0x8000));
		}
		fuzz_must(bank->sum == sum && bank->checksum_ok == (sum == 0xbaba));
		fuzz_must(bank->blank == blank);
	}
}

static enum img_status apply(unsigned kind, unsigned bank, const uint8_t *mac, struct img_span s,
			     struct img_error *err)
{
	switch (kind) {
	case SET_MAC: return img_gbe_set_mac(s, mac, err);
	case SWAP: return img_gbe_swap(s, err);
	case COPY: return img_gbe_copy(s, bank, err);
	default: return img_gbe_set_checksum(s, bank, err);
	}
}

static void check_edit(unsigned kind, unsigned bank, const uint8_t *mac, struct img_view before,
		       const struct img_gbe *old, struct img_view after)
{
	struct img_error err;
	struct img_gbe new;

	fuzz_ok(img_gbe_decode(after, &new, &err), &err);
	check_decoded(after, &new);
	for (unsigned b = 0; b < IMG_GBE_BANKS; b++) {
		bool ok = old->bank[b].checksum_ok;

		if (kind == SET_MAC)
			fuzz_must(new.bank[b].checksum_ok == ok &&
				  (!ok || !memcmp(new.bank[b].mac, mac, IMG_GBE_MAC)));
		if (kind == SWAP)
			fuzz_must(new.bank[b].sum == old->bank[!b].sum);
		if (kind == COPY)
			fuzz_must(new.bank[b].sum == old->bank[bank].sum);
	}
	if (kind == SET_CHECKSUM) {
		fuzz_must(new.bank[bank].checksum_ok);
		fuzz_must(fuzz_same_outside(before, after, bank * new.bank_size + 0x7e, 2));
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), region;
	struct img_reader r = img_reader_of(all, NULL);
	unsigned kind = img_read_u8(&r) % EDITS, bank = img_read_u8(&r) % 4;
	uint8_t mac[IMG_GBE_MAC];
	struct img_error err;
	struct img_gbe gbe;
	struct img *img;
	enum img_status st, edit;

	img_read_bytes(&r, mac, sizeof(mac));
	region = fuzz_rest(all, &r);
	img = fuzz_copy(region);
	if (!img)
		return 0;
	st = img_gbe_decode(region, &gbe, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		check_decoded(region, &gbe);
	edit = apply(kind, bank, mac, img_span(img), &err);
	fuzz_check_error(edit, &err);
	fuzz_must(st == IMG_OK || edit != IMG_OK);
	if (edit == IMG_OK)
		check_edit(kind, bank, mac, region, &gbe, img_bytes(img));
	else
		fuzz_must(img_view_equal(region, img_bytes(img)));
	img_close(img);
	return 0;
}
