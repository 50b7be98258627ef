/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hardware files: a good one, a damaged copy per rule, a cut at every length. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/common/hardware_yaml.h"

/* Line numbers below count in here. */
static const char good[] =
	"name: Some machine\n"							/* 1 */
	"bus: spi\n"								/* 2 */
	"chips:\n"								/* 3 */
	"  - {package: [SOIC-8, WSON-8], fitted: soldered, called: SPI1}\n"	/* 4 */
	"  - {where: the left one, models: W25Q32FV, access: easy}\n"		/* 5 */
	"voltage: 3.3\n"							/* 6 */
	"voltage_note: read the marking\n"					/* 7 */
	"supply: either\n"							/* 8 */
	"access: keyboard off\n"						/* 9 */
	"power: [battery out, coin cell out]\n"					/* 10 */
	"select: tie it to VCC\n"						/* 11 */
	"internal_vendor: no\n"							/* 12 */
	"internal_coreboot: yes\n"						/* 13 */
	"protection: PR0\n"							/* 14 */
	"other:\n"								/* 15 */
	"  - {what: Thunderbolt, holds: thunderbolt, size: 1M, where: top, note: no}\n" /* 16 */
	"keep: [gbe, \"fmap:RO_VPD\", \"cbfs:mac\"]\n"				/* 17 */
	"remarks: [one, two]\n";						/* 18 */

static struct hardware_record record;

static enum img_status parse(const char *text, size_t size, struct img_error *err)
{
	return hardware_yaml_parse(img_view_of(text, size), "some", &record, err);
}

static void test_good(void **state)
{
	const struct img_hardware *h = &record.hardware;
	struct img_error err = { 0 };

	(void)state;
	assert_int_equal(parse(good, strlen(good), &err), IMG_OK);
	assert_string_equal(h->id, "some");
	assert_string_equal(h->name, "Some machine");
	assert_int_equal(h->bus, IMG_BUS_SPI);
	assert_int_equal(h->chip_count, 2);
	assert_int_equal(h->chip[0].packages, 1u << IMG_SOIC8 | 1u << IMG_WSON8);
	assert_int_equal(h->chip[0].fitted, IMG_FITTED_SOLDERED);
	assert_string_equal(h->chip[0].called, "SPI1");
	assert_null(h->chip[0].where);
	assert_int_equal(h->chip[1].packages, 0);
	assert_int_equal(h->chip[1].fitted, IMG_FITTED_UNKNOWN);
	assert_string_equal(h->chip[1].where, "the left one");
	assert_string_equal(h->chip[1].models, "W25Q32FV");
	assert_string_equal(h->chip[1].access, "easy");
	assert_int_equal(h->millivolts, 3300);
	assert_string_equal(h->voltage_note, "read the marking");
	assert_int_equal(h->supply, IMG_SUPPLY_EITHER);
	assert_string_equal(h->access, "keyboard off");
	assert_int_equal(h->power_count, 2);
	assert_string_equal(h->power[1], "coin cell out");
	assert_string_equal(h->select, "tie it to VCC");
	assert_string_equal(h->internal_vendor, "no");
	assert_string_equal(h->internal_coreboot, "yes");
	assert_string_equal(h->protection, "PR0");
	assert_int_equal(h->other_count, 1);
	assert_string_equal(h->other[0].what, "Thunderbolt");
	assert_int_equal(h->other[0].kind, IMG_OTHER_THUNDERBOLT);
	assert_int_equal(h->other[0].size, 1 << 20);
	assert_string_equal(h->other[0].where, "top");
	assert_string_equal(h->other[0].note, "no");
	assert_int_equal(h->keep_count, 3);
	assert_string_equal(h->keep[2], "cbfs:mac");
	assert_int_equal(h->remark_count, 2);
	assert_string_equal(h->remark[0], "one");
}

/* In the good file, from is replaced by to once. */
static const struct damage {
	const char *from, *to;
	enum img_status status;
	unsigned line;		/* 0: the sentence names none */
	const char *words;	/* in the sentence */
} damages[] = {
	{ "name: Some machine\n", "", IMG_E_ABSENT, 0, "name is missing" },
	{ "bus: spi", "buss: spi", IMG_E_UNSUPPORTED, 2, "unknown key \"buss\"" },
	{ "bus: spi", "bus: i2c", IMG_E_UNSUPPORTED, 2, "spi, lpc or none, not \"i2c\"" },
	{ "bus: spi", "bus: none", IMG_E_CORRUPT, 2, "and yet chips" },
	{ "bus: spi", "name: x", IMG_E_CORRUPT, 2, "name is there twice" },
	{ "[SOIC-8, WSON-8]", "[SOIC-9]", IMG_E_UNSUPPORTED, 4, "SOIC-8, SOIC-16, WSON-8" },
	{ "[SOIC-8, WSON-8]", "[SOIC-8, SOIC-8]", IMG_E_CORRUPT, 4, "SOIC-8 is there twice" },
	{ "[SOIC-8, WSON-8]", "SOIC-8", IMG_E_CORRUPT, 4, "has to be a list" },
	{ "[SOIC-8, WSON-8]", "[]", IMG_E_CORRUPT, 4, "is empty" },
	{ "fitted: soldered", "fitted: unknown", IMG_E_UNSUPPORTED, 4, "soldered or socket" },
	{ "called: SPI1", "calld: SPI1", IMG_E_UNSUPPORTED, 4, "unknown key" },
	{ "models: W25Q32FV, access: easy}\n", "}\n  - {where: a}\n", IMG_E_SPACE, 6,
	  "more than 2" },
	{ "voltage: 3.3", "voltage: 5", IMG_E_UNSUPPORTED, 6, "3.3 or 1.8, not \"5\"" },
	{ "supply: either", "supply: usb", IMG_E_UNSUPPORTED, 8, "programmer, board or either" },
	{ "power: [battery out, coin cell out]\n", "", IMG_E_ABSENT, 8, "when which" },
	{ "access: keyboard off", "access: [a]", IMG_E_CORRUPT, 9, "one value" },
	{ "what: Thunderbolt, ", "", IMG_E_ABSENT, 16, "both what and holds" },
	{ "holds: thunderbolt, ", "", IMG_E_ABSENT, 16, "both what and holds" },
	{ "holds: thunderbolt", "holds: bios", IMG_E_UNSUPPORTED, 16,
	  "ec, thunderbolt, bmc or private" },
	{ "size: 1M", "size: big", IMG_E_CORRUPT, 16, "no number or size" },
	{ "keep: [gbe", "keep: [gbx", IMG_E_UNSUPPORTED, 17, "\"gbx\" is no region" },
	{ "fmap:RO_VPD", "fmap:", IMG_E_UNSUPPORTED, 17, "is no region" },
	{ "remarks: [one, two]", "remarks: [1, 2, 3, 4, 5, 6, 7, 8, 9]", IMG_E_SPACE, 18,
	  "more than 8" },
	{ "remarks: [one, two]", "remarks: &a [one]", IMG_E_UNSUPPORTED, 18, "anchors" },
};

static void test_damaged(void **state)
{
	char text[2048], line[24];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *d = &damages[i];
		const char *at = strstr(good, d->from);
		struct img_error err = { 0 };

		assert_non_null(at);
		snprintf(text, sizeof(text), "%.*s%s%s", (int)(at - good), good, d->to,
			 at + strlen(d->from));
		if (parse(text, strlen(text), &err) != d->status || !strstr(err.text, d->words))
			fail_msg("%s -> %s: %d, %s", d->from, d->to, (int)err.status, err.text);
		snprintf(line, sizeof(line), "line %u: ", d->line);
		if (d->line)
			assert_memory_equal(err.text, line, strlen(line));
	}
}

/* A file that was cut is either refused or a shorter file: nothing else can happen. */
static void test_cut(void **state)
{
	struct img_error err;
	size_t len, whole = 0;
	char *text;

	(void)state;
	for (len = 0; len < strlen(good); len++) {
		text = malloc(len ? len : 1);	/* so that a read beyond it is seen */
		assert_non_null(text);
		memcpy(text, good, len);
		if (parse(text, len, &err) == IMG_OK)
			whole++;
		free(text);
	}
	assert_true(whole > 0 && whole < strlen(good) / 2);
	assert_int_equal(parse("", 0, &err), IMG_E_ABSENT);
}

static void test_names(void **state)
{
	struct img_error err;

	(void)state;
	assert_int_equal(hardware_yaml_parse(img_view_of(good, strlen(good)), "../x", &record,
					     &err), IMG_E_USAGE);
	assert_non_null(hardware_compiled("x230"));
	assert_null(hardware_compiled("x231"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good), cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_cut), cmocka_unit_test(test_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
