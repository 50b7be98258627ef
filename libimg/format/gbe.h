/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The GbE region: two copies ("banks") of the network controller's settings, MAC first.
 * Region size 8, 16 or 128 KiB; bank b starts at b * size / 2. Words are 16 bits, little
 * endian; only the first 64 words of a bank are looked at:
 *
 *	word 0x00..0x02	MAC, its first byte is the low byte of word 0
 *	word 0x0d	PCI device ID (10f5 ICH9, 1502 82579, 153a I217, 15d7 I219, ...)
 *	word 0x13	bits 15:14 == 10b: the bank is valid, says the hardware
 *	word 0x3f	chosen so that words 0x00..0x3f add up to 0xbaba
 *
 * A bank of 0xff is not there, which is no fault when the other is good. The two marks are
 * independent and both are reported: nvmutil looks at the sum only, the controller and
 * Linux e1000e at word 0x13.
 *
 * Sources: nvmutil (libreboot), Intel I217 data sheet, Linux e1000e; checked on real regions.
 */
#ifndef IMG_FORMAT_GBE_H
#define IMG_FORMAT_GBE_H

#include "libimg/core/view.h"

#define IMG_GBE_BANKS 2
#define IMG_GBE_MAC 6			/* bytes */
#define IMG_GBE_SUM 0xbaba

struct img_gbe_bank {
	uint64_t at;			/* in the region */
	uint8_t mac[IMG_GBE_MAC];
	uint16_t device;		/* word 0x0d */
	uint16_t word13;
	uint16_t checksum;		/* word 0x3f */
	uint16_t sum;			/* of words 0x00 to 0x3f; IMG_GBE_SUM when right */
	bool blank;			/* all 64 words are ffff */
	bool checksum_ok, signature_ok;
};

struct img_gbe {
	uint64_t bank_size;
	struct img_gbe_bank bank[IMG_GBE_BANKS];
};

/*
 * Decodes region, which is exactly the GbE region. Banks with bad marks are decoded like
 * good ones. *out is written only on IMG_OK.
 * IMG_E_UNSUPPORTED: region is not 8, 16 or 128 KiB.
 */
enum img_status img_gbe_decode(struct img_view region, struct img_gbe *out,
			       struct img_error *err) IMG_CHECKED;

/*
 * Writes mac and a new checksum into every bank whose checksum was right, as nvmutil does;
 * other banks stay as they are. On failure nothing is changed.
 * IMG_E_UNSUPPORTED: as img_gbe_decode(). IMG_E_CORRUPT: no bank has a right checksum.
 * IMG_E_USAGE: mac is all zeros or a multicast address.
 */
enum img_status img_gbe_set_mac(struct img_span region, const uint8_t mac[IMG_GBE_MAC],
				struct img_error *err) IMG_CHECKED;

/*
 * Exchanges the two banks: their first 4 KiB, which is all of them in a region of 8 KiB, and all
 * that nvmutil moves in larger ones. On failure nothing is changed.
 * IMG_E_UNSUPPORTED: as img_gbe_decode(). IMG_E_CORRUPT: no bank has a right checksum.
 */
enum img_status img_gbe_swap(struct img_span region, struct img_error *err) IMG_CHECKED;

/*
 * Puts the first 4 KiB of that bank over those of the other one.
 * IMG_E_USAGE: bank is not 0 or 1. IMG_E_UNSUPPORTED: as img_gbe_decode(). IMG_E_CORRUPT: the
 * bank's checksum is not right.
 */
enum img_status img_gbe_copy(struct img_span region, unsigned bank, struct img_error *err)
	IMG_CHECKED;

/*
 * Makes that bank's checksum right, whatever else is in the bank.
 * IMG_E_USAGE: bank is not 0 or 1. IMG_E_UNSUPPORTED: as img_gbe_decode().
 */
enum img_status img_gbe_set_checksum(struct img_span region, unsigned bank,
				     struct img_error *err) IMG_CHECKED;

/* "00:11:22:33:44:55" */
void img_gbe_mac_text(const uint8_t mac[IMG_GBE_MAC], char out[18]);

#endif
