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
	return findings_add(&s->findings, &f, err);
}

static enum img_status take_region(const struct extraction *x, unsigned i, struct img_view bytes,
				   struct together *t, struct img_error *err)
{
	char *path = io_format("%s/%s.bin", x->dir, img_ifd_region_name(i));
	enum img_status st;

	if (!path)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = together_add(t, path, &bytes, 1, err);
	free(path);
	return st;
}

enum img_status extract(struct subject *s, const struct extraction *x, struct together *t,
			struct img_error *err)
{
	enum img_status st = together_begin(t, x->dir, x->force, x->dry_run, err);

	for (unsigned i = 0; i < IMG_IFD_REGIONS && st == IMG_OK; i++) {
		struct img_range r = s->ifd.region[i];
		struct img_view bytes;

		if (!r.size || !(x->regions >> i & 1))
			continue;
		if (img_view_slice(s->image, r.start, r.size, &bytes, NULL) == IMG_OK)
			st = take_region(x, i, bytes, t, err);
		else
			st = say_missing(s, i, err);
	}
	return st == IMG_OK ? together_commit(t, err) : st;
}
