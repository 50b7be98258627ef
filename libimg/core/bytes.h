/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Integers in byte arrays of a fixed size, independent of the machine's order. */
#ifndef IMG_CORE_BYTES_H
#define IMG_CORE_BYTES_H

#include <stdint.h>

static inline uint16_t img_get_le16(const uint8_t b[2])
{
	return (uint16_t)(b[0] | b[1] << 8);
}

static inline uint32_t img_get_le32(const uint8_t b[4])
{
	return (uint32_t)b[0] | (uint32_t)b[1] << 8 | (uint32_t)b[2] << 16 | (uint32_t)b[3] << 24;
}

static inline uint64_t img_get_le64(const uint8_t b[8])
{
	return (uint64_t)img_get_le32(b) | (uint64_t)img_get_le32(b + 4) << 32;
}

static inline uint32_t img_get_be32(const uint8_t b[4])
{
	return (uint32_t)b[0] << 24 | (uint32_t)b[1] << 16 | (uint32_t)b[2] << 8 | (uint32_t)b[3];
}

static inline void img_put_le16(uint8_t b[2], uint16_t v)
{
	b[0] = (uint8_t)v;
	b[1] = (uint8_t)(v >> 8);
}

static inline void img_put_le32(uint8_t b[4], uint32_t v)
{
	img_put_le16(b, (uint16_t)v);
	img_put_le16(b + 2, (uint16_t)(v >> 16));
}

static inline void img_put_be32(uint8_t b[4], uint32_t v)
{
	b[0] = (uint8_t)(v >> 24);
	b[1] = (uint8_t)(v >> 16);
	b[2] = (uint8_t)(v >> 8);
	b[3] = (uint8_t)v;
}

#endif
