/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Manifests: what is read is printed again the same. */
#include "tests/fuzz/fuzz.h"
#include "tools/common/manifest.h"

#define SHA512 "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce" \
	       "47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e"

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const char *const texts[] = {
		"{\"romwright_manifest\": 1, \"board\": \"a\", \"images\": [{\"name\": \"x.rom\", "
		"\"size\": 16, \"sha512\": \"" SHA512 "\", \"parts\": [{\"chip\": \"c\", "
		"\"name\": \"x.c.rom\", \"offset\": 0, \"size\": 16, \"sha512\": \"" SHA512 "\"}], "
		"\"pieces\": [{\"name\": \"me.bin\", \"place\": \"region me\", \"offset\": 0, "
		"\"size\": 8, \"sha512\": \"" SHA512 "\"}]}]}",
		"{\"romwright_manifest\": 1, \"images\": []}",
		"{\"romwright_manifest\": 2}", "[[[[[[[[", "{\"a\": \"\\ud800\"}",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add(ctx, img_view_of(texts[i], strlen(texts[i])));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view text = img_view_of(data, size);
	struct manifest *m = NULL, *again = NULL;
	char *first, *second;
	struct img_error err;
	enum img_status st = manifest_parse(text, &m, &err);

	(void)manifest_recognise(text);
	fuzz_check_error(st, &err);
	if (st != IMG_OK)
		return 0;
	fuzz_ok(manifest_print(m, &first, &err), &err);
	fuzz_ok(manifest_parse(img_view_of(first, strlen(first)), &again, &err), &err);
	fuzz_ok(manifest_print(again, &second, &err), &err);
	fuzz_must(!strcmp(first, second));
	fuzz_must(manifest_recognise(img_view_of(first, strlen(first))));
	free(first);
	free(second);
	manifest_free(m);
	manifest_free(again);
	return 0;
}
