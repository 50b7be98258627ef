/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Boards by name: compiled, the user's own, given as a file, under sudo, unknown. */
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

#include "tools/common/board.h"

static const char board_file[] = "name: My own\nrom_size: 4M\nchips: [{name: chip1, size: 4M}]\n";

static void put_file(const char *path, const char *text)
{
	FILE *f = fopen(path, "w");

	assert_non_null(f);
	assert_true(fputs(text, f) >= 0);
	assert_int_equal(fclose(f), 0);
}

/* A configuration directory of our own; tests run in an empty directory. */
static void own_configuration(void)
{
	char here[3072], path[4096];

	unsetenv("SUDO_UID");
	assert_non_null(getcwd(here, sizeof(here)));
	snprintf(path, sizeof(path), "%s/config", here);
	setenv("XDG_CONFIG_HOME", path, 1);
	mkdir("config", 0777);
	mkdir("config/romwright", 0777);
	mkdir("config/romwright/layouts", 0777);
}

#define OWN "config/romwright/layouts/x230_12mb.yaml"

static void test_find_compiled(void **state)
{
	struct board_handle *b;
	struct img_error err;
	size_t i;

	(void)state;
	own_configuration();
	assert_int_equal(board_find("x230_12mb", &b, &err), IMG_OK);
	assert_ptr_equal(board_info(b), board_compiled("x230_12mb"));
	board_close(b);
	for (i = 1; i < board_table_count; i++)
		assert_true(strcmp(board_table[i - 1].id, board_table[i].id) < 0);
	for (i = 0; i < board_table_count; i++)
		assert_ptr_equal(board_compiled(board_table[i].id), &board_table[i]);
	assert_null(board_compiled("x230"));
	board_close(NULL);
}

static void test_find_unknown(void **state)
{
	static const struct { const char *typed, *sentence; } cases[] = {
		{ "x230", "unknown board x230; did you mean x230_12mb or x230_16mb?" },
		{ "X230_12mb", "unknown board X230_12mb; did you mean x230_12mb?" },
		{ "x203_12mb", "unknown board x203_12mb; did you mean x230_12mb?" },
		{ "t440p", "unknown board t440p; did you mean t440plibremrc_12mb, "
			   "t440plibremrc_4mcbfs_12mb or t440pmrc_12mb?" },
		{ "zzzzzz", "unknown board zzzzzz; \"rom boards\" lists them" },
	};
	struct board_handle *b;
	struct img_error err;
	size_t i;

	(void)state;
	own_configuration();
	for (i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		assert_int_equal(board_find(cases[i].typed, &b, &err), IMG_E_ABSENT);
		assert_string_equal(err.text, cases[i].sentence);
	}
	assert_int_equal(board_find("", &b, &err), IMG_E_USAGE);
	assert_int_equal(board_find("x230 12mb", &b, &err), IMG_E_USAGE);
}

static void test_find_own(void **state)
{
	struct board_handle *b;
	struct img_error err;

	(void)state;
	own_configuration();
	put_file(OWN, board_file);
	assert_int_equal(board_find("x230_12mb", &b, &err), IMG_OK);
	assert_string_equal(board_info(b)->name, "My own");
	assert_string_equal(board_info(b)->id, "x230_12mb");
	board_close(b);

	/* A broken file of the user's is an error, not passed over. */
	put_file(OWN, "name: n\nwhat: is this\n");
	assert_int_equal(board_find("x230_12mb", &b, &err), IMG_E_UNSUPPORTED);
	assert_non_null(strstr(err.text, OWN ": line 2: unknown key"));

	/* Under sudo the compiled one is used. */
	setenv("SUDO_UID", "1000", 1);
	assert_int_equal(board_find("x230_12mb", &b, &err), IMG_OK);
	assert_ptr_equal(board_info(b), board_compiled("x230_12mb"));
	board_close(b);
	put_file("config/romwright/layouts/mine.yaml", board_file);
	assert_int_equal(board_find("mine", &b, &err), IMG_E_ABSENT);
	assert_non_null(strstr(err.text, "mine.yaml is not read under sudo"));
	unsetenv("SUDO_UID");
	assert_int_equal(board_find("mine", &b, &err), IMG_OK);
	assert_string_equal(board_info(b)->id, "mine");
	board_close(b);

	/* A relative XDG_CONFIG_HOME counts as not set. */
	setenv("XDG_CONFIG_HOME", "config", 1);
	assert_int_equal(board_find("mine", &b, &err), IMG_E_ABSENT);
	unlink(OWN);
	unlink("config/romwright/layouts/mine.yaml");
}

static void test_find_path(void **state)
{
	struct board_handle *b;
	struct img_error err;

	(void)state;
	own_configuration();
	put_file("my.yaml", board_file);
	put_file("noend", board_file);
	assert_int_equal(board_find("./my.yaml", &b, &err), IMG_OK);
	assert_string_equal(board_info(b)->id, "my");
	board_close(b);
	assert_int_equal(board_find("my.yaml", &b, &err), IMG_OK);
	board_close(b);
	assert_int_equal(board_find("./noend", &b, &err), IMG_OK);
	assert_string_equal(board_info(b)->id, "noend");
	board_close(b);

	assert_int_equal(board_find("./absent.yaml", &b, &err), IMG_E_IO);
	assert_non_null(strstr(err.text, "./absent.yaml: "));
	assert_int_equal(board_find("/dev/zero", &b, &err), IMG_E_IO);
	assert_int_equal(board_find("./", &b, &err), IMG_E_IO);
	put_file("bad name.yaml", board_file);
	assert_int_equal(board_find("bad name.yaml", &b, &err), IMG_E_USAGE);
	setenv("SUDO_UID", "1000", 1);
	assert_int_equal(board_find("./my.yaml", &b, &err), IMG_E_REFUSED);
	unsetenv("SUDO_UID");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_find_compiled),
		cmocka_unit_test(test_find_unknown),
		cmocka_unit_test(test_find_own),
		cmocka_unit_test(test_find_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
