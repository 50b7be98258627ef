/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <stdlib.h>

#include "tools/ifd-parse/ifd_parse.h"

enum img_status add_finding(struct findings *f, const struct img_finding *finding,
			    struct img_error *err)
{
	/* A power of two is full: the next one. */
	if (!(f->count & (f->count - 1))) {
		size_t room = f->count ? 2 * f->count : 1;
		struct img_finding *larger = realloc(f->list, room * sizeof(*larger));

		if (!larger)
			return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		f->list = larger;
	}
	f->list[f->count++] = *finding;
	return IMG_OK;
}
