/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <dirent.h>
#include <stdio.h>

#include "tests/fuzz/fuzz.h"
#include "tests/synth/hex_text.h"

_Noreturn void fuzz_broken(const char *what, const char *file, int line)
{
	fprintf(stderr, "%s:%d: does not hold: %s\n", file, line, what);
	abort();
}

void fuzz_ok(enum img_status st, const struct img_error *err)
{
	if (st == IMG_OK)
		return;
	fprintf(stderr, "%s: %s\n", img_status_word(st), err->text);
	abort();
}

struct img_view fuzz_rest(struct img_view all, const struct img_reader *r)
{
	uint64_t at = img_read_pos(r), size = img_view_size(all);
	struct img_view rest = { 0 };

	if (at < size)
		fuzz_must(img_view_slice(all, at, size - at, &rest, NULL) == IMG_OK);
	return img_view_of(img_view_data(rest), img_view_size(rest));
}

struct img *fuzz_copy(struct img_view v)
{
	struct img_error err;
	struct img *img = NULL;

	if (img_view_size(v))
		fuzz_ok(img_copy(v, &img, &err), &err);
	return img;
}

char *fuzz_text(struct img_view v)
{
	size_t size = img_view_size(v);
	char *text = malloc(size + 1);

	fuzz_must(text);
	fuzz_must(img_view_copy(v, 0, text, size, NULL) == IMG_OK);
	text[size] = 0;
	return text;
}

bool fuzz_same_outside(struct img_view a, struct img_view b, uint64_t start, uint64_t size)
{
	struct img_view x, y;
	uint64_t end = start + size, all = img_view_size(a);

	if (all != img_view_size(b))
		return false;
	if (start > all)
		start = all;
	if (end > all)
		end = all;
	fuzz_must(img_view_slice(a, 0, start, &x, NULL) == IMG_OK);
	fuzz_must(img_view_slice(b, 0, start, &y, NULL) == IMG_OK);
	if (!img_view_equal(x, y))
		return false;
	fuzz_must(img_view_slice(a, end, all - end, &x, NULL) == IMG_OK);
	fuzz_must(img_view_slice(b, end, all - end, &y, NULL) == IMG_OK);
	return img_view_equal(x, y);
}

void fuzz_check_error(enum img_status st, const struct img_error *err)
{
	if (st == IMG_OK)
		return;
	fuzz_must(err->status == st);
	fuzz_must(memchr(err->text, 0, sizeof(err->text)));
	fuzz_must(err->text[0]);
}

/* --- seeds ------------------------------------------------------------------------------ */

void fuzz_add_with(fuzz_add_fn *add, void *ctx, const void *params, size_t size,
		   struct img_view bytes)
{
	size_t all = size + img_view_size(bytes);
	uint8_t *both = malloc(all + 1);

	fuzz_must(both);
	if (size)
		memcpy(both, params, size);
	fuzz_must(img_view_copy(bytes, 0, both + size, img_view_size(bytes), NULL) == IMG_OK);
	add(ctx, img_view_of(both, all));
	free(both);
}

static const char *top(void)
{
	const char *top = getenv("TOP");

	return top ? top : ".";
}

void fuzz_add_fixture(fuzz_add_fn *add, void *ctx, const void *params, size_t size,
		      const char *name)
{
	struct img_error err;
	struct img *img;
	char path[512];

	snprintf(path, sizeof(path), "%s/fixtures/%s.hex", top(), name);
	fuzz_ok(hex_text_open(path, &img, &err), &err);
	fuzz_add_with(add, ctx, params, size, img_bytes(img));
	img_close(img);
}

/* Where files are added to, and what comes in front of each. */
struct adding {
	fuzz_add_fn *add;
	void *ctx;
	const void *params;
	size_t size;
	size_t max;		/* of a file */
	bool all;		/* one that cannot be read ends the program */
};

static void add_file(const struct adding *a, const char *path)
{
	size_t length = strlen(path);
	struct img_error err;
	struct img *img;
	enum img_status st;

	if (length > 4 && !strcmp(path + length - 4, ".hex"))
		st = hex_text_open(path, &img, &err);
	else
		st = img_open(path, &img, &err);
	if (st != IMG_OK && a->all)
		fprintf(stderr, "%s: ", path);
	if (a->all)
		fuzz_ok(st, &err);
	if (st != IMG_OK)
		return;
	if (img_size(img) <= a->max)
		fuzz_add_with(a->add, a->ctx, a->params, a->size, img_bytes(img));
	img_close(img);
}

static void add_directory(const struct adding *a, const char *directory)
{
	struct dirent **list;
	char path[1024];
	int count = scandir(directory, &list, NULL, alphasort);

	for (int i = 0; i < count; i++) {
		snprintf(path, sizeof(path), "%s/%s", directory, list[i]->d_name);
		if (list[i]->d_name[0] != '.')
			add_file(a, path);
		free(list[i]);
	}
	if (count >= 0)
		free(list);
}

void fuzz_add_files(fuzz_add_fn *add, void *ctx, const void *params, size_t size,
		    const char *directory, size_t max)
{
	const struct adding a = { add, ctx, params, size, max, false };
	const char *below = directory[0] == '/' ? top() : getenv("CORPUS");
	char path[512];

	if (!below || !*below)
		return;
	snprintf(path, sizeof(path), "%s/%s", below, directory);
	add_directory(&a, path);
}

void fuzz_add_kept(fuzz_add_fn *add, void *ctx, const char *name)
{
	const struct adding a = { add, ctx, NULL, 0, SIZE_MAX, true };
	char path[512];

	snprintf(path, sizeof(path), "%s/tests/fuzz/corpus/%s", top(), name);
	add_directory(&a, path);
}
