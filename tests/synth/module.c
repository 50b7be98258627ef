/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/synth/module.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "tests/synth/synth.h"

enum {
	PROGRAM_AT = 0x1000,		/* in the file */
	LINKED_AT = 0x00100000,
	RELOCATIONS = 600,
	SECTIONS = 7,
	HEADER = 0x34, SEGMENT = 0x20, SECTION = 0x28, SYMBOL = 0x10,
};

static const char section_names[] = "\0.shstrtab\0.strtab\0.symtab\0.program\0.empty\0.rel.program";
static const char symbol_names[] = "\0_rmodule_params\0_ermodule_params\0_bss\0_ebss\0absolute"
				   "\0weak";

/* Behind the program, in memory only: sometimes less than the relocations need. */
static uint32_t bss_of(uint32_t size)
{
	return size % 0x3000 + 0x100;
}

static uint32_t offset_of(const char *names, size_t size, const char *name)
{
	size_t length = strlen(name) + 1, i;

	for (i = 0; i + length <= size; i++)
		if (!memcmp(names + i, name, length))
			return (uint32_t)i;
	return 0;
}

static void put_words(uint8_t *out, const uint32_t *words, size_t count)
{
	size_t i;

	for (i = 0; i < count; i++)
		img_put_le32(out + 4 * i, words[i]);
}

static void put_section(uint8_t *elf, unsigned index, const char *name, const uint32_t rest[9])
{
	uint8_t *s = elf + HEADER + SEGMENT + SECTION * index;

	img_put_le32(s, offset_of(section_names, sizeof(section_names), name));
	put_words(s + 4, rest, 9);
}

static void put_symbol(uint8_t *s, const char *name, uint32_t value, uint8_t info, uint16_t section)
{
	img_put_le32(s, name ? offset_of(symbol_names, sizeof(symbol_names), name) : 0);
	img_put_le32(s + 4, value);
	img_put_le32(s + 8, 0);
	s[12] = info;
	s[13] = 0;
	img_put_le16(s + 14, section);
}

static void put_headers(uint8_t *elf, uint32_t size)
{
	static const uint8_t ident[16] = { 0x7f, 'E', 'L', 'F', 1, 1, 1 };
	const uint32_t segment[8] = { 1, PROGRAM_AT, LINKED_AT, LINKED_AT, size,
				      size + bss_of(size), 7, 16 };

	memcpy(elf, ident, sizeof(ident));
	img_put_le16(elf + 0x10, 2);
	img_put_le16(elf + 0x12, 3);
	img_put_le32(elf + 0x14, 1);
	img_put_le32(elf + 0x18, LINKED_AT + 0x40);
	img_put_le32(elf + 0x1c, HEADER);
	img_put_le32(elf + 0x20, HEADER + SEGMENT);
	img_put_le16(elf + 0x28, HEADER);
	img_put_le16(elf + 0x2a, SEGMENT);
	img_put_le16(elf + 0x2c, 1);
	img_put_le16(elf + 0x2e, SECTION);
	img_put_le16(elf + 0x30, SECTIONS);
	img_put_le16(elf + 0x32, 1);
	put_words(elf + HEADER, segment, 8);
}

static void put_symbols(uint8_t *s, uint32_t size)
{
	uint32_t end = LINKED_AT + size;

	put_symbol(s, NULL, 0, 0, 0);
	put_symbol(s + SYMBOL, NULL, LINKED_AT, 3, 4);		/* the section itself */
	put_symbol(s + 2 * SYMBOL, "_rmodule_params", LINKED_AT + 0x100, 0x10, 4);
	put_symbol(s + 3 * SYMBOL, "_ermodule_params", LINKED_AT + 0x180, 0x10, 4);
	put_symbol(s + 4 * SYMBOL, "_bss", end, 0x10, 4);
	put_symbol(s + 5 * SYMBOL, "_ebss", end + bss_of(size), 0x10, 4);
	put_symbol(s + 6 * SYMBOL, "absolute", 0x1234, 0x10, 0xfff1);
	put_symbol(s + 7 * SYMBOL, "weak", LINKED_AT, 0x20, 4);
}

static void put_relocations(uint8_t *r, uint32_t size)
{
	uint32_t i, symbol;

	for (i = 0; i < RELOCATIONS; i++, r += 8) {
		symbol = i % 7 == 3 ? 6 : i % 11 == 5 ? 7 : i % 13 == 6 ? 0 : 1 + i % 2;
		img_put_le32(r, LINKED_AT + (i * 7919u) % (size - 4));
		img_put_le32(r + 4, symbol << 8 | (i % 5 == 4 ? 2 : 1));
	}
}

enum img_status synth_module(const char *seed, size_t size, struct img **out,
			     struct img_error *err)
{
	uint32_t n = (uint32_t)size, names_at = 0x200, strings_at = 0x300, symbols_at = 0x400;
	uint32_t relocations_at = PROGRAM_AT + (n + 15) / 16 * 16, end = LINKED_AT + n;
	size_t total = relocations_at + 8 * RELOCATIONS;
	uint8_t *elf = calloc(1, total);
	enum img_status st;

	if (!elf)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	put_headers(elf, n);
	put_section(elf, 1, ".shstrtab", (uint32_t[9]){ 3, 0, 0, names_at, sizeof(section_names) });
	put_section(elf, 2, ".strtab", (uint32_t[9]){ 3, 0, 0, strings_at, sizeof(symbol_names) });
	put_section(elf, 3, ".symtab", (uint32_t[9]){ 2, 0, 0, symbols_at, 8 * SYMBOL, 2, 2, 4,
						       SYMBOL });
	put_section(elf, 4, ".program", (uint32_t[9]){ 1, 7, LINKED_AT, PROGRAM_AT, n, 0, 0, 16 });
	put_section(elf, 5, ".empty", (uint32_t[9]){ 8, 3, end, relocations_at, bss_of(n), 0, 0,
						      16 });
	put_section(elf, 6, ".rel.program", (uint32_t[9]){ 9, 0, 0, relocations_at, 8 * RELOCATIONS,
							    3, 4, 4, 8 });
	memcpy(elf + names_at, section_names, sizeof(section_names));
	memcpy(elf + strings_at, symbol_names, sizeof(symbol_names));
	put_symbols(elf + symbols_at, n);
	synth_bytes(seed, elf + PROGRAM_AT, size);
	put_relocations(elf + relocations_at, n);
	st = img_copy(img_view_of(elf, total), out, err);
	free(elf);
	return st;
}
