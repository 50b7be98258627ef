/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Serial Flash Discoverable Parameters, JEDEC JESD216 (first edition to F). A space of
 * bytes of its own, read by 5A; words are little-endian:
 *
 *	00  "SFDP", minor, major (1), number of parameter headers - 1, FF or access protocol
 *	08  parameter headers, 8 bytes each:
 *		0 id low   1 minor   2 major (1)   3 length in words   4 pointer (24 bits)
 *		7 id high (FF for tables of JEDEC)
 *
 * Basic table, id FF00, 4, 9, 16, 20 or 23 words by edition:
 *	word 1   bits 0-1 = 1: 4K erase by the opcode in bits 8-15; bit 2 = 0: programs single
 *	         bytes only; bits 17-18 address bytes: 0 three, 1 three or four, 2 four
 *	word 2   size: bit 31 clear: bits - 1, set: 2^n bits
 *	word 8,9 four erase types: size 2^n (0: none), opcode
 *	word 10  bits 0-3: longest time = 2 * (n + 1) * usual; then for each type 5 bits count - 1
 *	         and 2 bits unit (1, 16, 128, 1000 ms)
 *	word 11  bits 0-3: likewise for programs; 4-7 page size 2^n; 8-12 count - 1, 13 unit
 *	         (8, 64 us) of a page
 *	word 15  bits 20-22: where quad enable is (0 none, 2 SR1.6, 6 SR2.1 by 31; 1, 4, 5 SR2.1
 *	         by 01 with two bytes; 3 SR2.7)
 *	word 16  bits 14, 15: E9, 06+E9 leave 4-byte mode; bits 24, 25: B7, 06+B7 enter it;
 *	         26: extended address register C5; 30: always in 4-byte mode
 * 4-byte instruction table, id FF84, 2 words:
 *	word 1   bits 0: 13, 1: 0C, 6: 12, 9-12: erase types 1-4 exist with 4-byte addresses
 *	word 2   their opcodes, a byte each
 */
#ifndef PROGRAMMER_CHIP_SFDP_H
#define PROGRAMMER_CHIP_SFDP_H

#include "libimg/core/view.h"
#include "tools/programmer/chip/geometry.h"

#define SFDP_HEADER ((size_t)8)
#define SFDP_TABLES_MAX 256
#define SFDP_ERASES 4

enum { SFDP_BASIC = 0xff00, SFDP_4BYTE = 0xff84 };

enum sfdp_address { SFDP_ADDRESS_3, SFDP_ADDRESS_3_OR_4, SFDP_ADDRESS_4 };

struct sfdp_table {
	uint32_t at;		/* in the SFDP space */
	size_t size;		/* bytes */
};

struct sfdp {
	uint64_t size;		/* bytes of the chip, a power of two from 64 KiB to 128 MiB */
	uint32_t page;		/* bytes; 0: not told. 1: single bytes */
	uint32_t page_typical_us, page_max_us;	/* 0: not told */
	/* Types whose opcode is an erase on every chip that has it. 0 typical_us: not told */
	size_t erase_count;
	struct chip_erase_kind erase[SFDP_ERASES];
	uint8_t erase_4[SFDP_ERASES];	/* the same with a 4-byte address; 0: none */
	enum sfdp_address address;
	int quad_enable;	/* word 15; -1: not told */
	bool modes_told;	/* there is a word 16: */
	bool enter_b7, enter_06_b7, ear_c5, always_4byte;
	bool read_13, fast_read_0c, program_12;
};

/*
 * How many parameter headers follow the first SFDP_HEADER bytes. IMG_E_ABSENT: no "SFDP".
 * IMG_E_UNSUPPORTED: another major revision. IMG_E_BOUNDS: head is shorter.
 */
enum img_status sfdp_count(struct img_view head, size_t *count, struct img_error *err) IMG_CHECKED;

/*
 * The newest table with this id of the headers (all of them, without the first
 * SFDP_HEADER bytes). IMG_E_ABSENT: there is none. IMG_E_CORRUPT: it is empty, or its
 * pointer is into the headers or beyond 24 bits.
 */
enum img_status sfdp_find(struct img_view headers, unsigned id, struct sfdp_table *out,
			  struct img_error *err) IMG_CHECKED;

/*
 * The basic table. *out is written only on IMG_OK. IMG_E_BOUNDS: shorter than 4 words.
 * IMG_E_UNSUPPORTED: a size that is not from 64 KiB to 128 MiB. IMG_E_CORRUPT: the size is
 * no power of two, an erase is larger than the chip, or one opcode has two sizes.
 */
enum img_status sfdp_decode_basic(struct img_view table, struct sfdp *out,
				  struct img_error *err) IMG_CHECKED;

/* Adds the 4-byte instruction table to *sfdp. IMG_E_BOUNDS: shorter than 2 words. */
enum img_status sfdp_decode_4byte(struct img_view table, struct sfdp *sfdp,
				  struct img_error *err) IMG_CHECKED;

#endif
