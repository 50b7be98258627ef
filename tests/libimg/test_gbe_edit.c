/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Banks of GbE regions changed: byte for byte what nvmutil does, or nothing at all. */
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
#include "tools/common/mac_text.h"

enum { PART = 0x1000, SPOIL_AT = 0x7e };

static uint8_t *bytes_of(struct img *img)
{
	return img_span_bytes(img_span(img));
}

static struct img_gbe decode(const struct img *img)
{
	struct img_gbe gbe;

	assert_int_equal(img_gbe_decode(img_bytes(img), &gbe, NULL), IMG_OK);
	return gbe;
}

static void assert_sha256(const struct img *img, const char *want)
{
	struct img_digest digest;
	char hex[IMG_DIGEST_HEX];

	assert_int_equal(img_digest(IMG_SHA256, img_bytes(img), &digest, NULL), IMG_OK);
	img_digest_hex(&digest, hex);
	assert_string_equal(hex, want);
}

/* --- the fixture ------------------------------------------------------------------------ */

static void test_swap(void **state)
{
	struct img *img = fixture("good-gbe"), *old;

	(void)state;
	bytes_of(img)[PART + SPOIL_AT] ^= 0xff;
	assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
	assert_int_equal(img_gbe_swap(img_span(img), NULL), IMG_OK);
	assert_memory_equal(bytes_of(img), bytes_of(old) + PART, PART);
	assert_memory_equal(bytes_of(img) + PART, bytes_of(old), PART);
	assert_false(decode(img).bank[0].checksum_ok);
	assert_true(decode(img).bank[1].checksum_ok);
	img_close(old);
	img_close(img);
}

static void test_copy(void **state)
{
	struct img *img = fixture("good-gbe"), *old;
	struct img_error err;

	(void)state;
	bytes_of(img)[SPOIL_AT] ^= 0xff;
	assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
	assert_int_equal(img_gbe_copy(img_span(img), 0, &err), IMG_E_CORRUPT);
	assert_int_equal(err.at, 0);
	assert_non_null(strstr(err.text, "bank 0 is not copied"));
	assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
	assert_int_equal(img_gbe_copy(img_span(img), 1, NULL), IMG_OK);
	assert_memory_equal(bytes_of(img), bytes_of(old) + PART, PART);
	assert_memory_equal(bytes_of(img) + PART, bytes_of(old) + PART, PART);
	assert_int_equal(img_gbe_copy(img_span(img), 2, NULL), IMG_E_USAGE);
	img_close(old);
	img_close(img);
}

static void test_set_checksum(void **state)
{
	struct img *img = fixture("good-gbe"), *old;

	(void)state;
	assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
	bytes_of(img)[SPOIL_AT] ^= 0xff;
	bytes_of(img)[SPOIL_AT + 1] ^= 0x55;
	assert_int_equal(img_gbe_set_checksum(img_span(img), 2, NULL), IMG_E_USAGE);
	assert_int_equal(img_gbe_set_checksum(img_span(img), 1, NULL), IMG_OK);
	assert_false(decode(img).bank[0].checksum_ok);
	assert_int_equal(img_gbe_set_checksum(img_span(img), 0, NULL), IMG_OK);
	assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
	img_close(old);
	img_close(img);
}

static void test_no_good_bank(void **state)
{
	static const uint8_t mac[IMG_GBE_MAC] = { 0, 1, 2, 3, 4, 5 };
	struct img *img = fixture("good-gbe"), *old;

	(void)state;
	bytes_of(img)[SPOIL_AT] ^= 1;
	bytes_of(img)[PART + SPOIL_AT] ^= 1;
	assert_int_equal(img_copy(img_bytes(img), &old, NULL), IMG_OK);
	assert_int_equal(img_gbe_swap(img_span(img), NULL), IMG_E_CORRUPT);
	assert_int_equal(img_gbe_set_mac(img_span(img), mac, NULL), IMG_E_CORRUPT);
	assert_true(img_view_equal(img_bytes(img), img_bytes(old)));
	img_close(old);
	img_close(img);
}

/* No other length is a region, and none is read or written beyond its end. */
static void test_lengths(void **state)
{
	static const uint8_t mac[IMG_GBE_MAC] = { 0, 1, 2, 3, 4, 5 };
	struct img *img = fixture("good-gbe");

	(void)state;
	for (size_t size = 0; size < 0x2000; size += size < 0x100 ? 1 : 61) {
		uint8_t *part = malloc(size ? size : 1);
		struct img_span region = img_span_of(part, size);

		memcpy(part, bytes_of(img), size);
		assert_int_equal(img_gbe_swap(region, NULL), IMG_E_UNSUPPORTED);
		assert_int_equal(img_gbe_copy(region, 0, NULL), IMG_E_UNSUPPORTED);
		assert_int_equal(img_gbe_set_checksum(region, 1, NULL), IMG_E_UNSUPPORTED);
		assert_int_equal(img_gbe_set_mac(region, mac, NULL), IMG_E_UNSUPPORTED);
		free(part);
	}
	img_close(img);
}

/* --- MAC addresses as text -------------------------------------------------------------- */

static void test_mac_text(void **state)
{
	static const char *const bad[] = {
		"", "00", "00:1f:16:12:34:5", "00:1f:16:12:34:567", "00-1f-16-12-34-56",
		"0g:1f:16:12:34:56", "00:00:00:00:00:00", "01:23:45:67:89:ab", "ff:ff:ff:ff:ff:ff",
		"00:1f:16:12:34 56", "keep", ":::::::::::::::::",
	};
	uint8_t mac[IMG_GBE_MAC] = { 7, 7, 7, 7, 7, 7 };

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++)
		assert_int_equal(mac_text_parse(bad[i], mac, NULL), IMG_E_USAGE);
	assert_int_equal(mac[0], 7);
	assert_int_equal(mac_text_parse("F2:0A:0b:0C:0d:0E", mac, NULL), IMG_OK);
	assert_memory_equal(mac, "\xf2\x0a\x0b\x0c\x0d\x0e", IMG_GBE_MAC);
}

static void test_mac_random(void **state)
{
	uint8_t seen_last = 0, seen_first = 0, mac[IMG_GBE_MAC];

	(void)state;
	for (unsigned i = 0; i < 400; i++) {
		assert_int_equal(mac_text_parse("00:1f:16:?2:x4:XX", mac, NULL), IMG_OK);
		assert_memory_equal(mac, "\x00\x1f\x16", 3);
		assert_int_equal(mac[3] & 0xf, 2);
		assert_int_equal(mac[4] & 0xf, 4);
		seen_last |= mac[5];
		assert_int_equal(mac_text_parse("1?:00:00:00:00:00", mac, NULL), IMG_OK);
		assert_int_equal(mac[0] & 0xf3, 0x12);	/* local, unicast */
		assert_int_equal(mac_text_parse("random", mac, NULL), IMG_OK);
		assert_int_equal(mac[0] & 3, 2);
		seen_first |= mac[0];
	}
	assert_int_equal(seen_last, 0xff);
	assert_int_equal(seen_first, 0xfe);
}

/* --- goldens ---------------------------------------------------------------------------- */

static void edit_like(const char *name, const json_t *want, const char *key, unsigned bank)
{
	struct img *img = real_file(name);
	const json_t *edit = json_object_get(json_object_get(want, "edits"), key);
	bool refused = json_integer_value(json_object_get(edit, "exit_code")) != 0;
	enum img_status st = bank < IMG_GBE_BANKS ? img_gbe_copy(img_span(img), bank, NULL)
						  : img_gbe_swap(img_span(img), NULL);

	assert_non_null(edit);
	assert_int_equal(st, refused ? IMG_E_CORRUPT : IMG_OK);
	assert_sha256(img, json_string_value(json_object_get(edit, "sha256")));
	img_close(img);
}

static void test_golden(void **state)
{
	struct img *golden = real_file("golden/gbe.json");
	const char *name;
	json_t *root, *want;

	(void)state;
	if (!golden)
		skip();
	root = json_loadb((const char *)img_view_data(img_bytes(golden)), img_size(golden), 0,
			  NULL);
	assert_true(json_object_size(root) >= 13);
	json_object_foreach(root, name, want) {
		edit_like(name, want, "swap", IMG_GBE_BANKS);
		edit_like(name, want, "copy_0", 0);
		edit_like(name, want, "copy_1", 1);
	}
	json_decref(root);
	img_close(golden);
}

/* A row of nvmutil.tsv. */
struct row {
	char tool[16], file[40], variant[16], input[80], args[48], out[80];
	unsigned long size;
	int exit_code;
};

/* The input of a row, as the head of the table describes it. Owned. */
static struct img *input_of(const struct row *row)
{
	char path[64];
	struct img *file, *img;
	uint64_t size, half;

	snprintf(path, sizeof(path), "gbe/%s", row->file);
	file = real_file(path);
	size = img_size(file);
	assert_int_equal(img_new(row->size, 0xff, &img, NULL), IMG_OK);
	half = row->size == 0x4000 || row->size == 0x20000 ? row->size / 2 : PART;
	for (uint64_t at = 0; at < row->size; at++) {
		if (half == PART)
			bytes_of(img)[at] = bytes_of(file)[at % size];
		else if (at % half < PART)
			bytes_of(img)[at] = bytes_of(file)[at / half * PART + at % half];
	}
	if (!strcmp(row->variant, "bad0") || !strcmp(row->variant, "badboth"))
		bytes_of(img)[SPOIL_AT] ^= 0xff;
	if (!strcmp(row->variant, "bad1") || !strcmp(row->variant, "badboth"))
		bytes_of(img)[half + SPOIL_AT] ^= 0xff;
	img_close(file);
	assert_sha256(img, row->input);
	return img;
}

static enum img_status do_row(const struct row *row, struct img *img)
{
	const char *argument = strchr(row->args, ' ');
	unsigned bank = argument && argument[1] == '1';
	uint8_t mac[IMG_GBE_MAC];
	enum img_status st;

	if (!strcmp(row->args, "swap"))
		return img_gbe_swap(img_span(img), NULL);
	if (!strncmp(row->args, "copy ", 5))
		return img_gbe_copy(img_span(img), bank, NULL);
	if (!strncmp(row->args, "setchecksum ", 12))
		return img_gbe_set_checksum(img_span(img), bank, NULL);
	st = mac_text_parse(strcmp(row->args, "setmac ''") ? row->args + 7 : "", mac, NULL);
	return st == IMG_OK ? img_gbe_set_mac(img_span(img), mac, NULL) : st;
}

/* The later revision has no setchecksum; dump changes nothing. */
static bool counts(const struct row *row)
{
	return strcmp(row->args, "dump") &&
	       (strncmp(row->args, "setchecksum", 11) || !strcmp(row->tool, "2025-02"));
}

static void test_nvmutil(void **state)
{
	struct img *golden = real_file("golden/nvmutil.tsv");
	char *text, *line, *rest = NULL;
	unsigned done = 0;

	(void)state;
	if (!golden)
		skip();
	text = strndup((const char *)img_view_data(img_bytes(golden)), img_size(golden));
	for (line = strtok_r(text, "\n", &rest); line; line = strtok_r(NULL, "\n", &rest)) {
		struct row r;
		struct img *img;

		if (sscanf(line, "%15[^\t]\t%39[^\t]\t%15[^\t]\t%79[^\t]\t%lu\t%47[^\t]\t%d\t"
			   "%79[^\t]", r.tool, r.file, r.variant, r.input, &r.size, r.args,
			   &r.exit_code, r.out) != 8 || !counts(&r))
			continue;
		img = input_of(&r);
		if ((do_row(&r, img) == IMG_OK) != (r.exit_code == 0))
			fail_msg("%s", line);
		assert_sha256(img, strcmp(r.out, "same") ? r.out : r.input);
		img_close(img);
		done++;
	}
	assert_int_equal(done, 512 - 50 - 50);
	free(text);
	img_close(golden);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_swap),	   cmocka_unit_test(test_copy),
		cmocka_unit_test(test_set_checksum), cmocka_unit_test(test_no_good_bank),
		cmocka_unit_test(test_lengths),	   cmocka_unit_test(test_mac_text),
		cmocka_unit_test(test_mac_random), cmocka_unit_test(test_golden),
		cmocka_unit_test(test_nvmutil),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
