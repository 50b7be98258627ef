/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The one way to write a file: it appears whole under its name or not at all.
 *
 * img_save_begin() opens a temporary beside the name (NAME.XXXXXX.part), img_save_write()
 * fills it and counts every byte, img_save_finish() closes it and learns what the system
 * held back, img_save_commit() renames it. Until the commit nothing is to be seen under
 * the name, and img_save_drop() leaves no trace. Several outputs that belong together
 * are all finished before the first is committed.
 *
 * A name that exists and is no regular file (a FIFO, /dev/full, /dev/stdout) is opened and
 * written as it is, never renamed over: as root that would replace the device.
 * "-" is standard output.
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
enum img_status img_save_write(struct img_save *save, struct img_view bytes,
			       struct img_error *err) IMG_CHECKED;
enum img_status img_save_finish(struct img_save *save, struct img_error *err) IMG_CHECKED;

/* Finishes if need be, renames, and frees save in every case. */
enum img_status img_save_commit(struct img_save *save, struct img_error *err) IMG_CHECKED;
void img_save_drop(struct img_save *save);	/* NULL is fine */

/* The name it will have; borrowed. */
const char *img_save_path(const struct img_save *save);

/* All of it in one call, for one output. */
enum img_status img_save_view(struct img_view bytes, const char *path, unsigned flags,
			      struct img_error *err) IMG_CHECKED;

#endif
