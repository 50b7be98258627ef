/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/edit/cbfs_area.h"

#include "libimg/edit/locate.h"
#include "libimg/format/cbfs.h"
#include "libimg/format/cbfs_master.h"
#include "libimg/format/fmap.h"

/*
 * Where the header is not in the boot block and in no file of its own either, it lies bare behind
 * the last file, in front of the boot block: the files end there.
 */
static void end_at_header(struct img_view files, struct img_cbfs_master *m)
{
	struct img_cbfs_file f;
	uint64_t cursor = 0, at = m->at - m->files.start;
	enum img_status st;

	if (m->at <= m->files.start || at >= m->files.size)
		return;
	while ((st = img_cbfs_next(files, &cursor, &f, NULL)) != IMG_E_ABSENT)
		if (st == IMG_OK && at >= f.at && at < f.at + f.metadata_size + f.data_size)
			return;
	m->files.size = at / IMG_CBFS_ALIGN * IMG_CBFS_ALIGN;
}

enum img_status img_cbfs_area_find(struct img_view image, const char *name,
				   struct img_cbfs_area *out, struct img_error *err)
{
	struct img_cbfs_area area = { .legacy = false };
	struct img_cbfs_master master;
	struct img_view files;
	struct img_fmap map;
	enum img_status st;

	if (name || img_fmap_decode(image, &map, NULL) != IMG_E_ABSENT) {
		st = img_locate_cbfs(image, name, &area.range, err);
		area.base = area.range.start;
	} else {
		st = img_cbfs_master_find(image, &master, err);
		if (st == IMG_OK)
			st = img_view_slice(image, master.files.start, master.files.size, &files,
					    err);
		if (st == IMG_OK && !img_cbfs_begins(files))
			st = img_fail(err, IMG_E_ABSENT, master.files.start,
				      "the CBFS master header says that files begin here, but "
				      "there is no LARCHIVE");
		if (st == IMG_OK) {
			end_at_header(files, &master);
			area = (struct img_cbfs_area){ master.files, 0, true };
		}
	}
	if (st == IMG_OK)
		*out = area;
	return st;
}
