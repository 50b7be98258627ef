/* SPDX-License-Identifier: GPL-3.0-or-later */
/* --region and --cbfs: pieces named one by one, for an image of whatever board. */
#include <stdlib.h>
#include <string.h>

#include "libimg/core/image.h"
#include "libimg/core/range.h"
#include "libimg/edit/insert.h"
#include "tools/common/io.h"
#include "tools/inject/inject.h"

struct explicit_piece {
	struct img_board_piece piece;	/* points into text */
	char *text;
};

static enum img_status parse_word(struct img_board_piece *piece, const char *word,
				  struct img_error *err)
{
	if (!strncmp(word, "type=", 5)) {
		piece->type = word + 5;
	} else if (!strncmp(word, "at=", 3)) {
		piece->fixed = true;
		if (!img_size_parse(word + 3, &piece->address))
			return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
					"%s is no address; write at=0xfffa0000", word);
	} else if (!strcmp(word, "xip")) {
		piece->xip = true;
	} else {
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
				"behind --cbfs NAME=FILE there can be type=, at= and xip, not %s",
				word);
	}
	return IMG_OK;
}

/* out->text is owned in every case. */
static enum img_status parse(const struct piece_option *option, struct explicit_piece *out,
			     struct img_error *err)
{
	enum img_status st = IMG_OK;
	char *file, *word, *next;

	out->text = strdup(option->text);
	if (!out->text)
		return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
	file = strchr(out->text, '=');
	if (!file || file == out->text || !file[1])
		return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "%s is not of the form NAME=FILE",
				option->text);
	*file++ = 0;
	out->piece = (struct img_board_piece){
		.file = file, .name = out->text, .type = option->region ? NULL : "raw",
		.place = option->region ? IMG_PIECE_REGION : IMG_PIECE_CBFS };
	word = option->region ? NULL : strchr(file, ',');
	for (; st == IMG_OK && word; word = next) {
		*word++ = 0;
		next = strchr(word, ',');
		if (next)
			*next = 0;
		st = parse_word(&out->piece, word, err);
		if (next)
			*next = ',';
	}
	return st;
}

/* Where the pieces are. */
struct placed {
	struct img_range range[EXPLICIT_MAX];
	size_t count;
};

static enum img_status insert(const struct img_board_piece *piece, struct img *img,
			      struct placed *placed, const struct diag *d, struct img_error *err)
{
	struct img_range where;
	struct img *data;
	enum img_status st;

	st = img_open(piece->file, &data, err);
	if (st == IMG_OK) {
		st = img_insert(img, piece, img_bytes(data), &where, err);
		img_close(data);
	}
	if (st == IMG_OK && piece->place == IMG_PIECE_REGION)
		placed->range[placed->count++] = where;
	if (st != IMG_OK)
		img_error_prefix(err, "%s", piece->file);
	else
		diag_detail(d, piece->file, "0x%llx bytes at 0x%08llx",
			    (unsigned long long)where.size, (unsigned long long)where.start);
	return st;
}

static enum img_status insert_all(const struct settings *s, struct img *img,
				  struct placed *placed, const struct diag *d,
				  struct img_error *err)
{
	struct explicit_piece p;
	enum img_status st = IMG_OK;
	size_t i;

	for (i = 0; st == IMG_OK && i < s->piece_count; i++) {
		st = parse(&s->piece[i], &p, err);
		if (st == IMG_OK)
			st = insert(&p.piece, img, placed, d, err);
		free(p.text);
	}
	return st;
}

/*
 * Half an image is not worth a vendor file; what is in it is looked at when that is in. Who names
 * a region and what shall be in it means that, whatever it is: there an error is a warning.
 */
static enum img_status check(const struct settings *s, struct img_view image, unsigned scope,
			     const struct placed *placed, const struct diag *d,
			     struct img_error *err)
{
	const struct checks_subject subject = { .image = image, .scope = scope,
						.meant = placed->range,
						.meant_count = placed->count };

	return checks_run(&s->checks, d, &subject, err);
}

/* Where something in the image kept a piece out, what the checks say of it explains more. */
static enum img_status explain(const struct settings *s, struct img_view image,
			       struct img_error *err)
{
	const struct placed none = { .count = 0 };
	struct img_error why;

	if (err->at != IMG_NOWHERE &&
	    (err->status == IMG_E_ABSENT || err->status == IMG_E_CORRUPT ||
	     err->status == IMG_E_BOUNDS) &&
	    check(s, image, 0, &none, NULL, &why) == IMG_E_REFUSED)
		*err = why;
	return err->status;
}

static enum img_status put_in(const struct settings *s, struct img *img, const struct diag *d,
			      struct img_error *err)
{
	struct placed placed = { .count = 0 };
	enum img_status st = check(s, img_bytes(img), IMG_CHECK_FILE | IMG_CHECK_DESCRIPTOR,
				   &placed, NULL, err);

	if (st != IMG_OK)
		return st;
	st = insert_all(s, img, &placed, d, err);
	return st == IMG_OK ? check(s, img_bytes(img), 0, &placed, d, err)
			    : explain(s, img_bytes(img), err);
}

int inject_explicit(const struct settings *s, const struct diag *d)
{
	struct img_error err;
	struct img *img;
	enum img_status st;

	if (s->input_count != 1)
		return diag_usage(d, "--region and --cbfs work on one image, not %zu",
				  s->input_count);
	if (img_open(s->input[0], &img, &err) != IMG_OK)
		return diag_error(d, io_input_name(s->input[0]), &err);
	st = put_in(s, img, d, &err);
	if (st != IMG_OK) {
		img_close(img);
		return diag_error(d, io_input_name(s->input[0]), &err);
	}
	st = io_put(img_bytes(img), s->output, s->replace, s->dry_run, &err);
	img_close(img);
	return st == IMG_OK ? EXIT_DONE : diag_error(d, io_output_name(s->output), &err);
}
