/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <string.h>

#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_extract.h"
#include "libimg/edit/cbfs_walk.h"
#include "tools/cbfs/cbfs.h"
#include "tools/common/io.h"
#include "tools/common/json.h"

/* Of a CBFS made to trouble us. */
enum { DAMAGE_MAX = 10 };

/*
 * Firmware passes over what is damaged and finds the file all the same; so does this, but it
 * says so. *damaged counts.
 */
static enum img_status find(const struct cbfs_settings *s, const char *path, struct img_view area,
			    const struct diag *d, struct img_cbfs_file *out, unsigned *damaged,
			    struct img_error *err)
{
	struct img_cbfs_file file;
	uint64_t cursor = 0;
	enum img_status st;

	for (;;) {
		st = img_cbfs_walk(area, true, &cursor, &file, err);
		if (st == IMG_E_CORRUPT && ++*damaged <= DAMAGE_MAX) {
			/* With --json standard output is for the result. */
			if (d->json)
				diag_warning(d, io_input_name(path), "0x%08llx: %s",
					     (unsigned long long)err->at, err->text);
			else
				(void)diag_error(d, io_input_name(path), err);
			continue;
		}
		if (st == IMG_E_CORRUPT)
			continue;
		if (st != IMG_OK)
			break;
		if (img_cbfs_is_free(&file) || strcmp(file.name, s->name))
			continue;
		*out = file;
		return IMG_OK;
	}
	if (st != IMG_E_ABSENT)
		return st;
	return img_fail(err, st, img_view_origin(area), "no file %s in this CBFS%s", s->name,
			*damaged ? "; it may be in what is damaged" : "");
}

static int report(const struct cbfs_settings *s, uint64_t offset, struct img_view contents,
		  const struct diag *d)
{
	char hex[IMG_DIGEST_HEX];
	struct img_digest digest;
	struct img_error err;

	if (!d->json)
		return EXIT_DONE;
	if (img_digest(IMG_SHA256, contents, &digest, &err) != IMG_OK)
		return diag_error(d, NULL, &err);
	img_digest_hex(&digest, hex);
	if (json_print(json_pack("{s:o, s:I, s:I, s:s}", "name", json_text(s->name), "offset",
				 (json_int_t)offset, "size",
				 (json_int_t)img_view_size(contents), "sha256", hex),
		       &err) != IMG_OK)
		return diag_error(d, NULL, &err);
	return EXIT_DONE;
}

int cbfs_extract(const struct cbfs_settings *s, const char *path, struct img *img,
		 const struct diag *d)
{
	struct img_view area, bytes = img_view_of("", 0);
	struct img *contents = NULL;
	struct img_cbfs_file file;
	struct img_cbfs_area found;
	struct img_error err;
	unsigned damaged = 0;
	enum img_status st;
	int status;

	st = img_cbfs_area_find(img_bytes(img), s->area, &found, &err);
	if (st == IMG_OK)
		st = img_view_slice(img_bytes(img), found.range.start, found.range.size, &area,
				    &err);
	if (st == IMG_OK)
		st = find(s, path, area, d, &file, &damaged, &err);
	if (st == IMG_OK)
		st = img_cbfs_extract(&file, s->unprocessed, &contents, &err);
	if (st != IMG_OK)
		return diag_error(d, io_input_name(path), &err);
	if (contents)
		bytes = img_bytes(contents);
	if (io_put(bytes, s->file, s->force, s->dry_run, &err) != IMG_OK)
		status = diag_error(d, io_output_name(s->file), &err);
	else
		status = report(s, found.range.start - found.base + file.at, bytes, d);
	img_close(contents);
	return status == EXIT_DONE && damaged ? EXIT_NO : status;
}
