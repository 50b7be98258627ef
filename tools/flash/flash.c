/* SPDX-License-Identifier: GPL-3.0-or-later */
/* rom-flash: read, write, verify and erase flash chips. */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "tools/common/io.h"
#include "tools/common/options.h"
#include "tools/flash/backups.h"
#include "tools/flash/change.h"
#include "tools/flash/check/allow.h"
#include "tools/flash/check/listed.h"
#include "tools/flash/check/voltage.h"
#include "tools/flash/guide.h"
#include "tools/flash/restore.h"
#include "tools/flash/say/advise.h"
#include "tools/flash/say/report.h"
#include "tools/flash/say/wiring.h"
#include "tools/flash/work.h"
#include "tools/programmer/bus/interrupt.h"

enum { OPT_READS = OPT_OWN, OPT_LIST_CHIPS, OPT_SIZE, OPT_LIST,
       OPT_CONTENTS, OPT_IFD, OPT_FMAP, OPT_WIRING, OPT_FOR, OPT_VOLTAGE, OPT_PATIENCE,
       OPT_PRUNE, OPT_KEEP };

#define READS_MAX 99
#define PATIENCE_MAX 99999
#define KEEP_MAX 9999
#define CHIP_SIZE_MAX ((uint64_t)128 << 20)

static const struct option_row rows[] = {
	{ 'p', "programmer", "PROG", "KIND:key=value,..., or NAME=KIND:... for a board's chip" },
	OPTION_BOARD,
	{ 'r', "read", "FILE", "read the chips into FILE" },
	{ 'w', "write", "FILE", "write FILE to the chips and verify it" },
	{ 'v', "verify", "FILE", "compare the chips with FILE" },
	{ 'E', "erase", NULL, "erase the chips" },
	{ 'c', "chip", "CHIP", "refuse any chip but this one" },
	{ 'l', "layout", "FILE", "a flashrom layout: the regions there are" },
	{ OPT_IFD, "ifd", NULL, "the regions are those of the descriptor on the chip" },
	{ OPT_FMAP, "fmap", NULL, "the regions are those of the FMAP on the chip" },
	{ 'i', "include", "NAME[:FILE]", "only this region, from or into FILE; may be repeated" },
	{ 'n', "noverify", NULL, "do not verify after writing" },
	{ 'N', "noverify-all", NULL, "with -i: do not look at the rest after writing" },
	{ 'f', "force", NULL, "-r may replace a file that exists" },
	{ OPT_READS, "reads", "N", "passes of reading that have to agree (default 2)" },
	{ OPT_SIZE, "size", "SIZE", "of the chip, where it contradicts itself" },
	{ 'm', "workaround-mx", NULL, "keep MX25 chips busy (by itself where known)" },
	{ OPT_CONTENTS, "flash-contents", "FILE", "what the chips hold, instead of reading them" },
	{ OPT_VOLTAGE, "voltage", "VOLTS", "that the programmer gives the chip: 3.3 or 1.8" },
	{ OPT_WIRING, "wiring", NULL, "print how a chip (soic8, ...) or the board's is wired" },
	{ OPT_FOR, "for", "PROGRAMMER", "--wiring to this one: rpi40, bbb, pico, ..." },
	{ OPT_LIST, "list", NULL, "print the programmers that are attached" },
	{ OPT_LIST_CHIPS, "list-chips", NULL, "print the chips this program knows" },
	{ OPT_PATIENCE, "patience", "SECONDS", "that another program may take for one run" },
	{ OPT_KEEP, "keep", "WHAT", "stays as it is: gbe, pd, fmap:AREA, cbfs:FILE, ..." },
	{ OPT_PRUNE, "prune", "N", "of \"backups\": keep the oldest and N newest of each chip" },
	OPTION_ALLOW,
	OPTION_DRY_RUN,
	OPTION_JSON,
	{ 'V', "verbose", NULL, "say what is being done" },
	{ 'o', "output", "LOG", "add all that is said to LOG, too" },
	{ OPT_HELP, "help", NULL, "print this and exit" },
	{ OPT_VERSION, "version", NULL, "print the version and exit" },
	{ 0 }
};

static const struct option_table table = {
	.tool = "rom-flash",
	.synopsis = "-p PROG [-c CHIP] [-r FILE | -w FILE | -v FILE | -E]\n"
		    "-b BOARD -p [NAME=]PROG [-p NAME=PROG] [-r FILE | -w FILE | -v FILE | -E]\n"
		    "restore BACKUP... [-b BOARD] -p [NAME=]PROG [-p NAME=PROG]\n"
		    "backups [--prune N]\n"
		    "--wiring [soic8 | soic16 | wson8 | dip8] [-b BOARD] [--for PROGRAMMER]\n"
		    "--list | --list-chips",
	.summary = "Read, write, verify or erase flash chips; with nothing asked, tell what is\n"
		   "there. With a board FILE is the whole image, and each chip gets its part; one\n"
		   "programmer is led from chip to chip.",
	.rows = rows,
};

static bool take_operation(struct flash *f, enum operation operation, const char *file)
{
	if (f->options.operation != FLASH_PROBE) {
		diag_usage(&f->diag, "give only one of -r, -w, -v and -E");
		return false;
	}
	f->options.operation = operation;
	f->options.file = file;
	return true;
}

static bool take_programmer(struct flash *f, const char *arg)
{
	struct flash_options *o = &f->options;

	if (o->programmers == FLASH_PROGRAMMERS) {
		diag_usage(&f->diag, "-p is given more than %d times", FLASH_PROGRAMMERS);
		return false;
	}
	o->programmer[o->programmers++] = arg;
	return true;
}

static bool take_reads(struct flash *f, const char *arg)
{
	char *end;
	const unsigned long n = strtoul(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end || !n || n > READS_MAX) {
		diag_usage(&f->diag, "--reads %s: not a number from 1 to %d", arg, READS_MAX);
		return false;
	}
	f->options.reads = (unsigned)n;
	return true;
}

static bool take_patience(struct flash *f, const char *arg)
{
	char *end;
	const unsigned long n = strtoul(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end || !n || n > PATIENCE_MAX) {
		diag_usage(&f->diag, "--patience %s: not a number of seconds up to %d", arg,
			   PATIENCE_MAX);
		return false;
	}
	f->options.patience = (unsigned)n;
	return true;
}

static bool take_keep(struct flash *f, const char *arg)
{
	struct flash_options *o = &f->options;

	if (o->keeps == FLASH_KEEP_MAX) {
		diag_usage(&f->diag, "--keep is given more than %d times", FLASH_KEEP_MAX);
		return false;
	}
	o->keep[o->keeps++] = arg;
	return true;
}

static bool take_prune(struct flash *f, const char *arg)
{
	char *end;
	const unsigned long n = strtoul(arg, &end, 10);

	if (*arg < '0' || *arg > '9' || *end || n > KEEP_MAX) {
		diag_usage(&f->diag, "--prune %s: not a number from 0 to %d", arg, KEEP_MAX);
		return false;
	}
	f->options.prune = true;
	f->options.keep_newest = (unsigned)n;
	return true;
}

static bool take_size(struct flash *f, const char *arg)
{
	uint64_t *size = &f->options.chip_options.size;

	if (img_size_parse(arg, size) && *size && *size <= CHIP_SIZE_MAX && !(*size & (*size - 1)))
		return true;
	diag_usage(&f->diag, "--size %s: not the size of a chip, as 8M", arg);
	return false;
}

static bool take_voltage(struct flash *f, const char *arg)
{
	if (voltage_parse(arg, &f->options.millivolts))
		return true;
	diag_usage(&f->diag, "--voltage %s: not 3.3 or 1.8", arg);
	return false;
}

static bool take_include(struct flash *f, const char *arg)
{
	struct flash_options *o = &f->options;

	if (o->includes == FLASH_REGIONS) {
		diag_usage(&f->diag, "-i is given more than %d times", FLASH_REGIONS);
		return false;
	}
	o->include[o->includes++] = arg;
	return true;
}

static bool take(void *ctx, int key, const char *arg)
{
	struct flash *f = ctx;
	struct flash_options *o = &f->options;

	switch (key) {
	case 'p': return take_programmer(f, arg);
	case 'r': return take_operation(f, FLASH_READ, arg);
	case 'w': return take_operation(f, FLASH_WRITE, arg);
	case 'v': return take_operation(f, FLASH_VERIFY, arg);
	case 'E': return take_operation(f, FLASH_ERASE, NULL);
	case OPT_READS: return take_reads(f, arg);
	case OPT_SIZE: return take_size(f, arg);
	case OPT_PATIENCE: return take_patience(f, arg);
	case OPT_KEEP: return take_keep(f, arg);
	case OPT_PRUNE: return take_prune(f, arg);
	case 'm': o->chip_options.keep_busy = true; break;
	case 'b': o->board = arg; break;
	case 'c': o->chip = arg; break;
	case 'l': o->layout = arg; break;
	case OPT_IFD: o->ifd = true; break;
	case OPT_FMAP: o->fmap = true; break;
	case 'i': return take_include(f, arg);
	case 'n': o->no_verify = true; break;
	case 'N': o->verify_included = true; break;
	case 'o': o->log = arg; break;
	case 'f': o->force = true; break;
	case OPT_ALLOW: return flash_allow(f, arg);
	case OPT_DRY_RUN: o->dry_run = true; break;
	case OPT_LIST_CHIPS: o->list_chips = true; break;
	case OPT_LIST: o->list = true; break;
	case OPT_CONTENTS: o->contents = arg; break;
	case OPT_VOLTAGE: return take_voltage(f, arg);
	case OPT_WIRING: o->wiring = true; break;
	case OPT_FOR: o->wire_to = arg; break;
	}
	return true;
}

/* "restore" is a write of its operands. */
static int take_restore(struct flash *f, char **backup, int count)
{
	struct flash_options *o = &f->options;

	if (o->operation != FLASH_PROBE)
		return diag_usage(&f->diag, "restore is what is done; -r, -w, -v and -E are not");
	if (count < 1 || count > FLASH_PROGRAMMERS)
		return diag_usage(&f->diag, "restore takes a backup, or one for each chip");
	o->operation = FLASH_WRITE;
	o->file = backup[0];
	for (o->backups = 0; o->backups < (size_t)count; o->backups++)
		o->backup[o->backups] = backup[o->backups];
	return OPTIONS_GO;
}

/* Words before or behind the options, where they are a command. */
static int take_words(struct flash *f, char **word, int *count)
{
	int status = OPTIONS_GO;

	if (*count && !f->options.wiring && !strcmp(word[0], "restore")) {
		status = take_restore(f, word + 1, *count - 1);
		*count = 0;
	} else if (*count == 1 && !f->options.wiring && !strcmp(word[0], "backups")) {
		f->options.list_backups = true;
		*count = 0;
	}
	return status;
}

static int check_regions(const struct flash *f)
{
	const struct flash_options *o = &f->options;

	if ((o->layout != NULL) + o->ifd + o->fmap > 1)
		return diag_usage(&f->diag, "give only one of -l, --ifd and --fmap");
	if (o->includes && !o->layout && !o->ifd && !o->fmap)
		return diag_usage(&f->diag, "-i names a region, so say where it is: -l LAYOUT, "
				  "--ifd or --fmap");
	if (o->includes && o->operation == FLASH_PROBE)
		return diag_usage(&f->diag, "-i is for -r, -w, -v and -E");
	return OPTIONS_GO;
}

/* Which options make sense together; OPTIONS_GO: these do. */
static int check_options(const struct flash *f, int operands)
{
	const struct flash_options *o = &f->options;

	if (o->wiring && operands > 1)
		return diag_usage(&f->diag, "--wiring takes one kind of chip");
	if (o->wire_to && !o->wiring)
		return diag_usage(&f->diag, "--for is for --wiring");
	if (o->wiring)
		return OPTIONS_GO;
	if (operands)
		return diag_usage(&f->diag, "takes no operands; the file belongs to -r, -w or -v");
	if (o->keeps && o->operation != FLASH_WRITE)
		return diag_usage(&f->diag, "--keep is for -w");
	if (o->prune && !o->list_backups)
		return diag_usage(&f->diag, "--prune is for \"backups\"");
	if (o->list_chips || o->list || o->list_backups)
		return OPTIONS_GO;
	if (!o->programmers)
		return diag_usage(&f->diag, "no programmer: give -p");
	if (o->contents && o->operation != FLASH_WRITE && o->operation != FLASH_ERASE)
		return diag_usage(&f->diag, "--flash-contents is for -w and -E");
	if (o->chip && o->programmers > 1)
		return diag_usage(&f->diag, "-c is for one chip, and there are two -p");
	if (f->diag.json && o->operation == FLASH_READ && !strcmp(o->file, "-"))
		return diag_usage(&f->diag, "--json and -r - both want standard output");
	return check_regions(f);
}

/* Without a board FILE is what one chip gets, which may be a part of an image. */
static enum img_status check_image(struct flash *f)
{
	const struct checks_subject s = { .name = f->options.file, .image = img_bytes(f->image),
					  .board = f->board, .is_part = !f->board };

	return checks_find(&f->options.checks, &s, &f->findings, &f->err);
}

/* The image is in memory, and looked at, before any chip is asked anything. */
static enum img_status load_image(struct flash *f)
{
	const struct flash_options *o = &f->options;
	enum img_status st;

	if (o->contents) {
		f->about = io_input_name(o->contents);
		st = img_open(o->contents, &f->contents, &f->err);
		if (st != IMG_OK)
			return st;
	}
	if (o->backups)
		return restore_load(f);
	if (o->operation != FLASH_WRITE && o->operation != FLASH_VERIFY)
		return IMG_OK;
	f->about = io_input_name(o->file);
	st = img_open(o->file, &f->image, &f->err);
	if (st == IMG_OK && o->operation == FLASH_WRITE)
		st = flash_listed(f);
	return st == IMG_OK && o->operation == FLASH_WRITE ? check_image(f) : st;
}

static enum img_status operate(struct flash *f)
{
	switch (f->options.operation) {
	case FLASH_PROBE: return f->guided ? guide_probe(f) : IMG_OK;
	case FLASH_READ: return flash_read(f);
	case FLASH_VERIFY: return flash_verify(f);
	case FLASH_WRITE:
	case FLASH_ERASE: return flash_change(f);
	}
	return IMG_OK;
}

static enum img_status work(struct flash *f)
{
	enum img_status st = flash_assign(f);

	if (st == IMG_OK)
		st = load_image(f);
	/* Chips that come one after the other are connected when it is their turn. */
	if (st == IMG_OK && (!f->guided || f->options.operation == FLASH_PROBE))
		st = flash_connect(f);
	if (st == IMG_OK && (f->image || f->options.includes))
		st = flash_cut(f);
	if (st == IMG_OK)
		checks_say(&f->options.checks, &f->diag, f->options.file, &f->findings);
	if (st == IMG_OK)
		st = operate(f);
	return st;
}

/* Reports a failure of work(); the chips are let go of first. */
static int fail(struct flash *f)
{
	const bool unverified = report_state(f);
	const char *about = f->about;
	struct img_error err = f->err;
	int status;

	if (flash_disconnect(f) != IMG_OK)
		diag_warning(&f->diag, f->about, "%s", f->err.text);
	status = diag_error(&f->diag, about, &err);
	if (unverified)
		advise_after_failure(f);
	return unverified ? EXIT_UNVERIFIED : status;
}

/* What nobody could check was written all the same: that is said once, also without -V. */
static void say_unknown(const struct flash *f)
{
	size_t i;

	for (i = 0; i < f->findings.count; i++) {
		const struct img_finding *one = &f->findings.list[i];

		if (!f->diag.verbose && !strcmp(one->id, IMG_CHECK_UNKNOWN) &&
		    !flash_allowed(f, one->id))
			diag_note(&f->diag, io_input_name(f->options.file), "%s (%s)", one->text,
				  one->id);
	}
}

static int finish(struct flash *f)
{
	enum img_status st = flash_disconnect(f);

	if (st == IMG_OK) {
		f->about = NULL;
		st = report_result(f, &f->err);
	}
	if (st == IMG_OK)
		say_unknown(f);
	if (st == IMG_OK && f->options.no_verify && !f->options.dry_run)
		advise_to_verify(f);
	return st == IMG_OK ? EXIT_DONE : diag_error(&f->diag, f->about, &f->err);
}

static int list(struct flash *f)
{
	enum img_status st = f->options.list ? report_ports(f->diag.json, &f->err)
					     : report_parts(f->diag.json, &f->err);

	return st == IMG_OK ? EXIT_DONE : diag_error(&f->diag, NULL, &f->err);
}

static int list_backups(struct flash *f)
{
	const enum img_status st = backups_print(f);

	flash_free(f);
	return st == IMG_OK ? EXIT_DONE : diag_error(&f->diag, NULL, &f->err);
}

static int wiring(struct flash *f, const char *chip)
{
	struct wiring_ask ask = { .chip = chip, .programmer = f->options.wire_to,
				  .json = f->diag.json };
	enum img_status st = flash_find_board(f);
	int status = EXIT_DONE;

	ask.board = f->board;
	if (st == IMG_OK)
		st = wiring_print(&ask, &f->err);
	if (st != IMG_OK)
		status = diag_error(&f->diag, NULL, &f->err);
	flash_free(f);
	return status;
}

/* A log grows: what an earlier run wrote there may be all that is left of it. */
static bool open_log(struct flash *f)
{
	if (!f->options.log)
		return true;
	f->diag.log = fopen(f->options.log, "ae");
	if (f->diag.log)
		return true;
	f->about = f->options.log;
	return img_fail_errno(&f->err, errno, "cannot be written") == IMG_OK;
}

int main(int argc, char **argv)
{
	struct flash f = { .options = { .reads = 2 }, .argc = argc, .argv = argv,
			   .err = { .at = IMG_NOWHERE } };
	int first, words = 0, status;

	status = options_parse(&table, argc, argv, take, &f, &f.diag, &first);
	if (status == OPTIONS_GO) {
		words = argc - first;
		status = take_words(&f, argv + first, &words);
	}
	if (status == OPTIONS_GO)
		status = check_options(&f, words);
	if (status != OPTIONS_GO)
		return status;
	if (f.options.list_chips || f.options.list)
		return list(&f);
	if (f.options.list_backups)
		return list_backups(&f);
	if (f.options.wiring)
		return wiring(&f, argv[first]);
	interrupt_catch();
	status = open_log(&f) && work(&f) == IMG_OK ? finish(&f) : fail(&f);
	flash_free(&f);
	if (f.diag.log && fclose(f.diag.log) && status == EXIT_DONE)
		status = diag_usage(&f.diag, "-o %s cannot be written", f.options.log);
	return status;
}
