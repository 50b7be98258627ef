/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * A release archive whose bytes depend on its content alone: members in the order given,
 * owner 0, mode 0644, one time for all, one xz block made by one thread. The same on every
 * machine with the same liblzma.
 */
#ifndef TOOLS_RELEASE_TAR_OUTPUT_H
#define TOOLS_RELEASE_TAR_OUTPUT_H

#include "tools/release/sink.h"

/*
 * Writes the directory request->prefix, then prefix/NAME for each item, to save, which the
 * caller commits. Names may be longer than 100 bytes: GNU's long-name entries are used, which GNU
 * tar, bsdtar and busybox read. IMG_E_IO, IMG_E_NOMEM.
 */
enum img_status tar_output_write(struct img_save *save, const struct sink_request *request,
				 const struct sink_item *items, size_t count, uint64_t mtime,
				 struct img_error *err) IMG_CHECKED;

#endif
