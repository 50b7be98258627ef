/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/core/bytes.h"
#include "libimg/core/compress.h"
#include "libimg/format/elf.h"
#include "libimg/format/payload.h"

/* A payload in the making; data[] of a segment are owned where they were compressed. */
struct making {
	struct img_payload_segment segment[IMG_PAYLOAD_SEGMENTS_MAX];
	struct img_view data[IMG_PAYLOAD_SEGMENTS_MAX];
	struct img *smaller[IMG_PAYLOAD_SEGMENTS_MAX];
	uint32_t count;
	uint64_t size;			/* of all data */
	bool shrunk;
};

static enum img_status add_segment(struct making *m, const struct img_payload_segment *s,
				   struct img_view data, uint32_t compression,
				   struct img_error *err)
{
	enum img_status st = IMG_OK;
	uint32_t i = m->count;

	if (i >= IMG_PAYLOAD_SEGMENTS_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"over %d segments to load", IMG_PAYLOAD_SEGMENTS_MAX - 1);
	m->segment[i] = *s;
	m->data[i] = data;
	m->count++;
	if (compression && img_view_size(data))
		st = img_compress(compression, data, &m->smaller[i], err);
	if (st == IMG_OK && m->smaller[i]) {
		m->data[i] = img_bytes(m->smaller[i]);
		m->segment[i].compression = compression;
		m->shrunk = true;
	}
	m->segment[i].size = (uint32_t)img_view_size(m->data[i]);
	m->size += m->segment[i].size;
	return st;
}

static enum img_status put_segment(struct img_span out, uint32_t index,
				   const struct img_payload_segment *s, struct img_error *err)
{
	uint8_t bytes[IMG_PAYLOAD_SEGMENT];

	img_put_be32(bytes, s->kind);
	img_put_be32(bytes + 4, s->compression);
	img_put_be32(bytes + 8, s->offset);
	img_put_be32(bytes + 12, (uint32_t)(s->address >> 32));
	img_put_be32(bytes + 16, (uint32_t)s->address);
	img_put_be32(bytes + 20, s->size);
	img_put_be32(bytes + 24, s->memory_size);
	return img_span_write(out, (uint64_t)index * IMG_PAYLOAD_SEGMENT,
			      img_view_of(bytes, sizeof(bytes)), err);
}

/* Table, entry point, data. */
static enum img_status assemble(struct making *m, uint32_t entry, struct img **out,
				struct img_error *err)
{
	const struct img_payload_segment last = { .kind = IMG_PAYLOAD_ENTRY, .address = entry };
	uint64_t at = (uint64_t)(m->count + 1) * IMG_PAYLOAD_SEGMENT;
	struct img *img;
	enum img_status st;
	uint32_t i;

	if (at + m->size > IMG_SIZE_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE, "a payload of 0x%llx bytes",
				(unsigned long long)(at + m->size));
	st = img_new(at + m->size, 0, &img, err);
	if (st != IMG_OK)
		return st;
	for (i = 0; i < m->count && st == IMG_OK; i++) {
		m->segment[i].offset = (uint32_t)at;
		st = put_segment(img_span(img), i, &m->segment[i], err);
		if (st == IMG_OK)
			st = img_span_write(img_span(img), at, m->data[i], err);
		at += m->segment[i].size;
	}
	if (st == IMG_OK)
		st = put_segment(img_span(img), i, &last, err);
	if (st == IMG_OK)
		*out = img;
	else
		img_close(img);
	return st;
}

static enum img_status finish(struct making *m, enum img_status st, uint32_t entry,
			      uint32_t compression, struct img **out, bool *kept,
			      struct img_error *err)
{
	uint32_t i;

	if (st == IMG_OK)
		st = assemble(m, entry, out, err);
	if (st == IMG_OK)
		*kept = compression && !m->shrunk;
	for (i = 0; i < m->count; i++)
		img_close(m->smaller[i]);
	return st;
}

static enum img_status take_segment(struct making *m, const struct img_elf *elf, uint32_t index,
				    uint32_t compression, struct img_error *err)
{
	struct img_payload_segment s = { .kind = IMG_PAYLOAD_DATA };
	struct img_view data = img_view_of("", 0);
	struct img_elf_segment from;
	enum img_status st;

	st = img_elf_segment(elf, index, &from, err);
	if (st != IMG_OK || from.type != IMG_ELF_LOAD || !from.memory_size)
		return st;
	if (from.file_size > from.memory_size)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"segment %u of the ELF file has more data than memory", index);
	s.address = from.physical;
	s.memory_size = from.memory_size;
	if (!from.file_size)
		s.kind = IMG_PAYLOAD_BSS;
	else if (from.flags & IMG_ELF_EXECUTABLE)
		s.kind = IMG_PAYLOAD_CODE;
	if (from.file_size)
		st = img_view_slice(elf->file_, from.offset, from.file_size, &data, err);
	return st == IMG_OK ? add_segment(m, &s, data, compression, err) : st;
}

enum img_status img_payload_from_elf(struct img_view file, uint32_t compression, struct img **out,
				     bool *kept, struct img_error *err)
{
	struct making m = { .count = 0 };
	struct img_elf elf;
	enum img_status st;
	uint32_t i;

	st = img_elf_decode(file, &elf, err);
	if (st != IMG_OK)
		return st;
	for (i = 0; i < elf.segment_count && st == IMG_OK; i++)
		st = take_segment(&m, &elf, i, compression, err);
	if (st == IMG_OK && !m.count)
		st = img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE, "the ELF file has nothing to load");
	return finish(&m, st, elf.entry, compression, out, kept, err);
}

enum img_status img_payload_from_flat(struct img_view program, uint64_t load, uint64_t entry,
				      uint32_t compression, struct img **out, bool *kept,
				      struct img_error *err)
{
	uint64_t size = img_view_size(program);
	struct img_payload_segment s = {
		.kind = IMG_PAYLOAD_CODE, .address = load, .memory_size = (uint32_t)size,
	};
	struct making m = { .count = 0 };
	enum img_status st;

	if (!size || load >> 32 || size > ((uint64_t)1 << 32) - load || entry < load ||
	    entry - load >= size)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a program of 0x%llx bytes, loaded at 0x%llx and started at "
				"0x%llx: it must end below 4 GiB and start in itself",
				(unsigned long long)size, (unsigned long long)load,
				(unsigned long long)entry);
	st = add_segment(&m, &s, program, compression, err);
	return finish(&m, st, (uint32_t)entry, compression, out, kept, err);
}
