/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/mac_text.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <strings.h>
#include <sys/random.h>

static const char random_pattern[] = "??:??:??:??:??:??";
enum { TEXT_LENGTH = 17 };

static int digit(char c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (strchr("abcdef", c | 0x20) && c > 0x20)
		return (c | 0x20) - 'a' + 10;
	return c == '?' || (c | 0x20) == 'x' ? 16 : -1;
}

static enum img_status bad_text(const char *text, struct img_error *err)
{
	return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
			"\"%.40s\" is no MAC address; write it as 00:1f:16:??:??:??, with ? or "
			"x for random digits", text);
}

/* One byte of the pattern; random is where unknown digits come from. */
static bool parse_byte(const char *text, bool first, uint8_t random, uint8_t *out)
{
	int high = digit(text[0]), low = digit(text[1]);

	if (high < 0 || low < 0)
		return false;
	if (high == 16)
		high = random >> 4;
	if (low == 16)
		low = first ? (random & 0xe) | 2 : random & 0xf;
	*out = (uint8_t)(high << 4 | low);
	return true;
}

enum img_status mac_text_parse(const char *text, uint8_t mac[IMG_GBE_MAC], struct img_error *err)
{
	uint8_t random[IMG_GBE_MAC], out[IMG_GBE_MAC];
	unsigned i, sum = 0;

	if (!strcasecmp(text, "random"))
		text = random_pattern;
	if (strlen(text) != TEXT_LENGTH)
		return bad_text(text, err);
	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		return img_fail_errno(err, errno, "no random numbers for the MAC address");
	for (i = 0; i < IMG_GBE_MAC; i++) {
		if (!parse_byte(text + 3 * i, i == 0, random[i], &out[i]) ||
		    (i < IMG_GBE_MAC - 1 && text[3 * i + 2] != ':'))
			return bad_text(text, err);
		sum += out[i];
	}
	if (!sum || (out[0] & 1))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"%s is %s; no network card may have it", text,
				sum ? "a multicast address" : "all zeros");
	memcpy(mac, out, sizeof(out));
	return IMG_OK;
}
