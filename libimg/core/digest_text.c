/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What needs no libcrypto: to load that takes longer than most programs do. */
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "libimg/core/digest.h"

static const struct {
	const char *name;
	size_t size;
} kinds[] = {
	[IMG_SHA1] = { "sha1", 20 }, [IMG_SHA224] = { "sha224", 28 },
	[IMG_SHA256] = { "sha256", 32 }, [IMG_SHA384] = { "sha384", 48 },
	[IMG_SHA512] = { "sha512", 64 }, [IMG_MD5] = { "md5", 16 },
};

size_t img_digest_size(enum img_digest_kind kind)
{
	return kinds[kind].size;
}

const char *img_digest_name(enum img_digest_kind kind)
{
	return kinds[kind].name;
}

bool img_digest_kind_of(const char *name, enum img_digest_kind *out)
{
	unsigned i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		if (strcasecmp(name, kinds[i].name))
			continue;
		*out = (enum img_digest_kind)i;
		return true;
	}
	return false;
}

bool img_digest_equal(const struct img_digest *a, const struct img_digest *b)
{
	return a->kind == b->kind && !memcmp(a->bytes, b->bytes, kinds[a->kind].size);
}

void img_digest_hex(const struct img_digest *d, char out[IMG_DIGEST_HEX])
{
	size_t i;

	for (i = 0; i < d->size; i++)
		snprintf(out + 2 * i, 3, "%02x", d->bytes[i]);
}

static int nibble(char c)
{
	static const char digits[] = "0123456789abcdef";
	const char *p = c ? strchr(digits, c >= 'A' && c <= 'F' ? c | 0x20 : c) : NULL;

	return p ? (int)(p - digits) : -1;
}

bool img_digest_parse(enum img_digest_kind kind, const char *hex, struct img_digest *out)
{
	struct img_digest d = { .kind = kind, .size = kinds[kind].size };
	size_t i;

	if (strlen(hex) != 2 * d.size)
		return false;
	for (i = 0; i < d.size; i++) {
		int high = nibble(hex[2 * i]), low = nibble(hex[2 * i + 1]);

		if (high < 0 || low < 0)
			return false;
		d.bytes[i] = (uint8_t)(high << 4 | low);
	}
	*out = d;
	return true;
}
