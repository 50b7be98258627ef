/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * FIT: the table in which an Intel processor finds microcode before its first instruction.
 * Little endian. The image ends at 4 GiB, and of larger ones the top 16 MiB are mapped; at 0x40
 * before its end stands the address of the table, u64 with 0 as upper half. With top swap
 * the second boot block has another pointer, as far from the end as the block is large.
 *
 *	 0   8  "_FIT_   " in the first entry; else the address of what the entry is about
 *	 8   3  size in units of 16 bytes; of the first entry: number of entries with itself
 *	11   1  0
 *	12   2  version, 0x0100
 *	14   1  type, bits 6:0; bit 7 of the first: the checksum counts
 *	15   1  of the first entry: makes the sum of the bytes of the table 0
 *
 * Entries are in the order of their types: 0 the first one, 1 microcode, 2 startup ACM, 7 BIOS
 * module, 8 TPM policy, 9 BIOS policy, 0xa TXT policy, 0xb key manifest, 0xc boot policy
 * manifest, 0x10 CSE secure boot, 0x7f passed over.
 *
 * A microcode update, several of which may follow one another in a file:
 *
 *	 0   4  version of the header, 1
 *	12   4  signature of the processor
 *	20   4  version of the loader, 1
 *	28   4  size of the data, 0: 2000 bytes
 *	32   4  size of the update, 0: 2048 bytes; its words of 32 bits add up to 0
 *
 * Sources: Intel's Firmware Interface Table BIOS specification and Software Developer's Manual,
 * volume 3, chapter on microcode updates; entries as coreboot's ifittool writes them.
 */
#ifndef IMG_FORMAT_FIT_H
#define IMG_FORMAT_FIT_H

#include "libimg/core/range.h"
#include "libimg/core/view.h"

#define IMG_FIT_ENTRY 16		/* bytes */
#define IMG_FIT_POINTER 0x40		/* before the end of a boot block */
#define IMG_FIT_ENTRIES_MAX 128		/* tables of coreboot have room for 10 or so */

enum img_fit_type {
	IMG_FIT_HEADER = 0,
	IMG_FIT_MICROCODE = 1,
	IMG_FIT_UNUSED = 0x7f,
};

struct img_fit_entry {
	uint64_t address;
	uint32_t size;			/* bytes; of microcode usually 0 */
	uint16_t version;
	uint8_t type;
	uint8_t checksum;		/* with bit 7 of type, of what it is about */
	bool checked;			/* that bit */
};

struct img_fit {
	uint64_t at;			/* of the table in the image */
	uint64_t swap;			/* size of the boot block it belongs to; 0: the first one */
	bool checked;			/* the table has a checksum, */
	bool sum_ok;			/* and it is right; true without one */
	bool sorted;
	size_t count;			/* of entries, without the first */
	struct img_fit_entry entry[IMG_FIT_ENTRIES_MAX];
};

/*
 * The table of the first boot block (swap 0), or of the one swap bytes below it. image is the
 * whole image. *out is written only on IMG_OK.
 * IMG_E_ABSENT: the pointer leads to no table. IMG_E_BOUNDS: the table leaves the image.
 * IMG_E_UNSUPPORTED: over IMG_FIT_ENTRIES_MAX entries. IMG_E_CORRUPT: it has no entries at all.
 */
enum img_status img_fit_decode(struct img_view image, uint64_t swap, struct img_fit *out,
			       struct img_error *err) IMG_CHECKED;

/* Sizes of boot blocks for top swap are 64 KiB << n, n below this. */
#define IMG_FIT_SWAPS 8

/*
 * Puts the entries in order and writes them, with checksum where there was one, at fit->at.
 * IMG_E_BOUNDS: the table leaves the image, nothing is written.
 */
enum img_status img_fit_store(struct img_span image, struct img_fit *fit, struct img_error *err)
	IMG_CHECKED;

/* Where in the image an address is; false: nowhere. */
bool img_fit_offset(uint64_t image_size, uint64_t address, uint64_t *offset);

/* The size of the microcode update that begins at the start of v; 0: none does. */
uint64_t img_fit_microcode(struct img_view v);

/* "microcode", "startup ACM", ...; NULL: no name is known. */
const char *img_fit_type_name(uint8_t type);

#endif
