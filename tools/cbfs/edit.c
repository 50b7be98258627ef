/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <strings.h>

#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_edit.h"
#include "libimg/edit/cbfs_fit.h"
#include "libimg/edit/cbfs_pack.h"
#include "libimg/edit/insert_kinds.h"
#include "libimg/edit/locate.h"
#include "tools/cbfs/cbfs.h"
#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/options.h"

/* CPU addresses are told from offsets as cbfstool does: they have bit 31. */
static const uint64_t first_address = 0x80000000u;

static enum img_status fixed_place(const struct cbfs_settings *s, struct img_view image,
				   uint64_t *where, struct img_error *err)
{
	bool from_end = s->address[0] == '-';
	struct img_cbfs_area area;
	enum img_status st;
	uint64_t n;

	if (!img_size_parse(s->address + from_end, &n))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"%s is no address or offset; write 0xfffa0000, 0x1000 or -0x4000",
				s->address);
	if (!from_end && n >= first_address)
		return s->windows ? img_locate_in_windows(s->window, s->windows,
							  img_view_size(image), n, where, err)
				  : img_locate_address(img_view_size(image), n, where, err);
	st = img_cbfs_area_find(image, s->area, &area, err);
	if (st != IMG_OK)
		return st;
	/* In an image without FMAP offsets count from its start. */
	if (from_end ? n > area.range.size : n > img_range_end(area.range) - area.base)
		return img_fail(err, IMG_E_BOUNDS, IMG_NOWHERE,
				"offset %s is not in the area of 0x%llx bytes", s->address,
				(unsigned long long)area.range.size);
	*where = from_end ? img_range_end(area.range) - n : area.base + n;
	return IMG_OK;
}

static enum img_status find_type(const char *word, uint32_t *type, struct img_error *err)
{
	if (!word)
		*type = IMG_CBFS_RAW;
	else if (!strcasecmp(word, "payload"))
		*type = IMG_CBFS_PAYLOAD;
	else if (!img_cbfs_type_of(word, type))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "no CBFS type is called %s", word);
	return IMG_OK;
}

static enum img_status read_packing(const struct cbfs_settings *s, struct img_cbfs_packing *how,
				    struct img_error *err)
{
	uint32_t i;

	how->flat = s->load || s->entry;
	if (how->flat && (!s->load || !s->entry || !img_size_parse(s->load, &how->load) ||
			  !img_size_parse(s->entry, &how->entry)))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"a flat binary needs -l ADDR and -e ADDR, as 0x100000");
	for (i = 0; s->compression && img_compression_word(i); i++) {
		if (strcasecmp(s->compression, img_compression_word(i)))
			continue;
		how->compression = i;
		return IMG_OK;
	}
	if (s->compression)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"no compression is called %s; there are none, lzma, lz4 and zstd",
				s->compression);
	return IMG_OK;
}

static enum img_status describe(const struct cbfs_settings *s, struct img_view image,
				struct img_cbfs_new *file, enum img_digest_kind *hash,
				struct img_error *err)
{
	enum img_status st = find_type(s->type, &file->type, err);

	if (st != IMG_OK)
		return st;
	if (s->hash && !img_digest_kind_of(s->hash, hash))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "no hash is called %s", s->hash);
	if (s->hash)
		file->hash = hash;
	if (s->address && s->align)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "-a and -b exclude each other");
	if (s->align) {
		file->place = IMG_CBFS_ALIGNED;
		if (!img_size_parse(s->align, &file->where) || !file->where)
			return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "%s is no alignment",
					s->align);
	}
	if (!s->address)
		return IMG_OK;
	file->place = IMG_CBFS_FIXED;
	return fixed_place(s, image, &file->where, err);
}

static int save(const struct cbfs_settings *s, struct img *img, const struct diag *d)
{
	struct img_error err;

	if (io_put(img_bytes(img), s->output, s->force, s->dry_run, &err) != IMG_OK)
		return diag_error(d, io_output_name(s->output), &err);
	return EXIT_DONE;
}

/* With --json what was done, and the image that came out. */
static int report(const struct cbfs_settings *s, struct img *img, const struct img_range *where,
		  const struct diag *d)
{
	char hex[IMG_DIGEST_HEX];
	struct img_digest digest;
	struct img_error err;
	json_t *root;

	if (!d->json)
		return EXIT_DONE;
	if (img_digest(IMG_SHA512, img_bytes(img), &digest, &err) != IMG_OK)
		return diag_error(d, NULL, &err);
	img_digest_hex(&digest, hex);
	root = json_pack("{s:o, s:{s:I, s:s}}", "name", json_text(s->name), "image", "size",
			 (json_int_t)img_size(img), "sha512", hex);
	if (where) {
		json_object_set_new(root, "start", json_integer((json_int_t)where->start));
		json_object_set_new(root, "size", json_integer((json_int_t)where->size));
	}
	return json_print(root, &err) == IMG_OK ? EXIT_DONE : diag_error(d, NULL, &err);
}

static int finish(const struct cbfs_settings *s, struct img *img, const struct img_range *where,
		  const struct diag *d)
{
	int status = save(s, img, d);

	return status == EXIT_DONE ? report(s, img, where, d) : status;
}

/* The data: a file, or an integer of 8 bytes, little endian. */
static enum img_status open_data(const struct cbfs_settings *s, struct img **data,
				 struct img_error *err)
{
	uint8_t bytes[8];
	uint64_t n;
	unsigned i;

	if (s->file)
		return io_open(s->file, data, err);
	if (!img_size_parse(s->integer, &n))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "%s is no integer", s->integer);
	for (i = 0; i < 8; i++)
		bytes[i] = (uint8_t)(n >> 8 * i);
	return img_copy(img_view_of(bytes, sizeof(bytes)), data, err);
}

/* With --replace the old file goes first; what could not be added was not saved either. */
static enum img_status store(const struct cbfs_settings *s, struct img *img,
			     const struct img_cbfs_new *file, struct img_range *where,
			     struct img_error *err)
{
	enum img_status st = IMG_E_ABSENT;

	if (s->replace)
		st = img_cbfs_remove(img, s->area, s->name, err);
	if (st != IMG_OK && st != IMG_E_ABSENT)
		return st;
	return s->xip ? img_insert_xip(img, file, where, err)
		      : img_cbfs_add(img, s->area, file, where, err);
}

static int check_add(const struct cbfs_settings *s, const struct diag *d)
{
	if (!s->file && !s->integer)
		return diag_usage(d, "where are the data of %s? -f FILE is missing", s->name);
	if (s->file && s->integer)
		return diag_usage(d, "-f and -i exclude each other");
	if (s->xip && (!s->type || strcasecmp(s->type, "fsp") || s->area || s->compression))
		return diag_usage(d, "--xip relocates an FSP in the primary CBFS: it goes with "
				  "-t fsp, without -r and -c");
	return OPTIONS_GO;
}

static void warn_of_fit(struct img *img, const struct img_cbfs_new *file, struct img_range where,
			const char *image, const struct diag *d)
{
	unsigned missing = file->type == IMG_CBFS_MICROCODE
				   ? img_fit_missing(img_bytes(img), where) : 0;

	if (missing)
		diag_warning(d, image, "the FIT has no unused entry for %u of the updates in %s: "
			     "processors do not find them before they start", missing,
			     file->name);
}

static int add_data(const struct cbfs_settings *s, const char *path, struct img *img,
		    struct img *data, const struct diag *d)
{
	struct img_cbfs_new file = { .name = s->name, .place = IMG_CBFS_ANYWHERE,
				     .data = img_bytes(data) };
	struct img_cbfs_packed packed = { .data = NULL };
	struct img_cbfs_packing how = { .flat = false };
	struct img_range where = { 0, 0 };
	enum img_digest_kind hash;
	struct img_error err;
	const char *blame = io_input_name(path);
	enum img_status st;
	int status;

	st = describe(s, img_bytes(img), &file, &hash, &err);
	if (st == IMG_OK)
		st = read_packing(s, &how, &err);
	if (st == IMG_OK) {
		st = img_cbfs_pack(&file, &how, &packed, &err);
		if (st != IMG_OK && s->file)
			blame = io_input_name(s->file);
	}
	if (st == IMG_OK)
		st = store(s, img, &file, &where, &err);
	status = st == IMG_OK ? EXIT_DONE : diag_error(d, blame, &err);
	if (status == EXIT_DONE && packed.kept)
		diag_note(d, blame, "%s does not become smaller and is stored uncompressed",
			  s->name);
	if (status == EXIT_DONE)
		warn_of_fit(img, &file, where, blame, d);
	if (status == EXIT_DONE)
		diag_detail(d, blame, "%s: 0x%llx bytes at 0x%llx", s->name,
			    (unsigned long long)where.size, (unsigned long long)where.start);
	if (status == EXIT_DONE)
		status = finish(s, img, &where, d);
	img_cbfs_packed_free(&packed);
	return status;
}

int cbfs_add(const struct cbfs_settings *s, const char *path, struct img *img,
	     const struct diag *d)
{
	struct img_error err;
	struct img *data;
	int status;

	status = check_add(s, d);
	if (status != OPTIONS_GO)
		return status;
	if (open_data(s, &data, &err) != IMG_OK)
		return diag_error(d, s->file ? io_input_name(s->file) : NULL, &err);
	status = add_data(s, path, img, data, d);
	img_close(data);
	return status;
}

int cbfs_remove(const struct cbfs_settings *s, const char *path, struct img *img,
		const struct diag *d)
{
	struct img_error err;

	if (img_cbfs_remove(img, s->area, s->name, &err) != IMG_OK)
		return diag_error(d, io_input_name(path), &err);
	return finish(s, img, NULL, d);
}
