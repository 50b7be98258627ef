/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal of a write as a file: every line good and damaged, and cut off at every byte. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tools/flash/store/journal.h"

#define ROOT "test_journal"
#define NAME "ef4017-x.journal"
#define HASH "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define FIRST "romwright-journal 1\n"
#define ORIGINAL "original " HASH "\n"
#define DATE "date 2026-11-20T12:00:00.000Z\n"
#define HEAD FIRST DATE ORIGINAL

static const struct state state = { .root = (char *)ROOT };

static void must(enum img_status st, const struct img_error *err)
{
	if (st != IMG_OK)
		fail_msg("%s: %s", img_status_word(st), err->text);
}

/* The file of the journal, as it stands there. */
static void put(const char *text, size_t size)
{
	struct img_error err;
	FILE *file;

	must(state_make(&state, JOURNAL_FOLDER, &err), &err);
	file = fopen(ROOT "/" JOURNAL_FOLDER "/" NAME, "w");
	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
}

static enum img_status load(const char *text, struct journal *j)
{
	put(text, strlen(text));
	return journal_load(&state, NAME, j, NULL);
}

static int clean(void **ctx)
{
	(void)ctx;
	unlink(ROOT "/" JOURNAL_FOLDER "/" NAME);
	unlink(ROOT "/" JOURNAL_FOLDER "/ef4018-x.journal");
	rmdir(ROOT "/" JOURNAL_FOLDER);
	rmdir(ROOT);
	return 0;
}

/* --- lines ------------------------------------------------------------------------------ */

static void test_good(void **ctx)
{
	struct journal j;

	(void)ctx;
	assert_int_equal(load(HEAD "block 0x00010000 0x00010000\nblock 0x0 0x1000\n", &j), IMG_OK);
	assert_string_equal(j.date, "2026-11-20T12:00:00.000Z");
	assert_string_equal(j.original, HASH);
	assert_int_equal(j.count, 2);
	assert_int_equal(j.block[0].start, 0x10000);
	assert_int_equal(j.block[0].size, 0x10000);
	assert_int_equal(j.block[1].start, 0);
	assert_int_equal(j.block[1].size, 0x1000);
	journal_free(&j);
	/* Nothing was begun; and the largest chip's last byte. */
	assert_int_equal(load(FIRST ORIGINAL, &j), IMG_OK);
	assert_int_equal(j.count, 0);
	journal_free(&j);
	assert_int_equal(load(HEAD "block 0x07ffffff 0x1\n", &j), IMG_OK);
	journal_free(&j);
}

static void test_damaged(void **ctx)
{
	static const char *const texts[] = {
		"\n", "romwright-journal 2\n" ORIGINAL, "romwright-journal\n" ORIGINAL,
		" " HEAD, ORIGINAL FIRST, FIRST, FIRST DATE, HEAD "\n", HEAD "blocks\n",
		HEAD "date 2026-11-20T12:00:00.000Z, or so it was\n", HEAD "Block 0x0 0x1000\n",
		FIRST "original\n", FIRST "original " HASH "0\n", FIRST "original x" HASH "\n",
		FIRST "original 0123\n", FIRST "original  " HASH "\n",
		HEAD "block \n", HEAD "block 0x1000\n", HEAD "block 0x1000 \n",
		HEAD "block 0x1000 0x0\n", HEAD "block 0x1000 0x1000 \n",
		HEAD "block 0x1000 0x1000 0x1000\n", HEAD "block 0x1000,0x1000\n",
		HEAD "block x 0x1000\n", HEAD "block 0x1000 x\n", HEAD "block 0x1000 0x10x0\n",
		HEAD "block 0x08000000 0x1\n", HEAD "block 0x0 0x08000001\n",
		HEAD "block 0x07fff000 0x1001\n", HEAD "block 0xfffffffffffff000 0x2000\n",
		HEAD "block 0x1000 0x1ffffffffffffffff\n", HEAD "block -1 0x1\n",
		HEAD "block 0x0 0x1000\n#\nblock 0x1000 0x1000\n",
	};
	struct journal j;
	size_t i;

	(void)ctx;
	for (i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		if (load(texts[i], &j) != IMG_E_CORRUPT)
			fail_msg("it should be no journal: %s", texts[i]);
		assert_null(j.block);
	}
	put(HEAD "block 0x0 0x10\0000\n", strlen(HEAD) + 17);
	assert_int_equal(journal_load(&state, NAME, &j, NULL), IMG_E_CORRUPT);
}

static void test_no_file(void **ctx)
{
	struct journal j;

	(void)ctx;
	clean(NULL);
	assert_int_equal(journal_load(&state, NAME, &j, NULL), IMG_E_ABSENT);
	put("", 0);
	assert_int_equal(journal_load(&state, NAME, &j, NULL), IMG_E_ABSENT);
	assert_int_equal(truncate(ROOT "/" JOURNAL_FOLDER "/" NAME, (4 << 20) + 1), 0);
	assert_int_equal(journal_load(&state, NAME, &j, NULL), IMG_E_SPACE);
	unlink(ROOT "/" JOURNAL_FOLDER "/" NAME);
	assert_int_equal(mkdir(ROOT "/" JOURNAL_FOLDER "/" NAME, 0700), 0);
	assert_int_equal(journal_load(&state, NAME, &j, NULL), IMG_E_IO);
	rmdir(ROOT "/" JOURNAL_FOLDER "/" NAME);
}

static void test_many(void **ctx)
{
	static const char line[] = "block 0x00000000 0x00001000\n";
	const size_t each = strlen(line), before = strlen(HEAD);
	char *text = malloc(before + each * (JOURNAL_BLOCKS_MAX + 1) + 1);
	struct journal j;
	size_t i;

	(void)ctx;
	assert_non_null(text);
	strcpy(text, HEAD);
	for (i = 0; i <= JOURNAL_BLOCKS_MAX; i++)
		memcpy(text + before + i * each, line, each + 1);
	assert_int_equal(load(text, &j), IMG_E_CORRUPT);
	text[before + each * JOURNAL_BLOCKS_MAX] = 0;
	assert_int_equal(load(text, &j), IMG_OK);
	assert_int_equal(j.count, JOURNAL_BLOCKS_MAX);
	journal_free(&j);
	free(text);
}

/* What is cut off counts as far as its lines are whole. */
static void test_cut(void **ctx)
{
	static const char text[] = HEAD "block 0x00010000 0x00010000\nblock 0x0 0x1000\n";
	size_t size, i, blocks, lines;
	struct journal j;

	(void)ctx;
	for (size = 1; size < sizeof(text); size++) {
		for (i = 0, lines = 0; i < size; i++)
			lines += text[i] == '\n';
		blocks = lines > 3 ? lines - 3 : 0;
		put(text, size);
		assert_int_equal(journal_load(&state, NAME, &j, NULL),
				 lines < 3 ? IMG_E_CORRUPT : IMG_OK);
		assert_int_equal(j.count, blocks);
		journal_free(&j);
	}
}

/* --- writing ---------------------------------------------------------------------------- */

static void begin(const char *name, const struct journal *j, size_t more)
{
	struct img_error err;
	size_t i;
	int log;

	must(journal_begin(&state, name, j, &log, &err), &err);
	for (i = 0; i < more; i++)
		must(journal_block(log, (struct img_range){ i << 16, 0x10000 }, &err), &err);
	close(log);
}

static void test_written(void **ctx)
{
	struct img_range first = { 0x3000, 0x1000 };
	struct journal j = { .date = "now", .original = HASH, .count = 1, .block = &first }, back;
	struct img_error err;

	(void)ctx;
	begin(NAME, &j, 3);
	must(journal_load(&state, NAME, &back, &err), &err);
	assert_string_equal(back.date, "now");
	assert_string_equal(back.original, HASH);
	assert_int_equal(back.count, 4);
	assert_memory_equal(back.block, &first, sizeof(first));
	assert_int_equal(back.block[3].start, 0x20000);
	assert_int_equal(back.block[3].size, 0x10000);
	/* Gone on with, it says all that it said, and more. */
	begin(NAME, &back, 1);
	journal_free(&back);
	must(journal_load(&state, NAME, &back, &err), &err);
	assert_int_equal(back.count, 5);
	journal_free(&back);
	must(journal_end(&state, NAME, &err), &err);
	assert_int_equal(journal_load(&state, NAME, &back, NULL), IMG_E_ABSENT);
	must(journal_end(&state, NAME, &err), &err);
}

static void test_all(void **ctx)
{
	static const char other[] =
		"0000000000000000000000000000000000000000000000000000000000000000";
	struct journal a = { .date = "now", .original = HASH }, b = { .date = "now" };
	struct img_error err;

	(void)ctx;
	strcpy(b.original, other);
	assert_false(journal_any(&state, "ef4017"));
	begin(NAME, &a, 1);
	begin("ef4018-x.journal", &b, 1);
	assert_true(journal_any(&state, "ef4017"));
	assert_false(journal_any(&state, "ef401"));
	assert_false(journal_any(&state, "ef40170"));
	assert_true(journal_needs(&state, HASH));
	assert_true(journal_needs(&state, other));
	must(journal_end_of(&state, "ef4018", HASH, &err), &err);
	must(journal_end_of(&state, "ef4017", other, &err), &err);
	assert_true(journal_any(&state, "ef4017"));
	assert_true(journal_any(&state, "ef4018"));
	must(journal_end_of(&state, "ef4017", HASH, &err), &err);
	assert_false(journal_any(&state, "ef4017"));
	assert_false(journal_needs(&state, HASH));
	assert_true(journal_any(&state, "ef4018"));
	must(journal_end(&state, "ef4018-x.journal", &err), &err);
}

static void test_name(void **ctx)
{
	char *name, *same, *other;

	(void)ctx;
	assert_int_equal(journal_name("ef4017", "abc", &name, NULL), IMG_OK);
	assert_int_equal(journal_name("ef4017", "abc", &same, NULL), IMG_OK);
	assert_int_equal(journal_name("ef4017", "abd", &other, NULL), IMG_OK);
	assert_string_equal(name, "ef4017-" HASH ".journal");
	assert_string_equal(name, same);
	assert_string_not_equal(name, other);
	free(name);
	free(same);
	free(other);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_good),
		cmocka_unit_test(test_damaged),
		cmocka_unit_test(test_no_file),
		cmocka_unit_test(test_many),
		cmocka_unit_test(test_cut),
		cmocka_unit_test(test_written),
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_name),
	};

	return cmocka_run_group_tests(tests, clean, clean);
}
