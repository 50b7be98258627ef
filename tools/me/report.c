/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>

#include "tools/me/me.h"

enum { NAME_WIDTH = 17 };

static const char *about(enum img_me_generation generation)
{
	static const char *const texts[] = {
		[IMG_ME_GEN_1] = "generation 1, ME 2 to 5",
		[IMG_ME_GEN_2] = "generation 2, ME 6 to 10, TXE 1 and 2, SPS 1 to 3",
		[IMG_ME_GEN_3] = "generation 3, ME 11, TXE 3, SPS 4",
		[IMG_ME_IFWI] = "CSME 12 and later",
	};

	return texts[generation];
}

void print_head(FILE *to, const struct img_me *me, uint64_t at, uint64_t size)
{
	char version[24];

	img_me_version_text(me, version);
	fprintf(to, "0x%08llx %s %s (%s), %llu bytes\n", (unsigned long long)at,
		img_me_family_name(me->family), version, about(me->generation),
		(unsigned long long)size);
	fprintf(to, "0x%08llx key: %s %s\n",
		(unsigned long long)(at + me->manifest.at + 0x80),
		me->key_known ? img_me_family_name(me->family) : "unknown",
		me->key_known ? me->key_versions : me->key_md5);
}

json_t *head_json(const struct img_me *me, struct img_range region)
{
	char version[24];

	img_me_version_text(me, version);
	return json_pack("{s:s, s:s, s:s, s:{s:b, s:s?, s:s}, s:{s:I, s:I}}", "generation",
			 img_me_generation_word(me->generation), "family",
			 img_me_family_name(me->family), "version", version, "key", "known",
			 me->key_known, "versions", me->key_versions, "md5", me->key_md5,
			 "region", "start", (json_int_t)region.start, "size",
			 (json_int_t)region.size);
}

void print_partition(FILE *to, const struct img_me_partition *p, uint64_t at, const char *what)
{
	if (p->range.size)
		fprintf(to, what ? "0x%08llx %8llu %-4s  %s\n" : "0x%08llx %8llu %s\n",
			(unsigned long long)(at + p->range.start),
			(unsigned long long)p->range.size, p->name, what);
	else
		fprintf(to, "%10s %8s %-4s  no data\n", "-", "-", p->name);
}

void print_module(FILE *to, const struct img_me_module *m, const struct img_me_llut *llut,
		  uint64_t at, const char *what)
{
	static const char *const words[] = { "", "Huffman", "LZMA", "unknown compression" };
	uint64_t start = m->range.start, size = m->range.size;
	size_t width;

	for (size_t i = 0; i < m->chunks; i++) {
		const struct img_range *chunk = &llut->chunk[m->first_chunk + i];

		size += chunk->size;
		if (chunk->size && (!start || chunk->start < start))
			start = chunk->start;
	}
	fprintf(to, "0x%08llx %8llu   ", (unsigned long long)(at + start),
		(unsigned long long)size);
	width = diag_text(m->name, to);
	if (!what && !*words[m->compression])
		fputs("\n", to);
	else
		fprintf(to, what ? "%*s%-7s  %s\n" : "%*s%s\n",
			width < NAME_WIDTH ? (int)(NAME_WIDTH - width) : 1, "",
			words[m->compression], what);
}

json_t *partition_json(const struct img_me_partition *p)
{
	bool data = p->range.size;
	char tag[9];

	snprintf(tag, sizeof(tag), "%02x%02x%02x%02x", p->tag[0], p->tag[1], p->tag[2], p->tag[3]);
	return json_pack("{s:o, s:I, s:I, s:b, s:I, s:s}", "name", json_text(p->name), "offset",
			 (json_int_t)(data ? p->range.start : p->offset), "size",
			 (json_int_t)(data ? p->range.size : p->length), "data", data, "flags",
			 (json_int_t)p->flags, "tag", tag);
}

json_t *module_json(const struct img_me_module *m)
{
	static const char *const words[] = { "none", "huffman", "lzma", "unknown" };

	return json_pack("{s:o, s:I, s:I, s:I, s:s, s:b}", "name", json_text(m->name), "offset",
			 (json_int_t)m->range.start, "size", (json_int_t)m->range.size, "chunks",
			 (json_int_t)m->chunks, "compression", words[m->compression],
			 "essential", m->is_essential);
}
