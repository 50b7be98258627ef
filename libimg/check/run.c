/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How checks are run and report, whichever of the table they are. */
#include <stdarg.h>
#include <stdio.h>

#include "libimg/check/table.h"

struct img_check_report {
	const struct img_check_kind *check;	/* the one that is running */
	unsigned findings;		/* of it */
	img_finding_fn *report;
	void *ctx;
};

void img_check_say(struct img_check_report *r, uint64_t at, const char *fmt, ...)
{
	struct img_finding f = { .id = r->check->id, .severity = r->check->severity, .at = at };
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(f.text, sizeof(f.text), fmt, ap);
	va_end(ap);
	r->findings++;
	if (r->report)
		r->report(r->ctx, &f);
}

static void count(struct img_check_result *sum, const struct img_check_report *r,
		  bool applicable)
{
	unsigned *kind[] = { [IMG_NOTE] = &sum->notes, [IMG_WARNING] = &sum->warnings,
			     [IMG_ERROR] = &sum->errors };

	*kind[r->check->severity] += r->findings;
	if (r->findings)
		sum->failed++;
	else if (!applicable)
		sum->not_applicable++;
	else
		sum->passed++;
}

struct img_check_subject img_check_subject_of(const struct img_check_input *in)
{
	return (struct img_check_subject){
		.image = in->image, .size = in->size, .ifd = in->ifd, .board = in->board,
		.name = in->name, .is_part = in->is_part, .known = in->known,
		.known_count = in->known_count,
		.whole = img_view_size(in->image) == in->size, .fmap_status = IMG_E_ABSENT };
}

struct img_check_result img_check_run_those(img_check_fn *const *functions, size_t count_of,
					    unsigned scope,
					    const struct img_check_subject *subject,
					    img_finding_fn *report, void *ctx)
{
	struct img_check_result sum = { .passed = 0 };

	for (size_t i = 0; i < count_of; i++) {
		struct img_check_report r = { &img_check_kinds[i], 0, report, ctx };

		if (functions[i] && (!scope || scope & r.check->scope))
			count(&sum, &r, functions[i](subject, &r));
	}
	return sum;
}
