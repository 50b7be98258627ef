/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The manifest of FTPR: version, key, generation; and the directory that leads to it. */
#include <string.h>

#include "libimg/core/digest.h"
#include "libimg/format/me_internal.h"

enum {
	CPD_HEADER_V1 = 0x10,
	CPD_HEADER_V2 = 0x14,
	CPD_ENTRIES_MAX = 1024,
	MODULUS_2048 = 0x100,
	EXPONENT = 4,
	MANIFEST_MAX = 0x100000,
};

/* MD5 of modulus and exponent, whose key it is, and what was signed with it. */
static const struct {
	const char *md5;
	enum img_me_family family;
	const char *versions;
} keys[] = {
	{ "8431285d43b0f2a2f520d7cab3d34178", IMG_ME_FAMILY_ME, "2.0.x.x, 2.1.x.x, 2.2.x.x" },
	{ "4c00dd06c28119b5c1e5bb8eb6f30596", IMG_ME_FAMILY_ME, "2.5.x.x, 2.6.x.x" },
	{ "9c24077a7f7490967855e9c4c16c6b9e", IMG_ME_FAMILY_ME, "3.x.x.x" },
	{ "bf41464be736f5520d80c67f6789020e", IMG_ME_FAMILY_ME, "4.x.x.x" },
	{ "5c7169b7e7065323fb7b3b5657b4d57a", IMG_ME_FAMILY_ME, "5.x.x.x" },
	{ "763e59ebe235e45a197a5b1a378dfa04", IMG_ME_FAMILY_ME, "6.x.x.x" },
	{ "3a98c847d609c253e145bd36512629cb", IMG_ME_FAMILY_ME, "6.0.50.x" },
	{ "0903fc25b0f6bed8c4ed724aca02124c", IMG_ME_FAMILY_ME, "7.x.x.x, 8.x.x.x" },
	{ "2011ae6df87c40fba09e3f20459b1ce0", IMG_ME_FAMILY_ME, "9.0.x.x, 9.1.x.x" },
	{ "e8427c5691cf8b56bc5cdd82746957ed", IMG_ME_FAMILY_ME, "9.5.x.x, 10.x.x.x" },
	{ "986a78e481f185f7d54e4af06eb413f6", IMG_ME_FAMILY_ME, "11.x.x.x" },
	{ "bda0b6bb8ca0bf0cac55ac4c4d55e0f2", IMG_ME_FAMILY_TXE, "1.x.x.x" },
	{ "b726a2ab9cd59d4e62fe2bead7cf6997", IMG_ME_FAMILY_TXE, "1.x.x.x" },
	{ "0633d7f951a3e7968ae7460861be9cfb", IMG_ME_FAMILY_TXE, "2.x.x.x" },
	{ "1d0a36e9f5881540d8e4b382c6612ed8", IMG_ME_FAMILY_TXE, "3.x.x.x" },
	{ "be900fef868f770d266b1fc67e887e69", IMG_ME_FAMILY_SPS, "2.x.x.x" },
	{ "4622e3f2cb212a89c90a4de3336d88d2", IMG_ME_FAMILY_SPS, "3.x.x.x" },
	{ "31ef3d950eac99d18e187375c0764ca4", IMG_ME_FAMILY_SPS, "4.x.x.x" },
	{ "645f093c24ec0302df950e6dd1a51789", IMG_ME_FAMILY_ME, "8.0.0.x (pre-production)" },
};

/* --- the directory ---------------------------------------------------------------------- */

enum img_status img_me_read_directory(struct img_view region, uint64_t at,
				      struct img_me_directory *out, struct img_error *err)
{
	struct img_reader r = img_reader_of(region, err);
	struct img_me_directory d = { .at = at };
	uint64_t entries_at;
	uint8_t tag[4];

	if (!img_me_is_at(region, at, "$CPD"))
		return img_fail(err, IMG_E_ABSENT, img_view_origin(region) + at, "no directory");
	img_read_seek(&r, at + 4);
	d.count = img_read_le32(&r);
	d.version = img_read_u8(&r);
	img_read_skip(&r, 1);
	d.header_size = img_read_u8(&r);
	img_read_skip(&r, 1);
	img_read_bytes(&r, tag, sizeof(tag));
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	img_me_text(tag, d.name);
	if (d.header_size != CPD_HEADER_V1 && d.header_size != CPD_HEADER_V2)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + at,
				"the directory of an ME partition has a header of 0x%x bytes; 0x10 "
				"and 0x14 are known", (unsigned)d.header_size);
	if (d.count > CPD_ENTRIES_MAX)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + at,
				"the directory of an ME partition has %u entries, far more than "
				"any has", (unsigned)d.count);
	entries_at = at + d.header_size;
	if (entries_at > img_view_size(region) ||
	    d.count > (img_view_size(region) - entries_at) / ME_CPD_ENTRY)
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(region) + at,
				"the directory of an ME partition, of %u entries, leaves "
				"the region",
				(unsigned)d.count);
	*out = d;
	return IMG_OK;
}

struct img_me_entry img_me_directory_entry(struct img_view region,
					   const struct img_me_directory *d, uint32_t i)
{
	struct img_reader r = img_reader_of(region, NULL);
	struct img_me_entry e = { .name = "" };
	uint32_t word;

	img_read_seek(&r, d->at + d->header_size + (uint64_t)i * ME_CPD_ENTRY);
	img_read_bytes(&r, e.name, sizeof(e.name) - 1);
	word = img_read_le32(&r);
	e.offset = word & 0x1ffffff;
	e.huffman = word >> 25 & 1;
	e.length = img_read_le32(&r);
	return e;
}

static enum img_status find_in_directory(struct img_view region, uint64_t boot_at,
					 uint64_t *manifest_at, struct img_error *err)
{
	struct img_me_directory d;
	enum img_status st = img_me_read_directory(region, boot_at, &d, err);

	for (uint32_t i = 0; st == IMG_OK && i < d.count; i++) {
		struct img_me_entry e = img_me_directory_entry(region, &d, i);

		if (!strcmp(e.name, "FTPR.man")) {
			*manifest_at = boot_at + e.offset;
			return IMG_OK;
		}
	}
	if (st != IMG_OK)
		return st;
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + boot_at,
			"the directory of FTPR has no manifest (FTPR.man)");
}

/* --- the manifest ----------------------------------------------------------------------- */

static enum img_status check_lengths(struct img_view region, const struct img_me_manifest *m,
				     struct img_error *err)
{
	uint64_t origin = img_view_origin(region) + m->at;
	uint64_t key_end = ME_MANIFEST_FIXED + 2 * m->modulus_size + EXPONENT;

	if (m->header_size < key_end || m->size < m->header_size || m->size > MANIFEST_MAX)
		return img_fail(err, IMG_E_CORRUPT, origin,
				"the manifest of FTPR has a header of 0x%llx bytes in 0x%llx; with "
				"its key it needs 0x%llx",
				(unsigned long long)m->header_size, (unsigned long long)m->size,
				(unsigned long long)key_end);
	if (m->size > img_view_size(region) - m->at)
		return img_fail(err, IMG_E_BOUNDS, origin,
				"the manifest of FTPR, of 0x%llx bytes, leaves the region",
				(unsigned long long)m->size);
	return IMG_OK;
}

static enum img_status decode_manifest(struct img_view region, uint64_t at, const char *tag,
				       struct img_me_manifest *out, struct img_error *err)
{
	struct img_reader r = img_reader_of(region, err);
	struct img_me_manifest m = { .at = at };
	uint32_t modulus;

	img_read_seek(&r, at + 4);
	m.header_size = (uint64_t)img_read_le32(&r) * 4;
	img_read_seek(&r, at + 0x18);
	m.size = (uint64_t)img_read_le32(&r) * 4;
	img_read_skip(&r, 4);
	m.modules = img_read_le32(&r);
	for (unsigned i = 0; i < 4; i++)
		m.version[i] = img_read_le16(&r);
	img_read_seek(&r, at + 0x78);
	modulus = img_read_le32(&r);
	m.modulus_size = modulus == 0x60 ? 0x180 : MODULUS_2048;
	/* The last byte of the signature tells that all of it is here. */
	img_read_seek(&r, at + ME_MANIFEST_FIXED + 2 * m.modulus_size + EXPONENT - 1);
	(void)img_read_u8(&r);
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (!img_me_is_at(region, at + 0x1c, tag))
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + at + 0x1c,
				"the manifest of FTPR should have %s here; the region is damaged "
				"or cut off", tag);
	*out = m;
	return check_lengths(region, &m, err);
}

/* Which key it is, and by that whose firmware. */
static enum img_status identify_key(struct img_view region, struct img_me *me,
				    struct img_error *err)
{
	const struct img_me_manifest *m = &me->manifest;
	char hex[IMG_DIGEST_HEX];
	struct img_digest md5;
	struct img_view key;
	enum img_status st;

	st = img_view_slice(region, m->at + ME_MANIFEST_FIXED, m->modulus_size + EXPONENT, &key,
			    err);
	if (st == IMG_OK)
		st = img_digest(IMG_MD5, key, &md5, err);
	/* A libcrypto without MD5 knows no key. */
	if (st != IMG_OK && st != IMG_E_UNSUPPORTED)
		return st;
	if (st == IMG_OK) {
		img_digest_hex(&md5, hex);
		memcpy(me->key_md5, hex, sizeof(me->key_md5));
	}
	me->family = m->version[0] >= 6 ? IMG_ME_FAMILY_ME : IMG_ME_FAMILY_TXE;
	if (me->generation == IMG_ME_GEN_1)
		me->family = IMG_ME_FAMILY_ME;
	for (size_t i = 0; i < sizeof(keys) / sizeof(keys[0]); i++) {
		if (strcmp(keys[i].md5, me->key_md5))
			continue;
		me->key_known = true;
		me->family = keys[i].family;
		me->key_versions = keys[i].versions;
	}
	return IMG_OK;
}

enum img_status img_me_read_manifest(struct img_view region, struct img_me *me,
				     struct img_error *err)
{
	const struct img_me_partition *boot = &me->partition[me->boot];
	bool ifwi = me->generation == IMG_ME_IFWI;
	uint64_t at = boot->range.start;
	enum img_status st = IMG_OK;

	if (img_me_is_at(region, at, "$CPD")) {
		me->generation = IMG_ME_GEN_3;
		st = find_in_directory(region, at, &at, err);
	} else if (ifwi) {
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + at,
				"FTPR should begin with a directory ($CPD) here; the region is "
				"damaged or cut off");
	} else {
		me->generation = strcmp(boot->name, "CODE") ? IMG_ME_GEN_2 : IMG_ME_GEN_1;
	}
	if (st == IMG_OK)
		st = decode_manifest(region, at,
				     me->generation == IMG_ME_GEN_1 ? "$MAN" : "$MN2",
				     &me->manifest, err);
	if (st == IMG_OK && me->generation == IMG_ME_GEN_3 &&
	    (ifwi || me->manifest.version[0] >= 12))
		me->generation = IMG_ME_IFWI;
	return st == IMG_OK ? identify_key(region, me, err) : st;
}
