/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Where finished files go: a directory, an archive, or one file. They are put in as they are
 * made and delivered all together; until then nothing is to be seen of them.
 */
#ifndef TOOLS_RELEASE_SINK_H
#define TOOLS_RELEASE_SINK_H

#include "libimg/core/image.h"
#include "libimg/core/save.h"
#include "tools/common/diag.h"

enum sink_kind {
	SINK_DIRECTORY,		/* made when missing */
	SINK_ARCHIVE,		/* .tar.xz: sorted, owner 0, one xz block */
	SINK_FILE,		/* one file, "-" is standard output */
	SINK_NOWHERE,		/* nobody wants the result */
};

struct sink_request {
	enum sink_kind kind;
	const char *path;
	bool replace;
	bool dry_run;		/* only say what would go wrong */
	const char *prefix;	/* SINK_ARCHIVE: in front of names, "bin/BOARD" */
	const struct diag *d;	/* SINK_ARCHIVE: who is told how far it is */
};

struct sink_item {		/* a file that was put in */
	char *name;
	uint64_t size;
	struct img_save *save;	/* SINK_DIRECTORY: complete, to be renamed */
	struct img *content;	/* SINK_FILE, and what is small */
	int spool;		/* SINK_ARCHIVE: an unnamed temporary, or -1 */
};

struct sink;

/* IMG_E_EXISTS: the output is there. IMG_E_IO: the system's reason. *out is owned. */
enum img_status sink_open(const struct sink_request *request, struct sink **out,
			  struct img_error *err) IMG_CHECKED;

/*
 * Puts in a file whose content is parts, one after the other. *out is owned until
 * sink_item_drop() or sink_deliver(). May be called from several threads at once.
 */
enum img_status sink_put(struct sink *s, const char *name, const struct img_view *parts,
			 size_t count, struct sink_item *out, struct img_error *err) IMG_CHECKED;

/*
 * All files, in the order of their names, get to where they belong. mtime: of the members of an
 * archive. items are dropped in every case.
 */
enum img_status sink_deliver(struct sink *s, struct sink_item *items, size_t count,
			     uint64_t mtime, struct img_error *err) IMG_CHECKED;

void sink_item_drop(struct sink_item *item);

/* What was not delivered leaves no trace, a directory that was made goes again. NULL is fine. */
void sink_close(struct sink *s);

#endif
