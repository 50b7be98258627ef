/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/programmer/sim/fault.h"

#include <stdlib.h>
#include <string.h>

/* "NAME@N" -> N; "NAME" where there is nothing to count -> 0. */
static bool is_fault(const char *text, const char *name, bool counted, uint64_t *n)
{
	const size_t len = strlen(name);
	char *end;

	*n = 0;
	if (strncmp(text, name, len))
		return false;
	if (!counted)
		return !text[len];
	if (text[len] != '@' || text[len + 1] < '0' || text[len + 1] > '9')
		return false;
	*n = strtoull(text + len + 1, &end, 0);
	return !*end;
}

static enum img_status fail(const char *text, const char *known, struct img_error *err)
{
	return img_fail(err, IMG_E_USAGE, IMG_NOWHERE, "no fault \"%s\"; there are %s", text,
			known);
}

enum img_status sim_fault_of_chip(const char *text, struct sim_faults *f, struct img_error *err)
{
	uint64_t n;

	if (is_fault(text, "stuck", false, &n)) {
		f->wip_stuck = true;
	} else if (is_fault(text, "no-wel", false, &n)) {
		f->wel_dead = true;
	} else if (is_fault(text, "wrap16", false, &n)) {
		f->three_bytes = true;
	} else if (is_fault(text, "read", true, &n) || is_fault(text, "read-once", true, &n)) {
		f->flip_read_mask = 1;
		f->flip_read_at = n;
		f->flip_read_count = text[4] == '-';
	} else if (is_fault(text, "program", true, &n)) {
		f->flip_program = (unsigned)n;
	} else if (is_fault(text, "lost", true, &n)) {
		f->lose_program = (unsigned)n;
	} else if (is_fault(text, "power", true, &n)) {
		f->power_lost_after = n;
	} else if (is_fault(text, "unplugged", true, &n)) {
		f->link_lost_after = n;
	} else {
		return fail(text, "stuck, no-wel, wrap16, read@ADDRESS, read-once@ADDRESS, "
			    "program@N, lost@N, power@N, unplugged@N", err);
	}
	return IMG_OK;
}

enum img_status sim_fault_of_link(const char *text, struct sim_link_faults *f,
				  struct img_error *err)
{
	uint64_t n;

	if (is_fault(text, "lost-byte", true, &n))
		f->lose_sent = n;
	else if (is_fault(text, "lost-answer", true, &n))
		f->lose_answer = n;
	else if (is_fault(text, "silent", true, &n))
		f->silent_after = n;
	else if (is_fault(text, "closed", true, &n))
		f->closed_after = n;
	else
		return fail(text, "lost-byte@N, lost-answer@N, silent@N, closed@N", err);
	return IMG_OK;
}
