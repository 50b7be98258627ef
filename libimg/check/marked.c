/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Apart from the checks, because who asks only this would be linked with all of them. */
#include <string.h>

#include "libimg/check/check.h"

/* All prefixes that releases have had so far begin like this. */
#define MARK "DO_NOT_FLASH_YET"

bool img_check_name_is_marked(const char *path)
{
	const char *slash = strrchr(path, '/');

	return !strncmp(slash ? slash + 1 : path, MARK, strlen(MARK));
}
