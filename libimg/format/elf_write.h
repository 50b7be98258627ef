/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Writing an x86 executable of 32 bits out of parts that are already where they belong. The
 * byte map is in libimg/format/elf.h; the file is laid out as cbfstool lays it out:
 *
 *	ELF header; sections; segments; names of sections; zeros up to a multiple of 4096;
 *	.strtab (4096 bytes), .symtab, then the bytes of every part in order.
 *
 * Sections 0 to 3 are none, .shstrtab, .strtab and .symtab; the first part is section 4.
 * Parts that are loaded and follow each other in memory share a segment.
 */
#ifndef IMG_FORMAT_ELF_WRITE_H
#define IMG_FORMAT_ELF_WRITE_H

#include "libimg/core/image.h"
#include "libimg/format/elf.h"

enum {
	IMG_ELF_NOTE = 7,		/* types of sections */
	IMG_ELF_NOBITS = 8,

	IMG_ELF_WRITE = 1,		/* flags of sections */
	IMG_ELF_ALLOC = 2,
	IMG_ELF_EXECUTE = 4,

	IMG_ELF_STRINGS = 4096,		/* size of .strtab */
	IMG_ELF_SYMTAB_INDEX = 3,	/* of sections */
	IMG_ELF_FIRST_PART = 4,
	IMG_ELF_PARTS_MAX = 256,
};

struct img_elf_part {
	const char *name;		/* of its section */
	uint32_t type, flags;
	uint32_t address, size;		/* in memory */
	struct img_view data;		/* size bytes; empty for IMG_ELF_NOBITS */
	uint32_t link, info, alignment, entry_size;
};

struct img_elf_contents {
	uint32_t entry;
	struct img_view strings;	/* of .strtab, at most IMG_ELF_STRINGS bytes */
	struct img_view symbols;	/* .symtab as in the file; empty: none */
	const struct img_elf_part *part;
	size_t count;
};

/*
 * *out is owned by the caller. IMG_E_UNSUPPORTED: over IMG_ELF_PARTS_MAX parts, or a file over
 * IMG_SIZE_MAX.
 */
enum img_status img_elf_write(const struct img_elf_contents *contents, struct img **out,
			      struct img_error *err) IMG_CHECKED;

#endif
