/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reading a CBFS, whole and damaged. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/format/cbfs.h"
#include "tests/libimg/small.h"

enum { AREA = 0x400, PLAIN = 0, PACKED = 0x80, LAST = 0x140, FREE = 0x180 };

/*
 * Four entries: "plain" of 50 bytes at 0, "packed" of 100 bytes with attributes (hash,
 * compression) at 0x80, "last" at 0x140, free space at 0x180 up to 4 bytes before the end.
 */
static void make_area(uint8_t out[AREA])
{
	uint8_t header[IMG_CBFS_METADATA_MAX];
	size_t size;

	memset(out, 0xff, AREA);
	size = img_cbfs_header(header, IMG_CBFS_RAW, "plain", 50);
	memcpy(out + PLAIN, header, size);
	memset(out + PLAIN + size, 'p', 50);

	size = img_cbfs_header(header, 0x30, "packed", 100);
	img_put_be32(header + 16, (uint32_t)size);
	img_put_be32(header + size, IMG_CBFS_ATTR_HASH);
	img_put_be32(header + size + 4, 32);
	img_put_be32(header + size + 32, IMG_CBFS_ATTR_COMPRESSION);
	img_put_be32(header + size + 36, 16);
	img_put_be32(header + size + 40, 1);
	img_put_be32(header + size + 44, 4096);
	size += 48;
	img_put_be32(header + 20, (uint32_t)size);
	memcpy(out + PACKED, header, size);
	memset(out + PACKED + size, 'c', 100);

	size = img_cbfs_header(header, 0x12345678, "last", 1);
	memcpy(out + LAST, header, size);
	out[LAST + size] = 'l';
	size = img_cbfs_header(header, IMG_CBFS_NULL, "", AREA - FREE - 28 - 4);
	memcpy(out + FREE, header, size);
}

static void assert_next(struct img_view area, uint64_t *cursor, const char *name, uint64_t at)
{
	struct img_cbfs_file f;
	struct img_error err;

	small_must(img_cbfs_next(area, cursor, &f, &err), &err);
	assert_string_equal(f.name, name);
	assert_int_equal(f.at, at);
}

static void test_good(void **state)
{
	struct img_cbfs_file f;
	uint8_t bytes[AREA] = { 0 };
	struct img_view area = img_view_of(bytes, AREA);
	uint64_t cursor = 0;

	(void)state;
	make_area(bytes);
	assert_true(img_cbfs_begins(area));
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_OK);
	assert_string_equal(f.name, "plain");
	assert_int_equal(f.type, IMG_CBFS_RAW);
	assert_int_equal(f.metadata_size, 32);
	assert_int_equal(f.attributes_at, 0);
	assert_int_equal(f.compression, 0);
	assert_int_equal(f.data_size, 50);
	assert_int_equal(f.decompressed_size, 50);
	assert_int_equal(img_view_size(f.data), 50);
	assert_true(img_view_filled(f.data, 'p'));
	assert_int_equal(img_view_origin(f.data), 32);
	assert_int_equal(img_view_size(f.metadata), 32);
	assert_false(img_cbfs_is_free(&f));
	assert_int_equal(img_cbfs_end(&f), PACKED);

	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_OK);
	assert_string_equal(f.name, "packed");
	assert_int_equal(f.attributes_at, 32);
	assert_int_equal(f.metadata_size, 80);
	assert_int_equal(f.compression, 1);
	assert_int_equal(f.data_size, 100);
	assert_int_equal(f.decompressed_size, 4096);
	assert_true(img_view_filled(f.data, 'c'));

	assert_next(area, &cursor, "last", LAST);
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_OK);
	assert_true(img_cbfs_is_free(&f));
	assert_string_equal(f.name, "");
	assert_int_equal(img_cbfs_end(&f), AREA);
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_E_ABSENT);
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_E_ABSENT);
}

static void test_find(void **state)
{
	struct img_cbfs_file f, untouched;
	uint8_t bytes[AREA] = { 0 };
	struct img_view area = img_view_of(bytes, AREA);
	struct img_error err;

	(void)state;
	make_area(bytes);
	assert_int_equal(img_cbfs_find(area, "last", &f, NULL), IMG_OK);
	assert_int_equal(f.at, LAST);
	memset(&untouched, 0x5a, sizeof(untouched));
	memcpy(&f, &untouched, sizeof(f));
	assert_int_equal(img_cbfs_find(area, "Last", &f, &err), IMG_E_ABSENT);
	assert_string_equal(err.text, "no file Last in this CBFS");
	assert_int_equal(img_cbfs_find(area, "", &f, NULL), IMG_E_ABSENT);
	/* Behind damage nobody can say; in front of it one can. */
	bytes[PACKED] = 'x';
	assert_int_equal(img_cbfs_find(area, "last", &f, NULL), IMG_E_CORRUPT);
	assert_memory_equal(&f, &untouched, sizeof(f));
	assert_int_equal(img_cbfs_find(area, "plain", &f, NULL), IMG_OK);
	memset(bytes, 0, AREA);
	assert_int_equal(img_cbfs_find(area, "plain", &f, NULL), IMG_E_CORRUPT);
	memset(bytes, 0xff, AREA);
	assert_int_equal(img_cbfs_find(area, "plain", &f, NULL), IMG_E_ABSENT);
	assert_false(img_cbfs_begins(area));
}

/* Cut off anywhere: what is whole is still read, what is not is damage, then the end. */
static void test_every_length(void **state)
{
	static const uint64_t ends[] = { 32 + 50, PACKED + 80 + 100, LAST + 33, AREA - 4 };
	static const uint64_t begins[] = { PLAIN, PACKED, LAST, FREE };
	struct img_cbfs_file f;
	uint8_t bytes[AREA];
	size_t len, i;

	(void)state;
	make_area(bytes);
	for (len = 0; len <= AREA; len++) {
		uint8_t *cut = malloc(len ? len : 1);	/* the sanitizer watches its end */
		struct img_view area = img_view_of(cut, len);
		uint64_t cursor = 0;
		enum img_status st;

		assert_non_null(cut);
		memcpy(cut, bytes, len);
		for (i = 0; i < 4 && ends[i] <= len; i++)
			assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_OK);
		if (i < 4 && len > begins[i])
			assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_E_CORRUPT);
		while ((st = img_cbfs_next(area, &cursor, &f, NULL)) != IMG_E_ABSENT)
			assert_int_equal(st, IMG_E_CORRUPT);
		free(cut);
	}
}

/* One damaged copy for each field: said, stepped over, and the file behind it is found. */
static void test_damage(void **state)
{
	static const struct { size_t at; uint32_t value; } rows[] = {
		{ 0, 0 }, { 4, 0 },					/* magic */
		{ 8, AREA - PACKED - 80 + 1 }, { 8, 0x7fffffff }, { 8, 0xffffffff },
		{ 16, 1 }, { 16, 23 }, { 16, 81 }, { 16, 0xffffffff },	/* attributes */
		{ 16, 24 }, { 16, 28 }, { 16, 30 },			/* no room for the name */
		{ 20, 0 }, { 20, 24 }, { 20, 31 }, { 20, 257 }, { 20, 0xffffffff },
		{ 36, 0 }, { 36, 7 }, { 36, 9 }, { 36, 34 }, { 36, 52 }, { 36, 0xffffffff },
		{ 68, 0 }, { 68, 8 }, { 68, 12 }, { 68, 20 },		/* compression */
	};
	struct img_cbfs_file f, untouched;
	struct img_error err;
	uint8_t bytes[AREA] = { 0 };
	struct img_view area = img_view_of(bytes, AREA);
	size_t i;

	(void)state;
	memset(&untouched, 0x5a, sizeof(untouched));
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t cursor = 0;

		make_area(bytes);
		img_put_be32(bytes + PACKED + rows[i].at, rows[i].value);
		assert_next(area, &cursor, "plain", PLAIN);
		memcpy(&f, &untouched, sizeof(f));
		memset(&err, 0, sizeof(err));
		if (img_cbfs_next(area, &cursor, &f, &err) != IMG_E_CORRUPT)
			fail_msg("field %zu = 0x%x is not damage", rows[i].at, rows[i].value);
		assert_memory_equal(&f, &untouched, sizeof(f));
		assert_int_equal(err.status, IMG_E_CORRUPT);
		assert_int_equal(err.at, PACKED);
		while (cursor < LAST)
			assert_int_equal(img_cbfs_next(area, &cursor, &f, &err), IMG_E_CORRUPT);
		assert_next(area, &cursor, "last", LAST);
	}
}

/* Fields that may be other than ours write them. */
static void test_allowed(void **state)
{
	uint8_t bytes[AREA] = { 0 };
	struct img_view area = img_view_of(bytes, AREA);
	uint64_t cursor = 0;
	struct img_cbfs_file f;

	(void)state;
	/* Tags 0 and 0xffffffff end the attributes, whatever follows. */
	make_area(bytes);
	img_put_be32(bytes + PACKED + 64, 0);
	img_put_be32(bytes + PACKED + 68, 3);
	assert_next(area, &cursor, "plain", PLAIN);
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_OK);
	assert_int_equal(f.compression, 0);
	assert_int_equal(f.decompressed_size, 100);
	img_put_be32(bytes + PACKED + 32, 0xffffffff);
	assert_int_equal(img_cbfs_find(area, "packed", &f, NULL), IMG_OK);
	/* No attributes at all: they may begin where the metadata end. */
	img_put_be32(bytes + PACKED + 16, 80);
	assert_int_equal(img_cbfs_find(area, "packed", &f, NULL), IMG_OK);
	/* Metadata of any size up to 256 bytes: the name is padded. */
	img_put_be32(bytes + PLAIN + 20, 256);
	assert_int_equal(img_cbfs_find(area, "plain", &f, NULL), IMG_OK);
	assert_int_equal(f.metadata_size, 256);
	img_put_be32(bytes + PLAIN + 20, 257);
	assert_int_equal(img_cbfs_find(area, "plain", &f, NULL), IMG_E_CORRUPT);
	/* Damage takes no more than it must: the next header is 64 bytes away. */
	img_put_be32(bytes + LAST + 20, 0);
	cursor = LAST;
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_E_CORRUPT);
	assert_next(area, &cursor, "", FREE);
	/* Up to the last byte of the area. */
	img_put_be32(bytes + FREE + 8, AREA - FREE - 28);
	cursor = FREE;
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_OK);
	assert_int_equal(cursor, AREA);
	/* Blank flash may follow the last file. */
	make_area(bytes);
	memset(bytes + FREE, 0xff, AREA - FREE);
	cursor = FREE;
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_E_ABSENT);
	bytes[AREA - 1] = 0xfe;
	cursor = FREE;
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_E_CORRUPT);
	/* But no header is missing between two, blank or not. */
	make_area(bytes);
	memset(bytes + PACKED, 0xff, LAST - PACKED);
	cursor = PACKED;
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_E_CORRUPT);
	assert_next(area, &cursor, "last", LAST);
	make_area(bytes);
	img_put_be32(bytes + PACKED + 8, 1);
	cursor = PACKED;
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_OK);
	assert_int_equal(img_cbfs_next(area, &cursor, &f, NULL), IMG_E_CORRUPT);
	assert_next(area, &cursor, "last", LAST);
}

/* Noise in and around headers: every step goes forward and stays inside. */
static void test_noise(void **state)
{
	uint8_t bytes[AREA] = { 0 };
	struct img_view area = img_view_of(bytes, AREA);
	struct img_cbfs_file f;
	uint32_t x = 1;
	unsigned round, i;

	(void)state;
	for (round = 0; round < 20000; round++) {
		uint64_t cursor = 0, before = 0;
		enum img_status st;

		make_area(bytes);
		for (i = 0; i < 3; i++) {
			x = x * 1664525u + 1013904223u;
			bytes[(x >> 8) % FREE] = (uint8_t)(x >> 24);
		}
		while ((st = img_cbfs_next(area, &cursor, &f, NULL)) != IMG_E_ABSENT) {
			assert_true(st == IMG_OK || st == IMG_E_CORRUPT);
			assert_true(cursor > before);
			if (st == IMG_OK)
				assert_true(f.at + f.metadata_size + f.data_size <= AREA);
			before = cursor;
		}
	}
}

static void test_types(void **state)
{
	/* The words cbfstool has. */
	static const struct { uint32_t type; const char *word; } rows[] = {
		{ 0, "deleted" }, { 1, "bootblock" }, { 2, "cbfs header" },
		{ 0x10, "legacy stage" }, { 0x11, "stage" }, { 0x20, "simple elf" },
		{ 0x21, "fit_payload" },
		{ 0x30, "optionrom" }, { 0x40, "bootsplash" }, { 0x50, "raw" }, { 0x51, "vsa" },
		{ 0x52, "mbi" }, { 0x53, "microcode" }, { 0x54, "intel_fit" }, { 0x60, "fsp" },
		{ 0x61, "mrc" }, { 0x62, "mma" }, { 0x63, "efi" }, { 0x70, "struct" },
		{ 0x80, "amdfw" }, { 0xaa, "cmos_default" }, { 0xab, "spd" },
		{ 0xac, "mrc_cache" }, { 0x1aa, "cmos_layout" }, { 0xffffffff, "null" },
	};
	uint32_t type;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		assert_string_equal(img_cbfs_type_word(rows[i].type), rows[i].word);
		assert_true(img_cbfs_type_of(rows[i].word, &type));
		assert_int_equal(type, rows[i].type);
	}
	assert_null(img_cbfs_type_word(0x99));
	assert_false(img_cbfs_type_of("", &type));
	assert_false(img_cbfs_type_of("rawer", &type));
}

static void test_header(void **state)
{
	uint8_t out[IMG_CBFS_METADATA_MAX];

	(void)state;
	assert_int_equal(img_cbfs_header_size(""), 28);
	assert_int_equal(img_cbfs_header_size("abc"), 28);
	assert_int_equal(img_cbfs_header_size("abcd"), 32);
	assert_int_equal(img_cbfs_header(out, 0x61, "mrc.bin", 195732), 32);
	assert_memory_equal(out, "LARCHIVE\0\2\xfc\x94\0\0\0\x61\0\0\0\0\0\0\0\x20mrc.bin", 32);
}

static void test_anchor(void **state)
{
	uint8_t block[SMALL_BOOT_FILE];
	struct img_cbfs_anchor a;
	enum img_digest_kind kind;
	size_t len;
	unsigned n;

	(void)state;
	for (n = 0; n < 256; n++) {
		small_boot_block(block, sizeof(block), IMG_SHA512);
		block[SMALL_ANCHOR + 11] = (uint8_t)n;
		if (!img_cbfs_hash_kind((uint8_t)n, &kind)) {
			assert_int_equal(img_cbfs_anchor_find(img_view_of(block, sizeof(block)), &a,
							      NULL), IMG_E_UNSUPPORTED);
			continue;
		}
		assert_true(n >= 1 && n <= 5);
		assert_int_equal(img_cbfs_hash_number(kind), n);
		assert_int_equal(img_cbfs_anchor_find(img_view_of(block, sizeof(block)), &a, NULL),
				 IMG_OK);
		assert_int_equal(a.kind, kind);
		assert_int_equal(a.metadata_hash_at, SMALL_ANCHOR + 12);
		assert_int_equal(a.fmap_hash_at, SMALL_ANCHOR + 12 + img_digest_size(kind));
	}
	assert_int_equal(img_cbfs_hash_number(IMG_MD5), 0);
	small_boot_block(block, sizeof(block), IMG_SHA256);
	for (len = 0; len < SMALL_ANCHOR + 12 + 64; len++)
		assert_int_equal(img_cbfs_anchor_find(img_view_of(block, len), &a, NULL),
				 len < SMALL_ANCHOR + 8 ? IMG_E_ABSENT : IMG_E_BOUNDS);
	assert_int_equal(img_cbfs_anchor_find(img_view_of(block, len), &a, NULL), IMG_OK);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),	cmocka_unit_test(test_find),
		cmocka_unit_test(test_every_length), cmocka_unit_test(test_damage),
		cmocka_unit_test(test_allowed), cmocka_unit_test(test_noise),
		cmocka_unit_test(test_types),	cmocka_unit_test(test_header),
		cmocka_unit_test(test_anchor),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
