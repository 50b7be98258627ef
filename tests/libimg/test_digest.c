/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Digests against the published test vectors for "abc". */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/digest.h"

/* FIPS 180-4 and RFC 1321 examples. */
static const struct vector {
	enum img_digest_kind kind;
	const char *name;
	size_t size;
	const char *hex;
} vectors[] = {
	{ IMG_SHA1, "sha1", 20, "a9993e364706816aba3e25717850c26c9cd0d89d" },
	{ IMG_SHA224, "sha224", 28, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7" },
	{ IMG_SHA256, "sha256", 32,
	  "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad" },
	{ IMG_SHA384, "sha384", 48,
	  "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed"
	  "8086072ba1e7cc2358baeca134c825a7" },
	{ IMG_SHA512, "sha512", 64,
	  "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a"
	  "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f" },
	{ IMG_MD5, "md5", 16, "900150983cd24fb0d6963f7d28e17f72" },
};

enum { VECTORS = sizeof(vectors) / sizeof(vectors[0]) };

static void test_vectors(void **state)
{
	struct img_digest d, parsed;
	char hex[IMG_DIGEST_HEX];
	size_t i;

	(void)state;
	for (i = 0; i < VECTORS; i++) {
		const struct vector *v = &vectors[i];

		assert_int_equal(img_digest(v->kind, img_view_of("abc", 3), &d, NULL), IMG_OK);
		assert_int_equal(d.kind, v->kind);
		assert_int_equal(d.size, v->size);
		assert_int_equal(img_digest_size(v->kind), v->size);
		img_digest_hex(&d, hex);
		assert_string_equal(hex, v->hex);
		assert_true(img_digest_parse(v->kind, v->hex, &parsed));
		assert_true(img_digest_equal(&d, &parsed));
		assert_string_equal(img_digest_name(v->kind), v->name);
	}
}

static void test_parts(void **state)
{
	const struct img_view parts[] = { img_view_of("a", 1), img_view_of(NULL, 0),
					  img_view_of("bc", 2) };
	struct img_digest whole, d;

	(void)state;
	assert_int_equal(img_digest(IMG_SHA256, img_view_of("abc", 3), &whole, NULL), IMG_OK);
	assert_int_equal(img_digest_parts(IMG_SHA256, parts, 3, &d, NULL), IMG_OK);
	assert_true(img_digest_equal(&whole, &d));
	assert_int_equal(img_digest_parts(IMG_SHA256, NULL, 0, &d, NULL), IMG_OK);
	assert_true(img_digest_parse(IMG_SHA256, "e3b0c44298fc1c149afbf4c8996fb924"
						 "27ae41e4649b934ca495991b7852b855", &whole));
	assert_true(img_digest_equal(&whole, &d));
}

static void test_prefix(void **state)
{
	const struct img_view parts[] = { img_view_of("a", 1), img_view_of("bc", 2),
					  img_view_of("d", 1) };
	struct img_digest whole, prefix, want;
	size_t i;

	(void)state;
	for (i = 0; i <= 3; i++) {
		assert_int_equal(img_digest_and_prefix(IMG_SHA512, parts, 3, i, &whole, &prefix,
						       NULL), IMG_OK);
		assert_int_equal(img_digest(IMG_SHA512, img_view_of("abcd", 4), &want, NULL),
				 IMG_OK);
		assert_true(img_digest_equal(&whole, &want));
		assert_int_equal(img_digest_parts(IMG_SHA512, parts, i, &want, NULL), IMG_OK);
		assert_true(img_digest_equal(&prefix, &want));
	}
	assert_int_equal(img_digest_and_prefix(IMG_SHA512, parts, 3, 4, &whole, &prefix, NULL),
			 IMG_E_USAGE);
}

static void test_equal(void **state)
{
	struct img_digest a, b;
	size_t i;

	(void)state;
	assert_int_equal(img_digest(IMG_SHA1, img_view_of("abc", 3), &a, NULL), IMG_OK);
	for (i = 0; i < a.size; i++) {
		b = a;
		b.bytes[i] ^= 1;
		assert_false(img_digest_equal(&a, &b));
	}
	b = a;
	b.kind = IMG_SHA256;
	assert_false(img_digest_equal(&a, &b));
}

static void test_parse(void **state)
{
	const char *good = vectors[0].hex;
	struct img_digest d, untouched;
	char text[48];
	size_t i;

	(void)state;
	memset(&untouched, 0x5a, sizeof(untouched));
	d = untouched;
	/* Too short at every length, too long, and one bad digit anywhere. */
	for (i = 0; i < 40; i++) {
		memcpy(text, good, 41);
		text[i] = 0;
		assert_false(img_digest_parse(IMG_SHA1, text, &d));
		text[i] = i % 2 ? 'g' : ' ';
		assert_false(img_digest_parse(IMG_SHA1, text, &d));
		text[i] = i % 2 ? '/' : ':';
		assert_false(img_digest_parse(IMG_SHA1, text, &d));
	}
	memcpy(text, good, 40);
	memcpy(text + 40, "0", 2);
	assert_false(img_digest_parse(IMG_SHA1, text, &d));
	assert_memory_equal(&d, &untouched, sizeof(d));
	assert_true(img_digest_parse(IMG_SHA1, "A9993E364706816ABA3E25717850C26C9CD0D89D", &d));
	assert_int_equal(d.bytes[0], 0xa9);
}

static void test_kind_of(void **state)
{
	enum img_digest_kind kind = IMG_MD5;
	size_t i;

	(void)state;
	for (i = 0; i < VECTORS; i++) {
		assert_true(img_digest_kind_of(vectors[i].name, &kind));
		assert_int_equal(kind, vectors[i].kind);
	}
	assert_true(img_digest_kind_of("SHA512", &kind));
	assert_int_equal(kind, IMG_SHA512);
	assert_false(img_digest_kind_of("sha3", &kind));
	assert_false(img_digest_kind_of("", &kind));
	assert_int_equal(kind, IMG_SHA512);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_vectors),
		cmocka_unit_test(test_parts), cmocka_unit_test(test_prefix),
		cmocka_unit_test(test_equal),
		cmocka_unit_test(test_parse),
		cmocka_unit_test(test_kind_of),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
