/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-ifd-edit: change the flash descriptor, alone or in a whole image. */
#include <string.h>

#include "tools/common/io.h"
#include "tools/common/layout_file.h"
#include "tools/ifd-edit/ifd_edit.h"

static const struct option_row rows[] = {
	{ OPT_LOCK, "lock", NULL, "each master may access only what it needs" },
	{ OPT_UNLOCK, "unlock", NULL, "all masters may access everything" },
	{ OPT_ME_DISABLE, "me-disable", "on|off", "the bit that stops the ME after start-up" },
	{ OPT_EM100, "em100", NULL, "slow clocks for the EM100 emulator" },
	{ OPT_ERASE, "erase", "REGION", "make a region all 0xff" },
	{ OPT_DENSITY, "density", "LIST", "chip sizes in image order, as 8M,4M" },
	{ OPT_SPI_FREQ, "spi-freq", "MHZ", "clock of fast read, write and read ID" },
	{ OPT_LAYOUT, "layout", "FILE", "move regions, with content, to this layout" },
	{ OPT_STRAP, "strap", "N=VALUE", "write soft strap PCHSTRPN" },
	{ OPT_GPR0, "gpr0", "on|off", "write protection of the ME by GPR0" },
	OPTION_OUTPUT("OUT", "the output; - is standard output"),
	OPTION_FORCE,
	OPTION_ALLOW,
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-ifd-edit",
	.synopsis = "EDIT... -o OUT IMAGE\n--dry-run EDIT... IMAGE",
	.summary = "Change the flash descriptor of an image, or one on its own, and say what\n"
		   "changed. Edits are done in the order given.",
	.rows = rows,
};

static bool take_switch(const struct diag *d, const char *name, const char *arg, bool *on)
{
	*on = !strcmp(arg, "on");
	if (*on || !strcmp(arg, "off"))
		return true;
	diag_usage(d, "--%s is on or off, not %s", name, arg);
	return false;
}

/* "8M,4M" or "8M" */
static bool take_density(const struct diag *d, const char *arg, struct edit *e)
{
	const char *p = arg;
	char one[24];

	while (e->count < IMG_IFD_COMPONENTS) {
		size_t len = strcspn(p, ",");

		if (len >= sizeof(one))
			break;
		memcpy(one, p, len);
		one[len] = 0;
		if (!img_size_parse(one, &e->size[e->count]))
			break;
		e->count++;
		if (!p[len])
			return true;
		p += len + 1;
	}
	diag_usage(d, "--density %s is no list of one or two sizes, as 8M,4M", arg);
	return false;
}

static bool take_frequency(const struct diag *d, const char *arg, struct edit *e)
{
	uint64_t mhz;

	if (img_size_parse(arg, &mhz) && mhz && mhz < 1000) {
		e->number = (unsigned)mhz;
		return true;
	}
	diag_usage(d, "--spi-freq %s is no number of MHz, as 33", arg);
	return false;
}

/* "10=0x80" */
static bool take_strap(const struct diag *d, const char *arg, struct edit *e)
{
	size_t len = strcspn(arg, "=");
	uint64_t number, value;
	char left[16];

	if (arg[len] && len < sizeof(left)) {
		memcpy(left, arg, len);
		left[len] = 0;
		if (img_size_parse(left, &number) && number < IMG_IFD_STRAPS &&
		    img_size_parse(arg + len + 1, &value) && value <= UINT32_MAX) {
			e->number = (unsigned)number;
			e->value = (uint32_t)value;
			return true;
		}
	}
	diag_usage(d, "--strap %s is no strap and 32-bit value, as 10=0x80", arg);
	return false;
}

static bool take_edit(struct options *o, int key, const char *arg)
{
	struct edit *e = &o->edit[o->edits];

	if (o->edits == EDITS_MAX) {
		diag_usage(&o->diag, "at most %d edits at once", EDITS_MAX);
		return false;
	}
	*e = (struct edit){ .key = key, .text = arg };
	o->edits++;
	switch (key) {
	case OPT_ME_DISABLE:
		return take_switch(&o->diag, "me-disable", arg, &e->on);
	case OPT_GPR0:
		return take_switch(&o->diag, "gpr0", arg, &e->on);
	case OPT_DENSITY:
		return take_density(&o->diag, arg, e);
	case OPT_SPI_FREQ:
		return take_frequency(&o->diag, arg, e);
	case OPT_STRAP:
		return take_strap(&o->diag, arg, e);
	default:
		return true;
	}
}

static bool take_allow(struct options *o, const char *arg)
{
	unsigned bit = img_ifd_edit_allow(arg);

	o->allow |= bit;
	return bit || checks_allow(&o->checks, &o->diag, arg, NULL);
}

static bool take(void *ctx, int key, const char *arg)
{
	struct options *o = ctx;

	switch (key) {
	case OPT_ALLOW:
		return take_allow(o, arg);
	case OPT_DRY_RUN:
		return o->dry_run = true;
	case 'f':
		return o->force = true;
	case 'o':
		o->output = arg;
		return true;
	default:
		return take_edit(o, key, arg);
	}
}

static int check_usage(const struct options *o, int operands)
{
	unsigned both = 0;

	for (size_t i = 0; i < o->edits; i++)
		both |= o->edit[i].key == OPT_LOCK ? 1u : o->edit[i].key == OPT_UNLOCK ? 2u : 0;
	if (operands != 1)
		return diag_usage(&o->diag, "give one image");
	if (!o->edits)
		return diag_usage(&o->diag, "say what to change: --unlock, --me-disable=on, ...");
	if (both == 3)
		return diag_usage(&o->diag, "give --lock or --unlock, not both");
	if (!o->output && !o->dry_run)
		return diag_usage(&o->diag, "give the output with -o");
	if (o->output && !strcmp(o->output, "-") && o->diag.json && !o->dry_run)
		return diag_usage(&o->diag, "-o - and --json both want standard output");
	return OPTIONS_GO;
}

static enum img_status move_regions(const struct options *o, const char *path,
				    struct img_span image, struct img_error *err)
{
	struct img_layout layout;
	enum img_status st = layout_file_read(path, &layout, err);

	if (st != IMG_OK) {
		img_error_prefix(err, "%s", path);
		return st;
	}
	return img_ifd_move_regions(image, &layout, o->allow, err);
}

static enum img_status apply(const struct options *o, const struct edit *e, struct img_span image,
			     struct img_error *err)
{
	switch (e->key) {
	case OPT_LOCK:
		return img_ifd_lock(image, err);
	case OPT_UNLOCK:
		return img_ifd_unlock(image, err);
	case OPT_ME_DISABLE:
		return img_ifd_set_me_disable(image, e->on, err);
	case OPT_EM100:
		return img_ifd_set_em100(image, err);
	case OPT_ERASE:
		return img_ifd_erase_region(image, e->text, err);
	case OPT_DENSITY:
		return img_ifd_set_density(image, e->size, e->count, err);
	case OPT_SPI_FREQ:
		return img_ifd_set_clock(image, e->number, err);
	case OPT_LAYOUT:
		return move_regions(o, e->text, image, err);
	case OPT_STRAP:
		return img_ifd_set_strap(image, e->number, e->value, err);
	default:
		return img_ifd_set_gpr0(image, e->on, err);
	}
}

static enum img_status edit(const struct options *o, const char *path, struct img_view before,
			    struct img **out, struct img_error *err)
{
	enum img_status st = checks_name(&o->checks, path, err);

	if (st == IMG_OK)
		st = img_copy(before, out, err);
	if (st != IMG_OK)
		return st;
	for (size_t i = 0; i < o->edits && st == IMG_OK; i++)
		st = apply(o, &o->edit[i], img_span(*out), err);
	if (st == IMG_OK)
		st = img_ifd_edit_check(img_bytes(*out), o->allow, err);
	if (st != IMG_OK)
		img_close(*out);
	return st;
}

static int run(const struct options *o, const char *path, struct img_view before)
{
	const char *name = io_input_name(path);
	struct img_error err;
	struct img *after;
	int status = EXIT_DONE;

	if (edit(o, path, before, &after, &err) != IMG_OK)
		return diag_error(&o->diag, name, &err);
	report_warnings(o, name, before, img_bytes(after));
	if (io_put(img_bytes(after), o->output, o->force, o->dry_run, &err) != IMG_OK)
		status = diag_error(&o->diag, io_output_name(o->output), &err);
	else if (report_changes(o, before, img_bytes(after), &err) != IMG_OK)
		status = diag_error(&o->diag, NULL, &err);
	img_close(after);
	return status;
}

int main(int argc, char **argv)
{
	struct options o = { .edits = 0 };
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
