/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/common/findings.h"

#include <stdlib.h>

#include "tools/common/json.h"

enum img_status findings_add(struct findings *f, const struct img_finding *finding,
			     struct img_error *err)
{
	/* A power of two is full: the next one. */
	if (!(f->count & (f->count - 1))) {
		size_t room = f->count ? 2 * f->count : 1;
		struct img_finding *larger = realloc(f->list, room * sizeof(*larger));

		if (!larger)
			return img_fail(err, IMG_E_NOMEM, IMG_NOWHERE, "out of memory");
		f->list = larger;
	}
	f->list[f->count++] = *finding;
	return IMG_OK;
}

struct collector {
	struct findings *to;
	enum img_status st;
	struct img_error *err;
};

static void collect(void *ctx, const struct img_finding *finding)
{
	struct collector *c = ctx;

	if (c->st == IMG_OK)
		c->st = findings_add(c->to, finding, c->err);
}

enum img_status findings_collect(struct findings *f, img_check_run_fn *run,
				 const struct img_check_input *in,
				 struct img_check_result *result, struct img_error *err)
{
	struct collector c = { f, IMG_OK, err };
	struct img_check_result sum = run(in, collect, &c);

	if (result)
		*result = sum;
	return c.st;
}

json_t *findings_json(const struct findings *f)
{
	json_t *list = json_array(), *at;

	for (size_t i = 0; i < f->count; i++) {
		const struct img_finding *one = &f->list[i];

		at = one->at == IMG_NOWHERE ? json_null() : json_integer((json_int_t)one->at);
		json_array_append_new(list, json_pack("{s:s, s:s, s:o, s:o}", "id", one->id,
						      "severity", img_severity_word(one->severity),
						      "at", at, "text", json_text(one->text)));
	}
	return list;
}

void findings_free(struct findings *f)
{
	free(f->list);
	*f = (struct findings){ .count = 0 };
}
