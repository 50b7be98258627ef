/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/check/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "libimg/check/table.h"

struct check {
	const char *id;
	enum img_severity severity;	/* of its findings */
	img_check_fn *run;
};

static const struct check table[] = {
	{ "descriptor-region", IMG_ERROR, img_check_descriptor_region },
	{ "generation-unknown", IMG_WARNING, img_check_generation },
	{ "component-count", IMG_ERROR, img_check_component_count },
	{ "component-density", IMG_ERROR, img_check_component_density },
	{ "clock-reserved", IMG_WARNING, img_check_reserved_clock },
	{ "vscc-outside", IMG_WARNING, img_check_vscc_table },
	{ "region-zero", IMG_ERROR, img_check_zero_region },
	{ "region-overlap", IMG_ERROR, img_check_region_overlap },
	{ "region-outside", IMG_ERROR, img_check_region_outside },
	{ "pd-outside", IMG_NOTE, img_check_pd_outside },
	{ "image-part", IMG_ERROR, img_check_image_part },
	{ "image-truncated", IMG_ERROR, img_check_image_truncated },
	{ "image-size", IMG_WARNING, img_check_image_size },
	{ "masters-version", IMG_WARNING, img_check_masters_version },
	{ "regions-locked", IMG_NOTE, img_check_regions_locked },
};

enum { CHECKS = sizeof(table) / sizeof(table[0]) };

struct img_check_report {
	const struct check *check;	/* the one that is running */
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

	for (size_t i = 0; i < CHECKS; i++) {
		struct img_check_report r = { &table[i], 0, report, ctx };

		count(&sum, &r, table[i].run(in, &r));
	}
	return sum;
}

const char *img_severity_word(enum img_severity severity)
{
	static const char *const words[] = { [IMG_NOTE] = "note", [IMG_WARNING] = "warning",
					     [IMG_ERROR] = "error" };

	return words[severity];
}
