/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Part of list: what the FIT of the image names, and whether it is there. */
#include <errno.h>
#include <stdio.h>

#include "libimg/edit/cbfs_area.h"
#include "libimg/edit/cbfs_fit.h"
#include "libimg/format/cbfs.h"
#include "tools/cbfs/cbfs.h"
#include "tools/common/io.h"
#include "tools/common/json.h"

struct survey {
	struct img_view image;
	struct img_view files;		/* of the CBFS; empty: there is none */
	json_t *rows;			/* NULL for text */
	unsigned tables, bad;
};

static const char *state_word(enum img_fit_state state)
{
	static const char *const words[] = {
		[IMG_FIT_GOOD] = "good", [IMG_FIT_EMPTY] = "empty",
		[IMG_FIT_OUTSIDE] = "outside", [IMG_FIT_NO_MICROCODE] = "no microcode there",
	};

	return words[state];
}

/* The CBFS file with its data there, or "". */
static const char *file_at(const struct survey *s, uint64_t at, struct img_cbfs_file *file)
{
	uint64_t cursor = 0, start;
	enum img_status st;

	while ((st = img_cbfs_next(s->files, &cursor, file, NULL)) != IMG_E_ABSENT) {
		start = img_view_origin(file->data);
		if (st == IMG_OK && !img_cbfs_is_free(file) && at >= start &&
		    at - start < file->data_size)
			return file->name;
	}
	return "";
}

static void show_entry(struct survey *s, const struct img_fit *fit, const struct img_fit_entry *e)
{
	const char *type = img_fit_type_name(e->type), *name = "", *word = "unused";
	enum img_fit_state state = IMG_FIT_GOOD;
	struct img_cbfs_file file;
	uint64_t where = IMG_NOWHERE;

	if (e->type != IMG_FIT_UNUSED) {
		state = img_fit_look(s->image, e, &where);
		word = state_word(state);
	}
	if (where != IMG_NOWHERE)
		name = file_at(s, where, &file);
	s->bad += state == IMG_FIT_OUTSIDE || state == IMG_FIT_NO_MICROCODE;
	if (s->rows)
		json_array_append_new(s->rows, json_pack(
			"{s:I, s:I, s:s, s:I, s:I, s:o, s:s}", "table", (json_int_t)fit->at,
			"swap", (json_int_t)fit->swap, "type", type ? type : "unknown", "address",
			(json_int_t)e->address, "size", (json_int_t)e->size, "file",
			json_text(name), "state", word));
	else
		printf("  %-20s 0x%08llx  %s%s%s\n", type ? type : "unknown",
		       (unsigned long long)e->address, word, *name ? ", in " : "", name);
}

static void show_table(struct survey *s, const struct img_fit *fit)
{
	bool good = fit->sum_ok && fit->sorted;

	s->tables++;
	s->bad += !good;
	if (!s->rows)
		printf("FIT at 0x%08llx%s, %zu entries%s%s\n", (unsigned long long)fit->at,
		       fit->swap ? " for top swap" : "", fit->count,
		       fit->sum_ok ? "" : ", checksum wrong", fit->sorted ? "" : ", not sorted");
	else if (!good)
		json_array_append_new(s->rows, json_pack(
			"{s:I, s:I, s:s, s:s}", "table", (json_int_t)fit->at, "swap",
			(json_int_t)fit->swap, "type", "header", "state",
			fit->sum_ok ? "not sorted" : "checksum wrong"));
	for (size_t i = 0; i < fit->count; i++)
		show_entry(s, fit, &fit->entry[i]);
}

static enum img_status survey(struct survey *s, struct img_error *err)
{
	struct img_cbfs_area area;
	struct img_fit fit;
	unsigned cursor = 0;
	enum img_status st;

	if (img_cbfs_area_find(s->image, NULL, &area, NULL) != IMG_OK ||
	    img_view_slice(s->image, area.range.start, area.range.size, &s->files, NULL) != IMG_OK)
		s->files = img_view_of("", 0);
	while ((st = img_fit_next(s->image, &cursor, &fit, err)) == IMG_OK)
		show_table(s, &fit);
	if (st == IMG_E_ABSENT && s->tables)
		st = IMG_OK;
	return st;
}

int cbfs_list_fit(const char *path, struct img *img, const struct diag *d)
{
	struct survey s = { .image = img_bytes(img), .rows = d->json ? json_array() : NULL };
	struct img_error err;
	enum img_status st = survey(&s, &err);

	if (st == IMG_OK && s.rows)
		st = json_print(json_pack("{s:o}", "fit", s.rows), &err);
	else if (st != IMG_OK)
		json_decref(s.rows);
	else if (fflush(stdout) || ferror(stdout))
		st = img_fail_errno(&err, errno, "cannot write standard output");
	if (st != IMG_OK)
		return diag_error(d, io_input_name(path), &err);
	if (s.bad)
		diag_warning(d, io_input_name(path), "the FIT is not as it must be: a processor "
			     "that finds no microcode there may not start");
	return s.bad ? EXIT_NO : EXIT_DONE;
}
