/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/say/report_json.h"

#include <stdio.h>

static json_t *number(uint64_t n)
{
	return json_integer((json_int_t)n);
}

static json_t *id_text(const uint8_t id[CHIP_ID_SIZE], size_t size)
{
	char text[2 * CHIP_ID_SIZE + 1] = "";
	size_t i;

	for (i = 0; i < size; i++)
		snprintf(text + 2 * i, 3, "%02x", id[i]);
	return json_string(text);
}

/* null: unknown which. */
static json_t *range_json(const struct chip_info *c)
{
	if (!c->range_known)
		return json_null();
	return json_pack("{s:o, s:o}", "start", number(c->protected_range.start), "size",
			 number(c->protected_range.size));
}

static json_t *plan_json(const struct plan *plan)
{
	json_t *steps = json_array();
	size_t i;

	for (i = 0; i < plan->count; i++) {
		const struct plan_step *s = &plan->step[i];

		json_array_append_new(steps, json_pack("{s:s, s:o, s:o}", "step",
						       plan_kind_word(s->kind), "start",
						       number(s->range.start), "size",
						       number(s->range.size)));
	}
	return steps;
}

static json_t *job_json(const struct flash *f, const struct job *job)
{
	const enum operation op = f->options.operation;
	const struct chip_info *c = &job->info;
	json_t *o = json_pack("{s:s, s:s, s:s, s:o, s:o, s:b, s:i, s:b, s:o}", "name", job->name,
			      "vendor", c->vendor, "chip", c->name, "id",
			      id_text(c->id, c->id_size), "size", number(c->geometry.size), "sfdp",
			      (int)c->sfdp, "status", (int)c->status, "protected",
			      (int)c->protected, "protected_range", range_json(c));

	if (*job->external.program)
		json_object_set_new(o, "program", json_string(job->external.program));
	if (job->external.own)
		json_object_set_new(o, "internal",
				    json_pack("{s:b, s:o}", "writable",
					      (int)job->external.verdict.can, "text",
					      json_text(job->external.verdict.text)));
	if (c->mv_max)
		json_object_set_new(o, "millivolts", json_pack("[i, i]", (int)c->mv_min,
							       (int)c->mv_max));
	if (op == FLASH_VERIFY || op == FLASH_WRITE || op == FLASH_ERASE)
		json_object_set_new(o, "verified", json_boolean(job->result.verified));
	if (op != FLASH_WRITE && op != FLASH_ERASE)
		return o;
	json_object_set_new(o, "changed", json_boolean(job->result.changed));
	json_object_set_new(o, "erased", number(job->plan.erased));
	json_object_set_new(o, "programmed", number(job->plan.programmed));
	if (job->safe.stored)
		json_object_set_new(o, "backup", json_string(job->safe.name));
	if (job->safe.resumed)
		json_object_set_new(o, "resumed", json_text(job->safe.journal.date));
	if (f->options.dry_run && !*job->external.program)
		json_object_set_new(o, "expected_us",
				    number(plan_expected_us(&job->plan, &c->geometry)));
	if (f->options.dry_run)
		json_object_set_new(o, "plan", plan_json(&job->plan));
	return o;
}

static json_t *remaining(const struct flash *f)
{
	json_t *names = json_array();
	size_t i, k;

	for (i = 0; !flash_complete(f) && i < f->board->chip_count; i++) {
		for (k = 0; k < f->jobs && f->job[k].index != i; k++)
			;
		if (k == f->jobs)
			json_array_append_new(names, json_string(f->board->chip[i].name));
	}
	return names;
}

json_t *report_json_result(const struct flash *f)
{
	static const char *const words[] = {
		[FLASH_PROBE] = "probe", [FLASH_READ] = "read", [FLASH_WRITE] = "write",
		[FLASH_VERIFY] = "verify", [FLASH_ERASE] = "erase",
	};
	json_t *chips = json_array(), *root;
	size_t i;

	for (i = 0; i < f->jobs; i++)
		json_array_append_new(chips, job_json(f, &f->job[i]));
	root = json_pack("{s:s, s:b, s:o, s:o}", "operation", words[f->options.operation],
			 "dry_run", (int)f->options.dry_run, "remaining", remaining(f), "chips",
			 chips);
	if (root && f->options.operation == FLASH_READ)
		json_object_set_new(root, "holds", json_string(f->holds));
	if (root && f->options.operation == FLASH_READ)
		json_object_set_new(root, "findings", findings_json(&f->findings));
	return root;
}

json_t *report_json_parts(void)
{
	json_t *chips = json_array();
	size_t i;

	for (i = 0; i < chip_part_count; i++) {
		const struct chip_part *p = &chip_parts[i];
		json_t *part = json_pack("{s:s, s:s, s:o, s:o}", "vendor", p->vendor, "chip",
					 p->name, "id", id_text(p->id, p->id_size), "size",
					 number(p->size));

		json_array_append_new(chips, part);
	}
	return json_pack("{s:o}", "chips", chips);
}
