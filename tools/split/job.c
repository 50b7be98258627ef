/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/manifest.h"
#include "tools/split/split.h"

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

/* --- what will be written ------------------------------------------------------------ */

/* The bytes of a part: of the image, and 0xff up to the end of the chip. */
struct bytes {
	struct img_view view[2];
	struct img *fill;
};

static enum img_status bytes_of(const struct job *job, size_t i, struct bytes *out,
				struct img_error *err)
{
	const struct img_part *part = &job->parts.part[i];
	uint64_t rest = part->chip_size - part->range.size;
	enum img_status st;

	*out = (struct bytes){ .view = { img_view_of("", 0), img_view_of("", 0) } };
	st = img_view_slice(job->image, part->range.start, part->range.size, &out->view[0], err);
	if (st != IMG_OK || !rest)
		return st;
	st = img_new(rest, 0xff, &out->fill, err);
	if (st == IMG_OK)
		out->view[1] = img_bytes(out->fill);
	return st;
}

static enum img_status prepare_part(struct job *job, size_t i, const char *stem, const char *dir,
				    struct img_error *err)
{
	struct bytes bytes;
	enum img_status st;

	job->name[i] = io_format("%s.%s.rom", stem, job->parts.part[i].chip);
	if (job->name[i])
		job->path[i] = io_format("%s%s", dir, job->name[i]);
	if (!job->path[i])
		return no_memory(err);
	st = bytes_of(job, i, &bytes, err);
	if (st == IMG_OK)
		st = img_digest_parts(IMG_SHA512, bytes.view, 2, &job->sha512[i], err);
	img_close(bytes.fill);
	return st;
}

enum img_status job_prepare(struct job *job, const char *input, struct img_error *err)
{
	const struct options *o = job->options;
	const char *slash = strrchr(input, '/');
	const char *base = !strcmp(input, "-") ? "image.rom" : slash ? slash + 1 : input;
	char *stem = io_stem(input);
	char *dir = o->output && !o->chip ? io_format("%s/", o->output) : strdup("");
	enum img_status st = IMG_OK;
	size_t i;

	job->image_name = strdup(base);
	if (stem && dir)
		job->path[IMG_PARTS_MAX] = io_format("%s%s.manifest", dir, stem);
	if (!job->path[IMG_PARTS_MAX] || !job->image_name)
		st = no_memory(err);
	if (st == IMG_OK)
		st = img_digest(IMG_SHA512, job->image, &job->image_sha512, err);
	for (i = 0; i < job->parts.count && st == IMG_OK; i++)
		st = prepare_part(job, i, stem, dir, err);
	free(stem);
	free(dir);
	return st;
}

void job_free(struct job *job)
{
	size_t i;

	for (i = 0; i < IMG_PARTS_MAX; i++) {
		free(job->name[i]);
		free(job->path[i]);
	}
	free(job->path[IMG_PARTS_MAX]);
	free(job->image_name);
}

static enum img_status make_manifest(const struct job *job, char **text, struct img_error *err)
{
	struct manifest_image *image;
	struct manifest *m;
	enum img_status st = manifest_new(job->board, &m, err);
	size_t i;

	if (st != IMG_OK)
		return st;
	st = manifest_add_image(m, job->image_name, img_view_size(job->image),
				&job->image_sha512, &image, err);
	for (i = 0; i < job->parts.count && st == IMG_OK; i++) {
		const struct img_part *part = &job->parts.part[i];

		st = manifest_add_part(image, part->chip, job->name[i],
				       (struct img_range){ part->range.start, part->chip_size },
				       &job->sha512[i], err);
	}
	if (st == IMG_OK)
		st = manifest_print(m, text, err);
	manifest_free(m);
	return st;
}

/* --- writing ------------------------------------------------------------------------- */

static enum img_status write_bytes(const struct job *job, size_t i, struct img_save *save,
				   struct img_error *err)
{
	struct bytes bytes;
	enum img_status st = bytes_of(job, i, &bytes, err);

	if (st == IMG_OK)
		st = img_save_write(save, bytes.view[0], err);
	if (st == IMG_OK)
		st = img_save_write(save, bytes.view[1], err);
	img_close(bytes.fill);
	return st;
}

enum img_status job_write_one(const struct job *job, size_t i, const char *path,
			      struct img_error *err)
{
	struct img_save *save;
	enum img_status st = io_begin(path, job->options->force, &save, err);

	if (st != IMG_OK)
		return st;
	st = write_bytes(job, i, save, err);
	if (st == IMG_OK)
		return img_save_commit(save, err);
	img_save_drop(save);
	return st;
}

/* Several files that appear together. */
struct together {
	size_t count;
	struct img_save *save[IMG_PARTS_MAX + 1];
	const char *path[IMG_PARTS_MAX + 1];
};

/* One more, up to its last byte but not yet under its name. text: or a part. */
static enum img_status add(struct job *job, struct together *t, const char *path,
			   const char *text, size_t part, struct img_error *err)
{
	struct img_save *save;
	enum img_status st = io_begin(path, job->options->force, &save, err);

	if (st != IMG_OK)
		return st;
	t->path[t->count] = path;
	t->save[t->count++] = save;
	st = text ? img_save_write(save, img_view_of(text, strlen(text)), err)
		  : write_bytes(job, part, save, err);
	return st == IMG_OK ? img_save_finish(save, err) : st;
}

/* What already has its name when another fails goes again, unless it replaced something. */
static enum img_status commit(struct together *t, bool force, const char **file,
			      struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i, done;

	for (done = 0; done < t->count && st == IMG_OK; done++) {
		*file = t->path[done];
		st = img_save_commit(t->save[done], err);
		t->save[done] = NULL;
	}
	for (i = 0; st != IMG_OK && !force && i + 1 < done; i++)
		unlink(t->path[i]);
	return st;
}

static enum img_status write_all(struct job *job, const char *manifest, const char **file,
				 struct img_error *err)
{
	struct together t = { .count = 0 };
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; i < job->parts.count && st == IMG_OK; i++) {
		*file = job->path[i];
		st = add(job, &t, *file, NULL, i, err);
	}
	if (st == IMG_OK) {
		*file = job->path[IMG_PARTS_MAX];
		st = add(job, &t, *file, manifest, 0, err);
	}
	if (st == IMG_OK)
		st = commit(&t, job->options->force, file, err);
	for (i = 0; i < t.count; i++)
		img_save_drop(t.save[i]);
	return st;
}

enum img_status job_write(struct job *job, const char **file, struct img_error *err)
{
	const char *dir = job->options->output;
	struct stat info;
	bool made = stat(dir, &info) < 0 && errno == ENOENT;
	char *manifest;
	enum img_status st;

	*file = job->path[IMG_PARTS_MAX];
	st = make_manifest(job, &manifest, err);
	if (st != IMG_OK)
		return st;
	*file = dir;
	st = io_make_directory(dir, err);
	if (st == IMG_OK) {
		st = write_all(job, manifest, file, err);
		if (st != IMG_OK && made)
			rmdir(dir);
	}
	free(manifest);
	return st;
}

/* --- saying -------------------------------------------------------------------------- */

static json_t *hex_of(const struct img_digest *d)
{
	char hex[IMG_DIGEST_HEX];

	img_digest_hex(d, hex);
	return json_string(hex);
}

static json_t *part_json(const struct job *job, size_t i)
{
	const struct options *o = job->options;
	const struct img_part *part = &job->parts.part[i];

	return json_pack("{s:s, s:o, s:I, s:I, s:o}", "chip", part->chip, "file",
			 json_text(o->chip && o->output ? o->output : job->path[i]), "offset",
			 (json_int_t)part->range.start, "size", (json_int_t)part->chip_size,
			 "sha512", hex_of(&job->sha512[i]));
}

static bool is_wanted(const struct job *job, size_t i)
{
	return !job->options->chip || !strcmp(job->options->chip, job->parts.part[i].chip);
}

static enum img_status print_json(const struct job *job, struct img_error *err)
{
	json_t *parts = json_array(), *root;
	size_t i;

	for (i = 0; i < job->parts.count; i++)
		if (is_wanted(job, i))
			json_array_append_new(parts, part_json(job, i));
	root = json_pack("{s:{s:o, s:I, s:o}, s:o, s:o, s:o}", "image",
			 "name", json_text(job->image_name),
			 "size", (json_int_t)img_view_size(job->image),
			 "sha512", hex_of(&job->image_sha512),
			 "board", job->board ? json_text(job->board) : json_null(),
			 "parts", parts,
			 "manifest", job->options->chip ? json_null()
							: json_text(job->path[IMG_PARTS_MAX]));
	return json_print(root, err);
}

enum img_status job_print(const struct job *job, struct img_error *err)
{
	const struct options *o = job->options;
	size_t i;

	if (o->diag.json)
		return print_json(job, err);
	for (i = 0; i < job->parts.count; i++)
		if (is_wanted(job, i))
			printf("0x%08llx-0x%08llx  %s\n",
			       (unsigned long long)job->parts.part[i].range.start,
			       (unsigned long long)img_range_end(job->parts.part[i].range) - 1,
			       o->chip && o->output ? o->output : job->path[i]);
	if (fflush(stdout) || ferror(stdout))
		return img_fail(err, IMG_E_IO, IMG_NOWHERE, "cannot write standard output");
	return IMG_OK;
}
