/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/say/report.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/flash/say/report_json.h"

#define KIB 1024u
#define MIB (1024u * 1024u)

struct text {
	char buffer[32];
};

static const char *size_text(uint64_t size, struct text *t)
{
	const unsigned long long n = size;

	if (n && n % MIB == 0)
		snprintf(t->buffer, sizeof(t->buffer), "%llu MiB", n / MIB);
	else if (n && n % KIB == 0)
		snprintf(t->buffer, sizeof(t->buffer), "%llu KiB", n / KIB);
	else
		snprintf(t->buffer, sizeof(t->buffer), "%llu bytes", n);
	return t->buffer;
}

static void print_chip(FILE *to, const struct job *job)
{
	const struct chip_info *c = &job->info;
	struct text size;
	size_t i;

	fprintf(to, "%s: %s %s, %s, ", job->name, c->vendor, c->name,
		size_text(c->geometry.size, &size));
	if (*job->external.program) {
		fprintf(to, "by %s\n", job->external.program);
		if (job->external.own)
			fprintf(to, "%s: %s\n", job->name, job->external.verdict.text);
		return;
	}
	if (!c->id_size) {
		fprintf(to, "by the kernel%s\n", c->protected ? ", some blocks are protected" : "");
		return;
	}
	fputs("id ", to);
	for (i = 0; i < c->id_size; i++)
		fprintf(to, "%02X", c->id[i]);
	fprintf(to, ", status 0x%02x, ", c->status);
	if (!c->protected)
		fputs("no block protection", to);
	else if (c->range_known)
		fprintf(to, "block protection is set: 0x%08llx-0x%08llx",
			(unsigned long long)c->protected_range.start,
			(unsigned long long)img_range_end(c->protected_range) - 1);
	else
		fputs("block protection is set", to);
	fputs(c->protected && c->status_locked ? ", and WP# may hold it\n" : "\n", to);
}

static void print_step(FILE *to, const struct job *job, const struct plan_step *s)
{
	struct text size;

	fprintf(to, "  %-7s 0x%08llx-0x%08llx %s", plan_kind_word(s->kind),
		(unsigned long long)s->range.start, (unsigned long long)img_range_end(s->range) - 1,
		size_text(s->range.size, &size));
	if (s->kind == PLAN_ERASE && job->info.id_size)
		fprintf(to, ", opcode %02X", plan_erase_kind(s, &job->info.geometry)->opcode);
	if (s->restored)
		fprintf(to, ", puts back %llu bytes that were not asked for",
			(unsigned long long)s->restored);
	fputc('\n', to);
}

/* What another program is to write, or wrote; how it does that is its business. */
static void print_external(FILE *to, const struct flash *f, const struct job *job)
{
	const bool dry = f->options.dry_run;
	struct text size;
	size_t i;

	fprintf(to, "%s: %s %s by %s%s\n", job->name, dry ? "would write" : "wrote",
		size_text(job->plan.programmed, &size), job->external.program,
		f->options.no_verify ? ", not verified" :
		dry ? ", then read back all and compare" : ", read back all and verified");
	for (i = 0; dry && i < job->plan.count; i++)
		if (job->plan.step[i].kind == PLAN_PROGRAM)
			print_step(to, job, &job->plan.step[i]);
}

/* What there is to go back to. */
static void print_safe(FILE *to, const struct flash *f, const struct job *job)
{
	const struct job_safe *safe = &job->safe;
	char *path;

	if (safe->resumed)
		fprintf(to, "%s: this went on with a write begun on %s\n", job->name,
			safe->journal.date);
	if (!safe->stored || f->options.dry_run)
		return;
	path = backup_path(&f->state, safe->name);
	fprintf(to, "%s: what was there before is in %s (%s); a copy of it belongs on another "
		"medium\n", job->name, path ? path : safe->name,
		backup_why_text(safe->why));
	free(path);
}

static void print_kept(FILE *to, const struct flash *f, const struct job *job)
{
	size_t i;

	for (i = 0; i < f->options.keeps; i++)
		if (job->kept[i])
			fprintf(to, "%s: %s %s as it is on the chip\n", job->name,
				f->options.keep[i], f->options.dry_run ? "would stay" : "stays");
}

static void print_change(FILE *to, const struct flash *f, const struct job *job)
{
	const struct plan *p = &job->plan;
	const bool dry = f->options.dry_run;
	struct text erased, programmed, verified;
	size_t i;

	print_kept(to, f, job);
	if (!p->count) {
		fprintf(to, "%s: the chip holds it already; %s\n", job->name,
			dry ? "nothing to do" : "nothing was changed");
		return;
	}
	if (job->info.geometry.program == CHIP_PROGRAM_ANY) {
		print_external(to, f, job);
		print_safe(to, f, job);
		return;
	}
	fprintf(to, "%s: %s%s, %s%s", job->name, dry ? "would erase " : "erased ",
		size_text(p->erased, &erased), dry ? "program " : "programmed ",
		size_text(p->programmed, &programmed));
	if (f->options.no_verify)
		fputs(dry ? ", not verify\n" : ", not verified\n", to);
	else
		fprintf(to, ", %s%s\n", dry ? "verify " : "verified ",
			size_text(p->verified, &verified));
	if (dry)
		fprintf(to, "%s: that would take about %.1f s\n", job->name,
			(double)plan_expected_us(p, &job->info.geometry) / 1e6);
	for (i = 0; dry && i < p->count; i++)
		print_step(to, job, &p->step[i]);
	print_safe(to, f, job);
}

static void print_job(FILE *to, const struct flash *f, const struct job *job)
{
	struct text size;

	switch (f->options.operation) {
	case FLASH_PROBE:
		print_chip(to, job);
		break;
	case FLASH_READ:
		fprintf(to, "%s: read %s, %u pass%s\n", job->name,
			size_text(job->info.geometry.size, &size), f->options.reads,
			f->options.reads > 1 ? "es that agree" : "");
		break;
	case FLASH_VERIFY:
		fprintf(to, "%s: verified, the chip holds %s\n", job->name,
			f->board ? "its part of the image" : "the image");
		break;
	case FLASH_WRITE:
	case FLASH_ERASE:
		print_change(to, f, job);
		break;
	}
}

static void print_remaining(FILE *to, const struct flash *f)
{
	size_t i, k;

	if (flash_complete(f) || f->options.operation == FLASH_PROBE)
		return;
	for (i = 0; i < f->board->chip_count; i++) {
		for (k = 0; k < f->jobs && f->job[k].index != i; k++)
			;
		if (k == f->jobs)
			fprintf(to, "%s: remains to be done; clip onto it and give -p %s=...\n",
				f->board->chip[i].name, f->board->chip[i].name);
	}
}

static void print_dump(FILE *to, const struct flash *f)
{
	const char *name = io_output_name(f->options.file);

	if (f->summed)
		fprintf(to, "%s: %s; its hash is in %s.sha512\n", name, f->holds, name);
	else
		fprintf(to, "%s: %s\n", name, f->holds);
}

enum img_status report_result(const struct flash *f, struct img_error *err)
{
	const bool taken = f->options.operation == FLASH_READ && !strcmp(f->options.file, "-");
	FILE *to = taken ? stderr : stdout;
	size_t i;

	for (i = 0; f->diag.log && i < f->jobs; i++)
		print_job(f->diag.log, f, &f->job[i]);
	if (f->diag.json)
		return json_print(report_json_result(f), err);
	for (i = 0; i < f->jobs; i++)
		print_job(to, f, &f->job[i]);
	if (f->options.operation == FLASH_READ)
		print_dump(to, f);
	print_remaining(to, f);
	if (fflush(to) || ferror(to))
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}

enum img_status report_parts(bool json, struct img_error *err)
{
	struct text size;
	size_t i, k;

	if (json)
		return json_print(report_json_parts(), err);
	for (i = 0; i < chip_part_count; i++) {
		const struct chip_part *p = &chip_parts[i];

		printf("%-22s %8s  ", p->vendor, size_text(p->size, &size));
		for (k = 0; k < CHIP_ID_SIZE; k++)
			printf(k < p->id_size ? "%02X" : "  ", p->id[k]);
		printf("  %s\n", p->name);
	}
	if (fflush(stdout) || ferror(stdout))
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}

static void describe(struct img_error *err, const struct job *job, const char *who)
{
	if (job->result.changed && !job->finished && job->running)
		img_error_suffix(err,
				 "; %s was changed and is not verified (%llu of %llu bytes are): "
				 "DO NOT REBOOT OR POWER OFF",
				 job->external.own ? "the flash of this machine" : who,
				 (unsigned long long)job->result.done,
		       (unsigned long long)job->plan.verified);
	else if (job->result.changed && !job->finished)
		img_error_suffix(err,
				 "; %s was changed and is not verified (%llu of %llu bytes are)",
				 who, (unsigned long long)job->result.done,
				 (unsigned long long)job->plan.verified);
	else if (job->result.changed)
		img_error_suffix(err, "; %s is finished%s", who,
				 job->result.verified ? " and verified" : "");
	else
		img_error_suffix(err, "; nothing was changed on %s", who);
}

bool report_state(struct flash *f)
{
	const enum operation op = f->options.operation;
	bool changed = false, open = false;
	size_t i;

	if (f->options.dry_run || (op != FLASH_WRITE && op != FLASH_ERASE) || !f->jobs ||
	    !f->job[0].info.geometry.size)
		return false;
	for (i = 0; i < f->jobs; i++) {
		changed |= f->job[i].result.changed;
		open |= f->job[i].result.changed && !f->job[i].finished;
	}
	if (!changed)
		img_error_suffix(&f->err, "; nothing was changed");
	for (i = 0; changed && i < f->jobs; i++)
		describe(&f->err, &f->job[i],
			 f->jobs > 1 || f->guided ? f->job[i].name : "the chip");
	return open;
}
