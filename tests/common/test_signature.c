/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Signatures that the real minisign, signify and GnuPG made (fixtures/), each of their fields
 * damaged, and every way to write base64 that is not the one way.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "libimg/core/image.h"
#include "tools/common/base64.h"
#include "tools/common/minisig.h"
#include "tools/common/openpgp.h"
#include "tools/common/signature.h"

#define KEY "RWRzfDByWGvotjHueur0xZ8D9i15XcLY4mWT/nbttVP+i6iupSprQICL"

static const char *path_of(const char *name)
{
	static char path[8][512];
	static unsigned n;
	const char *top = getenv("TOP");

	n = (n + 1) % 8;
	snprintf(path[n], sizeof(path[n]), "%s/fixtures/%s", top ? top : ".", name);
	return path[n];
}

static struct img *fixture_text(const char *name)
{
	struct img_error err;
	struct img *img = NULL;

	if (img_open(path_of(name), &img, &err) != IMG_OK)
		fail_msg("%s: %s", name, err.text);
	return img;
}

/* --- base64 ------------------------------------------------------------------------------- */

static void check_base64(const char *text, const char *expected)
{
	uint8_t room[8] = { 0 };
	size_t size = 99;
	bool good = base64_decode(img_view_of(text, strlen(text)), img_span_of(room, 7), &size);

	if (good != (expected != NULL))
		fail_msg("%s", text);
	if (!good)
		return;
	assert_int_equal(size, strlen(expected));
	assert_memory_equal(room, expected, size);
}

static void test_base64(void **state)
{
	static const char *const bad[] = {
		"Z", "Zg", "Zg=", "Z===", "====", "Zh==", "Zm9=", "Zg==Zg==", "Zm8=\n", " Zg=",
		"Zm9v Zm9v", "Zm-v", "Zm_v", "Z=g=", "Zg=g", "Zm9vYmFyYmE=", "Zm9v\xc3\xa9=",
	};
	size_t i;

	(void)state;
	check_base64("", "");	/* the examples of RFC 4648 */
	check_base64("Zg==", "f");
	check_base64("Zm8=", "fo");
	check_base64("Zm9v", "foo");
	check_base64("Zm9vYg==", "foob");
	check_base64("Zm9vYmE=", "fooba");
	check_base64("Zm9vYmFy", "foobar");
	check_base64("+/+/", "\xfb\xff\xbf");
	for (i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		check_base64(bad[i], NULL);
}

/* --- good ones ---------------------------------------------------------------------------- */

static void check_good(const char *signature, const char *key, enum signature_kind kind,
		       const char *id, const char *words)
{
	struct signature_report r;
	struct img_error err;

	if (signature_check(path_of("signed.txt"), path_of(signature), key, &r, &err) != IMG_OK)
		fail_msg("%s: %s", signature, err.text);
	assert_int_equal(r.kind, kind);
	assert_string_equal(r.key, id);
	if (words)
		assert_string_equal(r.words, words);
	else
		assert_null(r.words);
	signature_end(&r);
}

static void test_good(void **state)
{
	(void)state;
	check_good("good-minisign-hashed.minisig", path_of("good-minisign.pub"),
		   SIGNATURE_MINISIGN, "B6E86B5872307C73", "trusted words");
	check_good("good-minisign-hashed.minisig", KEY, SIGNATURE_MINISIGN, "B6E86B5872307C73",
		   "trusted words");
	check_good("good-minisign-plain.minisig", KEY, SIGNATURE_MINISIGN, "B6E86B5872307C73",
		   "trusted words, plain");
	check_good("good-signify.sig", path_of("good-signify.pub"), SIGNATURE_SIGNIFY,
		   "D6F1A51FAFEC6AF2", NULL);
}

/* --- damage ------------------------------------------------------------------------------- */

/* What becomes of the fixture when every occurrence of from is to: its status over signed.txt. */
static enum img_status judge(const char *fixture, const char *from, const char *to,
			     struct img_error *err)
{
	struct img *img = fixture_text(fixture), *file = fixture_text("signed.txt");
	char text[2048] = "", *hit;
	struct minisig_key key;
	struct minisig sig;
	enum img_status st;
	FILE *f = tmpfile();

	assert_non_null(f);
	assert_true(img_size(img) + strlen(to) < sizeof(text));
	memcpy(text, img_view_data(img_bytes(img)), img_size(img));
	hit = strstr(text, from);
	assert_non_null(hit);
	memmove(hit + strlen(to), hit + strlen(from), strlen(hit + strlen(from)) + 1);
	memcpy(hit, to, strlen(to));
	assert_int_equal(fwrite(img_view_data(img_bytes(file)), 1, img_size(file), f),
			 img_size(file));
	assert_int_equal(fflush(f), 0);
	assert_true(minisig_key_of(img_view_of(KEY, strlen(KEY)), &key));
	st = minisig_parse(img_view_of(text, strlen(text)), &sig, err);
	if (st == IMG_OK)
		st = minisig_verify(&sig, &key, fileno(f), err);
	fclose(f);
	img_close(file);
	img_close(img);
	return st;
}

static void damage(const char *from, const char *to, enum img_status status, const char *words)
{
	struct img_error err = { .text = "" };
	enum img_status st = judge("good-minisign-hashed.minisig", from, to, &err);

	if (st != status || !strstr(err.text, words))
		fail_msg("%s -> %s: %s: %s", from, to, img_status_word(st), err.text);
}

static void test_damage(void **state)
{
	(void)state;
	damage("signature of a test", "other words, which nobody signed", IMG_OK, "");
	damage("\n", "\r\n", IMG_OK, "");
	damage("untrusted comment: ", "untrusted: ", IMG_E_CORRUPT, "line 1");
	damage("RURzfDByWGvotlWns6", "RURzfDByWGvotlWns7", IMG_E_MISMATCH, "not of these bytes");
	damage("RURzfDByWGvot", "RURzfDByWGvou", IMG_E_MISMATCH, "but the key given is B6E8");
	damage("RUR", "RWR", IMG_E_MISMATCH, "not of these bytes");	/* "Ed" for "ED" */
	damage("RUR", "REQ", IMG_E_UNSUPPORTED, "0x4444");		/* "DD" */
	damage("RURzfDBy", "RURzfDBy\n", IMG_E_CORRUPT, "line 2 holds 6 bytes, but a signature");
	damage("RURz", "RUR-", IMG_E_CORRUPT, "line 2");
	damage("9gk=\n", "9gl=\n", IMG_E_CORRUPT, "line 2");
	damage("9gk=\n", "9gk= \n", IMG_E_CORRUPT, "line 2");
	damage("trusted words", "trusted sword", IMG_E_MISMATCH, "trusted comment is not as");
	damage("trusted words", "", IMG_E_MISMATCH, "trusted comment is not as");
	damage("trusted comment: trusted", "comment: trusted", IMG_E_CORRUPT, "line 3");
	damage("7neMn", "7neMm", IMG_E_MISMATCH, "trusted comment is not as");
	damage("BvADA==\n", "BvADA==", IMG_OK, "");
	damage("BvADA==\n", "BvADA==\n\n", IMG_OK, "");
	damage("BvADA==\n", "BvADA==\nmore\n", IMG_E_CORRUPT, "line 5");
	damage("BvADA==\n", "\n", IMG_E_CORRUPT, "line 4");
}

/* The comment of one signature of this file may not be put to another of it. */
static void test_other_comment(void **state)
{
	static const char hashed[] = "trusted words\n7neMnRnpsPGh/+b7j3eIFTRPDtBVyxKnHebu/qbIPbsk9"
				     "W4hDezBdvuY7dXr/0n2i2eX+HyTCrrkN3X4FBvADA==";
	static const char plain[] = "trusted words, plain\ngTtIVNjFGfzNlu8VIg5AixycSZ4Eq9wgknEzm3iJ"
				    "Yjn5N3/vyjR5X/wx8hOv+O0stIzwyxHJjHbkXAawSorDCA==";
	struct img_error err;

	(void)state;
	assert_int_equal(judge("good-minisign-hashed.minisig", hashed, plain, &err),
			 IMG_E_MISMATCH);
}

/* Without its last two lines "Ed" is signify's, and says no trusted words; "ED" is nobody's. */
static void test_without_comment(void **state)
{
	struct img_error err;
	struct img *img = fixture_text("good-minisign-hashed.minisig");
	struct img_view head;
	struct minisig sig;
	uint64_t at;

	(void)state;
	assert_true(img_view_find(img_bytes(img), 0, img_view_of("\ntrusted", 8), &at));
	assert_int_equal(img_view_slice(img_bytes(img), 0, at + 1, &head, NULL), IMG_OK);
	assert_int_equal(minisig_parse(head, &sig, &err), IMG_E_CORRUPT);
	assert_non_null(strstr(err.text, "lacks its trusted comment"));
	img_close(img);
}

static void test_truncated(void **state)
{
	static const char *const names[] = {
		"good-minisign-hashed.minisig", "good-minisign-plain.minisig", "good-signify.sig",
	};
	struct minisig sig = { .comment = "as before" };
	struct img_view head;
	size_t i, len;

	(void)state;
	for (i = 0; i < 3; i++) {
		struct img *img = fixture_text(names[i]);
		size_t size = img_size(img), lines = 0;

		for (len = 0; len + 1 < size; len++) {
			assert_int_equal(img_view_slice(img_bytes(img), 0, len, &head, NULL),
					 IMG_OK);
			if (len && img_view_data(head)[len - 1] == '\n')
				lines++;
			/* The plain one cut behind its second line is one of signify's. */
			if (i == 1 && lines == 2 && (img_view_data(head)[len - 1] == '\n'))
				continue;
			if (i == 1 && lines == 1 && img_view_data(img_bytes(img))[len] == '\n')
				continue;
			assert_int_equal(minisig_parse(head, &sig, NULL), IMG_E_CORRUPT);
		}
		img_close(img);
	}
	assert_string_equal(sig.comment, "as before");
}

static void test_keys(void **state)
{
	static const struct {
		const char *text;
		enum img_status status;
	} keys[] = {
		{ "untrusted comment: x\n" KEY "\n", IMG_OK },
		{ "untrusted comment: x\r\n" KEY, IMG_OK },
		{ KEY "\n", IMG_E_CORRUPT },
		{ "untrusted comment: x\n", IMG_E_CORRUPT },
		{ "untrusted comment: x\n" KEY "\n" KEY "\n", IMG_E_CORRUPT },
		{ "untrusted comment: x\nRWRz\n", IMG_E_CORRUPT },
		{ "untrusted comment: x\nAAAAfDByWGvotjHueur0xZ8D9i15XcLY4mWT/nbttVP+i6iupSprQIC"
		  "L\n", IMG_E_UNSUPPORTED },
	};
	struct minisig_key key;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(keys[0]); i++)
		if (minisig_key_parse(img_view_of(keys[i].text, strlen(keys[i].text)), &key,
				      NULL) != keys[i].status)
			fail_msg("%s", keys[i].text);
	assert_false(minisig_key_of(img_view_of(KEY "\n", strlen(KEY) + 1), &key));
	assert_false(minisig_key_of(img_view_of(KEY, strlen(KEY) - 4), &key));
	assert_false(minisig_key_of(img_view_of("", 0), &key));
}

/* --- OpenPGP ------------------------------------------------------------------------------ */

static enum img_status read_signature(const void *bytes, size_t size)
{
	struct img *binary = NULL;
	enum img_status st = openpgp_signature(img_view_of(bytes, size), &binary, NULL);

	img_close(binary);
	return st;
}

static void test_packets(void **state)
{
	static const uint8_t two[] = { 0x88, 1, 4, 0xc2, 2, 4, 5 };
	static const uint8_t data[] = { 0x88, 1, 4, 0xcb, 1, 'x' };
	static const uint8_t longer[] = { 0x88, 2, 4 };
	static const uint8_t huge[] = { 0xc2, 0xff, 0xff, 0xff, 0xff, 0xff, 4 };
	static const uint8_t partial[] = { 0xc2, 0xe0, 4 };
	static const uint8_t open_end[] = { 0x8b, 4 };
	static const uint8_t text[] = "hello";
	static const uint8_t key[] = { 0x98, 1, 4 }, secret[] = { 0x94, 1, 4 };
	struct img *keys = NULL;

	(void)state;
	assert_int_equal(read_signature(two, sizeof(two)), IMG_OK);
	assert_int_equal(read_signature(data, sizeof(data)), IMG_E_CORRUPT);
	assert_int_equal(read_signature(longer, sizeof(longer)), IMG_E_CORRUPT);
	assert_int_equal(read_signature(huge, sizeof(huge)), IMG_E_CORRUPT);
	assert_int_equal(read_signature(partial, sizeof(partial)), IMG_E_CORRUPT);
	assert_int_equal(read_signature(open_end, sizeof(open_end)), IMG_E_CORRUPT);
	assert_int_equal(read_signature(text, sizeof(text)), IMG_E_CORRUPT);
	assert_int_equal(read_signature(key, sizeof(key)), IMG_E_CORRUPT);
	assert_int_equal(openpgp_keys(img_view_of(secret, 3), &keys, NULL), IMG_E_UNSUPPORTED);
	assert_int_equal(openpgp_keys(img_view_of(two, 3), &keys, NULL), IMG_E_CORRUPT);
	assert_int_equal(openpgp_keys(img_view_of(key, 3), &keys, NULL), IMG_OK);
	img_close(keys);
}

static void test_armor(void **state)
{
	struct img *img = fixture_text("good-openpgp.asc"), *keys;
	size_t size = img_size(img), i;
	char text[2048], twice[4096];

	(void)state;
	assert_true(size < sizeof(text));
	memcpy(text, img_view_data(img_bytes(img)), size);
	text[size] = 0;
	img_close(img);
	assert_int_equal(read_signature(text, size), IMG_OK);
	for (i = 1; i + 1 < size; i++)
		if (read_signature(text, i) != IMG_E_CORRUPT)
			fail_msg("cut at %zu", i);
	for (i = 0; i + 1 < size; i++) {	/* no byte but those of line ends can be another */
		char was = text[i];

		text[i] = '!';
		if (read_signature(text, size) == IMG_OK)
			fail_msg("damaged at %zu", i);
		text[i] = was;
	}
	snprintf(twice, sizeof(twice), "%s%s", text, text);
	assert_int_equal(read_signature(twice, strlen(twice)), IMG_E_CORRUPT);
	snprintf(twice, sizeof(twice), "words\n%s", text);
	assert_int_equal(read_signature(twice, strlen(twice)), IMG_E_CORRUPT);
	img = fixture_text("good-openpgp.key");
	snprintf(twice, sizeof(twice), "words\n%.*s\nmore words\n%.*s", (int)img_size(img),
		 (const char *)img_view_data(img_bytes(img)), (int)img_size(img),
		 (const char *)img_view_data(img_bytes(img)));
	assert_int_equal(openpgp_keys(img_view_of(twice, strlen(twice)), &keys, NULL), IMG_OK);
	img_close(keys);
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_base64), cmocka_unit_test(test_good),
		cmocka_unit_test(test_damage), cmocka_unit_test(test_other_comment),
		cmocka_unit_test(test_without_comment), cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_keys), cmocka_unit_test(test_packets),
		cmocka_unit_test(test_armor),
	};

	return cmocka_run_group_tests_name("signature", tests, NULL, NULL);
}
