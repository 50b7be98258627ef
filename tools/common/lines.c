/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/lines.h"

#include <string.h>

#include "libimg/core/reader.h"

struct lines lines_of(struct img_view text)
{
	return (struct lines){ .text_ = text };
}

bool lines_next(struct lines *l, struct img_view *line)
{
	uint64_t start = l->at_, end, size = img_view_size(l->text_);
	uint8_t last;

	if (start >= size)
		return false;
	if (!img_view_find(l->text_, start, img_view_of("\n", 1), &end))
		end = size;
	l->at_ = end + 1;
	l->number++;
	if (end > start && img_view_copy(l->text_, end - 1, &last, 1, NULL) == IMG_OK &&
	    last == '\r')
		end--;
	return img_view_slice(l->text_, start, end - start, line, NULL) == IMG_OK;
}

bool line_begins(struct img_view line, const char *word, struct img_view *rest)
{
	size_t len = strlen(word), size = img_view_size(line);
	struct img_view head;

	if (img_view_slice(line, 0, len, &head, NULL) != IMG_OK ||
	    !img_view_equal(head, img_view_of(word, len)))
		return false;
	return !rest || img_view_slice(line, len, size - len, rest, NULL) == IMG_OK;
}

bool line_blank(struct img_view line)
{
	struct img_reader r = img_reader_of(line, NULL);
	size_t left = img_view_size(line);
	uint8_t c = ' ';

	for (; left && (c == ' ' || c == '\t'); left--)
		c = img_read_u8(&r);
	return c == ' ' || c == '\t';
}

bool line_text(struct img_view line, char *out, size_t size)
{
	size_t len = img_view_size(line);

	if (len >= size || img_view_copy(line, 0, out, len, NULL) != IMG_OK)
		return false;
	out[len] = 0;
	return strlen(out) == len;
}
