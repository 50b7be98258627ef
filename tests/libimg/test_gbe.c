/* SPDX-License-Identifier: GPL-3.0-or-later */
/* GbE regions: both marks of both banks, and the MAC as nvmutil sets it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>

#include "libimg/core/digest.h"
#include "libimg/format/gbe.h"
#include "tests/libimg/fixture.h"

static const uint8_t mac[IMG_GBE_MAC] = { 0x00, 0x11, 0x22, 0x33, 0x44, 0x55 };

static void assert_mac(const struct img_gbe_bank *bank, const char *want)
{
	char text[18];

	img_gbe_mac_text(bank->mac, text);
	assert_string_equal(text, want);
}

static void test_good(void **state)
{
	struct img *img = fixture("good-gbe");
	struct img_gbe gbe;

	(void)state;
	assert_int_equal(img_gbe_decode(img_bytes(img), &gbe, NULL), IMG_OK);
	assert_int_equal(gbe.bank_size, 0x1000);
	assert_mac(&gbe.bank[0], "02:00:00:12:34:56");
	assert_int_equal(gbe.bank[0].device, 0x1502);
	assert_true(gbe.bank[0].checksum_ok);
	assert_true(gbe.bank[0].signature_ok);
	assert_mac(&gbe.bank[1], "02:00:00:65:43:21");
	assert_int_equal(gbe.bank[1].at, 0x1000);
	assert_true(gbe.bank[1].checksum_ok);
	assert_false(gbe.bank[1].signature_ok);
	img_close(img);
}

static void test_one_bank(void **state)
{
	struct img *img = fixture("good-gbe-one-bank");
	struct img_gbe gbe;
	struct img_view second;

	(void)state;
	assert_int_equal(img_gbe_decode(img_bytes(img), &gbe, NULL), IMG_OK);
	assert_int_equal(gbe.bank[1].at, 0x2000);
	assert_true(gbe.bank[1].blank);
	assert_false(gbe.bank[1].checksum_ok);
	assert_int_equal(gbe.bank[1].sum, 0xffc0);
	/* Setting the MAC leaves the blank bank blank. */
	assert_int_equal(img_gbe_set_mac(img_span(img), mac, NULL), IMG_OK);
	assert_int_equal(img_view_slice(img_bytes(img), 0x2000, 0x2000, &second, NULL), IMG_OK);
	assert_true(img_view_filled(second, 0xff));
	assert_int_equal(img_gbe_decode(img_bytes(img), &gbe, NULL), IMG_OK);
	assert_mac(&gbe.bank[0], "00:11:22:33:44:55");
	assert_true(gbe.bank[0].checksum_ok);
	img_close(img);
}

/* Refused with that status, and not a byte changed. */
static void assert_set_mac(const char *name, const uint8_t to[IMG_GBE_MAC],
			   enum img_status status)
{
	struct img *img = fixture(name), *before = fixture(name);
	struct img_error err = { .status = IMG_OK };

	assert_int_equal(img_gbe_set_mac(img_span(img), to, &err), status);
	assert_int_equal(err.status, status);
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	img_close(img);
	img_close(before);
}

static void test_refused(void **state)
{
	static const uint8_t zero[IMG_GBE_MAC], multicast[IMG_GBE_MAC] = { 0x01, 0, 0x5e },
							broadcast[IMG_GBE_MAC] = {
								0xff, 0xff, 0xff, 0xff, 0xff,
								0xff };

	(void)state;
	assert_set_mac("good-gbe", zero, IMG_E_USAGE);
	assert_set_mac("good-gbe", multicast, IMG_E_USAGE);
	assert_set_mac("good-gbe", broadcast, IMG_E_USAGE);
	assert_set_mac("bad-gbe-checksum", mac, IMG_E_CORRUPT);
	assert_set_mac("unsupported-gbe-size", mac, IMG_E_UNSUPPORTED);
}

static void test_sizes(void **state)
{
	uint8_t *bytes = calloc(1, 0x20000);
	struct img_gbe gbe, before;

	(void)state;
	assert_non_null(bytes);
	memset(&gbe, 0x5c, sizeof(gbe));
	before = gbe;
	for (size_t size = 0; size <= 0x4001; size++) {
		bool right = size == 0x2000 || size == 0x4000;

		assert_int_equal(img_gbe_decode(img_view_of(bytes, size), &gbe, NULL),
				 right ? IMG_OK : IMG_E_UNSUPPORTED);
		if (!right)
			assert_memory_equal(&gbe, &before, sizeof(gbe));
		gbe = before;
	}
	assert_int_equal(img_gbe_decode(img_view_of(bytes, 0x20000), &gbe, NULL), IMG_OK);
	assert_int_equal(gbe.bank[1].at, 0x10000);
	free(bytes);
}

/* Each bit that is covered makes the sum wrong when it flips. */
static void test_flipped(void **state)
{
	struct img *img = fixture("good-gbe");
	struct img_gbe gbe;

	(void)state;
	for (uint64_t at = 0; at < 0x80; at++) {
		uint8_t byte;

		assert_int_equal(img_view_copy(img_bytes(img), at, &byte, 1, NULL), IMG_OK);
		byte ^= 1;
		assert_int_equal(img_span_write(img_span(img), at, img_view_of(&byte, 1), NULL),
				 IMG_OK);
		assert_int_equal(img_gbe_decode(img_bytes(img), &gbe, NULL), IMG_OK);
		assert_false(gbe.bank[0].checksum_ok);
		assert_true(gbe.bank[1].checksum_ok);
		byte ^= 1;
		assert_int_equal(img_span_write(img_span(img), at, img_view_of(&byte, 1), NULL),
				 IMG_OK);
	}
	img_close(img);
}

/* --- real regions, against what nvmutil says and writes ------------------------------------ */

static const char *text_of(const json_t *object, const char *key)
{
	return json_string_value(json_object_get(object, key));
}

static unsigned long number_of(const json_t *object, const char *key)
{
	return strtoul(text_of(object, key), NULL, 16);
}

static void compare_bank(const struct img_gbe_bank *bank, const json_t *want)
{
	assert_mac(bank, text_of(want, "mac"));
	assert_int_equal(bank->at, number_of(want, "offset"));
	assert_int_equal(bank->checksum, number_of(want, "checksum_word"));
	assert_int_equal(bank->sum, number_of(want, "sum_words_0_3f"));
	assert_int_equal(bank->word13, number_of(want, "word_0x13"));
	assert_int_equal(bank->device, number_of(want, "device_id_word_0x0d"));
	assert_int_equal(bank->blank, json_is_true(json_object_get(want, "blank")));
	assert_int_equal(bank->checksum_ok, json_is_true(json_object_get(want, "checksum_valid")));
	assert_int_equal(bank->signature_ok,
			 json_is_true(json_object_get(want, "signature_valid")));
}

static void compare_set_mac(struct img *img, const json_t *want)
{
	struct img_digest digest;
	char hex[IMG_DIGEST_HEX];

	assert_int_equal(json_integer_value(json_object_get(want, "exit_code")), 0);
	assert_int_equal(img_gbe_set_mac(img_span(img), mac, NULL), IMG_OK);
	assert_int_equal(img_digest(IMG_SHA256, img_bytes(img), &digest, NULL), IMG_OK);
	img_digest_hex(&digest, hex);
	assert_string_equal(hex, text_of(want, "sha256"));
}

static void test_real(void **state)
{
	struct img *golden = real_file("golden/gbe.json");
	json_t *root, *want;
	const char *name;

	(void)state;
	if (!golden)
		skip();
	root = json_loadb((const char *)img_view_data(img_bytes(golden)), img_size(golden), 0,
			  NULL);
	assert_true(json_object_size(root) >= 13);
	json_object_foreach(root, name, want) {
		struct img *img = real_file(name);
		struct img_gbe gbe;

		assert_int_equal(img_gbe_decode(img_bytes(img), &gbe, NULL), IMG_OK);
		for (unsigned b = 0; b < IMG_GBE_BANKS; b++)
			compare_bank(&gbe.bank[b], json_array_get(json_object_get(want, "banks"),
								  b));
		compare_set_mac(img, json_object_get(json_object_get(want, "edits"),
						     "setmac_00:11:22:33:44:55"));
		img_close(img);
	}
	json_decref(root);
	img_close(golden);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	cmocka_unit_test(test_one_bank),
		cmocka_unit_test(test_refused), cmocka_unit_test(test_sizes),
		cmocka_unit_test(test_flipped), cmocka_unit_test(test_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
