/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * What lets a write be undone and gone on with: the backup before the first erase, the journal
 * while it goes on, the record after it. The functions are stages of change.c.
 */
#ifndef FLASH_SAFE_H
#define FLASH_SAFE_H

#include "tools/flash/job.h"

/* Finds the store. Nowhere to keep backups is a refusal, but for --allow=no-backup and a
 * dry run. */
enum img_status flash_safe_begin(struct flash *f) IMG_CHECKED;

/* job->safe: who the chip is, and the journal of this very job if it was begun before. */
enum img_status flash_safe_find(const struct flash *f, struct job *job) IMG_CHECKED;

/* Is a first reading of the chip right beyond doubt? job->safe.why says why. */
bool flash_safe_known(const struct flash *f, struct job *job, struct img_view contents);

/* May the user's word be taken for what the chip holds? Not while a write is not finished. */
bool flash_safe_takes_word(const struct flash *f, const struct job *job);

/*
 * The backup of what was there before the first erase is in the store; nothing to do where
 * nothing will be changed. IMG_E_IO and others: it is not, and so nothing may be changed, but for
 * --allow=no-backup.
 */
enum img_status flash_safe_store(const struct flash *f, struct job *job) IMG_CHECKED;

/* Opens the journal, likewise. */
enum img_status flash_safe_open(const struct flash *f, struct job *job) IMG_CHECKED;

/* For run_watch.block: the block that comes next. Trouble is said once and stops nothing: the
 * best that can happen to a chip that is changed already is that the work goes on. */
void flash_safe_block(const struct flash *f, struct job *job, struct img_range block);

/* The work is done: a record, and no journal any more. Trouble is a warning. */
void flash_safe_finish(const struct flash *f, struct job *job);

/* What the chip held before the first erase: job->old, or, where a write is gone on with, its
 * backup, which is opened lazily and too much to be held beside what the chip holds now. */
const struct img *flash_original(const struct job *job);

void flash_safe_free(struct job *job);

#endif
