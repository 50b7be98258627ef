/* SPDX-License-Identifier: GPL-3.0-or-later */
/* ELF files walked, and relocatable modules made of them and back. */
#include "libimg/format/elf.h"
#include "libimg/format/rmodule.h"
#include "tests/fuzz/fuzz.h"
#include "tests/synth/module.h"

enum { ENTRIES = 64 };

void fuzz_seeds(fuzz_add_fn *add, void *ctx)
{
	struct img *elf, *module;
	struct img_error err;
	uint32_t size;

	fuzz_ok(synth_module("module", 0x1000, &elf, &err), &err);
	add(ctx, img_bytes(elf));
	fuzz_ok(img_rmodule_from_elf(img_bytes(elf), &module, &size, &err), &err);
	add(ctx, img_bytes(module));
	img_close(module);
	img_close(elf);
}

static void walk_section(const struct img_elf *elf, const struct img_elf_section *s)
{
	uint32_t count = img_elf_entries(s);
	struct img_elf_relocation rel;
	struct img_elf_symbol sym;
	struct img_error err;
	struct img_view v;

	fuzz_check_error(img_elf_contents(elf, s, &v, &err), &err);
	fuzz_check_error(img_elf_string(elf, elf->names, s->name, &v, &err), &err);
	for (uint32_t i = 0; i < count && i < ENTRIES; i++) {
		fuzz_check_error(img_elf_symbol(elf, s, i, &sym, &err), &err);
		fuzz_check_error(img_elf_relocation(elf, s, i, &rel, &err), &err);
	}
	if (s->type == IMG_ELF_SYMTAB)
		fuzz_must(img_elf_symbol(elf, s, count, &sym, &err) == IMG_E_BOUNDS);
}

static void walk_elf(struct img_view file)
{
	struct img_elf_segment segment;
	struct img_elf_section section;
	struct img_error err;
	struct img_elf elf;
	enum img_status st = img_elf_decode(file, &elf, &err);

	fuzz_check_error(st, &err);
	if (st != IMG_OK)
		return;
	fuzz_must(img_elf_begins(file));
	for (uint32_t i = 0; i < elf.segment_count && i < ENTRIES; i++) {
		st = img_elf_segment(&elf, i, &segment, &err);
		fuzz_check_error(st, &err);
		if (st == IMG_OK && segment.file_size)
			fuzz_must(segment.offset <= img_view_size(file) &&
				  segment.file_size <= img_view_size(file) - segment.offset);
	}
	for (uint32_t i = 0; i < elf.section_count && i < ENTRIES; i++) {
		st = img_elf_section(&elf, i, &section, &err);
		fuzz_check_error(st, &err);
		if (st == IMG_OK)
			walk_section(&elf, &section);
	}
	fuzz_must(img_elf_section(&elf, elf.section_count, &section, &err) == IMG_E_BOUNDS);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct img_view file = img_view_of(data, size);
	struct img *module = NULL, *elf = NULL, *again = NULL;
	uint32_t memory, memory_again;
	struct img_error err;
	enum img_status st;

	walk_elf(file);
	st = img_rmodule_from_elf(file, &module, &memory, &err);
	fuzz_check_error(st, &err);
	if (st == IMG_OK) {
		fuzz_must(img_rmodule_begins(img_bytes(module)));
		st = img_rmodule_to_elf(img_bytes(module), &elf, &err);
		fuzz_check_error(st, &err);
	} else {
		st = img_rmodule_to_elf(file, &elf, &err);
		fuzz_check_error(st, &err);
	}
	if (st == IMG_OK) {
		walk_elf(img_bytes(elf));
		st = img_rmodule_from_elf(img_bytes(elf), &again, &memory_again, &err);
		fuzz_check_error(st, &err);
		/* A module that came from an ELF file comes again from its own. */
		if (module) {
			fuzz_must(st == IMG_OK && memory == memory_again);
			fuzz_must(img_view_equal(img_bytes(module), img_bytes(again)));
		}
		if (st == IMG_OK)
			img_close(again);
		img_close(elf);
	}
	img_close(module);
	return 0;
}
