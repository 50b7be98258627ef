/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way to write a file: it appears whole under its name or not at all.
 *
 * img_save_begin() opens a temporary in the directory of the name, img_save_write() fills it
 * and counts every byte, img_save_finish() learns what the system held back, img_save_commit()
 * gives it its name. Until the commit nothing is to be seen under the name, and img_save_drop()
 * leaves no trace. Several outputs that belong together are all finished before the first is
 * committed.
 *
 * The temporary has no name (O_TMPFILE), so that a process killed at any moment leaves nothing.
 * Only NAME.XXXXXX.part can be left: whole, between the two calls of the commit that replace
 * a file; whole or not, on a file system without nameless files (NFS, FAT), and by a process
 * that has over a hundred outputs open.
 *
 * A name that exists and is no regular file (a FIFO, /dev/full) is opened and written as it
 * is, never renamed over: as root that would replace the device. "-" is standard output; so
 * is /dev/stdout, and /dev/fd/N is descriptor N, also where a file is behind it.
 */
#ifndef IMG_CORE_SAVE_H
#define IMG_CORE_SAVE_H

#include "libimg/core/view.h"

enum {
	IMG_SAVE_REPLACE = 1,	/* an existing regular file may be replaced */
	IMG_SAVE_SYNC = 2,	/* what replaces something, or is the only copy, is synced */
};

struct img_save;

/*
 * IMG_E_EXISTS: there is such a file and IMG_SAVE_REPLACE was not given.
 * IMG_E_IO: the system's reason. *out is owned: commit or drop it.
 */
enum img_status img_save_begin(const char *path, unsigned flags, struct img_save **out,
			       struct img_error *err) IMG_CHECKED;

/*
 * What img_save_begin() would say, with nothing opened or written: for a dry run. IMG_E_EXISTS
 * likewise; IMG_E_IO: the directory is missing or may not be written.
 */
enum img_status img_save_check(const char *path, unsigned flags, struct img_error *err)
	IMG_CHECKED;

enum img_status img_save_write(struct img_save *save, struct img_view bytes,
			       struct img_error *err) IMG_CHECKED;
enum img_status img_save_finish(struct img_save *save, struct img_error *err) IMG_CHECKED;

/* Finishes if need be, gives the name, and frees save in every case. IMG_E_IO: the system's reason,
 * and there is no file of that name. */
enum img_status img_save_commit(struct img_save *save, struct img_error *err) IMG_CHECKED;
void img_save_drop(struct img_save *save);	/* NULL is fine */

/* Will it be a file of its own, or is it a descriptor, a device or a FIFO that was there? */
bool img_save_is_file(const struct img_save *save);

/* The name it will have; borrowed. */
const char *img_save_path(const struct img_save *save);

/* All of it in one call, for one output. Errors: those of the steps. */
enum img_status img_save_view(struct img_view bytes, const char *path, unsigned flags,
			      struct img_error *err) IMG_CHECKED;

#endif
