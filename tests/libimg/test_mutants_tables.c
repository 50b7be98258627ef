/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One field changed, thousands of times, of the tables an image is found its way in by: FMAP, FIT,
 * master header, anchor, hashes, EC pointers, layouts. What is decoded is what stands there, read
 * here once more; what has a sum does not lose it without a word.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/cbfs_anchor.h"
#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_extract.h"
#include "libimg/edit/cbfs_hash.h"
#include "libimg/edit/cbfs_walk.h"
#include "libimg/format/cbfs_master.h"
#include "libimg/format/fit.h"
#include "libimg/format/fmap.h"
#include "libimg/format/kbc1126.h"
#include "libimg/format/layout.h"
#include "tests/libimg/fixture.h"
#include "tests/libimg/mutants.h"
#include "tests/libimg/small.h"
#include "tests/synth/synth.h"

static struct structure_field fields[STRUCTURE_FIELDS];

static uint32_t le(struct img_view v, uint64_t at, uint8_t width)
{
	const struct structure_field f = { (uint32_t)at, width, false, "", 0 };

	return structure_get(v, &f);
}

static uint32_t be32(struct img_view v, uint64_t at)
{
	const struct structure_field f = { (uint32_t)at, 4, true, "", 0 };

	return structure_get(v, &f);
}

/* --- FMAP ---------------------------------------------------------------------------------- */

static void judge_fmap(struct img_view original, struct img_view mutant,
		       const struct structure_field *f, const char *name)
{
	struct img_fmap before, map;
	struct img_view text;

	assert_int_equal(img_fmap_decode(original, &before, NULL), IMG_OK);
	if (img_fmap_decode(mutant, &map, NULL) != IMG_OK)
		return;
	if (map.at != before.at || map.area_count != le(mutant, map.at + 54, 2) ||
	    map.size != le(mutant, map.at + 18, 4) || map.size > img_view_size(mutant))
		mutants_fail(f, name, mutant, "another table");
	for (size_t i = 0; i < map.area_count; i++) {
		const struct img_fmap_area *a = &map.area[i];
		uint64_t row = map.at + 56 + 42 * i;

		assert_int_equal(img_view_slice(mutant, row + 8, 32, &text, NULL), IMG_OK);
		if (a->range.start != le(mutant, row, 4) ||
		    a->range.size != le(mutant, row + 4, 4) ||
		    a->range.size > map.size || a->range.start > map.size - a->range.size ||
		    strncmp(a->name, (const char *)img_view_data(text), 32))
			mutants_fail(f, name, mutant, "an area is not what its row says");
	}
}

static void test_fmap(void **state)
{
	static const char *const of_fmap[] = { "FMAP", NULL };
	struct img *img = small_image(SMALL_PLAIN), *real = real_file("cbfs/coreboot_256k.rom");

	(void)state;
	mutants_of(img, "small image", of_fmap, judge_fmap);
	img_close(img);
	if (real)
		mutants_of(real, "cbfs/coreboot_256k.rom", of_fmap, judge_fmap);
	img_close(real);
}

/* --- FIT ----------------------------------------------------------------------------------- */

enum { FIT_SIZE = 0x10000, FIT_AT = 0xf000, FIT_ROWS = 4 };

static void judge_fit(struct img_view original, struct img_view mutant,
		      const struct structure_field *f, const char *name)
{
	struct img_fit fit;
	uint8_t sum = 0;
	bool sorted = true;

	if (img_fit_decode(mutant, 0, &fit, NULL) != IMG_OK)
		return;
	for (size_t i = 0; i < fit.count; i++) {
		const struct img_fit_entry *e = &fit.entry[i];
		uint64_t row = fit.at + 16 * (i + 1);

		if (e->address != (le(mutant, row, 4) | (uint64_t)le(mutant, row + 4, 4) << 32) ||
		    e->size != (le(mutant, row + 8, 4) & 0xffffff) * 16 ||
		    e->type != (le(mutant, row + 14, 1) & 0x7f) ||
		    e->checked != (le(mutant, row + 14, 1) >> 7))
			mutants_fail(f, name, mutant, "an entry is not what its row says");
		sorted = sorted && (!i || e->type >= fit.entry[i - 1].type);
	}
	for (size_t i = 0; i < 16 * (fit.count + 1); i++)
		sum = (uint8_t)(sum + le(mutant, fit.at + i, 1));
	if (fit.sorted != sorted || fit.checked != (le(mutant, fit.at + 14, 1) >> 7) ||
	    fit.sum_ok != (!fit.checked || !sum))
		mutants_fail(f, name, mutant, "order or sum are not what they are said to be");
	if (mutants_differ(original, mutant) && fit.checked && fit.sum_ok &&
	    f->at >= fit.at && f->at + f->width <= fit.at + 16 * (fit.count + 1))
		mutants_fail(f, name, mutant, "a change that the sum has not seen");
}

static void test_fit(void **state)
{
	uint8_t row[16] = "_FIT_   ", sum = 0;
	size_t count;
	struct img *img;

	(void)state;
	assert_int_equal(img_new(FIT_SIZE, 0, &img, NULL), IMG_OK);
	small_put_le32(img, FIT_SIZE - IMG_FIT_POINTER, (uint32_t)(FIT_AT - FIT_SIZE));
	for (unsigned i = 0; i < FIT_ROWS; i++) {
		if (i) {
			memset(row, 0, sizeof(row));
			img_put_le32(row, (uint32_t)(0x1000 * i - FIT_SIZE));
		}
		row[8] = i ? 0 : FIT_ROWS;
		row[13] = 1;
		row[14] = (uint8_t)(i ? i : 0x80);
		small_put(img, FIT_AT + 16 * i, row, sizeof(row));
	}
	for (unsigned i = 0; i < 16 * FIT_ROWS; i++)
		sum = (uint8_t)(sum + le(img_bytes(img), FIT_AT + i, 1));
	small_put(img, FIT_AT + 15, (uint8_t[]){ (uint8_t)(0 - sum) }, 1);
	count = mutants_add(fields, 0, FIT_AT, 16 * FIT_ROWS, 1, "FIT");
	count = mutants_add(fields, count, FIT_SIZE - IMG_FIT_POINTER, 8, 4, "pointer");
	mutants_run(img, "FIT", fields, count, judge_fit);
	img_close(img);
}

/* --- master header ------------------------------------------------------------------------- */

enum { MASTER_SIZE = 0x4000, MASTER_BOOT = 0x400, MASTER_AT = MASTER_SIZE - 0x100 };

static void judge_master(struct img_view original, struct img_view mutant,
			 const struct structure_field *f, const char *name)
{
	struct img_cbfs_master m;
	uint32_t size, boot, first;

	(void)original;
	if (img_cbfs_master_find(mutant, &m, NULL) != IMG_OK)
		return;
	size = be32(mutant, m.at + 8);
	boot = be32(mutant, m.at + 12);
	first = be32(mutant, m.at + 20);
	if (be32(mutant, m.at) != 0x4f524243 || be32(mutant, m.at + 16) != 64 || first % 64 ||
	    size > MASTER_SIZE || boot >= size || m.files.start != first ||
	    m.files.size != size - boot - first || m.architecture != be32(mutant, m.at + 24))
		mutants_fail(f, name, mutant, "a header that says something else");
}

static void test_master(void **state)
{
	size_t count;
	struct img *img;

	(void)state;
	assert_int_equal(img_new(MASTER_SIZE, 0xff, &img, NULL), IMG_OK);
	small_put(img, MASTER_AT, "ORBC1112", 8);
	small_put_be32(img, MASTER_AT + 8, MASTER_SIZE);
	small_put_be32(img, MASTER_AT + 12, MASTER_BOOT);
	small_put_be32(img, MASTER_AT + 16, 64);
	small_put_be32(img, MASTER_AT + 20, 0x400);
	small_put_le32(img, MASTER_SIZE - 4, (uint32_t)(MASTER_AT - MASTER_SIZE));
	count = mutants_add(fields, 0, MASTER_AT, 32, 4, "master header");
	for (size_t i = 0; i < count; i++)
		fields[i].big = true;
	count = mutants_add(fields, count, MASTER_SIZE - 4, 4, 4, "last word");
	mutants_run(img, "master header", fields, count, judge_master);
	mutants_cut(img, "master header", judge_master);
	img_close(img);
}

/* --- hashes -------------------------------------------------------------------------------- */

static struct img_view area_of(struct img_view image)
{
	struct img_view area;

	assert_int_equal(img_view_slice(image, SMALL_CBFS, SMALL_CBFS_SIZE, &area, NULL), IMG_OK);
	return area;
}

/*
 * Any change of data or of a hash is seen, by the hash, the walk, or the anchor over metadata. In
 * the header of what stays free space nothing else counts.
 */
static void judge_hashed(struct img_view original, struct img_view mutant,
			 const struct structure_field *f, const char *name)
{
	enum img_cbfs_hash_state hash;
	enum img_digest_kind kind;
	struct img_cbfs_area area;
	struct img_cbfs_file file;
	uint64_t cursor = 0;
	enum img_status st;

	/* FW_MAIN_A has no anchor, and without a boot block of that name and type nothing has. */
	if (!mutants_differ(original, mutant) || f->at >= SMALL_A ||
	    img_cbfs_area_find(mutant, NULL, &area, NULL) != IMG_OK ||
	    img_cbfs_find(area_of(mutant), "bootblock", &file, NULL) != IMG_OK ||
	    file.type != IMG_CBFS_BOOTBLOCK ||
	    img_anchor_check(mutant, NULL) != IMG_OK)
		return;
	while ((st = img_cbfs_walk(area_of(mutant), true, &cursor, &file, NULL)) == IMG_OK)
		if (img_cbfs_is_free(&file) ? f->at / 64 == (SMALL_CBFS + file.at) / 64 :
		    (img_cbfs_hash_check(&file, &hash, &kind, NULL) != IMG_OK ||
		     hash == IMG_CBFS_HASH_INVALID || hash == IMG_CBFS_HASH_UNKNOWN))
			return;
	if (st == IMG_E_ABSENT)
		mutants_fail(f, name, mutant, "a change that no hash has seen");
}

static void test_hashed(void **state)
{
	static const enum img_digest_kind sha512 = IMG_SHA512;
	static const char *const of_cbfs[] = { "CBFS", "attribute", "FMAP", NULL };
	static uint8_t bytes[300];
	struct img *img = small_image(SMALL_ANCHOR_IN_FILE);
	struct img_cbfs_new file = { .name = "hashed", .type = IMG_CBFS_RAW,
				     .place = IMG_CBFS_ANYWHERE,
				     .data = img_view_of(bytes, sizeof(bytes)) };
	struct img_range data;
	struct img_error err;
	size_t count;

	(void)state;
	synth_bytes("hashed", bytes, sizeof(bytes));
	small_must(img_cbfs_add(img, NULL, &file, &data, &err), &err);
	small_must(img_anchor_check(img_bytes(img), &err), &err);
	count = mutants_add(fields, 0, (uint32_t)(data.start - 72), 72 + sizeof(bytes), 1, "file");
	mutants_run(img, "hashed file", fields, count, judge_hashed);
	mutants_of(img, "hashed files", of_cbfs, judge_hashed);
	img_close(img);

	/* Without an anchor the hash has to see a change of the data and of itself. */
	img = small_image(SMALL_PLAIN);
	file.hash = &sha512;
	small_must(img_cbfs_add(img, NULL, &file, &data, &err), &err);
	count = mutants_add(fields, 0, (uint32_t)(data.start - 64), 64 + sizeof(bytes), 1, "data");
	mutants_run(img, "data and hash", fields, count, judge_hashed);
	img_close(img);
}

/* --- EC of HP EliteBooks ------------------------------------------------------------------- */

enum { EC_SIZE = 0x10000, EC_POINTERS = EC_SIZE - 0x100 };

static void judge_ec(struct img_view original, struct img_view mutant,
		     const struct structure_field *f, const char *name)
{
	struct img_kbc1126 map;
	struct img_view block;
	uint64_t size;

	if (!mutants_differ(original, mutant))
		return;
	if (!strcmp(f->what, "pointer")) {
		if (img_kbc1126_decode(mutant, &map, NULL) == IMG_OK)
			mutants_fail(f, name, mutant, "a pointer without its complement");
		return;
	}
	assert_int_equal(img_view_slice(mutant, 0x1000, 0x200, &block, NULL), IMG_OK);
	if (img_kbc1126_block(block, &size, NULL) == IMG_OK)
		mutants_fail(f, name, mutant, "a change that the sum has not seen");
}

static void test_ec(void **state)
{
	static const uint8_t pointers[8] = { 0xff, 0x10, 0x00, 0xef, 0xff, 0x20, 0x00, 0xdf };
	uint8_t data[0x100], head[4];
	struct img_view cut;
	uint16_t sum = 0;
	uint64_t size;
	size_t count;
	struct img *img;

	(void)state;
	assert_int_equal(img_new(EC_SIZE, 0xff, &img, NULL), IMG_OK);
	synth_bytes("firmware", data, sizeof(data));
	for (size_t i = 0; i < sizeof(data); i++)
		sum = (uint16_t)(sum + data[i]);
	img_put_le16(head, sizeof(data));
	img_put_le16(head + 2, sum);
	small_put(img, 0x1000, head, sizeof(head));
	small_put(img, 0x1004, data, sizeof(data));
	small_put(img, EC_POINTERS, pointers, sizeof(pointers));
	count = mutants_add(fields, 0, EC_POINTERS, 8, 1, "pointer");
	count = mutants_add(fields, count, 0x1000, 4, 2, "block");
	count = mutants_add(fields, count, 0x1004, sizeof(data), 1, "block");
	mutants_run(img, "KBC1126", fields, count, judge_ec);
	for (uint32_t n = 0; n < 4 + sizeof(data); n++) {
		assert_int_equal(img_view_slice(img_bytes(img), 0x1000, n, &cut, NULL), IMG_OK);
		assert_int_not_equal(img_kbc1126_block(cut, &size, NULL), IMG_OK);
	}
	img_close(img);
}

/* --- layouts ------------------------------------------------------------------------------- */

/* The lines once more, as scanf() takes them. */
static void judge_layout(struct img_view original, struct img_view mutant,
			 const struct structure_field *f, const char *name)
{
	char text[256], word[65], *line, *next;
	struct img_layout layout;
	unsigned long long first, last;
	size_t n = 0;

	(void)original;
	if (img_layout_parse(mutant, &layout, NULL) != IMG_OK)
		return;
	assert_int_equal(img_view_copy(mutant, 0, text, img_view_size(mutant), NULL), IMG_OK);
	text[img_view_size(mutant)] = 0;
	for (line = strtok_r(text, "\n", &next); line; line = strtok_r(NULL, "\n", &next)) {
		line += strspn(line, " \t\r");
		if (!*line || *line == '#')
			continue;
		if (n >= layout.count || sscanf(line, "%llx:%llx %64s", &first, &last, word) != 3 ||
		    layout.area[n].range.start != first ||
		    img_range_end(layout.area[n].range) != last + 1 ||
		    strcmp(layout.area[n++].name, word))
			mutants_fail(f, name, mutant, "an area is not what its line says");
	}
	if (n != layout.count)
		mutants_fail(f, name, mutant, "areas that no line has");
}

static void test_layout(void **state)
{
	static const char text[] = "00000000:00000fff fd\n00001000:00002fff gbe\n"
				   "00003000:004fffff me\n00500000:00bfffff bios\n";
	struct img *img;
	size_t count;

	(void)state;
	assert_int_equal(img_copy(img_view_of(text, sizeof(text) - 1), &img, NULL), IMG_OK);
	count = mutants_add(fields, 0, 0, sizeof(text) - 1, 1, "letter");
	mutants_run(img, "layout", fields, count, judge_layout);
	mutants_cut(img, "layout", judge_layout);
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fmap), cmocka_unit_test(test_fit),
		cmocka_unit_test(test_master), cmocka_unit_test(test_hashed),
		cmocka_unit_test(test_ec), cmocka_unit_test(test_layout),
	};

	return mutants_result(cmocka_run_group_tests(tests, NULL, NULL));
}
