/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Relocatable module of coreboot: a program that its loader may put anywhere. Little
 * endian here (x86), numbers hexadecimal, offsets from the start of the module:
 *
 *	   0   2  f8fe         2   1  version 1         3   1  0
 *	   4   4  program: offset (40)                  8   4  end of the program
 *	   c   4  relocations: offset (end of program) 10   4  end of the relocations
 *	  14   4  address the program is linked for    18   4  its size in memory
 *	  1c   4  entry point, an address
 *	  20   4  _rmodule_params                      24   4  _ermodule_params (0 where missing)
 *	  28   4  _bss                                 2c   4  _ebss
 *	  30  16  0
 *	  40      program, then for each word in it that holds an address the u32 address of
 *	          that word, in ascending order
 *
 * Sources: coreboot's commonlib/rmodule-defs.h; contents as rmodtool of 2025 makes them.
 */
#ifndef IMG_FORMAT_RMODULE_H
#define IMG_FORMAT_RMODULE_H

#include "libimg/core/image.h"

/*
 * Makes a module of an x86 executable of 32 bits that was linked with its relocations
 * kept, byte for byte what "rmodtool" and then "cbfstool add-stage" store. *out is owned by
 * the caller. *memory_size is what the module needs in memory, header included: the
 * stage header in the CBFS says so; load address and entry are 0 there.
 *
 * IMG_E_ABSENT: no ELF, or not linked for this: no symbols, no _bss or _ebss.
 * IMG_E_UNSUPPORTED: another machine, not exactly one segment to load, or a relocation other
 * than address and distance.
 * IMG_E_BOUNDS, IMG_E_CORRUPT: tables that leave the file or contradict each other, and relocations
 * outside the program, which a loader would carry out.
 */
enum img_status img_rmodule_from_elf(struct img_view elf, struct img **out, uint32_t *memory_size,
				     struct img_error *err) IMG_CHECKED;

/* Does a module begin here? */
bool img_rmodule_begins(struct img_view bytes);

/*
 * The way back, byte for byte what "cbfstool extract" makes of a module: its program, space set
 * aside behind it, the symbols above and the relocations of the section .program.
 * *out is owned by the caller. IMG_E_ABSENT: no module. IMG_E_CORRUPT: program or relocations
 * leave the module, a relocation is outside of the program, or the program needs less memory than
 * it has bytes.
 */
enum img_status img_rmodule_to_elf(struct img_view module, struct img **out,
				   struct img_error *err) IMG_CHECKED;

#endif
