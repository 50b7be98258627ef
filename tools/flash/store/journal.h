/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A write that is not finished: journal/ID-HASH.journal, text, one for each job. HASH is the
 * SHA-256 of all that makes the job what it is (the chip's id and size, the board and chip, the
 * image, what is kept), so that the same command finds its own.
 *
 *	romwright-journal 1
 *	date 2026-11-20T12:00:00Z
 *	original HASH			the backup of what was there before the first erase
 *	block 0x00010000 0x00010000	this block is about to be changed; those named before it
 *	...				are finished
 *
 * Each line is on the disk before what it announces is done; one that is cut off does not
 * count. A journal is believed only when the chip looks as it says: what no line names is as in
 * the backup, what is finished is as wanted, and the last block may be anything between. So a
 * journal that is lost, damaged or of another machine with the same chip does no harm: the chip
 * is read, and what differs is written.
 */
#ifndef FLASH_STORE_JOURNAL_H
#define FLASH_STORE_JOURNAL_H

#include "libimg/core/digest.h"
#include "libimg/core/range.h"
#include "tools/flash/store/state.h"

#define JOURNAL_FOLDER "journal"
#define JOURNAL_BLOCKS_MAX 65536

/* What was found. */
struct journal {
	char date[STATE_DATE];
	char original[IMG_DIGEST_HEX];
	size_t count;
	struct img_range *block;	/* owned, in the order of the lines */
};

/* "ef4017-HASH.journal" for this description of a job; owned. */
enum img_status journal_name(const char *id, const char *job, char **out, struct img_error *err)
	IMG_CHECKED;

/* IMG_E_ABSENT: no such job is open. IMG_E_CORRUPT: it is no journal. Others as state_read(). */
enum img_status journal_load(const struct state *s, const char *name, struct journal *out,
			     struct img_error *err) IMG_CHECKED;
void journal_free(struct journal *j);

/* Is any job open on a chip of this id? Then a user's word for what it holds is not enough. */
bool journal_any(const struct state *s, const char *id);

/*
 * Could a write of wanted over original, with these lines in its journal, have left this on the
 * chip? All have one size. Of an original that was opened lazily a piece at a time is held in
 * memory; one that cannot be read explains nothing.
 */
bool journal_explains(const struct journal *j, const struct img *original, struct img_view wanted,
		      struct img_view now);

/* Begins one that says what j says, in place of an old one of the same job. *out is a
 * descriptor, to which lines are added. */
enum img_status journal_begin(const struct state *s, const char *name, const struct journal *j,
			      int *out, struct img_error *err) IMG_CHECKED;
enum img_status journal_block(int fd, struct img_range block, struct img_error *err) IMG_CHECKED;

/* The job is finished. */
enum img_status journal_end(const struct state *s, const char *name, struct img_error *err)
	IMG_CHECKED;

/* Ends the jobs on a chip of this id that began with this content, which is there again. */
enum img_status journal_end_of(const struct state *s, const char *id, const char *original,
			       struct img_error *err) IMG_CHECKED;

/* Does an open job need this backup? */
bool journal_needs(const struct state *s, const char *original);

#endif
