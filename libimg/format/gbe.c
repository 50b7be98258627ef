/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/gbe.h"

#include <stdio.h>
#include <string.h>

#include "libimg/core/bytes.h"

enum {
	WORDS = 64,
	WORD_DEVICE = 0x0d,
	WORD_SIGNATURE = 0x13,
	WORD_CHECKSUM = 0x3f,
	NVM_BYTES = 2 * WORDS,
	MOVED = 0x1000,			/* of a bank: what nvmutil calls a part */
};

static uint16_t word(const uint8_t nvm[NVM_BYTES], size_t i)
{
	return img_get_le16(nvm + 2 * i);
}

static uint16_t sum(const uint8_t nvm[NVM_BYTES], size_t words)
{
	uint16_t total = 0;

	for (size_t i = 0; i < words; i++)
		total = (uint16_t)(total + word(nvm, i));
	return total;
}

static void decode_bank(const uint8_t nvm[NVM_BYTES], uint64_t at, struct img_gbe_bank *bank)
{
	memset(bank, 0, sizeof(*bank));
	bank->at = at;
	memcpy(bank->mac, nvm, IMG_GBE_MAC);
	bank->device = word(nvm, WORD_DEVICE);
	bank->word13 = word(nvm, WORD_SIGNATURE);
	bank->checksum = word(nvm, WORD_CHECKSUM);
	bank->sum = sum(nvm, WORDS);
	bank->blank = img_view_filled(img_view_of(nvm, NVM_BYTES), 0xff);
	bank->checksum_ok = bank->sum == IMG_GBE_SUM;
	bank->signature_ok = (bank->word13 & 0xc000) == 0x8000;
}

enum img_status img_gbe_decode(struct img_view region, struct img_gbe *out,
			       struct img_error *err)
{
	uint64_t size = img_view_size(region);
	struct img_gbe gbe = { .bank_size = size / IMG_GBE_BANKS };

	if (size != 0x2000 && size != 0x4000 && size != 0x20000)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(region),
				"a GbE region has 8192, 16384 or 131072 bytes, this one has %llu",
				(unsigned long long)size);
	for (unsigned b = 0; b < IMG_GBE_BANKS; b++) {
		uint8_t nvm[NVM_BYTES];
		enum img_status st =
			img_view_copy(region, b * gbe.bank_size, nvm, sizeof(nvm), err);

		if (st != IMG_OK)
			return st;
		decode_bank(nvm, b * gbe.bank_size, &gbe.bank[b]);
	}
	*out = gbe;
	return IMG_OK;
}

static enum img_status check_mac(const uint8_t mac[IMG_GBE_MAC], struct img_error *err)
{
	static const uint8_t zeros[IMG_GBE_MAC];
	char text[18];

	img_gbe_mac_text(mac, text);
	if (!memcmp(mac, zeros, sizeof(zeros)) || mac[0] & 1)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"%s cannot be the address of one card: it is %s", text,
				mac[0] & 1 ? "a multicast address" : "all zeros");
	return IMG_OK;
}

/* mac NULL: the one that is there. */
static enum img_status write_bank(struct img_span region, uint64_t at, const uint8_t *mac,
				  struct img_error *err)
{
	uint8_t nvm[NVM_BYTES];
	enum img_status st =
		img_view_copy(img_span_view(region), at, nvm, sizeof(nvm), err);

	if (st != IMG_OK)
		return st;
	if (mac)
		memcpy(nvm, mac, IMG_GBE_MAC);
	img_put_le16(nvm + 2 * WORD_CHECKSUM,
		     (uint16_t)(IMG_GBE_SUM - sum(nvm, WORD_CHECKSUM)));
	return img_span_write(region, at, img_view_of(nvm, sizeof(nvm)), err);
}

static enum img_status check_any_bank(const struct img_gbe *gbe, struct img_span region,
				      struct img_error *err)
{
	if (gbe->bank[0].checksum_ok || gbe->bank[1].checksum_ok)
		return IMG_OK;
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(img_span_view(region)),
			"neither bank of the GbE region has a right checksum (the words "
			"add up to 0x%04x and 0x%04x, not 0x%04x)",
			gbe->bank[0].sum, gbe->bank[1].sum, IMG_GBE_SUM);
}

enum img_status img_gbe_set_mac(struct img_span region, const uint8_t mac[IMG_GBE_MAC],
				struct img_error *err)
{
	struct img_gbe gbe;
	enum img_status st = check_mac(mac, err);

	if (st == IMG_OK)
		st = img_gbe_decode(img_span_view(region), &gbe, err);
	if (st != IMG_OK)
		return st;
	st = check_any_bank(&gbe, region, err);
	for (unsigned b = 0; b < IMG_GBE_BANKS && st == IMG_OK; b++) {
		if (gbe.bank[b].checksum_ok)
			st = write_bank(region, gbe.bank[b].at, mac, err);
	}
	return st;
}

enum img_status img_gbe_swap(struct img_span region, struct img_error *err)
{
	uint8_t first[MOVED], second[MOVED];
	struct img_gbe gbe;
	enum img_status st = img_gbe_decode(img_span_view(region), &gbe, err);

	if (st == IMG_OK)
		st = check_any_bank(&gbe, region, err);
	if (st == IMG_OK)
		st = img_view_copy(img_span_view(region), 0, first, MOVED, err);
	if (st == IMG_OK)
		st = img_view_copy(img_span_view(region), gbe.bank_size, second, MOVED, err);
	if (st == IMG_OK)
		st = img_span_write(region, 0, img_view_of(second, MOVED), err);
	if (st == IMG_OK)
		st = img_span_write(region, gbe.bank_size, img_view_of(first, MOVED), err);
	return st;
}

static enum img_status check_number(unsigned bank, struct img_error *err)
{
	if (bank < IMG_GBE_BANKS)
		return IMG_OK;
	return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "there are the banks 0 and 1, and no %u",
			bank);
}

enum img_status img_gbe_copy(struct img_span region, unsigned bank, struct img_error *err)
{
	struct img_view from;
	struct img_gbe gbe;
	enum img_status st = check_number(bank, err);

	if (st == IMG_OK)
		st = img_gbe_decode(img_span_view(region), &gbe, err);
	if (st != IMG_OK)
		return st;
	if (!gbe.bank[bank].checksum_ok)
		return img_fail(err, IMG_E_CORRUPT,
				img_view_origin(img_span_view(region)) + gbe.bank[bank].at,
				"bank %u is not copied: its checksum is wrong (the words add up to "
				"0x%04x, not 0x%04x)", bank, gbe.bank[bank].sum, IMG_GBE_SUM);
	st = img_view_slice(img_span_view(region), gbe.bank[bank].at, MOVED, &from, err);
	return st == IMG_OK ? img_span_write(region, gbe.bank[!bank].at, from, err) : st;
}

enum img_status img_gbe_set_checksum(struct img_span region, unsigned bank,
				     struct img_error *err)
{
	struct img_gbe gbe;
	enum img_status st = check_number(bank, err);

	if (st == IMG_OK)
		st = img_gbe_decode(img_span_view(region), &gbe, err);
	return st == IMG_OK ? write_bank(region, gbe.bank[bank].at, NULL, err) : st;
}

void img_gbe_mac_text(const uint8_t mac[IMG_GBE_MAC], char out[18])
{
	snprintf(out, 18, "%02x:%02x:%02x:%02x:%02x:%02x", mac[0], mac[1], mac[2], mac[3],
		 mac[4], mac[5]);
}
