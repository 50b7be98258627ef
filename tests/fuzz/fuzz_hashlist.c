/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hash lists: what is read is printed again the same, in both styles. */
#include "tests/fuzz/fuzz.h"
#include "tools/common/hashlist.h"

#define SHA1 "da39a3ee5e6b4b0d3255bfef95601890afd80709"
#define MD5 "d41d8cd98f00b204e9800998ecf8427e"

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const char *const texts[] = {
		SHA1 "  ./a\n", SHA1 " *a b\n" MD5 "  c\r\n", "SHA1 (a) = " SHA1 "\n",
		"\\" SHA1 "  a\\nb\\\\\n", "# c\n\n" SHA1 " a\n", "\\SHA1 (a\\n) = " SHA1 "\n",
		SHA1 "  a\n" SHA1 "  a\n", "SHA7 (a) = 00\n", "MD5 (a) (b) = " MD5 "\n",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add(ctx, img_view_of(texts[i], strlen(texts[i])));
}

static void check_same(const struct hashlist *a, const struct hashlist *b)
{
	fuzz_must(hashlist_count(a) == hashlist_count(b));
	for (size_t i = 0; i < hashlist_count(a); i++) {
		const struct hashlist_entry *x = hashlist_at(a, i), *y = hashlist_at(b, i);

		fuzz_must(*x->name && !strcmp(x->name, y->name));
		fuzz_must(img_digest_equal(&x->digest, &y->digest));
		fuzz_must(hashlist_find(a, x->name) != NULL);
	}
}

static void print_again(const struct hashlist *list, enum hashlist_style style)
{
	struct hashlist *again;
	struct img_error err;
	size_t size;
	char *text;

	fuzz_ok(hashlist_print(list, style, &text, &size, &err), &err);
	fuzz_ok(hashlist_parse(img_view_of(text, size), &again, &err), &err);
	check_same(list, again);
	hashlist_free(again);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct hashlist *list = NULL;
	struct img_error err;
	enum img_status st = hashlist_parse(img_view_of(data, size), &list, &err);

	fuzz_check_error(st, &err);
	if (st != IMG_OK)
		return 0;
	fuzz_must(hashlist_count(list));
	print_again(list, HASHLIST_GNU);
	print_again(list, HASHLIST_BSD);
	fuzz_ok(hashlist_sort(list, &err), &err);
	for (size_t i = 1; i < hashlist_count(list); i++)
		fuzz_must(strcmp(hashlist_plain_name(hashlist_at(list, i - 1)->name),
				 hashlist_plain_name(hashlist_at(list, i)->name)) <= 0);
	hashlist_free(list);
	return 0;
}
