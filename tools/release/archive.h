/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The members of a release archive, one after the other, as they are unpacked. What is
 * not one board's regular files and directories never gets past here: links, devices,
 * names that lead elsewhere, a member twice, bytes behind the end.
 */
#ifndef TOOLS_RELEASE_ARCHIVE_H
#define TOOLS_RELEASE_ARCHIVE_H

#include "libimg/core/image.h"

#define ARCHIVE_MEMBERS_MAX 4096

struct release_archive;

struct release_member {
	const char *path;	/* "bin/BOARD/NAME", printable; valid until the next member */
	const char *name;	/* the part behind bin/BOARD/ */
	uint64_t size;		/* as the archive says; see release_archive_read() */
};

/* board: what bin/BOARD/ inside has to be; borrowed. *out is owned. */
enum img_status release_archive_open(const char *path, const char *board,
				     struct release_archive **out, struct img_error *err)
	IMG_CHECKED;

/*
 * The next regular file. IMG_E_ABSENT: that was the last, and the archive ended as it should.
 * IMG_E_CORRUPT: cut off, damaged, or something that no release holds. IMG_E_MISMATCH: of
 * another board.
 */
enum img_status release_archive_next(struct release_archive *a, struct release_member *out,
				     struct img_error *err) IMG_CHECKED;

/*
 * The content of that file; *out is owned. Not calling it skips the content.
 * IMG_E_SPACE: over max bytes; nothing was read. IMG_E_ABSENT: the file is empty.
 */
enum img_status release_archive_read(struct release_archive *a, uint64_t max, struct img **out,
				     struct img_error *err) IMG_CHECKED;

void release_archive_close(struct release_archive *a);	/* NULL is fine */

#endif
