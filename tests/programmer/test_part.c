/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of chips: names, blocks, and every row against the facts it was made from. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/chip/part.h"

#define COLUMNS 40
#define ROWS_MAX 32

static void test_names(void **state)
{
	const struct chip_part *p = chip_part_by_name("W25Q64BV");

	(void)state;
	assert_non_null(p);
	assert_int_equal(p->size, 8 << 20);
	assert_true(chip_part_is_named(p, "W25Q64BV/W25Q64CV/W25Q64FV"));
	assert_true(chip_part_is_named(p, "w25q64cv"));
	assert_true(chip_part_is_named(p, "W25Q64.V"));
	assert_false(chip_part_is_named(p, "W25Q64"));
	assert_false(chip_part_is_named(p, "W25Q64BV/"));
	assert_false(chip_part_is_named(p, ""));
	assert_int_equal(chip_part_by_name("W25Q128FV")->size, 16 << 20);
	assert_int_equal(chip_part_by_name("W25Q16BV")->size, 2 << 20);
	assert_null(chip_part_by_name("W25Q"));
	assert_null(chip_part_by_name(""));
	assert_null(chip_part_by_size(3 << 20));
}

/* Ordering codes may be left out, and what is in parentheses. */
static void test_short_names(void **state)
{
	const struct chip_part *n25q = chip_part_by_name("N25Q064");
	const struct chip_part *sst26 = chip_part_by_name("SST26VF032B");

	(void)state;
	assert_non_null(n25q);
	assert_int_equal(n25q->id[1], 0xba);
	assert_true(chip_part_is_named(n25q, "N25Q064A13E"));
	assert_false(chip_part_is_named(n25q, "N25Q06"));
	assert_false(chip_part_is_named(n25q, "N25Q0641"));
	assert_int_equal(chip_part_by_name("S25FL128S0AB1230")->erase[0].size, 65536);
	assert_int_equal(chip_part_by_name("S25FL128S......1")->erase[0].size, 262144);
	assert_non_null(sst26);
	assert_true(chip_part_is_named(sst26, "SST26VF032BA"));
	assert_true(chip_part_is_named(sst26, "SST26VF032B(A)"));
	assert_false(chip_part_is_named(sst26, "SST26VF032BB"));
	assert_false(chip_part_is_named(sst26, "SST26VF032B("));
	assert_ptr_equal(chip_part_by_name("GD25Q64"), chip_part_by_name("GD25Q64B"));
}

static struct img_range block(const struct chip_part *part, uint64_t at)
{
	struct chip_geometry g;

	chip_part_geometry(part, &g);
	return chip_block_at(&g.erase[g.erase_count - 1], at);
}

static void test_blocks(void **state)
{
	const struct chip_part *bottom = chip_part_by_name("A25L40PU");
	const struct chip_part *ends = chip_part_by_name("SST26VF032B");
	const struct chip_part *even = chip_part_by_name("W25Q64BV");

	(void)state;
	bottom++;	/* the row of the PU follows that of the PT */
	while (strcmp(bottom->name, "A25L40PU"))
		bottom--;
	assert_int_equal(block(bottom, 0x0fff).size, 0x1000);
	assert_int_equal(block(bottom, 0x2000).size, 0x2000);
	assert_int_equal(block(bottom, 0x5000).start, 0x4000);
	assert_int_equal(block(bottom, 0x5000).size, 0x4000);
	assert_int_equal(block(bottom, 0x8000).size, 0x8000);
	assert_int_equal(block(bottom, 0x1ffff).start, 0x10000);
	assert_int_equal(block(bottom, 0x80000).size, 0);	/* beyond the chip */
	assert_int_equal(block(ends, 0x3f8000).size, 0x2000);
	assert_int_equal(block(ends, 0x3f7fff).start, 0x3f0000);
	assert_int_equal(block(ends, 0x3f7fff).size, 0x8000);
	assert_int_equal(block(ends, 0x8123).size, 0x8000);
	assert_int_equal(block(even, 0x12345).start, 0x10000);
	assert_int_equal(block(even, 0x12345).size, 0x10000);
}

/* --- against the facts --- */

struct facts {
	char *cell[COLUMNS], *heading[COLUMNS];
	size_t count;
	bool used[1024];	/* rows of ours that some row of the facts is about */
};

static const char *get(const struct facts *f, const char *heading)
{
	size_t i;

	for (i = 0; i < f->count; i++)
		if (!strcmp(f->heading[i], heading))
			return f->cell[i];
	fail_msg("no column %s", heading);
	return "";
}

/* Where the table says otherwise on purpose; parts.tsv tells why. */
static bool is_corrected(const char *id, const char *ext)
{
	return !strcmp(id, "010219") ||
	       (!strcmp(id, "012018") && (!strcmp(ext, "4D0080") || !strcmp(ext, "4D0180") ||
					  !strcmp(ext, "*")));
}

static bool is_ours_alone(const struct chip_part *part)
{
	return !strcmp(part->name, "MX25L25635E");
}

static void id_text(const struct chip_part *p, char out[16])
{
	size_t i;

	for (i = 0; i < p->id_size; i++)
		snprintf(out + 2 * i, 3, "%02X", p->id[i]);
}

static bool ext_is(const struct chip_part *p, const char *ext)
{
	char text[16] = "";
	size_t i;

	if (!strcmp(ext, "*"))
		return true;
	if (!strcmp(ext, "-"))
		return !p->ext_size;
	if (!strncmp(ext, "10+bit6=", 8))
		return p->ext_size == 2 && p->ext[1] == (ext[8] == '1' ? 0x40 : 0);
	if (!strncmp(ext, "RES/REMS ", 9))
		return p->ext_by_res && p->ext[0] == strtoul(ext + 9, NULL, 16);
	for (i = 0; i < p->ext_size; i++)
		snprintf(text + 2 * i, 3, "%02X", p->ext[i]);
	return !strncmp(ext, text, strcspn(ext, " ")) && strlen(text) == strcspn(ext, " ");
}

static const char *const probes[] = {
	"RDID9F", "RESAB-1byte", "RESAB-2byte", "REMS90", "AT25F-RDID15",
};

/* Is entry one of the cell's, which may call it @fp or @fr? */
static bool has_entry(const char *cell, const char *entry, size_t len)
{
	for (;;) {
		const size_t n = strcspn(cell, "|");

		if (n == len && !strncmp(cell, entry, len))
			return true;
		if (!cell[n])
			return false;
		cell += n + 1;
	}
}

static bool all_entries(const char *list, const char *of)
{
	for (;;) {
		const size_t n = strcspn(list, "|");

		if (!has_entry(of, list, n))
			return false;
		if (!list[n])
			return true;
		list += n + 1;
	}
}

/* The rows of ours that a row of the facts is about. Two rows may differ in names alone. */
static size_t rows_of(struct facts *f, const struct chip_part *rows[ROWS_MAX])
{
	size_t i, n = 0;
	char id[16] = "";

	for (i = 0; i < chip_part_count; i++) {
		const struct chip_part *p = &chip_parts[i];

		id_text(p, id);
		if (strcmp(id, get(f, "id")) || strcmp(probes[p->probe], get(f, "probe")) ||
		    !ext_is(p, get(f, "ext")) || is_ours_alone(p) ||
		    !all_entries(p->name, get(f, "names")))
			continue;
		assert_true(n < ROWS_MAX);
		rows[n++] = p;
		f->used[i] = true;
	}
	return n;
}

/* "20:4K,D8:64K" for uniform kinds, "D8:4Kx2+8K" for others, in the facts' order. */
static void erase_word(const struct chip_erase_kind *k, char *out, size_t size)
{
	const struct chip_region *r;
	size_t used = (size_t)snprintf(out, size, "%02X:", k->opcode);

	if (!k->map) {
		if (k->size >= 32u << 20)
			snprintf(out + used, size - used, "%uM", k->size >> 20);
		else if (k->size % 1024)
			snprintf(out + used, size - used, "%u", k->size);
		else
			snprintf(out + used, size - used, "%uK", k->size / 1024);
		return;
	}
	for (r = k->map; r->count; r++) {
		used += (size_t)snprintf(out + used, size - used, "%s%uK", r == k->map ? "" : "+",
					 r->size / 1024);
		if (r->count > 1)
			used += (size_t)snprintf(out + used, size - used, "x%u", r->count);
	}
}

static void check_erases(const struct facts *f, const struct chip_geometry *g)
{
	const char *want = get(f, "erase_common");
	char is[512] = "", word[64];
	size_t i;

	for (i = 0; i < g->erase_count; i++) {
		erase_word(&g->erase[i], word, sizeof(word));
		snprintf(is + strlen(is), sizeof(is) - strlen(is), "%s%s", *is ? "," : "", word);
	}
	if (!strcmp(want, "EMPTY") || !strcmp(want, "none"))
		assert_string_equal(is, "");
	else
		assert_string_equal(is, want);
}

static void check_whole(const struct facts *f, const struct chip_part **rows, size_t n)
{
	const char *want = get(f, "chip_erase_common");
	char is[16] = "";
	size_t i, k;

	for (k = 0; k < CHIP_PART_WHOLE && rows[0]->whole[k]; k++) {
		for (i = 1; i < n; i++)
			if (!memchr(rows[i]->whole, rows[0]->whole[k], CHIP_PART_WHOLE))
				break;
		if (i == n)
			snprintf(is + strlen(is), sizeof(is) - strlen(is), "%s%02X",
				 *is ? "," : "", rows[0]->whole[k]);
	}
	assert_string_equal(*is ? is : "none", want);
}

static bool has_word(const char *cell, const char *word)
{
	const size_t n = strlen(word);
	const char *at = cell;

	for (; (at = strstr(at, word)); at += n)
		if ((at == cell || at[-1] == ' ') && (!at[n] || at[n] == ' '))
			return true;
	return false;
}

static void check_addressing(const struct facts *f, const struct chip_part **rows, size_t n)
{
	static const struct { unsigned flag; const char *word; } words[] = {
		{ CHIP_EAR_C5, "C5/C8" }, { CHIP_BANK_17, "17/16" }, { CHIP_NATIVE_13, "13" },
		{ CHIP_NATIVE_0C, "0C" }, { CHIP_NATIVE_12, "12" },
	};
	const char *want = get(f, "addr4_common");
	unsigned all = ~0u, enter = CHIP_ENTERS_4BYTE, any = 0;
	size_t i;

	for (i = 0; i < n; i++) {
		all &= rows[i]->flags;
		enter &= rows[i]->flags & CHIP_ENTERS_4BYTE ? CHIP_ENTERS_4BYTE : 0;
		any |= rows[i]->flags;
	}
	for (i = 0; i < sizeof(words) / sizeof(words[0]); i++)
		if (has_word(want, words[i].word) != !!(all & words[i].flag))
			fail_msg("%s: %s or not: %s", get(f, "id"), words[i].word, want);
	assert_int_equal(has_word(want, "06+B7"), enter && any & CHIP_06_B7);
	assert_int_equal(has_word(want, "B7"), enter && !(any & CHIP_06_B7));
}

static void check_program(const struct facts *f, const struct chip_part *p)
{
	static const char *const words[] = { "page256", "byte", "byte+AAI-word(AD)", "none" };
	const char *want = get(f, "program");

	if (strchr(want, '{') || p->flags & CHIP_C2_DIES)	/* these we leave read only */
		return;
	assert_true(!p->page || p->page == 256);	/* 512 is not common to a row */
	assert_string_equal(words[p->program], want);
}

static void check_unlock(const struct facts *f, const struct chip_part *p)
{
	const char *want = get(f, "unlock");
	char is[8] = "none";

	if (strchr(want, '{'))
		return;
	if (p->unlock == CHIP_UNLOCK_MASK)
		snprintf(is, sizeof(is), "%02X%s", p->unlock_mask, p->unlock_srwd ? "+80" : "");
	assert_string_equal(p->unlock == CHIP_UNLOCK_GLOBAL ? "global0"
			    : p->unlock == CHIP_UNLOCK_98   ? "98" : is, want);
}

static void check_errors(const struct facts *f, const struct chip_part *p)
{
	static const char *const words[] = {
		"-", "micron-70h", "sr1-eperr-clsr30", "sr2(07h)-eperr-clsr30", "macronix-2Bh",
		"sr1.5-EPE", "sr1.6-error-flag",
	};
	const char *want = get(f, "err_status");

	if (strpbrk(want, "{ ") || !strcmp(want, "erser-flag"))
		return;
	assert_string_equal(words[p->errors], strcmp(want, "none") ? want : "-");
}

static void check_supply(const struct facts *f, const struct chip_part *p)
{
	const char *want = get(f, "mv");
	char is[16] = "-";

	if (strchr(want, '{'))
		return;
	if (p->mv_max)
		snprintf(is, sizeof(is), "%u-%u", p->mv_min, p->mv_max);
	assert_string_equal(is, want);
}

static void check_row(struct facts *f)
{
	const struct chip_part *rows[ROWS_MAX];
	const bool corrected = is_corrected(get(f, "id"), get(f, "ext"));
	const size_t n = rows_of(f, rows);
	struct chip_geometry g;
	size_t i;

	if (!n)
		fail_msg("nothing about %s %s", get(f, "id"), get(f, "ext"));
	chip_part_geometry(rows[0], &g);
	for (i = 0; i < n; i++) {
		if (i)
			chip_geometry_intersect(&g, rows[i]);
		assert_true(all_entries(rows[i]->vendor, get(f, "vendor")));
		if (corrected)
			continue;
		if (!strchr(get(f, "size"), '{'))
			assert_int_equal(rows[i]->size, strtoul(get(f, "size"), NULL, 10));
		check_program(f, rows[i]);
		check_unlock(f, rows[i]);
		check_supply(f, rows[i]);
		check_errors(f, rows[i]);
	}
	if (corrected && strcmp(get(f, "ext"), "*"))
		return;
	check_erases(f, &g);
	check_whole(f, rows, n);
	if (!corrected)
		check_addressing(f, rows, n);
}

static size_t split(char *line, char *cell[COLUMNS])
{
	size_t n = 0;

	line[strcspn(line, "\n")] = 0;
	while (n < COLUMNS && (cell[n] = strsep(&line, "\t")))
		n++;
	return n;
}

static void test_facts(void **state)
{
	const char *facts = getenv("FACTS");
	static char line[65536], heading[65536];
	char path[4096];
	struct facts f = { .count = 0 };
	size_t rows = 0, i;
	FILE *file;

	(void)state;
	if (!facts || !*facts)
		skip();
	snprintf(path, sizeof(path), "%s/chips.tsv", facts);
	file = fopen(path, "r");
	assert_non_null(file);
	while (fgets(line, sizeof(line), file)) {
		if (line[0] == '#')
			continue;
		if (!f.count) {
			snprintf(heading, sizeof(heading), "%s", line);
			f.count = split(heading, f.heading);
			continue;
		}
		assert_int_equal(split(line, f.cell), f.count);
		check_row(&f);
		rows++;
	}
	fclose(file);
	assert_true(rows > 400);
	for (i = 0; i < chip_part_count; i++)
		if (!f.used[i] && !is_ours_alone(&chip_parts[i]))
			fail_msg("nothing in the facts about %s", chip_parts[i].name);
}

/* What the rest of the program takes for granted of every row. */
static void test_rows(void **state)
{
	size_t i, k;

	(void)state;
	assert_in_range(chip_part_count, 400, 1024);
	for (i = 0; i < chip_part_count; i++) {
		const struct chip_part *p = &chip_parts[i];

		assert_in_range(p->size, 256 << 10, 128 << 20);
		assert_int_equal(p->size & (p->size - 1), 0);
		for (k = 0; k < CHIP_ERASE_KINDS && p->erase[k].opcode; k++)
			assert_true(p->erase[k].size && p->erase[k].size <= p->size);
		assert_true(p->unlock != CHIP_UNLOCK_MASK || p->unlock_mask);
		assert_true(!(p->flags & CHIP_SFDP) || !(p->flags & CHIP_NO_SFDP));
		/* More than one bit of BP, or no rule can be applied to it. */
		assert_true(!p->protect.bp || p->protect.bp & (p->protect.bp - 1));
		assert_true(p->flags & CHIP_WRSR_06 || p->flags & CHIP_WRSR_50 ||
			    p->unlock != CHIP_UNLOCK_MASK || p->id[0] == 0x62);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_short_names),
		cmocka_unit_test(test_blocks),
		cmocka_unit_test(test_rows),
		cmocka_unit_test(test_facts),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
