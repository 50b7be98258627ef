/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_edit.h"
#include "libimg/edit/locate.h"
#include "tools/cbfs/cbfs.h"
#include "tools/common/io.h"
#include "tools/common/json.h"

/* CPU addresses are told from offsets as cbfstool does: they have bit 31. */
static const uint64_t first_address = 0x80000000u;

static enum img_status fixed_place(const struct cbfs_settings *s, struct img_view image,
				   uint64_t *where, struct img_error *err)
{
	bool from_end = s->address[0] == '-';
	struct img_range area;
	enum img_status st;
	uint64_t n;

	if (!img_size_parse(s->address + from_end, &n))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"%s is no address or offset; write 0xfffa0000, 0x1000 or -0x4000",
				s->address);
	if (!from_end && n >= first_address)
		return img_locate_address(img_view_size(image), n, where, err);
	st = img_locate_cbfs(image, s->area, &area, err);
	if (st != IMG_OK)
		return st;
	if (n > area.size)
		return img_fail(err, IMG_E_BOUNDS, IMG_NOWHERE,
				"offset %s is not in the area of 0x%llx bytes", s->address,
				(unsigned long long)area.size);
	*where = from_end ? img_range_end(area) - n : area.start + n;
	return IMG_OK;
}

static enum img_status describe(const struct cbfs_settings *s, struct img_view image,
				struct img_cbfs_new *file, enum img_digest_kind *hash,
				struct img_error *err)
{
	if (!img_cbfs_type_of(s->type ? s->type : "raw", &file->type))
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "no CBFS type is called %s",
				s->type);
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

int cbfs_add(const struct cbfs_settings *s, const char *path, struct img *img,
	     const struct diag *d)
{
	struct img_cbfs_new file = { .name = s->name, .place = IMG_CBFS_ANYWHERE };
	enum img_digest_kind hash;
	struct img_range where;
	struct img_error err;
	struct img *data;
	enum img_status st;

	if (!s->file)
		return diag_usage(d, "where are the data of %s? -f FILE is missing", s->name);
	if (io_open(s->file, &data, &err) != IMG_OK)
		return diag_error(d, io_input_name(s->file), &err);
	file.data = img_bytes(data);
	st = describe(s, img_bytes(img), &file, &hash, &err);
	if (st == IMG_OK)
		st = img_cbfs_add(img, s->area, &file, &where, &err);
	img_close(data);
	if (st != IMG_OK)
		return diag_error(d, io_input_name(path), &err);
	diag_detail(d, io_input_name(path), "%s: 0x%llx bytes at 0x%llx", s->name,
		    (unsigned long long)where.size, (unsigned long long)where.start);
	return finish(s, img, &where, d);
}

int cbfs_remove(const struct cbfs_settings *s, const char *path, struct img *img,
		const struct diag *d)
{
	struct img_error err;

	if (img_cbfs_remove(img, s->area, s->name, &err) != IMG_OK)
		return diag_error(d, io_input_name(path), &err);
	return finish(s, img, NULL, d);
}
