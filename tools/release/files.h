/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A source of files that lie about: see source.h for what the functions promise. */
#ifndef TOOLS_RELEASE_FILES_H
#define TOOLS_RELEASE_FILES_H

#include "tools/release/source.h"

struct release_files;

/* DIR/bin/BOARD/ where it is there, else DIR; sorted by name, other directories passed over. */
enum img_status release_files_scan(const char *directory, const char *board,
				   struct release_files **out, struct img_error *err) IMG_CHECKED;

/* These files, in this order; their names may not be the same. */
enum img_status release_files_list(const char *const *paths, size_t count,
				   struct release_files **out, struct img_error *err) IMG_CHECKED;

enum img_status release_files_next(struct release_files *f, struct release_member *out,
				   struct img_error *err) IMG_CHECKED;
enum img_status release_files_read(struct release_files *f, uint64_t max, struct img **out,
				   struct img_error *err) IMG_CHECKED;
void release_files_close(struct release_files *f);

#endif
