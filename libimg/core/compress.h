/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The three kinds of compression that coreboot reads, each in the container it reads:
 *
 *	LZMA  u8 properties (pb * 5 + lp) * 9 + lc, le32 dictionary, le64 length of the data,
 *	      then the stream. The length must be real; an end marker is allowed.
 *	LZ4   one frame (04 22 4d 18) of independent blocks, without a dictionary.
 *	ZSTD  one frame (28 b5 2f fd).
 *
 * Behind the stream only padding (00 or ff throughout) is passed over.
 *
 * Sources: coreboot's lib/lzma.c and commonlib/bsd/lz4_wrapper.c; the frame formats of LZ4
 * and Zstandard (RFC 8878); what cbfstool of 2025 writes.
 */
#ifndef IMG_CORE_COMPRESS_H
#define IMG_CORE_COMPRESS_H

#include "libimg/core/image.h"

/* The numbers are those of CBFS. */
enum img_compression {
	IMG_COMPRESSION_NONE,
	IMG_COMPRESSION_LZMA,
	IMG_COMPRESSION_LZ4,
	IMG_COMPRESSION_ZSTD,
};

/* "none", "lzma", "lz4", "zstd"; NULL: a number we do not know. */
const char *img_compression_word(uint32_t number);
bool img_compression_of(const char *word, uint32_t *number);

/*
 * Decompresses packed into room; *size tells how much of it was filled. Never uses more
 * memory than room and packed have, and a fixed amount of its own.
 *
 * IMG_E_UNSUPPORTED: an unknown number, or a container firmware does not read (LZMA without its
 * length or with lc + lp over 4, LZ4 with linked blocks). IMG_E_SPACE: the data do not fit
 * room. IMG_E_CORRUPT: cut off, damaged, or something other than padding behind it.
 * After an error the contents of room mean nothing.
 */
enum img_status img_decompress(uint32_t compression, struct img_view packed, struct img_span room,
			       size_t *size, struct img_error *err) IMG_CHECKED;

/* The same for those that meet no other kind, and need not be linked with the rest. */
enum img_status img_decompress_lzma(struct img_view packed, struct img_span room, size_t *size,
				    struct img_error *err) IMG_CHECKED;

/*
 * The same for data whose length is known. *out is owned by the caller. IMG_E_CORRUPT also: they
 * are shorter or longer than size. IMG_E_UNSUPPORTED also: size is 0 or over IMG_SIZE_MAX.
 */
enum img_status img_decompress_whole(uint32_t compression, struct img_view packed, uint64_t size,
				     struct img **out, struct img_error *err) IMG_CHECKED;

/*
 * Does the beginning of packed agree that size bytes come out of it? A quick look: the container's
 * mark, and the length in it where it has one (that of LZ4 has none). IMG_E_UNSUPPORTED: an unknown
 * number. IMG_E_CORRUPT: another container or another length; cut off.
 */
enum img_status img_compressed_agrees(uint32_t compression, struct img_view packed, uint64_t size,
				      struct img_error *err) IMG_CHECKED;

/*
 * Compresses as cbfstool does: LZMA with lc 1, lp 0, pb 0, a dictionary of 2^n or 3 * 2^n that
 * holds all of it and no end marker, and on firmware not larger; LZ4 at its highest level in
 * blocks of at most 4 MiB without checksums; Zstandard at its highest level.
 * *out is owned by the caller, or NULL where the data would not become smaller.
 * IMG_E_UNSUPPORTED: not one of the three. IMG_E_USAGE: no data.
 */
enum img_status img_compress(uint32_t compression, struct img_view plain, struct img **out,
			     struct img_error *err) IMG_CHECKED;

#endif
