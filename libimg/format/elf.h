/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * ELF, as far as a relocatable module of firmware needs it: 32 bits, little endian, x86.
 * Numbers in the maps are hexadecimal.
 *
 *	   0   4  7f "ELF"; then 1 (32 bits), 1 (little endian), 1
 *	  10   2  kind: 2 executable         12   2  machine: 3 x86
 *	  18   4  entry point                1c   4  offset of the segments
 *	  20   4  offset of the sections     2a   2  size of a segment's entry
 *	  2c   2  number of segments         2e   2  size of a section's entry
 *	  30   2  number of sections         32   2  section with the names of sections
 *
 * Segment: u32 type (1: to load), offset, address, physical address, size in the file, in memory,
 * flags (1: executable).
 * Section: u32 name, type, flags, address, offset, size, link, info, alignment, entry size.
 * Symbol: u32 name, value, size; u8 info, u8 other, u16 section.
 * Relocation: u32 address, u32 info: type in bits 7:0, symbol above; u32 addend in type RELA.
 *
 * Source: System V ABI, chapter "Object files", and its Intel386 supplement.
 */
#ifndef IMG_FORMAT_ELF_H
#define IMG_FORMAT_ELF_H

#include "libimg/core/view.h"

enum {
	IMG_ELF_LOAD = 1,		/* type of a segment */
	IMG_ELF_EXECUTABLE = 1,		/* flag of a segment */

	IMG_ELF_PROGBITS = 1,		/* types of sections */
	IMG_ELF_SYMTAB = 2,
	IMG_ELF_STRTAB = 3,
	IMG_ELF_RELA = 4,
	IMG_ELF_REL = 9,

	IMG_ELF_UNDEFINED = 0,		/* section of a symbol: nowhere, or no address */
	IMG_ELF_ABSOLUTE = 0xfff1,

	IMG_ELF_386_32 = 1,		/* type of a relocation: address */
	IMG_ELF_386_PC32 = 2,		/* distance */
};

struct img_elf {
	struct img_view file_;
	uint32_t entry;
	uint32_t segment_count, section_count;
	uint32_t names;			/* section with the names of sections */
	uint32_t segments_at_, segment_size_, sections_at_, section_size_;
};

struct img_elf_segment {
	uint32_t type, offset, address, physical, file_size, memory_size, flags;
};

struct img_elf_section {
	uint32_t name, type, flags, address, offset, size, link, info, alignment, entry_size;
};

struct img_elf_symbol {
	uint32_t name, value;
	uint8_t info;			/* binding in bits 7:4, type in 3:0 */
	uint16_t section;
};

struct img_elf_relocation {
	uint32_t address, symbol;
	uint8_t type;
};

/* Does it begin as an ELF file of any kind does? */
bool img_elf_begins(struct img_view file);

/*
 * IMG_E_ABSENT: no ELF. IMG_E_UNSUPPORTED: not an x86 executable of 32 bits, or the rows of its
 * tables are not as long as they have to be. IMG_E_BOUNDS: a table leaves the file. The view must
 * stay valid as long as *out is used.
 */
enum img_status img_elf_decode(struct img_view file, struct img_elf *out, struct img_error *err)
	IMG_CHECKED;

/*
 * IMG_E_BOUNDS: index is not below the count, or the segment's bytes leave the file. Of one without
 * bytes in the file the offset may be anything.
 */
enum img_status img_elf_segment(const struct img_elf *elf, uint32_t index,
				struct img_elf_segment *out, struct img_error *err) IMG_CHECKED;
enum img_status img_elf_section(const struct img_elf *elf, uint32_t index,
				struct img_elf_section *out, struct img_error *err) IMG_CHECKED;

/* IMG_E_BOUNDS: the bytes leave the file. Not for sections without bytes in the file. */
enum img_status img_elf_contents(const struct img_elf *elf, const struct img_elf_section *section,
				 struct img_view *out, struct img_error *err) IMG_CHECKED;

/* How many entries a section of symbols or relocations has; 0 where they have no size. */
uint32_t img_elf_entries(const struct img_elf_section *section);

/* IMG_E_BOUNDS: there is no such entry. */
enum img_status img_elf_symbol(const struct img_elf *elf, const struct img_elf_section *section,
			       uint32_t index, struct img_elf_symbol *out, struct img_error *err)
	IMG_CHECKED;
enum img_status img_elf_relocation(const struct img_elf *elf,
				   const struct img_elf_section *section, uint32_t index,
				   struct img_elf_relocation *out, struct img_error *err)
	IMG_CHECKED;

/*
 * A name out of a string section, without its NUL; borrowed. IMG_E_BOUNDS: it has no end within
 * 1024 bytes.
 */
enum img_status img_elf_string(const struct img_elf *elf, uint32_t section, uint32_t at,
			       struct img_view *out, struct img_error *err) IMG_CHECKED;

#endif
