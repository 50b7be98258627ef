/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model in letters, top to bottom. */
#include <stdlib.h>
#include <string.h>

#include "tools/common/diag.h"
#include "tools/common/wrap.h"
#include "tools/map/map.h"

enum {
	SHARE = 36,		/* lines that are distributed by size */
	OFFSET = 9,		/* eight digits, and a mark of a finding */
	SIZE = 6,
	CHANGES = 10,
	CHIP = 8,
	REGION = 9,
	AREA = 15,
	NARROW = 60,		/* below that no chips and no areas */
	WIDE = 100,		/* from there on two columns of areas */
};

struct page {
	FILE *to;
	const struct map *map;
	const struct map_style *style;
	unsigned width[MAP_COLUMNS];	/* with its border; 0: not shown */
	unsigned lines[MAP_COLUMNS];	/* that what is there has had */
};

unsigned map_text_depths(unsigned width)
{
	return width < WIDE ? 1 : 2;
}

static void lay_out(struct page *p)
{
	unsigned last = p->map->columns - 1;
	unsigned rest = p->style->width - 1 - OFFSET - 1 - SIZE;

	if (p->map->is_compared)
		rest -= CHANGES;

	for (unsigned c = 0; c < last; c++) {
		unsigned width = c == MAP_COLUMN_CHIP ? CHIP
				 : c == MAP_COLUMN_REGION ? REGION : AREA;

		if (!map_column_used(p->map, c) ||
		    (p->style->width < NARROW && c != MAP_COLUMN_REGION))
			continue;
		p->width[c] = width;
		rest -= width;
	}
	p->width[last] = rest;
}

/* --- colours: an addition, never the only sign ------------------------------------------- */

static const char *color_of(const struct map_item *it)
{
	static const char *const codes[MAP_KINDS] = {
		[MAP_CHIP] = "1", [MAP_REGION] = "33", [MAP_AREA] = "34", [MAP_FILE] = "32",
		[MAP_PARTITION] = "35", [MAP_DATA] = "39", [MAP_FREE] = "36", [MAP_ERASED] = "2",
	};

	return codes[it->kind];
}

static void begin_color(const struct page *p, const char *code)
{
	if (p->style->color)
		fprintf(p->to, "\33[%sm", code);
}

static void end_color(const struct page *p)
{
	if (p->style->color)
		fputs("\33[0m", p->to);
}

/* --- cells ------------------------------------------------------------------------------ */

static void pad(FILE *to, unsigned count, char with)
{
	while (count--)
		fputc(with, to);
}

/* Names are somebody else's: a ? for each byte that is not ASCII. */
static void put_plain(const struct page *p, const char *name, size_t size)
{
	for (size_t i = 0; i < size; i++)
		fputc((unsigned char)name[i] < 0x80 && diag_printable(name + i) ? name[i] : '?',
		      p->to);
}

/* In at most room letters; what does not fit ends with a mark. */
static void put_name(const struct page *p, const char *name, unsigned room)
{
	unsigned len = (unsigned)strlen(name);

	if (len <= room) {
		put_plain(p, name, len);
		pad(p->to, room - len, ' ');
	} else if (room) {
		put_plain(p, name, room - 1);
		fputs(p->style->unicode ? "\u2026" : "~", p->to);
	}
}

/* What goes on below its name: erased and free space show what they are on every line. */
static void put_filling(const struct page *p, const struct map_item *it, unsigned room)
{
	char mark = it->kind == MAP_ERASED ? '.' : it->kind == MAP_FREE ? '-' : ' ';

	for (unsigned i = 0; i < room; i++)
		fputc(i % 4 == 1 && i + 1 < room ? mark : ' ', p->to);
}

/* The size of chips, regions and areas stands below their names. */
static void put_below(const struct page *p, const struct map_item *it, unsigned room)
{
	char text[16];

	if (p->lines[it->column] != 1 || it->column == p->map->columns - 1) {
		put_filling(p, it, room);
		return;
	}
	map_size_text(it->range.size, text);
	put_name(p, text, room);
}

static void put_cell(struct page *p, const struct map_segment *s, unsigned column, bool first_line)
{
	size_t index = s->item[column];
	unsigned width = p->width[column];
	const struct map_item *it;
	bool begins;

	if (!width)
		return;
	if (index == MAP_NONE) {
		pad(p->to, width, ' ');
		return;
	}
	it = &p->map->item[index];
	begins = first_line && it->range.start == s->range.start;
	begin_color(p, color_of(it));
	if (p->style->unicode)
		fputs(begins ? "\u250c" : "\u2502", p->to);
	else
		fputc(begins ? '+' : '|', p->to);
	if (begins) {
		p->lines[column] = 0;
		put_name(p, it->name, width - 2);
	} else {
		put_below(p, it, width - 2);
	}
	p->lines[column]++;
	end_color(p);
	fputc(' ', p->to);
}

/* The size of what is inside, beside its name. */
static void put_size(const struct page *p, const struct map_segment *s, bool first_line)
{
	size_t index = s->item[p->map->columns - 1];
	char text[16] = "";

	if (first_line && index != MAP_NONE &&
	    p->map->item[index].range.start == s->range.start)
		map_size_text(p->map->item[index].range.size, text);
	fprintf(p->to, "%*s", SIZE, text);
}

static void put_changes(const struct page *p, const struct map_segment *s, bool first_line)
{
	struct map_changes c = s->changes;
	char text[32];

	if (!p->map->is_compared)
		return;
	if (!first_line)
		snprintf(text, sizeof(text), "%s", c.changed == c.blocks ? "*" : "");
	else if (!c.changed)
		snprintf(text, sizeof(text), "same");
	else if (c.changed == c.blocks)
		snprintf(text, sizeof(text), "* %u", c.blocks);
	else
		snprintf(text, sizeof(text), "* %u/%u", c.changed, c.blocks);
	if (c.changed)
		begin_color(p, "1;31");
	fprintf(p->to, " %.*s", CHANGES - 1, text);
	if (c.changed)
		end_color(p);
}

static void put_line(struct page *p, const struct map_segment *s, bool first_line)
{
	bool marked = first_line && map_is_marked(p->map, s);

	if (first_line)
		fprintf(p->to, "%08llx", (unsigned long long)s->range.start);
	else
		fputs("        ", p->to);
	if (marked)
		begin_color(p, "1;31");
	fputc(marked ? '!' : ' ', p->to);
	if (marked)
		end_color(p);
	fputc(' ', p->to);
	for (unsigned c = 0; c < p->map->columns; c++)
		put_cell(p, s, c, first_line);
	put_size(p, s, first_line);
	put_changes(p, s, first_line);
	fputc('\n', p->to);
}

/* --- around the picture ----------------------------------------------------------------- */

static void put_head(const struct page *p, const struct map_title *title)
{
	char size[16];

	map_size_text(p->map->size, size);
	diag_text(title->name, p->to);
	fprintf(p->to, ": %s, %llu bytes\n", size, (unsigned long long)p->map->size);
	if (title->before) {
		fputs("compared with ", p->to);
		diag_text(title->before, p->to);
		fputc('\n', p->to);
	}
	begin_color(p, "1");
	fputs("offset    ", p->to);
	for (unsigned c = 0; c < p->map->columns; c++) {
		if (p->width[c])
			fprintf(p->to, "%-*s", (int)p->width[c], map_column_title(p->map, c));
	}
	fprintf(p->to, "%*s%s\n", SIZE, "size", p->map->is_compared ? " changes" : "");
	end_color(p);
}

static void put_legend(const struct page *p)
{
	char text[400], line[16];

	map_size_text(p->map->size / SHARE, line);
	snprintf(text, sizeof(text), "A line more is %s more; what is smaller has a line of its "
		 "own. %s begins, %s goes on; \". .\" erased (all 0xff), \"- -\" free space of a "
		 "CBFS%s%s",
		 line, p->style->unicode ? "\u250c" : "+", p->style->unicode ? "\u2502" : "|",
		 p->map->findings ? ", ! a warning or an error, told below" : "",
		 p->map->is_compared ? ", * differs (blocks of 4 KiB, of how many)." : ".");
	wrap_lines(p->to, p->style->width, 0, "", text);
	if (p->map->left_out)
		fprintf(p->to, "%llu more things are not shown.\n",
			(unsigned long long)p->map->left_out);
}

/* They may quote such names. */
static void make_plain(char *text)
{
	for (size_t n; *text; text += n ? n : 1) {
		n = diag_printable(text);
		if (!n)
			*text = '?';
	}
}

static void put_findings(const struct page *p)
{
	for (size_t i = 0; i < p->map->findings; i++) {
		const struct img_finding *f = &p->map->finding[i];
		char text[640];

		if (f->at == IMG_NOWHERE)
			snprintf(text, sizeof(text), "%s: %s (%s)", img_severity_word(f->severity),
				 f->text, f->id);
		else
			snprintf(text, sizeof(text), "%08llx %s: %s (%s)",
				 (unsigned long long)f->at, img_severity_word(f->severity), f->text,
				 f->id);
		make_plain(text);
		wrap_lines(p->to, p->style->width, 0, f->severity == IMG_NOTE ? "  " : "! ", text);
	}
}

static void put_sum(const struct page *p)
{
	for (size_t i = 0; p->map->is_compared && i < p->map->count; i++) {
		const struct map_item *it = &p->map->item[i];

		if (it->column <= MAP_COLUMN_REGION && it->changes.changed)
			fprintf(p->to, "%s %s: %u of %u blocks differ\n", map_kind_word(it->kind),
				it->name, it->changes.changed, it->changes.blocks);
	}
}

/* Cells are padded; no line ends with what nobody sees. */
static void copy_trimmed(FILE *to, const char *text)
{
	while (*text) {
		size_t line = strcspn(text, "\n"), len = line;

		while (len && text[len - 1] == ' ')
			len--;
		fwrite(text, 1, len, to);
		fputc('\n', to);
		text += line + (text[line] == '\n');
	}
}

static void put_page(struct page *p, const struct map_title *title, const unsigned *height)
{
	lay_out(p);
	put_head(p, title);
	for (size_t i = 0; i < p->map->segments; i++) {
		for (unsigned line = 0; line < height[i]; line++)
			put_line(p, &p->map->segment[i], !line);
	}
	put_legend(p);
	put_sum(p);
	put_findings(p);
}

enum img_status map_print(FILE *to, const struct map *map, const struct map_title *title,
			  const struct map_style *style, struct img_error *err)
{
	struct page page = { .map = map, .style = style };
	unsigned *height = calloc(map->segments, sizeof(*height));
	char *text = NULL;
	bool failed = true;
	size_t size;

	page.to = open_memstream(&text, &size);
	if (height && page.to) {
		map_heights(map, 1, SHARE, height);
		put_page(&page, title, height);
	}
	if (page.to)
		failed = fclose(page.to) || !height;
	if (!failed)
		copy_trimmed(to, text);
	free(height);
	free(text);
	return failed ? img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory") : IMG_OK;
}
