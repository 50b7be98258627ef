/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/manifest_beside.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "tools/common/io.h"

char *manifest_directory(const char *path)
{
	const char *slash = strrchr(path, '/');

	return strndup(path, slash ? (size_t)(slash - path) + 1 : 0);
}

static bool ends_in_manifest(const char *name)
{
	size_t len = strlen(name);

	return len > 9 && !strcmp(name + len - 9, ".manifest");
}

static struct manifest *read_quietly(const char *path)
{
	struct manifest *m = NULL;
	struct stat info;
	uint64_t total;
	struct img *text;

	if (stat(path, &info) < 0 || !S_ISREG(info.st_mode))
		return NULL;
	if (img_open_head(path, MANIFEST_SIZE_MAX, &text, &total, NULL) != IMG_OK)
		return NULL;
	if (total > MANIFEST_SIZE_MAX || manifest_parse(img_bytes(text), &m, NULL) != IMG_OK)
		m = NULL;
	img_close(text);
	return m;
}

static bool take_one(const char *directory, const char *name, manifest_beside_fn *take, void *ctx)
{
	char *path = io_format("%s%s", directory, name);
	struct manifest *m = path ? read_quietly(path) : NULL;
	const bool enough = m && take(ctx, path, m);

	free(path);
	return enough;
}

void manifest_each_in(const char *directory, manifest_beside_fn *take, void *ctx)
{
	struct dirent **names = NULL;
	int count = scandir(*directory ? directory : ".", &names, NULL, alphasort);
	int i, looked = 0;
	bool enough = false;

	for (i = 0; i < count; i++) {
		if (!enough && looked < MANIFESTS_BESIDE_MAX &&
		    ends_in_manifest(names[i]->d_name)) {
			looked++;
			enough = take_one(directory, names[i]->d_name, take, ctx);
		}
		free(names[i]);
	}
	free(names);
}
