/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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
	const struct part *part = &job->part[i];
	uint64_t rest = part->size - part->range.size;
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
	struct part *part = &job->part[i];

	part->name = io_format("%s.%s.%s", stem, part->what, job->options->regions ? "bin" : "rom");
	if (part->name)
		part->path = io_format("%s%s", dir, part->name);
	job->part_hashes[i] = (struct image_part_hashes){ .range = part->range,
							   .size = part->size };
	return part->path ? IMG_OK : no_memory(err);
}

enum img_status job_prepare(struct job *job, const char *input, struct img_error *err)
{
	const struct options *o = job->options;
	const char *slash = strrchr(input, '/');
	const char *base = !strcmp(input, "-") ? "image.rom" : slash ? slash + 1 : input;
	char *stem = io_stem(input);
	char *dir = o->output && !o->only ? io_format("%s/", o->output) : strdup("");
	bool manifest = job->whole && !o->only;
	enum img_status st = IMG_OK;
	size_t i;

	job->image_name = strdup(base);
	if (stem && dir && manifest)
		job->manifest_path = io_format("%s%s.manifest", dir, stem);
	if (!stem || !dir || (manifest && !job->manifest_path) || !job->image_name)
		st = no_memory(err);
	for (i = 0; i < job->count && st == IMG_OK; i++)
		st = prepare_part(job, i, stem, dir, err);
	if (st == IMG_OK)
		st = image_hashes_take(job->image, true, job->part_hashes, job->count,
				       &job->hashes, err);
	free(stem);
	free(dir);
	return st;
}

void job_free(struct job *job)
{
	size_t i;

	for (i = 0; i < job->count; i++) {
		free(job->part[i].name);
		free(job->part[i].path);
	}
	free(job->manifest_path);
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
				&job->hashes.sha512, &image, err);
	if (st == IMG_OK) {
		image->has_gbe_masked = job->hashes.has_gbe_masked;
		image->gbe_masked = job->hashes.gbe_masked;
	}
	for (i = 0; i < job->count && st == IMG_OK; i++) {
		const struct part *part = &job->part[i];
		const struct image_part_hashes *h = &job->part_hashes[i];

		st = manifest_add_part(image, part->what, part->name,
				       (struct img_range){ part->range.start, part->size },
				       &h->sha512, h->has_gbe_masked ? &h->gbe_masked : NULL, err);
	}
	if (st == IMG_OK)
		st = manifest_print(m, text, err);
	manifest_free(m);
	return st;
}

/* --- writing ------------------------------------------------------------------------- */

enum img_status job_write_one(const struct job *job, size_t i, struct img_error *err)
{
	const struct options *o = job->options;
	struct img_save *save = NULL;
	struct bytes bytes;
	enum img_status st;

	if (o->dry_run)
		return io_check(o->output, o->force, err);
	st = bytes_of(job, i, &bytes, err);
	if (st == IMG_OK)
		st = io_begin(o->output, o->force, &save, err);
	if (st == IMG_OK)
		st = img_save_write(save, bytes.view[0], err);
	if (st == IMG_OK)
		st = img_save_write(save, bytes.view[1], err);
	img_close(bytes.fill);
	if (st == IMG_OK)
		return img_save_commit(save, err);
	img_save_drop(save);
	return st;
}

static enum img_status add_part(const struct job *job, size_t i, struct together *t,
				struct img_error *err)
{
	struct bytes bytes;
	enum img_status st = bytes_of(job, i, &bytes, err);

	if (st == IMG_OK)
		st = together_add(t, job->part[i].path, bytes.view, 2, err);
	img_close(bytes.fill);
	return st;
}

static enum img_status add_manifest(const struct job *job, struct together *t,
				    struct img_error *err)
{
	struct img_view view;
	enum img_status st;
	char *text;

	t->file = job->manifest_path;
	st = make_manifest(job, &text, err);
	if (st != IMG_OK)
		return st;
	view = img_view_of(text, strlen(text));
	st = together_add(t, job->manifest_path, &view, 1, err);
	free(text);
	return st;
}

enum img_status job_write(const struct job *job, struct together *t, struct img_error *err)
{
	const struct options *o = job->options;
	enum img_status st = together_begin(t, o->output, o->force, o->dry_run, err);
	size_t i;

	for (i = 0; i < job->count && st == IMG_OK; i++)
		st = add_part(job, i, t, err);
	if (st == IMG_OK && job->manifest_path)
		st = add_manifest(job, t, err);
	return st == IMG_OK ? together_commit(t, err) : st;
}

/* --- saying -------------------------------------------------------------------------- */

static const char *shown_path(const struct job *job, size_t i)
{
	const struct options *o = job->options;

	return o->only && o->output ? o->output : job->part[i].path;
}

static json_t *hex_of(const struct img_digest *d)
{
	char hex[IMG_DIGEST_HEX];

	img_digest_hex(d, hex);
	return json_string(hex);
}

static json_t *part_json(const struct job *job, size_t i)
{
	const struct part *part = &job->part[i];

	return json_pack("{s:o, s:o, s:I, s:I, s:o}", job->options->regions ? "region" : "chip",
			 json_text(part->what), "file", json_text(shown_path(job, i)), "offset",
			 (json_int_t)part->range.start, "size", (json_int_t)part->size,
			 "sha512", hex_of(&job->part_hashes[i].sha512));
}

static bool is_wanted(const struct job *job, size_t i)
{
	return !job->options->only || !strcmp(job->options->only, job->part[i].what);
}

static enum img_status print_json(const struct job *job, struct img_error *err)
{
	json_t *parts = json_array(), *root;
	size_t i;

	for (i = 0; i < job->count; i++)
		if (is_wanted(job, i))
			json_array_append_new(parts, part_json(job, i));
	root = json_pack("{s:{s:o, s:I, s:o}, s:o, s:o, s:o}", "image",
			 "name", json_text(job->image_name),
			 "size", (json_int_t)img_view_size(job->image),
			 "sha512", hex_of(&job->hashes.sha512),
			 "board", job->board ? json_text(job->board) : json_null(),
			 "parts", parts,
			 "manifest", job->manifest_path ? json_text(job->manifest_path)
							: json_null());
	return json_print(root, err);
}

enum img_status job_print(const struct job *job, struct img_error *err)
{
	size_t i;

	if (job->options->diag.json)
		return print_json(job, err);
	for (i = 0; i < job->count; i++)
		if (is_wanted(job, i))
			printf("0x%08llx-0x%08llx  %s\n",
			       (unsigned long long)job->part[i].range.start,
			       (unsigned long long)img_range_end(job->part[i].range) - 1,
			       shown_path(job, i));
	if (fflush(stdout) || ferror(stdout))
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}
