/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where rom-flash keeps what has to outlive it:
 *
 *	$XDG_STATE_HOME/romwright/		($HOME/.local/state where that is not set)
 *		backups/	what was on chips before they were written; see backup.h
 *		journal/	writes that are not finished; see journal.h
 *		records.jsonl	writes that are; see record.h
 *
 * A relative XDG_STATE_HOME is ignored, as its specification says. Under sudo everything is the
 * invoking user's: it lies in the home of that user, and files are opened and made with the
 * rights of that user, so that no link leads where only root may write. Directories are made
 * for their owner alone: a backup has everything in it that the machine knows of its owner.
 */
#ifndef FLASH_STORE_STATE_H
#define FLASH_STORE_STATE_H

#include <stdbool.h>
#include <sys/types.h>

#include "libimg/core/image.h"

struct state {
	char *root;		/* owned; NULL: not looked for yet */
	bool borrowed;		/* under sudo: the files are of this user: */
	uid_t uid;
	gid_t gid;
};

/*
 * Finds out where; makes nothing. Nothing happens when that is known already. IMG_E_REFUSED:
 * under sudo, and that user has no home. IMG_E_ABSENT: neither XDG_STATE_HOME nor HOME says.
 */
enum img_status state_find(struct state *s, struct img_error *err) IMG_CHECKED;
void state_free(struct state *s);

/* root/folder/name, owned; folder or name may be NULL. NULL: out of memory. */
char *state_path(const struct state *s, const char *folder, const char *name);

/* Makes the folder, and all above it that is missing. IMG_E_IO: the system's reason. */
enum img_status state_make(const struct state *s, const char *folder, struct img_error *err)
	IMG_CHECKED;

/*
 * All of a regular file. IMG_E_ABSENT: there is none. IMG_E_IO: it is something else (a FIFO, a
 * device), or cannot be read. IMG_E_SPACE: it is larger than max.
 */
enum img_status state_read(const struct state *s, const char *path, uint64_t max,
			   struct img **out, struct img_error *err) IMG_CHECKED;

/* The same of a file of IMG_SIZE_MAX at most, of which nothing is read yet: img_open_lazily(). */
enum img_status state_open(const struct state *s, const char *path, struct img **out,
			   struct img_error *err) IMG_CHECKED;

/* Does that file hold exactly this? It is not held in memory. IMG_E_ABSENT, IMG_E_IO as above. */
enum img_status state_holds(const struct state *s, const char *path, struct img_view contents,
			    bool *same, struct img_error *err) IMG_CHECKED;

/* A new file, whole and on the disk when this returns. IMG_E_EXISTS without IMG_SAVE_REPLACE. */
enum img_status state_save(const struct state *s, const char *path, struct img_view bytes,
			   unsigned flags, struct img_error *err) IMG_CHECKED;

/* A regular file, opened so that what is written goes to its end; made where it is missing. */
enum img_status state_open_log(const struct state *s, const char *path, int *out,
			       struct img_error *err) IMG_CHECKED;

/* Writes all of it and waits until it is on the disk. */
enum img_status state_append(int fd, const char *text, struct img_error *err) IMG_CHECKED;

/* IMG_E_EXISTS: there is something of the new name. */
enum img_status state_rename(const struct state *s, const char *path, const char *to,
			     struct img_error *err) IMG_CHECKED;
enum img_status state_remove(const struct state *s, const char *path, struct img_error *err)
	IMG_CHECKED;

/*
 * Names in a folder that end so, sorted; each and the list itself are the caller's (free()).
 * A folder that is not there is empty. What is over STATE_LIST_MAX is left out.
 */
#define STATE_LIST_MAX 4096
enum img_status state_list(const struct state *s, const char *folder, const char *end,
			   char ***names, size_t *count, struct img_error *err) IMG_CHECKED;

/* "2026-11-20T12:00:00.000Z", now; in such a form text sorts as time does. */
#define STATE_DATE 32
void state_date(char out[STATE_DATE]);

#endif
