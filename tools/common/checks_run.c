/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table run on images, apart from ids and names: it needs every format and all boards. */
#include "tools/common/board.h"
#include "tools/common/checks.h"
#include "tools/common/findings.h"
#include "tools/common/io.h"

/* --- what they find --------------------------------------------------------------------- */

enum img_status findings_of(const struct checks_subject *s, struct findings *f,
			    struct img_check_result *result, struct img_error *err)
{
	struct img_check_input in = { .image = s->image, .size = img_view_size(s->image),
				      .board = s->board, .name = s->name, .is_part = s->is_part,
				      .scope = s->scope, .known = board_table,
				      .known_count = board_table_count };
	struct img_ifd ifd;

	if (img_ifd_decode(s->image, &ifd, NULL) == IMG_OK)
		in.ifd = &ifd;
	return findings_collect(f, img_check_run, &in, result, err);
}

/* --- what a program does about it ------------------------------------------------------- */

/* The errors that stop us: the first, and how many. */
static size_t find_errors(const struct checks *c, const struct findings *f,
			  const struct img_finding **first)
{
	size_t count = 0;

	for (size_t i = 0; i < f->count; i++) {
		if (f->list[i].severity != IMG_ERROR || checks_allowed(c, f->list[i].id))
			continue;
		if (!count++)
			*first = &f->list[i];
	}
	return count;
}

static void spare_meant(const struct checks_subject *s, struct findings *f)
{
	for (size_t i = 0; i < f->count; i++)
		for (size_t k = 0; k < s->meant_count; k++)
			if (f->list[i].severity == IMG_ERROR &&
			    img_range_holds(s->meant[k], (struct img_range){ f->list[i].at, 1 }))
				f->list[i].severity = IMG_WARNING;
}

enum img_status checks_find(const struct checks *c, const struct checks_subject *s,
			    struct findings *out, struct img_error *err)
{
	const struct img_finding *first = NULL;
	enum img_status st = findings_of(s, out, NULL, err);
	size_t errors;

	if (st != IMG_OK)
		return st;
	spare_meant(s, out);
	errors = find_errors(c, out, &first);
	if (!errors)
		return IMG_OK;
	if (errors == 1)
		return img_fail(err, IMG_E_REFUSED, first->at, "%s (%s)", first->text, first->id);
	return img_fail(err, IMG_E_REFUSED, first->at, "%s (%s); rom-check tells %zu more",
			first->text, first->id, errors - 1);
}

void checks_say(const struct checks *c, const struct diag *d, const char *name,
		const struct findings *f)
{
	const char *file = name ? io_input_name(name) : NULL;

	for (size_t i = 0; i < f->count; i++) {
		const struct img_finding *one = &f->list[i];
		bool allowed = checks_allowed(c, one->id);

		if (one->severity == IMG_ERROR)
			diag_warning(d, file, "%s (%s, allowed)", one->text, one->id);
		else if (one->severity == IMG_WARNING && !allowed)
			diag_warning(d, file, "%s (%s)", one->text, one->id);
		else if (!allowed)
			diag_detail(d, file, "%s (%s)", one->text, one->id);
	}
}

enum img_status checks_run(const struct checks *c, const struct diag *d,
			   const struct checks_subject *s, struct img_error *err)
{
	struct findings found = { .count = 0 };
	enum img_status st = checks_find(c, s, &found, err);

	if (st == IMG_OK && d)
		checks_say(c, d, s->name, &found);
	findings_free(&found);
	return st;
}
