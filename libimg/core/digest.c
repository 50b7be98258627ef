/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/digest.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>

static const EVP_MD *(*const kinds[])(void) = {
	[IMG_SHA1] = EVP_sha1, [IMG_SHA224] = EVP_sha224, [IMG_SHA256] = EVP_sha256,
	[IMG_SHA384] = EVP_sha384, [IMG_SHA512] = EVP_sha512, [IMG_MD5] = EVP_md5,
};

/*
 * What the file of settings of the system says of libcrypto changes nothing in what is worked out
 * here, and to read it, and to list all ciphers by name, takes longer than most hashes. Whatever of
 * this happened before stays as it is.
 */
static EVP_MD_CTX *new_context(void)
{
	const uint64_t spare = OPENSSL_INIT_NO_LOAD_CONFIG | OPENSSL_INIT_NO_ADD_ALL_CIPHERS |
			       OPENSSL_INIT_NO_ADD_ALL_DIGESTS |
			       OPENSSL_INIT_NO_LOAD_CRYPTO_STRINGS | OPENSSL_INIT_NO_ATEXIT;

	return OPENSSL_init_crypto(spare, NULL) ? EVP_MD_CTX_new() : NULL;
}

static enum img_status not_here(enum img_digest_kind kind, struct img_error *err)
{
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"libcrypto cannot compute %s here", img_digest_name(kind));
}

static int update_all(EVP_MD_CTX *ctx, const struct img_view *parts, size_t count)
{
	int good = 1;
	size_t i;

	for (i = 0; good && i < count; i++)
		good = EVP_DigestUpdate(ctx, img_view_data(parts[i]), img_view_size(parts[i]));
	return good;
}

enum img_status img_digest_parts(enum img_digest_kind kind, const struct img_view *parts,
				 size_t count, struct img_digest *out, struct img_error *err)
{
	EVP_MD_CTX *ctx = new_context();
	int good = ctx && EVP_DigestInit_ex(ctx, kinds[kind](), NULL);
	struct img_digest d = { .kind = kind, .size = img_digest_size(kind) };

	good = good && update_all(ctx, parts, count) && EVP_DigestFinal_ex(ctx, d.bytes, NULL);
	EVP_MD_CTX_free(ctx);
	if (!good)
		return not_here(kind, err);
	*out = d;
	return IMG_OK;
}

enum img_status img_digest(enum img_digest_kind kind, struct img_view v, struct img_digest *out,
			   struct img_error *err)
{
	return img_digest_parts(kind, &v, 1, out, err);
}

enum img_status img_digest_and_prefix(enum img_digest_kind kind, const struct img_view *parts,
				      size_t count, size_t prefix_count,
				      struct img_digest *whole, struct img_digest *prefix,
				      struct img_error *err)
{
	struct img_digest w = { .kind = kind, .size = img_digest_size(kind) }, p = w;
	EVP_MD_CTX *ctx, *fork;
	int good;

	if (prefix_count > count)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "a prefix that is too long");
	ctx = new_context();
	fork = new_context();
	good = ctx && fork && EVP_DigestInit_ex(ctx, kinds[kind](), NULL) &&
	       update_all(ctx, parts, prefix_count) && EVP_MD_CTX_copy_ex(fork, ctx) &&
	       EVP_DigestFinal_ex(fork, p.bytes, NULL) &&
	       update_all(ctx, parts + prefix_count, count - prefix_count) &&
	       EVP_DigestFinal_ex(ctx, w.bytes, NULL);
	EVP_MD_CTX_free(fork);
	EVP_MD_CTX_free(ctx);
	if (!good)
		return not_here(kind, err);
	*whole = w;
	*prefix = p;
	return IMG_OK;
}
