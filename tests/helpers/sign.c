/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signs as minisign and signify do, with the key that belongs to a name:
 *
 *	sign key NAME					the public key file
 *	sign minisign|minisign-plain|signify NAME FILE [COMMENT]
 *
 * To standard output, and always the same for the same file.
 */
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/core/digest.h"
#include "libimg/core/image.h"

struct signer {
	EVP_PKEY *key;
	uint8_t id[8];
	uint8_t point[32];
};

static void die(const char *what)
{
	fprintf(stderr, "sign: %s\n", what);
	exit(2);
}

static struct signer signer_of(const char *name)
{
	struct img_digest seed;
	struct signer s;
	size_t size = sizeof(s.point);

	if (img_digest(IMG_SHA512, img_view_of(name, strlen(name)), &seed, NULL) != IMG_OK)
		die("cannot hash");
	s.key = EVP_PKEY_new_raw_private_key(EVP_PKEY_ED25519, NULL, seed.bytes, 32);
	if (!s.key || EVP_PKEY_get_raw_public_key(s.key, s.point, &size) != 1)
		die("cannot make a key");
	memcpy(s.id, seed.bytes + 32, sizeof(s.id));
	return s;
}

static void sign(const struct signer *s, const void *bytes, size_t size, uint8_t out[64])
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	size_t len = 64;

	if (!ctx || EVP_DigestSignInit(ctx, NULL, NULL, NULL, s->key) != 1 ||
	    EVP_DigestSign(ctx, out, &len, bytes, size) != 1)
		die("cannot sign");
	EVP_MD_CTX_free(ctx);
}

static void put_base64(const uint8_t *a, size_t na, const uint8_t *b, size_t nb, const uint8_t *c,
		       size_t nc)
{
	uint8_t bytes[128], text[256];

	memcpy(bytes, a, na);
	memcpy(bytes + na, b, nb);
	memcpy(bytes + na + nb, c, nc);
	EVP_EncodeBlock(text, bytes, (int)(na + nb + nc));
	printf("%s\n", (char *)text);
}

static void put_key(const struct signer *s)
{
	puts("untrusted comment: public key of a test");
	put_base64((const uint8_t *)"Ed", 2, s->id, sizeof(s->id), s->point, sizeof(s->point));
}

static void put_signature(const struct signer *s, const char *kind, struct img_view bytes,
			  const char *comment)
{
	uint8_t hash[64], signature[64], of_comment[64], both[64 + 1024];
	bool hashed = !strcmp(kind, "minisign");
	unsigned size = 64;

	if (hashed && EVP_Digest(img_view_data(bytes), img_view_size(bytes), hash, &size,
				 EVP_blake2b512(), NULL) != 1)
		die("cannot hash");
	sign(s, hashed ? hash : img_view_data(bytes), hashed ? 64 : img_view_size(bytes),
	     signature);
	puts("untrusted comment: signature of a test");
	put_base64((const uint8_t *)(hashed ? "ED" : "Ed"), 2, s->id, sizeof(s->id), signature,
		   sizeof(signature));
	if (!strcmp(kind, "signify"))
		return;
	memcpy(both, signature, sizeof(signature));
	memcpy(both + 64, comment, strlen(comment));
	sign(s, both, 64 + strlen(comment), of_comment);
	printf("trusted comment: %s\n", comment);
	put_base64(of_comment, sizeof(of_comment), s->id, 0, s->id, 0);
}

int main(int argc, char **argv)
{
	const char *comment = argc > 4 ? argv[4] : "timestamp:1767225600";
	struct img_error err;
	struct signer s;
	struct img *img;

	if (argc < 3 || (strcmp(argv[1], "key") && argc < 4) || strlen(comment) > 1024)
		die("usage: sign key NAME, sign minisign|minisign-plain|signify NAME FILE");
	s = signer_of(argv[2]);
	if (!strcmp(argv[1], "key")) {
		put_key(&s);
	} else {
		if (img_open(argv[3], &img, &err) != IMG_OK)
			die(err.text);
		put_signature(&s, argv[1], img_bytes(img), comment);
		img_close(img);
	}
	EVP_PKEY_free(s.key);
	return 0;
}
