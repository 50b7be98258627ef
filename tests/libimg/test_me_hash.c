/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Modules of ME regions held against the hashes that are signed. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/bytes.h"
#include "libimg/format/me_hash.h"
#include "tests/libimg/fixture.h"
#include "tests/synth/me.h"

enum {
	FTPR = SYNTH_ME_FTPR,
	MODULE = SYNTH_ME_FTPR + SYNTH_ME_MODULES,	/* UPDATE, ROMP, BUP, KERNEL, HOSTCOMM */
	EXTENSIONS = SYNTH_ME_FTPR + SYNTH_ME_MANIFEST_3 + 0x284,
	ENTRY = EXTENSIONS + 0x34,
	MET = SYNTH_ME_FTPR + 0x500,
	POLICY = SYNTH_ME_FTPR + 0x4000,
	DIRECTORY = SYNTH_ME_FTPR + 0x10,
};

static uint8_t region[SYNTH_ME_SIZE];

struct said {
	unsigned count;
	char first[200];
};

static void take(void *ctx, const struct img_error *why)
{
	struct said *said = ctx;

	assert_int_equal(why->status, IMG_E_MISMATCH);
	if (!said->count++)
		snprintf(said->first, sizeof(said->first), "%.190s", why->text);
}

static size_t check(size_t size, struct said *said)
{
	struct img_view v = img_view_of(region, size);
	struct img_me_code code;
	struct img_me me;
	size_t checked = 99;

	*said = (struct said){ .count = 0 };
	assert_int_equal(img_me_decode(v, &me, NULL), IMG_OK);
	assert_int_equal(img_me_code_read(v, &me, &code, NULL), IMG_OK);
	assert_int_equal(img_me_check_modules(v, &me, &code, take, said, &checked, NULL), IMG_OK);
	img_me_code_free(&code);
	return checked;
}

#define ASSERT_RIGHT(looked_at) do { \
	struct said said_; \
	assert_int_equal(check(SYNTH_ME_SIZE, &said_), looked_at); \
	assert_int_equal(said_.count, 0); \
} while (0)

#define ASSERT_WRONG(words) do { \
	struct said said_; \
	check(SYNTH_ME_SIZE, &said_); \
	assert_int_equal(said_.count, 1); \
	assert_non_null(strstr(said_.first, words)); \
} while (0)

static void test_right(void **state)
{
	(void)state;
	for (enum img_me_generation g = IMG_ME_GEN_2; g <= IMG_ME_IFWI; g++) {
		synth_me(g, region);
		ASSERT_RIGHT(2);
	}
}

static void test_packed(void **state)
{
	struct said said;

	(void)state;
	synth_me(IMG_ME_GEN_2, region);
	region[FTPR + 0x3800 + 20] ^= 1;
	ASSERT_WRONG("module UPDATE of FTPR");
	region[FTPR + 0x3800 + 20] ^= 1;
	region[FTPR + 0x3800] = 0xff;			/* no LZMA properties */
	ASSERT_WRONG("module UPDATE of FTPR cannot be unpacked");
	synth_me(IMG_ME_GEN_2, region);
	for (unsigned i = 0; i < 0x20; i++) {
		region[MODULE + 0x14 + i] ^= 0x10;
		ASSERT_WRONG("UPDATE of FTPR does not have the hash in its header");
		region[MODULE + 0x14 + i] ^= 0x10;
	}
	img_put_le32(region + MODULE + 0x3c, 0x7ff);	/* smaller than it is */
	ASSERT_WRONG("module UPDATE of FTPR cannot be unpacked");
	img_put_le32(region + MODULE + 0x3c, 0x1000001);
	assert_int_equal(check(SYNTH_ME_SIZE, &said), 0);
	assert_int_equal(said.count, 1);
	assert_non_null(strstr(said.first, "is more, with those in front of it"));
	img_put_le32(region + MODULE + 0x3c, 0xfff801);	/* with HOSTCOMM it is too much */
	assert_int_equal(check(SYNTH_ME_SIZE, &said), 1);
	assert_non_null(strstr(said.first, "module HOSTCOMM of FTPR is more"));
}

static void test_not_to_be_told(void **state)
{
	struct said said;

	(void)state;
	synth_me(IMG_ME_GEN_2, region);
	memset(region + FTPR + 0x3800, 0xff, 0x123);	/* taken out */
	ASSERT_RIGHT(1);
	memset(region + MODULE + 4 * 0x80 + 0x14, 0, 0x20);	/* no hash */
	ASSERT_RIGHT(0);
	synth_me(IMG_ME_GEN_2, region);
	assert_int_equal(check(FTPR + 0x3923 + 0x1110, &said), 1);	/* cut off */
	assert_int_equal(said.count, 0);
	synth_me(IMG_ME_GEN_3, region);
	memset(region + POLICY, 0xff, 0xfff);
	ASSERT_RIGHT(1);
	memset(region + MET, 0, 0x7c);
	ASSERT_RIGHT(0);
	synth_me(IMG_ME_GEN_3, region);
	region[ENTRY]++;				/* of another module */
	ASSERT_RIGHT(0);
}

static void test_plain(void **state)
{
	(void)state;
	synth_me(IMG_ME_GEN_3, region);
	region[POLICY + 0xffe] ^= 1;
	ASSERT_WRONG("module policy of FTPR does not have the hash in its .met");
	region[POLICY + 0xffe] ^= 1;
	region[POLICY + 0xfff] ^= 1;			/* behind it */
	ASSERT_RIGHT(2);
	for (unsigned i = 0; i < 0x7c; i++) {
		region[MET + i] ^= 0x10;
		ASSERT_WRONG("module policy.met of FTPR does not have the hash in the manifest");
		region[MET + i] ^= 0x10;
	}
	for (unsigned i = 0; i < 0x20; i++) {
		region[ENTRY + 0x14 + i] ^= 0x10;
		ASSERT_WRONG("module policy.met of FTPR");
		region[ENTRY + 0x14 + i] ^= 0x10;
	}
	ASSERT_RIGHT(2);
}

/* Each field of what leads there, at each value of each byte: in bounds, and nothing invented. */
static void test_damaged(void **state)
{
	struct said said;

	(void)state;
	synth_me(IMG_ME_GEN_3, region);
	for (unsigned at = EXTENSIONS; at < ENTRY + 0x14; at++) {
		uint8_t was = region[at];

		for (unsigned value = 0; value < 0x100; value += 3) {
			region[at] = (uint8_t)value;
			assert_true(check(SYNTH_ME_SIZE, &said) <= 2);
			assert_true(said.count <= 1);
		}
		region[at] = was;
	}
	/* The whole directory at one place: no more work than there are bytes. */
	for (unsigned i = 1; i < 6; i++) {
		if (i == 4)
			continue;		/* bup, without which there is no list */
		memcpy(region + DIRECTORY + 0x18 * i, "policy.met", 10);
		img_put_le32(region + DIRECTORY + 0x18 * i + 0x10, SYNTH_ME_SIZE / 2);
	}
	assert_int_equal(check(SYNTH_ME_SIZE, &said), 2);
	assert_int_equal(said.count, 3);
}

/* As they came from the makers: every hash that can be looked at is right. */
static void test_real(void **state)
{
	static const struct {
		const char *file;
		size_t checked;
	} real[] = { { "me/lumpy_me7.bin", 5 }, { "me/stout_me8.bin", 7 },
		     { "me/purley_sps4_ignition.bin", 4 }, { "me/ms7d25_csme16.bin", 2 } };

	(void)state;
	for (size_t i = 0; i < sizeof(real) / sizeof(real[0]); i++) {
		struct img *img = real_file(real[i].file);
		struct said said = { .count = 0 };
		struct img_me_code code;
		size_t checked;
		struct img_me me;

		if (!img)
			skip();
		assert_int_equal(img_me_decode(img_bytes(img), &me, NULL), IMG_OK);
		assert_int_equal(me.wrong_at, IMG_NOWHERE);
		assert_int_equal(img_me_code_read(img_bytes(img), &me, &code, NULL), IMG_OK);
		assert_int_equal(img_me_check_modules(img_bytes(img), &me, &code, take, &said,
						      &checked, NULL), IMG_OK);
		assert_int_equal(said.count, 0);
		assert_int_equal(checked, real[i].checked);
		img_me_code_free(&code);
		img_close(img);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_right),	       cmocka_unit_test(test_packed),
		cmocka_unit_test(test_not_to_be_told), cmocka_unit_test(test_plain),
		cmocka_unit_test(test_damaged),	       cmocka_unit_test(test_real),
	};

	return cmocka_run_group_tests_name("me_hash", tests, NULL, NULL);
}
