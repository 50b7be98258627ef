/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Board files: a good one, a damaged copy per rule, hostile YAML. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/common/board_yaml.h"

#define SHA512 "672240d231a723ea7fac112262fdc28884c43a5be9b231dfae838c7a1edc8614" \
	       "0da38983079d23ab5ac8e6c74611b65da4872ecbab3ec979c680d3f526eb91ed"

/* Line numbers below count in here. */
static const char good[] =
	"# A comment\n"						/* 1 */
	"name: Some \"board\" \xc3\xa9\n"			/* 2 */
	"rom_size: 12M\n"					/* 3 */
	"chips:\n"						/* 4 */
	"  - {name: bottom, size: 8M}\n"			/* 5 */
	"  - {name: top, size: 0x400000}   # hex\n"		/* 6 */
	"densities: [8M, 4M]\n"					/* 7 */
	"regions:\n"						/* 8 */
	"  fd: 0-0xfff\n"					/* 9 */
	"  gbe: 0x1000-0x2fff\n"				/* 10 */
	"  me: 0x3000-0x1afff\n"				/* 11 */
	"  bios: 0x1b000-0xbfffff\n"				/* 12 */
	"identity: [LENOVO, ThinkPad X230]\n"			/* 13 */
	"gbe_mac: 00:de:ad:c0:ff:ee\n"				/* 14 */
	"vendor:\n"						/* 15 */
	"  - file: mrc.bin\n"					/* 16 */
	"    cbfs: mrc.bin\n"					/* 17 */
	"    type: mrc\n"					/* 18 */
	"    at: 0xfffa0000\n"					/* 19 */
	"  - file: me.bin\n"					/* 20 */
	"    region: me\n"					/* 21 */
	"    update: lenovo-g1rg24ww\n"				/* 22 */
	"    clean: relocate+truncate\n"			/* 23 */
	"    sha512: " SHA512 "\n"				/* 24 */
	"  - {file: fspm.bin, cbfs: fspm.bin, type: fsp, xip: true}\n"	/* 25 */
	"  - {file: tb.bin, chip: separate}\n";			/* 26 */

/* The record is too large for a stack that one wants to keep small. */
static struct board_record *record;

static int setup(void **state)
{
	(void)state;
	record = malloc(sizeof(*record));
	return record ? 0 : -1;
}

static int teardown(void **state)
{
	(void)state;
	free(record);
	return 0;
}

static enum img_status parse(const char *text, size_t size, struct img_error *err)
{
	return board_yaml_parse(img_view_of(text, size), "x230_12mb", record, err);
}

static void test_good(void **state)
{
	const struct img_board *b = &record->board;
	struct img_error err = { 0 };

	(void)state;
	assert_int_equal(parse(good, strlen(good), &err), IMG_OK);
	assert_string_equal(b->id, "x230_12mb");
	assert_string_equal(b->name, "Some \"board\" \xc3\xa9");
	assert_int_equal(b->rom_size, 12 << 20);
	assert_int_equal(b->chip_count, 2);
	assert_string_equal(b->chip[0].name, "bottom");
	assert_int_equal(b->chip[1].size, 4 << 20);
	assert_int_equal(b->density_count, 2);
	assert_int_equal(b->density[1], 4 << 20);
	assert_int_equal(b->region_count, 4);
	assert_string_equal(b->region[2].name, "me");
	assert_int_equal(b->region[2].range.start, 0x3000);
	assert_int_equal(b->region[2].range.size, 0x18000);
	assert_string_equal(b->identity[1], "ThinkPad X230");
	assert_string_equal(b->gbe_mac, "00:de:ad:c0:ff:ee");
	assert_int_equal(b->piece_count, 4);
	assert_int_equal(b->piece[0].place, IMG_PIECE_CBFS);
	assert_true(b->piece[0].fixed);
	assert_int_equal(b->piece[0].address, 0xfffa0000);
	assert_string_equal(b->piece[0].type, "mrc");
	assert_null(b->piece[0].sha512);
	assert_int_equal(b->piece[1].place, IMG_PIECE_REGION);
	assert_string_equal(b->piece[1].name, "me");
	assert_string_equal(b->piece[1].sha512, SHA512);
	assert_string_equal(b->piece[1].clean, "relocate+truncate");
	assert_true(b->piece[2].xip);
	assert_false(b->piece[2].fixed);
	assert_int_equal(b->piece[3].place, IMG_PIECE_ELSEWHERE);
	assert_null(b->piece[3].name);
}

/* In the good file, from is replaced by to once; NULL: to is added at the end. */
struct damage {
	const char *from, *to;
	enum img_status status;
	unsigned line;		/* 0: the sentence names none */
	const char *words;	/* in the sentence */
};

static const struct damage damages[] = {
	/* Keys. */
	{ "name: Some", "nmae: Some", IMG_E_UNSUPPORTED, 2, "unknown key \"nmae\"" },
	{ NULL, "name: again\n", IMG_E_CORRUPT, 27, "name is there twice, first in line 2" },
	{ "name: Some \"board\" \xc3\xa9\n", "", IMG_E_ABSENT, 0, "name is missing" },
	{ "rom_size: 12M\n", "", IMG_E_ABSENT, 0, "rom_size is missing" },
	{ "densities: [8M, 4M]\n", "", IMG_E_ABSENT, 0, "needs both" },
	{ "size: 8M}", "length: 8M}", IMG_E_UNSUPPORTED, 5, "unknown key \"length\"" },
	{ ", size: 8M}", "}", IMG_E_ABSENT, 5, "both name and size" },
	{ "    type: mrc\n", "    type: mrc\n    type: mrc\n", IMG_E_CORRUPT, 19, "twice" },
	{ "file: tb.bin", "fiel: tb.bin", IMG_E_UNSUPPORTED, 26, "unknown key \"fiel\"" },
	/* Shapes. */
	{ "rom_size: 12M", "rom_size: [12M]", IMG_E_CORRUPT, 3, "one value" },
	{ "densities: [8M, 4M]", "densities: 8M", IMG_E_CORRUPT, 7, "a list" },
	{ "densities: [8M, 4M]", "densities: []", IMG_E_CORRUPT, 7, "empty" },
	{ "densities: [8M, 4M]", "densities: [8M, 4M, 4M]", IMG_E_SPACE, 7, "more than 2" },
	{ "{name: bottom, size: 8M}", "bottom", IMG_E_CORRUPT, 5, "a mapping" },
	{ "name: Some \"board\" \xc3\xa9", "name:", IMG_E_CORRUPT, 2, "1 to 128 characters" },
	{ "Some \"board\"", "\"a\\nb\" #", IMG_E_CORRUPT, 2, "control character" },
	{ "Some \"board\"", "\"a\\0b\" #", IMG_E_CORRUPT, 2, "control character" },
	/* Sizes and chips. */
	{ "rom_size: 12M", "rom_size: 12MB", IMG_E_CORRUPT, 3, "\"12MB\"" },
	{ "rom_size: 12M", "rom_size: -1", IMG_E_CORRUPT, 3, "\"-1\"" },
	{ "rom_size: 12M", "rom_size: 0", IMG_E_CORRUPT, 3, "4 KiB blocks" },
	{ "rom_size: 12M", "rom_size: 12345", IMG_E_CORRUPT, 3, "4 KiB blocks" },
	{ "rom_size: 12M", "rom_size: 1G", IMG_E_CORRUPT, 3, "at most 128M" },
	{ "rom_size: 12M", "rom_size: 16M", IMG_E_CORRUPT, 4, "does not fill two chips" },
	{ "  - {name: top, size: 0x400000}   # hex\n", "", IMG_E_CORRUPT, 4, "fit a chip" },
	{ "size: 0x400000}", "size: 1}", IMG_E_CORRUPT, 4, "top" },
	{ "name: top", "name: bottom", IMG_E_CORRUPT, 4, "two chips are named bottom" },
	{ "name: top", "name: ../top", IMG_E_CORRUPT, 4, "small letters and digits" },
	{ "densities: [8M, 4M]", "densities: [8M, 3M]", IMG_E_CORRUPT, 7, "512K, 1M" },
	{ "densities:", "place: low\ndensities:", IMG_E_CORRUPT, 7, "smaller than its chip" },
	{ "densities:", "place: middle\ndensities:", IMG_E_UNSUPPORTED, 7, "low or high" },
	/* Regions. */
	{ "0x3000-0x1afff", "0x3000", IMG_E_CORRUPT, 11, "no range" },
	{ "0x3000-0x1afff", "0x1afff-0x3000", IMG_E_CORRUPT, 11, "no range" },
	{ "0x3000-0x1afff", "0x3000-0x1b000", IMG_E_CORRUPT, 11, "no range" },
	{ "0x3000-0x1afff", "0x3001-0x1afff", IMG_E_CORRUPT, 11, "no range" },
	{ "0x3000-0x1afff", "0x2000-0x1afff", IMG_E_CORRUPT, 11, "gbe and me overlap" },
	{ "0xbfffff", "0xcfffff", IMG_E_BOUNDS, 12, "outside the image" },
	{ "  me: 0x", "  mee: 0x", IMG_E_UNSUPPORTED, 11, "unknown region \"mee\"" },
	{ "  me: 0x", "  gbe: 0x", IMG_E_CORRUPT, 11, "gbe is there twice" },
	{ "  fd: 0-0xfff\n", "", IMG_E_ABSENT, 8, "fd is missing" },
	{ "fd: 0-0xfff", "pd: 0-0xfff", IMG_E_CORRUPT, 9, "region fd" },
	/* Identity. */
	{ "[LENOVO, ThinkPad X230]", "[LENOVO]", IMG_E_CORRUPT, 13, "vendor and part" },
	{ "[LENOVO, ThinkPad X230]", "[a, b, c]", IMG_E_SPACE, 13, "more than 2" },
	{ "00:de:ad:c0:ff:ee", "00:de:ad:c0:ff", IMG_E_CORRUPT, 14, "six pairs" },
	{ "00:de:ad:c0:ff:ee", "00:de:ad:c0:ff-ee", IMG_E_CORRUPT, 14, "six pairs" },
	{ "  gbe: 0x1000-0x2fff\n", "", IMG_E_CORRUPT, 13, "without the region gbe" },
	/* Vendor pieces. */
	{ "  - file: mrc.bin\n    cbfs", "  - cbfs", IMG_E_ABSENT, 16, "needs file" },
	{ "file: mrc.bin", "file: ../mrc.bin", IMG_E_CORRUPT, 16, "no plain file name" },
	{ "file: mrc.bin", "file: .mrc", IMG_E_CORRUPT, 16, "no plain file name" },
	{ "file: mrc.bin", "file: me.bin", IMG_E_CORRUPT, 20, "same file or place" },
	{ "cbfs: fspm.bin", "cbfs: mrc.bin", IMG_E_CORRUPT, 25, "same file or place" },
	{ "region: me\n", "region: me\n    cbfs: me\n", IMG_E_CORRUPT, 20, "one of region" },
	{ "    region: me\n", "", IMG_E_CORRUPT, 20, "one of region" },
	{ "region: me\n", "region: pd\n", IMG_E_BOUNDS, 21, "no region \"pd\"" },
	{ "region: me\n", "region: me\n    type: raw\n", IMG_E_CORRUPT, 20, "in the CBFS" },
	{ "    type: mrc\n", "", IMG_E_ABSENT, 16, "needs a type" },
	{ "type: mrc", "type: mcr", IMG_E_UNSUPPORTED, 18, "\"mcr\" is no type" },
	{ "0xfffa0000", "0x100000000", IMG_E_BOUNDS, 19, "no address in the image" },
	{ "0xfffa0000", "0xff3fffff", IMG_E_BOUNDS, 19, "no address in the image" },
	{ "at: 0xfffa0000", "at: 0xfffa0000\n    xip: true", IMG_E_CORRUPT, 16, "not both" },
	{ "xip: true", "xip: yes", IMG_E_UNSUPPORTED, 25, "false or true" },
	{ "chip: separate", "chip: top", IMG_E_UNSUPPORTED, 26, "separate" },
	{ "relocate+truncate", "relocate+shrink", IMG_E_UNSUPPORTED, 23, "relocate+shrink" },
	{ "sha512: 6", "sha512: ", IMG_E_CORRUPT, 24, "128 hexadecimal" },
	{ "sha512: 6", "sha512: g", IMG_E_CORRUPT, 24, "128 hexadecimal" },
	/* YAML that is none, or more than we want. */
	{ "name: Some", "name: &a Some", IMG_E_UNSUPPORTED, 2, "anchors" },
	{ "rom_size: 12M", "rom_size: *a", IMG_E_UNSUPPORTED, 3, "anchors" },
	{ "name: Some", "name: !!str Some", IMG_E_UNSUPPORTED, 2, "tags" },
	{ "densities: [8M", "densities: !x [8M", IMG_E_UNSUPPORTED, 7, "tags" },
	{ "chips:\n", "chips: &c\n", IMG_E_UNSUPPORTED, 4, "anchors" },
	{ "identity: [", "identity: ]", IMG_E_CORRUPT, 13, "not YAML" },
	{ "\"board\" \xc3\xa9", "board \xff", IMG_E_CORRUPT, 2, "not YAML" },
	{ "\"board\" \xc3\xa9", "board \x01", IMG_E_CORRUPT, 2, "not YAML" },
	{ NULL, "---\nname: second\n", IMG_E_CORRUPT, 27, "second document" },
	{ NULL, "\tname: tab\n", IMG_E_CORRUPT, 27, "not YAML" },
};

static char *damaged(const struct damage *d)
{
	const char *at = d->from ? strstr(good, d->from) : good + strlen(good);
	size_t cut = d->from ? strlen(d->from) : 0;
	char *text = malloc(sizeof(good) + strlen(d->to));

	assert_non_null(text);
	assert_non_null(at);
	sprintf(text, "%.*s%s%s", (int)(at - good), good, d->to, at + cut);
	return text;
}

static void test_damaged(void **state)
{
	struct img_error err;
	char *text, line[32];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(damages) / sizeof(damages[0]); i++) {
		const struct damage *d = &damages[i];
		enum img_status st;

		text = damaged(d);
		snprintf(line, sizeof(line), "line %u: ", d->line);
		st = parse(text, strlen(text), &err);
		free(text);
		if (st != d->status || err.status != st || !strstr(err.text, d->words) ||
		    (d->line ? strncmp(err.text, line, strlen(line))
			     : !strncmp(err.text, "line", 4)))
			fail_msg("\"%s\" for \"%s\": %s: %s", d->to, d->from ? d->from : "",
				 img_status_word(st), st == IMG_OK ? "" : err.text);
	}
}

/* Every prefix of a file is an error or a smaller good file, never anything worse. */
static void test_truncated(void **state)
{
	struct img_error err;
	size_t len;

	(void)state;
	for (len = 0; len < strlen(good); len++) {
		char *copy = malloc(len + 1);	/* its own block, so that ASan sees the end */
		enum img_status st;

		assert_non_null(copy);
		memcpy(copy, good, len);
		st = parse(copy, len, &err);
		if (st != IMG_OK && st != IMG_E_ABSENT && st != IMG_E_CORRUPT &&
		    st != IMG_E_UNSUPPORTED && st != IMG_E_BOUNDS)
			fail_msg("%zu bytes: %s: %s", len, img_status_word(st), err.text);
		free(copy);
	}
}

static void test_small_image(void **state)
{
	static const char text[] = "name: n\nrom_size: 4M\nchips: [{name: chip1, size: 8M}]\n"
		"densities: [8M]\nregions: {fd: 0-0xfff, bios: 0x1000-0x3fffff, "
		"pd: 0x400000-0x7fffff}\n";
	struct img_error err;
	char more[512];

	(void)state;
	assert_int_equal(parse(text, strlen(text), &err), IMG_E_ABSENT);
	assert_non_null(strstr(err.text, "place"));
	snprintf(more, sizeof(more), "%splace: low\n", text);
	assert_int_equal(parse(more, strlen(more), &err), IMG_OK);
	assert_true(record->board.place_low);
	snprintf(more, sizeof(more), "%splace: high\n", text);
	assert_int_equal(parse(more, strlen(more), &err), IMG_OK);
	assert_false(record->board.place_low);
	/* The image has no such region to put a file in, although the descriptor has. */
	snprintf(more, sizeof(more), "%splace: low\nvendor: [{file: p, region: pd}]\n", text);
	assert_int_equal(parse(more, strlen(more), &err), IMG_E_BOUNDS);
	/* A region may be behind the image, not across its end. */
	assert_int_equal(parse("name: n\nrom_size: 4M\nchips: [{name: chip1, size: 8M}]\n"
			       "place: low\ndensities: [8M]\n"
			       "regions: {fd: 0-0xfff, bios: 0x1000-0x7fffff}\n", 126, &err),
			 IMG_E_BOUNDS);
}

/* Repeats opening n times behind the good file's "name: ". */
static enum img_status hostile(const char *head, const char *repeat, size_t n,
			       struct img_error *err)
{
	size_t len = strlen(head), step = strlen(repeat), i;
	char *text = malloc(len + n * step + 1);
	enum img_status st;

	assert_non_null(text);
	memcpy(text, head, len);
	for (i = 0; i < n; i++)
		memcpy(text + len + i * step, repeat, step);
	st = parse(text, len + n * step, err);
	free(text);
	return st;
}

static void test_hostile(void **state)
{
	struct img_error err;

	(void)state;
	assert_int_equal(parse("", 0, &err), IMG_E_ABSENT);
	assert_int_equal(parse("# nothing\n", 10, &err), IMG_E_ABSENT);
	assert_int_equal(parse("\0\0\0\0", 4, &err), IMG_E_CORRUPT);
	assert_int_equal(parse("- a\n- b\n", 8, &err), IMG_E_CORRUPT);
	assert_int_equal(hostile("name: ", "[", 100000, &err), IMG_E_CORRUPT);
	assert_int_equal(hostile("name: ", "{a: ", 60000, &err), IMG_E_CORRUPT);
	assert_int_equal(hostile("", "[", 200000, &err), IMG_E_CORRUPT);
	assert_int_equal(hostile("", "- ", 100000, &err), IMG_E_CORRUPT);
	assert_int_equal(hostile("name: ", "x", 200000, &err), IMG_E_CORRUPT);
	assert_int_equal(hostile("", "a: b\n", 50000, &err), IMG_E_UNSUPPORTED);
	assert_int_equal(hostile("vendor:\n", "- {file: a, chip: separate}\n", 17, &err),
			 IMG_E_SPACE);
	assert_int_equal(hostile("regions:\n", "  fd: 0-0xfff\n", 17, &err), IMG_E_SPACE);
	assert_int_equal(hostile("# ", "x", BOARD_FILE_MAX - 2, &err), IMG_E_ABSENT);
	assert_int_equal(hostile("# ", "x", BOARD_FILE_MAX - 1, &err), IMG_E_SPACE);
}

/* 16 pieces with every string as long as it may be need more than BOARD_TEXT_MAX. */
static void test_text_limit(void **state)
{
	char text[16384];
	struct img_error err;
	int i, used = sprintf(text, "vendor:\n");

	(void)state;
	for (i = 0; i < BOARD_PIECES_MAX; i++)
		used += sprintf(text + used, "- {file: %064d, cbfs: %0128d, type: %032d, "
				"update: %064d, clean: %096d, sha512: %0128d}\n", i, i, i, i, i,
				i);
	assert_int_equal(parse(text, (size_t)used, &err), IMG_E_SPACE);
	assert_non_null(strstr(err.text, "line 17: more than 8192 bytes of text"));
}

static void test_id(void **state)
{
	struct img_error err;

	(void)state;
	assert_true(board_id_valid("x230_12mb"));
	assert_true(board_id_valid("A-b.c"));
	assert_false(board_id_valid(""));
	assert_false(board_id_valid("../x"));
	assert_false(board_id_valid(".x"));
	assert_false(board_id_valid("-x"));
	assert_false(board_id_valid("a b"));
	assert_false(board_id_valid("\xc3\xa9"));
	assert_true(board_id_valid(&SHA512[64]));
	assert_false(board_id_valid(&SHA512[63]));
	assert_int_equal(board_yaml_parse(img_view_of(good, strlen(good)), "a/b", record, &err),
			 IMG_E_USAGE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_truncated),
		cmocka_unit_test(test_small_image),
		cmocka_unit_test(test_hostile),
		cmocka_unit_test(test_text_limit),
		cmocka_unit_test(test_id),
	};

	return cmocka_run_group_tests(tests, setup, teardown);
}
