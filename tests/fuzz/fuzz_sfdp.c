/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What chips say of themselves. */
#include "tests/fuzz/fuzz.h"
#include "tools/programmer/chip/sfdp.h"

/* As a W25Q128JV answers. */
static const uint8_t space[0x80 + 64] = {
	'S', 'F', 'D', 'P', 5, 1, 0, 0xff, 0, 5, 1, 16, 0x80, 0, 0, 0xff,
	[0x80] = 0xe5, 0x20, 0xf9, 0xff, 0xff, 0xff, 0xff, 0x07, 0x44, 0xeb, 0x08, 0x6b, 0x08,
	0x3b, 0x42, 0xbb, 0xfe, 0xff, 0xff, 0xff, 0xff, 0xff, 0x00, 0x00, 0xff, 0xff, 0x40, 0xeb,
	0x0c, 0x20, 0x0f, 0x52, 0x10, 0xd8, 0x00, 0x00, 0x36, 0x02, 0xa6, 0x00, 0x82, 0xea, 0x14,
	0xc9, 0xe9, 0x63, 0x76, 0x33, 0x7a, 0x75, 0x7a, 0x75, 0xf7, 0xa2, 0xd5, 0x5c, 0x19, 0xf7,
	0x4d, 0xff, 0xe9, 0x30, 0xf8, 0x80,
};

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	uint8_t two[0x80 + 72];

	add(ctx, img_view_of(space, sizeof(space)));
	memcpy(two, space, sizeof(space));
	two[6] = 1;
	memcpy(two + 16, "\x84\0\1\2\xc0\0\0\xff", 8);
	memcpy(two + sizeof(space), "\xff\xff\xff\xff\x21\x5c\xdc\xff", 8);
	add(ctx, img_view_of(two, sizeof(two)));
}

static void check_decoded(const struct sfdp *s)
{
	fuzz_must(s->size >= 0x10000 && s->size <= IMG_SIZE_MAX && !(s->size & (s->size - 1)));
	fuzz_must(s->erase_count <= SFDP_ERASES);
	for (size_t i = 0; i < s->erase_count; i++) {
		fuzz_must(s->erase[i].size && s->erase[i].size <= s->size);
		fuzz_must(s->erase[i].typical_us <= s->erase[i].max_us);
		for (size_t k = 0; k < i; k++)
			fuzz_must(s->erase[i].opcode != s->erase[k].opcode ||
				  s->erase[i].size == s->erase[k].size);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view all = img_view_of(data, size), headers, table;
	struct sfdp_table where;
	struct img_error err;
	struct sfdp s;
	size_t count;
	enum img_status st = sfdp_count(all, &count, &err);

	fuzz_check_error(st, &err);
	if (st != IMG_OK || img_view_slice(all, SFDP_HEADER, count * SFDP_HEADER, &headers,
					   NULL) != IMG_OK)
		return 0;
	fuzz_must(count && count <= SFDP_TABLES_MAX);
	st = sfdp_find(headers, SFDP_BASIC, &where, &err);
	fuzz_check_error(st, &err);
	if (st != IMG_OK || img_view_slice(all, where.at, where.size, &table, NULL) != IMG_OK)
		return 0;
	st = sfdp_decode_basic(table, &s, &err);
	fuzz_check_error(st, &err);
	if (st != IMG_OK)
		return 0;
	check_decoded(&s);
	if (sfdp_find(headers, SFDP_4BYTE, &where, &err) == IMG_OK &&
	    img_view_slice(all, where.at, where.size, &table, NULL) == IMG_OK)
		fuzz_check_error(sfdp_decode_4byte(table, &s, &err), &err);
	check_decoded(&s);
	return 0;
}
