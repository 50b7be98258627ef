/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The region of Intel's management engine: ME 2 to 11, TXE and SPS up to 4, which begin with a
 * table of partitions, and CSME 12 and later, which begin with a table of the layout. Little
 * endian. Offsets count from the start of the region where nothing else is said.
 *
 * Table of partitions, at 0x10 behind 16 bytes of code for the ROM, or at 0 (T):
 *	T+0x00	"$FPT"		T+0x04	u32 number of entries
 *	T+0x08	u8 version, 0x20 or 0x21	T+0x09	u8 entry version, 0x10
 *	T+0x0a	u8 header length		T+0x0b	u8 checksum (version 0x20)
 *	T+0x14	u32 flags, bit 0: EFFS present (version 0x20); CRC-32 of header and entries,
 *		itself taken as 0 (version 0x21)
 *	T+0x20	entries of 32 bytes: char name[4] (may be no text), u32 owner, u32 offset,
 *		u32 length, 12 bytes, u32 flags (6:0 type: 0 code, 1 data, 2 NVRAM that has no
 *		data here, 3 and 4 other data)
 *	With version 0x20 the sum of the region's first 0x30 bytes is 0 modulo 256 (generations 1
 *	and 2), or that of the header's 0x20 bytes (generation 3, and with T = 0).
 *	Offset 0 or 0xffffffff, or length 0: no data. The last length of ME 6 may be 0xffffffff: to
 *	the end of the region. FTPR (CODE in generation 1) is the partition that starts the ME.
 *
 * Layout table (CSME 12 and later), behind 16 bytes 0xff:
 *	1.6	0x10	pairs of u32 offset and size: data, BP1, BP2, BP3, ...
 *	1.7	0x10	u16 size (0x48, or 0x40 without FLOG), u16 redundancy, u32 CRC-32 of so
 *		many bytes, itself taken as 0
 *		0x18	the pairs: data, BP1 to BP5, temporary, FLOG
 *	data begins with a table of partitions, whose offsets count from there; FTPR is not in it.
 *	A boot partition begins with a BPDT, whose offsets count from the partition's start:
 *	+0x00 u32 0x55aa	+0x04 u16 number of entries	+0x06 u8 version, 1 or 2
 *	+0x08 in version 2: u32 CRC-32 of +0x04 to the end of the entries, itself taken as 0
 *	+0x18 entries of 12 bytes: u32 type (2: FTPR, 5: another BPDT), u32 offset, u32 size
 *
 * Directory of a partition (generation 3 and later), at its start:
 *	+0x00	"$CPD"	+0x04 u32 number of entries	+0x08 u8 version, 1 or 2
 *	+0x0a	u8 header length	+0x0c char name[4]; then, in version 2, u32 CRC-32 of header
 *		and entries, itself taken as 0
 *	entries of 24 bytes behind the header: char name[12], u32 offset in the partition (24:0; bit
 *	25: Huffman), u32 length, 4 bytes. NAME.man is the manifest.
 *
 * Manifest, at the start of FTPR or where its directory says:
 *	+0x04	u32 header length / 4	+0x18	u32 manifest length / 4
 *	+0x1c	"$MN2" ("$MAN" in generation 1)	+0x20	u32 number of modules
 *	+0x24	u16 major, minor, hotfix, build of the version
 *	+0x78	u32 modulus length / 4 (M = 0x100, or 0x180 from CSME 15 on)
 *	+0x80	RSA modulus, u32 exponent, signature of M bytes, all little endian
 *	The signature is of the first 0x80 bytes and all from header length to manifest length. That
 *	covers hashes of the modules, not the modules themselves (libimg/format/me_hash.h).
 *
 * Sources: me_cleaner 1.2, coreboot's cse_fpt and bpdt_1_7, compared on ME 7 and 8, SPS 4 and
 * CSME 16.
 */
#ifndef IMG_FORMAT_ME_H
#define IMG_FORMAT_ME_H

#include "libimg/core/range.h"
#include "libimg/core/view.h"

#define IMG_ME_PARTITIONS_MAX 128	/* real tables have 10 to 30 */
#define IMG_ME_NAME 5			/* four letters and a NUL */

enum img_me_generation {
	IMG_ME_GEN_1 = 1,	/* ME 2 to 5 */
	IMG_ME_GEN_2,		/* ME 6 to 10, TXE 1 and 2, SPS 1 to 3 */
	IMG_ME_GEN_3,		/* ME 11, TXE 3, SPS 4 */
	IMG_ME_IFWI,		/* CSME 12 and later */
};

enum img_me_family {
	IMG_ME_FAMILY_ME,	/* also CSME */
	IMG_ME_FAMILY_TXE,
	IMG_ME_FAMILY_SPS,
};

struct img_me_partition {
	uint8_t tag[4];			/* the name as it stands */
	char name[IMG_ME_NAME];		/* the same as text; "????" where it is none */
	uint64_t at;			/* of its entry in a table */
	uint32_t offset, length;	/* as they stand in the entry */
	uint32_t flags;			/* of $FPT; 0 in a BPDT */
	struct img_range range;		/* in the region; size 0: no data here */
	bool is_cut;			/* the range ends behind the end of the region */
};

struct img_me_manifest {
	uint64_t at;
	uint64_t header_size, size;	/* bytes; the signed part is 0x80 and what is between */
	uint64_t modulus_size;		/* bytes */
	uint32_t modules;
	uint16_t version[4];		/* major, minor, hotfix, build */
};

struct img_me {
	enum img_me_generation generation;
	uint64_t table_at;		/* $FPT; IMG_NOWHERE: CSME without a data partition */
	unsigned table_version;		/* 0x20, 0x21 */
	bool checksum_ok;		/* of the table */
	bool layout_ok;			/* CRC of the layout table; true where it has none */
	uint64_t wrong_at;		/* CSME: the first BPDT or directory with a wrong CRC, or
					 * IMG_NOWHERE */
	bool has_effs_flag;

	size_t partition_count;
	struct img_me_partition partition[IMG_ME_PARTITIONS_MAX];
	size_t boot;			/* the partition with the manifest: FTPR or CODE */
	struct img_me_manifest manifest;	/* of boot */

	bool key_known;
	enum img_me_family family;	/* by the key; guessed from the version if not known */
	const char *key_versions;	/* "7.x.x.x, 8.x.x.x"; NULL: not known */
	char key_md5[33];		/* of modulus and exponent */
};

/*
 * Decodes the region; the view has to end where the region, or a file of it, ends. *out is
 * written only on IMG_OK: then tables and manifest are there. What it holds of code may still
 * be cut off or damaged; partitions that leave the region are marked (in one that was
 * cleaned and truncated FTPR is). The signature is the business of img_me_signature().
 *
 * IMG_E_ABSENT: neither table is there; the sentence says whether the region is blank.
 * IMG_E_BOUNDS: a table, FTPR's directory or its manifest leaves the region (cut off).
 * IMG_E_CORRUPT: impossible counts or lengths, no FTPR, no manifest where it should be.
 */
enum img_status img_me_decode(struct img_view region, struct img_me *out, struct img_error *err)
	IMG_CHECKED;

/*
 * The tables of partitions alone, for what asks for one partition and not for what starts the ME:
 * fills in generation (IMG_ME_IFWI, or 0: one that begins with $FPT), table_at, table_version,
 * layout_ok, wrong_at and the partitions. Errors as img_me_decode(), whose *out has all of it.
 */
enum img_status img_me_tables(struct img_view region, struct img_me *out, struct img_error *err)
	IMG_CHECKED;

/*
 * Is the signature of the manifest that of its key? IMG_E_MISMATCH: no, or the key is none.
 * IMG_E_UNSUPPORTED: not for what is known here of generation 1. IMG_E_NOMEM.
 */
enum img_status img_me_signature(struct img_view region, const struct img_me *me,
				 struct img_error *err) IMG_CHECKED;

/* Is every byte of the region 0xff, or every byte 0? Blank is also an empty view. */
bool img_me_blank(struct img_view region);

/* Does the region begin with a table of partitions, at 0x10 or at 0? */
bool img_me_has_table(struct img_view region);

/* Does the region, a file of it, or a bare FTPR partition begin here? Looks at marks alone. */
bool img_me_mark(struct img_view region);

/* "1", "2", "3", "ifwi" */
const char *img_me_generation_word(enum img_me_generation generation);
/* "ME", "TXE", "SPS" */
const char *img_me_family_name(enum img_me_family family);
/* "8.0.20.1513" */
void img_me_version_text(const struct img_me *me, char out[24]);

#endif
