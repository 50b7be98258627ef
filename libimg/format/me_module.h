/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What FTPR consists of. Little endian; offsets count from the start of the partition where
 * nothing else is said. The tables around it are in libimg/format/me.h.
 *
 * Generation 2: as many headers as the manifest says, from 0x290 on, of 0x60 or 0x80 bytes, which
 * is told by where the second one begins:
 *	+0x00	"$MME"		+0x04	char name[16]
 *	+0x34	u32 base, where it runs		+0x38	u32 offset of the data, or of the LLUT
 *	+0x3c	u32 size in memory		+0x40	u32 size stored
 *	+0x50	u32 flags (6:4 compression: 0 none, 1 Huffman, 2 LZMA)
 * Huffman modules are cut into chunks, for all of which there is one table, the LLUT:
 *	+0x00	"LLUT"		+0x04	u32 number of chunks
 *	+0x08	u32 base B, where chunk 0 runs - 0x10000000; u16 at +0x09: correction C
 *	+0x0c	u32 where the entries are in the region, - C	+0x10	u32 size of all chunks
 *	+0x14	u32 where they begin in the region		+0x30	u32 memory per chunk, M
 *	+0x40	entries: u24 offset in the region, u8 flags (0x80: no data)
 *	A chunk ends where the next begins, or all of them. A module's chunks are those from
 *	(base - B - 0x10000000) / M to size in memory / M further, inclusive.
 *
 * Generation 3 and later: the entries of the directory; each one ends where the next begins.
 *
 * Source: me_cleaner 1.2, compared on ME 7, ME 8 and SPS 4.
 */
#ifndef IMG_FORMAT_ME_MODULE_H
#define IMG_FORMAT_ME_MODULE_H

#include "libimg/format/me.h"

enum img_me_compression {
	IMG_ME_PLAIN,		/* in generation 3 perhaps LZMA: it is not said */
	IMG_ME_HUFFMAN,
	IMG_ME_LZMA,
	IMG_ME_OTHER,		/* not known */
};

struct img_me_module {
	char name[17];
	uint64_t at;			/* of its header or entry, in the region */
	enum img_me_compression compression;
	struct img_range range;		/* of its data, in the region; size 0: chunks */
	size_t first_chunk, chunks;
	bool is_essential;		/* the ME does not start without it */
};

struct img_me_llut {
	uint64_t at;			/* in the region; IMG_NOWHERE: there is none */
	uint32_t base, chunk_memory;
	uint16_t correction;
	uint32_t table, stream, stream_size;
	size_t count;
	struct img_range *chunk;	/* in the region; size 0: nothing of its own */
};

enum { IMG_ME_LLUT_HEAD = 0x40 };	/* bytes, before an u32 for each chunk */

/* Where the table itself is; size 0: there is none. */
static inline struct img_range img_me_llut_range(const struct img_me_llut *l)
{
	return l->at == IMG_NOWHERE ? (struct img_range){ 0, 0 }
				    : (struct img_range){ l->at, IMG_ME_LLUT_HEAD + 4 * l->count };
}

struct img_me_code {
	size_t count;
	struct img_me_module *module;
	struct img_me_llut llut;
};

/*
 * Reads the modules of the partition that starts the ME. *out is written only on IMG_OK, and freed
 * with img_me_code_free(). Data may be cut off or erased, see img_me_whole().
 *
 * IMG_E_ABSENT: no list of modules that is known here (all of generation 1).
 * IMG_E_BOUNDS: list or LLUT leaves the region. IMG_E_CORRUPT: a module outside FTPR, chunks that
 * cannot be, none of the modules without which the ME does not start. IMG_E_NOMEM.
 */
enum img_status img_me_code_read(struct img_view region, const struct img_me *me,
				 struct img_me_code *out, struct img_error *err) IMG_CHECKED;
void img_me_code_free(struct img_me_code *code);

/*
 * Is all there that the ME needs to start? code is of region. IMG_E_BOUNDS: data of an essential
 * module lie behind the end of the region, which is cut off, or are blank.
 */
enum img_status img_me_whole(struct img_view region, const struct img_me_code *code,
			     struct img_error *err) IMG_CHECKED;

#endif
