/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The three kinds of compression: both ways, what others wrote, and every kind of damage. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/compress.h"
#include "tests/libimg/small.h"

enum { PLAIN = 9000 };

static const uint32_t kinds[] = { IMG_COMPRESSION_LZMA, IMG_COMPRESSION_LZ4,
				  IMG_COMPRESSION_ZSTD };

/* Text that compresses, but not to nothing. */
static void make_plain(uint8_t out[PLAIN])
{
	static const char *const words[] = { "boot ", "block ", "stage ", "payload ", "header ",
					     "of ", "the ", "length\n" };
	uint32_t n = 1;
	size_t i = 0, len;

	while (i < PLAIN) {
		n = n * 1103515245 + 12345;
		len = strlen(words[(n >> 16) % 8]);
		len = len < PLAIN - i ? len : PLAIN - i;
		memcpy(out + i, words[(n >> 16) % 8], len);
		i += len;
	}
}

static struct img *pack(uint32_t kind, struct img_view plain)
{
	struct img_error err;
	struct img *out = NULL;

	small_must(img_compress(kind, plain, &out, &err), &err);
	assert_non_null(out);
	return out;
}

static void test_both_ways(void **state)
{
	static const size_t sizes[] = { 400, 4096, PLAIN };
	uint8_t plain[PLAIN];
	struct img *packed, *back;
	struct img_error err;
	size_t k, s;

	(void)state;
	make_plain(plain);
	for (k = 0; k < 3; k++) {
		for (s = 0; s < 3; s++) {
			packed = pack(kinds[k], img_view_of(plain, sizes[s]));
			assert_true(img_size(packed) < sizes[s]);
			small_must(img_decompress_whole(kinds[k], img_bytes(packed), sizes[s],
							&back, &err), &err);
			assert_true(img_view_equal(img_bytes(back),
						   img_view_of(plain, sizes[s])));
			img_close(packed);
			img_close(back);
		}
	}
}

/* What firmware needs to see: properties, dictionary and length; frame flags. */
static void test_containers(void **state)
{
	uint8_t plain[PLAIN], head[13];
	struct img *packed;

	(void)state;
	make_plain(plain);
	packed = pack(IMG_COMPRESSION_LZMA, img_view_of(plain, PLAIN));
	assert_int_equal(img_view_copy(img_bytes(packed), 0, head, 13, NULL), IMG_OK);
	assert_memory_equal(head, "\x01\x00\x30\x00\x00\x28\x23\x00\x00\x00\x00\x00\x00", 13);
	img_close(packed);
	packed = pack(IMG_COMPRESSION_LZ4, img_view_of(plain, PLAIN));
	assert_int_equal(img_view_copy(img_bytes(packed), 0, head, 5, NULL), IMG_OK);
	assert_memory_equal(head, "\x04\x22\x4d\x18\x60", 5);
	img_close(packed);
	packed = pack(IMG_COMPRESSION_ZSTD, img_view_of(plain, PLAIN));
	assert_int_equal(img_view_copy(img_bytes(packed), 0, head, 4, NULL), IMG_OK);
	assert_memory_equal(head, "\x28\xb5\x2f\xfd", 4);
	img_close(packed);
}

static void test_dictionaries(void **state)
{
	static const struct { uint32_t size; uint8_t dictionary[4]; } rows[] = {
		{ 4096, { 0, 0x10 } }, { 4097, { 0, 0x18 } }, { 6144, { 0, 0x18 } },
		{ 6145, { 0, 0x20 } }, { 150000, { 0, 0, 3 } }, { 1 << 20, { 0, 0, 0x10 } },
		{ (1 << 20) + 1, { 0, 0, 0x18 } },
	};
	struct img_error err;
	struct img *plain, *packed;
	uint8_t found[4];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		small_must(img_new(rows[i].size, 'a', &plain, &err), &err);
		packed = pack(IMG_COMPRESSION_LZMA, img_bytes(plain));
		assert_int_equal(img_view_copy(img_bytes(packed), 1, found, 4, NULL), IMG_OK);
		assert_memory_equal(found, rows[i].dictionary, 4);
		img_close(plain);
		img_close(packed);
	}
}

static void test_no_gain(void **state)
{
	uint8_t plain[300];
	struct img *out;
	uint32_t n = 7;
	size_t i, k;

	(void)state;
	for (i = 0; i < sizeof(plain); i++) {
		n = n * 1103515245 + 12345;
		plain[i] = (uint8_t)(n >> 16);
	}
	for (k = 0; k < 3; k++) {
		for (i = 1; i <= sizeof(plain); i += 13) {
			out = (struct img *)plain;
			assert_int_equal(img_compress(kinds[k], img_view_of(plain, i), &out, NULL),
					 IMG_OK);
			assert_null(out);
		}
	}
	assert_int_equal(img_compress(1, img_view_of(plain, 0), &out, NULL), IMG_E_USAGE);
	assert_int_equal(img_compress(0, img_view_of(plain, 9), &out, NULL), IMG_E_UNSUPPORTED);
	assert_int_equal(img_compress(4, img_view_of(plain, 9), &out, NULL), IMG_E_UNSUPPORTED);
}

static enum img_status unpack(uint32_t kind, const uint8_t *packed, size_t size, uint64_t length)
{
	struct img *out = NULL;
	enum img_status st;

	st = img_decompress_whole(kind, img_view_of(packed, size), length, &out, NULL);
	img_close(out);
	return st;
}

/* Copies what was packed into bytes. */
static size_t copy_packed(uint32_t kind, uint8_t bytes[PLAIN])
{
	uint8_t plain[PLAIN];
	struct img *packed;
	size_t size;

	make_plain(plain);
	packed = pack(kind, img_view_of(plain, PLAIN));
	size = (size_t)img_size(packed);
	assert_int_equal(img_view_copy(img_bytes(packed), 0, bytes, size, NULL), IMG_OK);
	img_close(packed);
	return size;
}

static void test_cut_off(void **state)
{
	uint8_t bytes[PLAIN], *exact;
	size_t size, n, k;

	(void)state;
	for (k = 0; k < 3; k++) {
		size = copy_packed(kinds[k], bytes);
		for (n = 0; n < size; n++) {
			exact = malloc(n + 1);
			assert_non_null(exact);
			memcpy(exact, bytes, n);
			assert_int_equal(unpack(kinds[k], exact, n, PLAIN), IMG_E_CORRUPT);
			free(exact);
		}
	}
}

static void test_wrong_length(void **state)
{
	uint8_t bytes[PLAIN];
	size_t size, k;

	(void)state;
	for (k = 0; k < 3; k++) {
		size = copy_packed(kinds[k], bytes);
		assert_int_equal(unpack(kinds[k], bytes, size, PLAIN), IMG_OK);
		assert_int_equal(unpack(kinds[k], bytes, size, PLAIN - 1), IMG_E_CORRUPT);
		assert_int_equal(unpack(kinds[k], bytes, size, PLAIN + 1), IMG_E_CORRUPT);
		assert_int_equal(unpack(kinds[k], bytes, size, 1), IMG_E_CORRUPT);
		assert_int_equal(unpack(kinds[k], bytes, size, 0), IMG_E_UNSUPPORTED);
		assert_int_equal(unpack(kinds[k], bytes, size, IMG_SIZE_MAX + 1),
				 IMG_E_UNSUPPORTED);
		assert_int_equal(unpack(kinds[k], bytes, size, UINT32_MAX), IMG_E_UNSUPPORTED);
	}
	assert_int_equal(unpack(4, bytes, size, PLAIN), IMG_E_UNSUPPORTED);
}

/* Padding is passed over, anything else is not. */
static void test_behind_the_end(void **state)
{
	uint8_t bytes[PLAIN + 32];
	size_t size, k;

	(void)state;
	for (k = 0; k < 3; k++) {
		size = copy_packed(kinds[k], bytes);
		memset(bytes + size, 0, 32);
		assert_int_equal(unpack(kinds[k], bytes, size + 32, PLAIN), IMG_OK);
		memset(bytes + size, 0xff, 32);
		assert_int_equal(unpack(kinds[k], bytes, size + 32, PLAIN), IMG_OK);
		bytes[size + 31] = 0;
		assert_int_equal(unpack(kinds[k], bytes, size + 32, PLAIN), IMG_E_CORRUPT);
	}
}

/* One damaged field of a header each, with what must be said about it. */
static void test_headers(void **state)
{
	static const struct {
		uint32_t kind;
		size_t at;
		const char *bytes;
		size_t count;
		enum img_status expected;
	} rows[] = {
		{ 1, 0, "\xe1", 1, IMG_E_CORRUPT },		/* no properties */
		{ 1, 0, "\x08", 1, IMG_E_UNSUPPORTED },		/* lc 8 */
		{ 1, 0, "\x0d", 1, IMG_E_UNSUPPORTED },		/* lc 4, lp 1 */
		{ 1, 1, "\xff\xff\xff\xff", 4, IMG_OK },	/* a dictionary of 4 GiB */
		{ 1, 5, "\x29", 1, IMG_E_CORRUPT },		/* longer by 1 */
		{ 1, 5, "\x27", 1, IMG_E_CORRUPT },		/* shorter by 1 */
		{ 1, 9, "\x01", 1, IMG_E_CORRUPT },		/* 4 GiB */
		{ 1, 5, "\xff\xff\xff\xff\xff\xff\xff\xff", 8, IMG_E_UNSUPPORTED },
		{ 2, 0, "\x05", 1, IMG_E_CORRUPT },		/* magic */
		{ 2, 4, "\xa0", 1, IMG_E_UNSUPPORTED },		/* version 2 */
		{ 2, 4, "\x40", 1, IMG_E_UNSUPPORTED },		/* linked blocks */
		{ 2, 4, "\x61", 1, IMG_E_UNSUPPORTED },		/* a dictionary */
		{ 2, 5, "\x00", 1, IMG_E_CORRUPT },		/* block size */
		{ 2, 7, "\xff\xff\xff\x7f", 4, IMG_E_CORRUPT },	/* length of a block */
		{ 3, 0, "\x29", 1, IMG_E_CORRUPT },		/* magic */
		{ 3, 4, "\xff", 1, IMG_E_CORRUPT },		/* descriptor */
	};
	uint8_t bytes[PLAIN];
	size_t i, size;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		size = copy_packed(rows[i].kind, bytes);
		memcpy(bytes + rows[i].at, rows[i].bytes, rows[i].count);
		if (unpack(rows[i].kind, bytes, size, PLAIN) != rows[i].expected)
			fail_msg("row %zu: status %d", i,
				 unpack(rows[i].kind, bytes, size, PLAIN));
	}
}

/* Every bit wrong once: never more than was announced, never a crash. */
static void test_bits(void **state)
{
	uint8_t bytes[PLAIN];
	size_t size, k, bit;
	enum img_status st;

	(void)state;
	for (k = 0; k < 3; k++) {
		size = copy_packed(kinds[k], bytes);
		for (bit = 0; bit < 8 * size; bit += k ? 1 : 3) {
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
			st = unpack(kinds[k], bytes, size, PLAIN);
			assert_true(st == IMG_OK || st == IMG_E_CORRUPT ||
				    st == IMG_E_UNSUPPORTED);
			bytes[bit / 8] ^= (uint8_t)(1 << bit % 8);
		}
	}
}

/* What the head of a container says, against what is announced. */
static void test_agrees(void **state)
{
	uint8_t plain[PLAIN];
	struct img_view head;
	struct img *packed;

	(void)state;
	make_plain(plain);
	for (size_t k = 0; k < 3; k++) {
		bool says = kinds[k] != IMG_COMPRESSION_LZ4;
		enum img_status other = says ? IMG_E_CORRUPT : IMG_OK;

		packed = pack(kinds[k], img_view_of(plain, PLAIN));
		assert_int_equal(img_view_slice(img_bytes(packed), 0, 18, &head, NULL), IMG_OK);
		assert_int_equal(img_compressed_agrees(kinds[k], head, PLAIN, NULL), IMG_OK);
		assert_int_equal(img_compressed_agrees(kinds[k], head, PLAIN - 1, NULL), other);
		assert_int_equal(img_compressed_agrees(kinds[k], head, 0, NULL), other);
		for (size_t i = 0; i < 3; i++)
			if (i != k)
				assert_int_not_equal(img_compressed_agrees(kinds[i], head, PLAIN,
									   NULL), IMG_OK);
		assert_int_equal(img_view_slice(head, 0, 3, &head, NULL), IMG_OK);
		assert_int_equal(img_compressed_agrees(kinds[k], head, PLAIN, NULL),
				 IMG_E_CORRUPT);
		img_close(packed);
	}
	head = img_view_of(plain, 9);
	assert_int_equal(img_compressed_agrees(IMG_COMPRESSION_NONE, head, 9, NULL), IMG_OK);
	assert_int_equal(img_compressed_agrees(IMG_COMPRESSION_NONE, head, 8, NULL),
			 IMG_E_CORRUPT);
	assert_int_equal(img_compressed_agrees(4, head, 9, NULL), IMG_E_UNSUPPORTED);
}

static void test_words(void **state)
{
	uint32_t n = 9;

	(void)state;
	assert_string_equal(img_compression_word(0), "none");
	assert_string_equal(img_compression_word(3), "zstd");
	assert_null(img_compression_word(4));
	assert_true(img_compression_of("lz4", &n));
	assert_int_equal(n, 2);
	assert_false(img_compression_of("LZ4", &n));
	assert_false(img_compression_of("", &n));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_both_ways), cmocka_unit_test(test_containers),
		cmocka_unit_test(test_dictionaries), cmocka_unit_test(test_no_gain),
		cmocka_unit_test(test_cut_off), cmocka_unit_test(test_wrong_length),
		cmocka_unit_test(test_behind_the_end), cmocka_unit_test(test_headers),
		cmocka_unit_test(test_bits), cmocka_unit_test(test_agrees),
		cmocka_unit_test(test_words),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
