/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-me: what an ME region has in it, and how to take most of that out. */
#include <string.h>

#include "libimg/edit/locate.h"
#include "libimg/format/ifd.h"
#include "tools/common/io.h"
#include "tools/me/me.h"

enum { OPT_REMOVE = OPT_OWN };

static const struct option_row rows[] = {
	{ 'r', "relocate", NULL, "move FTPR to the start of the region" },
	{ 't', "truncate", NULL, "cut the region behind what is left" },
	{ 'k', "keep-modules", NULL, "keep FTPR whole" },
	{ 'w', "whitelist", "LIST", "partitions to keep besides FTPR, as MFS,NFTP" },
	{ OPT_REMOVE, "blacklist", "LIST", "remove these partitions only" },
	{ 'S', "soft-disable", NULL, "also set the ME disable bit in the descriptor" },
	{ 's', "soft-disable-only", NULL, "set that bit and change nothing else" },
	{ 'd', "descriptor", NULL, "take from the ME the access to other regions" },
	{ 'M', "extract-me", "FILE", "write the cleaned region" },
	{ 'D', "extract-descriptor", "FILE", "write the descriptor; with -t for a shorter region" },
	OPTION_OUTPUT("OUT", "the output; - is standard output"),
	OPTION_FORCE,
	OPTION_ALLOW,
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-me",
	.synopsis = "info [--json] IMAGE\nclean [-r] [-t] [-k] [-w LIST] [-S] [-d] -o OUT IMAGE",
	.summary = "Show the Intel ME in a whole image or in a file of its region, or take out of\n"
		   "it what the machine does not need to start. An ME 7 update image is taken for\n"
		   "the region that it stands for.",
	.rows = rows,
};

static bool take(void *ctx, int key, const char *arg)
{
	struct options *o = ctx;

	switch (key) {
	case 'r': o->wish.flags |= IMG_ME_RELOCATE; break;
	case 't': o->truncate = true; break;
	case 'k': o->wish.flags |= IMG_ME_KEEP_MODULES; break;
	case 'w': o->wish.keep = arg; break;
	case OPT_REMOVE: o->wish.remove = arg; break;
	case 'S': o->disable = true; break;
	case 's': o->disable = o->disable_only = true; break;
	case 'd': o->isolate = true; break;
	case 'M': o->me_output = arg; break;
	case 'D': o->descriptor_output = arg; break;
	case 'o': o->output = arg; break;
	case 'f': o->force = true; break;
	case OPT_ALLOW: return checks_allow(&o->checks, &o->diag, arg, NULL);
	default: o->dry_run = true; break;
	}
	return true;
}

static bool has_list(const char *list)
{
	return list && *list;
}

static int check_lists(const struct options *o)
{
	bool keep = has_list(o->wish.keep), remove = has_list(o->wish.remove);

	if (keep && remove)
		return diag_usage(&o->diag, "give -w or --blacklist, not both");
	if ((keep || remove) && o->wish.flags & IMG_ME_RELOCATE)
		return diag_usage(&o->diag, "-r is not for a region that keeps partitions besides "
				  "FTPR (-w, --blacklist)");
	if (o->disable_only && (o->truncate || o->wish.flags || keep || remove))
		return diag_usage(&o->diag, "-s changes nothing but a bit; -r, -t, -k, -w and "
				  "--blacklist do not go with it");
	return OPTIONS_GO;
}

static int check_outputs(const struct options *o)
{
	const char *const all[] = { o->output, o->me_output, o->descriptor_output };
	unsigned given = 0, standard = 0;

	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		given += all[i] != NULL;
		standard += all[i] && !strcmp(all[i], "-");
	}
	if (!given && !o->dry_run)
		return diag_usage(&o->diag, "give the output with -o");
	if (standard + (o->diag.json && !o->dry_run) > 1 && standard)
		return diag_usage(&o->diag, "only one of the outputs%s can be standard output",
				  o->diag.json ? " and --json" : "");
	return OPTIONS_GO;
}

static int check_usage(const struct options *o, int count, char **operand)
{
	bool cleans = count && !strcmp(operand[0], "clean");
	int status = OPTIONS_GO;

	if (!count || (!cleans && strcmp(operand[0], "info")))
		return diag_usage(&o->diag, count ? "no command is called %s, only info and clean"
						  : "give a command: info, clean",
				  count ? operand[0] : "");
	if (count != 2)
		return diag_usage(&o->diag, "%s needs one image", operand[0]);
	if (cleans) {
		status = check_lists(o);
		return status == OPTIONS_GO ? check_outputs(o) : status;
	}
	if (o->output || o->me_output || o->descriptor_output || o->dry_run || o->force ||
	    o->truncate || o->disable || o->isolate || o->wish.flags || o->wish.keep ||
	    o->wish.remove)
		return diag_usage(&o->diag, "info only shows; what changes or writes something is "
				  "for clean");
	return status;
}

enum { HEAD = 0x20 };		/* tells what the file is */

/* A region alone may be read in parts, if it was opened so. */
static enum img_status look_at_head(struct subject *s, struct img *file, struct img_error *err)
{
	uint64_t size = img_size(file), at;
	enum img_status st = img_load(file, 0, size < HEAD ? size : HEAD, err);

	if (st != IMG_OK)
		return st;
	s->is_whole = img_ifd_signature(img_bytes(file), &at);
	return s->is_whole || img_me_is_update(img_bytes(file)) ? img_load_all(file, err) : IMG_OK;
}

/* A whole image, the region alone, or an update that becomes one. */
static enum img_status open_subject(const char *path, bool lazily, struct subject *s,
				    struct img_error *err)
{
	struct img *file;
	enum img_status st = (lazily ? io_open_lazily : io_open)(path, &file, err);

	s->path = path;
	s->name = io_input_name(path);
	if (st != IMG_OK)
		return st;
	st = look_at_head(s, file, err);
	s->image = file;
	if (st == IMG_OK && s->is_whole) {
		st = img_locate_region(img_bytes(file), "me", &s->region, err);
	} else if (st == IMG_OK) {
		st = img_me_from_update(img_bytes(file), &s->image, err);
		s->is_update = st == IMG_OK;
		if (s->is_update)
			img_close(file);
		if (st == IMG_E_ABSENT)
			st = IMG_OK;
		s->region.size = img_size(s->image);
	}
	if (st != IMG_OK)
		img_close(s->image);
	return st;
}

int main(int argc, char **argv)
{
	struct options o = { .output = NULL };
	struct subject s = { .image = NULL };
	struct img_error err;
	int first, status;
	bool cleans;

	status = options_parse(&table, argc, argv, take, &o, &o.diag, &first);
	if (status == OPTIONS_GO)
		status = check_usage(&o, argc - first, argv + first);
	if (status != OPTIONS_GO)
		return status;
	cleans = !strcmp(argv[first], "clean");
	/* What is to be cut off need not be read. */
	if (open_subject(argv[argc - 1], cleans && o.truncate, &s, &err) != IMG_OK)
		return diag_error(&o.diag, s.name, &err);
	status = cleans ? clean(&o, &s) : show(&o, &s);
	img_close(s.image);
	return status;
}
