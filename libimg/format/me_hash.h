/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Do the modules of FTPR hold what its manifest says? What is signed covers these hashes and not
 * the modules themselves. Little endian; hashes stand there with their last byte first.
 *
 * Generation 2, in the header of a module (libimg/format/me_module.h):
 *	+0x14	SHA-256 of the module as it runs, so of unpacked data	+0x3c	u32 size in memory
 *
 * Generation 3 and later: behind the header of the manifest, to its end, and in NAME.met from the
 * start there are extensions, each u32 type, u32 size (with these 8 bytes):
 *	0x0f	of the manifest: +0x34 for each NAME.met: char NAME[12], u8, u8, u16 size H of the
 *		hash (0x20: SHA-256, 0x30: SHA-384), u32 size of NAME.met, its hash of H bytes
 *	0x0a	of NAME.met: +0x08 u8 compression of the module NAME (0 none, 1 Huffman, 2 LZMA),
 *		+0x0c u32 size in memory, +0x10 u32 size stored, +0x18 to the end: its hash, of
 *		the stored data where they are not compressed
 *
 * Source: measured on ME 7 and 8 (every LZMA module), SPS 4 and CSME 16 (every NAME.met, and every
 * module that is not compressed); names as in MEAnalyzer.
 */
#ifndef IMG_FORMAT_ME_HASH_H
#define IMG_FORMAT_ME_HASH_H

#include "libimg/format/me_module.h"

/* Called for each module that does not; the sentence is borrowed for the call. */
typedef void img_me_wrong_fn(void *ctx, const struct img_error *why);

/*
 * Looks at each module whose hash is known and can be worked out here: not at those packed by
 * Huffman, nor at what was taken out (blank) or cut off. code is of region. *checked, which may be
 * NULL, is how many were looked at. IMG_E_NOMEM; IMG_E_UNSUPPORTED: no SHA-256 here.
 */
enum img_status img_me_check_modules(struct img_view region, const struct img_me *me,
				     const struct img_me_code *code, img_me_wrong_fn *wrong,
				     void *ctx, size_t *checked, struct img_error *err)
	IMG_CHECKED;

#endif
