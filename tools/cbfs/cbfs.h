/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-cbfs: what main() passes to the verbs. */
#ifndef TOOLS_CBFS_CBFS_H
#define TOOLS_CBFS_CBFS_H

#include "libimg/core/image.h"
#include "libimg/edit/locate.h"
#include "tools/common/diag.h"

struct cbfs_settings {
	const char *area;		/* -r; NULL: the primary CBFS */
	const char *name, *file, *type;	/* -n -f -t */
	const char *address;		/* -b, as typed */
	size_t windows;			/* --mmap */
	struct img_window window[IMG_WINDOWS_MAX];
	bool bad_window;		/* one that was not understood */
	const char *align;		/* -a, as typed */
	const char *hash;		/* -A */
	const char *compression;	/* -c */
	const char *load, *entry;	/* -l -e, as typed */
	const char *integer;		/* -i, as typed */
	const char *machine;		/* -m */
	const char *output;		/* -o */
	bool unprocessed;		/* -U */
	bool replace, xip;
	bool all, areas, fit, force, dry_run;
};

/* Each returns the exit status and has reported what went wrong. */
int cbfs_list(const struct cbfs_settings *s, const char *path, struct img *img,
	      const struct diag *d);
/* Part of list: the areas instead of files. */
int cbfs_list_areas(const char *path, struct img *img, const struct diag *d);
/* Part of list: what the FIT points to. */
int cbfs_list_fit(const char *path, struct img *img, const struct diag *d);
int cbfs_extract(const struct cbfs_settings *s, const char *path, struct img *img,
		 const struct diag *d);
int cbfs_add(const struct cbfs_settings *s, const char *path, struct img *img,
	     const struct diag *d);
int cbfs_remove(const struct cbfs_settings *s, const char *path, struct img *img,
		const struct diag *d);

#endif
