/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pointers and blocks of the KBC1126. */
#include "libimg/format/kbc1126.h"
#include "tests/fuzz/fuzz.h"

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	uint8_t bytes[0x400] = { 4, 0, 10, 0, 1, 2, 3, 4 };

	add(ctx, img_view_of(bytes, 8));
	memcpy(bytes + 0x300, "\xff\xfc\x00\x03\xff\xfd\x00\x02", 8);
	add(ctx, img_view_of(bytes, sizeof(bytes)));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view v = img_view_of(data, size);
	struct img_kbc1126 map;
	struct img_error err;
	uint64_t length;
	enum img_status st = img_kbc1126_decode(v, &map, &err);

	fuzz_check_error(st, &err);
	for (unsigned i = 0; st == IMG_OK && i < IMG_KBC1126_BLOCKS; i++)
		fuzz_must(map.block_at[i] < size);
	st = img_kbc1126_block(v, &length, &err);
	fuzz_check_error(st, &err);
	fuzz_must(st != IMG_OK || (length > 4 && length <= size));
	return 0;
}
