/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/dump.h"

#include <stdlib.h>
#include <string.h>

#include "tools/common/hashlist.h"
#include "tools/common/io.h"
#include "tools/flash/check/look.h"

static enum img_status no_memory(struct img_error *err)
{
	return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
}

static enum img_status begin_sums(struct flash *f, struct dump *d)
{
	char *path = io_format("%s.sha512", f->options.file);
	enum img_status st = path ? io_begin(path, f->options.force, &d->sums, &f->err)
				  : no_memory(&f->err);

	if (st != IMG_OK && path)
		img_error_prefix(&f->err, "its list of hashes, %s", path);
	free(path);
	return st;
}

enum img_status dump_begin(struct flash *f, struct dump *d)
{
	enum img_status st;

	*d = (struct dump){ 0 };
	f->about = io_output_name(f->options.file);
	if (f->options.dry_run)
		return IMG_OK;
	st = io_begin(f->options.file, f->options.force, &d->file, &f->err);
	if (st == IMG_OK && img_save_is_file(d->file))
		st = begin_sums(f, d);
	if (st != IMG_OK)
		dump_drop(d);
	return st;
}

static enum img_status write_sums(struct flash *f, struct dump *d, struct img_view all)
{
	const char *slash = strrchr(f->options.file, '/');
	struct hashlist *list;
	struct img_digest digest;
	char *text = NULL;
	size_t size;
	enum img_status st = hashlist_new(&list, &f->err);

	if (st != IMG_OK)
		return st;
	st = img_digest(IMG_SHA512, all, &digest, &f->err);
	if (st == IMG_OK)
		st = hashlist_add(list, slash ? slash + 1 : f->options.file, &digest, &f->err);
	if (st == IMG_OK)
		st = hashlist_print(list, HASHLIST_GNU, &text, &size, &f->err);
	if (st == IMG_OK)
		st = img_save_write(d->sums, img_view_of(text, size), &f->err);
	free(text);
	hashlist_free(list);
	return st;
}

static enum img_status join(struct flash *f, struct img **out)
{
	uint64_t sum = 0, at = 0;
	enum img_status st;
	size_t i;

	for (i = 0; i < f->jobs; i++)
		sum += img_size(f->job[i].old);
	st = img_new(sum, 0, out, &f->err);
	for (i = 0; st == IMG_OK && i < f->jobs; i++) {
		st = img_span_write(img_span(*out), at, img_bytes(f->job[i].old), &f->err);
		at += img_size(f->job[i].old);
	}
	return st;
}

static enum img_status write_all(struct flash *f, struct dump *d)
{
	struct img_holds holds;
	struct img *all = NULL;
	enum img_status st = join(f, &all);

	if (st != IMG_OK)
		return st;
	img_holds_find(img_bytes(all), &holds);
	img_holds_text(&holds, f->holds);
	/* Of regions there are zeros all around. */
	if (!f->regions)
		st = flash_look(img_bytes(all), f->jobs < 2, &f->findings, &f->err);
	if (st == IMG_OK && d->file)
		st = img_save_write(d->file, img_bytes(all), &f->err);
	if (st == IMG_OK && d->sums)
		st = write_sums(f, d, img_bytes(all));
	if (st == IMG_OK && d->sums)
		st = img_save_finish(d->sums, &f->err);
	img_close(all);
	return st;
}

enum img_status dump_commit(struct flash *f, struct dump *d)
{
	enum img_status st = write_all(f, d);

	f->about = io_output_name(f->options.file);
	if (st == IMG_OK && d->file) {
		st = img_save_commit(d->file, &f->err);
		d->file = NULL;
	}
	if (st == IMG_OK && d->sums) {
		st = img_save_commit(d->sums, &f->err);
		d->sums = NULL;
		f->summed = st == IMG_OK;
	}
	if (st == IMG_OK)
		flash_look_say(&f->diag, f->about, &f->findings);
	dump_drop(d);
	return st;
}

void dump_drop(struct dump *d)
{
	img_save_drop(d->file);
	img_save_drop(d->sums);
	*d = (struct dump){ 0 };
}
