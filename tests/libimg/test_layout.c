/* SPDX-License-Identifier: GPL-3.0-or-later */
/* flashrom's layouts: what is read, what is refused and where, what is written. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/format/layout.h"

static enum img_status parse(const char *text, struct img_layout *out, struct img_error *err)
{
	return img_layout_parse(img_view_of(text, strlen(text)), out, err);
}

static void test_read(void **state)
{
	struct img_layout l;

	(void)state;
	assert_int_equal(parse("00000000:00000fff fd\n"
			       "# a comment, which flashrom would not take\n"
			       "\n"
			       "  0x1b000:0xBFFFFF\tbios  \r\n"
			       "00800000:00bfffff top\n"	/* within bios */
			       "1000:2fff gbe",			/* no newline at the end */
			       &l, NULL),
			 IMG_OK);
	assert_int_equal(l.count, 4);
	assert_string_equal(l.area[0].name, "fd");
	assert_int_equal(l.area[0].range.size, 0x1000);
	assert_string_equal(l.area[1].name, "bios");
	assert_int_equal(l.area[1].range.start, 0x1b000);
	assert_int_equal(l.area[1].range.size, 0xbe5000);
	assert_string_equal(l.area[3].name, "gbe");
	assert_int_equal(l.area[3].range.size, 0x2000);
}

static void assert_line_refused(const char *text, const char *where)
{
	struct img_layout l, before;
	struct img_error err = { .status = IMG_OK };

	memset(&l, 0x5c, sizeof(l));
	before = l;
	if (parse(text, &l, &err) != IMG_E_CORRUPT)
		fail_msg("taken: %s", text);
	if (!strstr(err.text, where))
		fail_msg("%s: says \"%s\", not %s", text, err.text, where);
	assert_memory_equal(&l, &before, sizeof(l));
}

static void test_refused(void **state)
{
	(void)state;
	assert_line_refused("", "no area");
	assert_line_refused("# only a comment\n", "no area");
	assert_line_refused("0:fff\n", "line 1");
	assert_line_refused("0:fff fd\n1000:1fff\n", "line 2");
	assert_line_refused("0-fff fd\n", "line 1");
	assert_line_refused("0:fff fd two\n", "more than one name");
	assert_line_refused(":fff fd\n", "line 1");
	assert_line_refused("0: fff fd\n", "line 1");
	assert_line_refused("0x:fff fd\n", "line 1");
	assert_line_refused("-1:fff fd\n", "line 1");
	assert_line_refused("1000:fff fd\n", "before the first");
	assert_line_refused("00fff000:00000fff pd\n", "before the first");	/* ifdtool's */
	assert_line_refused("0:fffffffffffffffff fd\n", "line 1");
	assert_line_refused("0:fff a\n1000:1fff a\n", "used before");
	assert_line_refused("0:1fff a\n1000:2fff b\n", "line 2");
	assert_line_refused("0:fffg fd\n", "line 1");
}

static void test_limits(void **state)
{
	char *text = calloc(1, IMG_LAYOUT_SIZE_MAX + 2);
	struct img_layout l = { .count = 0 };
	size_t used = 0;

	(void)state;
	assert_non_null(text);
	for (unsigned i = 0; i <= IMG_LAYOUT_AREAS; i++) {
		used += (size_t)snprintf(text + used, 64, "%x000:%xfff area%u\n", i, i, i);
		assert_int_equal(parse(text, &l, NULL),
				 i < IMG_LAYOUT_AREAS ? IMG_OK : IMG_E_SPACE);
	}
	memset(text, ' ', IMG_LAYOUT_SIZE_MAX + 1);
	assert_int_equal(parse(text, &l, NULL), IMG_E_SPACE);
	text[IMG_LAYOUT_SIZE_MAX] = 0;
	assert_int_equal(parse(text, &l, NULL), IMG_E_CORRUPT);		/* one long line */
	memset(text, 'n', 200);
	memcpy(text, "0:fff ", 6);
	text[6 + IMG_LAYOUT_NAME - 1] = 0;
	assert_int_equal(parse(text, &l, NULL), IMG_OK);
	text[6 + IMG_LAYOUT_NAME - 1] = 'n';
	text[6 + IMG_LAYOUT_NAME] = 0;
	assert_int_equal(parse(text, &l, NULL), IMG_E_CORRUPT);
	assert_int_equal(img_layout_parse(img_view_of("0:fff f\0d\n", 10), &l, NULL),
			 IMG_E_CORRUPT);
	free(text);
}

static void test_write(void **state)
{
	struct img_layout l = { .count = 0 }, again;
	char text[4 * IMG_LAYOUT_LINE] = "", line[IMG_LAYOUT_LINE];

	(void)state;
	assert_int_equal(img_layout_add(&l, "bios", (struct img_range){ 0x1b000, 0xbe5000 }, NULL),
			 IMG_OK);
	assert_int_equal(img_layout_add(&l, "me", (struct img_range){ 0x3000, 0x18000 }, NULL),
			 IMG_OK);
	assert_int_equal(img_layout_add(&l, "fd", (struct img_range){ 0, 0x1000 }, NULL), IMG_OK);
	img_layout_sort(&l);
	for (size_t i = 0; i < l.count; i++) {
		img_layout_line(&l.area[i], line);
		strcat(text, line);
	}
	assert_string_equal(text, "00000000:00000fff fd\n"
				  "00003000:0001afff me\n"
				  "0001b000:00bfffff bios\n");
	assert_int_equal(parse(text, &again, NULL), IMG_OK);
	assert_int_equal(again.count, 3);
	assert_int_equal(again.area[2].range.size, 0xbe5000);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_read),
		cmocka_unit_test(test_refused),
		cmocka_unit_test(test_limits),
		cmocka_unit_test(test_write),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
