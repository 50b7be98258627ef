/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Layouts of flashrom, read and written again. */
#include "libimg/core/range.h"
#include "libimg/edit/split.h"
#include "libimg/format/layout.h"
#include "tests/fuzz/fuzz.h"

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	static const char *const texts[] = {
		"00000000:00000fff fd\n00021000:00bfffff bios\n", "# c\n\n0x0:0xfff a\r\n",
		"0:ff a\n0:ff b\n", "10:0 x\n", "00000000:7fffffffffffffff all\n",
		"0:fff a\n800:17ff b\n", "8M",
	};

	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++)
		add(ctx, img_view_of(texts[i], strlen(texts[i])));
}

static void write_again(const struct img_layout *layout)
{
	static char text[IMG_LAYOUT_AREAS * IMG_LAYOUT_LINE];
	struct img_layout again, sorted = *layout;
	struct img_error err;
	size_t used = 0;

	for (size_t i = 0; i < layout->count; i++) {
		fuzz_must(layout->area[i].range.size);
		img_layout_line(&layout->area[i], text + used);
		used += strlen(text + used);
	}
	fuzz_ok(img_layout_parse(img_view_of(text, used), &again, &err), &err);
	fuzz_must(again.count == layout->count);
	for (size_t i = 0; i < again.count; i++) {
		fuzz_must(!strcmp(again.area[i].name, layout->area[i].name));
		fuzz_must(again.area[i].range.start == layout->area[i].range.start &&
			  again.area[i].range.size == layout->area[i].range.size);
	}
	img_layout_sort(&sorted);
	for (size_t i = 1; i < sorted.count; i++)
		fuzz_must(sorted.area[i - 1].range.start <= sorted.area[i].range.start);
	fuzz_check_error(img_split_check_layout(0x800000, layout, &err), &err);
	(void)img_split_is_whole(0x800000, &sorted);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view text = img_view_of(data, size);
	struct img_layout layout;
	struct img_error err;
	char *word = fuzz_text(text), shown[24];
	uint64_t value, again;
	enum img_status st = img_layout_parse(text, &layout, &err);

	fuzz_check_error(st, &err);
	if (st == IMG_OK)
		write_again(&layout);
	if (img_size_parse(word, &value)) {
		img_size_format(value, shown);
		fuzz_must(img_size_parse(shown, &again) && again == value);
	}
	free(word);
	return 0;
}
