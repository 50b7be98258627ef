/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The members of a release archive, one after the other, as they are unpacked. What is
 * not one board's regular files and directories never gets past here: links, devices,
 * names that lead elsewhere, a member twice, bytes behind the end. source.h says what the
 * functions promise.
 */
#ifndef TOOLS_RELEASE_ARCHIVE_H
#define TOOLS_RELEASE_ARCHIVE_H

#include "tools/release/source.h"

struct release_archive;

enum img_status release_archive_open(const char *path, const char *board,
				     struct release_archive **out, struct img_error *err)
	IMG_CHECKED;
enum img_status release_archive_next(struct release_archive *a, struct release_member *out,
				     struct img_error *err) IMG_CHECKED;
enum img_status release_archive_read(struct release_archive *a, uint64_t max, struct img **out,
				     struct img_error *err) IMG_CHECKED;
void release_archive_close(struct release_archive *a);	/* NULL is fine */

#endif
