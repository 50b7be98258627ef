/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-gbe: the MAC address and the banks of a GbE region, alone or in a whole image. */
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "libimg/edit/locate.h"
#include "libimg/format/gbe.h"
#include "libimg/format/ifd.h"
#include "tools/common/checks.h"
#include "tools/common/io.h"
#include "tools/common/json.h"
#include "tools/common/mac_text.h"
#include "tools/common/options.h"

static const struct option_row rows[] = {
	OPTION_OUTPUT("OUT", "the output; - is standard output"),
	OPTION_FORCE,
	OPTION_ALLOW,
	OPTION_DRY_RUN,
	OPTION_JSON,
	OPTIONS_COMMON,
};

static const struct option_table table = {
	.tool = "rom-gbe",
	.synopsis = "dump IMAGE\nsetmac MAC -o OUT IMAGE\nswap -o OUT IMAGE\n"
		    "copy BANK -o OUT IMAGE\nsetchecksum BANK|all -o OUT IMAGE",
	.summary = "Show or change the settings of the network controller, in a GbE file or in a\n"
		   "whole image. MAC is 00:1f:16:??:??:??, with ? or x for random digits, or\n"
		   "keep or random.",
	.rows = rows,
};

enum { ALL_BANKS = IMG_GBE_BANKS };

struct command {
	const char *name;
	bool argument;		/* MAC or BANK */
	bool changes;
	int (*prepare)(struct diag *d, const char *argument, struct command *self);
	enum img_status (*run)(const struct command *self, struct img_span region,
			       struct img_error *err);
	unsigned bank;
	bool keep;
	uint8_t mac[IMG_GBE_MAC];
};

struct options {
	struct diag diag;
	struct command command;
	const char *output;
	struct checks checks;
	bool force, dry_run;
};

/* --- the commands ----------------------------------------------------------------------- */

static int prepare_mac(struct diag *d, const char *argument, struct command *self)
{
	struct img_error err;

	self->keep = !strcasecmp(argument, "keep");
	if (self->keep || mac_text_parse(argument, self->mac, &err) == IMG_OK)
		return OPTIONS_GO;
	return err.status == IMG_E_USAGE ? diag_usage(d, "%s", err.text)
					 : diag_error(d, NULL, &err);
}

static int prepare_bank(struct diag *d, const char *argument, struct command *self)
{
	self->bank = argument[0] == '1';
	if (!strcmp(argument, "0") || !strcmp(argument, "1"))
		return OPTIONS_GO;
	return diag_usage(d, "the banks are 0 and 1, not %s", argument);
}

static int prepare_banks(struct diag *d, const char *argument, struct command *self)
{
	if (strcmp(argument, "all"))
		return prepare_bank(d, argument, self);
	self->bank = ALL_BANKS;
	return OPTIONS_GO;
}

static enum img_status run_setmac(const struct command *self, struct img_span region,
				  struct img_error *err)
{
	struct img_gbe gbe;

	return self->keep ? img_gbe_decode(img_span_view(region), &gbe, err)
			  : img_gbe_set_mac(region, self->mac, err);
}

static enum img_status run_swap(const struct command *self, struct img_span region,
				struct img_error *err)
{
	(void)self;
	return img_gbe_swap(region, err);
}

static enum img_status run_copy(const struct command *self, struct img_span region,
				struct img_error *err)
{
	return img_gbe_copy(region, self->bank, err);
}

/* A blank bank is not there, and stays so unless it is asked for by its number. */
static enum img_status run_setchecksum(const struct command *self, struct img_span region,
				       struct img_error *err)
{
	struct img_gbe gbe;
	enum img_status st = img_gbe_decode(img_span_view(region), &gbe, err);

	for (unsigned b = 0; b < IMG_GBE_BANKS && st == IMG_OK; b++) {
		if (self->bank == b || (self->bank == ALL_BANKS && !gbe.bank[b].blank))
			st = img_gbe_set_checksum(region, b, err);
	}
	return st;
}

static const struct command commands[] = {
	{ .name = "dump" },
	{ .name = "setmac", .argument = true, .changes = true, .prepare = prepare_mac,
	  .run = run_setmac },
	{ .name = "swap", .changes = true, .run = run_swap },
	{ .name = "copy", .argument = true, .changes = true, .prepare = prepare_bank,
	  .run = run_copy },
	{ .name = "setchecksum", .argument = true, .changes = true, .prepare = prepare_banks,
	  .run = run_setchecksum },
};

/* --- output ----------------------------------------------------------------------------- */

static const char *word(bool ok)
{
	return ok ? "ok" : "bad";
}

static void print_bank(FILE *to, uint64_t at, unsigned number, const struct img_gbe_bank *b)
{
	char mac[18];

	img_gbe_mac_text(b->mac, mac);
	fprintf(to, "0x%08llx bank %u: ", (unsigned long long)(at + b->at), number);
	if (b->blank)
		fputs("blank\n", to);
	else
		fprintf(to, "MAC %s, checksum %s (0x%04x), signature %s (word 13 is 0x%04x), "
			    "device %04x\n", mac, word(b->checksum_ok), b->checksum,
			word(b->signature_ok), b->word13, b->device);
}

static json_t *banks_json(const struct img_gbe *gbe)
{
	json_t *banks = json_array();

	for (unsigned i = 0; i < IMG_GBE_BANKS; i++) {
		const struct img_gbe_bank *b = &gbe->bank[i];
		char mac[18];

		img_gbe_mac_text(b->mac, mac);
		json_array_append_new(banks, json_pack("{s:s, s:b, s:b, s:b, s:I, s:I, s:I}",
			"mac", mac, "checksum_ok", b->checksum_ok, "signature_ok",
			b->signature_ok, "blank", b->blank, "at", (json_int_t)b->at,
			"checksum", (json_int_t)b->checksum, "word13", (json_int_t)b->word13));
	}
	return banks;
}

static enum img_status print_json(const struct img_gbe *gbe, uint64_t at, uint64_t size,
				  const struct img_gbe *before, struct img_error *err)
{
	json_t *root = json_pack("{s:o, s:{s:I, s:I}}", "banks", banks_json(gbe), "region", "start",
				 (json_int_t)at, "size", (json_int_t)size);

	if (before)
		json_object_set_new(root, "before", banks_json(before));
	return json_print(root, err);
}

/* With before: what was changed, else the region as it is. */
static enum img_status print(const struct options *o, const struct img_gbe *gbe, uint64_t at,
			     uint64_t size, const struct img_gbe *before, struct img_error *err)
{
	bool taken = o->output && !strcmp(o->output, "-") && !o->dry_run;
	FILE *to = taken ? stderr : stdout;

	if (o->diag.json)
		return print_json(gbe, at, size, before, err);
	if (before && o->diag.quiet)
		return IMG_OK;
	for (unsigned b = 0; before && b < IMG_GBE_BANKS; b++) {
		fputs("before: ", to);
		print_bank(to, at, b, &before->bank[b]);
	}
	for (unsigned b = 0; b < IMG_GBE_BANKS; b++) {
		fputs(before ? "after:  " : "", to);
		print_bank(to, at, b, &gbe->bank[b]);
	}
	if (fflush(to) || ferror(to))
		return img_fail_errno(err, errno, "cannot write standard output");
	return IMG_OK;
}

/* --- the program ------------------------------------------------------------------------ */

static bool take(void *ctx, int key, const char *arg)
{
	struct options *o = ctx;

	switch (key) {
	case OPT_ALLOW:
		return checks_allow(&o->checks, &o->diag, arg, NULL);
	case OPT_DRY_RUN:
		return o->dry_run = true;
	case 'f':
		return o->force = true;
	default:
		o->output = arg;
		return true;
	}
}

static int take_command(struct options *o, int count, char **operand)
{
	size_t i = 0, known = sizeof(commands) / sizeof(commands[0]);
	struct command *c = &o->command;

	if (!count)
		return diag_usage(&o->diag, "give a command: dump, setmac, swap, copy, "
					    "setchecksum");
	while (i < known && strcmp(commands[i].name, operand[0]))
		i++;
	if (i == known)
		return diag_usage(&o->diag, "no command is called %s", operand[0]);
	*c = commands[i];
	if (count != (c->argument ? 3 : 2))
		return diag_usage(&o->diag, c->argument ? "%s needs an argument and one image"
							: "%s needs one image", c->name);
	if (c->changes && !o->output && !o->dry_run)
		return diag_usage(&o->diag, "give the output with -o");
	if (!c->changes && (o->output || o->dry_run || o->force))
		return diag_usage(&o->diag, "%s writes nothing; -o, -f and --dry-run are for the "
				  "other commands", c->name);
	if (o->output && !strcmp(o->output, "-") && o->diag.json && !o->dry_run)
		return diag_usage(&o->diag, "-o - and --json both want standard output");
	return c->prepare ? c->prepare(&o->diag, operand[1], c) : OPTIONS_GO;
}

/* What begins with a descriptor is an image, else the file is the region itself. */
static enum img_status find_region(struct img_view file, struct img_range *out,
				   struct img_error *err)
{
	uint64_t at;

	*out = (struct img_range){ 0, img_view_size(file) };
	return img_ifd_signature(file, &at) ? img_locate_region(file, "gbe", out, err) : IMG_OK;
}

static enum img_status decode(struct img_view file, struct img_range range, struct img_gbe *out,
			      struct img_error *err)
{
	struct img_view region;
	enum img_status st = img_view_slice(file, range.start, range.size, &region, err);

	return st == IMG_OK ? img_gbe_decode(region, out, err) : st;
}

static int dump(const struct options *o, const char *name, struct img_range range,
		const struct img_gbe *gbe)
{
	struct img_error err;

	if (print(o, gbe, range.start, range.size, NULL, &err) != IMG_OK)
		return diag_error(&o->diag, NULL, &err);
	for (unsigned b = 0; b < IMG_GBE_BANKS; b++) {
		if (gbe->bank[b].checksum_ok)
			return EXIT_DONE;
	}
	diag_warning(&o->diag, name, "neither bank has a right checksum; the network controller "
		     "will not work with this");
	return EXIT_NO;
}

static void warn(const struct options *o, const char *name, const struct img_gbe *gbe)
{
	for (unsigned b = 0; b < IMG_GBE_BANKS; b++) {
		const struct img_gbe_bank *bank = &gbe->bank[b];

		if (bank->checksum_ok && !bank->signature_ok)
			diag_warning(&o->diag, name, "bank %u has a right checksum but a bad "
				     "signature (word 13 is 0x%04x): the network controller "
				     "does not use it",
				     b, bank->word13);
	}
}

static int change(const struct options *o, const char *path, struct img *image,
		  struct img_range range, const struct img_gbe *before)
{
	const char *name = io_input_name(path);
	struct img_span region;
	struct img_error err;
	struct img_gbe after;
	enum img_status st = checks_name(&o->checks, path, &err);

	if (st == IMG_OK)
		st = img_span_slice(img_span(image), range.start, range.size, &region, &err);
	if (st == IMG_OK)
		st = o->command.run(&o->command, region, &err);
	if (st == IMG_OK)
		st = decode(img_bytes(image), range, &after, &err);
	if (st != IMG_OK)
		return diag_error(&o->diag, name, &err);
	warn(o, name, &after);
	if (io_put(img_bytes(image), o->output, o->force, o->dry_run, &err) != IMG_OK)
		return diag_error(&o->diag, io_output_name(o->output), &err);
	if (print(o, &after, range.start, range.size, before, &err) != IMG_OK)
		return diag_error(&o->diag, NULL, &err);
	return EXIT_DONE;
}

int main(int argc, char **argv)
{
	struct options o = { .output = NULL };
	struct img_range range;
	struct img_error err;
	struct img_gbe gbe;
	struct img *image;
	const char *path;
	int first, status;

	status = options_parse(&table, argc, argv, take, &o, &o.diag, &first);
	if (status == OPTIONS_GO)
		status = take_command(&o, argc - first, argv + first);
	if (status != OPTIONS_GO)
		return status;
	path = argv[argc - 1];
	if (io_open(path, &image, &err) != IMG_OK)
		return diag_error(&o.diag, io_input_name(path), &err);
	if (find_region(img_bytes(image), &range, &err) != IMG_OK ||
	    decode(img_bytes(image), range, &gbe, &err) != IMG_OK)
		status = diag_error(&o.diag, io_input_name(path), &err);
	else if (o.command.changes)
		status = change(&o, path, image, range, &gbe);
	else
		status = dump(&o, io_input_name(path), range, &gbe);
	img_close(image);
	return status;
}
