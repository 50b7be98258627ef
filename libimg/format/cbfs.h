/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * CBFS: the files of a coreboot image. Big endian throughout.
 *
 * A file begins at a multiple of 64 in its area:
 *
 *	 0   8  "LARCHIVE"
 *	 8   4  length of the data as stored (compressed)
 *	12   4  type
 *	16   4  attributes: offset from the file's start, 0 for none
 *	20   4  data: offset from the file's start, which is the size of the metadata
 *	24   n  name, NUL-terminated, zero-padded to a multiple of 4 (16 by old tools)
 *	        then attributes up to the data: u32 tag, u32 length of the whole, body
 *
 * Metadata have at most 256 bytes. The next file begins at the next multiple of 64.
 * Free space is a file of type null (or deleted) without a name, its data all 0xff.
 *
 * Attribute of a stage: u64 load address, u32 offset of the entry point from there, u32 size
 * in memory.
 *
 * Anchor of CBFS verification, somewhere in the boot block:
 *
 *	 0   8  ad 4d 64 74 48 73 68 15
 *	 8   3  reserved
 *	11   1  hash algorithm: 1 SHA-1, 2 SHA-256, 3 SHA-512, 4 SHA-224, 5 SHA-384
 *	12   n  hash of the metadata of every file, then the hash of the FMAP
 *
 * Sources: coreboot's cbfs_serialized.h and metadata_hash.h; placement and free space as
 * observed of cbfstool of 2025.
 */
#ifndef IMG_FORMAT_CBFS_H
#define IMG_FORMAT_CBFS_H

#include "libimg/core/digest.h"
#include "libimg/core/view.h"

enum {
	IMG_CBFS_ALIGN = 64,
	IMG_CBFS_HEADER_SIZE = 24,
	IMG_CBFS_METADATA_MAX = 256,
	IMG_CBFS_NAME_MAX = IMG_CBFS_METADATA_MAX - IMG_CBFS_HEADER_SIZE,	/* with its NUL */
};

enum img_cbfs_type {
	IMG_CBFS_DELETED = 0,
	IMG_CBFS_BOOTBLOCK = 0x01,
	IMG_CBFS_MASTER_HEADER = 0x02,
	IMG_CBFS_STAGE = 0x11,
	IMG_CBFS_PAYLOAD = 0x20,
	IMG_CBFS_FIT_PAYLOAD = 0x21,	/* a flattened image tree */
	IMG_CBFS_RAW = 0x50,
	IMG_CBFS_MICROCODE = 0x53,
	IMG_CBFS_INTEL_FIT = 0x54,
	IMG_CBFS_FSP = 0x60,
	IMG_CBFS_MRC = 0x61,
	IMG_CBFS_AMDFW = 0x80,
};
#define IMG_CBFS_NULL 0xffffffffu

enum {
	IMG_CBFS_ATTR_COMPRESSION = 0x42435a4c,
	IMG_CBFS_ATTR_HASH = 0x68736148,
	IMG_CBFS_ATTR_STAGE = 0x53746748,
};

struct img_cbfs_file {
	uint64_t at;			/* of its header, from the start of the area */
	uint32_t type;
	uint32_t metadata_size;
	uint32_t data_size;
	uint32_t attributes_at;		/* from the file's start; 0: none */
	uint32_t compression;		/* 0 none, 1 LZMA, 2 LZ4, 3 Zstandard */
	uint32_t decompressed_size;	/* data_size where not compressed */
	char name[IMG_CBFS_NAME_MAX];	/* empty for free space */
	struct img_view metadata;	/* borrowed from the area, like data */
	struct img_view data;
};

/* The word at the start of a file, 8 bytes. */
#define IMG_CBFS_MAGIC "LARCHIVE"

/* Does a CBFS begin here? */
bool img_cbfs_begins(struct img_view area);

/* Is this free space? */
bool img_cbfs_is_free(const struct img_cbfs_file *file);

/*
 * Steps through an area: start with *cursor 0 and go on as long as it returns something
 * other than IMG_E_ABSENT (the end). A length that is damaged but leads to a header is believed;
 * see img_cbfs_walk().
 * IMG_OK: *out is the next file. IMG_E_CORRUPT: something damaged lies before the next
 * file; err says what, *cursor has moved on, *out is untouched. So it is where a header is
 * missing, be it blank there: nobody leaves room for one between two files. Blank flash behind
 * the last file is the end.
 */
enum img_status img_cbfs_next(struct img_view area, uint64_t *cursor, struct img_cbfs_file *out,
			      struct img_error *err) IMG_CHECKED;

/*
 * The file of that name (case-sensitive, as firmware compares). IMG_E_ABSENT: none, or the area
 * is no CBFS. IMG_E_CORRUPT: damage before it was found, so that nobody can say.
 */
enum img_status img_cbfs_find(struct img_view area, const char *name, struct img_cbfs_file *out,
			      struct img_error *err) IMG_CHECKED;

/* The same by another way of stepping than img_cbfs_next(), with its errors. */
typedef enum img_status img_cbfs_next_fn(struct img_view area, uint64_t *cursor,
					 struct img_cbfs_file *out, struct img_error *err);
enum img_status img_cbfs_find_by(img_cbfs_next_fn *next, struct img_view area, const char *name,
				 struct img_cbfs_file *out, struct img_error *err) IMG_CHECKED;

/*
 * Steps through the attributes with this tag: start with *cursor 0. True: *out is the whole next
 * one, tag and length included, borrowed. False: no more.
 */
bool img_cbfs_attribute(const struct img_cbfs_file *file, uint32_t tag, uint32_t *cursor,
			struct img_view *out);

/* Where the next file has its header: the end of this one, rounded up. */
uint64_t img_cbfs_end(const struct img_cbfs_file *file);

/* The words cbfstool uses: "raw", "simple elf", ... NULL: a type it has no word for. */
const char *img_cbfs_type_word(uint32_t type);
bool img_cbfs_type_of(const char *word, uint32_t *type);

/* Metadata size of a file of that name without attributes; over IMG_CBFS_METADATA_MAX: no. */
size_t img_cbfs_header_size(const char *name);

/*
 * Writes such a header into out: type, name, data_size. Returns its size.
 * The caller made sure that the name fits.
 */
size_t img_cbfs_header(uint8_t out[IMG_CBFS_METADATA_MAX], uint32_t type, const char *name,
		       uint32_t data_size);

/* Hash algorithm numbers of attributes and anchor. False: not one we know. */
bool img_cbfs_hash_kind(uint8_t number, enum img_digest_kind *out);
uint8_t img_cbfs_hash_number(enum img_digest_kind kind);

struct img_cbfs_anchor {
	enum img_digest_kind kind;
	uint64_t metadata_hash_at;	/* from the start of the searched bytes */
	uint64_t fmap_hash_at;
};

/* IMG_E_ABSENT: no anchor. IMG_E_UNSUPPORTED: unknown algorithm. IMG_E_BOUNDS: cut off. */
enum img_status img_cbfs_anchor_find(struct img_view boot_block, struct img_cbfs_anchor *out,
				     struct img_error *err) IMG_CHECKED;

#endif
