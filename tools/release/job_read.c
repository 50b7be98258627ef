/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <fnmatch.h>
#include <stdlib.h>
#include <string.h>

#include "libimg/edit/split.h"
#include "libimg/edit/strip.h"
#include "tools/common/io.h"
#include "tools/common/progress.h"
#include "tools/release/job_internal.h"
#include "tools/release/name.h"
#include "tools/release/pool.h"

/* Lists and notes beside the ROMs are small. */
enum { SMALL_FILE_MAX = 4 << 20 };

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

static enum img_status wrong_size(const struct release_member *m, uint64_t found,
				  uint64_t expected, const char *what, struct img_error *err)
{
	bool cut = found < expected;

	return img_fail(err, IMG_E_CORRUPT, cut ? found : expected,
			"%s has %llu bytes, but %s of this board has %llu: %s (board-size)",
			m->name, (unsigned long long)found, what, (unsigned long long)expected,
			cut ? "it is cut off here" : "there are bytes too many from here");
}

/* Takes the pad byte of stripped ROMs off. */
static enum img_status unpad(const struct release_member *m, struct img *rom, uint64_t size,
			     struct img_error *err)
{
	struct img_view pad;
	enum img_status st = img_view_slice(img_bytes(rom), size, 1, &pad, err);

	if (st == IMG_OK && !img_view_filled(pad, 0))
		st = img_fail(err, IMG_E_CORRUPT, size,
			      "the pad byte of %s is 0x%02x, expected 0x00", m->name,
			      img_view_data(pad)[0]);
	return st == IMG_OK ? img_cut(rom, size, err) : st;
}

/*
 * In a release the name says what a ROM is, and its size has to agree. A file that came alone
 * may have been renamed or read from a pipe: there the size says it.
 */
static enum img_status read_rom(const struct job *job, struct release_source *source,
				const struct release_member *m, bool *stripped, struct img **out,
				struct img_error *err)
{
	uint64_t size = job->request->board->rom_size, expected;
	struct img *whole;
	enum img_status st;

	if (m->size == size + 1 && job->request->kind == RELEASE_ROMS)
		*stripped = true;
	expected = size + *stripped;
	if (m->size != RELEASE_SIZE_UNKNOWN && m->size != expected)
		return wrong_size(m, m->size, expected, *stripped ? "a stripped ROM" : "a ROM",
				  err);
	st = release_source_read(source, size + 1, &whole, err);
	if (st != IMG_OK)
		return st;
	if (m->size == RELEASE_SIZE_UNKNOWN)
		*stripped = img_size(whole) == size + 1;
	if (img_size(whole) != size + *stripped)
		st = wrong_size(m, img_size(whole), size + *stripped, "a ROM", err);
	else if (*stripped)
		st = unpad(m, whole, size, err);
	if (st == IMG_OK)
		*out = whole;
	else
		img_close(whole);
	return st;
}

static enum img_status new_rom(struct job *job, const char *name, struct rom **out,
			       struct img_error *err)
{
	struct rom **larger = realloc(job->rom, (job->rom_count + 1) * sizeof(*larger));
	struct rom *rom = calloc(1, sizeof(*rom));

	if (larger)
		job->rom = larger;
	if (!larger || !rom || !(rom->name = strdup(name))) {
		free(rom);
		return no_memory(err);
	}
	rom->plan = &job->plan;
	rom->item.spool = -1;
	larger[job->rom_count++] = rom;
	*out = rom;
	return IMG_OK;
}

/* Is none of the board's pieces in it any more? */
static enum img_status look_for_pieces(const struct img_board *board, struct img_view rom,
				       bool *all_gone, struct img_error *err)
{
	enum img_strip_state state[RELEASE_PIECES_MAX];
	size_t i, here = 0, there = 0;
	enum img_status st;

	if (board->piece_count > RELEASE_PIECES_MAX)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE, "over %d vendor pieces",
				RELEASE_PIECES_MAX);
	st = img_strip_states(rom, board->piece, board->piece_count, state, err);
	for (i = 0; st == IMG_OK && i < board->piece_count; i++) {
		there += state[i] != IMG_STRIP_ELSEWHERE;
		here += state[i] == IMG_STRIP_PRESENT || state[i] == IMG_STRIP_PARTLY;
	}
	*all_gone = st == IMG_OK && there && !here;
	return st;
}

static enum img_status check_strip(const struct job *job, const struct rom *rom, bool all_gone,
				   struct img_error *err)
{
	size_t i, there = 0;

	for (i = 0; i < job->request->board->piece_count; i++)
		there += job->request->board->piece[i].place != IMG_PIECE_ELSEWHERE;
	if (!there)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"board %s has no vendor files, so there is nothing to take out "
				"(no-vendor-files)", job->request->board->id);
	if (rom->stripped || all_gone)
		return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE,
				"%s is stripped already (stripped-image)", rom->name);
	return IMG_OK;
}

/* May this ROM be worked on at all, in this direction? */
static enum img_status check_state(const struct job *job, struct rom *rom, struct img_error *err)
{
	const struct release_request *rq = job->request;
	const struct checks_subject s = { .image = img_bytes(rom->img), .board = rq->board,
					  .scope = IMG_CHECK_BOARD };
	bool all_gone = false;
	enum img_status st;

	/* Vendor files of one board in the image of another would be no error of theirs. */
	st = checks_run(rq->checks, job->d, &s, err);
	if (st == IMG_OK)
		st = look_for_pieces(rq->board, img_bytes(rom->img), &all_gone, err);
	if (st != IMG_OK) {
		if (!job->plan.alone)
			img_error_prefix(err, "%s", rom->name);
		return st;
	}
	if (rq->direction == RELEASE_STRIP)
		return check_strip(job, rom, all_gone, err);
	/* Old releases had no marks, and a mark can be cut off: the content tells, too. */
	if (all_gone)
		rom->stripped = true;
	if (rom->stripped && !rq->vendor_directory)
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"%s is without its vendor files; say where they are with "
				"--vendor DIR", rom->name);
	return IMG_OK;
}

static enum img_status take_rom(struct job *job, struct release_source *source, struct pool *pool,
				const struct release_member *m, struct img_error *err)
{
	const struct release_request *rq = job->request;
	const char *final = m->name;
	bool stripped = release_name_is_stripped(m->name, &final);
	struct img *img = NULL;
	struct rom *rom = NULL;
	enum img_status st;

	if (rq->only && fnmatch(rq->only, final, 0))
		return IMG_OK;
	st = read_rom(job, source, m, &stripped, &img, err);
	if (st != IMG_OK)
		return st;
	st = new_rom(job, final, &rom, err);
	if (st != IMG_OK) {
		img_close(img);
		return st;
	}
	rom->img = img;
	rom->stripped = stripped;
	st = check_state(job, rom, err);
	if (st != IMG_OK)
		return st;
	job->stripped_count += rom->stripped;
	diag_detail(job->d, m->name, "%s", rq->direction == RELEASE_STRIP ? "stripping" :
		    rom->stripped ? "inserting vendor files" : "copying");
	pool_submit(pool, rq->direction == RELEASE_STRIP ? rom_strip : rom_inject, rom);
	return IMG_OK;
}

static bool is_hash_list(const char *name)
{
	return !strcmp(name, "vendorhashes") || !strcmp(name, "blobhashes");
}

static enum img_status take_list(struct job *job, const char *name, struct img *text,
				 struct img_error *err)
{
	enum img_status st;

	if (job->hashes)
		return img_fail(err, IMG_E_CORRUPT, IMG_NOWHERE,
				"both %s and %s: not a release as it was published",
				job->hashes_name, name);
	st = hashlist_parse(img_bytes(text), &job->hashes, err);
	if (st != IMG_OK) {
		img_error_prefix(err, "%s", name);
		return st;
	}
	job->hashes_name = strdup(name);
	return job->hashes_name ? IMG_OK : no_memory(err);
}

static bool is_manifest(const struct job *job, const char *name)
{
	size_t n = strlen(job->request->board->id);

	return !strncmp(name, job->request->board->id, n) && !strcmp(name + n, ".manifest");
}

/* A manifest of ours is read and written anew; of somebody else's making it is only a note. */
static enum img_status take_manifest(struct job *job, struct img *text, struct img_error *err)
{
	enum img_status st = manifest_parse(img_bytes(text), &job->published, err);

	if (st != IMG_OK)
		img_error_prefix(err, "%s.manifest", job->request->board->id);
	return st;
}

static enum img_status keep_small(struct job *job, const char *name, struct img *content,
				  struct img_error *err)
{
	struct small_file *larger = realloc(job->small, (job->small_count + 1) * sizeof(*larger));

	if (larger)
		job->small = larger;
	if (!larger || !(name = strdup(name))) {
		img_close(content);
		return no_memory(err);
	}
	larger[job->small_count++] = (struct small_file){ (char *)name, content };
	return IMG_OK;
}

static enum img_status take_small(struct job *job, struct release_source *source,
				  const struct release_member *m, struct img_error *err)
{
	struct img *content;
	enum img_status st;

	st = release_source_read(source, SMALL_FILE_MAX, &content, err);
	if (st == IMG_E_ABSENT)		/* an empty file says nothing */
		return IMG_OK;
	if (st != IMG_OK) {
		img_error_prefix(err, "%s", m->name);
		return st;
	}
	if (!is_hash_list(m->name) && !is_manifest(job, m->name))
		return keep_small(job, m->name, content, err);
	st = is_manifest(job, m->name) ? take_manifest(job, content, err)
				       : take_list(job, m->name, content, err);
	img_close(content);
	return st;
}

static enum img_status read_all(struct job *job, struct release_source *source, struct pool *pool,
				struct img_error *err)
{
	bool roms = job->request->kind == RELEASE_ROMS, ended;
	struct progress progress = progress_begin(job->d, "ROM images", 0);
	struct release_member m;
	enum img_status st;

	do {
		st = release_source_next(source, &m, err);
		ended = st == IMG_E_ABSENT;
		if (st != IMG_OK)
			break;
		if (roms || release_name_is_rom(m.name))
			st = take_rom(job, source, pool, &m, err);
		else
			st = take_small(job, source, &m, err);
		progress_step(&progress, job->rom_count);
	} while (st == IMG_OK);
	progress_end(&progress);
	return ended ? IMG_OK : st;
}

static enum img_status first_failure(const struct job *job, struct img_error *err)
{
	size_t i;

	for (i = 0; i < job->rom_count; i++) {
		if (job->rom[i]->status == IMG_OK)
			continue;
		if (err)
			*err = job->rom[i]->err;
		return job->rom[i]->status;
	}
	return IMG_OK;
}

enum img_status job_read(struct job *job, struct img_error *err)
{
	const struct release_request *rq = job->request;
	struct release_source *source;
	struct pool *pool;
	enum img_status st;

	st = release_source_open(rq->kind, rq->inputs, rq->input_count, rq->board->id, &source,
				 err);
	if (st != IMG_OK)
		return st;
	st = pool_start(rq->jobs, &pool, err);
	if (st == IMG_OK) {
		st = read_all(job, source, pool, err);
		pool_stop(pool);
	}
	release_source_close(source);
	return st == IMG_OK ? first_failure(job, err) : st;
}
