/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/inject.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "libimg/edit/split.h"
#include "tools/common/hashlist.h"
#include "tools/common/io.h"
#include "tools/release/archive.h"
#include "tools/release/describe.h"
#include "tools/release/name.h"
#include "tools/release/vendor_files.h"

/* Lists and notes beside the ROMs are small. */
enum { SMALL_FILE_MAX = 1 << 20 };

struct output {
	struct inject_rom rom;
	struct img_save *save;		/* NULL for a dry run */
};

struct job {
	const struct inject_request *request;
	const struct diag *d;
	struct vendor_files files;
	struct img_range *places;	/* where the files went in the ROM at hand */
	struct manifest *manifest;
	struct hashlist *hashes;	/* NULL: the archive has none */
	size_t count, stripped;
	struct output *output;
};

static enum img_status wrong_size(const struct release_member *m, uint64_t size,
				  const char *what, struct img_error *err)
{
	uint64_t at = m->size < size ? m->size : size;

	return img_fail(err, IMG_E_CORRUPT, at,
			"%s has %llu bytes, but %s of this board has %llu: %s", m->path,
			(unsigned long long)m->size, what, (unsigned long long)size,
			m->size < size ? "it is cut off here"
				       : "there are bytes too many from here");
}

/* A stripped ROM without its pad byte, or a finished one as it is. */
static enum img_status read_rom(struct job *job, struct release_archive *a,
				const struct release_member *m, bool stripped, struct img **out,
				struct img_error *err)
{
	uint64_t size = job->request->board->rom_size;
	struct img_view rom, pad;
	struct img *padded;
	enum img_status st;

	if (m->size != size + stripped)
		return wrong_size(m, size + stripped, stripped ? "a stripped ROM" : "a ROM", err);
	st = release_archive_read(a, size + stripped, &padded, err);
	if (st != IMG_OK || !stripped) {
		*out = padded;
		return st;
	}
	st = img_view_slice(img_bytes(padded), 0, size, &rom, err);
	if (st == IMG_OK)
		st = img_view_slice(img_bytes(padded), size, 1, &pad, err);
	if (st == IMG_OK && !img_view_filled(pad, 0))
		st = img_fail(err, IMG_E_CORRUPT, size,
			      "the pad byte of a stripped ROM is 0x%02x, expected 0x00",
			      img_view_data(pad)[0]);
	if (st == IMG_OK)
		st = img_copy(rom, out, err);
	img_close(padded);
	return st;
}

static enum img_status write_part(struct job *job, struct output *o, struct img_view bytes,
				  struct img_error *err)
{
	char *path = io_format("%s/%s", job->request->out_directory, o->rom.name);
	enum img_status st;

	if (!path)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	st = io_begin(path, job->request->replace, &o->save, err);
	if (st == IMG_OK)
		st = img_save_write(o->save, bytes, err);
	if (st == IMG_OK)
		st = img_save_finish(o->save, err);
	if (st != IMG_OK)
		img_error_prefix(err, "output %s", path);
	free(path);
	return st;
}

static enum img_status add_output(struct job *job, const char *name, struct output **out,
				  struct img_error *err)
{
	struct output *larger = realloc(job->output, (job->count + 1) * sizeof(*larger));

	if (larger)
		job->output = larger;
	if (!larger || !(name = strdup(name)))
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	*out = &larger[job->count++];
	**out = (struct output){ .rom.name = (char *)name };
	return IMG_OK;
}

static enum img_status finish_rom(struct job *job, const char *name, struct img_view rom,
				  bool stripped, struct img_error *err)
{
	const struct inject_request *rq = job->request;
	struct output *o = NULL;
	enum img_status st;

	st = add_output(job, name, &o, err);
	if (st != IMG_OK)
		return st;
	job->stripped += stripped;
	o->rom.size = img_view_size(rom);
	st = img_digest(IMG_SHA512, rom, &o->rom.sha512, err);
	if (st == IMG_OK)
		st = release_describe(job->manifest, rq->board, name, rom, &o->rom.sha512,
				      &job->files, stripped ? job->places : NULL, err);
	if (st == IMG_OK && !rq->dry_run)
		st = write_part(job, o, rom, err);
	return st;
}

static enum img_status take_rom(struct job *job, struct release_archive *a,
				const struct release_member *m, struct img_error *err)
{
	const char *final = m->name;
	bool stripped = release_name_is_stripped(m->name, &final);
	struct img *img;
	enum img_status st;

	diag_detail(job->d, m->name, stripped ? "inserting vendor files" : "copying");
	st = read_rom(job, a, m, stripped, &img, err);
	if (st != IMG_OK)
		return st;
	st = img_split_check_board(img_bytes(img), job->request->board, 0, err);
	if (st == IMG_OK && stripped)
		st = vendor_files_insert(&job->files, img, job->places, err);
	if (st != IMG_OK)
		img_error_prefix(err, "%s", m->path);
	else
		st = finish_rom(job, final, img_bytes(img), stripped, err);
	img_close(img);
	return st;
}

static enum img_status take_hashes(struct job *job, struct release_archive *a,
				   const struct release_member *m, struct img_error *err)
{
	struct img *text;
	enum img_status st;

	st = release_archive_read(a, SMALL_FILE_MAX, &text, err);
	if (st == IMG_OK) {
		st = hashlist_parse(img_bytes(text), &job->hashes, err);
		img_close(text);
	}
	if (st != IMG_OK)
		img_error_prefix(err, "%s", m->path);
	return st;
}

static enum img_status read_archive(struct job *job, struct img_error *err)
{
	struct release_archive *a;
	struct release_member m;
	enum img_status st;

	st = release_archive_open(job->request->archive, job->request->board->id, &a, err);
	if (st != IMG_OK)
		return st;
	while ((st = release_archive_next(a, &m, err)) == IMG_OK) {
		if (release_name_is_rom(m.name)) {
			st = take_rom(job, a, &m, err);
		} else if (!strcmp(m.name, "vendorhashes")) {
			st = take_hashes(job, a, &m, err);
		}
		if (st != IMG_OK)
			break;
	}
	release_archive_close(a);
	return st == IMG_E_ABSENT ? IMG_OK : st;
}

static enum img_status mismatch(const struct job *job, const struct inject_rom *rom,
				const struct hashlist_entry *entry, struct img_error *err)
{
	char found[IMG_DIGEST_HEX], expected[IMG_DIGEST_HEX], blame[1024];

	img_digest_hex(&rom->sha512, found);
	img_digest_hex(&entry->digest, expected);
	vendor_files_blame(&job->files, blame, sizeof(blame));
	return img_fail(err, IMG_E_MISMATCH, IMG_NOWHERE,
			"%s has SHA-512 %s, but vendorhashes line %u says %s%s%s; nothing was "
			"written",
			rom->name, found, entry->line, expected,
			blame[0] ? "; not the board's vendor files: " : "", blame);
}

static enum img_status verify_rom(const struct job *job, const struct inject_rom *rom,
				  struct img_error *err)
{
	const struct hashlist_entry *entry = hashlist_find(job->hashes, rom->name);

	if (!entry)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				"%s is not in vendorhashes, so nothing proves it", rom->name);
	if (entry->digest.kind != IMG_SHA512)
		return img_fail(err, IMG_E_UNSUPPORTED, IMG_NOWHERE,
				"vendorhashes line %u has no SHA-512", entry->line);
	if (!img_digest_equal(&entry->digest, &rom->sha512))
		return mismatch(job, rom, entry, err);
	return IMG_OK;
}

static const struct inject_rom *find_rom(const struct job *job, const char *name)
{
	size_t i;

	for (i = 0; i < job->count; i++)
		if (!strcmp(job->output[i].rom.name, name))
			return &job->output[i].rom;
	return NULL;
}

static enum img_status verify_listed(const struct job *job, struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < job->count; i++)
		st = verify_rom(job, &job->output[i].rom, err);
	for (i = 0; st == IMG_OK && i < hashlist_count(job->hashes); i++) {
		const char *name = hashlist_plain_name(hashlist_at(job->hashes, i)->name);

		if (!find_rom(job, name))
			st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE,
				      "vendorhashes line %u names %s, which is not in the archive",
				      hashlist_at(job->hashes, i)->line, name);
	}
	return st;
}

static enum img_status verify(const struct job *job, struct img_error *err)
{
	if (!job->count)
		return img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, "holds no ROM image");
	if (job->stripped && !job->hashes)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"the ROMs are without vendor files and there is no vendorhashes to "
				"prove the result: not a release as it was published");
	if (job->hashes && job->stripped != job->count)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"%zu of %zu ROMs still have their vendor files although there is a "
				"vendorhashes: not a release as it was published",
				job->count - job->stripped, job->count);
	return job->hashes ? verify_listed(job, err) : IMG_OK;
}

static int by_name(const void *a, const void *b)
{
	return strcmp(((const struct output *)a)->rom.name, ((const struct output *)b)->rom.name);
}

static enum img_status begin_manifest(struct job *job, struct img_save **out,
				      struct img_error *err)
{
	const struct inject_request *rq = job->request;
	char *text, *path;
	enum img_status st;

	st = manifest_print(job->manifest, &text, err);
	if (st != IMG_OK)
		return st;
	path = io_format("%s/%s.manifest", rq->out_directory, rq->board->id);
	if (!path)
		st = img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	else
		st = io_begin(path, rq->replace, out, err);
	if (st == IMG_OK) {
		st = img_save_write(*out, img_view_of(text, strlen(text)), err);
		if (st == IMG_OK)
			st = img_save_finish(*out, err);
	}
	if (st != IMG_OK && path)
		img_error_prefix(err, "output %s", path);
	free(path);
	free(text);
	return st;
}

/* The last step, all outputs proved and complete: names appear. */
static enum img_status commit(struct job *job, struct img_error *err)
{
	struct img_save *manifest = NULL;
	enum img_status st;
	size_t i;

	st = begin_manifest(job, &manifest, err);
	for (i = 0; st == IMG_OK && i < job->count; i++) {
		struct img_save *save = job->output[i].save;

		job->output[i].save = NULL;
		st = img_save_commit(save, err);
		if (st != IMG_OK)
			img_error_prefix(err, "output %s/%s", job->request->out_directory,
					 job->output[i].rom.name);
	}
	if (st == IMG_OK)
		return img_save_commit(manifest, err);
	img_save_drop(manifest);
	return st;
}

static enum img_status deliver(struct job *job, struct inject_result *out, struct img_error *err)
{
	size_t i;

	out->rom = calloc(job->count, sizeof(*out->rom));
	if (!out->rom)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	out->was_stripped = job->stripped > 0;
	for (i = 0; i < job->count; i++) {
		out->rom[out->count++] = job->output[i].rom;
		job->output[i].rom.name = NULL;
	}
	return IMG_OK;
}

static void job_close(struct job *job)
{
	size_t i;

	for (i = 0; i < job->count; i++) {
		img_save_drop(job->output[i].save);
		free(job->output[i].rom.name);
	}
	free(job->output);
	hashlist_free(job->hashes);
	manifest_free(job->manifest);
	free(job->places);
	vendor_files_close(&job->files);
}

static enum img_status prepare(struct job *job, struct img_error *err)
{
	const struct inject_request *rq = job->request;
	enum img_status st;

	st = vendor_files_load(rq->board, rq->vendor_directory, job->d, &job->files, err);
	if (st != IMG_OK)
		return st;
	job->places = calloc(job->files.count + 1, sizeof(*job->places));
	if (!job->places)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	return manifest_new(rq->board->id, &job->manifest, err);
}

/* *made: the directory was not there before, and goes again when there is nothing for it. */
static enum img_status open_output(const struct inject_request *rq, bool *made,
				   struct img_error *err)
{
	enum img_status st;

	if (rq->dry_run)
		return IMG_OK;
	*made = access(rq->out_directory, F_OK) != 0;
	st = io_make_directory(rq->out_directory, err);
	if (st != IMG_OK)
		img_error_prefix(err, "output %s", rq->out_directory);
	return st;
}

enum img_status inject_archive(const struct inject_request *request, const struct diag *d,
			       struct inject_result *out, struct img_error *err)
{
	struct job job = { .request = request, .d = d };
	bool made = false;
	enum img_status st;

	memset(out, 0, sizeof(*out));
	st = prepare(&job, err);
	if (st == IMG_OK)
		st = open_output(request, &made, err);
	if (st == IMG_OK)
		st = read_archive(&job, err);
	if (st == IMG_OK)
		st = verify(&job, err);
	if (st == IMG_OK)
		qsort(job.output, job.count, sizeof(*job.output), by_name);
	if (st == IMG_OK && !request->dry_run)
		st = commit(&job, err);
	if (st == IMG_OK)
		st = deliver(&job, out, err);
	job_close(&job);
	if (st != IMG_OK && made)
		rmdir(request->out_directory);
	return st;
}

void inject_result_free(struct inject_result *result)
{
	size_t i;

	for (i = 0; i < result->count; i++)
		free(result->rom[i].name);
	free(result->rom);
	memset(result, 0, sizeof(*result));
}
