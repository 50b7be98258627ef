/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "libimg/core/compress.h"
#include "libimg/core/digest.h"
#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_hash.h"
#include "libimg/edit/cbfs_walk.h"
#include "libimg/edit/locate.h"
#include "libimg/format/cbfs.h"
#include "tools/cbfs/cbfs.h"
#include "tools/common/io.h"
#include "tools/common/json.h"

struct listing {
	const struct cbfs_settings *settings;
	const struct diag *d;
	const char *path;
	struct img_view area;
	uint64_t base;			/* added to offsets in the area */
	bool inside;			/* for img_cbfs_walk() */
	json_t *files, *findings;	/* NULL for text */
	unsigned damaged, shown;
	unsigned invalid;		/* hashes */
};

/* Of an image made to trouble us; real ones have a hundred files and no damage. */
enum { DAMAGE_MAX = 100, FILES_MAX = 20000 };

static const char *compression_word(uint32_t number)
{
	const char *word = img_compression_word(number);

	return word ? word : "unknown";
}

static void type_word(uint32_t type, char out[16])
{
	const char *word = img_cbfs_type_word(type);

	if (word)
		snprintf(out, 16, "%s", word);
	else
		snprintf(out, 16, "(unknown)");	/* cbfstool's word for it */
}

static const char *shown_name(const struct img_cbfs_file *f)
{
	return img_cbfs_is_free(f) && !f->name[0] ? "(empty)" : f->name;
}

static void print_row(const struct listing *l, const struct img_cbfs_file *f)
{
	const char *name = shown_name(f);
	char type[16];
	int width = 0;

	type_word(f->type, type);
	for (; *name; width++) {
		size_t n = diag_printable(name);

		fwrite(n ? name : "?", 1, n ? n : 1, stdout);
		name += n ? n : 1;
	}
	printf("%*s 0x%-8llx %-12s %9u %s", width < 32 ? 32 - width : 0, "",
	       (unsigned long long)(l->base + f->at), type, f->data_size,
	       compression_word(f->compression));
	if (f->compression)
		printf(" (%u)", f->decompressed_size);
	putchar('\n');
}

static void add_finding(struct listing *l, const char *id, uint64_t at, const char *text)
{
	json_array_append_new(l->findings, json_pack("{s:s, s:s, s:I, s:o}", "id", id, "severity",
						     "error", "at", (json_int_t)at, "text",
						     json_text(text)));
}

/* Only a file with a hash has the key. */
static enum img_status add_hash(struct listing *l, const struct img_cbfs_file *f, json_t *row,
				struct img_error *err)
{
	enum img_digest_kind kind = IMG_SHA256;
	enum img_cbfs_hash_state state;
	enum img_status st;
	char text[400];

	st = img_cbfs_hash_check(f, &state, &kind, err);
	if (st == IMG_E_CORRUPT)
		state = IMG_CBFS_HASH_UNKNOWN;
	else if (st != IMG_OK)
		return st;
	if (state == IMG_CBFS_HASH_NONE)
		return IMG_OK;
	json_object_set_new(row, "hash", json_pack(
		"{s:s, s:b}", "algorithm",
		state == IMG_CBFS_HASH_UNKNOWN ? "unknown" : img_digest_name(kind), "valid",
		state == IMG_CBFS_HASH_VALID));
	if (state == IMG_CBFS_HASH_VALID)
		return IMG_OK;
	l->invalid++;
	snprintf(text, sizeof(text), state == IMG_CBFS_HASH_INVALID
		 ? "the data of %s do not have the hash stored with them"
		 : "the hash of %s is of an unknown algorithm", f->name);
	add_finding(l, "cbfs-hash", img_view_origin(f->data), text);
	return IMG_OK;
}

static enum img_status add_row(struct listing *l, const struct img_cbfs_file *f,
			       struct img_error *err)
{
	char type[16], hex[IMG_DIGEST_HEX];
	struct img_digest digest;
	enum img_status st;
	json_t *row;

	st = img_digest(IMG_SHA256, f->data, &digest, err);
	if (st != IMG_OK)
		return st;
	img_digest_hex(&digest, hex);
	type_word(f->type, type);
	row = json_pack(
		"{s:o, s:I, s:s, s:I, s:s, s:I, s:s}", "name", json_text(shown_name(f)), "offset",
		(json_int_t)(l->base + f->at), "type", type, "size", (json_int_t)f->data_size,
		"compression", compression_word(f->compression), "decompressed_size",
		(json_int_t)f->decompressed_size, "sha256", hex);
	json_array_append_new(l->files, row);
	return img_cbfs_is_free(f) ? IMG_OK : add_hash(l, f, row, err);
}

/* Damage is told where it is, and the list goes on behind it. */
static void take_damage(struct listing *l, const char *id, struct img_error *err)
{
	if (++l->damaged > DAMAGE_MAX)
		return;
	if (l->damaged == DAMAGE_MAX)
		img_error_prefix(err, "the last damage listed here");
	if (l->findings)
		add_finding(l, id, err->at, err->text);
	else
		(void)diag_error(l->d, io_input_name(l->path), err);
}

/* The header has to agree with how the data begin. */
static void check_compression(struct listing *l, const struct img_cbfs_file *f)
{
	struct img_error err;

	if (img_cbfs_is_free(f) || !f->compression ||
	    img_compressed_agrees(f->compression, f->data, f->decompressed_size, &err) == IMG_OK)
		return;
	if (err.at == IMG_NOWHERE)
		err.at = img_view_origin(l->area) + f->at;
	img_error_prefix(&err, "%s", f->name);
	take_damage(l, "cbfs-compression", &err);
}

static enum img_status walk(struct listing *l, struct img_error *err)
{
	struct img_cbfs_file f;
	uint64_t cursor = 0;
	enum img_status st;

	for (;;) {
		st = img_cbfs_walk(l->area, l->inside, &cursor, &f, err);
		if (st == IMG_E_ABSENT)
			return IMG_OK;
		if (st == IMG_E_CORRUPT) {
			take_damage(l, "cbfs-damaged", err);
			continue;
		}
		if (st != IMG_OK)
			return st;
		if (img_cbfs_is_free(&f) && !l->settings->all)
			continue;
		if (++l->shown > FILES_MAX)
			return img_fail(err, IMG_E_UNSUPPORTED, img_view_origin(l->area) + f.at,
					"over %d files in one CBFS; the list ends here", FILES_MAX);
		if (l->files)
			st = add_row(l, &f, err);
		else
			print_row(l, &f);
		if (st != IMG_OK)
			return st;
		check_compression(l, &f);
	}
}

static enum img_status list_text(struct listing *l, const char *name, struct img_range range,
				 struct img_error *err)
{
	enum img_status st;

	if (name)
		printf("FMAP area %s: ", name);
	else
		printf("CBFS of a master header: ");
	printf("0x%llx bytes at 0x%llx\n", (unsigned long long)range.size,
	       (unsigned long long)range.start);
	printf("%-32s %-10s %-12s %9s %s\n", "Name", "Offset", "Type", "Size", "Compression");
	st = walk(l, err);
	if (st == IMG_OK && (fflush(stdout) || ferror(stdout)))
		st = img_fail_errno(err, errno, "cannot write standard output");
	return st;
}

static enum img_status list(struct listing *l, struct img *img, struct img_error *err)
{
	const char *name = l->settings->area ? l->settings->area : IMG_CBFS_PRIMARY;
	struct img_cbfs_area found;
	enum img_status st;

	st = img_cbfs_area_load(img, l->settings->area, &found, &l->inside, err);
	if (st == IMG_OK)
		st = img_view_slice(img_bytes(img), found.range.start, found.range.size, &l->area,
				    err);
	if (st != IMG_OK)
		return st;
	if (found.legacy)
		name = NULL;
	l->base = found.range.start - found.base;
	if (!l->d->json)
		return list_text(l, name, found.range, err);
	l->files = json_array();
	l->findings = json_array();
	st = walk(l, err);
	if (st != IMG_OK) {
		json_decref(l->files);
		json_decref(l->findings);
		return st;
	}
	return json_print(json_pack("{s:s?, s:I, s:I, s:o, s:o}", "region", name, "start",
				    (json_int_t)found.range.start, "size",
				    (json_int_t)found.range.size, "files", l->files, "findings",
				    l->findings), err);
}

int cbfs_list(const struct cbfs_settings *s, const char *path, struct img *img,
	      const struct diag *d)
{
	struct listing l = { .settings = s, .d = d, .path = path };
	struct img_error err;

	if (s->areas)
		return cbfs_list_areas(path, img, d);
	if (s->fit)
		return cbfs_list_fit(path, img, d);
	if (list(&l, img, &err) != IMG_OK)
		return diag_error(d, io_input_name(path), &err);
	return l.damaged || l.invalid ? EXIT_NO : EXIT_DONE;
}
