/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/synth/hex_text.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static enum img_status fail_line(struct img_error *err, unsigned line)
{
	return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE, "line %u is no hex text", line);
}

static enum img_status take_bytes(struct img *img, const char *text, unsigned line,
				  struct img_error *err)
{
	char *end;
	uint64_t at = strtoull(text, &end, 16);

	if (end == text || *end != ':' || !img)
		return fail_line(err, line);
	for (text = end + 1;; text = end) {
		unsigned long value = strtoul(text, &end, 16);
		uint8_t byte = (uint8_t)value;
		enum img_status st;

		if (end == text)
			break;
		if (value > 0xff)
			return fail_line(err, line);
		st = img_span_write(img_span(img), at++, img_view_of(&byte, 1), err);
		if (st != IMG_OK)
			return st;
	}
	return text[strspn(text, " \t\n")] ? fail_line(err, line) : IMG_OK;
}

static enum img_status take_line(struct img **img, char *text, unsigned line,
				 struct img_error *err)
{
	text[strcspn(text, "#")] = 0;
	if (!text[strspn(text, " \t\n")])
		return IMG_OK;
	if (!strncmp(text, "size ", 5))
		return *img ? fail_line(err, line)
			    : img_new(strtoull(text + 5, NULL, 16), 0xff, img, err);
	return take_bytes(*img, text, line, err);
}

enum img_status hex_text_open(const char *path, struct img **out, struct img_error *err)
{
	FILE *file = fopen(path, "r");
	enum img_status st = IMG_OK;
	struct img *img = NULL;
	unsigned line = 0;
	char text[512];

	if (!file)
		return img_fail_errno(err, errno, "cannot open %s", path);
	while (st == IMG_OK && fgets(text, sizeof(text), file))
		st = take_line(&img, text, ++line, err);
	fclose(file);
	if (st == IMG_OK && !img)
		st = fail_line(err, line);
	if (st == IMG_OK)
		*out = img;
	else
		img_close(img);
	return st;
}
