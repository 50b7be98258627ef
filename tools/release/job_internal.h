/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the steps of a run share: read (job_read.c), prove (job_prove.c), deliver (job.c). */
#ifndef TOOLS_RELEASE_JOB_INTERNAL_H
#define TOOLS_RELEASE_JOB_INTERNAL_H

#include "tools/common/hashlist.h"
#include "tools/release/job.h"
#include "tools/release/rom.h"

struct small_file {		/* version, README.md, ... */
	char *name;
	struct img *content;
};

struct job {
	const struct release_request *request;
	const struct diag *d;
	struct vendor_files files;
	struct sink *sink;
	struct rom_plan plan;
	size_t rom_count, stripped_count;
	struct rom **rom;
	size_t small_count;
	struct small_file *small;
	struct hashlist *hashes;	/* vendorhashes or blobhashes; NULL: there is none */
	char *hashes_name;
	struct manifest *published;	/* the manifest that came with the release, or NULL */
};

/* Reads the source, hands each ROM to a worker, waits for all of them. */
enum img_status job_read(struct job *job, struct img_error *err) IMG_CHECKED;

/* Inject: are the ROMs what the release's list says? */
enum img_status job_prove(const struct job *job, struct img_error *err) IMG_CHECKED;

#endif
