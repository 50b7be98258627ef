/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/format/me_hash.h"

#include <stdlib.h>
#include <string.h>

#include "libimg/core/bytes.h"
#include "libimg/core/compress.h"
#include "libimg/core/digest.h"
#include "libimg/core/image.h"
#include "libimg/format/me_internal.h"

enum {
	HEADER_HASH = 0x14,
	HEADER_MEMORY = 0x3c,
	UNPACKED_MAX = 0x1000000,	/* of all modules; real ones have 2 MiB */
	EXTENSIONS_MAX = 0x10000,	/* bytes; real ones have 1 KiB */
	EXT_HEADER = 8,
	EXT_PACKAGE = 0x0f,
	PACKAGE_ENTRIES = 0x34,
	PACKAGE_ENTRY = 0x14,		/* without the hash */
	EXT_MODULE = 0x0a,
	MODULE_HASH = 0x18,
	NAME_SIZE = 12,
};

struct check {
	struct img_view region;
	const struct img_me *me;
	img_me_wrong_fn *wrong;
	void *ctx;
	size_t checked;
	uint64_t left;			/* bytes that may still be worked on */
	bool spent;			/* and that these were too few, is said */
	struct img_error *err;
};

static void say(struct check *c, uint64_t at, const char *name, const char *what)
{
	struct img_error why;

	(void)img_fail(&why, IMG_E_MISMATCH, img_view_origin(c->region) + at,
		       "module %.16s of FTPR %s: it was changed or damaged", name, what);
	c->wrong(c->ctx, &why);
}

/* Modules that lie over each other are more than there can be: said once, then no more is done. */
static bool may_work(struct check *c, uint64_t at, const char *name, uint64_t size)
{
	if (!c->spent && size > c->left) {
		say(c, at, name, "is more, with those in front of it, than FTPR can hold");
		c->spent = true;
	}
	if (c->spent)
		return false;
	c->left -= size;
	return true;
}

/* IMG_E_MISMATCH: no. The hash stands with its last byte first. */
static enum img_status compare(struct check *c, struct img_view data, struct img_view hash)
{
	struct img_digest d;
	size_t size = img_view_size(hash);
	enum img_status st = img_digest(size == 0x20 ? IMG_SHA256 : IMG_SHA384, data, &d, c->err);

	if (st != IMG_OK)
		return st;
	c->checked++;
	for (size_t i = 0; i < size; i++)
		if (img_view_data(hash)[i] != d.bytes[size - 1 - i])
			return IMG_E_MISMATCH;
	return IMG_OK;
}

/* There, and not taken out. */
static bool has(struct img_view region, struct img_range range, struct img_view *out)
{
	return range.size && img_view_slice(region, range.start, range.size, out, NULL) == IMG_OK &&
	       !img_me_blank(*out);
}

/* --- generation 2 ----------------------------------------------------------------------- */

static enum img_status unpack_and_compare(struct check *c, const struct img_me_module *m,
					  struct img_view packed, struct img_view hash,
					  uint32_t memory)
{
	struct img *room;
	struct img_view plain;
	size_t size;
	enum img_status st = img_new(memory, 0, &room, c->err);

	if (st != IMG_OK)
		return st;
	st = img_decompress_lzma(packed, img_span(room), &size, c->err);
	if (st == IMG_OK) {
		st = img_view_slice(img_bytes(room), 0, size, &plain, c->err);
		if (st == IMG_OK)
			st = compare(c, plain, hash);
		if (st == IMG_E_MISMATCH)
			say(c, m->range.start, m->name, "does not have the hash in its header");
	} else if (st != IMG_E_NOMEM) {
		c->checked++;
		st = IMG_E_MISMATCH;
		say(c, m->range.start, m->name, "cannot be unpacked");
	}
	img_close(room);
	return st == IMG_E_MISMATCH ? IMG_OK : st;
}

static enum img_status check_2(struct check *c, const struct img_me_module *m)
{
	struct img_view packed, hash;
	uint8_t memory[4];

	if (m->compression != IMG_ME_LZMA || !has(c->region, m->range, &packed) ||
	    img_view_slice(c->region, m->at + HEADER_HASH, 0x20, &hash, NULL) != IMG_OK ||
	    img_view_copy(c->region, m->at + HEADER_MEMORY, memory, 4, NULL) != IMG_OK ||
	    img_me_blank(hash) || !img_get_le32(memory) ||
	    !may_work(c, m->range.start, m->name, img_get_le32(memory)))
		return IMG_OK;
	return unpack_and_compare(c, m, packed, hash, img_get_le32(memory));
}

/* --- generation 3 and later ------------------------------------------------------------- */

/* The next extension of that type; *v is what is left behind it. */
static bool next_extension(struct img_view *v, uint32_t type, struct img_view *out)
{
	for (;;) {
		struct img_reader r = img_reader_of(*v, NULL);
		uint32_t is = img_read_le32(&r), size = img_read_le32(&r);

		if (img_read_status(&r) != IMG_OK || size < EXT_HEADER ||
		    img_view_slice(*v, 0, size, out, NULL) != IMG_OK ||
		    img_view_slice(*v, size, img_view_size(*v) - size, v, NULL) != IMG_OK)
			return false;
		if (is == type)
			return true;
	}
}

/* The manifest's hash of NAME.met. */
static bool find_hash(struct img_view extensions, const char *name, struct img_view *hash)
{
	struct img_view e;
	char is[NAME_SIZE + 1] = "";

	while (next_extension(&extensions, EXT_PACKAGE, &e)) {
		struct img_reader r = img_reader_of(e, NULL);
		uint16_t size;

		for (uint64_t at = PACKAGE_ENTRIES;; at += PACKAGE_ENTRY + size) {
			img_read_seek(&r, at);
			img_read_bytes(&r, is, NAME_SIZE);
			img_read_skip(&r, 2);
			size = img_read_le16(&r);
			if (img_read_status(&r) != IMG_OK || (size != 0x20 && size != 0x30))
				break;
			if (!strcmp(is, name))
				return img_view_slice(e, at + PACKAGE_ENTRY, size, hash, NULL) ==
				       IMG_OK;
		}
	}
	return false;
}

/* What a NAME.met that is right says of NAME. */
static enum img_status check_by(struct check *c, const struct img_me_directory *d,
				struct img_view met, const char *name)
{
	struct img_view e, data, hash;
	struct img_reader r;
	struct img_range range = { 0 };
	enum img_status st;

	for (uint32_t i = 0; i < d->count && !range.start; i++) {
		struct img_me_entry entry = img_me_directory_entry(c->region, d, i);

		if (!strcmp(entry.name, name) && !entry.huffman)
			range.start = d->at + entry.offset;
	}
	if (!range.start || !next_extension(&met, EXT_MODULE, &e))
		return IMG_OK;
	r = img_reader_of(e, NULL);
	img_read_seek(&r, 8);
	if (img_read_u8(&r))
		return IMG_OK;
	img_read_seek(&r, 0x10);
	range.size = img_read_le32(&r);
	if (img_read_status(&r) != IMG_OK || !has(c->region, range, &data) ||
	    (img_view_size(e) != MODULE_HASH + 0x20 && img_view_size(e) != MODULE_HASH + 0x30) ||
	    img_view_slice(e, MODULE_HASH, img_view_size(e) - MODULE_HASH, &hash, NULL) != IMG_OK ||
	    !may_work(c, range.start, name, range.size))
		return IMG_OK;
	st = compare(c, data, hash);
	if (st == IMG_E_MISMATCH)
		say(c, range.start, name, "does not have the hash in its .met");
	return st == IMG_E_MISMATCH ? IMG_OK : st;
}

static enum img_status check_met(struct check *c, const struct img_me_directory *d,
				 struct img_view extensions, const struct img_me_entry *e)
{
	struct img_range range = { d->at + e->offset, e->length };
	size_t length = strlen(e->name);
	char name[NAME_SIZE + 1] = "";
	struct img_view met, hash;
	enum img_status st;

	if (length < 5 || strcmp(e->name + length - 4, ".met"))
		return IMG_OK;
	memcpy(name, e->name, length - 4);
	if (!find_hash(extensions, name, &hash) || !has(c->region, range, &met) ||
	    !may_work(c, range.start, e->name, range.size))
		return IMG_OK;
	st = compare(c, met, hash);
	if (st == IMG_OK)
		return check_by(c, d, met, name);
	if (st == IMG_E_MISMATCH)
		say(c, range.start, e->name, "does not have the hash in the manifest");
	return st == IMG_E_MISMATCH ? IMG_OK : st;
}

static enum img_status check_3(struct check *c)
{
	const struct img_me_manifest *m = &c->me->manifest;
	struct img_me_directory d;
	struct img_view extensions;
	uint64_t size;
	enum img_status st;

	st = img_me_read_directory(c->region, c->me->partition[c->me->boot].range.start, &d, NULL);
	if (st != IMG_OK || m->header_size > m->size)
		return IMG_OK;
	size = m->size - m->header_size;
	if (size > EXTENSIONS_MAX)
		size = EXTENSIONS_MAX;
	st = img_view_slice(c->region, m->at + m->header_size, size, &extensions, NULL);
	if (st != IMG_OK)
		return IMG_OK;
	for (uint32_t i = 0; i < d.count && st == IMG_OK; i++) {
		struct img_me_entry e = img_me_directory_entry(c->region, &d, i);

		st = check_met(c, &d, extensions, &e);
	}
	return st;
}

/* --- all -------------------------------------------------------------------------------- */

enum img_status img_me_check_modules(struct img_view region, const struct img_me *me,
				     const struct img_me_code *code, img_me_wrong_fn *wrong,
				     void *ctx, size_t *checked, struct img_error *err)
{
	struct check c = { .region = region, .me = me, .wrong = wrong, .ctx = ctx, .err = err };
	bool headers = me->generation == IMG_ME_GEN_2;
	enum img_status st = IMG_OK;

	c.left = headers ? UNPACKED_MAX : img_view_size(region);
	for (size_t i = 0; headers && i < code->count && st == IMG_OK; i++)
		st = check_2(&c, &code->module[i]);
	if (me->generation >= IMG_ME_GEN_3)
		st = check_3(&c);
	if (checked)
		*checked = c.checked;
	return st;
}
