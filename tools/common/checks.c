/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/checks.h"

#include <string.h>

#include "tools/common/findings.h"
#include "tools/common/io.h"

static const char *known_id(const char *arg, const char *const *own)
{
	for (; own && *own; own++)
		if (!strcmp(*own, arg))
			return *own;
	return img_check_id(arg);
}

bool checks_allow(struct checks *c, const struct diag *d, const char *arg, const char *const *own)
{
	const char *id = known_id(arg, own);

	if (!id)
		diag_usage(d, "no check is called %s; rom-check --list names them", arg);
	else if (checks_allowed(c, id))
		return true;
	else if (c->count == CHECKS_ALLOW_MAX)
		diag_usage(d, "--allow is given more than %d times", CHECKS_ALLOW_MAX);
	else
		c->allow[c->count++] = id;
	return id && checks_allowed(c, id);
}

bool checks_allowed(const struct checks *c, const char *id)
{
	for (size_t i = 0; i < c->count; i++)
		if (!strcmp(c->allow[i], id))
			return true;
	return false;
}

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

enum img_status checks_name(const struct checks *c, const char *path, struct img_error *err)
{
	const struct checks_subject s = { .name = path, .image = img_view_of("", 0),
					  .scope = IMG_CHECK_FILE };

	return checks_run(c, NULL, &s, err);
}
