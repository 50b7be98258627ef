/* SPDX-License-Identifier: GPL-3.0-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "libimg/edit/ifd_edit.h"
#include "libimg/edit/locate.h"
#include "tools/common/io.h"
#include "tools/me/me.h"

enum { OUTPUTS = 3 };

struct output {
	const char *path;
	struct img_view bytes;
	struct img_save *save;
};

/* --- what is done to the image ---------------------------------------------------------- */

static void warn_of_bit(const struct options *o, const struct subject *s,
			const struct img_ifd *ifd)
{
	if (ifd->me_disable.confidence == IMG_IFD_REPORTED)
		diag_warning(&o->diag, s->name, "that the ME disable bit of %s is bit %u of "
			     "PCHSTRP%u is known from users' reports only",
			     img_ifd_generation_name(ifd->generation), ifd->me_disable.bit,
			     ifd->me_disable.strap);
}

static enum img_status edit_descriptor(const struct options *o, const struct subject *s,
				       enum img_me_action action, struct img *image,
				       struct img_error *err)
{
	bool wiped = action == IMG_ME_WIPE && !o->disable_only;
	enum img_status st = IMG_OK;
	struct img_ifd ifd;

	if (!s->is_whole || !(o->disable || o->isolate || wiped))
		return IMG_OK;
	st = img_ifd_decode(img_bytes(image), &ifd, err);
	if (st == IMG_OK && (o->disable || wiped)) {
		warn_of_bit(o, s, &ifd);
		st = img_ifd_set_me_disable(img_span(image), true, err);
	}
	if (st == IMG_OK && o->isolate)
		st = img_ifd_isolate_me(img_span(image), err);
	return st == IMG_OK ? img_ifd_edit_check(img_bytes(image), 0, err) : st;
}

/*
 * A descriptor for a flash with the shortened region: what ME does not need becomes BIOS, where
 * that comes directly behind. *out is owned.
 */
static enum img_status new_descriptor(const struct options *o, const struct subject *s,
				      const struct img_me_plan *plan, struct img_view image,
				      struct img **out, struct img_error *err)
{
	struct img_layout layout = { .count = 0 };
	struct img_range me = s->region, bios;
	struct img_view bytes;
	struct img_ifd ifd;
	enum img_status st = img_ifd_decode(image, &ifd, err);

	if (st == IMG_OK)
		st = img_view_slice(image, 0, ifd.region[IMG_IFD_FD].size, &bytes, err);
	if (st == IMG_OK)
		st = img_copy(bytes, out, err);
	if (st != IMG_OK || !o->truncate || plan->needed == me.size)
		return st;
	bios = ifd.region[IMG_IFD_BIOS];
	if (bios.start != img_range_end(me)) {
		diag_warning(&o->diag, s->name, "region bios does not begin where me ends, so that "
			     "the regions of the new descriptor stay as they are");
		return IMG_OK;
	}
	bios.size += me.size - plan->needed;
	bios.start = me.start + plan->needed;
	me.size = plan->needed;
	st = img_layout_add(&layout, "me", me, err);
	if (st == IMG_OK)
		st = img_layout_add(&layout, "bios", bios, err);
	if (st == IMG_OK)
		st = img_ifd_move_regions(img_span(*out), &layout, 0, err);
	if (st != IMG_OK)
		img_close(*out);
	return st;
}

static enum img_status check_action(const struct options *o, const struct subject *s,
				    const struct img_me_plan *plan, struct img_error *err)
{
	if (o->disable_only)
		return IMG_OK;
	if (plan->action == IMG_ME_NOTHING && !o->disable)
		return img_fail(err, IMG_E_UNSUPPORTED, s->region.start,
				"of CSME 12 and later (this is version %u) nothing can be removed; "
				"-s sets the bit that stops it after start-up",
				plan->me.manifest.version[0]);
	if (plan->action == IMG_ME_WIPE && !s->is_whole)
		return img_fail(err, IMG_E_UNSUPPORTED, s->region.start,
				"this ME can only be removed as a whole, and the descriptor has to "
				"say so; give the whole image");
	return IMG_OK;
}

static void say_notes(const struct options *o, const struct subject *s,
		      const struct img_me_plan *plan)
{
	const struct diag *d = &o->diag;

	if (o->disable_only)
		return;
	if (plan->action == IMG_ME_NOTHING)
		diag_note(d, s->name, "of CSME 12 and later nothing can be removed; only the bit "
			  "that stops it after start-up is set");
	if (plan->action == IMG_ME_CLEAN && !plan->has_modules)
		diag_warning(d, s->name, "the list of modules is none that is known here: the "
			     "modules of FTPR stay, and it is not relocated or truncated");
	if (o->truncate && s->is_whole && !o->me_output)
		diag_note(d, s->name, "the image keeps its size: -t is for the region that -M "
			  "writes and the descriptor that -D writes");
}

/* --- what is written -------------------------------------------------------------------- */

static enum img_status save_all(const struct options *o, struct output *out, const char **failed,
				struct img_error *err)
{
	enum img_status st = IMG_OK;

	for (size_t i = 0; i < OUTPUTS && st == IMG_OK; i++) {
		if (!out[i].path)
			continue;
		*failed = io_output_name(out[i].path);
		if (o->dry_run) {
			st = io_check(out[i].path, o->force, err);
			continue;
		}
		st = io_begin(out[i].path, o->force, &out[i].save, err);
		if (st == IMG_OK)
			st = img_save_write(out[i].save, out[i].bytes, err);
		if (st == IMG_OK)
			st = img_save_finish(out[i].save, err);
	}
	for (size_t i = 0; i < OUTPUTS; i++) {
		struct img_save *save = out[i].save;

		out[i].save = NULL;
		if (st != IMG_OK) {
			img_save_drop(save);
		} else if (save) {
			*failed = io_output_name(out[i].path);
			st = img_save_commit(save, err);
		}
	}
	return st;
}

static enum img_status write_outputs(const struct options *o, const struct subject *s,
				     const struct img_me_plan *plan, struct img_view image,
				     const char **failed, struct img_error *err)
{
	struct output out[OUTPUTS] = {
		{ .path = o->output, .bytes = image },
		{ .path = o->me_output },
		{ .path = o->descriptor_output },
	};
	struct img *descriptor = NULL;
	uint64_t size = o->truncate ? plan->needed : s->region.size;
	enum img_status st;

	st = img_view_slice(image, s->region.start, size, &out[1].bytes, err);
	if (st == IMG_OK && o->truncate && !s->is_whole)
		out[0].bytes = out[1].bytes;
	if (st == IMG_OK && o->descriptor_output) {
		st = new_descriptor(o, s, plan, image, &descriptor, err);
		if (st == IMG_OK)
			out[2].bytes = img_bytes(descriptor);
	}
	if (st == IMG_OK)
		st = save_all(o, out, failed, err);
	img_close(descriptor);
	return st;
}

/* --- what is said ----------------------------------------------------------------------- */

static const char *fate(const struct options *o, const struct img_me_plan *plan, bool kept)
{
	bool all = o->disable_only || plan->action == IMG_ME_NOTHING;

	return all || (kept && plan->action == IMG_ME_CLEAN) ? "kept" : "removed";
}

static bool module_kept(const struct img_me_plan *plan, const struct img_me_module *m)
{
	return plan->keeps_modules || m->is_essential || m->compression == IMG_ME_OTHER;
}

static void print_text(FILE *to, const struct options *o, const struct subject *s,
		       const struct img_me_plan *plan)
{
	uint64_t at = s->region.start;

	print_head(to, &plan->me, at, s->region.size);
	for (size_t i = 0; i < plan->me.partition_count; i++)
		print_partition(to, &plan->me.partition[i], at, fate(o, plan, plan->keep[i]));
	for (size_t i = 0; plan->has_modules && i < plan->code.count; i++)
		print_module(to, &plan->code.module[i], &plan->code.llut, at,
			     fate(o, plan, module_kept(plan, &plan->code.module[i])));
	if (plan->boot_to != plan->me.partition[plan->me.boot].range.start)
		fprintf(to, "0x%08llx FTPR goes here\n",
			(unsigned long long)(at + plan->boot_to));
	fprintf(to, "the region needs %llu bytes (0x%llx)\n", (unsigned long long)plan->needed,
		(unsigned long long)plan->needed);
}

static enum img_status print_json(const struct options *o, const struct subject *s,
				  const struct img_me_plan *plan, struct img_error *err)
{
	json_t *root = head_json(&plan->me, s->region), *list = json_array();

	for (size_t i = 0; i < plan->me.partition_count; i++) {
		json_t *p = partition_json(&plan->me.partition[i]);

		json_object_set_new(p, "action", json_string(fate(o, plan, plan->keep[i])));
		json_array_append_new(list, p);
	}
	json_object_set_new(root, "partitions", list);
	list = json_array();
	for (size_t i = 0; plan->has_modules && i < plan->code.count; i++) {
		json_t *m = module_json(&plan->code.module[i]);
		bool kept = module_kept(plan, &plan->code.module[i]);

		json_object_set_new(m, "action", json_string(fate(o, plan, kept)));
		json_array_append_new(list, m);
	}
	json_object_set_new(root, "modules", list);
	json_object_set_new(root, "needed", json_integer((json_int_t)plan->needed));
	json_object_set_new(root, "boot_at", json_integer((json_int_t)plan->boot_to));
	return json_print(root, err);
}

static bool is_stdout(const char *path)
{
	return path && !strcmp(path, "-");
}

static enum img_status report(const struct options *o, const struct subject *s,
			      const struct img_me_plan *plan, struct img_error *err)
{
	bool taken = !o->dry_run && (is_stdout(o->output) || is_stdout(o->me_output) ||
				     is_stdout(o->descriptor_output));

	if (o->diag.json)
		return print_json(o, s, plan, err);
	if (o->diag.quiet)
		return IMG_OK;
	print_text(taken ? stderr : stdout, o, s, plan);
	if (fflush(stdout) || ferror(stdout))
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}

/* --- all of it -------------------------------------------------------------------------- */

static enum img_status do_it(const struct options *o, const struct subject *s,
			     const struct img_me_plan *plan, struct img *image,
			     struct img_error *err)
{
	struct img_span region;
	enum img_status st = IMG_OK;

	if (!o->disable_only) {
		st = img_span_slice(img_span(image), s->region.start, s->region.size, &region, err);
		if (st == IMG_OK)
			st = img_me_clean(region, plan, err);
	}
	return st == IMG_OK ? edit_descriptor(o, s, plan->action, image, err) : st;
}

/* The image is private memory, and after the plan nobody needs what it was. */
static int finish(const struct options *o, const struct subject *s, const struct img_me_plan *plan)
{
	const char *failed = s->name;
	struct img_error err;
	enum img_status st = check_action(o, s, plan, &err);

	if (st == IMG_OK) {
		say_notes(o, s, plan);
		st = do_it(o, s, plan, s->image, &err);
	}
	if (st == IMG_OK)
		st = write_outputs(o, s, plan, img_bytes(s->image), &failed, &err);
	if (st != IMG_OK)
		return diag_error(&o->diag, failed, &err);
	if (report(o, s, plan, &err) != IMG_OK)
		return diag_error(&o->diag, NULL, &err);
	return EXIT_DONE;
}

/* In a whole image nothing moves up, so that all of the region counts there. */
static enum img_status make_plan(const struct options *o, const struct subject *s,
				 struct img_me_plan *plan, struct img_error *err)
{
	struct img_me_wish wish = o->wish;
	struct img_view region;
	enum img_status st;

	if (!s->is_whole) {
		wish.flags |= o->truncate ? IMG_ME_TRUNCATE : 0;
		return img_me_plan_lazily(s->image, &wish, plan, err);
	}
	st = img_view_slice(img_bytes(s->image), s->region.start, s->region.size, &region, err);
	return st == IMG_OK ? img_me_plan(region, &wish, plan, err) : st;
}

int clean(const struct options *o, const struct subject *s)
{
	struct img_me_plan plan;
	struct img_error err;
	enum img_status st;
	int status;

	if (!s->is_whole && (o->disable || o->isolate || o->descriptor_output))
		return diag_usage(&o->diag, "-S, -s, -d and -D need a whole image, and %s is an ME "
				  "region", s->name);
	st = checks_name(&o->checks, s->path, &err);
	if (st == IMG_OK)
		st = make_plan(o, s, &plan, &err);
	if (st != IMG_OK)
		return diag_error(&o->diag, s->name, &err);
	status = finish(o, s, &plan);
	img_me_plan_free(&plan);
	return status;
}
