/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/safe.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tools/common/io.h"
#include "tools/flash/check/allow.h"
#include "tools/flash/check/look.h"
#include "tools/flash/check/own.h"
#include "tools/flash/contents.h"
#include "tools/flash/record.h"
#include "tools/flash/target.h"

#define NO_BACKUP "no-backup"

enum img_status flash_safe_begin(struct flash *f)
{
	enum img_status st = state_find(&f->state, &f->err);

	if (st == IMG_OK || f->options.dry_run || flash_allowed(f, NO_BACKUP))
		return IMG_OK;
	f->about = NULL;
	return st;
}

/* --- who it is, and what was begun ------------------------------------------------------ */

static void write_id(struct job *job)
{
	const struct chip_info *c = &job->info;
	size_t i, used = 0;

	for (i = 0; i < c->id_size; i++)
		used += (size_t)sprintf(job->safe.id + used, "%02x", c->id[i]);
	for (i = 0; i < c->ext_size; i++)
		used += (size_t)sprintf(job->safe.id + used, "%02x", c->ext[i]);
	if (!used)
		strcpy(job->safe.id, "other");	/* what stands behind another program */
}

static void put_options(FILE *to, const struct flash *f)
{
	size_t i;

	for (i = 0; i < f->options.keeps; i++)
		fprintf(to, " keep %s", f->options.keep[i]);
	for (i = 0; i < f->options.includes; i++)
		fprintf(to, " -i %s", f->options.include[i]);
	/* Parts that the chips name are known sooner or later, as the order of the chips will have
	 * it; those of a layout always are. */
	for (i = 0; f->options.layout && i < f->regions; i++)
		fprintf(to, " %llu+%llu", (unsigned long long)f->region[i].range.start,
			(unsigned long long)f->region[i].range.size);
}

/* All that makes this job what it is; owned. */
static char *describe(const struct flash *f, struct job *job)
{
	char image[IMG_DIGEST_HEX] = "-", *text = NULL;
	struct img_view part;
	size_t size;
	FILE *to;

	if (f->image && (flash_part(f, job, &part) != IMG_OK ||
			 backup_name(part, image, &job->err) != IMG_OK))
		return NULL;
	to = open_memstream(&text, &size);
	if (!to)
		return NULL;
	fprintf(to, "%s %llu %s %s %llu+%llu at %llu: %s", job->safe.id,
		(unsigned long long)job->info.geometry.size, f->board ? f->board->id : "-",
		job->name, (unsigned long long)job->part.start, (unsigned long long)job->part.size,
		(unsigned long long)job->place, image);
	put_options(to, f);
	if (!fclose(to))
		return text;
	free(text);
	return NULL;
}

/* A journal without its backup explains nothing. */
static void load_journal(const struct flash *f, struct job *job)
{
	struct job_safe *safe = &job->safe;

	if (journal_load(&f->state, safe->journal_name, &safe->journal, NULL) != IMG_OK)
		return;
	if (backup_open(&f->state, safe->journal.original, &safe->original, NULL) != IMG_OK)
		safe->original = NULL;
	else if (img_size(safe->original) == job->info.geometry.size)
		return;
	img_close(safe->original);
	safe->original = NULL;
	journal_free(&safe->journal);
}

enum img_status flash_safe_find(const struct flash *f, struct job *job)
{
	enum img_status st;
	char *text;

	write_id(job);
	if (!f->state.root)
		return IMG_OK;
	text = describe(f, job);
	st = text ? journal_name(job->safe.id, text, &job->safe.journal_name, &job->err)
		  : img_fail(&job->err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	free(text);
	if (st == IMG_OK)
		load_journal(f, job);
	return st;
}

bool flash_safe_takes_word(const struct flash *f, const struct job *job)
{
	return !journal_any(&f->state, job->safe.id);
}

/* Did the job that was begun before leave these contents? */
static bool explained(const struct flash *f, struct job *job, struct img_view contents)
{
	const struct img *original = job->safe.original;
	struct img_view wanted;
	struct img *target = NULL;
	bool explains;

	if (flash_target_over(f, job, original, &target, &wanted) != IMG_OK)
		return false;
	explains = journal_explains(&job->safe.journal, original, wanted, contents);
	img_close(target);
	return explains;
}

bool flash_safe_known(const struct flash *f, struct job *job, struct img_view contents)
{
	struct job_safe *safe = &job->safe;

	safe->why = BACKUP_PASSES;
	if (backup_name(contents, safe->name, NULL) != IMG_OK)
		safe->name[0] = 0;
	else if (backup_is_stored(&f->state, safe->name, contents))
		safe->why = BACKUP_STORED;
	else if (record_knows(&f->state, safe->id, safe->name))
		safe->why = BACKUP_RECORD;
	if (safe->original && explained(f, job, contents)) {
		safe->why = BACKUP_JOURNAL;
		safe->resumed = true;
		strcpy(safe->name, safe->journal.original);
	}
	return safe->why != BACKUP_PASSES;
}

const struct img *flash_original(const struct job *job)
{
	return job->safe.resumed ? job->safe.original : job->old;
}

/* --- the backup ------------------------------------------------------------------------- */

static enum img_status no_backup(const struct flash *f, struct job *job)
{
	if (flash_allowed(f, NO_BACKUP)) {
		diag_warning(&f->diag, job->name, "no backup: %s", job->err.text);
		return IMG_OK;
	}
	img_error_prefix(&job->err, "no backup, so nothing is written (--allow=" NO_BACKUP
				    " goes on without)");
	return job->err.status;
}

static enum img_status store(const struct flash *f, struct job *job,
			     const struct findings *found)
{
	struct job_safe *safe = &job->safe;
	char closed[512];
	const struct backup_about about = {
		.board = f->board ? f->board->id : NULL, .chip = job->name,
		.vendor = job->info.vendor, .part = job->info.name, .id = safe->id,
		.closed = flash_unreadable(&job->info, closed) ? closed : NULL,
		.findings = found, .why = safe->why };
	enum img_status st = IMG_OK;
	char *aside = NULL;

	if (!safe->name[0])
		st = backup_name(img_bytes(job->old), safe->name, &job->err);
	if (st == IMG_OK && !f->state.root)
		st = img_fail(&job->err, IMG_E_ABSENT, IMG_NOWHERE, "there is nowhere to keep it");
	if (st == IMG_OK)
		st = backup_store(&f->state, safe->name, img_bytes(job->old), &about, &aside,
				  &job->err);
	if (st == IMG_OK && about.closed)
		diag_warning(&f->diag, job->name, "the backup has FF instead of %s", about.closed);
	if (aside)
		diag_warning(&f->diag, job->name, "a damaged backup was found, and is %s now",
			     aside);
	free(aside);
	safe->stored = st == IMG_OK;
	return st;
}

enum img_status flash_safe_store(const struct flash *f, struct job *job)
{
	struct findings found = { .count = 0 };
	enum img_status st;

	/* What was there before a write that is gone on with has been stored, and just read. */
	job->safe.stored = job->safe.resumed;
	if (!job->plan.count || job->safe.resumed)
		return IMG_OK;
	st = flash_look(img_bytes(job->old), true, &found, &job->err);
	if (st == IMG_OK)
		st = store(f, job, &found);
	if (st == IMG_OK)
		flash_look_say(&f->diag, job->name, &found);
	findings_free(&found);
	return st == IMG_OK ? IMG_OK : no_backup(f, job);
}

/* --- the journal ------------------------------------------------------------------------ */

enum img_status flash_safe_open(const struct flash *f, struct job *job)
{
	struct job_safe *safe = &job->safe;
	enum img_status st;

	if (!job->plan.count || !safe->stored)
		return IMG_OK;
	if (!safe->resumed) {
		journal_free(&safe->journal);
		state_date(safe->journal.date);
		strcpy(safe->journal.original, safe->name);
	}
	st = journal_begin(&f->state, safe->journal_name, &safe->journal, &safe->log, &job->err);
	safe->logging = st == IMG_OK;
	return st == IMG_OK ? IMG_OK : no_backup(f, job);
}

void flash_safe_block(const struct flash *f, struct job *job, struct img_range block)
{
	struct job_safe *safe = &job->safe;
	struct img_error err;

	if (!safe->logging || journal_block(safe->log, block, &err) == IMG_OK)
		return;
	diag_warning(&f->diag, job->name, "the journal: %s; the write goes on without it",
		     err.text);
	close(safe->log);
	safe->logging = false;
}

static void say(const struct flash *f, const struct job *job, const struct img_error *err)
{
	diag_warning(&f->diag, job->name, "%s", err->text);
}

void flash_safe_finish(const struct flash *f, struct job *job)
{
	struct job_safe *safe = &job->safe;
	char now[IMG_DIGEST_HEX];
	struct img_error err;

	if (!job->plan.count || !f->state.root)
		return;
	if (record_add(f, job, &err) != IMG_OK)
		say(f, job, &err);
	if (safe->journal_name && journal_end(&f->state, safe->journal_name, &err) != IMG_OK)
		say(f, job, &err);
	/* Whatever was begun on it ended with this, when it is again what it was before. */
	if (backup_name(job->wanted, now, &err) == IMG_OK &&
	    journal_end_of(&f->state, safe->id, now, &err) != IMG_OK)
		say(f, job, &err);
}

void flash_safe_free(struct job *job)
{
	if (job->safe.logging)
		close(job->safe.log);
	free(job->safe.journal_name);
	journal_free(&job->safe.journal);
	img_close(job->safe.original);
}
