/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of the table that is about descriptors, which needs no other format. */
#include "libimg/check/check.h"

#include "libimg/check/table.h"

#define OF_D(function) function
#define OF_F(function) NULL
#define OF_B(function) NULL
#define OF_C(function) NULL
#define OF_P(function) NULL
#define CHECK(id, severity, scope, function, about) OF_##scope(function),
static img_check_fn *const functions[] = {
#include "libimg/check/rows.h"
};
#undef CHECK

struct img_check_result img_check_run_descriptor(const struct img_check_input *in,
						 img_finding_fn *report, void *ctx)
{
	const struct img_check_subject subject = img_check_subject_of(in);

	return img_check_run_those(functions, sizeof(functions) / sizeof(functions[0]),
				   IMG_CHECK_DESCRIPTOR, &subject, report, ctx);
}
