/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hash lists: every style that is read, every way to damage a line, and back to text. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tools/common/hashlist.h"

/* SHA-1, SHA-256 and SHA-512 of "abc", from FIPS 180-4's examples; MD5 from RFC 1321. */
#define MD5 "900150983cd24fb0d6963f7d28e17f72"
#define SHA1 "a9993e364706816aba3e25717850c26c9cd0d89d"
#define SHA256 "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
#define SHA512 "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a" \
	       "2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f"

static struct hashlist *parse(const char *text)
{
	struct img_error err;
	struct hashlist *list = NULL;

	if (hashlist_parse(img_view_of(text, strlen(text)), &list, &err) != IMG_OK)
		fail_msg("%s: %s", text, err.text);
	return list;
}

/* One entry: its name, and that its hash is the digest of "abc". */
static void check_one(const char *text, const char *name, enum img_digest_kind kind)
{
	struct hashlist *list = parse(text);
	struct img_digest abc;

	assert_int_equal(hashlist_count(list), 1);
	assert_string_equal(hashlist_at(list, 0)->name, name);
	assert_int_equal(img_digest(kind, img_view_of("abc", 3), &abc, NULL), IMG_OK);
	assert_true(img_digest_equal(&hashlist_at(list, 0)->digest, &abc));
	hashlist_free(list);
}

static void test_styles(void **state)
{
	(void)state;
	check_one(SHA512 "  x.rom\n", "x.rom", IMG_SHA512);
	check_one(SHA512 " *x.rom\n", "x.rom", IMG_SHA512);
	check_one(SHA512 " x.rom\n", "x.rom", IMG_SHA512);
	check_one(SHA512 "  ./x.rom\n", "./x.rom", IMG_SHA512);	/* vendorhashes */
	check_one(SHA1 "  ./x.rom\n", "./x.rom", IMG_SHA1);	/* blobhashes */
	check_one(SHA256 "  two words", "two words", IMG_SHA256);	/* no newline at the end */
	check_one(SHA256 "   x", " x", IMG_SHA256);	/* the third space is the name's */
	check_one(MD5 "  x\r\n", "x", IMG_MD5);
	check_one("\n# a word about it\n" SHA1 "  x\n\n", "x", IMG_SHA1);
	check_one("\\" SHA1 "  a\\nb\\\\c\\rd\n", "a\nb\\c\rd", IMG_SHA1);
	check_one(SHA1 "  a\\nb\n", "a\\nb", IMG_SHA1);	/* no mark: as it stands */
	check_one("SHA512 (x.rom) = " SHA512 "\n", "x.rom", IMG_SHA512);
	check_one("SHA256(x.rom)= " SHA256 "\n", "x.rom", IMG_SHA256);	/* openssl dgst */
	check_one("SHA1 (a) = (b)) = " SHA1 "\n", "a) = (b)", IMG_SHA1);
	check_one("\\SHA1 (a\\nb) = " SHA1 "\n", "a\nb", IMG_SHA1);
	check_one("A9993E364706816ABA3E25717850C26C9CD0D89D  x\n", "x", IMG_SHA1);
}

static void check_bad(const char *text, size_t size, enum img_status status, const char *words)
{
	struct hashlist *list = (void *)&status;	/* must stay as it is */
	struct img_error err;

	assert_int_equal(hashlist_parse(img_view_of(text, size), &list, &err), status);
	assert_ptr_equal(list, &status);
	if (!strstr(err.text, words))
		fail_msg("\"%s\" is not in \"%s\"", words, err.text);
}

static void bad(const char *text, enum img_status status, const char *words)
{
	check_bad(text, strlen(text), status, words);
}

static void test_bad(void **state)
{
	(void)state;
	bad(SHA1 "  x\n" SHA1 "x\n", IMG_E_CORRUPT, "line 2");
	bad(SHA1 "  x\nhello\n", IMG_E_CORRUPT, "line 2");
	bad(SHA1 "0  x\n", IMG_E_CORRUPT, "line 1");
	bad(SHA1 "\n", IMG_E_CORRUPT, "line 1");
	bad(SHA1 "  \n", IMG_E_CORRUPT, "no name");
	bad("\\" SHA1 "  a\\b\n", IMG_E_CORRUPT, "backslash");
	bad("\\" SHA1 "  a\\", IMG_E_CORRUPT, "backslash");
	bad("SHA512 (x) = " SHA1 "\n", IMG_E_CORRUPT, "digits");
	bad("SHA512 (x) " SHA512 "\n", IMG_E_CORRUPT, "no =");
	bad("SHA512 )x( = " SHA512 "\n", IMG_E_CORRUPT, "line 1");
	bad("BLAKE2b (x) = " SHA512 "\n", IMG_E_UNSUPPORTED, "BLAKE2b");
	bad("SHA512 () = " SHA512 "\n", IMG_E_CORRUPT, "no name");
	check_bad(SHA1 "  x\0y\n", 45, IMG_E_CORRUPT, "NUL");
	bad("", IMG_E_ABSENT, "no line");
	bad("# nothing\n\n", IMG_E_ABSENT, "no line");
	bad(SHA1 "  x\n" SHA256 "  x\n0000000000000000000000000000000000000000  ./x\n",
	    IMG_E_CORRUPT, "line 3");
}

static void test_two_algorithms(void **state)
{
	struct hashlist *list = parse(SHA1 "  x\n" SHA256 "  x\n" SHA1 "  ./x\n");

	(void)state;
	assert_int_equal(hashlist_count(list), 3);
	assert_int_equal(hashlist_at(list, 2)->line, 3);
	assert_null(hashlist_at(list, 3));
	hashlist_free(list);
}

static void test_limits(void **state)
{
	size_t size = HASHLIST_SIZE_MAX + 1, i;
	char *text = malloc(size);

	(void)state;
	assert_non_null(text);
	memset(text, '\n', size);
	check_bad(text, size, IMG_E_SPACE, "8 MiB");
	memset(text, 'a', 10000);
	check_bad(text, 10000, IMG_E_CORRUPT, "too long");
	memcpy(text, SHA1 "  ", 42);
	text[42 + HASHLIST_NAME_MAX] = '\n';
	check_bad(text, 42 + HASHLIST_NAME_MAX + 2, IMG_E_CORRUPT, "line 2");
	text[42 + HASHLIST_NAME_MAX] = 'a';
	check_bad(text, 42 + HASHLIST_NAME_MAX + 1, IMG_E_CORRUPT, "4096");
	for (i = 0; i <= HASHLIST_ENTRIES_MAX; i++)
		snprintf(text + i * 50, 51, "%s  %07zu\n", SHA1, i);
	check_bad(text, i * 50, IMG_E_SPACE, "65536");
	free(text);
}

static void test_find(void **state)
{
	struct hashlist *list = parse(SHA512 "  ./x.rom\n" SHA1 "  y.rom\n");

	(void)state;
	assert_ptr_equal(hashlist_find(list, "x.rom"), hashlist_at(list, 0));
	assert_ptr_equal(hashlist_find(list, "./y.rom"), hashlist_at(list, 1));
	assert_null(hashlist_find(list, "z.rom"));
	hashlist_free(list);
	assert_true(hashlist_name_stays("a/b..c"));
	assert_true(hashlist_name_stays("./a"));
	assert_false(hashlist_name_stays("/a"));
	assert_false(hashlist_name_stays(".."));
	assert_false(hashlist_name_stays("a/../b"));
	assert_false(hashlist_name_stays("a/.."));
}

static void check_print(struct hashlist *list, enum hashlist_style style, const char *expected)
{
	char *text = NULL;
	size_t size = 0;

	assert_int_equal(hashlist_print(list, style, &text, &size, NULL), IMG_OK);
	assert_int_equal(size, strlen(expected));
	assert_string_equal(text, expected);
	free(text);
}

static void test_print(void **state)
{
	struct hashlist *list = parse(SHA1 "  ./b\n" MD5 " *./b\n" SHA256 "  a\n");
	struct img_digest digest = hashlist_at(list, 0)->digest;

	(void)state;
	assert_int_equal(hashlist_add(list, "a\nb\\", &digest, NULL), IMG_OK);
	assert_int_equal(hashlist_sort(list, NULL), IMG_OK);
	check_print(list, HASHLIST_GNU, SHA256 "  a\n\\" SHA1 "  a\\nb\\\\\n" SHA1 "  ./b\n"
		    MD5 "  ./b\n");
	check_print(list, HASHLIST_BSD, "SHA256 (a) = " SHA256 "\n\\SHA1 (a\\nb\\\\) = " SHA1 "\n"
		    "SHA1 (./b) = " SHA1 "\nMD5 (./b) = " MD5 "\n");
	assert_int_equal(hashlist_add(list, "c", &digest, NULL), IMG_OK);
	assert_int_equal(hashlist_count(list), 5);
	hashlist_free(list);
	assert_int_equal(hashlist_new(&list, NULL), IMG_OK);
	assert_int_equal(hashlist_sort(list, NULL), IMG_OK);
	check_print(list, HASHLIST_GNU, "");
	hashlist_free(list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_styles), cmocka_unit_test(test_bad),
		cmocka_unit_test(test_two_algorithms), cmocka_unit_test(test_limits),
		cmocka_unit_test(test_find), cmocka_unit_test(test_print),
	};

	return cmocka_run_group_tests_name("hashlist", tests, NULL, NULL);
}
