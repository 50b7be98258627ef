/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One field changed, thousands of times, of what is made for another place: PE and TE images, and
 * updates of ME 7. What comes out is what the fields say, read here once more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/edit/me_clean.h"
#include "libimg/format/pe.h"
#include "tests/libimg/mutants.h"
#include "tests/libimg/small.h"
#include "tests/synth/me.h"

static struct structure_field fields[STRUCTURE_FIELDS];

static uint64_t le(struct img_view v, uint64_t at, size_t width)
{
	uint8_t b[8] = { 0 };

	assert_int_equal(img_view_copy(v, at, b, width, NULL), IMG_OK);
	return img_get_le64(b);
}

static void put_le(struct img *img, uint64_t at, size_t width, uint64_t value)
{
	uint8_t b[8];

	img_put_le32(b, (uint32_t)value);
	img_put_le32(b + 4, (uint32_t)(value >> 32));
	small_put(img, at, b, width);
}

/* --- executables ------------------------------------------------------------------------- */

/*
 *	0x000	header of either kind, the PE header at 0x80
 *	0x200	words that are moved
 *	0x300	two blocks of relocations
 */
enum {
	EXECUTABLE = 0x400,
	PE = 0x80,
	WORDS = 0x200,
	TABLE = 0x300,
	TABLE_SIZE = 28,
	TOO_LARGE = 0x120,		/* by so much are a TE image's offsets larger */
	LINKED = 0x400000,
	DELTA = 0x12000,
	TE_ADDRESS = LINKED + DELTA + TOO_LARGE,
};

/* Where the header says that things are. */
struct shape {
	uint64_t table, table_size, too_large, delta, linked_at;
	size_t linked_width;
};

static struct shape pe_shape(struct img_view v)
{
	uint64_t optional = le(v, 0x3c, 4) + 0x18;
	bool plus = le(v, optional, 2) == 0x20b;
	struct shape s = { .delta = DELTA };

	if (le(v, optional + (plus ? 0x6c : 0x5c), 4) > 5) {
		s.table = le(v, optional + (plus ? 0x98 : 0x88), 4);
		s.table_size = le(v, optional + (plus ? 0x9c : 0x8c), 4);
	}
	s.linked_at = optional + (plus ? 0x18 : 0x1c);
	s.linked_width = plus ? 8 : 4;
	return s;
}

static struct shape te_shape(struct img_view v)
{
	struct shape s = { .table = le(v, 0x18, 4), .table_size = le(v, 0x1c, 4),
			   .linked_at = 0x10, .linked_width = 8 };

	s.too_large = le(v, 6, 2) - 0x28;
	s.delta = (uint32_t)(TE_ADDRESS - s.too_large) - le(v, 0x10, 8);
	return s;
}

/* The same once more, on an image of which all that is named has to be there. */
static void move(struct img *img, const struct shape *s)
{
	uint64_t at = s->table - s->too_large, end = at + s->table_size;

	while (s->table_size && at < end) {
		uint64_t page = le(img_bytes(img), at, 4), size = le(img_bytes(img), at + 4, 4);

		for (uint64_t k = at + 8; k < at + size; k += 2) {
			uint64_t entry = le(img_bytes(img), k, 2);
			uint64_t word = page - s->too_large + (entry & 0xfff);
			size_t width = entry >> 12 == 3 ? 4 : 8;

			assert_true(entry >> 12 == 0 || entry >> 12 == 3 || entry >> 12 == 10);
			if (entry >> 12)
				put_le(img, word, width,
				       le(img_bytes(img), word, width) + s->delta);
		}
		assert_true(size >= 8);
		at += size;
	}
	put_le(img, s->linked_at, s->linked_width,
	       le(img_bytes(img), s->linked_at, s->linked_width) + s->delta);
}

static void judge_moved(struct img_view mutant, bool is_te, const struct structure_field *f,
			const char *name)
{
	struct img *got = NULL, *want = NULL;
	struct shape shape;
	enum img_status st;

	assert_int_equal(img_copy(mutant, &got, NULL), IMG_OK);
	st = is_te ? img_te_relocate(img_span(got), TE_ADDRESS, NULL)
		   : img_pe_relocate(img_span(got), DELTA, NULL);
	if (st == IMG_OK) {
		assert_int_equal(img_copy(mutant, &want, NULL), IMG_OK);
		shape = is_te ? te_shape(mutant) : pe_shape(mutant);
		move(want, &shape);
		if (mutants_differ(img_bytes(got), img_bytes(want)))
			mutants_fail(f, name, mutant, "moved otherwise than the fields say");
		img_close(want);
	}
	img_close(got);
}

static void judge_pe(struct img_view original, struct img_view mutant,
		     const struct structure_field *f, const char *name)
{
	(void)original;
	judge_moved(mutant, false, f, name);
}

static void judge_te(struct img_view original, struct img_view mutant,
		     const struct structure_field *f, const char *name)
{
	(void)original;
	judge_moved(mutant, true, f, name);
}

/* offset: what is added to places in the image to make them those of the header. */
static struct img *made_executable(const char *word, uint32_t offset)
{
	static const uint16_t first[] = { 0x3000, 0x3010, 0xa020, 0 };
	static const uint16_t second[] = { 0xa008, 0x3040 };
	struct img *img = NULL;
	struct img_error err;

	small_must(img_new(EXECUTABLE, 0, &img, &err), &err);
	small_bytes(word, img_span_bytes(img_span(img)), EXECUTABLE);
	put_le(img, TABLE, 4, WORDS + offset);
	put_le(img, TABLE + 4, 4, 8 + sizeof(first));
	put_le(img, TABLE + 16, 4, WORDS + 0x80 + offset);
	put_le(img, TABLE + 20, 4, 8 + sizeof(second));
	for (unsigned i = 0; i < 4; i++)
		put_le(img, TABLE + 8 + 2 * i, 2, first[i]);
	for (unsigned i = 0; i < 2; i++)
		put_le(img, TABLE + 24 + 2 * i, 2, second[i]);
	return img;
}

static void run_pe(bool plus)
{
	const char *name = plus ? "PE32+" : "PE32";
	struct img *img = made_executable(name, 0);
	size_t count = mutants_add(fields, 0, PE, 0x18 + (plus ? 0xa0 : 0x90), 2, "header");

	count = mutants_add(fields, count, 0x3c, 4, 2, "place of the header");
	count = mutants_add(fields, count, TABLE, TABLE_SIZE, 2, "relocation");
	small_put(img, 0, "MZ", 2);
	put_le(img, 0x3c, 4, PE);
	small_put(img, PE, "PE\0", 4);
	put_le(img, PE + 0x18, 2, plus ? 0x20b : 0x10b);
	put_le(img, PE + (plus ? 0x30 : 0x34), plus ? 8 : 4, LINKED);
	put_le(img, PE + (plus ? 0x84 : 0x74), 4, 16);
	put_le(img, PE + (plus ? 0xb0 : 0xa0), 4, TABLE);
	put_le(img, PE + (plus ? 0xb4 : 0xa4), 4, TABLE_SIZE);
	assert_int_equal(img_pe_relocate(img_span(img), 0, NULL), IMG_OK);
	mutants_run(img, name, fields, count, judge_pe);
	mutants_cut(img, name, judge_pe);
	img_close(img);
}

static void test_pe(void **state)
{
	(void)state;
	run_pe(false);
	run_pe(true);
}

static void test_te(void **state)
{
	struct img *img = made_executable("TE", TOO_LARGE);
	size_t count = mutants_add(fields, 0, 0, 0x28, 2, "header");

	(void)state;
	count = mutants_add(fields, count, TABLE, TABLE_SIZE, 2, "relocation");
	small_put(img, 0, "VZ", 2);
	put_le(img, 6, 2, TOO_LARGE + 0x28);
	put_le(img, 0x10, 8, LINKED);
	put_le(img, 0x18, 4, TABLE + TOO_LARGE);
	put_le(img, 0x1c, 4, TABLE_SIZE);
	judge_te(img_bytes(img), img_bytes(img), &fields[0], "TE");
	mutants_run(img, "TE", fields, count, judge_te);
	mutants_cut(img, "TE", judge_te);
	img_close(img);
}

/* --- updates of ME 7 --------------------------------------------------------------------- */

enum { UPDATE = 0x76000, MODULES = 0x290, MODULE_HEADER = 0x60 };

/* The place in a region that the first Huffman module's table of chunks was made for. */
static uint64_t place_of(struct img_view update)
{
	for (uint64_t at = MODULES;; at += MODULE_HEADER) {
		uint64_t llut;

		if ((le(update, at + 0x50, 4) >> 4 & 7) != 1)
			continue;
		llut = le(update, at + 0x38, 4);
		return le(update, llut + 0xc, 4) + (le(update, llut + 8, 4) >> 8 & 0xffff) - 0x40 -
		       llut;
	}
}

static void judge_update(struct img_view original, struct img_view mutant,
			 const struct structure_field *f, const char *name)
{
	struct img_view partition;
	struct img *region;
	uint64_t place;

	(void)original;
	if (img_me_from_update(mutant, &region, NULL) != IMG_OK)
		return;
	if (img_view_size(mutant) < UPDATE)
		mutants_fail(f, name, mutant, "a region made of part of a partition");
	place = place_of(mutant);
	if (le(img_bytes(region), 0x38, 4) != place || img_size(region) != place + UPDATE)
		mutants_fail(f, name, mutant, "another place");
	assert_int_equal(img_view_slice(mutant, 0, UPDATE, &partition, NULL), IMG_OK);
	if (!img_view_has(img_bytes(region), place, partition))
		mutants_fail(f, name, mutant, "another partition");
	img_close(region);
}

static struct img *made_update(void)
{
	static uint8_t region[SYNTH_ME_SIZE];
	uint8_t *partition = region + SYNTH_ME_FTPR;
	struct img *img = NULL;
	struct img_error err;

	synth_me(IMG_ME_GEN_2, region);
	img_put_le16(partition + 0x24, 7);
	/* The headers of its modules are smaller ones. */
	for (unsigned i = 1; i < 5; i++)
		memmove(partition + MODULES + MODULE_HEADER * i, partition + MODULES + 0x80 * i,
			MODULE_HEADER);
	small_must(img_new(UPDATE, 0, &img, &err), &err);
	small_put(img, 0, partition, SYNTH_ME_FTPR_SIZE);
	return img;
}

static void test_update(void **state)
{
	struct img *img = made_update();
	struct img_view cut;
	size_t count = mutants_add(fields, 0, 0x1c, 12, 2, "manifest");

	(void)state;
	count = mutants_add(fields, count, MODULES, 5 * MODULE_HEADER, 4, "module");
	count = mutants_add(fields, count, SYNTH_ME_LLUT, 0x40, 2, "LLUT");
	mutants_run(img, "update", fields, count, judge_update);
	for (uint32_t n = 0; n < UPDATE; n += n < 0x1000 ? 1 : 0x3ff) {
		const struct structure_field f = { 0, 4, false, "length", n };

		assert_int_equal(img_view_slice(img_bytes(img), 0, n, &cut, NULL), IMG_OK);
		judge_update(img_bytes(img), cut, &f, "update");
		mutants_seen++;
	}
	img_close(img);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_pe), cmocka_unit_test(test_te), cmocka_unit_test(test_update),
	};

	return mutants_result(cmocka_run_group_tests(tests, NULL, NULL));
}
