/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From protection bits to ranges, by the tables of the data sheets. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "tools/programmer/chip/protect.h"

#define K 1024u
#define M (1024u * 1024u)

struct row {
	uint8_t sr1, second;	/* SR2, or CR where TB is there */
	uint32_t start, end;
};

static void check(const char *name, const struct row *rows, size_t count)
{
	const struct chip_part *p = chip_part_by_name(name);
	const bool cr = p->protect.tb.reg == CHIP_REG_CR;
	size_t i;

	for (i = 0; i < count; i++) {
		struct chip_registers r = { { 0 } };
		struct img_range range;

		r.value[CHIP_REG_SR1] = rows[i].sr1;
		r.value[cr ? CHIP_REG_CR : CHIP_REG_SR2] = rows[i].second;
		assert_true(chip_protected_range(&p->protect, &r, p->size, &range));
		if (range.size != rows[i].end - rows[i].start ||
		    (range.size && range.start != rows[i].start))
			fail_msg("%s, %02X %02X: 0x%llx-0x%llx", name, rows[i].sr1,
				 rows[i].second, (unsigned long long)range.start,
				 (unsigned long long)img_range_end(range));
	}
}

#define CHECK(name, ...) \
	check(name, (const struct row[]){ __VA_ARGS__ }, \
	      sizeof((const struct row[]){ __VA_ARGS__ }) / sizeof(struct row))

static void test_winbond(void **state)
{
	(void)state;
	CHECK("W25Q64BV", { 0x00, 0, 0, 0 }, { 0x04, 0, 8 * M - 128 * K, 8 * M },
	      { 0x18, 0, 4 * M, 8 * M }, { 0x1c, 0, 0, 8 * M }, { 0x24, 0, 0, 128 * K },
	      { 0x44, 0, 8 * M - 4 * K, 8 * M }, { 0x50, 0, 8 * M - 32 * K, 8 * M },
	      { 0x54, 0, 8 * M - 32 * K, 8 * M }, { 0x64, 0, 0, 4 * K },
	      { 0x00, 0x40, 0, 8 * M }, { 0x04, 0x40, 0, 8 * M - 128 * K },
	      { 0x24, 0x40, 128 * K, 8 * M }, { 0x1c, 0x40, 0, 0 });
	CHECK("W25Q40.V", { 0x04, 0, 448 * K, 512 * K }, { 0x0c, 0, 256 * K, 512 * K },
	      { 0x10, 0, 0, 512 * K });
	/* BP3, TB in bit 6 */
	CHECK("W25Q256FV", { 0x04, 0, 32 * M - 64 * K, 32 * M }, { 0x24, 0, 16 * M, 32 * M },
	      { 0x28, 0, 0, 32 * M }, { 0x44, 0, 0, 64 * K }, { 0x3c, 0, 0, 32 * M });
}

static void test_macronix(void **state)
{
	(void)state;
	/* BP3 as the complement of the others */
	CHECK("MX25L6406E", { 0x00, 0, 0, 0 }, { 0x04, 0, 8 * M - 128 * K, 8 * M },
	      { 0x18, 0, 4 * M, 8 * M }, { 0x1c, 0, 0, 8 * M }, { 0x20, 0, 0, 8 * M },
	      { 0x24, 0, 0, 4 * M }, { 0x38, 0, 0, 8 * M - 128 * K }, { 0x3c, 0, 0, 8 * M });
	/* TB in the configuration register */
	CHECK("MX25L25635F", { 0x04, 0, 32 * M - 64 * K, 32 * M }, { 0x04, 8, 0, 64 * K },
	      { 0x3c, 8, 0, 32 * M });
}

static void test_micron(void **state)
{
	(void)state;
	/* BP3 is bit 6 */
	CHECK("N25Q064", { 0x04, 0, 8 * M - 64 * K, 8 * M }, { 0x24, 0, 0, 64 * K },
	      { 0x1c, 0, 4 * M, 8 * M }, { 0x5c, 0, 0, 8 * M });
}

static void test_unknown(void **state)
{
	const struct chip_part *p = chip_part_by_name("W25Q64JV-.Q");
	struct chip_registers r = { { 0 } };
	struct img_range range;

	(void)state;
	assert_false(chip_protected_range(&chip_part_by_name("SST25VF032B")->protect, &r, 4 * M,
					  &range));
	assert_true(chip_protected_range(&p->protect, &r, p->size, &range));
	r.value[CHIP_REG_SR3] = 4;	/* single locks */
	assert_false(chip_protected_range(&p->protect, &r, p->size, &range));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_winbond),
		cmocka_unit_test(test_macronix),
		cmocka_unit_test(test_micron),
		cmocka_unit_test(test_unknown),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
