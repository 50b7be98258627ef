/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>

#include "libimg/format/cbfs.h"
#include "libimg/format/fmap.h"
#include "tools/cbfs/cbfs.h"
#include "tools/common/io.h"
#include "tools/common/json.h"

/* Every area of the FMAP, in what it lies, and whether -r takes it. */
static enum img_status areas(struct img_view image, json_t *rows, struct img_error *err)
{
	struct img_fmap_node tree[IMG_FMAP_AREAS_MAX];
	struct img_view bytes;
	struct img_fmap map;
	enum img_status st;
	size_t i;

	st = img_fmap_decode(image, &map, err);
	if (st == IMG_OK)
		img_fmap_tree(&map, tree);
	for (i = 0; st == IMG_OK && i < map.area_count; i++) {
		const struct img_fmap_area *a = tree[i].area;
		int indent = (int)tree[i].depth * 2;
		bool cbfs = img_view_slice(image, a->range.start, a->range.size, &bytes, err) ==
				    IMG_OK && img_cbfs_begins(bytes);

		if (rows)
			json_array_append_new(rows, json_pack(
				"{s:o, s:I, s:I, s:i, s:b}", "region", json_text(a->name), "start",
				(json_int_t)a->range.start, "size", (json_int_t)a->range.size,
				"depth", (int)tree[i].depth, "cbfs", cbfs));
		else
			printf("%*s%-*s 0x%llx bytes at 0x%llx%s\n", indent, "",
			       indent < 32 ? 32 - indent : 0, a->name,
			       (unsigned long long)a->range.size,
			       (unsigned long long)a->range.start, cbfs ? ", a CBFS" : "");
	}
	return st;
}

int cbfs_list_areas(const char *path, struct img *img, const struct diag *d)
{
	json_t *rows = d->json ? json_array() : NULL;
	struct img_error err;
	enum img_status st = areas(img_bytes(img), rows, &err);

	if (st == IMG_OK && rows)
		st = json_print(json_pack("{s:o}", "areas", rows), &err);
	else if (st != IMG_OK)
		json_decref(rows);
	else if (fflush(stdout) || ferror(stdout))
		st = img_fail_errno(&err, errno, "cannot write standard output");
	return st == IMG_OK ? EXIT_DONE : diag_error(d, io_input_name(path), &err);
}
