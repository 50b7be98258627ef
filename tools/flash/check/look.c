/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/check/look.h"

#include <string.h>

#define SCOPE (IMG_CHECK_DESCRIPTOR | IMG_CHECK_FILE | IMG_CHECK_CONTENT | IMG_CHECK_PLACE)

static bool is_usual(const struct img_finding *f)
{
	return !strcmp(f->id, IMG_CHECK_UNKNOWN) || !strcmp(f->id, "blank-image");
}

/* An error becomes a warning, what was a warning a note. */
static void soften(struct findings *f)
{
	size_t i, kept = 0;

	for (i = 0; i < f->count; i++) {
		if (is_usual(&f->list[i]))
			continue;
		f->list[kept] = f->list[i];
		if (f->list[kept].severity != IMG_NOTE)
			f->list[kept].severity--;
		kept++;
	}
	f->count = kept;
}

enum img_status flash_look(struct img_view contents, bool is_part, struct findings *out,
			   struct img_error *err)
{
	const struct checks_subject s = { .image = contents, .is_part = is_part,
					  .scope = SCOPE };
	enum img_status st = findings_of(&s, out, NULL, err);

	soften(out);
	return st;
}

void flash_look_say(const struct diag *d, const char *about, const struct findings *found)
{
	size_t i;

	for (i = 0; i < found->count; i++) {
		const struct img_finding *one = &found->list[i];

		if (one->severity == IMG_WARNING)
			diag_warning(d, about, "what was read: %s (%s)", one->text, one->id);
		else
			diag_detail(d, about, "what was read: %s (%s)", one->text, one->id);
	}
}
