/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/me_module.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/format/me_internal.h"

enum {
	HEADERS_AT = 0x290,
	HEADER_SMALL = 0x60,
	HEADER_LARGE = 0x80,
	MODULES_MAX = 256,
	BLANK_MIN = 64,
	CHUNKS_MAX = 65536,		/* real tables have 500 */
};

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

/* Is name one of the count, or does it begin with one? */
static bool is_one_of(const char *name, const char *const *list, size_t count, bool prefix)
{
	for (size_t i = 0; i < count; i++) {
		if (prefix ? !strncmp(name, list[i], strlen(list[i])) : !strcmp(name, list[i]))
			return true;
	}
	return false;
}

static enum img_status check_inside(struct img_view region, const struct img_me *me,
				    const struct img_me_module *m, struct img_error *err)
{
	const struct img_me_partition *boot = &me->partition[me->boot];

	if (img_range_holds(boot->range, m->range))
		return IMG_OK;
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + m->at,
			"module %.16s (0x%llx bytes at 0x%llx of the region) leaves the partition "
			"%s", m->name, (unsigned long long)m->range.size,
			(unsigned long long)m->range.start, boot->name);
}

/* --- generation 2 ----------------------------------------------------------------------- */

/* 0: not to be told, which is no fault of the region's. */
static size_t header_size(struct img_view region, const struct img_me *me)
{
	uint64_t at = me->manifest.at + HEADERS_AT;

	if (!img_me_is_at(region, at, "$MME"))
		return 0;
	if (me->manifest.modules == 1 || img_me_is_at(region, at + HEADER_SMALL, "$MME"))
		return HEADER_SMALL;
	return img_me_is_at(region, at + HEADER_LARGE, "$MME") ? HEADER_LARGE : 0;
}

static struct img_me_module decode_header(struct img_view region, const struct img_me *me,
					  uint64_t at, struct img_me_llut *llut)
{
	static const char *const essential[] = { "ROMP", "BUP" };
	struct img_reader r = img_reader_of(region, NULL);
	struct img_me_module m = { .at = at };
	uint64_t offset, memory, base;
	unsigned compression;

	img_read_seek(&r, at + 4);
	img_read_bytes(&r, m.name, sizeof(m.name) - 1);
	img_read_seek(&r, at + 0x34);
	base = img_read_le32(&r);
	offset = me->manifest.at + img_read_le32(&r);
	memory = img_read_le32(&r);
	m.range = (struct img_range){ offset, img_read_le32(&r) };
	img_read_seek(&r, at + 0x50);
	compression = img_read_le32(&r) >> 4 & 7;
	m.compression = compression < IMG_ME_OTHER ? (enum img_me_compression)compression
						   : IMG_ME_OTHER;
	m.is_essential = is_one_of(m.name, essential, 2, false);
	if (m.compression == IMG_ME_HUFFMAN) {
		if (llut->at == IMG_NOWHERE)
			llut->at = offset;
		/* Places in memory for now; the LLUT makes chunks of them. */
		m.range = (struct img_range){ base, 0 };
		m.chunks = (size_t)memory;
	}
	return m;
}

static enum img_status read_headers(struct img_view region, const struct img_me *me,
				    size_t size, struct img_me_code *code, struct img_error *err)
{
	uint64_t at = me->manifest.at + HEADERS_AT;
	enum img_status st = IMG_OK;

	if (!me->manifest.modules || me->manifest.modules > MODULES_MAX)
		return img_fail(err, IMG_E_CORRUPT,
				img_view_origin(region) + me->manifest.at + 0x20,
				"the manifest of FTPR speaks of %u modules; there can be 1 to %d",
				(unsigned)me->manifest.modules, MODULES_MAX);
	code->module = calloc(me->manifest.modules, sizeof(*code->module));
	if (!code->module)
		return no_memory(err);
	for (; code->count < me->manifest.modules && st == IMG_OK; code->count++, at += size) {
		struct img_view header;

		st = img_view_slice(region, at, size, &header, err);
		if (st != IMG_OK)
			break;
		if (!img_me_is_at(header, 0, "$MME"))
			return img_fail(err, IMG_E_ABSENT, img_view_origin(region) + at,
					"FTPR has fewer modules than its manifest says");
		code->module[code->count] = decode_header(region, me, at, &code->llut);
		if (code->module[code->count].compression != IMG_ME_HUFFMAN)
			st = check_inside(region, me, &code->module[code->count], err);
	}
	return st;
}

/* --- the table of chunks ---------------------------------------------------------------- */

static int by_number(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return x < y ? -1 : x > y;
}

static enum img_status read_llut(struct img_view region, struct img_me_llut *l,
				 struct img_error *err)
{
	struct img_reader r = img_reader_of(region, err);
	uint64_t origin = img_view_origin(region) + l->at;
	uint32_t count;

	if (!img_me_is_at(region, l->at, "LLUT"))
		return img_fail(err, IMG_E_CORRUPT, origin, "FTPR has Huffman modules, but not "
				"their table of chunks (LLUT), which should be here");
	img_read_seek(&r, l->at + 4);
	count = img_read_le32(&r);
	l->base = img_read_le32(&r) + 0x10000000u;
	l->table = img_read_le32(&r);
	l->stream_size = img_read_le32(&r);
	l->stream = img_read_le32(&r);
	img_read_seek(&r, l->at + 9);
	l->correction = img_read_le16(&r);
	img_read_seek(&r, l->at + 0x30);
	l->chunk_memory = img_read_le32(&r);
	img_read_seek(&r, l->at + 0x3f);
	(void)img_read_u8(&r);
	if (img_read_status(&r) != IMG_OK)
		return img_read_status(&r);
	if (!l->chunk_memory || (uint64_t)l->stream + l->stream_size > UINT32_MAX ||
	    count > CHUNKS_MAX)
		return img_fail(err, IMG_E_CORRUPT, origin,
				"the ME's table of chunks (LLUT) says %u chunks of 0x%x bytes of "
				"memory, 0x%x bytes in all at 0x%x, which cannot be",
				(unsigned)count, (unsigned)l->chunk_memory,
				(unsigned)l->stream_size, (unsigned)l->stream);
	if (count > (img_view_size(region) - l->at - 0x40) / 4)
		return img_fail(err, IMG_E_BOUNDS, origin,
				"the ME's table of %u chunks (LLUT) leaves the region",
				(unsigned)count);
	l->count = count;
	return IMG_OK;
}

/*
 * Several chunks may begin at one place. Of these me_cleaner takes only the place and never
 * the bytes, so that they stay whatever is removed; the same here.
 */
static enum img_status find_ends(struct img_view region, struct img_me_llut *l, uint32_t *sorted,
				 struct img_error *err)
{
	size_t count = 1;

	sorted[0] = l->stream + l->stream_size;
	for (size_t i = 0; i < l->count; i++) {
		if (l->chunk[i].start)
			sorted[count++] = (uint32_t)l->chunk[i].start;
	}
	qsort(sorted, count, sizeof(sorted[0]), by_number);
	for (size_t i = 0; i < l->count; i++) {
		uint32_t start = (uint32_t)l->chunk[i].start;
		size_t low = 0, high = count;

		if (!start)
			continue;
		while (low < high) {	/* the first that is not less */
			size_t middle = (low + high) / 2;

			if (sorted[middle] < start)
				low = middle + 1;
			else
				high = middle;
		}
		if (low + 1 >= count)
			return img_fail(err, IMG_E_CORRUPT,
					img_view_origin(region) + l->at + IMG_ME_LLUT_HEAD + 4 * i,
					"chunk %zu of the ME's LLUT begins at 0x%x, behind the end "
					"of the last one", i, (unsigned)start);
		l->chunk[i].size = sorted[low + 1] - start;
	}
	return IMG_OK;
}

static enum img_status read_chunks(struct img_view region, struct img_me_llut *l,
				   struct img_error *err)
{
	struct img_reader r = img_reader_of(region, err);
	uint32_t *sorted;
	enum img_status st;

	l->chunk = calloc(l->count + 1, sizeof(*l->chunk));
	sorted = calloc(l->count + 1, sizeof(*sorted));
	if (!l->chunk || !sorted) {
		free(sorted);
		return no_memory(err);
	}
	img_read_seek(&r, l->at + IMG_ME_LLUT_HEAD);
	for (size_t i = 0; i < l->count; i++) {
		uint32_t word = img_read_le32(&r);

		l->chunk[i].start = word >> 24 == 0x80 ? 0 : word & 0xffffff;
	}
	st = img_read_status(&r);
	if (st == IMG_OK)
		st = find_ends(region, l, sorted, err);
	free(sorted);
	return st;
}

static enum img_status check_chunks(struct img_view region, const struct img_me *me,
				    const struct img_me_llut *l, struct img_error *err)
{
	const struct img_me_partition *boot = &me->partition[me->boot];

	for (size_t i = 0; i < l->count; i++) {
		if (l->chunk[i].start && !img_range_holds(boot->range, l->chunk[i]))
			return img_fail(err, IMG_E_CORRUPT,
					img_view_origin(region) + l->at + IMG_ME_LLUT_HEAD + 4 * i,
					"chunk %zu of the ME's LLUT (0x%llx bytes at 0x%llx of the "
					"region) leaves the partition %s", i,
					(unsigned long long)l->chunk[i].size,
					(unsigned long long)l->chunk[i].start, boot->name);
	}
	return IMG_OK;
}

static enum img_status give_chunks(struct img_view region, struct img_me_code *code,
				   struct img_error *err)
{
	const struct img_me_llut *l = &code->llut;

	for (size_t i = 0; i < code->count; i++) {
		struct img_me_module *m = &code->module[i];
		uint64_t base = m->range.start, last;

		if (m->compression != IMG_ME_HUFFMAN)
			continue;
		if (base < l->base || (base - l->base) / l->chunk_memory >= l->count)
			return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + m->at,
					"module %.16s runs at 0x%llx, where the ME's LLUT (from "
					"0x%x on, %zu chunks) has no chunk", m->name,
					(unsigned long long)base, (unsigned)l->base, l->count);
		m->first_chunk = (size_t)((base - l->base) / l->chunk_memory);
		last = m->first_chunk + m->chunks / l->chunk_memory;
		/* The last one of all may have no successor, which it does not need. */
		if (last > l->count)
			return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + m->at,
					"module %.16s has chunks up to %llu, and the ME's LLUT %zu",
					m->name, (unsigned long long)last, l->count);
		m->chunks = (last < l->count ? (size_t)last + 1 : l->count) - m->first_chunk;
		m->range = (struct img_range){ 0, 0 };
	}
	return IMG_OK;
}

static enum img_status read_2(struct img_view region, const struct img_me *me,
			      struct img_me_code *code, struct img_error *err)
{
	size_t size = header_size(region, me);
	enum img_status st;

	if (!size)
		return img_fail(err, IMG_E_ABSENT, img_view_origin(region) + me->manifest.at,
				"FTPR has no list of modules ($MME) that is known here");
	st = read_headers(region, me, size, code, err);
	if (st != IMG_OK || code->llut.at == IMG_NOWHERE)
		return st;
	st = read_llut(region, &code->llut, err);
	if (st == IMG_OK)
		st = read_chunks(region, &code->llut, err);
	if (st == IMG_OK)
		st = check_chunks(region, me, &code->llut, err);
	return st == IMG_OK ? give_chunks(region, code, err) : st;
}

/* --- generation 3 and later ------------------------------------------------------------- */

static bool ends_with(const char *name, const char *end)
{
	size_t have = strlen(name), want = strlen(end);

	return have >= want && !strcmp(name + have - want, end);
}

static struct img_me_module from_entry(const struct img_me_directory *d, uint32_t i,
				       const struct img_me_entry *e)
{
	static const char *const essential[] = { "rbe", "kernel", "syslib", "bup" };
	struct img_me_module m = {
		.at = d->at + d->header_size + (uint64_t)i * ME_CPD_ENTRY,
		.compression = e->huffman ? IMG_ME_HUFFMAN : IMG_ME_PLAIN,
		.range = { d->at + e->offset, 0 },
	};

	memcpy(m.name, e->name, sizeof(e->name));
	m.is_essential = ends_with(m.name, ".man") || ends_with(m.name, ".met") ||
			 is_one_of(m.name, essential, 4, true);
	return m;
}

/* By place; of those at one place the first in the directory is the first here. */
static int by_place(const void *a, const void *b)
{
	const struct img_me_module *x = a, *y = b;

	if (x->range.start != y->range.start)
		return x->range.start < y->range.start ? -1 : 1;
	return x->at < y->at ? -1 : x->at > y->at;
}

static enum img_status read_3(struct img_view region, const struct img_me *me,
			      struct img_me_code *code, struct img_error *err)
{
	const struct img_me_partition *boot = &me->partition[me->boot];
	struct img_me_directory d;
	enum img_status st = img_me_read_directory(region, boot->range.start, &d, err);
	uint64_t end;

	if (st != IMG_OK)
		return st;
	end = d.header_size + (uint64_t)d.count * ME_CPD_ENTRY;
	code->module = calloc(d.count + 1, sizeof(*code->module));
	if (!code->module)
		return no_memory(err);
	for (uint32_t i = 0; i < d.count; i++) {
		struct img_me_entry e = img_me_directory_entry(region, &d, i);
		struct img_me_module m = from_entry(&d, i, &e);

		if (e.offset > boot->range.size || (e.offset < end && e.length))
			return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + m.at,
					"module %.12s at 0x%x leaves the partition %s, or lies on "
					"its directory", m.name, (unsigned)e.offset, boot->name);
		if (e.offset >= end)
			code->module[code->count++] = m;
	}
	qsort(code->module, code->count, sizeof(*code->module), by_place);
	for (size_t i = 0; i < code->count; i++) {
		uint64_t next = i + 1 < code->count ? code->module[i + 1].range.start
						    : img_range_end(boot->range);

		code->module[i].range.size = next - code->module[i].range.start;
	}
	return IMG_OK;
}

/* --- all -------------------------------------------------------------------------------- */

static bool has_data(const struct img_me_code *code, const struct img_me_module *m)
{
	for (size_t i = 0; i < m->chunks; i++) {
		if (code->llut.chunk[m->first_chunk + i].start)
			return true;
	}
	return m->range.size;
}

/* A manifest alone starts nothing, nor does a module that has nothing stored. */
static enum img_status check_essential(struct img_view region, const struct img_me *me,
				       const struct img_me_code *code, struct img_error *err)
{
	size_t found = 0;

	for (size_t i = 0; i < code->count; i++) {
		const struct img_me_module *m = &code->module[i];

		if (!m->is_essential || strchr(m->name, '.'))
			continue;
		if (!has_data(code, m))
			return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + m->at,
					"module %.16s, without which the ME does not start, has no "
					"data", m->name);
		found++;
	}
	if (found)
		return IMG_OK;
	return img_fail(err, IMG_E_CORRUPT, img_view_origin(region) + me->manifest.at,
			"of %zu modules in FTPR none is known to start the ME (%s)", code->count,
			me->generation == IMG_ME_GEN_2 ? "BUP, ROMP" : "rbe, kernel, syslib, bup");
}

enum img_status img_me_code_read(struct img_view region, const struct img_me *me,
				 struct img_me_code *out, struct img_error *err)
{
	struct img_me_code code = { .llut = { .at = IMG_NOWHERE } };
	enum img_status st;

	if (me->generation == IMG_ME_GEN_1)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"the modules of ME 2 to 5 are not known here");
	st = me->generation == IMG_ME_GEN_2 ? read_2(region, me, &code, err)
					    : read_3(region, me, &code, err);
	if (st == IMG_OK)
		st = check_essential(region, me, &code, err);
	if (st != IMG_OK) {
		img_me_code_free(&code);
		return st;
	}
	*out = code;
	return IMG_OK;
}

void img_me_code_free(struct img_me_code *code)
{
	free(code->module);
	free(code->llut.chunk);
	code->module = NULL;
	code->llut.chunk = NULL;
}

static enum img_status check_data(struct img_view region, const struct img_me_module *m,
				  struct img_range range, struct img_error *err)
{
	struct img_view data;

	if (!range.size)
		return IMG_OK;
	if (img_view_slice(region, range.start, range.size, &data, NULL) != IMG_OK)
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(region) + img_view_size(region),
				"the ME region is cut off: module %.16s, without which it does not "
				"start, goes on to 0x%llx of the region, which ends at 0x%zx",
				m->name, (unsigned long long)img_range_end(range),
				img_view_size(region));
	/* A few equal bytes may be what was stored. */
	if (range.size >= BLANK_MIN && img_view_filled(data, 0xff))
		return img_fail(err, IMG_E_BOUNDS, img_view_origin(data),
				"the ME region is damaged: data of module %.16s, without which it "
				"does not start, are blank", m->name);
	return IMG_OK;
}

enum img_status img_me_whole(struct img_view region, const struct img_me_code *code,
			     struct img_error *err)
{
	enum img_status st = IMG_OK;

	for (size_t i = 0; i < code->count && st == IMG_OK; i++) {
		const struct img_me_module *m = &code->module[i];

		if (!m->is_essential)
			continue;
		st = check_data(region, m, m->range, err);
		for (size_t c = 0; c < m->chunks && st == IMG_OK; c++)
			st = check_data(region, m, code->llut.chunk[m->first_chunk + c], err);
	}
	return st;
}
