/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tools/flash/check/allow.h"

#include <string.h>

/* Checks that are not of images, and what is done when they are allowed. */
static const char *const own[] = {
	"no-backup",		/* writes without one */
	"manifest-mismatch",	/* writes the file as it is */
	"chip-role",		/* writes the chip that was named */
	"chip-size",		/* a larger chip than the board's: the place is as on its own */
	"unstable-read",	/* takes what the same sector says several times in a row */
	"address-wrap",		/* believes that a chip holds the same twice */
	"descriptor-differs", "fmap-differs",	/* writes the part */
	"mac-change", "pd-change", "vpd-change", "keep-change",	/* writes the image's */
	"keep-nothing",		/* keeps a GbE region without a good bank */
	/* own.h */
	"internal-closed", "other-machine", "power", "closed-descriptor", "closed-regions",
	NULL,
};

/* Those for which nothing else can be done. */
static const struct {
	const char *id, *instead;
} never[] = {
	{ "chip-name", "the chip is not the one of -c; leave -c out" },
	{ "chip-mirror", "two chips answer, or half of one; see to the contacts and to CS#" },
	{ "id-shifted", "what is read is not what is there; lower the clock, shorten the wires" },
	{ "image-size", "what has another size than its place has none; rom-pad makes it fit" },
	{ "region-size", "what has another size than its place has none; rom-pad makes it fit" },
	{ "keep-size", "what is larger than its place has none; leave --keep out" },
	{ "state-home", "XDG_STATE_HOME says where backups go; --allow=no-backup is without" },
	{ "voltage", "--voltage says what the programmer gives" },
};

bool flash_allow(struct flash *f, const char *id)
{
	size_t i;

	for (i = 0; i < sizeof(never) / sizeof(never[0]); i++)
		if (!strcmp(never[i].id, id)) {
			diag_usage(&f->diag, "--allow=%s: that cannot be allowed: %s", id,
				   never[i].instead);
			return false;
		}
	return checks_allow(&f->options.checks, &f->diag, id, own);
}

bool flash_allowed(const struct flash *f, const char *id)
{
	return checks_allowed(&f->options.checks, id);
}

enum img_status flash_refuse(const struct flash *f, struct job *job, const char *id,
			     const char *text)
{
	if (!flash_allowed(f, id))
		return img_fail(&job->err, IMG_E_REFUSED, IMG_NOWHERE, "%s (%s)", text, id);
	diag_warning(&f->diag, job->name, "%s (%s, allowed)", text, id);
	return IMG_OK;
}
