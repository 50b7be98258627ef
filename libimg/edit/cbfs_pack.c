/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_pack.h"

#include "libimg/core/bytes.h"
#include "libimg/format/elf.h"
#include "libimg/format/payload.h"

static void add_attribute(struct img_cbfs_packed *p, uint32_t tag, const uint32_t *words, size_t n)
{
	uint8_t *to = p->attributes + p->attributes_size;
	size_t i;

	img_put_be32(to, tag);
	img_put_be32(to + 4, (uint32_t)(8 + 4 * n));
	for (i = 0; i < n; i++)
		img_put_be32(to + 8 + 4 * i, words[i]);
	p->attributes_size += 8 + 4 * n;
}

/* Compresses what is in file->data now; without compression nothing is to be done. */
static enum img_status compress_whole(struct img_cbfs_new *file, uint32_t compression,
				      struct img_cbfs_packed *p, struct img_error *err)
{
	const uint32_t words[] = { compression, (uint32_t)img_view_size(file->data) };
	struct img *smaller = NULL;
	enum img_status st;

	if (!compression || !img_view_size(file->data))
		return IMG_OK;
	st = img_compress(compression, file->data, &smaller, err);
	if (st != IMG_OK)
		return st;
	p->kept = !smaller;
	if (!smaller)
		return IMG_OK;
	img_close(p->data);
	p->data = smaller;
	file->data = img_bytes(smaller);
	add_attribute(p, IMG_CBFS_ATTR_COMPRESSION, words, 2);
	return IMG_OK;
}

struct stage {
	struct img_elf elf;
	uint64_t start, data_end, memory_end;
	uint32_t to_physical;		/* from the entry point's addresses */
};

static bool is_loaded(const struct img_elf_segment *s)
{
	return s->type == IMG_ELF_LOAD && s->memory_size;
}

/* Physical addresses are where a stage is put; the entry point is a virtual one. */
static enum img_status measure(struct stage *stage, struct img_error *err)
{
	struct img_elf_segment s;
	enum img_status st;
	uint64_t end;
	uint32_t i;

	stage->start = UINT64_MAX;
	for (i = 0; i < stage->elf.segment_count; i++) {
		st = img_elf_segment(&stage->elf, i, &s, err);
		if (st != IMG_OK)
			return st;
		if (!is_loaded(&s))
			continue;
		if (s.file_size > s.memory_size)
			return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
					"segment %u of the ELF file has more data than memory", i);
		if (s.physical < stage->start)
			stage->start = s.physical;
		end = (uint64_t)s.physical + s.file_size;
		if (end > stage->data_end)
			stage->data_end = end;
		end = (uint64_t)s.physical + s.memory_size;
		if (end > stage->memory_end)
			stage->memory_end = end;
		if (!stage->to_physical)
			stage->to_physical = s.physical - s.address;
	}
	if (stage->data_end <= stage->start || stage->start == UINT64_MAX)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"the ELF file has nothing to load");
	if (stage->data_end - stage->start > IMG_SIZE_MAX)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"the segments of the ELF file lie 0x%llx bytes apart",
				(unsigned long long)(stage->data_end - stage->start));
	return IMG_OK;
}

static enum img_status load(const struct stage *stage, struct img *into, struct img_error *err)
{
	struct img_elf_segment s;
	struct img_view bytes;
	enum img_status st;
	uint32_t i;

	for (i = 0; i < stage->elf.segment_count; i++) {
		st = img_elf_segment(&stage->elf, i, &s, err);
		if (st == IMG_OK && (!is_loaded(&s) || !s.file_size))
			continue;
		if (st == IMG_OK)
			st = img_view_slice(stage->elf.file_, s.offset, s.file_size, &bytes, err);
		if (st == IMG_OK)
			st = img_span_write(img_span(into), s.physical - stage->start, bytes, err);
		if (st != IMG_OK)
			return st;
	}
	return IMG_OK;
}

static enum img_status pack_stage(struct img_cbfs_new *file, uint32_t compression,
				  struct img_cbfs_packed *p, struct img_error *err)
{
	struct stage stage = { 0 };
	uint64_t memory, scratch;
	enum img_status st;
	uint32_t entry;

	st = img_elf_decode(file->data, &stage.elf, err);
	if (st == IMG_OK)
		st = measure(&stage, err);
	if (st != IMG_OK)
		return st;
	memory = stage.memory_end - stage.start;
	entry = stage.elf.entry + stage.to_physical - (uint32_t)stage.start;
	if (entry >= memory)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"the stage starts at 0x%x, which is not in it", stage.elf.entry);
	st = img_new(stage.data_end - stage.start, 0, &p->data, err);
	if (st == IMG_OK)
		st = load(&stage, p->data, err);
	if (st != IMG_OK)
		return st;
	file->data = img_bytes(p->data);
	add_attribute(p, IMG_CBFS_ATTR_STAGE,
		      (const uint32_t[4]){ 0, (uint32_t)stage.start, entry, (uint32_t)memory }, 4);
	st = compress_whole(file, compression, p, err);
	/* Firmware puts LZ4 data at the end of that memory and unpacks them in place. */
	scratch = img_view_size(file->data) / 256 + 32;
	if (st == IMG_OK && compression == IMG_COMPRESSION_LZ4 && !p->kept &&
	    memory < stage.data_end - stage.start + scratch)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"an LZ4 stage needs 0x%llx bytes of memory behind its data to be "
				"decompressed in place; this one has 0x%llx",
				(unsigned long long)scratch,
				(unsigned long long)(stage.memory_end - stage.data_end));
	return st;
}

/* A flattened image tree is stored as it is; firmware unpacks its parts. */
static enum img_status pack_tree(struct img_cbfs_new *file, uint32_t compression,
				 struct img_error *err)
{
	if (compression)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a FIT image is stored as it is; its parts can be compressed in "
				"it (mkimage)");
	file->type = IMG_CBFS_FIT_PAYLOAD;
	return IMG_OK;
}

static enum img_status no_payload(struct img_view data, struct img_error *err)
{
	if (img_view_has(data, 0x202, img_view_of("HdrS", 4)))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"this is a Linux kernel (bzImage), which needs a loader in front "
				"of it; give an ELF file or a FIT image made of it");
	return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
			"this is neither an ELF file nor a payload as a CBFS stores it; for a flat "
			"binary say where it is loaded and where it starts");
}

static enum img_status pack_payload(struct img_cbfs_new *file, const struct img_cbfs_packing *how,
				    struct img_cbfs_packed *p, struct img_error *err)
{
	struct img_payload_segment first;
	enum img_status st;

	if (how->flat)
		st = img_payload_from_flat(file->data, how->load, how->entry, how->compression,
					   &p->data, &p->kept, err);
	else if (img_elf_begins(file->data))
		st = img_payload_from_elf(file->data, how->compression, &p->data, &p->kept, err);
	else if (img_view_has(file->data, 0, img_view_of("\xd0\x0d\xfe\xed", 4)))
		return pack_tree(file, how->compression, err);
	else if (img_payload_segment(file->data, 0, &first, NULL) != IMG_OK)
		return no_payload(file->data, err);
	else if (how->compression)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"this payload is ready to be stored; only an ELF file or a flat "
				"binary can be compressed");
	else
		return IMG_OK;
	if (st == IMG_OK)
		file->data = img_bytes(p->data);
	return st;
}

enum img_status img_cbfs_pack(struct img_cbfs_new *file, const struct img_cbfs_packing *how,
			      struct img_cbfs_packed *packed, struct img_error *err)
{
	enum img_status st;

	*packed = (struct img_cbfs_packed){ .kept = false };
	if (how->flat && file->type != IMG_CBFS_PAYLOAD)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"load address and entry point are for payloads");
	if (file->type == IMG_CBFS_PAYLOAD)
		st = pack_payload(file, how, packed, err);
	else if (file->type == IMG_CBFS_STAGE)
		st = pack_stage(file, how->compression, packed, err);
	else
		st = compress_whole(file, how->compression, packed, err);
	file->attributes = img_view_of(packed->attributes, packed->attributes_size);
	return st;
}

void img_cbfs_packed_free(struct img_cbfs_packed *packed)
{
	img_close(packed->data);
	packed->data = NULL;
}
