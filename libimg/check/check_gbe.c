/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settings of the network controller: banks, checksums, and whose MAC address it is. */
#include <string.h>
#include <strings.h>

#include "libimg/check/table.h"
#include "libimg/format/gbe.h"

static const char zero[] = "00:00:00:00:00:00";

/* In the GbE files that projects ship: many machines have these. */
static const char *const stock[] = { "00:de:ad:c0:ff:ee", "88:88:88:88:87:88" };

static bool is_good(const struct img_gbe_bank *b)
{
	return b->checksum_ok && b->signature_ok;
}

bool img_check_gbe_banks(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_gbe_bank *b = in->gbe.bank;

	if (!in->has_gbe)
		return false;
	if (!is_good(&b[0]) && !is_good(&b[1]))
		img_check_say(r, in->gbe_at,
			      "both banks of the GbE region are bad (sums 0x%04x and 0x%04x, "
			      "expected 0x%04x; word 0x13 is 0x%04x and 0x%04x, expected bits 10 "
			      "at its top): the network controller would not work; put a GbE "
			      "region of a backup in, or rom-gbe setchecksum",
			      b[0].sum, b[1].sum, IMG_GBE_SUM, b[0].word13, b[1].word13);
	return true;
}

bool img_check_gbe_checksum(const struct img_check_subject *in, struct img_check_report *r)
{
	if (!in->has_gbe)
		return false;
	for (unsigned i = 0; i < IMG_GBE_BANKS; i++) {
		const struct img_gbe_bank *b = &in->gbe.bank[i];

		if (!b->blank && !b->checksum_ok && is_good(&in->gbe.bank[1 - i]))
			img_check_say(r, in->gbe_at + b->at,
				      "the checksum of GbE bank %u is bad (sum 0x%04x, expected "
				      "0x%04x); the other bank is good and is used; rom-gbe copy "
				      "%u repairs it", i, b->sum, IMG_GBE_SUM, 1 - i);
	}
	return true;
}

bool img_check_gbe_mac(const struct img_check_subject *in, struct img_check_report *r)
{
	char mac[18];

	if (!in->has_gbe)
		return false;
	for (unsigned i = 0; i < IMG_GBE_BANKS; i++) {
		const struct img_gbe_bank *b = &in->gbe.bank[i];

		img_gbe_mac_text(b->mac, mac);
		if (is_good(b) && (b->mac[0] & 1 || !strcmp(mac, zero)))
			img_check_say(r, in->gbe_at + b->at,
				      "the MAC address of GbE bank %u is %s, which is %s: no "
				      "machine can have it; rom-gbe setmac writes another", i, mac,
				      b->mac[0] & 1 ? "a multicast address" : "all zeros");
	}
	return true;
}

bool img_check_mac_is_stock(const uint8_t mac[IMG_GBE_MAC], const struct img_board *board)
{
	char text[18];

	img_gbe_mac_text(mac, text);
	return !strcmp(text, stock[0]) || !strcmp(text, stock[1]) ||
	       (board && board->gbe_mac && !strcasecmp(text, board->gbe_mac));
}

bool img_check_gbe_stock_mac(const struct img_check_subject *in, struct img_check_report *r)
{
	const struct img_gbe_bank *b = in->gbe.bank;
	char mac[18];

	if (!in->has_gbe || (!is_good(&b[0]) && !is_good(&b[1])))
		return false;
	b += is_good(&b[0]) ? 0 : 1;
	img_gbe_mac_text(b->mac, mac);
	if (img_check_mac_is_stock(b->mac, in->board))
		img_check_say(r, in->gbe_at + b->at,
			      "the MAC address is %s, as shipped with every image: two such "
			      "machines in one network disturb each other; rom-inject --mac or "
			      "--gbe-from, or rom-gbe setmac, give it its own", mac);
	return true;
}
