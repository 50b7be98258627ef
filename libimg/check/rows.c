/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said of the checks, apart from what they do: see rows.h. */
#include <string.h>

#include "libimg/check/table.h"

#define CHECK(id, severity, scope, function, about) { id, severity, scope, about },
const struct img_check_kind img_check_kinds[] = {
#include "libimg/check/rows.h"
};
#undef CHECK

enum { CHECKS = sizeof(img_check_kinds) / sizeof(img_check_kinds[0]) };

bool img_check_row(size_t i, struct img_check_row *out)
{
	const struct img_check_kind *k = &img_check_kinds[i];

	if (i >= CHECKS)
		return false;
	*out = (struct img_check_row){ k->id, k->severity, k->about };
	return true;
}

const char *img_check_id(const char *id)
{
	for (size_t i = 0; i < CHECKS; i++)
		if (!strcmp(img_check_kinds[i].id, id))
			return img_check_kinds[i].id;
	return NULL;
}

const char *img_severity_word(enum img_severity severity)
{
	static const char *const words[] = { [IMG_NOTE] = "note", [IMG_WARNING] = "warning",
					     [IMG_ERROR] = "error" };

	return words[severity];
}
