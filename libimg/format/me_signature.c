/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The RSA signature of a manifest: PKCS #1 with SHA-256, or PSS with SHA-384 from CSME 15 on. */
#include <string.h>

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/param_build.h>
#include <openssl/rsa.h>

#include "libimg/core/bytes.h"
#include "libimg/core/digest.h"
#include "libimg/format/me_internal.h"

enum { MODULUS_2048 = 0x100, MODULUS_MAX = 0x180, EXPONENT = 4 };

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

/* *out is owned, and NULL where the numbers make no key. */
static enum img_status make_key(const uint8_t *modulus, size_t size, uint32_t exponent,
				EVP_PKEY **out, struct img_error *err)
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_name(NULL, "RSA", NULL);
	OSSL_PARAM_BLD *build = OSSL_PARAM_BLD_new();
	BIGNUM *n = BN_lebin2bn(modulus, (int)size, NULL), *e = BN_new();
	OSSL_PARAM *params = NULL;

	*out = NULL;
	if (ctx && build && n && e && BN_set_word(e, exponent) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_N, n) &&
	    OSSL_PARAM_BLD_push_BN(build, OSSL_PKEY_PARAM_RSA_E, e))
		params = OSSL_PARAM_BLD_to_param(build);
	if (params && EVP_PKEY_fromdata_init(ctx) == 1 &&
	    EVP_PKEY_fromdata(ctx, out, EVP_PKEY_PUBLIC_KEY, params) != 1)
		*out = NULL;
	OSSL_PARAM_free(params);
	OSSL_PARAM_BLD_free(build);
	BN_free(n);
	BN_free(e);
	EVP_PKEY_CTX_free(ctx);
	return params ? IMG_OK : no_memory(err);
}

/* How a length of key, or a generation, signs. */
static enum img_digest_kind kind_of(const struct img_me *me, bool again)
{
	if (me->manifest.modulus_size != MODULUS_2048)
		return IMG_SHA384;
	return again ? IMG_SHA1 : IMG_SHA256;
}

static bool verify(EVP_PKEY *key, const struct img_digest *digest, const uint8_t *signature,
		   size_t size)
{
	bool pss = size != MODULUS_2048;
	const EVP_MD *md = pss ? EVP_sha384() : digest->kind == IMG_SHA1 ? EVP_sha1()
									 : EVP_sha256();
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(key, NULL);
	bool ok;

	ok = ctx && EVP_PKEY_verify_init(ctx) == 1 &&
	     EVP_PKEY_CTX_set_rsa_padding(ctx, pss ? RSA_PKCS1_PSS_PADDING
						   : RSA_PKCS1_PADDING) == 1 &&
	     EVP_PKEY_CTX_set_signature_md(ctx, md) == 1 &&
	     EVP_PKEY_verify(ctx, signature, size, digest->bytes, digest->size) == 1;
	EVP_PKEY_CTX_free(ctx);
	return ok;
}

static enum img_status digest_signed(struct img_view region, const struct img_me_manifest *m,
				     enum img_digest_kind kind, struct img_digest *out,
				     struct img_error *err)
{
	struct img_view parts[2];
	enum img_status st;

	st = img_view_slice(region, m->at, ME_MANIFEST_FIXED, &parts[0], err);
	if (st == IMG_OK)
		st = img_view_slice(region, m->at + m->header_size, m->size - m->header_size,
				    &parts[1], err);
	return st == IMG_OK ? img_digest_parts(kind, parts, 2, out, err) : st;
}

static enum img_status check(struct img_view region, const struct img_me *me, bool again,
			     bool *ok, struct img_error *err)
{
	const struct img_me_manifest *m = &me->manifest;
	uint8_t numbers[2 * MODULUS_MAX + EXPONENT], signature[MODULUS_MAX];
	size_t size = (size_t)m->modulus_size;
	struct img_digest digest;
	EVP_PKEY *key;
	enum img_status st;

	st = img_view_copy(region, m->at + ME_MANIFEST_FIXED, numbers, 2 * size + EXPONENT, err);
	if (st == IMG_OK)
		st = digest_signed(region, m, kind_of(me, again), &digest, err);
	if (st == IMG_OK)
		st = make_key(numbers, size, img_get_le32(numbers + size), &key, err);
	if (st != IMG_OK)
		return st;
	for (size_t i = 0; i < size; i++)
		signature[i] = numbers[2 * size + EXPONENT - 1 - i];
	*ok = key && verify(key, &digest, signature, size);
	EVP_PKEY_free(key);
	return IMG_OK;
}

enum img_status img_me_signature(struct img_view region, const struct img_me *me,
				 struct img_error *err)
{
	uint64_t at = img_view_origin(region) + me->manifest.at;
	bool old = me->generation == IMG_ME_GEN_1, ok = false;
	enum img_status st = check(region, me, false, &ok, err);

	if (st == IMG_OK && !ok && old)
		st = check(region, me, true, &ok, err);
	if (st != IMG_OK || ok)
		return st;
	if (old)
		return img_fail(err, IMG_E_UNSUPPORTED, at,
				"the signature of this manifest is none that is known here of ME 2 "
				"to 5");
	return img_fail(err, IMG_E_MISMATCH, at,
			"the signature of the ME's manifest is not valid: FTPR was changed or "
			"damaged, and the ME would not start");
}
