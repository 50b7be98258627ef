/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/core/reader.h"
#include "libimg/format/elf_write.h"
#include "libimg/format/rmodule.h"

enum {
	MAGIC = 0xf8fe,
	VERSION = 1,
	SYMBOL = 16,
	SYMBOLS_MAX = 6,
	RELOCATION = 8,
	GLOBAL = 1 << 4,	/* binding and type of a symbol */
	LOCAL_SECTION = 0 << 4 | 3,
};

struct module {
	uint32_t program_at, program_end, relocations_at, relocations_end;
	uint32_t address, memory_size, entry;
	uint32_t named[4];	/* _rmodule_params, _ermodule_params, _bss, _ebss */
	struct img_view program, relocations;
};

bool img_rmodule_begins(struct img_view bytes)
{
	struct img_reader r = img_reader_of(bytes, NULL);
	uint16_t magic = img_read_le16(&r);

	return magic == MAGIC && img_read_u8(&r) == VERSION;
}

static enum img_status read_module(struct img_view bytes, struct module *m, struct img_error *err)
{
	struct img_reader r = img_reader_of(bytes, err);
	unsigned i;

	if (!img_rmodule_begins(bytes))
		return img_fail(err, IMG_E_ABSENT, img_view_origin(bytes), "no module");
	img_read_skip(&r, 4);
	m->program_at = img_read_le32(&r);
	m->program_end = img_read_le32(&r);
	m->relocations_at = img_read_le32(&r);
	m->relocations_end = img_read_le32(&r);
	m->address = img_read_le32(&r);
	m->memory_size = img_read_le32(&r);
	m->entry = img_read_le32(&r);
	for (i = 0; i < 4; i++)
		m->named[i] = img_read_le32(&r);
	if (img_read_status(&r) != IMG_OK || m->program_end < m->program_at ||
	    m->relocations_end < m->relocations_at ||
	    img_view_slice(bytes, m->program_at, m->program_end - m->program_at, &m->program,
			   NULL) != IMG_OK ||
	    img_view_slice(bytes, m->relocations_at, m->relocations_end - m->relocations_at,
			   &m->relocations, NULL) != IMG_OK)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(bytes),
				"the parts of the module are not all in it");
	if (m->memory_size < img_view_size(m->program) ||
	    (uint64_t)m->address + m->memory_size > (uint64_t)1 << 32)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(bytes),
				"a module of 0x%zx bytes that wants 0x%x bytes of memory at 0x%x",
				img_view_size(m->program), m->memory_size, m->address);
	return IMG_OK;
}

struct symbols {
	char strings[128];
	uint8_t table[SYMBOLS_MAX * SYMBOL];	/* the first one is empty */
	size_t strings_size, count;
};

static void add_symbol(struct symbols *s, const char *name, uint32_t value, uint8_t info)
{
	uint8_t *to = s->table + s->count++ * SYMBOL;

	img_put_le32(to, (uint32_t)s->strings_size);
	img_put_le32(to + 4, value);
	to[12] = info;
	img_put_le16(to + 14, IMG_ELF_FIRST_PART);
	memcpy(s->strings + s->strings_size, name, strlen(name) + 1);
	s->strings_size += strlen(name) + 1;
}

static void name_symbols(const struct module *m, uint32_t section, struct symbols *s)
{
	s->strings_size = s->count = 1;
	add_symbol(s, ".program", section, LOCAL_SECTION);
	if (m->named[0] != m->named[1]) {
		add_symbol(s, "_rmodule_params", m->named[0], GLOBAL);
		add_symbol(s, "_ermodule_params", m->named[1], GLOBAL);
	}
	add_symbol(s, "_bss", m->named[2], GLOBAL);
	add_symbol(s, "_ebss", m->named[3], GLOBAL);
}

/* *out is NULL where there are none. A loader would carry out those outside of the program, too. */
static enum img_status make_relocations(const struct module *m, struct img **out,
					struct img_view *used, struct img_error *err)
{
	struct img_reader r = img_reader_of(m->relocations, err);
	uint64_t left = img_view_size(m->relocations) / 4, at = 0;
	uint32_t size = (uint32_t)img_view_size(m->program), address;
	uint8_t bytes[RELOCATION];
	enum img_status st;

	if (!left)
		return IMG_OK;
	st = img_new(left * RELOCATION, 0, out, err);
	for (; st == IMG_OK && left; left--) {
		address = img_read_le32(&r);
		if (address < m->address || size < 4 || address - m->address > size - 4)
			return img_fail(err, IMG_E_CORRUPT, img_view_origin(m->relocations),
					"a relocation at 0x%x, which is not in the program of 0x%x "
					"bytes for 0x%x", address, size, m->address);
		img_put_le32(bytes, address);
		img_put_le32(bytes + 4, 1 << 8 | IMG_ELF_386_32);
		st = img_span_write(img_span(*out), at, img_view_of(bytes, sizeof(bytes)), err);
		at += RELOCATION;
	}
	return st == IMG_OK ? img_view_slice(img_bytes(*out), 0, at, used, err) : st;
}

enum img_status img_rmodule_to_elf(struct img_view bytes, struct img **out, struct img_error *err)
{
	struct img_elf_part part[3] = { 0 };
	struct img_elf_contents c = { .part = part };
	struct img_view moved = img_view_of("", 0);
	struct img *relocations = NULL;
	struct symbols symbols = { 0 };
	struct module m = { 0 };
	uint32_t size, section;
	enum img_status st;

	st = read_module(bytes, &m, err);
	if (st == IMG_OK)
		st = make_relocations(&m, &relocations, &moved, err);
	size = (uint32_t)img_view_size(m.program);
	section = m.address;
	part[c.count++] = (struct img_elf_part){
		.name = ".program", .type = IMG_ELF_PROGBITS, .address = m.address, .size = size,
		.flags = IMG_ELF_WRITE | IMG_ELF_ALLOC | IMG_ELF_EXECUTE, .data = m.program };
	if (size != m.memory_size) {
		/* What cbfstool gives as the value of the section's symbol. */
		section = m.address + size;
		part[c.count++] = (struct img_elf_part){
			.name = ".empty", .type = IMG_ELF_NOBITS, .address = section,
			.size = m.memory_size - size, .flags = IMG_ELF_WRITE | IMG_ELF_ALLOC };
	}
	if (img_view_size(moved))
		part[c.count++] = (struct img_elf_part){
			.name = ".rel.program", .type = IMG_ELF_REL, .data = moved,
			.size = (uint32_t)img_view_size(moved), .link = IMG_ELF_SYMTAB_INDEX,
			.info = IMG_ELF_FIRST_PART, .alignment = 4, .entry_size = RELOCATION };
	name_symbols(&m, section, &symbols);
	c.entry = m.entry;
	c.strings = img_view_of(symbols.strings, symbols.strings_size);
	c.symbols = img_view_of(symbols.table, symbols.count * SYMBOL);
	if (st == IMG_OK)
		st = img_elf_write(&c, out, err);
	img_close(relocations);
	return st;
}
