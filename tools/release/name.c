/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/name.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/io.h"

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

/* Length of the name without its ending; 0: it has none of ours. */
static size_t stem_length(const char *name)
{
	size_t len = strlen(name), i;

	for (i = 0; i < sizeof(endings) / sizeof(endings[0]); i++) {
		size_t n = strlen(endings[i]);

		if (len > n && !strcmp(name + len - n, endings[i]))
			return len - n;
	}
	return 0;
}

bool release_name_is_archive(const char *path)
{
	return stem_length(path) > 0;
}

enum img_status release_name_parse(const char *path, struct release_name *out,
				   struct img_error *err)
{
	const char *slash = strrchr(path, '/'), *base = slash ? slash + 1 : path;
	const char *end = base + stem_length(base), *board = strchr(base, '_'), *dash;
	struct release_name n = { 0 };
	enum img_status st;

	st = refuse_kind(base, err);
	if (st != IMG_OK)
		return st;
	if (!board || board + 1 >= end)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"the name does not say which board this is for "
				"(PROJECT-VERSION_BOARD.tar.xz); give -b BOARD");
	n.board = strndup(board + 1, (size_t)(end - board - 1));
	dash = memchr(base, '-', (size_t)(board - base));
	if (dash) {
		n.project = strndup(base, (size_t)(dash - base));
		n.version = strndup(dash + 1, (size_t)(board - dash - 1));
	}
	if (!n.board || (dash && (!n.project || !n.version))) {
		release_name_close(&n);
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	}
	*out = n;
	return IMG_OK;
}

enum img_status release_directory_board(const char *directory, struct release_name *out,
					struct img_error *err)
{
	char *bin = io_format("%s/bin", directory), *found = NULL;
	struct dirent *entry;
	unsigned count = 0;
	DIR *dir = bin ? opendir(bin) : NULL;

	free(bin);
	while (dir && (entry = readdir(dir))) {
		if (entry->d_name[0] == '.')
			continue;
		free(found);
		found = strdup(entry->d_name);
		count++;
	}
	if (dir)
		closedir(dir);
	if (count == 1 && found) {
		out->board = found;
		return IMG_OK;
	}
	free(found);
	return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
			"nothing here says which board this is for; give -b BOARD");
}

void release_name_close(struct release_name *name)
{
	free(name->project);
	free(name->version);
	free(name->board);
	*name = (struct release_name){ 0 };
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
