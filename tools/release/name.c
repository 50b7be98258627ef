/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/name.h"

#include <stdlib.h>
#include <string.h>

static const char *const endings[] = { ".tar.xz", ".tar.gz", ".tar.zst", ".tar" };

/* Names of ROM images that are sometimes packed alone; their second part is no board. */
static const char *const rom_names[] = { "grub", "seagrub", "custom", "seauboot",
					 "seabios_withgrub" };

static enum img_status refuse_kind(const char *base, struct img_error *err)
{
	size_t i;

	if (strstr(base, "_src.tar"))
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"is a source archive; ROM images are in "
				"PROJECT-VERSION_BOARD.tar.xz");
	for (i = 0; i < sizeof(rom_names) / sizeof(rom_names[0]); i++) {
		size_t n = strlen(rom_names[i]);

		if (!strncmp(base, rom_names[i], n) && base[n] == '_')
			return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
					"is named like a single ROM image, not like a release");
	}
	return IMG_OK;
}

enum img_status release_name_board(const char *path, char **board, struct img_error *err)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *start = strchr(base, '_');
	size_t len, n, i;
	enum img_status st;

	st = refuse_kind(base, err);
	if (st != IMG_OK)
		return st;
	len = start ? strlen(++start) : 0;
	for (i = 0; start && i < sizeof(endings) / sizeof(endings[0]); i++) {
		n = strlen(endings[i]);
		if (len <= n || strcmp(start + len - n, endings[i]))
			continue;
		*board = strndup(start, len - n);
		return *board ? IMG_OK
			      : img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			"the name does not say which board this is for "
			"(PROJECT-VERSION_BOARD.tar.xz); give -b BOARD");
}

bool release_name_is_rom(const char *name)
{
	size_t n = strlen(name);

	return n > 4 && !strcmp(name + n - 4, ".rom");
}

bool release_name_is_stripped(const char *name, const char **final)
{
	size_t n = strlen(RELEASE_PREFIX);

	if (strncmp(name, RELEASE_PREFIX, n))
		return false;
	*final = name + n;
	return true;
}
