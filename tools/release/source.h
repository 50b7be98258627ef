/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where ROMs come from: a release archive, a directory, or ROM files. All of them are a row
 * of named files that come by once, in whatever order.
 */
#ifndef TOOLS_RELEASE_SOURCE_H
#define TOOLS_RELEASE_SOURCE_H

#include "libimg/core/image.h"

/* Beyond this it is no release: a few dozen ROMs are usual. */
#define RELEASE_FILES_MAX 4096

enum release_kind {
	RELEASE_ARCHIVE,	/* PROJECT-VERSION_BOARD.tar.xz, bin/BOARD/NAME in it */
	RELEASE_DIRECTORY,	/* files in DIR/bin/BOARD/, or in DIR itself */
	RELEASE_ROMS,		/* ROM images named one by one; "-" is standard input */
};

struct release_member {
	const char *name;	/* without directories, printable; valid until the next one */
	uint64_t size;		/* RELEASE_SIZE_UNKNOWN for a pipe */
};
#define RELEASE_SIZE_UNKNOWN UINT64_MAX

struct release_source;

/* What these operands are. count is at least 1. */
enum release_kind release_kind_of(const char *const *paths, size_t count);

/*
 * board: what bin/BOARD/ has to be; borrowed like paths. *out is owned. Errors of opening
 * and of members name the file they are about.
 */
enum img_status release_source_open(enum release_kind kind, const char *const *paths, size_t count,
				    const char *board, struct release_source **out,
				    struct img_error *err) IMG_CHECKED;

/*
 * The next regular file. IMG_E_ABSENT: that was the last, and an archive ended as it should.
 * IMG_E_CORRUPT: cut off, damaged, or something that no release holds (a link, a name twice).
 * IMG_E_MISMATCH: of another board. IMG_E_SPACE: over RELEASE_FILES_MAX files.
 */
enum img_status release_source_next(struct release_source *s, struct release_member *out,
				    struct img_error *err) IMG_CHECKED;

/*
 * The content of that file; *out is owned. Not calling it skips the content. IMG_E_SPACE: over
 * max bytes; of a file whose size is known nothing was read then. IMG_E_ABSENT: empty.
 */
enum img_status release_source_read(struct release_source *s, uint64_t max, struct img **out,
				    struct img_error *err) IMG_CHECKED;

void release_source_close(struct release_source *s);	/* NULL is fine */

#endif
