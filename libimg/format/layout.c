/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/layout.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Addresses have at most 8 digits in real layouts; 12 leave room and never overflow. */
enum { DIGITS_MAX = 12, LINE_MAX_BYTES = 256 };

static enum img_status fail_line(struct img_error *err, unsigned line, const char *what)
{
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
			"line %u of the layout: %s; expected FIRST:LAST NAME with hexadecimal "
			"addresses, as 00001000:00002fff gbe",
			line, what);
}

static bool take_address(const char **text, uint64_t *out)
{
	const char *p = *text;
	uint64_t value = 0;
	unsigned digits = 0;

	if (p[0] == '0' && (p[1] == 'x' || p[1] == 'X'))
		p += 2;
	for (; *p && strchr("0123456789abcdefABCDEF", *p); p++, digits++) {
		unsigned digit = (unsigned)(*p & 0xf) + (*p > '9' ? 9 : 0);

		if (digits == DIGITS_MAX)
			return false;
		value = value << 4 | digit;
	}
	if (!digits)
		return false;
	*out = value;
	*text = p;
	return true;
}

/* As scanf() sees it, by which flashrom reads. */
static bool blank(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

static const char *skip_blanks(const char *p)
{
	while (blank(*p))
		p++;
	return p;
}

/* One line without its newline; size 0 in *out: nothing on it. */
static enum img_status parse_line(const char *text, unsigned line, struct img_layout_area *out,
				  struct img_error *err)
{
	const char *p = skip_blanks(text);
	uint64_t first, last;
	size_t len = 0;

	out->range.size = 0;
	if (!*p || *p == '#')
		return IMG_OK;
	if (!take_address(&p, &first) || *p++ != ':' || !take_address(&p, &last) || !blank(*p))
		return fail_line(err, line, "this is no pair of addresses");
	if (last < first)
		return fail_line(err, line, "the last byte is before the first");
	p = skip_blanks(p);
	while (p[len] && !blank(p[len]))
		len++;
	if (!len || *skip_blanks(p + len))
		return fail_line(err, line, len ? "there is more than one name" : "the name is "
										  "missing");
	if (len >= sizeof(out->name))
		return fail_line(err, line, "the name is too long");
	memcpy(out->name, p, len);
	out->name[len] = 0;
	out->range = (struct img_range){ first, last - first + 1 };
	return IMG_OK;
}

/* A broken line is not "an area more": neither a name twice nor two that cut each other. */
static enum img_status check_area(const struct img_layout *l, const struct img_layout_area *a,
				  unsigned line, struct img_error *err)
{
	for (size_t i = 0; i < l->count; i++) {
		const struct img_layout_area *b = &l->area[i];

		if (!strcmp(a->name, b->name))
			return fail_line(err, line, "the name was used before");
		if (img_range_overlap(a->range, b->range) &&
		    !img_range_holds(a->range, b->range) && !img_range_holds(b->range, a->range))
			return fail_line(err, line, "the area overlaps an earlier one in part");
	}
	return IMG_OK;
}

static enum img_status take_line(struct img_view text, uint64_t start, uint64_t end,
				 unsigned number, struct img_layout *l, struct img_error *err)
{
	char line[LINE_MAX_BYTES];
	struct img_layout_area area;
	enum img_status st;

	if (end - start >= sizeof(line))
		return fail_line(err, number, "the line is too long");
	st = img_view_copy(text, start, line, (size_t)(end - start), err);
	if (st != IMG_OK)
		return st;
	line[end - start] = 0;
	if (strlen(line) != end - start)
		return fail_line(err, number, "there is a NUL byte");
	st = parse_line(line, number, &area, err);
	if (st == IMG_OK && area.range.size)
		st = check_area(l, &area, number, err);
	if (st == IMG_OK && area.range.size)
		st = img_layout_add(l, area.name, area.range, err);
	return st;
}

enum img_status img_layout_parse(struct img_view text, struct img_layout *out,
				 struct img_error *err)
{
	const struct img_view newline = img_view_of("\n", 1);
	uint64_t size = img_view_size(text), start = 0, end;
	struct img_layout l = { .count = 0 };
	enum img_status st = IMG_OK;

	if (size > IMG_LAYOUT_SIZE_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"a layout is text of at most %d bytes, this has %llu",
				IMG_LAYOUT_SIZE_MAX, (unsigned long long)size);
	for (unsigned number = 1; start < size && st == IMG_OK; number++) {
		if (!img_view_find(text, start, newline, &end))
			end = size;
		st = take_line(text, start, end, number, &l, err);
		start = end + 1;
	}
	if (st == IMG_OK && !l.count)
		st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE, "the layout names no area");
	if (st == IMG_OK)
		*out = l;
	return st;
}

enum img_status img_layout_add(struct img_layout *layout, const char *name,
			       struct img_range range, struct img_error *err)
{
	struct img_layout_area *area;

	if (layout->count == IMG_LAYOUT_AREAS || strlen(name) >= sizeof(area->name))
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"the layout has no room for the area %s: at most %d areas and "
				"%d bytes of name",
				name, IMG_LAYOUT_AREAS, IMG_LAYOUT_NAME - 1);
	area = &layout->area[layout->count++];
	memcpy(area->name, name, strlen(name) + 1);
	area->range = range;
	return IMG_OK;
}

static int by_address(const void *left, const void *right)
{
	const struct img_layout_area *a = left, *b = right;

	if (a->range.start != b->range.start)
		return a->range.start < b->range.start ? -1 : 1;
	if (a->range.size != b->range.size)
		return a->range.size > b->range.size ? -1 : 1;
	return strcmp(a->name, b->name);
}

void img_layout_sort(struct img_layout *layout)
{
	qsort(layout->area, layout->count, sizeof(layout->area[0]), by_address);
}

void img_layout_line(const struct img_layout_area *area, char out[IMG_LAYOUT_LINE])
{
	snprintf(out, IMG_LAYOUT_LINE, "%08llx:%08llx %s\n",
		 (unsigned long long)area->range.start,
		 (unsigned long long)(img_range_end(area->range) - 1), area->name);
}
