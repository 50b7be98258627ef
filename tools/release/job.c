/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/release/job.h"

#include <stdlib.h>
#include <string.h>

#include "tools/common/io.h"
#include "tools/release/job_internal.h"

/* What is delivered: the ROMs and a few texts. */
struct delivery {
	size_t count;
	struct sink_item *item;
};

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

static enum img_status put_text(struct job *job, struct delivery *d, const char *name,
				const char *text, size_t size, struct img_error *err)
{
	struct img_view view = img_view_of(text, size);
	enum img_status st = sink_put(job->sink, name, &view, 1, &d->item[d->count], err);

	d->count += st == IMG_OK;
	return st;
}

static enum img_status put_hashes(struct job *job, struct delivery *d, struct img_error *err)
{
	struct hashlist *list = NULL;
	enum img_status st;
	char *text, *name;
	size_t i, size;

	st = hashlist_new(&list, err);
	for (i = 0; st == IMG_OK && i < job->rom_count; i++) {
		name = io_format("./%s", job->rom[i]->name);
		st = name ? hashlist_add(list, name, &job->rom[i]->published, err) : no_memory(err);
		free(name);
	}
	if (st == IMG_OK)
		st = hashlist_sort(list, err);
	if (st == IMG_OK)
		st = hashlist_print(list, HASHLIST_GNU, &text, &size, err);
	hashlist_free(list);
	if (st != IMG_OK)
		return st;
	st = put_text(job, d, "vendorhashes", text, size, err);
	free(text);
	return st;
}

/* What stands beside its manifest is called as the user called it. */
static const char *name_of(const struct job *job, size_t i)
{
	const char *path = job->request->manifest_path ? job->request->sink.path : NULL;
	const char *slash = path ? strrchr(path, '/') : NULL;

	return slash ? slash + 1 : path ? path : job->rom[i]->name;
}

static enum img_status make_manifest(const struct job *job, char **text, struct img_error *err)
{
	struct manifest *m;
	enum img_status st;
	size_t i;

	st = manifest_new(job->request->board->id, &m, err);
	if (st != IMG_OK)
		return st;
	for (i = 0; st == IMG_OK && i < job->rom_count; i++)
		st = release_facts_record(&job->rom[i]->facts, name_of(job, i),
					  job->request->board->rom_size, m, err);
	if (st == IMG_OK)
		st = manifest_print(m, text, err);
	manifest_free(m);
	return st;
}

static enum img_status put_manifest(struct job *job, struct delivery *d, struct img_error *err)
{
	char *text, *name;
	enum img_status st;

	st = make_manifest(job, &text, err);
	if (st != IMG_OK)
		return st;
	name = io_format("%s.manifest", job->request->board->id);
	st = name ? put_text(job, d, name, text, strlen(text), err) : no_memory(err);
	free(name);
	free(text);
	return st;
}

static enum img_status put_smalls(struct job *job, struct delivery *d, struct img_error *err)
{
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < job->small_count; i++) {
		struct img_view v = img_bytes(job->small[i].content);

		st = put_text(job, d, job->small[i].name, (const char *)img_view_data(v),
			      img_view_size(v), err);
	}
	return st;
}

/* ROM files come without the notes of a release: the archive's name has what they say. */
static enum img_status put_notes(struct job *job, struct delivery *d, struct img_error *err)
{
	const struct release_request *rq = job->request;
	const char *const notes[][2] = { { "version", rq->version },
					 { "projectname", rq->project } };
	enum img_status st = IMG_OK;
	size_t i;
	char *text;

	for (i = 0; st == IMG_OK && i < 2; i++) {
		text = notes[i][1] ? io_format("%s\n", notes[i][1]) : NULL;
		if (text)
			st = put_text(job, d, notes[i][0], text, strlen(text), err);
		free(text);
	}
	text = st == IMG_OK && rq->version ? io_format("%llu\n", (unsigned long long)rq->epoch)
					   : NULL;
	if (text)
		st = put_text(job, d, "versiondate", text, strlen(text), err);
	free(text);
	return st;
}

/* One time for all members: what the caller says, else the release's own date. */
static uint64_t time_of(const struct job *job)
{
	uint64_t value = 0;
	size_t i, k;

	if (job->request->has_epoch)
		return job->request->epoch;
	for (i = 0; i < job->small_count; i++) {
		const char *name = job->small[i].name;
		struct img_view v = img_bytes(job->small[i].content);

		if (strcmp(name, "versiondate") && strcmp(name, ".versiondate"))
			continue;
		for (k = 0; k < img_view_size(v) && k < 11; k++) {
			uint8_t c = img_view_data(v)[k];

			if (c < '0' || c > '9')
				break;
			value = value * 10 + (uint64_t)(c - '0');
		}
	}
	return value;
}

/* Of a single ROM the manifest is a file beside it: complete now, named when the ROM is. */
static enum img_status begin_manifest_file(struct job *job, struct img_save **out,
					   struct img_error *err)
{
	const struct release_request *rq = job->request;
	enum img_status st;
	char *text;

	*out = NULL;
	if (!rq->manifest_path)
		return IMG_OK;
	if (rq->sink.dry_run)
		return io_check(rq->manifest_path, rq->sink.replace, err);
	st = make_manifest(job, &text, err);
	if (st != IMG_OK)
		return st;
	st = io_begin(rq->manifest_path, rq->sink.replace, out, err);
	if (st == IMG_OK)
		st = img_save_write(*out, img_view_of(text, strlen(text)), err);
	if (st == IMG_OK)
		st = img_save_finish(*out, err);
	if (st != IMG_OK)
		img_error_prefix(err, "output %s", rq->manifest_path);
	free(text);
	return st;
}

static enum img_status collect(struct job *job, struct delivery *d, struct img_error *err)
{
	const struct release_request *rq = job->request;
	enum img_status st = IMG_OK;
	size_t i;

	d->item = calloc(job->rom_count + job->small_count + 5, sizeof(*d->item));
	if (!d->item)
		return no_memory(err);
	for (i = 0; i < job->rom_count; i++) {
		d->item[d->count++] = job->rom[i]->item;
		job->rom[i]->item = (struct sink_item){ .spool = -1 };
	}
	if (rq->sink.kind == SINK_FILE || rq->sink.kind == SINK_NOWHERE)
		return IMG_OK;
	if (rq->direction == RELEASE_STRIP)
		st = put_hashes(job, d, err);
	if (st == IMG_OK)
		st = put_manifest(job, d, err);
	if (st == IMG_OK && rq->sink.kind == SINK_ARCHIVE)
		st = rq->kind == RELEASE_ROMS ? put_notes(job, d, err) : put_smalls(job, d, err);
	return st;
}

static enum img_status deliver(struct job *job, struct img_error *err)
{
	struct img_save *manifest = NULL;
	struct delivery d = { 0 };
	enum img_status st;
	size_t i;

	st = collect(job, &d, err);
	if (st == IMG_OK)
		st = begin_manifest_file(job, &manifest, err);
	if (st == IMG_OK)
		st = sink_deliver(job->sink, d.item, d.count, time_of(job), err);
	else
		for (i = 0; i < d.count; i++)
			sink_item_drop(&d.item[i]);
	free(d.item);
	if (st == IMG_OK && manifest)
		return img_save_commit(manifest, err);
	img_save_drop(manifest);
	return st;
}

static int by_name(const void *a, const void *b)
{
	return strcmp((*(struct rom *const *)a)->name, (*(struct rom *const *)b)->name);
}

static enum img_status report(const struct job *job, struct release_result *out,
			      struct img_error *err)
{
	size_t i;

	out->rom = calloc(job->rom_count, sizeof(*out->rom));
	if (!out->rom)
		return no_memory(err);
	out->worked_on = job->request->direction == RELEASE_STRIP ? job->rom_count
								  : job->stripped_count;
	out->proved = job->hashes || job->request->direction == RELEASE_STRIP;
	for (i = 0; i < job->rom_count; i++) {
		struct rom *rom = job->rom[i];

		out->mac_changed |= job->request->mac && !job->request->mac->keep && rom->has_mac;
		out->rom[out->count++] = (struct release_rom){
			rom->name, job->request->board->rom_size, rom->facts.hashes.sha512 };
		rom->name = NULL;
	}
	return IMG_OK;
}

static void forget_input(struct job *job)
{
	size_t i;

	for (i = 0; i < job->rom_count; i++) {
		rom_close(job->rom[i]);
		free(job->rom[i]);
	}
	for (i = 0; i < job->small_count; i++) {
		free(job->small[i].name);
		img_close(job->small[i].content);
	}
	hashlist_free(job->hashes);
	manifest_free(job->published);
	free(job->hashes_name);
	free(job->rom);
	free(job->small);
	job->rom_count = job->small_count = job->stripped_count = 0;
	job->rom = NULL;
	job->small = NULL;
	job->hashes = NULL;
	job->published = NULL;
	job->hashes_name = NULL;
}

/*
 * Old releases have SHA-1 in their list, and the list may come behind the ROMs: then they are
 * read once more. New ones are spared the time for a second digest.
 */
static enum img_status read_and_prove(struct job *job, struct img_error *err)
{
	const struct release_request *rq = job->request;
	enum img_status st;

	job->plan.want_sha1 = rq->input_count && !strcmp(rq->inputs[0], "-");
	st = job_read(job, err);
	if (st == IMG_OK && !job->plan.want_sha1 && job->hashes &&
	    hashlist_count(job->hashes) && hashlist_at(job->hashes, 0)->digest.kind == IMG_SHA1) {
		forget_input(job);
		job->plan.want_sha1 = true;
		st = job_read(job, err);
	}
	if (st == IMG_OK && !job->rom_count)
		st = img_fail(err, IMG_E_ABSENT, IMG_NOWHERE, rq->only ? "no ROM image is called so"
								       : "holds no ROM image");
	if (st == IMG_OK && rq->direction == RELEASE_INJECT)
		st = job_prove(job, err);
	return st;
}

static enum img_status prepare(struct job *job, struct img_error *err)
{
	const struct release_request *rq = job->request;
	enum img_status st = IMG_OK;

	if (rq->direction == RELEASE_INJECT && rq->vendor_directory)
		st = vendor_files_load(rq->board, rq->vendor_directory, job->d, &job->files, err);
	if (st == IMG_OK)
		st = sink_open(&rq->sink, &job->sink, err);
	job->plan = (struct rom_plan){ .board = rq->board, .files = &job->files, .mac = rq->mac,
				       .checks = rq->checks,
				       .sink = job->sink,
				       .alone = rq->kind == RELEASE_ROMS && rq->input_count == 1 };
	return st;
}

enum img_status release_run(const struct release_request *request, const struct diag *d,
			    struct release_result *out, struct img_error *err)
{
	struct job job = { .request = request, .d = d };
	enum img_status st;

	memset(out, 0, sizeof(*out));
	st = prepare(&job, err);
	if (st == IMG_OK)
		st = read_and_prove(&job, err);
	if (st == IMG_OK) {
		qsort(job.rom, job.rom_count, sizeof(*job.rom), by_name);
		st = deliver(&job, err);
	}
	if (st == IMG_OK)
		st = report(&job, out, err);
	forget_input(&job);
	sink_close(job.sink);
	vendor_files_close(&job.files);
	return st;
}

void release_result_free(struct release_result *result)
{
	size_t i;

	for (i = 0; i < result->count; i++)
		free(result->rom[i].name);
	free(result->rom);
	memset(result, 0, sizeof(*result));
}
