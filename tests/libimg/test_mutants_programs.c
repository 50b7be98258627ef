/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * One field changed, thousands of times, of what holds programs: payloads, stages, modules, ELF
 * files, FSP, compressed data. What comes out is what the fields say, read here once more.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "libimg/core/compress.h"
#include "libimg/edit/cbfs_extract.h"
#include "libimg/format/fsp.h"
#include "libimg/format/payload.h"
#include "libimg/format/rmodule.h"
#include "tests/libimg/mutants.h"
#include "tests/libimg/small.h"
#include "tests/synth/fsp.h"
#include "tests/synth/module.h"
#include "tests/synth/synth.h"

enum { CODE = 0x434f4445, DATA = 0x44415441, BSS = 0x42535320, ENTR = 0x454e5452, LOAD = 1 };

static struct structure_field fields[STRUCTURE_FIELDS];

static uint32_t le32(struct img_view v, uint64_t at)
{
	const struct structure_field f = { (uint32_t)at, 4, false, "", 0 };

	return structure_get(v, &f);
}

static uint32_t be32(struct img_view v, uint64_t at)
{
	const struct structure_field f = { (uint32_t)at, 4, true, "", 0 };

	return structure_get(v, &f);
}

static bool same_bytes(struct img_view a, uint64_t at, struct img_view b, uint64_t from,
		       uint64_t size)
{
	struct img_view piece;

	return img_view_slice(b, from, size, &piece, NULL) == IMG_OK && img_view_has(a, at, piece);
}

/* Segment k of an ELF file, as far as these tests need it. */
struct segment {
	uint32_t type, offset, address, physical, size, memory;
};

static unsigned segments(struct img_view elf)
{
	return le32(elf, 44) & 0xffff;
}

static struct segment segment(struct img_view elf, unsigned k)
{
	uint64_t at = le32(elf, 28) + 32ull * k;

	return (struct segment){ le32(elf, at), le32(elf, at + 4), le32(elf, at + 8),
				 le32(elf, at + 12), le32(elf, at + 16), le32(elf, at + 20) };
}

/* --- payloads ------------------------------------------------------------------------------ */

/* Is that memory in the ELF file, with those bytes? */
static bool has_memory(struct img_view elf, uint64_t address, uint64_t memory,
		       struct img_view payload, uint32_t offset, uint32_t size)
{
	for (unsigned k = 0; k < segments(elf); k++) {
		struct segment s = segment(elf, k);

		if (s.type == LOAD && address >= s.address &&
		    address + memory <= (uint64_t)s.address + s.memory &&
		    (!size || same_bytes(elf, s.offset + (address - s.address), payload, offset,
					 size)))
			return true;
	}
	return false;
}

static void judge_payload(struct img_view original, struct img_view mutant,
			  const struct structure_field *f, const char *name)
{
	struct img *elf;
	uint32_t row = 0, kind;

	(void)original;
	if (img_payload_to_elf(mutant, &elf, NULL) != IMG_OK)
		return;
	for (; (kind = be32(mutant, row)) != ENTR; row += 28) {
		uint64_t address = be32(mutant, row + 16) | (uint64_t)be32(mutant, row + 12) << 32;
		uint32_t size = kind == BSS ? 0 : be32(mutant, row + 20);

		if (kind != CODE && kind != DATA && kind != BSS)
			continue;
		if (size && be32(mutant, row + 4))
			continue;	/* compressed: below */
		if (be32(mutant, row + 24) &&
		    !has_memory(img_bytes(elf), address, be32(mutant, row + 24), mutant,
				be32(mutant, row + 8), size))
			mutants_fail(f, name, mutant, "a segment is lost");
	}
	if (be32(mutant, row + 12) || le32(img_bytes(elf), 24) != be32(mutant, row + 16))
		mutants_fail(f, name, mutant, "another entry point");
	img_close(elf);
}

static struct img *made_payload(void)
{
	uint8_t program[900];
	struct img *payload, *more;
	struct img_error err;
	bool kept;

	synth_bytes("payload", program, sizeof(program));
	small_must(img_payload_from_flat(img_view_of(program, sizeof(program)), 0x100000, 0x100010,
					 0, &payload, &kept, &err), &err);
	/* Its segments again, with space between them and behind. */
	small_must(img_new(28 * 4 + sizeof(program), 0, &more, &err), &err);
	for (unsigned i = 0; i < 4; i++) {
		static const uint32_t kinds[] = { CODE, DATA, BSS, ENTR };

		small_put_be32(more, 28 * i, kinds[i]);
		small_put_be32(more, 28 * i + 8, 28 * 4 + 400 * i);
		small_put_be32(more, 28 * i + 16, 0x100000 + 0x1000 * i);
		small_put_be32(more, 28 * i + 20, i < 2 ? 400 : 0);
		small_put_be32(more, 28 * i + 24, i < 3 ? 0x800 : 0);
	}
	small_put_be32(more, 28 * 3 + 16, 0x100010);
	small_put(more, 28 * 4, program, sizeof(program));
	img_close(payload);
	return more;
}

static void test_payload(void **state)
{
	struct img *img = made_payload();
	size_t count = mutants_add(fields, 0, 0, 28 * 4, 4, "segment");

	(void)state;
	for (size_t i = 0; i < count; i++)
		fields[i].big = true;
	mutants_run(img, "payload", fields, count, judge_payload);
	mutants_cut(img, "payload", judge_payload);
	img_close(img);
}

/* --- stages -------------------------------------------------------------------------------- */

enum { STAGE = 600 };

static void judge_stage(struct img_view original, struct img_view mutant,
			const struct structure_field *f, const char *name)
{
	struct img_cbfs_file file;
	struct img_view area, attribute, elf;
	struct segment s;
	uint32_t cursor = 0;
	struct img *out;

	(void)original;
	assert_int_equal(img_view_slice(mutant, SMALL_A, SMALL_A_SIZE, &area, NULL), IMG_OK);
	if (img_cbfs_find(area, "stage", &file, NULL) != IMG_OK ||
	    img_cbfs_extract(&file, false, &out, NULL) != IMG_OK || !out)
		return;
	elf = img_bytes(out);
	if (file.type == IMG_CBFS_STAGE && !file.compression) {
		assert_true(img_cbfs_attribute(&file, IMG_CBFS_ATTR_STAGE, &cursor, &attribute));
		s = segment(elf, 0);
		if (be32(attribute, 8) || s.address != be32(attribute, 12) ||
		    le32(elf, 24) != be32(attribute, 12) + be32(attribute, 16) ||
		    s.memory != be32(attribute, 20) || s.size != file.data_size)
			mutants_fail(f, name, mutant, "not the stage of the header");
	}
	img_close(out);
}

static void test_stage(void **state)
{
	uint8_t program[STAGE] = { 0 }, attribute[24] = { 0 };
	struct img_cbfs_new file = { .name = "stage", .type = IMG_CBFS_STAGE,
				     .place = IMG_CBFS_ANYWHERE,
				     .data = img_view_of(program, sizeof(program)),
				     .attributes = img_view_of(attribute, sizeof(attribute)) };
	struct img *img = small_image(SMALL_PLAIN);
	struct img_error err;
	size_t count;

	(void)state;
	synth_bytes("stage", program, sizeof(program));
	img_put_be32(attribute, IMG_CBFS_ATTR_STAGE);
	img_put_be32(attribute + 4, sizeof(attribute));
	img_put_be32(attribute + 8, 0);
	img_put_be32(attribute + 12, 0x2000000);
	img_put_be32(attribute + 16, 0x20);
	img_put_be32(attribute + 20, 0x1000);
	small_must(img_cbfs_add(img, "FW_MAIN_A", &file, NULL, &err), &err);
	count = mutants_add(fields, 0, SMALL_A, 32 + sizeof(attribute), 4, "stage");
	for (size_t i = 0; i < count; i++)
		fields[i].big = true;
	mutants_run(img, "stage", fields, count, judge_stage);
	img_close(img);
}

/* --- modules ------------------------------------------------------------------------------- */

static void judge_module(struct img_view original, struct img_view mutant,
			 const struct structure_field *f, const char *name)
{
	uint32_t size = (uint32_t)img_view_size(mutant), begin = le32(mutant, 4);
	uint32_t end = le32(mutant, 8), first = le32(mutant, 0xc), last = le32(mutant, 0x10);
	uint32_t link = le32(mutant, 0x14), memory = le32(mutant, 0x18);
	struct img *elf;

	(void)original;
	if (img_rmodule_to_elf(mutant, &elf, NULL) != IMG_OK)
		return;
	if (begin > end || end > size || first > last || last > size || memory < end - begin)
		mutants_fail(f, name, mutant, "a module of impossible lengths");
	for (uint32_t at = first; at < last; at += 4)
		if (le32(mutant, at) < link || le32(mutant, at) - link > end - begin - 4)
			mutants_fail(f, name, mutant, "a relocation outside of the program");
	if (le32(img_bytes(elf), 24) != le32(mutant, 0x1c))
		mutants_fail(f, name, mutant, "another entry point");
	img_close(elf);
}

static void test_module(void **state)
{
	struct img *elf, *module;
	struct img_error err;
	uint32_t memory;
	size_t count;

	(void)state;
	small_must(synth_module("module", 0x1000, &elf, &err), &err);
	small_must(img_rmodule_from_elf(img_bytes(elf), &module, &memory, &err), &err);
	count = mutants_add(fields, 0, 0, 0x30, 4, "header");
	count = mutants_add(fields, count, le32(img_bytes(module), 0xc),
			    le32(img_bytes(module), 0x10) - le32(img_bytes(module), 0xc), 4,
			    "relocation");
	mutants_run(module, "module", fields, count, judge_module);
	mutants_cut(module, "module", judge_module);
	img_close(module);
	img_close(elf);
}

/* --- ELF files ----------------------------------------------------------------------------- */

static void judge_elf(struct img_view original, struct img_view mutant,
		      const struct structure_field *f, const char *name)
{
	struct img *payload;
	uint32_t row = 0;
	bool kept;

	(void)original;
	if (img_payload_from_elf(mutant, 0, &payload, &kept, NULL) != IMG_OK)
		return;
	for (unsigned k = 0; k < segments(mutant); k++) {
		struct segment s = segment(mutant, k);

		if (s.type != LOAD || !s.memory)
			continue;
		if (be32(img_bytes(payload), row + 16) != s.physical ||
		    be32(img_bytes(payload), row + 24) != s.memory ||
		    (s.size && !same_bytes(img_bytes(payload), be32(img_bytes(payload), row + 8),
					   mutant, s.offset, s.size)))
			mutants_fail(f, name, mutant, "not the segment of the file");
		row += 28;
	}
	if (be32(img_bytes(payload), row) != ENTR ||
	    be32(img_bytes(payload), row + 16) != le32(mutant, 24))
		mutants_fail(f, name, mutant, "another entry point");
	img_close(payload);
}

static void test_elf(void **state)
{
	struct img *payload = made_payload(), *elf;
	struct img_error err;
	size_t count;

	(void)state;
	small_must(img_payload_to_elf(img_bytes(payload), &elf, &err), &err);
	count = mutants_add(fields, 0, 0, 52, 2, "ELF header");
	count = mutants_add(fields, count, le32(img_bytes(elf), 28), 32 * segments(img_bytes(elf)),
			    4, "segment");
	mutants_run(elf, "ELF", fields, count, judge_elf);
	mutants_cut(elf, "ELF", judge_elf);
	img_close(elf);
	img_close(payload);
}

/* --- FSP ----------------------------------------------------------------------------------- */

static void judge_fsp(struct img_view original, struct img_view mutant,
		      const struct structure_field *f, const char *name)
{
	struct img *copy = NULL;
	struct img_fsp fsp;
	uint64_t cursor = 0, at;

	assert_true(img_view_find(original, 0, img_view_of("FSPH", 4), &at));
	if (img_fsp_next(mutant, &cursor, &fsp, NULL) == IMG_OK && !fsp.range.start &&
	    (fsp.range.size != le32(mutant, at + 0x18) ||
	     fsp.linked_at != le32(mutant, at + 0x1c) ||
	     fsp.revision != le32(mutant, at + 0xc) ||
	     strncmp(fsp.id, (const char *)img_view_data(mutant) + at + 0x10, 8)))
		mutants_fail(f, name, mutant, "a component that its header does not describe");
	assert_int_equal(img_copy(mutant, &copy, NULL), IMG_OK);
	if (img_fsp_relocate(img_span(copy), 0xffe00000, NULL) == IMG_OK &&
	    le32(img_bytes(copy), at + 0x1c) != 0xffe00000)
		mutants_fail(f, name, mutant, "moved, and not linked for the new place");
	img_close(copy);
}

static void test_fsp(void **state)
{
	static const char *const of_fsp[] = { "volume", "FSP", "FSPP", NULL };
	struct img_error err;
	struct img *fsp;

	(void)state;
	for (unsigned kind = IMG_FSP_ONE; kind <= IMG_FSP_S; kind++) {
		small_must(synth_fsp(kind, "fsp", 0x8000, &fsp, &err), &err);
		mutants_of(fsp, "FSP", of_fsp, judge_fsp);
		img_close(fsp);
	}
}

/* --- compressed data ----------------------------------------------------------------------- */

enum { PLAIN = 3000 };

static uint32_t compression;

static void judge_packed(struct img_view original, struct img_view mutant,
			 const struct structure_field *f, const char *name)
{
	struct img *plain, *was;

	if (img_decompress_whole(compression, mutant, PLAIN, &plain, NULL) != IMG_OK)
		return;
	assert_int_equal(img_decompress_whole(compression, original, PLAIN, &was, NULL), IMG_OK);
	if (img_size(plain) != PLAIN)
		mutants_fail(f, name, mutant, "another length");
	/* In front there is nothing that other data could be meant by: but the kind of LZMA. */
	if (f->at < 5 && compression != IMG_COMPRESSION_LZMA &&
	    mutants_differ(img_bytes(plain), img_bytes(was)))
		mutants_fail(f, name, mutant, "other data");
	img_close(was);
	img_close(plain);
}

static void test_packed(void **state)
{
	uint8_t plain[PLAIN];
	struct img_error err;
	struct img *packed;
	size_t count;

	(void)state;
	synth_bytes("compressible", plain, sizeof(plain));
	memset(plain + 1000, 'x', 700);
	for (compression = IMG_COMPRESSION_LZMA; compression <= IMG_COMPRESSION_ZSTD;
	     compression++) {
		small_must(img_compress(compression, img_view_of(plain, sizeof(plain)), &packed,
					&err), &err);
		assert_non_null(packed);
		count = mutants_add(fields, 0, 0, (uint32_t)img_size(packed), 1, "byte");
		mutants_run(packed, img_compression_word(compression), fields, count,
			    judge_packed);
		/* What is found by its place: the head alone. */
		mutants_run(packed, img_compression_word(compression), fields, 20, judge_packed);
		mutants_cut(packed, img_compression_word(compression), judge_packed);
		img_close(packed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_payload), cmocka_unit_test(test_stage),
		cmocka_unit_test(test_module), cmocka_unit_test(test_elf),
		cmocka_unit_test(test_fsp), cmocka_unit_test(test_packed),
	};

	return mutants_result(cmocka_run_group_tests(tests, NULL, NULL));
}
