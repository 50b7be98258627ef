/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/payload.h"

#include "libimg/core/compress.h"
#include "libimg/core/reader.h"
#include "libimg/format/elf_write.h"

enum img_status img_payload_segment(struct img_view payload, uint32_t index,
				    struct img_payload_segment *out, struct img_error *err)
{
	struct img_reader r = img_reader_of(payload, err);
	struct img_payload_segment s;
	struct img_view data;
	uint64_t at;

	img_read_seek(&r, (uint64_t)index * IMG_PAYLOAD_SEGMENT);
	at = img_view_origin(payload) + img_read_pos(&r);
	if (index >= IMG_PAYLOAD_SEGMENTS_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, at,
				"a payload of over %d segments", IMG_PAYLOAD_SEGMENTS_MAX);
	s.kind = img_read_be32(&r);
	s.compression = img_read_be32(&r);
	s.offset = img_read_be32(&r);
	s.address = (uint64_t)img_read_be32(&r) << 32;
	s.address |= img_read_be32(&r);
	s.size = img_read_be32(&r);
	s.memory_size = img_read_be32(&r);
	if (img_read_status(&r) != IMG_OK)
		return img_fail(err, IMG_E_BOUNDS, at, "the segments of the payload are cut off");
	switch (s.kind) {
	case IMG_PAYLOAD_CODE:
	case IMG_PAYLOAD_DATA:
	case IMG_PAYLOAD_NOTE:
		if (img_view_slice(payload, s.offset, s.size, &data, NULL) != IMG_OK)
			return img_fail(err, IMG_E_BOUNDS, at,
					"data of payload segment %u leave the payload", index);
		break;
	case IMG_PAYLOAD_BSS:
	case IMG_PAYLOAD_ENTRY:
		break;
	default:
		return img_fail(err, IMG_E_UNSUPPORTED, at,
				"payload segment %u is of the unknown kind 0x%08x", index,
				(uint32_t)s.kind);
	}
	*out = s;
	return IMG_OK;
}

/* What becomes of the segments: at most two parts of each, and their data. */
struct program {
	struct img_elf_part part[2 * IMG_PAYLOAD_SEGMENTS_MAX];
	struct img *data[IMG_PAYLOAD_SEGMENTS_MAX];	/* owned */
	size_t parts, segments;
	uint64_t total;
};

static enum img_status expand(struct program *p, struct img_view payload,
			      const struct img_payload_segment *s, struct img_view *data,
			      struct img_error *err)
{
	uint32_t room = s->memory_size;
	struct img *bytes = NULL;
	struct img_view packed;
	enum img_status st;
	size_t got = 0;

	st = img_view_slice(payload, s->offset, s->size, &packed, err);
	if (st != IMG_OK || !s->size) {
		*data = packed;
		return st;
	}
	/* A note is not loaded and so needs no memory. */
	if (s->kind == IMG_PAYLOAD_NOTE)
		room = s->size;
	p->total += room;
	if (!room || p->total > IMG_SIZE_MAX)
		return img_fail(err, room ? IMG_E_UNSUPPORTED : IMG_E_CORRUPT,
				img_view_origin(packed),
				"a payload segment of 0x%x bytes needs 0x%x bytes of memory",
				s->size, s->memory_size);
	st = img_new(room, 0, &bytes, err);
	if (st != IMG_OK)
		return st;
	p->data[p->segments] = bytes;
	st = img_decompress(s->kind == IMG_PAYLOAD_NOTE ? 0 : s->compression, packed,
			    img_span(bytes), &got, err);
	if (st == IMG_E_SPACE)
		st = img_fail(err, IMG_E_CORRUPT, img_view_origin(packed),
			      "a payload segment has more data than its 0x%x bytes of memory",
			      s->memory_size);
	return st == IMG_OK ? img_view_slice(img_bytes(bytes), 0, got, data, err) : st;
}

static enum img_status take_segment(struct program *p, struct img_view payload,
				    const struct img_payload_segment *s, struct img_error *err)
{
	struct img_elf_part part = { .type = IMG_ELF_PROGBITS, .address = (uint32_t)s->address };
	struct img_elf_part rest = { .name = ".empty", .type = IMG_ELF_NOBITS,
				     .flags = IMG_ELF_WRITE | IMG_ELF_ALLOC };
	enum img_status st = IMG_OK;

	if (s->address >> 32 || s->address + s->memory_size > (uint64_t)1 << 32)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(payload),
				"a payload segment for address 0x%llx; an x86 payload ends below "
				"4 GiB", (unsigned long long)s->address);
	part.flags = IMG_ELF_WRITE | IMG_ELF_ALLOC;
	if (s->kind == IMG_PAYLOAD_BSS) {
		part.name = ".bss";
		part.type = IMG_ELF_NOBITS;
		part.size = s->memory_size;
	} else {
		part.name = s->kind == IMG_PAYLOAD_CODE ? ".text" : ".data";
		part.flags |= s->kind == IMG_PAYLOAD_CODE ? IMG_ELF_EXECUTE : 0;
		st = expand(p, payload, s, &part.data, err);
		part.size = (uint32_t)img_view_size(part.data);
	}
	if (st != IMG_OK)
		return st;
	if (s->kind == IMG_PAYLOAD_NOTE) {
		part.name = ".note.pinfo";
		part.type = IMG_ELF_NOTE;
		part.flags = part.address = 0;
	}
	p->part[p->parts++] = part;
	if (s->kind == IMG_PAYLOAD_NOTE || part.size == s->memory_size)
		return IMG_OK;
	rest.address = part.address + part.size;
	rest.size = s->memory_size - part.size;
	p->part[p->parts++] = rest;
	return IMG_OK;
}

enum img_status img_payload_to_elf(struct img_view payload, struct img **out,
				   struct img_error *err)
{
	struct img_payload_segment s = { .kind = IMG_PAYLOAD_BSS };
	struct img_elf_contents contents = { 0 };
	struct program p = { 0 };
	enum img_status st;
	size_t i;

	for (;;) {
		st = img_payload_segment(payload, (uint32_t)p.segments, &s, err);
		if (st != IMG_OK || s.kind == IMG_PAYLOAD_ENTRY)
			break;
		st = take_segment(&p, payload, &s, err);
		p.segments++;
		if (st != IMG_OK)
			break;
	}
	if (st == IMG_OK && s.address >> 32)
		st = img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(payload),
			      "the payload starts at 0x%llx, over 4 GiB",
			      (unsigned long long)s.address);
	contents.entry = (uint32_t)s.address;
	contents.part = p.part;
	contents.count = p.parts;
	if (st == IMG_OK)
		st = img_elf_write(&contents, out, err);
	for (i = 0; i < p.segments; i++)
		img_close(p.data[i]);
	return st;
}
