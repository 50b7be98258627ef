/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/checks.h"

#include <string.h>

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

enum img_status checks_name(const struct checks *c, const char *path, struct img_error *err)
{
	if (!img_check_name_is_marked(path) || checks_allowed(c, IMG_CHECK_STRIPPED))
		return IMG_OK;
	return img_fail(err, IMG_E_REFUSED, IMG_NOWHERE, "%s (%s)", IMG_CHECK_MARKED,
			IMG_CHECK_STRIPPED);
}
