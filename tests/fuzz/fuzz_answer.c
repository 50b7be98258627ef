/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What another programmer program prints: whatever it is, what is made of it can be shown. */
#include <ctype.h>

#include "tests/fuzz/fuzz.h"
#include "tools/programmer/external/answer.h"

static const char *const says[] = {
	"Found Winbond flash chip \"W25Q128.V\" (16384 kB, SPI) on ch341a_spi.\n"
	"Reading flash... done.\n",
	"Multiple flash chip definitions match the detected chip(s): \"MX25L6405\", "
	"\"MX25L6405D\"\n",
	"FREG0: Flash Descriptor region (0x00000000-0x00000fff) is read-only.\n"
	"FREG2: Management Engine region (0x00003000-0x004fffff) is locked.\n"
	"PR0: Warning: 0x00780000-0x007fffff is read-only.\n"
	"GPR0: Warning: 0x00000000-0x00000fff is write-only.\n",
	"Error: Unknown programmer \"x\".\nNo EEPROM/flash device found.\n/dev/mem mmap failed\n",
};

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	for (size_t i = 0; i < sizeof(says) / sizeof(says[0]); i++)
		add(ctx, img_view_of(says[i], strlen(says[i])));
}

/* Ended within its room, and nothing that a terminal would act on. */
static void check_text(const char *text, size_t room)
{
	fuzz_must(memchr(text, 0, room));
	for (; *text; text++)
		fuzz_must(isprint((unsigned char)*text));
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_text(img_view_of(data, size));
	struct external_answer a;

	answer_parse(text, size % 2 ? text : "", &a);
	check_text(a.vendor, sizeof(a.vendor));
	check_text(a.name, sizeof(a.name));
	check_text(a.several, sizeof(a.several));
	check_text(a.error, sizeof(a.error));
	fuzz_must(a.size <= IMG_SIZE_MAX && a.size % 1024 == 0);
	fuzz_must(a.count <= ANSWER_RANGES);
	for (size_t i = 0; i < a.count; i++) {
		check_text(a.range[i].name, sizeof(a.range[i].name));
		fuzz_must(a.range[i].range.size && img_range_end(a.range[i].range) <= UINT32_MAX);
	}
	free(text);
	return 0;
}
