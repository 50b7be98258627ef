/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-pad: make an image longer or shorter, with no byte of it lost or moved unasked. */
#include <string.h>

#include "tools/common/checks.h"
#include "tools/common/findings.h"
#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/options.h"

enum { OPT_TO = OPT_OWN, OPT_GROW, OPT_TRIM, OPT_IMAGE_AT, OPT_FILL };

#define TRIM_ID "trim-content"

static const struct option_row rows[] = {
	{ OPT_TO, "to", "SIZE", "the size to reach, as 16M" },
	{ OPT_GROW, "grow", "N", "add N bytes" },
	{ OPT_TRIM, "trim", "N", "cut N bytes, all of which must be the fill byte" },
	{ OPT_IMAGE_AT, "image-at", "low|high", "the end at which the image stays" },
	{ OPT_FILL, "fill", "BYTE", "the byte added or cut (default 0xff)" },
	OPTION_OUTPUT("OUT", "the output; - is standard output"),
	OPTION_FORCE,
	OPTION_ALLOW,
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-pad",
	.synopsis = "--to SIZE --image-at low|high [--fill BYTE] -o OUT IMAGE\n"
		    "--grow N [--image-at low|high] [--fill BYTE] -o OUT IMAGE\n"
		    "--trim N [--image-at low|high] [--fill BYTE] -o OUT IMAGE",
	.summary = "Make an image longer or shorter. The bytes added, or cut, are 0xff. With\n"
		   "--grow and --trim the image stays at the low end unless --image-at says high.",
	.rows = rows,
};

struct options {
	struct diag diag;
	int action;		/* OPT_TO, OPT_GROW, OPT_TRIM */
	uint64_t size;		/* its argument */
	const char *image_at;
	uint8_t fill;
	const char *output;
	struct checks checks;
	bool force, dry_run;
};

/* What the output is: fill, a part of the image, fill. */
struct plan {
	uint64_t below, above;
	struct img_range keep;	/* of the image */
	struct img_range cut;	/* of the image */
};

static bool take_action(struct options *o, int key, const char *arg)
{
	if (o->action) {
		diag_usage(&o->diag, "give only one of --to, --grow and --trim");
		return false;
	}
	if (!img_size_parse(arg, &o->size) || !o->size || o->size > IMG_SIZE_MAX) {
		diag_usage(&o->diag, "%s is not a size from 1 to 128M", arg);
		return false;
	}
	o->action = key;
	return true;
}

static bool take_side(struct options *o, const char *arg)
{
	o->image_at = arg;
	if (!strcmp(arg, "low") || !strcmp(arg, "high"))
		return true;
	diag_usage(&o->diag, "--image-at is low or high, not %s", arg);
	return false;
}

static bool take_fill(struct options *o, const char *arg)
{
	uint64_t fill;

	if (img_size_parse(arg, &fill) && fill <= 0xff) {
		o->fill = (uint8_t)fill;
		return true;
	}
	diag_usage(&o->diag, "%s is not a byte, 0 to 0xff", arg);
	return false;
}

static bool take(void *ctx, int key, const char *arg)
{
	static const char *const own[] = { TRIM_ID, NULL };
	struct options *o = ctx;

	switch (key) {
	case OPT_TO:
	case OPT_GROW:
	case OPT_TRIM:
		return take_action(o, key, arg);
	case OPT_IMAGE_AT:
		return take_side(o, arg);
	case OPT_FILL:
		return take_fill(o, arg);
	case OPT_ALLOW:
		return checks_allow(&o->checks, &o->diag, arg, own);
	case OPT_DRY_RUN:
		return o->dry_run = true;
	case 'f':
		return o->force = true;
	default:
		o->output = arg;
		return true;
	}
}

static int check_usage(const struct options *o, int operands)
{
	if (operands != 1)
		return diag_usage(&o->diag, "give one image");
	if (!o->action)
		return diag_usage(&o->diag, "give --to, --grow or --trim");
	if (!o->output && !o->dry_run)
		return diag_usage(&o->diag, "give the output with -o");
	if (o->output && !strcmp(o->output, "-") && o->diag.json && !o->dry_run)
		return diag_usage(&o->diag, "-o - and --json both want standard output");
	return OPTIONS_GO;
}

/* The bytes that would go have to be fill. */
static enum img_status check_cut(const struct options *o, struct img_view image,
				 struct img_range cut, struct img_error *err)
{
	struct img_view bytes;
	enum img_status st = img_view_slice(image, cut.start, cut.size, &bytes, err);
	struct img *blank;
	size_t first;

	if (st == IMG_OK)
		st = img_new(cut.size, o->fill, &blank, err);
	if (st != IMG_OK)
		return st;
	first = img_view_difference(bytes, img_bytes(blank));
	img_close(blank);
	if (first == cut.size || checks_allowed(&o->checks, TRIM_ID))
		return IMG_OK;
	return img_fail(err, IMG_E_REFUSED, cut.start + first,
			"cutting 0x%08llx-0x%08llx would lose content: here is the first byte "
			"that is not 0x%02x (" TRIM_ID ")",
			(unsigned long long)cut.start,
			(unsigned long long)img_range_end(cut) - 1, o->fill);
}

static enum img_status plan_trim(const struct options *o, struct img_view image, bool high,
				 struct plan *out, struct img_error *err)
{
	uint64_t size = img_view_size(image);

	if (o->size >= size)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"cannot cut %llu of %llu bytes: nothing would be left",
				(unsigned long long)o->size, (unsigned long long)size);
	out->cut = (struct img_range){ high ? 0 : size - o->size, o->size };
	out->keep = (struct img_range){ high ? o->size : 0, size - o->size };
	return check_cut(o, image, out->cut, err);
}

static enum img_status make_plan(const struct options *o, struct img_view image, struct plan *out,
				 struct img_error *err)
{
	uint64_t size = img_view_size(image), more = o->size;
	bool high = o->image_at && !strcmp(o->image_at, "high");

	*out = (struct plan){ .keep = { 0, size } };
	if (o->action == OPT_TRIM)
		return plan_trim(o, image, high, out, err);
	if (o->action == OPT_TO) {
		if (size > o->size)
			return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
					"%llu bytes are more than the %llu to reach; --trim cuts",
					(unsigned long long)size, (unsigned long long)o->size);
		if (size < o->size && !o->image_at)
			return img_fail(err, IMG_E_USAGE, IMG_NOWHERE,
					"give --image-at low or high: an image at the wrong end of "
					"its chip does not boot");
		more = o->size - size;
	}
	if (more > IMG_SIZE_MAX - size)
		return img_fail(err, IMG_E_SPACE, IMG_NOWHERE,
				"%llu bytes more than %llu are over 128 MiB, larger than any chip",
				(unsigned long long)more, (unsigned long long)size);
	*(high ? &out->below : &out->above) = more;
	return IMG_OK;
}

static enum img_status write_fill(struct img_save *save, uint64_t count, uint8_t byte,
				  struct img_error *err)
{
	struct img *fill;
	enum img_status st;

	if (!count)
		return IMG_OK;
	st = img_new(count, byte, &fill, err);
	if (st != IMG_OK)
		return st;
	st = img_save_write(save, img_bytes(fill), err);
	img_close(fill);
	return st;
}

static enum img_status write_output(const struct options *o, struct img_view image,
				    const struct plan *p, struct img_error *err)
{
	struct img_save *save;
	struct img_view kept;
	enum img_status st;

	if (o->dry_run)
		return o->output ? io_check(o->output, o->force, err) : IMG_OK;
	st = img_view_slice(image, p->keep.start, p->keep.size, &kept, err);
	if (st != IMG_OK)
		return st;
	st = io_begin(o->output, o->force, &save, err);
	if (st != IMG_OK)
		return st;
	st = write_fill(save, p->below, o->fill, err);
	if (st == IMG_OK)
		st = img_save_write(save, kept, err);
	if (st == IMG_OK)
		st = write_fill(save, p->above, o->fill, err);
	if (st == IMG_OK)
		return img_save_commit(save, err);
	img_save_drop(save);
	return st;
}

static enum img_status print_json(const struct plan *p, struct img_error *err)
{
	uint64_t size = p->below + p->keep.size + p->above;

	return json_print(json_pack("{s:I, s:{s:I, s:I}, s:{s:I, s:I}, s:{s:I, s:I}}",
				    "size", (json_int_t)size,
				    "added", "below", (json_int_t)p->below,
				    "above", (json_int_t)p->above,
				    "kept", "start", (json_int_t)p->keep.start,
				    "size", (json_int_t)p->keep.size,
				    "cut", "start", (json_int_t)p->cut.start,
				    "size", (json_int_t)p->cut.size), err);
}

/* At the wrong end of its chip an image does not start: what comes out is looked at. */
static enum img_status check_place(const struct options *o, struct img_view image,
				   const struct plan *p, struct img_error *err)
{
	struct checks_subject s = { .scope = IMG_CHECK_PLACE };
	struct img *out;
	enum img_status st;

	if (!p->below && !p->above)
		return IMG_OK;
	st = img_new(p->below + p->keep.size + p->above, o->fill, &out, err);
	if (st != IMG_OK)
		return st;
	s.image = img_bytes(out);
	st = img_span_write(img_span(out), p->below, image, err);
	if (st == IMG_OK)
		st = checks_run(&o->checks, NULL, &s, err);
	img_close(out);
	return st;
}

static int run(const struct options *o, const char *path, struct img_view image)
{
	struct checks_subject s = { .name = path, .image = image };
	struct findings found = { .count = 0 };
	struct img_error err;
	enum img_status st;
	struct plan plan;

	st = checks_find(&o->checks, &s, &found, &err);
	if (st == IMG_OK)
		st = make_plan(o, image, &plan, &err);
	if (st == IMG_OK)
		st = check_place(o, image, &plan, &err);
	if (st == IMG_OK)
		checks_say(&o->checks, &o->diag, path, &found);
	findings_free(&found);
	if (st != IMG_OK)
		return diag_error(&o->diag, io_input_name(path), &err);
	diag_detail(&o->diag, io_input_name(path),
		    "%llu bytes below, 0x%08llx-0x%08llx of the image, %llu bytes above",
		    (unsigned long long)plan.below, (unsigned long long)plan.keep.start,
		    (unsigned long long)img_range_end(plan.keep) - 1,
		    (unsigned long long)plan.above);
	if (write_output(o, image, &plan, &err) != IMG_OK)
		return diag_error(&o->diag, io_output_name(o->output), &err);
	if (o->diag.json && print_json(&plan, &err) != IMG_OK)
		return diag_error(&o->diag, NULL, &err);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct options o = { .fill = 0xff };
	struct img_error err;
	struct img *image;
	int first, status;

	status = options_parse(&table, argc, argv, take, &o, &o.diag, &first);
	if (status == OPTIONS_GO)
		status = check_usage(&o, argc - first);
	if (status != OPTIONS_GO)
		return status;
	if (io_open(argv[first], &image, &err) != IMG_OK)
		return diag_error(&o.diag, io_input_name(argv[first]), &err);
	status = run(&o, argv[first], img_bytes(image));
	img_close(image);
	return status;
}
