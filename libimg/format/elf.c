/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/elf.h"

#include <string.h>

#include "libimg/core/reader.h"

enum {
	EXECUTABLE = 2,
	MACHINE_386 = 3,
	SEGMENT_SIZE = 0x20,
	SECTION_SIZE = 0x28,
	SYMBOL_SIZE = 0x10,
	RELOCATION_SIZE = 8,
	NAME_LIMIT = 1024,
};

bool img_elf_begins(struct img_view file)
{
	uint8_t found[4];

	return img_view_copy(file, 0, found, sizeof(found), NULL) == IMG_OK &&
	       !memcmp(found, "\x7f" "ELF", sizeof(found));
}

enum img_status img_elf_decode(struct img_view file, struct img_elf *out, struct img_error *err)
{
	static const uint8_t ident[6] = { 0x7f, 'E', 'L', 'F', 1, 1 };
	struct img_reader r = img_reader_of(file, err);
	struct img_elf e = { .file_ = file };
	uint16_t kind, machine;
	uint8_t found[6];

	img_read_bytes(&r, found, sizeof(found));
	if (memcmp(found, ident, 4))
		return img_fail(err, IMG_E_ABSENT, img_view_origin(file), "no ELF file");
	img_read_seek(&r, 0x10);
	kind = img_read_le16(&r);
	machine = img_read_le16(&r);
	img_read_skip(&r, 4);
	e.entry = img_read_le32(&r);
	e.segments_at_ = img_read_le32(&r);
	e.sections_at_ = img_read_le32(&r);
	img_read_skip(&r, 6);
	e.segment_size_ = img_read_le16(&r);
	e.segment_count = img_read_le16(&r);
	e.section_size_ = img_read_le16(&r);
	e.section_count = img_read_le16(&r);
	e.names = img_read_le16(&r);
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (memcmp(found, ident, sizeof(ident)) || kind != EXECUTABLE || machine != MACHINE_386)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(file),
				"an ELF file of class %u, kind %u, machine %u; an x86 executable "
				"of 32 bits (1, 2, 3) is needed", found[4], kind, machine);
	if ((e.segment_count && e.segment_size_ != SEGMENT_SIZE) ||
	    (e.section_count && e.section_size_ != SECTION_SIZE))
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(file),
				"an ELF file with %u bytes for a segment and %u for a section; "
				"they have %d and %d", e.segment_size_, e.section_size_,
				SEGMENT_SIZE, SECTION_SIZE);
	if ((uint64_t)e.segments_at_ + e.segment_count * e.segment_size_ > img_view_size(file) ||
	    (uint64_t)e.sections_at_ + e.section_count * e.section_size_ > img_view_size(file))
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(file),
				"the tables of the ELF file are not in the file");
	*out = e;
	return IMG_OK;
}

enum img_status img_elf_segment(const struct img_elf *elf, uint32_t index,
				struct img_elf_segment *out, struct img_error *err)
{
	struct img_reader r = img_reader_of(elf->file_, err);
	struct img_elf_segment s;
	struct img_view bytes;

	if (index >= elf->segment_count)
		return img_fail(err, IMG_E_BOUNDS, IMG_NOWHERE, "the ELF file has no segment %u",
				index);
	img_read_seek(&r, elf->segments_at_ + (uint64_t)index * elf->segment_size_);
	s.type = img_read_le32(&r);
	s.offset = img_read_le32(&r);
	s.address = img_read_le32(&r);
	s.physical = img_read_le32(&r);
	s.file_size = img_read_le32(&r);
	s.memory_size = img_read_le32(&r);
	s.flags = img_read_le32(&r);
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (s.file_size &&
	    img_view_slice(elf->file_, s.offset, s.file_size, &bytes, NULL) != IMG_OK)
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(elf->file_) + s.offset,
				"segment %u of the ELF file leaves the file", index);
	*out = s;
	return IMG_OK;
}

enum img_status img_elf_section(const struct img_elf *elf, uint32_t index,
				struct img_elf_section *out, struct img_error *err)
{
	struct img_reader r = img_reader_of(elf->file_, err);
	struct img_elf_section s;

	if (index >= elf->section_count)
		return img_fail(err, IMG_E_BOUNDS, IMG_NOWHERE, "the ELF file has no section %u",
				index);
	img_read_seek(&r, elf->sections_at_ + (uint64_t)index * elf->section_size_);
	s.name = img_read_le32(&r);
	s.type = img_read_le32(&r);
	s.flags = img_read_le32(&r);
	s.address = img_read_le32(&r);
	s.offset = img_read_le32(&r);
	s.size = img_read_le32(&r);
	s.link = img_read_le32(&r);
	s.info = img_read_le32(&r);
	s.alignment = img_read_le32(&r);
	s.entry_size = img_read_le32(&r);
	if (img_read_status(&r) == IMG_OK)
		*out = s;
	return img_read_status(&r);
}

enum img_status img_elf_contents(const struct img_elf *elf, const struct img_elf_section *section,
				 struct img_view *out, struct img_error *err)
{
	return img_view_slice(elf->file_, section->offset, section->size, out, err);
}

uint32_t img_elf_entries(const struct img_elf_section *section)
{
	return section->entry_size ? section->size / section->entry_size : 0;
}

/* A reader at an entry of a section's table. */
static struct img_reader entry_of(const struct img_elf *elf, const struct img_elf_section *section,
				  uint32_t index, uint32_t size, struct img_error *err)
{
	struct img_view table = { 0 }, entry = { 0 };
	enum img_status st;

	st = img_elf_contents(elf, section, &table, err);
	if (st == IMG_OK && index >= img_elf_entries(section))
		st = img_fail(err, IMG_E_BOUNDS, img_view_origin(table),
			      "this section of the ELF file has no entry %u", index);
	if (st == IMG_OK)
		st = img_view_slice(table, (uint64_t)index * section->entry_size, size, &entry,
				    err);
	/* After a failure the view is empty, and so the first read fails. */
	return img_reader_of(entry, st == IMG_OK ? err : NULL);
}

enum img_status img_elf_symbol(const struct img_elf *elf, const struct img_elf_section *section,
			       uint32_t index, struct img_elf_symbol *out, struct img_error *err)
{
	struct img_reader r = entry_of(elf, section, index, SYMBOL_SIZE, err);
	struct img_elf_symbol s;

	s.name = img_read_le32(&r);
	s.value = img_read_le32(&r);
	img_read_skip(&r, 4);
	s.info = img_read_u8(&r);
	img_read_skip(&r, 1);
	s.section = img_read_le16(&r);
	if (img_read_status(&r) == IMG_OK)
		*out = s;
	return img_read_status(&r);
}

enum img_status img_elf_relocation(const struct img_elf *elf,
				   const struct img_elf_section *section, uint32_t index,
				   struct img_elf_relocation *out, struct img_error *err)
{
	struct img_reader r = entry_of(elf, section, index, RELOCATION_SIZE, err);
	uint32_t address, info;

	address = img_read_le32(&r);
	info = img_read_le32(&r);
	if (img_read_status(&r) == IMG_OK)
		*out = (struct img_elf_relocation){ address, info >> 8, (uint8_t)info };
	return img_read_status(&r);
}

enum img_status img_elf_string(const struct img_elf *elf, uint32_t section, uint32_t at,
			       struct img_view *out, struct img_error *err)
{
	struct img_elf_section strings = { 0 };
	struct img_view bytes;
	enum img_status st;
	uint64_t left, end;

	st = img_elf_section(elf, section, &strings, err);
	if (st == IMG_OK)
		st = img_elf_contents(elf, &strings, &bytes, err);
	left = at < strings.size ? strings.size - at : 0;
	if (st == IMG_OK)
		st = img_view_slice(bytes, at, left < NAME_LIMIT ? left : NAME_LIMIT, &bytes, err);
	if (st != IMG_OK)
		return st;
	if (!img_view_find(bytes, 0, img_view_of("", 1), &end))
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(bytes),
				"a name in the ELF file has no end");
	return img_view_slice(bytes, 0, end, out, err);
}
