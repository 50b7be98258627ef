/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/synth/me.h"

#include <stdlib.h>
#include <string.h>
#include <zlib.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "libimg/core/bytes.h"
#include "libimg/core/compress.h"
#include "libimg/core/digest.h"
#include "tests/synth/me_keys.h"
#include "tests/synth/synth.h"

enum {
	TABLE = 0x10,
	MANIFEST_SIZE_2 = 0x600,
	MANIFEST_SIZE_3 = 0x3fc,	/* with the largest hash, to the next file */
	KEY = 0x80,
	CHUNK = 0x400,
	CHUNKS = 16,
	STREAM = 0x2000,	/* in FTPR: the Huffman chunks */
	MET = 0x500,		/* in FTPR: what is known of the module policy */
	MET_SIZE = 0x7c,
	POLICY = 0x4000,
	POLICY_SIZE = 0x0fff,
};

/* --- signing ---------------------------------------------------------------------------- */

static void must(int ok)
{
	if (!ok)
		abort();
}

static EVP_PKEY *make_key(const char *modulus, const char *exponent)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = NULL, *d = NULL, *e = BN_new();
	EVP_PKEY *key = NULL;
	OSSL_PARAM *params;

	must(BN_hex2bn(&n, modulus) && BN_hex2bn(&d, exponent) && BN_set_word(e, 3));
	must(OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
	     OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e) &&
	     OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_D, d));
	params = OSSL_PARAM_BLD_to_param(build);
	must(EVP_PKEY_fromdata_init(ctx) == 1 &&
	     EVP_PKEY_fromdata(ctx, &key, EVP_PKEY_KEYPAIR, params) == 1);
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(d);
	BN_free(e);
	EVP_PKEY_CTX_free(ctx);
	return key;
}

static void reverse(uint8_t *out, const uint8_t *in, size_t size)
{
	for (size_t i = 0; i < size; i++)
		out[i] = in[size - 1 - i];
}

static void put_modulus(uint8_t *out, const char *hex)
{
	BIGNUM *n = NULL;

	must(BN_hex2bn(&n, hex));
	must(BN_bn2lebinpad(n, out, (int)strlen(hex) / 2) > 0);
	BN_free(n);
}

void synth_me_sign(uint8_t *region, uint64_t manifest)
{
	uint8_t *m = region + manifest;
	bool pss = img_get_le32(m + 0x78) == 0x60;
	size_t modulus = pss ? 0x180 : 0x100, size = modulus;
	uint32_t header = 4 * img_get_le32(m + 4), whole = 4 * img_get_le32(m + 0x18);
	struct img_view parts[2] = { img_view_of(m, KEY), img_view_of(m + header, whole - header) };
	EVP_PKEY *key = pss ? make_key(modulus_3072, private_3072)
			    : make_key(modulus_2048, private_2048);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	struct img_digest digest;
	uint8_t signature[0x180];

	put_modulus(m + KEY, pss ? modulus_3072 : modulus_2048);
	img_put_le32(m + KEY + modulus, 3);
	must(img_digest_parts(pss ? IMG_SHA384 : IMG_SHA256, parts, 2, &digest, NULL) == IMG_OK);
	must(EVP_PKEY_sign_init(ctx) == 1 &&
	     EVP_PKEY_CTX_set_rsa_padding(ctx, pss ? RSA_PKCS1_PSS_PADDING
						   : RSA_PKCS1_PADDING) == 1 &&
	     EVP_PKEY_CTX_set_signature_md(ctx, pss ? EVP_sha384() : EVP_sha256()) == 1);
	if (pss)	/* no salt: the same bytes each time */
		must(EVP_PKEY_CTX_set_rsa_pss_saltlen(ctx, 0) == 1);
	must(EVP_PKEY_sign(ctx, signature, &size, digest.bytes, digest.size) == 1);
	reverse(m + KEY + modulus + 4, signature, modulus);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(key);
}

/* --- tables ----------------------------------------------------------------------------- */

static void put_entry(uint8_t *table, unsigned i, const char *name, uint32_t offset,
		      uint32_t length, uint32_t flags)
{
	uint8_t *e = table + 0x20 + 0x20 * i;

	memset(e, 0, 0x20);
	memcpy(e, name, strlen(name));
	memset(e + 4, 0xff, 4);
	img_put_le32(e + 8, offset);
	img_put_le32(e + 0xc, length);
	img_put_le32(e + 0x1c, flags);
}

static uint8_t *put_table(uint8_t *at, uint32_t count, uint8_t version)
{
	memset(at, 0, 0x20 + 0x20 * count);
	memcpy(at, "$FPT", 4);
	img_put_le32(at + 4, count);
	at[8] = version;
	at[9] = 0x10;
	at[0xa] = 0x20;
	if (version == 0x20)
		img_put_le32(at + 0x14, 0xfffffc01);
	return at;
}

void synth_me_sum(uint8_t *region, enum img_me_generation generation)
{
	size_t start = generation <= IMG_ME_GEN_2 ? 0 : TABLE;
	uint8_t sum = 0;

	region[TABLE + 0xb] = 0;
	for (size_t i = start; i < TABLE + 0x20; i++)
		sum = (uint8_t)(sum + region[i]);
	region[TABLE + 0xb] = (uint8_t)-sum;
}

static void put_manifest(uint8_t *m, const char *tag, uint32_t modulus, uint32_t size,
			 const uint16_t version[4])
{
	memset(m, 0, 0x290);
	img_put_le32(m, 4);
	img_put_le32(m + 4, (KEY + 2 * modulus + 4) / 4);
	img_put_le32(m + 0x18, size / 4);
	memcpy(m + 0x1c, tag, 4);
	for (unsigned i = 0; i < 4; i++)
		img_put_le16(m + 0x24 + 2 * i, version[i]);
	img_put_le32(m + 0x78, modulus / 4);
	img_put_le32(m + 0x7c, 1);
}

/* --- generations ------------------------------------------------------------------------ */

static void put_module(uint8_t *ftpr, unsigned i, const char *name, unsigned compression,
		       uint32_t offset, uint32_t size)
{
	uint8_t *h = ftpr + SYNTH_ME_MODULES + 0x80 * i;

	memset(h, 0, 0x80);
	memcpy(h, "$MME", 4);
	memcpy(h + 4, name, strlen(name));
	img_put_le32(h + 0x38, offset);
	img_put_le32(h + 0x40, size);
	img_put_le32(h + 0x50, compression << 4);
	if (compression == 1) {		/* the chunks size / CHUNK and two more */
		img_put_le32(h + 0x34, 0x2014b100 + size);
		img_put_le32(h + 0x3c, 2 * CHUNK);
		img_put_le32(h + 0x38, SYNTH_ME_LLUT);
	}
}

/* The digest of data as it stands there: with its last byte first. */
static void put_hash(uint8_t *at, enum img_digest_kind kind, const uint8_t *data, size_t size)
{
	struct img_digest d;

	must(img_digest(kind, img_view_of(data, size), &d, NULL) == IMG_OK);
	for (size_t i = 0; i < d.size; i++)
		at[i] = d.bytes[d.size - 1 - i];
}

/* Something packed into the room that put_module() gave it, and its hash. */
static void fill_module(uint8_t *ftpr, unsigned i, uint32_t offset, uint32_t size)
{
	uint8_t *h = ftpr + SYNTH_ME_MODULES + 0x80 * i, plain[2 * CHUNK];
	struct img *packed;

	memset(plain, 0x41 + (int)i, sizeof(plain));
	must(img_compress(IMG_COMPRESSION_LZMA, img_view_of(plain, sizeof(plain)), &packed,
			  NULL) == IMG_OK && img_size(packed) <= size);
	memset(ftpr + offset, 0, size);
	must(img_view_copy(img_bytes(packed), 0, ftpr + offset, img_size(packed), NULL) == IMG_OK);
	img_close(packed);
	put_hash(h + 0x14, IMG_SHA256, plain, sizeof(plain));
	img_put_le32(h + 0x3c, sizeof(plain));
}

/* Of different sizes, not in order, and one that has no data. */
static void put_llut(uint8_t *ftpr)
{
	static const uint16_t at[CHUNKS] = { 0x000, 0x180, 0x2c0, 0xffff, 0x600, 0x400,
					     0x500, 0x7a0, 0x900, 0xa00, 0xac0, 0xc00,
					     0xe00, 0xd00, 0xf00, 0xf80 };
	uint8_t *llut = ftpr + SYNTH_ME_LLUT;

	memset(llut, 0, 0x40 + 4 * CHUNKS);
	memcpy(llut, "LLUT", 4);
	img_put_le32(llut + 4, CHUNKS);
	img_put_le32(llut + 8, 0x1014b100);	/* FTPR cannot go below 0x480 */
	img_put_le32(llut + 0xc, SYNTH_ME_FTPR + SYNTH_ME_LLUT + 0x40 - 0x14b1);
	img_put_le32(llut + 0x10, 0x1100);
	img_put_le32(llut + 0x14, SYNTH_ME_FTPR + STREAM);
	img_put_le32(llut + 0x30, CHUNK);
	for (unsigned i = 0; i < CHUNKS; i++) {
		if (at[i] == 0xffff)
			llut[0x40 + 4 * i + 3] = 0x80;
		else
			img_put_le32(llut + 0x40 + 4 * i, SYNTH_ME_FTPR + STREAM + at[i]);
	}
}

static void make_2(uint8_t *region)
{
	static const uint16_t version[4] = { 8, 1, 20, 1336 };
	uint8_t *ftpr = region + SYNTH_ME_FTPR;
	uint8_t *table = put_table(region + TABLE, 6, 0x20);

	put_entry(table, 0, "\xe0\x15", 0x3c0, 0x40, 0x783);
	put_entry(table, 1, "MFS", 0x1000, 0x1000, 0x783);
	put_entry(table, 2, "EFFS", 0x2000, 0x2000, 0x2704);
	put_entry(table, 3, "NVCL", 0xffffffff, 0x9000, 2);
	put_entry(table, 4, "FTPR", SYNTH_ME_FTPR, SYNTH_ME_FTPR_SIZE, 0x2780);
	put_entry(table, 5, "NFTP", SYNTH_ME_FTPR + SYNTH_ME_FTPR_SIZE, 0x8000, 0x2780);
	synth_me_sum(region, IMG_ME_GEN_2);
	put_manifest(ftpr, "$MN2", 0x100, MANIFEST_SIZE_2, version);
	img_put_le32(ftpr + 0x20, 5);
	put_module(ftpr, 0, "UPDATE", 2, 0x3800, 0x123);
	put_module(ftpr, 1, "ROMP", 1, 0, 0);
	put_module(ftpr, 2, "BUP", 1, 0, 4 * CHUNK);
	put_module(ftpr, 3, "KERNEL", 1, 0, 9 * CHUNK);
	put_module(ftpr, 4, "HOSTCOMM", 2, 0x3923, 0x1111);
	fill_module(ftpr, 0, 0x3800, 0x123);
	fill_module(ftpr, 4, 0x3923, 0x1111);
	put_llut(ftpr);
	synth_me_sign(region, SYNTH_ME_FTPR);
}

static void make_1(uint8_t *region)
{
	static const uint16_t version[4] = { 4, 2, 60, 1060 };
	uint8_t *table = put_table(region + TABLE, 2, 0x20);

	put_entry(table, 0, "CODE", SYNTH_ME_FTPR, SYNTH_ME_FTPR_SIZE, 0x80);
	put_entry(table, 1, "EFFS", 0x2000, 0x2000, 4);
	synth_me_sum(region, IMG_ME_GEN_1);
	put_manifest(region + SYNTH_ME_FTPR, "$MAN", 0x100, MANIFEST_SIZE_2, version);
	synth_me_sign(region, SYNTH_ME_FTPR);
}

static void put_directory(uint8_t *at, unsigned version, const char *name)
{
	static const struct {
		const char *name;
		uint32_t offset, length;
	} entries[] = {
		{ "FTPR.man", SYNTH_ME_MANIFEST_3, MANIFEST_SIZE_3 },
		{ "policy.met", MET, MET_SIZE },
		{ "kernel", 0x1000, 0x1234 },
		{ "policy", POLICY, POLICY_SIZE },
		{ "bup", 0x2300 | 0x2000000, 0x1c00 },
		{ "pm", 0x5000, 0x1000 },
	};
	size_t header = version == 2 ? 0x14 : 0x10, count = sizeof(entries) / sizeof(entries[0]);

	memset(at, 0, header + 0x18 * count);
	memcpy(at, "$CPD", 4);
	img_put_le32(at + 4, (uint32_t)count);
	at[8] = (uint8_t)version;
	at[9] = 1;
	at[0xa] = (uint8_t)header;
	memcpy(at + 0xc, name, 4);
	for (size_t i = 0; i < count; i++) {
		uint8_t *e = at + header + 0x18 * i;

		memcpy(e, entries[i].name, strlen(entries[i].name));
		img_put_le32(e + 0xc, entries[i].offset);
		img_put_le32(e + 0x10, entries[i].length);
	}
}

/* The module policy, policy.met that has its hash, and the manifest that has that one's. */
static void put_hashes(uint8_t *ftpr, uint32_t modulus)
{
	enum img_digest_kind kind = modulus == 0x100 ? IMG_SHA256 : IMG_SHA384;
	uint32_t size = (uint32_t)img_digest_size(kind);
	uint8_t *package = ftpr + SYNTH_ME_MANIFEST_3 + KEY + 2 * modulus + 4, *met = ftpr + MET;

	memset(met, 0, MET_SIZE);
	img_put_le32(met, 0xa);
	img_put_le32(met + 4, 0x18 + size);
	img_put_le32(met + 0xc, POLICY_SIZE);
	img_put_le32(met + 0x10, POLICY_SIZE);
	put_hash(met + 0x18, kind, ftpr + POLICY, POLICY_SIZE);
	memset(package, 0, 0x34 + 0x14 + size);
	img_put_le32(package, 0xf);
	img_put_le32(package + 4, 0x34 + 0x14 + size);
	memcpy(package + 0x34, "policy", 6);
	img_put_le32(package + 0x34 + 0xc, size << 16);
	img_put_le32(package + 0x34 + 0x10, MET_SIZE);
	put_hash(package + 0x34 + 0x14, kind, met, MET_SIZE);
}

static void make_3(uint8_t *region)
{
	static const uint16_t version[4] = { 11, 6, 0, 1126 };
	uint8_t *table = put_table(region + TABLE, 4, 0x20);

	put_entry(table, 0, "FTPR", SYNTH_ME_FTPR, SYNTH_ME_FTPR_SIZE, 0);
	put_entry(table, 1, "FTUP", 0, 0, 0xff000000);
	put_entry(table, 2, "MFS", 0x1000, 0x1000, 1);
	put_entry(table, 3, "NFTP", SYNTH_ME_FTPR + SYNTH_ME_FTPR_SIZE, 0x8000, 0);
	synth_me_sum(region, IMG_ME_GEN_3);
	put_directory(region + SYNTH_ME_FTPR, 1, "FTPR");
	put_manifest(region + SYNTH_ME_FTPR + SYNTH_ME_MANIFEST_3, "$MN2", 0x100, MANIFEST_SIZE_3,
		     version);
	put_hashes(region + SYNTH_ME_FTPR, 0x100);
	synth_me_sign(region, SYNTH_ME_FTPR + SYNTH_ME_MANIFEST_3);
}

static void put_crc(uint8_t *at, size_t size, size_t hole)
{
	img_put_le32(at + hole, 0);
	img_put_le32(at + hole, (uint32_t)crc32(0, at, (uInt)size));
}

static void put_layout(uint8_t *region)
{
	memset(region, 0xff, 0x10);
	memset(region + 0x10, 0, 0x48);
	img_put_le32(region + 0x10, 0x48);
	img_put_le32(region + 0x18, SYNTH_ME_DATA);
	img_put_le32(region + 0x1c, SYNTH_ME_SIZE - SYNTH_ME_DATA);
	img_put_le32(region + 0x20, SYNTH_ME_BOOT);
	img_put_le32(region + 0x24, SYNTH_ME_DATA - SYNTH_ME_BOOT);
	put_crc(region + 0x10, 0x48, 4);
}

static void put_bpdt(uint8_t *at)
{
	memset(at, 0, 0x18 + 2 * 12);
	img_put_le32(at, 0x55aa);
	img_put_le32(at + 4, 0x00020002);
	img_put_le32(at + 0x18, 9);		/* no data */
	img_put_le32(at + 0x24, 2);
	img_put_le32(at + 0x28, 0x1000);
	img_put_le32(at + 0x2c, SYNTH_ME_FTPR_SIZE);
	put_crc(at + 4, 0x18 + 2 * 12 - 4, 4);
}

static void make_csme(uint8_t *region)
{
	static const uint16_t version[4] = { 16, 1, 30, 2307 };
	uint8_t *ftpr = region + SYNTH_ME_BOOT + 0x1000, *table;

	put_layout(region);
	table = put_table(region + SYNTH_ME_DATA, 3, 0x21);
	put_entry(table, 0, "PSVN", 0x400, 0x200, 0x101);
	put_entry(table, 1, "MFS", 0x1000, 0x4000, 0x101);
	put_entry(table, 2, "FITC", 0x5000, 0x1000, 0x301);
	put_crc(table, 0x20 + 3 * 0x20, 0x14);
	put_bpdt(region + SYNTH_ME_BOOT);
	put_directory(ftpr, 2, "FTPR");
	put_crc(ftpr, 0x14 + 6 * 0x18, 0x10);
	put_manifest(ftpr + SYNTH_ME_MANIFEST_3, "$MN2", 0x180, MANIFEST_SIZE_3, version);
	put_hashes(ftpr, 0x180);
	synth_me_sign(region, SYNTH_ME_BOOT + 0x1000 + SYNTH_ME_MANIFEST_3);
}

void synth_me(enum img_me_generation generation, uint8_t out[SYNTH_ME_SIZE])
{
	static void (*const make[])(uint8_t *region) = {
		[IMG_ME_GEN_1] = make_1, [IMG_ME_GEN_2] = make_2,
		[IMG_ME_GEN_3] = make_3, [IMG_ME_IFWI] = make_csme,
	};

	synth_bytes("management engine", out, SYNTH_ME_SIZE);
	make[generation](out);
}
