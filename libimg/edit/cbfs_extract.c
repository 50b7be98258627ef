/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_extract.h"

#include "libimg/core/compress.h"
#include "libimg/core/reader.h"
#include "libimg/edit/cbfs_hash.h"
#include "libimg/format/elf_write.h"
#include "libimg/format/payload.h"
#include "libimg/format/rmodule.h"

static enum img_status must_be_intact(const struct img_cbfs_file *file, struct img_error *err)
{
	enum img_cbfs_hash_state state;
	enum img_digest_kind kind = IMG_SHA256;
	enum img_status st;

	st = img_cbfs_hash_check(file, &state, &kind, err);
	if (st != IMG_OK)
		return st;
	if (state == IMG_CBFS_HASH_INVALID)
		return img_fail(err, IMG_E_MISMATCH, img_view_origin(file->data),
				"the data of %s do not have the %s hash stored with them",
				file->name, img_digest_name(kind));
	if (state == IMG_CBFS_HASH_UNKNOWN)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(file->metadata),
				"the hash of %s is of an unknown algorithm", file->name);
	return IMG_OK;
}

/* A stage that is no module: its program, and the memory behind it. */
static enum img_status program_to_elf(struct img_view attribute, struct img_view program,
				      struct img **out, struct img_error *err)
{
	uint32_t size = (uint32_t)img_view_size(program), entry, memory_size;
	struct img_reader r = img_reader_of(attribute, err);
	struct img_elf_part part[2];
	struct img_elf_contents contents = { .part = part, .count = 1 };
	uint64_t address;

	img_read_skip(&r, 8);
	address = (uint64_t)img_read_be32(&r) << 32;
	address |= img_read_be32(&r);
	entry = img_read_be32(&r);
	memory_size = img_read_be32(&r);
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (memory_size < size || entry >= memory_size)
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(attribute),
				"a stage of 0x%x bytes that wants 0x%x bytes of memory and starts "
				"at 0x%x of them", size, memory_size, entry);
	if (address >> 32 || address + memory_size > (uint64_t)1 << 32)
		return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(attribute),
				"a stage for address 0x%llx; an x86 stage ends below 4 GiB",
				(unsigned long long)address);
	contents.entry = (uint32_t)address + entry;
	part[0] = (struct img_elf_part){
		.name = ".program", .type = IMG_ELF_PROGBITS, .address = (uint32_t)address,
		.flags = IMG_ELF_WRITE | IMG_ELF_ALLOC | IMG_ELF_EXECUTE, .size = size,
		.data = program };
	part[1] = (struct img_elf_part){
		.name = ".empty", .type = IMG_ELF_NOBITS, .address = (uint32_t)address + size,
		.flags = IMG_ELF_WRITE | IMG_ELF_ALLOC, .size = memory_size - size };
	contents.count += part[1].size > 0;
	return img_elf_write(&contents, out, err);
}

static enum img_status stage_to_elf(const struct img_cbfs_file *file, struct img_view program,
				    struct img **out, struct img_error *err)
{
	struct img_view attribute;
	uint32_t cursor = 0;

	if (!img_cbfs_attribute(file, IMG_CBFS_ATTR_STAGE, &cursor, &attribute))
		return img_fail(err, IMG_E_CORRUPT, img_view_origin(file->metadata),
				"the stage %s has no stage attribute", file->name);
	if (img_rmodule_begins(program))
		return img_rmodule_to_elf(program, out, err);
	return program_to_elf(attribute, program, out, err);
}

enum img_status img_cbfs_extract(const struct img_cbfs_file *file, bool stored, struct img **out,
				 struct img_error *err)
{
	enum img_status st = must_be_intact(file, err);
	struct img_view plain = file->data;
	struct img *bytes = NULL;

	if (st != IMG_OK)
		return st;
	*out = NULL;
	if (!img_view_size(file->data))
		return IMG_OK;
	if (file->compression && !stored) {
		st = img_decompress_whole(file->compression, file->data, file->decompressed_size,
					  &bytes, err);
		if (st != IMG_OK)
			return st;
		plain = img_bytes(bytes);
	}
	if (!stored && file->type == IMG_CBFS_PAYLOAD)
		st = img_payload_to_elf(plain, out, err);
	else if (!stored && file->type == IMG_CBFS_STAGE)
		st = stage_to_elf(file, plain, out, err);
	else if (!bytes)
		st = img_copy(plain, out, err);
	else
		*out = bytes;
	if (bytes != *out)
		img_close(bytes);
	return st;
}
