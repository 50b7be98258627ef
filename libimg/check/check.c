/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/check/check.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "libimg/check/table.h"

#define CHECK(id, severity, scope, function, about) function,
static img_check_fn *const functions[] = {
#include "libimg/check/rows.h"
};
#undef CHECK

enum { CHECKS = sizeof(functions) / sizeof(functions[0]) };

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

struct img_check_result img_check_run(const struct img_check_input *in, img_finding_fn *report,
				      void *ctx)
{
	struct img_check_result sum = { .passed = 0 };
	struct img_check_subject subject;

	img_check_examine(in, &subject);
	for (size_t i = 0; i < CHECKS; i++) {
		struct img_check_report r = { &img_check_kinds[i], 0, report, ctx };

		if (!in->scope || in->scope & r.check->scope)
			count(&sum, &r, functions[i](&subject, &r));
	}
	return sum;
}
