/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/rmodule.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/format/elf.h"

enum {
	MAGIC = 0xf8fe,
	VERSION = 1,
	HEADER_SIZE = 0x40,
	WEAK_WITHOUT_TYPE = 2 << 4 | 0,
};

/* What of the ELF file goes into the module. */
struct program {
	struct img_elf elf;
	struct img_elf_segment segment;		/* the one to load */
	struct img_elf_section symbols;
	struct img_view bytes;
	uint32_t *relocations;			/* addresses, owned */
	size_t count, room, seen;
};

static enum img_status find_segment(struct program *p, struct img_error *err)
{
	struct img_elf_segment s;
	unsigned found = 0;
	enum img_status st;
	uint32_t i;

	for (i = 0; i < p->elf.segment_count; i++) {
		st = img_elf_segment(&p->elf, i, &s, err);
		if (st != IMG_OK)
			return st;
		if (s.type != IMG_ELF_LOAD)
			continue;
		p->segment = s;
		found++;
	}
	if (found != 1)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the ELF file has %u segments to load; a module has one", found);
	return img_view_slice(p->elf.file_, p->segment.file_size ? p->segment.offset : 0,
			      p->segment.file_size, &p->bytes, err);
}

static enum img_status find_symbols(struct program *p, struct img_error *err)
{
	struct img_elf_section s;
	unsigned found = 0;
	enum img_status st;
	uint32_t i;

	for (i = 0; i < p->elf.section_count; i++) {
		st = img_elf_section(&p->elf, i, &s, err);
		if (st != IMG_OK)
			return st;
		if (s.type != IMG_ELF_SYMTAB)
			continue;
		p->symbols = s;
		found++;
	}
	if (found == 1)
		return IMG_OK;
	return img_fail(err, found ? IMG_E_UNSUPPORTED : IMG_E_ABSENT, IMG_NOWHERE,
			"the ELF file has %u tables of symbols; a module needs one", found);
}

/* *value stays 0 where there is no such symbol and it is optional. */
static enum img_status symbol_value(const struct program *p, const char *name, bool optional,
				    uint32_t *value, struct img_error *err)
{
	struct img_view wanted = img_view_of(name, strlen(name)), found;
	uint32_t i, count = img_elf_entries(&p->symbols);
	struct img_elf_symbol s;
	enum img_status st;

	*value = 0;
	for (i = 0; i < count; i++) {
		st = img_elf_symbol(&p->elf, &p->symbols, i, &s, err);
		if (st == IMG_OK && !s.name)
			continue;
		if (st == IMG_OK)
			st = img_elf_string(&p->elf, p->symbols.link, s.name, &found, err);
		if (st != IMG_OK)
			return st;
		if (img_view_equal(found, wanted)) {
			*value = s.value;
			return IMG_OK;
		}
	}
	if (optional)
		return IMG_OK;
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			"the ELF file has no symbol %s: it is not linked as a module", name);
}

/* Do these relocations change the program? Those of debugging sections, for one, do not. */
static enum img_status applies(const struct program *p, const struct img_elf_section *relocations,
			       bool *out, struct img_error *err)
{
	const struct img_elf_segment *segment = &p->segment;
	struct img_elf_section target;
	struct img_view name;
	enum img_status st;
	uint64_t at;

	*out = false;
	st = img_elf_section(&p->elf, relocations->info, &target, err);
	if (st == IMG_OK)
		st = img_elf_string(&p->elf, p->elf.names, target.name, &name, err);
	if (st != IMG_OK || target.type != IMG_ELF_PROGBITS ||
	    img_view_find(name, 0, img_view_of(".debug", 6), &at))
		return st;
	if (target.address < segment->address ||
	    (uint64_t)target.address + target.size >
	    (uint64_t)segment->address + segment->memory_size)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(p->elf.file_),
				"relocations of the ELF file apply to section %u, which is not "
				"loaded", relocations->info);
	*out = true;
	return IMG_OK;
}

/* An address in the program that changes with it: not one of a symbol that is fixed or missing. */
static enum img_status moves(const struct program *p, const struct img_elf_relocation *r, bool *out,
			     struct img_error *err)
{
	struct img_elf_symbol s;
	enum img_status st;

	if (r->type != IMG_ELF_386_32 && r->type != IMG_ELF_386_PC32)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(p->elf.file_),
				"a relocation of type %u for 0x%x; only address (1) and distance "
				"(2) can be in a module", r->type, r->address);
	st = img_elf_symbol(&p->elf, &p->symbols, r->symbol, &s, err);
	if (st == IMG_OK)
		*out = r->type == IMG_ELF_386_32 && s.section != IMG_ELF_UNDEFINED &&
		       s.section != IMG_ELF_ABSOLUTE && s.info != WEAK_WITHOUT_TYPE;
	return st;
}

/* The loader changes these words without looking where they are. */
static enum img_status check_address(const struct program *p, uint32_t address,
				     struct img_error *err)
{
	const struct img_elf_segment *s = &p->segment;

	if (address >= s->address && s->memory_size >= 4 &&
	    address - s->address <= s->memory_size - 4)
		return IMG_OK;
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(p->elf.file_),
			"a relocation of the ELF file is for 0x%x; the program has 0x%x bytes at "
			"0x%x", address, s->memory_size, s->address);
}

static enum img_status collect_section(struct program *p, const struct img_elf_section *section,
				       struct img_error *err)
{
	uint32_t i, count = img_elf_entries(section);
	struct img_elf_relocation r;
	enum img_status st;
	bool emit = false;

	/* Entries do not overlap, so there are at most as many as fit the file. */
	if (count > p->room - p->seen)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(p->elf.file_) + section->offset,
				"more relocations than the ELF file has room for");
	p->seen += count;
	for (i = 0; i < count; i++) {
		st = img_elf_relocation(&p->elf, section, i, &r, err);
		if (st == IMG_OK)
			st = moves(p, &r, &emit, err);
		if (st == IMG_OK && emit)
			st = check_address(p, r.address, err);
		if (st != IMG_OK)
			return st;
		if (emit)
			p->relocations[p->count++] = r.address;
	}
	return IMG_OK;
}

static int by_address(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static enum img_status collect(struct program *p, struct img_error *err)
{
	struct img_elf_section s;
	enum img_status st;
	bool wanted;
	uint32_t i;

	p->room = img_view_size(p->elf.file_) / 8 + 1;
	p->relocations = malloc(p->room * sizeof(*p->relocations));
	if (!p->relocations)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	for (i = 0; i < p->elf.section_count; i++) {
		st = img_elf_section(&p->elf, i, &s, err);
		if (st == IMG_OK && s.type != IMG_ELF_REL && s.type != IMG_ELF_RELA)
			continue;
		if (st == IMG_OK)
			st = applies(p, &s, &wanted, err);
		if (st == IMG_OK && wanted)
			st = collect_section(p, &s, err);
		if (st != IMG_OK)
			return st;
	}
	qsort(p->relocations, p->count, sizeof(*p->relocations), by_address);
	return IMG_OK;
}

static enum img_status make_header(const struct program *p, uint8_t out[HEADER_SIZE],
				   struct img_error *err)
{
	static const struct { const char *name; bool optional; } symbols[] = {
		{ "_rmodule_params", true }, { "_ermodule_params", true },
		{ "_bss", false }, { "_ebss", false },
	};
	uint32_t end = HEADER_SIZE + p->segment.file_size, value;
	enum img_status st;
	size_t i;

	memset(out, 0, HEADER_SIZE);
	img_put_le16(out, MAGIC);
	out[2] = VERSION;
	img_put_le32(out + 0x04, HEADER_SIZE);
	img_put_le32(out + 0x08, end);
	img_put_le32(out + 0x0c, end);
	img_put_le32(out + 0x10, end + 4 * (uint32_t)p->count);
	img_put_le32(out + 0x14, p->segment.address);
	img_put_le32(out + 0x18, p->segment.memory_size);
	img_put_le32(out + 0x1c, p->elf.entry);
	for (i = 0; i < sizeof(symbols) / sizeof(symbols[0]); i++) {
		st = symbol_value(p, symbols[i].name, symbols[i].optional, &value, err);
		if (st != IMG_OK)
			return st;
		img_put_le32(out + 0x20 + 4 * i, value);
	}
	return IMG_OK;
}

static enum img_status assemble(const struct program *p, struct img **out, struct img_error *err)
{
	uint64_t at = HEADER_SIZE + img_view_size(p->bytes);
	uint8_t header[HEADER_SIZE], word[4];
	struct img *module;
	enum img_status st;
	size_t i;

	st = make_header(p, header, err);
	if (st == IMG_OK)
		st = img_new(at + 4 * p->count, 0, &module, err);
	if (st != IMG_OK)
		return st;
	st = img_span_write(img_span(module), 0, img_view_of(header, sizeof(header)), err);
	if (st == IMG_OK)
		st = img_span_write(img_span(module), HEADER_SIZE, p->bytes, err);
	for (i = 0; st == IMG_OK && i < p->count; i++) {
		img_put_le32(word, p->relocations[i]);
		st = img_span_write(img_span(module), at + 4 * i, img_view_of(word, 4), err);
	}
	if (st == IMG_OK)
		*out = module;
	else
		img_close(module);
	return st;
}

enum img_status img_rmodule_from_elf(struct img_view elf, struct img **out, uint32_t *memory_size,
				     struct img_error *err)
{
	struct program p = { 0 };
	uint64_t stored, memory;
	enum img_status st;

	st = img_elf_decode(elf, &p.elf, err);
	if (st == IMG_OK)
		st = find_segment(&p, err);
	if (st == IMG_OK)
		st = find_symbols(&p, err);
	if (st == IMG_OK)
		st = collect(&p, err);
	stored = img_view_size(p.bytes) + 4 * (uint64_t)p.count;
	memory = p.segment.memory_size > stored ? p.segment.memory_size : stored;
	if (st == IMG_OK && memory > UINT32_MAX - HEADER_SIZE)
		st = img_fail(err, IMG_E_CORRUPT, img_view_origin(elf),
			      "the ELF file needs 0x%llx bytes of memory",
			      (unsigned long long)memory);
	if (st == IMG_OK)
		st = assemble(&p, out, err);
	if (st == IMG_OK)
		*memory_size = (uint32_t)memory + HEADER_SIZE;
	free(p.relocations);
	return st;
}
