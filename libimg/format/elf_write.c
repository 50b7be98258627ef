/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/elf_write.h"

#include <string.h>

#include "libimg/core/bytes.h"

enum {
	HEADER = 52,
	SECTION = 40,
	SEGMENT = 32,
	SYMBOL = 16,
	PAGE = 4096,
	NAMES_INDEX = 1,
	STRINGS_INDEX = 2,
	READ = 4,		/* flags of segments */
	EXECUTE = 1,
	WRITE = 2,
};

static const char fixed_names[] = "\0.shstrtab\0.strtab\0.symtab";

/* Where the next thing of each kind goes; everything was measured before. */
struct writer {
	struct img_span out;
	uint64_t section_at, segment_at, name_at, data_at;
	uint64_t names;			/* where the names begin */
	uint32_t segments;
	enum img_status status;
	struct img_error *err;
};

/* Remembers the first failure, like a reader. */
static void put(struct writer *w, uint64_t at, const void *bytes, size_t size)
{
	if (w->status == IMG_OK)
		w->status = img_span_write(w->out, at, img_view_of(bytes, size), w->err);
}

static void put_section(struct writer *w, const uint32_t fields[10])
{
	uint8_t bytes[SECTION];
	size_t i;

	for (i = 0; i < 10; i++)
		img_put_le32(bytes + 4 * i, fields[i]);
	put(w, w->section_at, bytes, sizeof(bytes));
	w->section_at += SECTION;
}

/* Does the part go on in memory where the one before ended, and in the file too? */
static bool continues(const struct img_elf_part *before, const struct img_elf_part *part)
{
	return before && before->address + (uint64_t)before->size == part->address &&
	       (before->type != IMG_ELF_NOBITS || part->type == IMG_ELF_NOBITS);
}

static uint32_t count_segments(const struct img_elf_contents *c)
{
	const struct img_elf_part *before = NULL;
	uint32_t n = 0;
	size_t i;

	for (i = 0; i < c->count; i++) {
		if (!(c->part[i].flags & IMG_ELF_ALLOC))
			continue;
		n += !continues(before, &c->part[i]);
		before = &c->part[i];
	}
	return n;
}

static void put_header(struct writer *w, const struct img_elf_contents *c)
{
	uint8_t h[HEADER] = { 0x7f, 'E', 'L', 'F', 1, 1, 1 };

	h[0x10] = 2;
	h[0x12] = 3;
	h[0x14] = 1;
	img_put_le32(h + 0x18, c->entry);
	img_put_le32(h + 0x1c, (uint32_t)w->segment_at);
	img_put_le32(h + 0x20, HEADER);
	img_put_le16(h + 0x28, HEADER);
	img_put_le16(h + 0x2a, SEGMENT);
	img_put_le16(h + 0x2c, (uint16_t)w->segments);
	img_put_le16(h + 0x2e, SECTION);
	img_put_le16(h + 0x30, (uint16_t)(IMG_ELF_FIRST_PART + c->count));
	img_put_le16(h + 0x32, NAMES_INDEX);
	put(w, 0, h, sizeof(h));
}

static void put_fixed(struct writer *w, const struct img_elf_contents *c, uint64_t names_size)
{
	uint32_t symbols = (uint32_t)img_view_size(c->symbols);
	uint32_t type = symbols ? IMG_ELF_SYMTAB : 0;

	put_section(w, (const uint32_t[10]){ 0 });
	put_section(w, (const uint32_t[10]){ 1, IMG_ELF_STRTAB, 0, 0, (uint32_t)w->names,
					     (uint32_t)names_size });
	put_section(w, (const uint32_t[10]){ 11, IMG_ELF_STRTAB, 0, 0, (uint32_t)w->data_at,
					     IMG_ELF_STRINGS, 0, 0, 1 });
	put(w, w->data_at, img_view_data(c->strings), img_view_size(c->strings));
	w->data_at += IMG_ELF_STRINGS;
	put_section(w, (const uint32_t[10]){
		19, type, 0, 0, (uint32_t)w->data_at, symbols, symbols ? STRINGS_INDEX : 0,
		symbols / SYMBOL, 4, SYMBOL });
	put(w, w->data_at, img_view_data(c->symbols), symbols);
	w->data_at += symbols;
	put(w, w->names, fixed_names, sizeof(fixed_names));
	w->name_at = w->names + sizeof(fixed_names);
}

static void put_part(struct writer *w, const struct img_elf_part *p)
{
	put_section(w, (const uint32_t[10]){
		(uint32_t)(w->name_at - w->names), p->type, p->flags, p->address,
		(uint32_t)w->data_at, p->size, p->link, p->info, p->alignment, p->entry_size });
	put(w, w->name_at, p->name, strlen(p->name) + 1);
	w->name_at += strlen(p->name) + 1;
	put(w, w->data_at, img_view_data(p->data), img_view_size(p->data));
	w->data_at += img_view_size(p->data);
}

/* The segment that begins with part i; returns the index of the part behind it. */
static size_t put_segment(struct writer *w, const struct img_elf_contents *c, size_t i,
			  uint64_t at)
{
	const struct img_elf_part *first = &c->part[i], *before = NULL, *p;
	uint32_t in_file = 0, size = 0, flags = 0, n;
	uint8_t bytes[SEGMENT];

	for (; i < c->count; i++) {
		p = &c->part[i];
		if (!(p->flags & IMG_ELF_ALLOC))
			continue;
		if (before && !continues(before, p))
			break;
		in_file += (uint32_t)img_view_size(p->data);
		size += p->size;
		flags |= p->flags & IMG_ELF_EXECUTE ? READ | EXECUTE : 0;
		flags |= p->flags & IMG_ELF_WRITE ? WRITE : 0;
		before = p;
	}
	const uint32_t fields[8] = { IMG_ELF_LOAD, (uint32_t)at, first->address, first->address,
				     in_file, size, flags, first->alignment };
	for (n = 0; n < 8; n++)
		img_put_le32(bytes + 4 * n, fields[n]);
	put(w, w->segment_at, bytes, sizeof(bytes));
	w->segment_at += SEGMENT;
	return i;
}

static void put_segments(struct writer *w, const struct img_elf_contents *c, uint64_t data_at)
{
	size_t i = 0, next;

	while (i < c->count) {
		next = i + 1;
		if (c->part[i].flags & IMG_ELF_ALLOC)
			next = put_segment(w, c, i, data_at);
		for (; i < next; i++)
			data_at += img_view_size(c->part[i].data);
	}
}

enum img_status img_elf_write(const struct img_elf_contents *c, struct img **out,
			      struct img_error *err)
{
	uint64_t names_size = sizeof(fixed_names), data_size = IMG_ELF_STRINGS, parts_at;
	struct writer w = { .segments = count_segments(c), .err = err };
	struct img *img;
	size_t i;

	for (i = 0; i < c->count && i < IMG_ELF_PARTS_MAX; i++) {
		names_size += strlen(c->part[i].name) + 1;
		data_size += img_view_size(c->part[i].data);
	}
	data_size += img_view_size(c->symbols);
	w.section_at = HEADER;
	w.segment_at = HEADER + (IMG_ELF_FIRST_PART + c->count) * SECTION;
	w.names = w.segment_at + (uint64_t)w.segments * SEGMENT;
	w.data_at = (w.names + names_size + PAGE - 1) / PAGE * PAGE;
	if (c->count > IMG_ELF_PARTS_MAX || w.data_at + data_size > IMG_SIZE_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"an ELF file of %zu parts and 0x%llx bytes", c->count,
				(unsigned long long)data_size);
	w.status = img_new(w.data_at + data_size, 0, &img, err);
	if (w.status != IMG_OK)
		return w.status;
	w.out = img_span(img);
	put_header(&w, c);
	put_fixed(&w, c, names_size);
	parts_at = w.data_at;
	for (i = 0; i < c->count; i++)
		put_part(&w, &c->part[i]);
	put_segments(&w, c, parts_at);
	if (w.status == IMG_OK)
		*out = img;
	else
		img_close(img);
	return w.status;
}
