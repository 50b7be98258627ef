/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ME regions: tables, manifest and signature of every generation; damaged and cut off. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>
#include <jansson.h>
#include <zlib.h>

#include "libimg/core/bytes.h"
#include "tests/libimg/fixture.h"
#include "tests/synth/me.h"

enum { FTPR = SYNTH_ME_FTPR, TABLE = 0x10, CPD = SYNTH_ME_FTPR, MAN_3 = SYNTH_ME_MANIFEST_3 };

static uint8_t region[SYNTH_ME_SIZE];

static struct img_view whole(void)
{
	return img_view_of(region, sizeof(region));
}

static enum img_status decode(struct img_me *me)
{
	return img_me_decode(whole(), me, NULL);
}

static const struct img_me_partition *partition(const struct img_me *me, const char *name)
{
	for (size_t i = 0; i < me->partition_count; i++)
		if (!strcmp(me->partition[i].name, name))
			return &me->partition[i];
	return NULL;
}

static void test_good(void **state)
{
	static const struct {
		enum img_me_generation generation;
		const char *word, *version;
		size_t partitions;
		uint64_t boot_at, manifest_at;
	} want[] = {
		{ IMG_ME_GEN_1, "1", "4.2.60.1060", 2, FTPR, FTPR },
		{ IMG_ME_GEN_2, "2", "8.1.20.1336", 6, FTPR, FTPR },
		{ IMG_ME_GEN_3, "3", "11.6.0.1126", 4, FTPR, FTPR + MAN_3 },
		{ IMG_ME_IFWI, "ifwi", "16.1.30.2307", 4, 0x2000, 0x2000 + MAN_3 },
	};
	struct img_me me;
	char text[24];

	(void)state;
	for (size_t i = 0; i < sizeof(want) / sizeof(want[0]); i++) {
		synth_me(want[i].generation, region);
		assert_int_equal(decode(&me), IMG_OK);
		assert_int_equal(me.generation, want[i].generation);
		assert_string_equal(img_me_generation_word(me.generation), want[i].word);
		img_me_version_text(&me, text);
		assert_string_equal(text, want[i].version);
		assert_int_equal(me.partition_count, want[i].partitions);
		assert_int_equal(me.partition[me.boot].range.start, want[i].boot_at);
		assert_int_equal(me.partition[me.boot].range.size, SYNTH_ME_FTPR_SIZE);
		assert_int_equal(me.manifest.at, want[i].manifest_at);
		assert_true(me.checksum_ok && me.layout_ok && !me.key_known);
		assert_string_equal(img_me_family_name(me.family), "ME");
		assert_int_equal(img_me_signature(whole(), &me, NULL), IMG_OK);
		assert_true(img_me_mark(whole()));
	}
}

static void test_partitions(void **state)
{
	struct img_me me;

	(void)state;
	synth_me(IMG_ME_GEN_2, region);
	assert_int_equal(decode(&me), IMG_OK);
	assert_string_equal(me.partition[0].name, "????");
	assert_memory_equal(me.partition[0].tag, "\xe0\x15\0\0", 4);
	assert_int_equal(me.partition[0].range.size, 0x40);
	assert_ptr_equal(partition(&me, "MFS"), &me.partition[1]);
	assert_null(partition(&me, "FITC"));
	assert_true(me.has_effs_flag);
	/* NVRAM has no data, whatever its length says. */
	assert_int_equal(me.partition[3].range.size, 0);
	assert_int_equal(me.partition[3].length, 0x9000);
	for (size_t i = 0; i < me.partition_count; i++)
		assert_false(me.partition[i].is_cut);
	synth_me(IMG_ME_IFWI, region);
	assert_int_equal(decode(&me), IMG_OK);
	assert_int_equal(partition(&me, "MFS")->range.start, SYNTH_ME_DATA + 0x1000);
	assert_int_equal(partition(&me, "FTPR")->at, SYNTH_ME_BOOT + 0x24);
	assert_int_equal(me.table_at, SYNTH_ME_DATA);
}

static void test_absent(void **state)
{
	struct img_error err;
	struct img_me me;

	(void)state;
	memset(region, 0xff, sizeof(region));
	assert_int_equal(img_me_decode(whole(), &me, &err), IMG_E_ABSENT);
	assert_non_null(strstr(err.text, "blank: all its 0x20000 bytes are 0xff"));
	assert_true(img_me_blank(whole()) && !img_me_mark(whole()));
	memset(region, 0, sizeof(region));
	assert_int_equal(img_me_decode(whole(), &me, &err), IMG_E_ABSENT);
	assert_non_null(strstr(err.text, "are 0x00"));
	region[5] = 1;
	assert_int_equal(img_me_decode(whole(), &me, &err), IMG_E_ABSENT);
	assert_non_null(strstr(err.text, "no ME region"));
	assert_false(img_me_blank(whole()));
	assert_int_equal(img_me_decode(img_view_of(region, 0), &me, &err), IMG_E_ABSENT);
	synth_me(IMG_ME_GEN_2, region);
	assert_int_equal(img_me_decode(img_view_of(region + FTPR, SYNTH_ME_FTPR_SIZE), &me, &err),
			 IMG_E_ABSENT);
	assert_non_null(strstr(err.text, "bare FTPR"));
}

/* The end of what decoding needs. */
static uint64_t needed(enum img_me_generation generation)
{
	struct img_me me;

	synth_me(generation, region);
	assert_int_equal(decode(&me), IMG_OK);
	return me.manifest.at + me.manifest.size;
}

static void test_cut(void **state)
{
	(void)state;
	for (enum img_me_generation g = IMG_ME_GEN_1; g <= IMG_ME_IFWI; g++) {
		uint64_t end = needed(g);

		for (uint64_t len = 0; len < sizeof(region); len += len < end + 2 ? 1 : 0x1001) {
			uint8_t *copy = malloc(len ? len : 1);
			struct img_me me = { .boot = 77 };
			enum img_status st;

			assert_non_null(copy);
			memcpy(copy, region, len);
			st = img_me_decode(img_view_of(copy, len), &me, NULL);
			if (len < end) {
				assert_true(st == IMG_E_ABSENT || st == IMG_E_BOUNDS ||
					    st == IMG_E_CORRUPT);
				assert_int_equal(me.boot, 77);
			} else if (g == IMG_ME_IFWI && len < SYNTH_ME_DATA + 0x80) {
				assert_true(st == IMG_OK || st == IMG_E_BOUNDS);
			} else {
				assert_int_equal(st, IMG_OK);
				assert_true(me.partition[me.boot].is_cut ==
					    (img_range_end(me.partition[me.boot].range) > len));
			}
			free(copy);
		}
	}
}

struct damage {
	enum img_me_generation generation;
	uint32_t at, value;
	enum img_status want;
};

static const struct damage damages[] = {
	{ IMG_ME_GEN_2, TABLE, 0, IMG_E_ABSENT },
	{ IMG_ME_GEN_2, TABLE + 4, 0, IMG_E_CORRUPT },			/* no FTPR */
	{ IMG_ME_GEN_2, TABLE + 4, 4, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, TABLE + 4, 129, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, TABLE + 4, 0xffffffff, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, TABLE + 0xa0, 0, IMG_E_CORRUPT },		/* FTPR's name */
	{ IMG_ME_GEN_2, TABLE + 0xa8, 0, IMG_E_CORRUPT },		/* offset */
	{ IMG_ME_GEN_2, TABLE + 0xa8, 0xffffffff, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, TABLE + 0xa8, 0x4001, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, TABLE + 0xa8, SYNTH_ME_SIZE - 0x100, IMG_E_BOUNDS },
	{ IMG_ME_GEN_2, TABLE + 0xa8, 0xfffffff0, IMG_E_BOUNDS },
	{ IMG_ME_GEN_2, TABLE + 0xac, 0, IMG_E_CORRUPT },		/* length */
	{ IMG_ME_GEN_2, FTPR + 4, 0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, FTPR + 4, 0xa0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, FTPR + 4, 0xffffffff, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, FTPR + 0x18, 0xa0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, FTPR + 0x18, 0x8000, IMG_E_BOUNDS },
	{ IMG_ME_GEN_2, FTPR + 0x18, 0xffffffff, IMG_E_CORRUPT },
	{ IMG_ME_GEN_2, FTPR + 0x1c, 0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_1, FTPR + 0x1c, 0x324e4d24, IMG_E_CORRUPT },	/* $MN2 */
	{ IMG_ME_GEN_3, CPD, 0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_3, CPD + 4, 0, IMG_E_CORRUPT },
	{ IMG_ME_GEN_3, CPD + 4, 1025, IMG_E_CORRUPT },
	{ IMG_ME_GEN_3, CPD + 8, 0x00200101, IMG_E_CORRUPT },		/* header length */
	{ IMG_ME_GEN_3, CPD + 0x10, 0, IMG_E_CORRUPT },			/* FTPR.man */
	{ IMG_ME_GEN_3, CPD + 0x1c, 0x1ffffff, IMG_E_BOUNDS },
	{ IMG_ME_GEN_3, CPD + 0x1c, 0x104, IMG_E_CORRUPT },
	{ IMG_ME_IFWI, 0x20, 0, IMG_E_CORRUPT },			/* no boot partition */
	{ IMG_ME_IFWI, SYNTH_ME_BOOT, 0, IMG_E_CORRUPT },
	{ IMG_ME_IFWI, SYNTH_ME_BOOT + 4, 0x00020041, IMG_E_CORRUPT },
	{ IMG_ME_IFWI, SYNTH_ME_BOOT + 0x28, 0xfffff000, IMG_E_CORRUPT },
	{ IMG_ME_IFWI, SYNTH_ME_BOOT + 0x2c, 0, IMG_E_CORRUPT },
	{ IMG_ME_IFWI, SYNTH_ME_DATA + 4, 0xffffffff, IMG_E_CORRUPT },
	{ IMG_ME_IFWI, SYNTH_ME_BOOT + 0x1000, 0, IMG_E_CORRUPT },
};

static void test_damage(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *d = &damages[i];
		struct img_me me = { .boot = 77 };
		struct img_error err;
		enum img_status st;

		synth_me(d->generation, region);
		img_put_le32(region + d->at, d->value);
		st = img_me_decode(whole(), &me, &err);
		if (st != d->want)
			fail_msg("0x%x = 0x%x: %s, not %s", (unsigned)d->at, (unsigned)d->value,
				 img_status_word(st), img_status_word(d->want));
		assert_int_equal(me.boot, 77);
		assert_true(strlen(err.text) > 20);
	}
}

/* What does not keep the region from being read is told in the result. */
static void test_noticed(void **state)
{
	struct img_me me;

	(void)state;
	synth_me(IMG_ME_GEN_2, region);
	region[3]++;			/* the code for the ROM is in the sum */
	assert_int_equal(decode(&me), IMG_OK);
	assert_false(me.checksum_ok);
	synth_me(IMG_ME_GEN_3, region);
	region[3]++;			/* here it is not */
	assert_int_equal(decode(&me), IMG_OK);
	assert_true(me.checksum_ok);
	region[TABLE + 0x10]++;
	assert_int_equal(decode(&me), IMG_OK);
	assert_false(me.checksum_ok);
	synth_me(IMG_ME_IFWI, region);
	region[SYNTH_ME_DATA + 0x40]++;
	assert_int_equal(decode(&me), IMG_OK);
	assert_true(!me.checksum_ok && me.layout_ok);
	region[0x40]++;
	assert_int_equal(decode(&me), IMG_OK);
	assert_false(me.layout_ok);
	assert_int_equal(me.wrong_at, IMG_NOWHERE);
	region[SYNTH_ME_BOOT + 0x1010]++;	/* the CRC of the directory */
	assert_int_equal(decode(&me), IMG_OK);
	assert_int_equal(me.wrong_at, SYNTH_ME_BOOT + 0x1000);
	region[SYNTH_ME_BOOT + 0xc]++;		/* the version of the build, in the BPDT */
	assert_int_equal(decode(&me), IMG_OK);
	assert_int_equal(me.wrong_at, SYNTH_ME_BOOT);
	synth_me(IMG_ME_GEN_2, region);
	img_put_le32(region + TABLE + 0x2c, 0x40000);	/* the length of the first partition */
	assert_int_equal(decode(&me), IMG_OK);
	assert_true(me.partition[0].is_cut);
}

/* The tables alone, without anything that starts the ME; a layout table that ends before FLOG. */
static void test_tables(void **state)
{
	struct img_me me;

	(void)state;
	synth_me(IMG_ME_IFWI, region);
	img_put_le32(region + 0x10, 0x40);
	img_put_le32(region + 0x14, 0);
	img_put_le32(region + 0x14, (uint32_t)crc32(0, region + 0x10, 0x40));
	memset(region + SYNTH_ME_BOOT, 0xff, 4);
	assert_int_equal(img_me_tables(whole(), &me, NULL), IMG_OK);
	assert_int_equal(me.generation, IMG_ME_IFWI);
	assert_int_equal(me.partition_count, 3);
	assert_string_equal(me.partition[2].name, "FITC");
	assert_int_equal(me.partition[2].range.start, SYNTH_ME_DATA + 0x5000);
	assert_true(me.layout_ok);
	assert_int_equal(decode(&me), IMG_E_CORRUPT);
	region[0x4f]++;
	assert_int_equal(img_me_tables(whole(), &me, NULL), IMG_OK);
	assert_false(me.layout_ok);
	memset(region, 0xff, sizeof(region));
	assert_int_equal(img_me_tables(whole(), &me, NULL), IMG_E_ABSENT);
}

/* ME 6: the last partition may go to the end of the region. */
static void test_last_of_6(void **state)
{
	struct img_me me;

	(void)state;
	synth_me(IMG_ME_GEN_2, region);
	img_put_le32(region + TABLE + 0xcc, 0xffffffff);
	assert_int_equal(decode(&me), IMG_OK);
	assert_true(me.partition[5].is_cut);
	img_put_le16(region + FTPR + 0x24, 6);
	assert_int_equal(decode(&me), IMG_OK);
	assert_false(me.partition[5].is_cut);
	assert_int_equal(img_range_end(me.partition[5].range), SYNTH_ME_SIZE);
}

static void test_signature(void **state)
{
	static const struct {
		enum img_me_generation generation;
		uint32_t at;
	} bytes[] = {
		{ IMG_ME_GEN_2, FTPR },			/* header */
		{ IMG_ME_GEN_2, FTPR + 0x80 },		/* modulus */
		{ IMG_ME_GEN_2, FTPR + 0x180 },		/* exponent */
		{ IMG_ME_GEN_2, FTPR + 0x184 },		/* signature */
		{ IMG_ME_GEN_2, FTPR + 0x5ff },		/* last byte that is signed */
		{ IMG_ME_GEN_3, FTPR + MAN_3 + 0x284 },
		{ IMG_ME_IFWI, 0x2000 + MAN_3 + 0x384 },
		{ IMG_ME_IFWI, 0x2000 + MAN_3 + 0x204 },
	};
	struct img_me me;

	(void)state;
	for (size_t i = 0; i < sizeof(bytes) / sizeof(bytes[0]); i++) {
		synth_me(bytes[i].generation, region);
		region[bytes[i].at] ^= 0x10;
		assert_int_equal(decode(&me), IMG_OK);
		assert_int_equal(img_me_signature(whole(), &me, NULL), IMG_E_MISMATCH);
	}
	/* Numbers that are no key */
	synth_me(IMG_ME_GEN_2, region);
	memset(region + FTPR + 0x80, 0, 0x104);
	assert_int_equal(decode(&me), IMG_OK);
	assert_int_equal(img_me_signature(whole(), &me, NULL), IMG_E_MISMATCH);
	memset(region + FTPR + 0x80, 0xff, 0x204);
	assert_int_equal(img_me_signature(whole(), &me, NULL), IMG_E_MISMATCH);
	/* The byte behind the signed part is not. */
	synth_me(IMG_ME_GEN_2, region);
	region[FTPR + 0x600] ^= 1;
	assert_int_equal(img_me_signature(whole(), &me, NULL), IMG_OK);
}

/* --- real regions ----------------------------------------------------------------------- */

static uint64_t hex_of(const json_t *object, const char *key)
{
	return strtoull(json_string_value(json_object_get(object, key)), NULL, 16);
}

static void compare(struct img_view file, const json_t *golden)
{
	const json_t *fpt = json_object_get(golden, "fpt"), *said, *p;
	struct img_me me;
	char text[24];
	size_t i;

	assert_int_equal(img_me_decode(file, &me, NULL), IMG_OK);
	assert_int_equal(img_me_signature(file, &me, NULL), IMG_OK);
	assert_int_equal(me.key_known, me.generation != IMG_ME_IFWI);
	assert_true(me.checksum_ok && me.layout_ok);
	if (me.generation == IMG_ME_IFWI)
		return;
	img_me_version_text(&me, text);
	said = json_object_get(golden, "me_cleaner_check");
	json_array_foreach(said, i, p) {
		const char *line = json_string_value(p);

		if (strstr(line, "ME/TXE firmware version"))
			assert_non_null(strstr(line, text));
		if (strstr(line, "Public key match"))
			assert_non_null(strstr(line, me.key_versions));
	}
	said = json_object_get(fpt, "partitions");
	assert_int_equal(json_array_size(said), me.partition_count);
	json_array_foreach(said, i, p) {
		assert_int_equal(hex_of(p, "offset"), me.partition[i].offset);
		assert_int_equal(hex_of(p, "length"), me.partition[i].length);
		assert_int_equal(hex_of(p, "flags"), me.partition[i].flags);
	}
}

static void test_real(void **state)
{
	struct img *text = real_file("golden/me.json");
	const char *name;
	json_t *root, *golden;
	size_t files = 0;

	(void)state;
	if (!text)
		skip();
	root = json_loadb((const char *)img_view_data(img_bytes(text)), img_size(text),
			  JSON_ALLOW_NUL, NULL);
	assert_non_null(root);
	json_object_foreach(root, name, golden) {
		struct img *img = real_file(name);

		compare(img_bytes(img), golden);
		img_close(img);
		files++;
	}
	assert_int_equal(files, 4);
	json_decref(root);
	img_close(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_partitions),
		cmocka_unit_test(test_absent),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_damage),
		cmocka_unit_test(test_noticed),
		cmocka_unit_test(test_tables),
		cmocka_unit_test(test_last_of_6),
		cmocka_unit_test(test_signature),
		cmocka_unit_test(test_real),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
