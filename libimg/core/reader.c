/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/reader.h"

#include <string.h>

#include "libimg/core/bytes.h"

struct img_reader img_reader_of(struct img_view v, struct img_error *err)
{
	return (struct img_reader){ .view_ = v, .err_ = err };
}

void img_read_bytes(struct img_reader *r, void *out, size_t len)
{
	if (r->status_ == IMG_OK)
		r->status_ = img_view_copy(r->view_, r->pos_, out, len, r->err_);
	if (r->status_ == IMG_OK)
		r->pos_ += len;
	else
		memset(out, 0, len);
}

uint8_t img_read_u8(struct img_reader *r)
{
	uint8_t b;

	img_read_bytes(r, &b, 1);
	return b;
}

uint16_t img_read_le16(struct img_reader *r)
{
	uint8_t b[2];

	img_read_bytes(r, b, sizeof(b));
	return img_get_le16(b);
}

uint32_t img_read_le32(struct img_reader *r)
{
	uint8_t b[4];

	img_read_bytes(r, b, sizeof(b));
	return img_get_le32(b);
}

uint64_t img_read_le64(struct img_reader *r)
{
	uint8_t b[8];

	img_read_bytes(r, b, sizeof(b));
	return img_get_le64(b);
}

uint32_t img_read_be32(struct img_reader *r)
{
	uint8_t b[4];

	img_read_bytes(r, b, sizeof(b));
	return img_get_be32(b);
}

void img_read_skip(struct img_reader *r, uint64_t len)
{
	img_read_seek(r, len <= UINT64_MAX - r->pos_ ? r->pos_ + len : UINT64_MAX);
}

void img_read_seek(struct img_reader *r, uint64_t pos)
{
	r->pos_ = pos;
}

uint64_t img_read_pos(const struct img_reader *r)
{
	return r->pos_;
}

enum img_status img_read_status(const struct img_reader *r)
{
	return r->status_;
}
