/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Reads fields of a view in order. A reader remembers its first failure and then
 * yields zeros, so that a decoder reads every field and asks once at the end.
 */
#ifndef IMG_CORE_READER_H
#define IMG_CORE_READER_H

#include "libimg/core/view.h"

struct img_reader {
	struct img_view view_;
	uint64_t pos_;
	struct img_error *err_;
	enum img_status status_;
};

/* Starts at the first byte of v. err may be NULL; it is filled at the first failure. */
struct img_reader img_reader_of(struct img_view v, struct img_error *err);

uint8_t img_read_u8(struct img_reader *r);
uint16_t img_read_le16(struct img_reader *r);
uint32_t img_read_le32(struct img_reader *r);
uint64_t img_read_le64(struct img_reader *r);
uint32_t img_read_be32(struct img_reader *r);

/* Copies len bytes; zeros after a failure. */
void img_read_bytes(struct img_reader *r, void *out, size_t len);
void img_read_skip(struct img_reader *r, uint64_t len);
/* Goes to pos, counted from the start of the view; beyond the end fails at the next read. */
void img_read_seek(struct img_reader *r, uint64_t pos);
uint64_t img_read_pos(const struct img_reader *r);

/* IMG_OK: every field so far was there. Else IMG_E_BOUNDS, and err_ says which was not. */
enum img_status img_read_status(const struct img_reader *r) IMG_CHECKED;

#endif
