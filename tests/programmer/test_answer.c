/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What flashprog and flashrom print, as they print it, and what is made of it. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "tools/programmer/external/answer.h"

static struct external_answer a;

static void test_found(void **state)
{
	(void)state;
	answer_parse("flashrom unknown on Linux\n"
		     "Found Winbond flash chip \"W25Q128.V\" (16384 kB, SPI) on ch341a_spi.\n"
		     "===\nThis flash part has status UNTESTED for operations: WP\n"
		     "Reading flash... done.\n", "", &a);
	assert_string_equal(a.vendor, "Winbond");
	assert_string_equal(a.name, "W25Q128.V");
	assert_int_equal(a.size, 16777216);
	assert_string_equal(a.several, "");
	assert_string_equal(a.error, "");
	assert_int_equal(a.signs, 0);
	answer_parse("Found Programmer flash chip \"Opaque flash chip\" (12288 kB, "
		     "Programmer-specific) mapped at physical address 0x00000000ff400000.\n", "",
		     &a);
	assert_string_equal(a.name, "Opaque flash chip");
	assert_int_equal(a.size, 12582912);
}

static void test_several(void **state)
{
	(void)state;
	answer_parse("Found Macronix flash chip \"MX25L6405\" (8192 kB, SPI) on dummy.\n"
		     "Found Macronix flash chip \"MX25L6405D\" (8192 kB, SPI) on dummy.\n"
		     "Multiple flash chip definitions match the detected chip(s): \"MX25L6405\", "
		     "\"MX25L6405D\"\nPlease specify which chip definition to use with the -c "
		     "<chipname> option.\n", "", &a);
	assert_string_equal(a.several, "\"MX25L6405\", \"MX25L6405D\"");
}

/* Each of these lines leaves the chip unknown. */
static void test_not_found(void **state)
{
	static const char *const lines[] = {
		"", "Found", "Found Winbond flash chip \"W25Q128.V\"",
		"Found Winbond flash chip \"W25Q128.V (16384 kB, SPI) on dummy.",
		"Found Winbond flash chip \"W25Q128.V\" (many kB, SPI) on dummy.",
		"Found Winbond flash chip \"W25Q128.V\" (16384 MB, SPI) on dummy.",
		"Found Winbond flash chip \"W25Q128.V\" (99999999999999999999 kB, SPI) on dummy.",
		"Assuming Winbond flash chip \"W25Q128.V\" (16384 kB, SPI) on dummy.",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		answer_parse(lines[i], "", &a);
		assert_int_equal(a.size, 0);
		assert_string_equal(a.name, "");
	}
}

static const char internal[] =
	"Found chipset \"Intel QM77\".\nEnabling flash write... SPI Configuration is locked down.\n"
	"FREG0: Flash Descriptor region (0x00000000-0x00000fff) is read-only.\n"
	"FREG2: Management Engine region (0x00003000-0x004fffff) is locked.\n"
	"Not all flash regions are freely accessible by flashrom. This is most likely\n"
	"due to an active ME. Please see https://flashrom.org/ME for details.\n"
	"PR0: Warning: 0x00780000-0x007fffff is read-only.\n"
	"GPR0: Warning: 0x00000000-0x00000fff is locked.\n"
	"At least some flash regions are read protected. You have to use a flash\n"
	"layout and include only accessible regions. For write operations, you'll\n"
	"additionally need the --noverify-all switch. See manpage for more details.\nOK.\n";

static void check_range(size_t i, const char *name, uint64_t start, uint64_t end, bool read,
			bool write, bool region)
{
	assert_string_equal(a.range[i].name, name);
	assert_int_equal(a.range[i].range.start, start);
	assert_int_equal(img_range_end(a.range[i].range), end);
	assert_int_equal(a.range[i].read, read);
	assert_int_equal(a.range[i].write, write);
	assert_int_equal(a.range[i].region, region);
}

static void test_access(void **state)
{
	(void)state;
	answer_parse(internal, "", &a);
	assert_int_equal(a.count, 4);
	check_range(0, "Flash Descriptor", 0, 0x1000, true, false, true);
	check_range(1, "Management Engine", 0x3000, 0x500000, false, false, true);
	check_range(2, "PR0", 0x780000, 0x800000, true, false, false);
	check_range(3, "GPR0", 0, 0x1000, false, false, false);
	assert_int_equal(a.signs, ANSWER_RESTRICTED);
	/* Verbose, and as old versions had it. */
	answer_parse("0x54: 0x00000000 FREG0: WARNING: Flash Descriptor region "
		     "(0x00000000-0x00000fff) is read-only.\n"
		     "0x58: 0x0bff0500 FREG1: BIOS region (0x00500000-0x00bfffff) is read-write.\n"
		     "PR1: WARNING: 0x00500000-0x00507fff is write-only.\n", "", &a);
	assert_int_equal(a.count, 3);
	check_range(1, "BIOS", 0x500000, 0xc00000, true, true, true);
	check_range(2, "PR1", 0x500000, 0x508000, false, true, false);
}

/* What is cut off anywhere is a range less, or the same; never another one. */
static void test_cut_off(void **state)
{
	char text[sizeof(internal)];
	struct external_answer whole;
	size_t n, i;

	(void)state;
	answer_parse(internal, "", &whole);
	for (n = 0; n < sizeof(internal); n++) {
		memcpy(text, internal, n);
		text[n] = 0;
		answer_parse(text, "", &a);
		assert_true(a.count <= whole.count);
		for (i = 0; i < a.count; i++) {
			assert_int_equal(a.range[i].range.start, whole.range[i].range.start);
			assert_int_equal(a.range[i].range.size, whole.range[i].range.size);
			/* Whatever word is missing, nothing is open that is not. */
			assert_true(!a.range[i].write || whole.range[i].write);
			assert_true(!a.range[i].read || whole.range[i].read ||
				    n < sizeof(internal) - 1);
		}
	}
}

static void test_bad_ranges(void **state)
{
	static const char *const lines[] = {
		"FREG2: Management Engine region (0x00003000-0x00002fff) is locked.",
		"FREG2: Management Engine region (0x00003000-0xffffffff) is locked.",
		"FREG2: Management Engine region (0x-0x00002fff) is locked.",
		"FREG2: Management Engine region (3000-4fff) is locked.",
		"FREGx: Management Engine region (0x00003000-0x00004fff) is locked.",
		"FREG2: Management Engine region (0x00003000-0x00004fff)",
		"PR2 0x00003000-0x00004fff", "PROBLEMS, continuing anyway",
		"SPRING: 0x00-0x01 is x",
	};
	char many[100 * 64] = "";
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(lines[0]); i++) {
		answer_parse(lines[i], "", &a);
		assert_int_equal(a.count, 0);
	}
	for (i = 0; i < 100; i++)
		strcat(many, "PR0: Warning: 0x00780000-0x007fffff is read-only.\n");
	answer_parse(many, "", &a);
	assert_int_equal(a.count, ANSWER_RANGES);
	assert_true(a.more);
}

static void test_signs(void **state)
{
	static const struct {
		const char *out, *err;
		unsigned signs;
		const char *error;
	} rows[] = {
		{ "No EEPROM/flash device found.\n", "", ANSWER_NO_CHIP, "" },
		{ "", "Error: Unknown programmer \"x\". Valid choices are:\n",
		  ANSWER_NO_PROGRAMMER,
		  "Error: Unknown programmer \"x\". Valid choices are:" },
		{ "", "Error: Unknown chip 'x' specified.\n", ANSWER_NO_SUCH_CHIP,
		  "Error: Unknown chip 'x' specified." },
		{ "", "Couldn't open device 1a86:5512.\nError: Programmer initialization failed.\n",
		  ANSWER_NOT_OPENED, "Couldn't open device 1a86:5512." },
		{ "", "ERROR: Could not get I/O privileges (Operation not permitted).\n",
		  ANSWER_NO_PRIVILEGE,
		  "ERROR: Could not get I/O privileges (Operation not permitted)." },
		{ "", "Error accessing high tables, 0x100000 bytes at 0x0\n"
		      "/dev/mem mmap failed: Operation not permitted\n", ANSWER_NO_MEMORY,
		  "Error accessing high tables, 0x100000 bytes at 0x0" },
		{ "Warning: BIOS region SMM protection is enabled!\n", "", ANSWER_SMM, "" },
		{ "Warning: Setting BIOS Control at 0xdc from 0x2a to 0x09 failed.\n", "",
		  ANSWER_BIOS_CONTROL,
		  "Warning: Setting BIOS Control at 0xdc from 0x2a to 0x09 failed." },
		{ "The Flash Descriptor Override Strap-Pin is set. Restrictions\n", "",
		  ANSWER_STRAP, "" },
		{ "", "Good, writing to the flash chip apparently didn't do anything.\n",
		  ANSWER_UNTOUCHED, "" },
		{ "", "VERIFICATION FAILED at 0x00000010! Expected=0x5a, Found=0xad\n"
		      "Your flash chip is in an unknown state.\n", ANSWER_UNKNOWN_STATE,
		  "VERIFICATION FAILED at 0x00000010! Expected=0x5a, Found=0xad" },
		{ "", "This coreboot image (LENOVO:ThinkPad X220) does not appear to\nbe correct\n",
		  ANSWER_OTHER_BOARD, "" },
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		answer_parse(rows[i].out, rows[i].err, &a);
		assert_int_equal(a.signs, rows[i].signs);
		assert_string_equal(a.error, rows[i].error);
	}
}

/* Bytes that are no text, and a line without end. */
static void test_garbage(void **state)
{
	static char text[40000];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(text) - 1; i++)
		text[i] = (char)(1 + i * 7 % 255);
	answer_parse(text, text, &a);
	assert_int_equal(a.size, 0);
	memset(text, 'x', sizeof(text) - 1);
	memcpy(text, "Error: ", 7);
	answer_parse(text, "Error: \x1b[31mred\n", &a);
	assert_string_equal(a.error, "Error: ?[31mred");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_found),	   cmocka_unit_test(test_several),
		cmocka_unit_test(test_not_found),  cmocka_unit_test(test_access),
		cmocka_unit_test(test_cut_off),	   cmocka_unit_test(test_bad_ranges),
		cmocka_unit_test(test_signs),	   cmocka_unit_test(test_garbage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
