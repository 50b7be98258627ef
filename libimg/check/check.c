/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "libimg/check/check.h"

#include "libimg/check/table.h"

#define CHECK(id, severity, scope, function, about) function,
static img_check_fn *const functions[] = {
#include "libimg/check/rows.h"
};
#undef CHECK

struct img_check_result img_check_run(const struct img_check_input *in, img_finding_fn *report,
				      void *ctx)
{
	struct img_check_subject subject;

	img_check_examine(in, &subject);
	return img_check_run_those(functions, sizeof(functions) / sizeof(functions[0]), in->scope,
				   &subject, report, ctx);
}
