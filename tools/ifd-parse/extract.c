/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdio.h>
#include <stdlib.h>

#include "tools/common/io.h"
#include "tools/ifd-parse/ifd_parse.h"

/* Only bytes that are in the file: what is behind its end is nobody's region. */
static enum img_status say_missing(struct subject *s, unsigned i, struct img_error *err)
{
	struct img_finding f = { .id = NOT_IN_FILE, .severity = IMG_ERROR,
				 .at = s->ifd.region[i].start };

	snprintf(f.text, sizeof(f.text),
		 "region %s (0x%08llx..0x%08llx) is not wholly in the file of 0x%llx bytes and was "
		 "not written",
		 img_ifd_region_name(i), (unsigned long long)f.at,
		 (unsigned long long)(img_range_end(s->ifd.region[i]) - 1),
		 (unsigned long long)s->size);
	return add_finding(&s->findings, &f, err);
}

static enum img_status write_region(const char *dir, unsigned i, struct img_view bytes,
				    bool force, struct img_save **out, struct img_error *err)
{
	char *path = io_format("%s/%s.bin", dir, img_ifd_region_name(i));
	enum img_status st;

	if (!path)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = io_begin(path, force, out, err);
	if (st == IMG_OK)
		st = img_save_write(*out, bytes, err);
	if (st == IMG_OK)
		st = img_save_finish(*out, err);
	if (st != IMG_OK)
		img_error_prefix(err, "%s", path);
	free(path);
	return st;
}

enum img_status extract(struct subject *s, const char *dir, uint32_t mask, bool force,
			struct img_error *err)
{
	struct img_save *saves[IMG_IFD_REGIONS] = { NULL };
	enum img_status st = io_make_directory(dir, err);

	if (st != IMG_OK)
		img_error_prefix(err, "%s", dir);
	for (unsigned i = 0; i < IMG_IFD_REGIONS && st == IMG_OK; i++) {
		struct img_range r = s->ifd.region[i];
		struct img_view bytes;

		if (!r.size || !(mask >> i & 1))
			continue;
		if (img_view_slice(s->image, r.start, r.size, &bytes, NULL) == IMG_OK) {
			st = write_region(dir, i, bytes, force, &saves[i], err);
			continue;
		}
		st = say_missing(s, i, err);
	}
	for (unsigned i = 0; i < IMG_IFD_REGIONS; i++) {
		if (!saves[i])
			continue;
		if (st == IMG_OK)
			st = img_save_commit(saves[i], err);
		else
			img_save_drop(saves[i]);
	}
	return st;
}
