/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Adding and removing: the bytes cbfstool makes of the same steps, and the way back.
 * What is refused is in test_cbfs_refuse.c.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/cbfs_edit.h"
#include "libimg/edit/locate.h"
#include "libimg/format/cbfs.h"
#include "tests/libimg/small.h"

#define TEN "nnnnnnnnnn"
#define FIFTY TEN TEN TEN TEN TEN
#define LONG_NAME FIFTY FIFTY FIFTY

static const enum img_digest_kind sha1 = IMG_SHA1, sha256 = IMG_SHA256, sha512 = IMG_SHA512;

struct step {
	const char *area, *name;
	uint32_t type;			/* 0: the file is removed */
	size_t size;
	enum img_cbfs_place place;
	uint64_t where;
	const enum img_digest_kind *hash;
	const char *sha256;		/* of the image after cbfstool (2025) did it */
};

static const struct step plain[] = {
	{ NULL, "first", 0x50, 100, IMG_CBFS_ANYWHERE, 0, NULL,
	  "6fdd682deb628670eec3d3bbdd26cfaed3ba1de83ff9e1434f0d213304565263" },
	{ NULL, "second", 0x61, 5000, IMG_CBFS_ALIGNED, 0x1000, NULL,
	  "0106ed31fcc4d158885412f5a28301cf26fcbb034677629191b8fa8c380ff4b8" },
	{ NULL, "fixed", 0x50, 819, IMG_CBFS_FIXED, 0x5000, NULL,
	  "c07b81d09be48cd3f3fb5fbaf58e6928f586e9fffc56f0a101155c3c62d3c945" },
	{ NULL, "odd/fixed", 0x50, 77, IMG_CBFS_FIXED, 0x6123, NULL,
	  "b57f938b0d5c5f18e3b6c5ee8f663584fcd7c64a35e85c959fb13fbf2afaa69b" },
	{ NULL, "hashed", 0x30, 1000, IMG_CBFS_ANYWHERE, 0, &sha256,
	  "69353dccfe81ada2e1c5496ff8c6957645b800fd58af5cd3e12ecd047ddc7387" },
	{ NULL, LONG_NAME, 0x50, 10, IMG_CBFS_FIXED, 0x7040, &sha1,
	  "bd45b46f4fbfe573020aa2665d2e67d42bc8d6da4d66063755dcc940a8e0525e" },
	{ NULL, "hashed/512", 0x50, 64, IMG_CBFS_ALIGNED, 0x100, &sha512,
	  "8335acef4da88860c39c5538069c94394ec09c3da7d6497a2c7e2fb14daafcb7" },
	{ NULL, "second", 0, 0, 0, 0, NULL,
	  "e3fe303771932431e5d453ac6269efaf3988f8faab9a6baf90774b8b3f6c523d" },
	{ NULL, "tiny", 0x50, 1, IMG_CBFS_ANYWHERE, 0, NULL,
	  "dbed396efa04bb75c6ee757b580d1cd7f73c1a9e27cf6353c28854bfb391ebf7" },
	{ NULL, "odd align", 0x50, 300, IMG_CBFS_ALIGNED, 0x64, NULL,
	  "fe4c5214b61cc682516aee205bbbc9ea9ec0aedc60c9ae86227e4e960bc042a7" },
	{ NULL, "third", 0x50, 3000, IMG_CBFS_ANYWHERE, 0, NULL,
	  "55ced262dbb723f4ab41eb39a27a977fb55e35c78cd2467ab277e27b05a76fe0" },
	{ NULL, "first", 0, 0, 0, 0, NULL,
	  "56c411de1cfb32de5cb09e83f3d9fb23ed3dda2b6dcf5bb65f6c5d7f138c5c6d" },
	{ NULL, "fixed", 0, 0, 0, 0, NULL,
	  "40023dba7bceb3d6077d609d89d734f6e493ec972c8b282d88fbb5444765995a" },
	{ "FW_MAIN_A", "other", 0x50, 16348, IMG_CBFS_ANYWHERE, 0, NULL,
	  "3b081f6609f671a235edb71049f800d0175ca21b46362c0e7c958b5c3262ee5e" },
	{ "FW_MAIN_A", "other", 0, 0, 0, 0, NULL,
	  "40023dba7bceb3d6077d609d89d734f6e493ec972c8b282d88fbb5444765995a" },
	{ "FW_MAIN_A", "other", 0x50, 16284, IMG_CBFS_ANYWHERE, 0, NULL,
	  "0b3117b3369b5e411ad2f93ef4156e0a5fb0dc1c6054461fe7a9bc1272fadb6b" },
	{ "FW_MAIN_A", "last", 0x50, 32, IMG_CBFS_ANYWHERE, 0, NULL,
	  "e4456c1c98ca14f0e3df2c365939b4eb5ec310b36733b6d007684dbb66b956d5" },
	{ NULL, "tiny", 0, 0, 0, 0, NULL,
	  "ba2315b3ae024b6885de4a983cff8aa8e051606c5d9985055e629c1ba3feee97" },
	{ NULL, "third", 0, 0, 0, 0, NULL,
	  "8d21423f051f9c65ef7282792c035fd0e9f7e1c83c4c572190c4ac88c21cc957" },
	{ NULL, "odd align", 0, 0, 0, 0, NULL,
	  "9c404b333f4c2a6ab1ca4a3f9989027d4fe43d84350cc5a9501ead695577d5e5" },
	{ NULL, "hashed", 0, 0, 0, 0, NULL,
	  "438bd95b98c945859c823b45908cd9906e91a1c8572e07e806a4be75729a4d54" },
	{ NULL, LONG_NAME, 0, 0, 0, 0, NULL,
	  "7c7f724ccf1f120d29c8540127b563f95078e3e4c55fe2c60ccfa87a2c530fa9" },
	{ NULL, "odd/fixed", 0, 0, 0, 0, NULL,
	  "1e276b657d685249b4b96f7fce04aac1115d2c2d095f28be3a24dd8944951d75" },
	{ NULL, "hashed/512", 0, 0, 0, 0, NULL,
	  "ef55edc2db576f7ce3cc35af4ca2945796ce30875dbcb79b2f2da6e66524478b" },
};

/* The boot block with the anchor is a file, goes, and comes back. */
static const struct step anchored[] = {
	{ NULL, "first", 0x50, 100, IMG_CBFS_ANYWHERE, 0, NULL,
	  "7e8062a0e3e8aceb011d6a1a276b92114aa09e59d600998dc438e931dbb18cf7" },
	{ NULL, "fit", 0x54, 50, IMG_CBFS_ANYWHERE, 0, NULL,
	  "aa378a2891d650ea5a12978daba00a3248301d819ce99e184334da73e00bb5fb" },
	{ NULL, "fixed", 0x61, 4000, IMG_CBFS_FIXED, 0x4000, &sha256,
	  "1e51d785c75bea44b5e17ff0faa0ced9618f15c338aaaac224c5a1820cc8ccfd" },
	{ "FW_MAIN_A", "other", 0x50, 500, IMG_CBFS_ANYWHERE, 0, NULL,
	  "98a38e9e80f4c6c2a38cf00f644c64d320cbe7f278d989d1e6ae259b8b50d2d5" },
	{ NULL, "first", 0, 0, 0, 0, NULL,
	  "406e8121bd3924d45c7d7671a8e722f5d44ce7d9f81171f61580e5aefdf741c5" },
	{ NULL, "bootblock", 0, 0, 0, 0, NULL,
	  "3d466d7752dd123e4d70cc3292c8cdccbf16e21c633ccef3bd273c178971fa71" },
	{ NULL, "second", 0x50, 100, IMG_CBFS_ANYWHERE, 0, NULL,
	  "1718cefe840334f0bd3e3e1e04683b6fed029163d02f74f6edb045f572774eeb" },
	{ NULL, "bootblock", 0x01, 2048, IMG_CBFS_FIXED, 0x9000, NULL,
	  "a20196e5f8c9784cb79c372d424c25ae1ae2df8035a384448532f94301099f01" },
	{ "FW_MAIN_A", "other", 0, 0, 0, 0, NULL,
	  "ebb71aaf8b7d796d4aaa3c73ecf8e96dbaeb7ab29dd0c9a83c8c95676402d1cb" },
	{ NULL, "second", 0, 0, 0, 0, NULL,
	  "6916b3a178b4c7a4a03e6d4ebfda69ca5b7458900c57deaf834378490f45858e" },
};

/* The anchor is in an FMAP area of its own. */
static const struct step anchored_area[] = {
	{ NULL, "first", 0x50, 100, IMG_CBFS_ALIGNED, 0x1000, NULL,
	  "9fb84bef2af91125ae0724ea2493f600e13134af7be82a6fb6c4a00d8ec41c2a" },
	{ NULL, "bootblock", 0x01, 300, IMG_CBFS_ANYWHERE, 0, NULL,
	  "52f2fd1c1b3d81cb2e3c3d964792641862f65b20f8b8e3e7eca6455e465ca90c" },
	{ "FW_MAIN_A", "other", 0x50, 500, IMG_CBFS_FIXED, 0xb000, NULL,
	  "ebf3b836a336a6e2785a8460d1337ee210e68f3bbee250ce5414f31fefd93b0c" },
	{ NULL, "first", 0, 0, 0, 0, NULL,
	  "8efe5176bad10648a7c744eece6175f892656b9bf801857ad7e7ed479e1aaeaf" },
	{ "FW_MAIN_A", "other", 0, 0, 0, 0, NULL,
	  "9d33f58f8ddb793a36993cecb0c978b3c0a03c54026250077fb9f40ae0c2d614" },
	{ NULL, "bootblock", 0, 0, 0, 0, NULL,
	  "d81a4d414fc7c47655d016446693db351e6a276dd9ad7c03cc335794a268a7b7" },
};

#define STEPS(rows) rows, sizeof(rows) / sizeof(rows[0])

static void do_step(struct img *img, const struct step *s)
{
	struct img_cbfs_new file = { .name = s->name, .type = s->type, .place = s->place,
				     .where = s->where, .hash = s->hash };
	uint8_t *bytes = calloc(1, s->size + 1);
	struct img_range where;
	struct img_error err;
	struct img_view data;

	assert_non_null(bytes);
	if (!s->type) {
		small_must(img_cbfs_remove(img, s->area, s->name, &err), &err);
	} else {
		if (s->size == SMALL_BOOT_FILE)
			small_boot_block(bytes, s->size, IMG_SHA256);
		else
			small_bytes(s->name, bytes, s->size);
		file.data = img_view_of(bytes, s->size);
		small_must(img_cbfs_add(img, s->area, &file, &where, &err), &err);
		assert_int_equal(where.size, s->size);
		if (s->place == IMG_CBFS_FIXED)
			assert_int_equal(where.start, s->where);
		if (s->place == IMG_CBFS_ALIGNED)
			assert_int_equal(where.start % s->where, 0);
		small_must(img_view_slice(img_bytes(img), where.start, where.size, &data, &err),
			   &err);
		/* The anchor in a boot block is filled in. */
		if (s->size != SMALL_BOOT_FILE)
			assert_true(img_view_equal(data, file.data));
	}
	free(bytes);
}

static void play(enum small_kind kind, const struct step *steps, size_t count)
{
	struct img *img = small_image(kind);
	struct img_digest want, got;
	size_t i;

	for (i = 0; i < count; i++) {
		do_step(img, &steps[i]);
		assert_true(img_digest_parse(IMG_SHA256, steps[i].sha256, &want));
		assert_int_equal(img_digest(IMG_SHA256, img_bytes(img), &got, NULL), IMG_OK);
		if (!img_digest_equal(&want, &got))
			fail_msg("step %zu (%s) is not as cbfstool does it", i, steps[i].name);
	}
	img_close(img);
}

static void test_peer_plain(void **state)
{
	(void)state;
	play(SMALL_PLAIN, STEPS(plain));
}

static void test_peer_anchored(void **state)
{
	(void)state;
	play(SMALL_ANCHOR_IN_FILE, STEPS(anchored));
}

static void test_peer_anchored_area(void **state)
{
	(void)state;
	play(SMALL_ANCHOR_IN_AREA, STEPS(anchored_area));
}

static void test_create(void **state)
{
	struct img *img = small_image(SMALL_PLAIN), *before = small_image(SMALL_PLAIN);
	struct img_view area;

	(void)state;
	assert_int_equal(img_view_slice(img_bytes(img), SMALL_CBFS, SMALL_CBFS_SIZE, &area, NULL),
			 IMG_OK);
	assert_memory_equal(img_view_data(area), "LARCHIVE\0\0\x9b\xe4\xff\xff\xff\xff"
			    "\0\0\0\0\0\0\0\x1c\0\0\0\0\xff\xff", 30);
	assert_int_equal(img_cbfs_create(img, (struct img_range){ 0, 0 }, NULL), IMG_E_USAGE);
	assert_int_equal(img_cbfs_create(img, (struct img_range){ 0, 65 }, NULL), IMG_E_USAGE);
	assert_int_equal(img_cbfs_create(img, (struct img_range){ SMALL_SIZE - 64, 128 }, NULL),
			 IMG_E_BOUNDS);
	assert_true(img_view_equal(img_bytes(img), img_bytes(before)));
	img_close(img);
	img_close(before);
}

/* Is every file of the area intact, and the anchor's hash that of their metadata? */
static void assert_consistent(struct img *img, uint64_t hash_at)
{
	struct img_view area, parts[64], stored;
	struct img_range range;
	struct img_digest digest;
	struct img_cbfs_file f;
	uint64_t cursor = 0;
	enum img_status st;
	size_t n = 0;

	assert_int_equal(img_locate_cbfs(img_bytes(img), NULL, &range, NULL), IMG_OK);
	assert_int_equal(img_view_slice(img_bytes(img), range.start, range.size, &area, NULL),
			 IMG_OK);
	while ((st = img_cbfs_next(area, &cursor, &f, NULL)) == IMG_OK)
		if (!img_cbfs_is_free(&f))
			parts[n++] = f.metadata;
	assert_int_equal(st, IMG_E_ABSENT);
	if (!hash_at)
		return;
	assert_int_equal(img_digest_parts(IMG_SHA256, parts, n, &digest, NULL), IMG_OK);
	assert_int_equal(img_view_slice(img_bytes(img), hash_at, 32, &stored, NULL), IMG_OK);
	assert_memory_equal(img_view_data(stored), digest.bytes, 32);
}

/* Adds a file of that size and removes it: the image is what it was, bit for bit. */
static void there_and_back(struct img *img, uint64_t hash_at, size_t size,
			   enum img_cbfs_place place, uint64_t where)
{
	struct step add = { NULL, "there and back", IMG_CBFS_RAW, size, place, where, NULL, NULL };
	struct step again = { NULL, "there and back", 0, 0, IMG_CBFS_ANYWHERE, 0, NULL, NULL };
	struct img *before;

	assert_int_equal(img_copy(img_bytes(img), &before, NULL), IMG_OK);
	do_step(img, &add);
	assert_consistent(img, hash_at);
	assert_false(img_view_equal(img_bytes(img), img_bytes(before)));
	do_step(img, &again);
	if (!img_view_equal(img_bytes(img), img_bytes(before)))
		fail_msg("0x%zx bytes at 0x%llx left a trace", size, (unsigned long long)where);
	img_close(before);
}

static void test_there_and_back(void **state)
{
	const struct step a = { NULL, "a", IMG_CBFS_RAW, 777, IMG_CBFS_ANYWHERE, 0, NULL, NULL };
	const struct step c = { NULL, "c", IMG_CBFS_RAW, 777, IMG_CBFS_ANYWHERE, 0, NULL, NULL };
	const struct step no_c = { NULL, "c", 0, 0, IMG_CBFS_ANYWHERE, 0, NULL, NULL };
	const struct step b = { NULL, "b", IMG_CBFS_RAW, 777, IMG_CBFS_FIXED, 0x4000, NULL, NULL };
	uint64_t where;
	size_t rest;
	int kind;

	(void)state;
	for (kind = 0; kind < 2; kind++) {
		struct img *img = small_image(kind ? SMALL_ANCHOR_IN_FILE : SMALL_PLAIN);
		uint64_t hash_at = kind ? 0x9800 + SMALL_ANCHOR + 12 : 0;
		uint64_t metadata = kind ? 40 + 44 : 40;	/* the next data begin behind it */
		uint64_t free_at, free_end = 0x4000 - 28 - 4;

		do_step(img, &a);
		free_at = 0x400 + 64 * ((28 + (kind ? 44u : 0u) + 777 + 63) / 64);
		do_step(img, &b);
		/* The last free space has 4 bytes less until the next step: cbfstool's way. */
		do_step(img, &c);
		do_step(img, &no_c);
		free_end = (0x4000 - (kind ? 28u + 44u : 28u)) / 64 * 64;
		/* All but so many bytes of the first hole: 0 to 130 are left. */
		for (rest = 0; rest <= 130; rest++)
			there_and_back(img, hash_at, free_end - free_at - metadata - rest,
				       IMG_CBFS_ANYWHERE, 0);
		there_and_back(img, hash_at, 0x3000, IMG_CBFS_ANYWHERE, 0);
		for (where = 0x1000; where < 0x1100; where += 3)
			there_and_back(img, hash_at, 100, IMG_CBFS_FIXED, where);
		for (where = 1; where <= 4096; where *= 2)
			there_and_back(img, hash_at, 100, IMG_CBFS_ALIGNED, where);
		img_close(img);
	}
}

/* An area need not end where a file can: nothing behind it is touched. */
static void test_odd_areas(void **state)
{
	const struct step gone = { NULL, "new", 0, 0, IMG_CBFS_ANYWHERE, 0, NULL, NULL };
	struct step new = { NULL, "new", IMG_CBFS_RAW, 0, IMG_CBFS_ANYWHERE, 0, NULL, NULL };
	struct img_view behind;
	uint32_t size;

	(void)state;
	for (size = 0x1000; size < 0x1000 + 64; size++) {
		struct img *img = small_image_of(SMALL_PLAIN, IMG_SHA256, size);
		uint8_t header[IMG_CBFS_METADATA_MAX];
		size_t data, whole = 0x1000 - 28;

		small_put(img, SMALL_CBFS + size, "neighbour", 9);
		for (data = whole - 200; data <= whole; data++)
			there_and_back(img, 0, data - 12, IMG_CBFS_ANYWHERE, 0);

		/* Free space up to the last byte, as no tool makes it. */
		img_cbfs_header(header, IMG_CBFS_NULL, "", size - 28);
		for (new.size = size - 28 - 200; new.size <= size - 28; new.size++) {
			small_put(img, SMALL_CBFS, header, 28);
			do_step(img, &new);
			assert_consistent(img, 0);
			do_step(img, &gone);
			assert_consistent(img, 0);
		}
		assert_int_equal(img_view_slice(img_bytes(img), SMALL_CBFS + size, 9, &behind,
						NULL), IMG_OK);
		assert_memory_equal(img_view_data(behind), "neighbour", 9);
		img_close(img);
	}
}

/* A deleted file of less than a header's size, in front of the end of an odd area. */
static void test_odd_scrap(void **state)
{
	struct step large = { NULL, "b", IMG_CBFS_RAW, 0x1000 - 64 - 28, IMG_CBFS_ANYWHERE, 0, NULL,
			      NULL };
	const struct step small = { NULL, "a", IMG_CBFS_RAW, 36, IMG_CBFS_ANYWHERE, 0, NULL, NULL };
	const struct step gone = { NULL, "a", 0, 0, IMG_CBFS_ANYWHERE, 0, NULL, NULL };
	struct img *img = small_image_of(SMALL_PLAIN, IMG_SHA256, 0x1000 + 26);

	(void)state;
	do_step(img, &small);
	do_step(img, &large);
	small_put(img, SMALL_CBFS + 0x1000, "LARCHIVE\0\0\0\1\0\0\0\0\0\0\0\0\0\0\0\x19\0x", 26);
	assert_consistent(img, 0);
	do_step(img, &gone);
	assert_consistent(img, 0);
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_peer_plain),
		cmocka_unit_test(test_peer_anchored),
		cmocka_unit_test(test_peer_anchored_area),
		cmocka_unit_test(test_create),
		cmocka_unit_test(test_there_and_back),
		cmocka_unit_test(test_odd_areas),
		cmocka_unit_test(test_odd_scrap),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
