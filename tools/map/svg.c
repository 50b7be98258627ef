/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model as a drawing. Letters are of one width, so that what fits can be counted. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/map/map.h"

enum {
	WIDTH = 1200,
	MARGIN = 24,
	TOP = 92,		/* title, and headings of the columns */
	LEAST = 18,		/* a line of letters */
	SHARE = 900,
	AXIS = 96,		/* offsets, and marks of findings before them */
	CHIP = 104,
	REGION = 116,
	AREA = 168,
	CHANGES = 150,
	GAP = 4,
	BASE = 13,		/* from the top of a box to the foot of its letters */
	LINE = 17,
	LEGEND_BOX = 22,
};

/* 12 pixel letters of a monospaced font are 0.602 times as wide as they are high. */
static unsigned letters_in(unsigned pixels)
{
	return pixels * 10 / 73;
}

struct drawing {
	FILE *to;
	const struct map *map;
	unsigned x[MAP_COLUMNS], width[MAP_COLUMNS];
	unsigned *height, *top;		/* of each segment */
	unsigned bottom;		/* of the picture */
};

static const char *const class_of[MAP_KINDS] = {
	"chip", "region", "area", "file", "part", "data", "free", "erased",
};

/* --- text ------------------------------------------------------------------------------- */

static void put_text(FILE *to, const char *text)
{
	for (; *text; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '<' || c == '>' || c == '&' || c == '"')
			fprintf(to, "&#%u;", c);
		else
			fputc(c < 0x20 || c == 0x7f ? '?' : c, to);
	}
}

static void put_at(FILE *to, unsigned x, unsigned y, const char *attributes, const char *text)
{
	fprintf(to, "<text x=\"%u\" y=\"%u\"%s>", x, y, attributes);
	put_text(to, text);
	fputs("</text>\n", to);
}

/* A label of at most so many letters. */
static void put_label(FILE *to, unsigned x, unsigned y, const char *text, unsigned letters)
{
	unsigned len = (unsigned)strlen(text);
	char cut[MAP_NAME + 8];

	if (len > letters)
		len = letters ? letters - 1 : 0;
	snprintf(cut, sizeof(cut), "%.*s%s", (int)len, text, len < strlen(text) ? "\u2026" : "");
	put_at(to, x, y, "", cut);
}

static void put_rect(FILE *to, const char *class, unsigned x, unsigned y, unsigned width,
		     unsigned height)
{
	fprintf(to, "<rect class=\"%s\" x=\"%u\" y=\"%u\" width=\"%u\" height=\"%u\"/>\n",
		class, x, y, width, height);
}

/* --- boxes ------------------------------------------------------------------------------ */

static void lay_out(struct drawing *d)
{
	unsigned last = d->map->columns - 1, x = MARGIN + AXIS;
	unsigned end = WIDTH - MARGIN - (d->map->is_compared ? CHANGES : 0);

	for (unsigned c = 0; c < d->map->columns; c++) {
		d->x[c] = x;
		if (!map_column_used(d->map, c))
			continue;
		d->width[c] = c == last ? end - x : c == MAP_COLUMN_CHIP ? CHIP
			      : c == MAP_COLUMN_REGION ? REGION : AREA;
		x += d->width[c];
		d->width[c] -= GAP;
	}
	d->bottom = TOP;
	for (size_t i = 0; i < d->map->segments; i++) {
		d->top[i] = d->bottom;
		d->bottom += d->height[i];
	}
}

static void put_box(const struct drawing *d, const struct map_item *it, unsigned top,
		    unsigned height)
{
	unsigned x = d->x[it->column], width = d->width[it->column];
	unsigned letters = letters_in(width - 12), len;
	char size[16];

	map_size_text(it->range.size, size);
	len = (unsigned)strlen(size);
	fprintf(d->to, "<g><title>%s ", map_kind_word(it->kind));
	put_text(d->to, it->name);
	fprintf(d->to, ": 0x%08llx..0x%08llx, %llu bytes</title>\n",
		(unsigned long long)it->range.start,
		(unsigned long long)img_range_end(it->range) - 1,
		(unsigned long long)it->range.size);
	put_rect(d->to, class_of[it->kind], x, top, width, height);
	put_label(d->to, x + 6, top + BASE, it->name, letters > len + 2 ? letters - len - 2 : 0);
	put_at(d->to, x + width - 6, top + BASE, " class=\"size\"", size);
	fputs("</g>\n", d->to);
}

/* Things of a column are in order, and segments as well. */
static void put_boxes(const struct drawing *d)
{
	const struct map *map = d->map;
	size_t s = 0;

	for (size_t i = 0; i < map->count; i++) {
		const struct map_item *it = &map->item[i];
		unsigned height = 0;
		size_t first;

		if (!i || map->item[i - 1].column != it->column)
			s = 0;
		while (s < map->segments && map->segment[s].range.start < it->range.start)
			s++;
		for (first = s; s < map->segments &&
				map->segment[s].range.start < img_range_end(it->range); s++)
			height += d->height[s];
		if (height)
			put_box(d, it, d->top[first], height);
	}
}

static void put_axis(const struct drawing *d)
{
	for (size_t i = 0; i < d->map->segments; i++) {
		const struct map_segment *s = &d->map->segment[i];
		unsigned y = d->top[i];
		char text[24];

		fprintf(d->to, "<path class=\"tick\" d=\"M%u %uH%u\"/>\n", MARGIN + 14, y,
			MARGIN + AXIS - 2);
		snprintf(text, sizeof(text), "%08llx", (unsigned long long)s->range.start);
		put_at(d->to, MARGIN + 20, y + BASE, " class=\"offset\"", text);
		if (map_is_marked(d->map, s))
			put_at(d->to, MARGIN + 4, y + BASE, " class=\"mark\"", "!");
	}
}

static void put_changes(const struct drawing *d)
{
	unsigned x = WIDTH - MARGIN - CHANGES;

	for (size_t i = 0; d->map->is_compared && i < d->map->segments; i++) {
		const struct map_segment *s = &d->map->segment[i];
		unsigned changed = s->changes.changed;
		char text[40] = "same";

		if (changed)
			snprintf(text, sizeof(text), "%u of %u differ", changed,
				 s->changes.blocks);
		put_rect(d->to, changed ? "changed" : "same", x, d->top[i], CHANGES, d->height[i]);
		put_at(d->to, x + 6, d->top[i] + BASE, changed ? " class=\"mark\"" : "", text);
	}
}

/* --- around the picture ----------------------------------------------------------------- */

static const char style[] =
	"<style>\n"
	"text{font:12px 'DejaVu Sans Mono','Liberation Mono',Consolas,Menlo,monospace;fill:#111}\n"
	".title{font-size:18px;font-weight:bold}\n"
	".head{font-weight:bold}\n"
	".size{text-anchor:end;fill:#333}\n"
	".offset{fill:#333}\n"
	".mark{font-weight:bold;fill:#a00000}\n"
	".tick{stroke:#bbb;fill:none}\n"
	"rect{stroke:#444;stroke-width:.8}\n"
	".chip{fill:#e4e4e4}\n"
	".region{fill:#fdf0c4}\n"
	".area{fill:#dcebfa}\n"
	".file{fill:#d5efd8}\n"
	".part{fill:#f6dcc9}\n"
	".data{fill:#fff}\n"
	".free{fill:url(#dots)}\n"
	".erased{fill:url(#lines)}\n"
	".same{fill:none;stroke:#bbb}\n"
	".changed{fill:#fbd9d9;stroke:#a00000}\n"
	"</style>\n"
	"<defs>\n"
	"<pattern id=\"dots\" width=\"10\" height=\"10\" patternUnits=\"userSpaceOnUse\">"
	"<rect width=\"10\" height=\"10\" style=\"fill:#f4faf5;stroke:none\"/>"
	"<circle cx=\"3\" cy=\"3\" r=\"1\" fill=\"#8fbf95\"/></pattern>\n"
	"<pattern id=\"lines\" width=\"8\" height=\"8\" patternUnits=\"userSpaceOnUse\" "
	"patternTransform=\"rotate(45)\">"
	"<rect width=\"8\" height=\"8\" style=\"fill:#fafafa;stroke:none\"/>"
	"<path d=\"M0 0V8\" stroke=\"#d5d5d5\" stroke-width=\"2\"/></pattern>\n"
	"</defs>\n";

static void put_head(const struct drawing *d, const struct map_title *title)
{
	char text[160], size[16];

	map_size_text(d->map->size, size);
	snprintf(text, sizeof(text), "%.100s", title->name);
	put_at(d->to, MARGIN, MARGIN + 16, " class=\"title\"", text);
	snprintf(text, sizeof(text), "%s, %llu bytes%s%.80s", size,
		 (unsigned long long)d->map->size, title->before ? ", compared with " : "",
		 title->before ? title->before : "");
	put_at(d->to, MARGIN, MARGIN + 36, "", text);
	put_at(d->to, MARGIN + 20, TOP - 8, " class=\"head\"", "offset");
	for (unsigned c = 0; c < d->map->columns; c++) {
		if (d->width[c])
			put_at(d->to, d->x[c] + 6, TOP - 8, " class=\"head\"",
			       map_column_title(d->map, c));
	}
	if (d->map->is_compared)
		put_at(d->to, WIDTH - MARGIN - CHANGES + 6, TOP - 8, " class=\"head\"",
		       "blocks of 4 KiB");
}

static unsigned put_legend(const struct drawing *d, unsigned y)
{
	static const char *const words[MAP_KINDS] = {
		"chip", "region", "FMAP area", "CBFS file", "ME partition", "other data",
		"free in CBFS", "erased (0xff)",
	};
	unsigned step = (WIDTH - 2 * MARGIN) / MAP_KINDS;
	char text[200], more[16];

	for (unsigned k = 0; k < MAP_KINDS; k++) {
		unsigned x = MARGIN + k * step;

		put_rect(d->to, class_of[k], x, y, LEGEND_BOX, 14);
		put_at(d->to, x + LEGEND_BOX + 6, y + 11, "", words[k]);
	}
	map_size_text(d->map->size / SHARE * 18, more);
	snprintf(text, sizeof(text), "Heights: a line of letters for each thing, and as much more "
		 "as it is larger (18 pixels for %s).%s", more,
		 d->map->findings ? " ! marks a warning or an error, told below." : "");
	put_at(d->to, MARGIN, y + 34, "", text);
	return y + 34 + LINE;
}

/* Prose in lines of the drawing's width. */
static unsigned put_prose(const struct drawing *d, unsigned y, const char *text)
{
	const size_t room = letters_in(WIDTH - 2 * MARGIN);
	char line[256];

	while (*text) {
		size_t len = strlen(text);

		if (len > room) {
			len = room;
			while (len && text[len] != ' ')
				len--;
			len = len ? len : room;
		}
		snprintf(line, sizeof(line), "%.*s", (int)len, text);
		put_at(d->to, MARGIN, y, "", line);
		y += LINE;
		text += len;
		text += strspn(text, " ");
	}
	return y;
}

static unsigned put_findings(const struct drawing *d, unsigned y)
{
	for (size_t i = 0; i < d->map->findings; i++) {
		const struct img_finding *f = &d->map->finding[i];
		char text[640], at[16] = "";

		if (f->at != IMG_NOWHERE)
			snprintf(at, sizeof(at), "%08llx ", (unsigned long long)f->at & 0xffffffff);
		snprintf(text, sizeof(text), "%s %s%s: %s (%s)",
			 f->severity == IMG_NOTE ? " " : "!", at, img_severity_word(f->severity),
			 f->text, f->id);
		y = put_prose(d, y, text);
	}
	return y;
}

/* The height is known at the end only, so that what is below is drawn first, elsewhere. */
static enum img_status put_all(struct drawing *d, const struct map_title *title, char **out,
			       size_t *size, struct img_error *err)
{
	FILE *stream = d->to;
	char *body = NULL;
	size_t body_size;
	unsigned end;

	d->to = open_memstream(&body, &body_size);
	if (!d->to)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	put_head(d, title);
	put_axis(d);
	put_boxes(d);
	put_changes(d);
	end = put_legend(d, d->bottom + 20);
	end = put_findings(d, end) + MARGIN / 2;
	fclose(d->to);
	d->to = stream;
	fprintf(stream, "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%u\" "
		"viewBox=\"0 0 %d %u\" role=\"img\">\n<title>", WIDTH, end, WIDTH, end);
	put_text(stream, title->name);
	fprintf(stream, "</title>\n%s<rect width=\"%d\" height=\"%u\" "
		"style=\"fill:#fff;stroke:none\"/>\n%s</svg>\n", style, WIDTH, end,
		body ? body : "");
	free(body);
	if (fclose(stream) || !*out)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	*size = strlen(*out);
	return IMG_OK;
}

enum img_status map_draw(const struct map *map, const struct map_title *title, char **out,
			 size_t *size, struct img_error *err)
{
	struct drawing d = { .map = map };
	enum img_status st = IMG_E_NOMEM;

	*out = NULL;
	d.height = calloc(map->segments, sizeof(*d.height));
	d.top = calloc(map->segments, sizeof(*d.top));
	d.to = open_memstream(out, size);
	if (d.height && d.top && d.to) {
		map_heights(map, LEAST, SHARE, d.height);
		lay_out(&d);
		st = put_all(&d, title, out, size, err);
	} else {
		if (d.to)
			fclose(d.to);
		st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	if (st != IMG_OK) {
		free(*out);
		*out = NULL;
	}
	free(d.height);
	free(d.top);
	return st;
}
