/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The findings of checks, kept to be printed. */
#ifndef TOOLS_COMMON_FINDINGS_H
#define TOOLS_COMMON_FINDINGS_H

#include <jansson.h>

#include "libimg/check/check.h"
#include "tools/common/checks.h"

/* Begins as zeros. */
struct findings {
	struct img_finding *list;	/* owned */
	size_t count;
};

/* Adds one more. IMG_E_NOMEM: f is as it was. */
enum img_status findings_add(struct findings *f, const struct img_finding *finding,
			     struct img_error *err) IMG_CHECKED;

/*
 * Runs checks on in, all of the table or those of descriptors (libimg/check/check.h), and adds what
 * they find. result may be NULL. IMG_E_NOMEM.
 */
enum img_status findings_collect(struct findings *f, img_check_run_fn *run,
				 const struct img_check_input *in,
				 struct img_check_result *result, struct img_error *err)
	IMG_CHECKED;

/* All checks of a whole image: its descriptor is decoded, and the boards there are, are known. */
enum img_status findings_of(const struct checks_subject *s, struct findings *f,
			    struct img_check_result *result, struct img_error *err) IMG_CHECKED;

/* [{"id":"...","severity":"error|warning|note","at":N or null,"text":"..."}] */
json_t *findings_json(const struct findings *f);

void findings_free(struct findings *f);

#endif
