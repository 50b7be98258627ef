/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A 64 KiB image with two CBFS areas, for tests that change it. Include after cmocka.h.
 *
 *	0x0000  bytes of no meaning
 *	0x0200  FMAP
 *	0x0400  COREBOOT, one free space (and the boot block at its end)
 *	0xa000  FW_MAIN_A, one free space
 *	0xe000  BOOTBLOCK, where the image is to have that area
 */
#ifndef TESTS_LIBIMG_SMALL_H
#define TESTS_LIBIMG_SMALL_H

#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/edit/cbfs_edit.h"

enum {
	SMALL_SIZE = 0x10000,
	SMALL_FMAP = 0x200,
	SMALL_CBFS = 0x400,
	SMALL_CBFS_SIZE = 0x9c00,
	SMALL_A = 0xa000,
	SMALL_A_SIZE = 0x4000,
	SMALL_BOOT = 0xe000,
	SMALL_BOOT_SIZE = 0x2000,
	SMALL_ANCHOR = 0x123,		/* where the anchor is in the boot block */
	SMALL_BOOT_FILE = 0x800,	/* size of the boot block as a file */
};

enum small_kind { SMALL_PLAIN, SMALL_ANCHOR_IN_FILE, SMALL_ANCHOR_IN_AREA };

/* size bytes that depend on the word and nothing else. */
static inline void small_bytes(const char *word, uint8_t *out, size_t size)
{
	uint32_t x = 2166136261u;
	size_t i;

	for (; *word; word++)
		x = (x ^ (unsigned char)*word) * 16777619u;
	for (i = 0; i < size; i++) {
		x = x * 1664525u + 1013904223u;
		out[i] = (uint8_t)(x >> 24);
	}
}

static inline void small_must(enum img_status st, const struct img_error *err)
{
	if (st != IMG_OK)
		fail_msg("%s: %s", img_status_word(st), err->text);
}

static inline void small_put(struct img *img, uint64_t at, const void *bytes, size_t size)
{
	struct img_error err;

	small_must(img_span_write(img_span(img), at, img_view_of(bytes, size), &err), &err);
}

static inline void small_put_le32(struct img *img, uint64_t at, uint32_t value)
{
	uint8_t b[4];

	img_put_le32(b, value);
	small_put(img, at, b, sizeof(b));
}

static inline void small_put_be32(struct img *img, uint64_t at, uint32_t value)
{
	uint8_t b[4];

	img_put_be32(b, value);
	small_put(img, at, b, sizeof(b));
}

/* Row index of the map at SMALL_FMAP. */
static inline void small_area(struct img *img, unsigned index, const char *name, uint32_t start,
			      uint32_t size)
{
	uint64_t at = SMALL_FMAP + 56 + 42 * (uint64_t)index;
	char field[34] = { 0 };

	memcpy(field, name, strlen(name));
	small_put_le32(img, at, start);
	small_put_le32(img, at + 4, size);
	small_put(img, at + 8, field, sizeof(field));
}

static inline void small_fmap(struct img *img, unsigned areas)
{
	uint8_t header[56] = "__FMAP__\1\1";

	img_put_le32(header + 10, 0xffff0000);
	img_put_le32(header + 18, SMALL_SIZE);
	memcpy(header + 22, "SMALL", 5);
	img_put_le16(header + 54, (uint16_t)areas);
	small_put(img, SMALL_FMAP, header, sizeof(header));
	small_area(img, 0, "FMAP", SMALL_FMAP, 0x200);
	small_area(img, 1, "COREBOOT", SMALL_CBFS, SMALL_CBFS_SIZE);
	small_area(img, 2, "FW_MAIN_A", SMALL_A, SMALL_A_SIZE);
}

/* A boot block of that size with an empty anchor in it. */
static inline void small_boot_block(uint8_t *out, size_t size, enum img_digest_kind kind)
{
	small_bytes("boot block", out, size);
	memset(out + SMALL_ANCHOR, 0, 12 + 2 * img_digest_size(kind));
	memcpy(out + SMALL_ANCHOR, "\xadMdtHsh\x15", 8);
	out[SMALL_ANCHOR + 11] = img_cbfs_hash_number(kind);
}

/* cbfs_size: of COREBOOT. Owned. */
static inline struct img *small_image_of(enum small_kind kind, enum img_digest_kind hash,
					 uint32_t cbfs_size)
{
	uint8_t boot[SMALL_BOOT_SIZE] = { 0 };
	struct img_cbfs_new file = {
		.name = "bootblock", .type = IMG_CBFS_BOOTBLOCK, .place = IMG_CBFS_FIXED,
		.data = img_view_of(boot, SMALL_BOOT_FILE),
		.where = SMALL_CBFS + cbfs_size - SMALL_BOOT_FILE,
	};
	struct img_error err;
	struct img *img;

	small_must(img_new(SMALL_SIZE, 0xff, &img, &err), &err);
	small_bytes("before", img_span_bytes(img_span(img)), SMALL_FMAP);
	small_fmap(img, kind == SMALL_ANCHOR_IN_AREA ? 4 : 3);
	small_area(img, 1, "COREBOOT", SMALL_CBFS, cbfs_size);
	small_must(img_cbfs_create(img, (struct img_range){ SMALL_CBFS, cbfs_size / 64 * 64 },
				   &err), &err);
	small_must(img_cbfs_create(img, (struct img_range){ SMALL_A, SMALL_A_SIZE }, &err), &err);
	if (kind == SMALL_PLAIN)
		return img;
	small_boot_block(boot, sizeof(boot), hash);
	if (kind == SMALL_ANCHOR_IN_FILE) {
		small_must(img_cbfs_add(img, NULL, &file, NULL, &err), &err);
	} else {
		small_area(img, 3, "BOOTBLOCK", SMALL_BOOT, SMALL_BOOT_SIZE);
		small_put(img, SMALL_BOOT, boot, sizeof(boot));
	}
	return img;
}

static inline struct img *small_image(enum small_kind kind)
{
	return small_image_of(kind, IMG_SHA256, SMALL_CBFS_SIZE);
}

#endif
